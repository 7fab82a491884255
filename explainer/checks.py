"""Checks of a whole site: internal links lead somewhere."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import unquote

from lxml import html

from explainer.diagnostics import Report, did_you_mean
from explainer.prose.passage import Marked


def links(files: Mapping[str, bytes], marked: Iterable[tuple[str, Marked]]) -> None:
    """Raise a Problem for each link (page, mark) whose file or anchor is not in the site."""

    @cache
    def anchors(page: str) -> frozenset[str]:
        return frozenset(str(element.get("id")) for element in html.document_fromstring(files[page]).iterfind(".//*[@id]"))

    with Report() as report:
        for page, mark in marked:
            path, _, anchor = mark.name.partition("#")
            target = _file(page, unquote(path.partition("?")[0]), files)
            if target is None:
                names = [name.removesuffix("index.html") for name in files if name.endswith("/index.html") and "/charts/" not in name]
                hint = did_you_mean(posixpath.normpath(posixpath.join(posixpath.dirname(page), path)), names)
                report.error("broken-link", f"'{mark.name}' leads nowhere", mark.place, hint)
            elif anchor and target.endswith(".html") and unquote(anchor) not in anchors(target):
                report.error("broken-link", f"there is no '#{anchor}' on that page", mark.place, did_you_mean(anchor, anchors(target)))


def _file(page: str, path: str, files: Mapping[str, bytes]) -> str | None:
    """The file of the site that a link on a page leads to."""
    if not path:
        return page
    joined = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    candidates = (joined, posixpath.normpath(posixpath.join(joined, "index.html")))
    return next((name for name in candidates if name in files), None)
