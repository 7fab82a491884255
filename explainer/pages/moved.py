"""Pages at the addresses where articles were before: each leads to where its article is now."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from explainer.assets import CSP
from explainer.config import Config
from explainer.diagnostics import Place, Report
from explainer.pages.contexts import MovedPage
from explainer.pages.frame import absolute, relative
from explainer.pages.hosting import files as hosting_files
from explainer.pages.renderer import Renderer
from explainer.pages.told import Notice

PART = r"[A-Za-z0-9][A-Za-z0-9._~-]*"
ADDRESS = re.compile(rf"/?{PART}(/{PART})*/?")
HINT = "an alias is a path in the site, such as 'old-name' or '2024/old-name.html': letters, digits, '-', '_' and '.'"


def redirects(notices: tuple[Notice, ...], paths: Collection[str]) -> dict[str, str]:
    """The old addresses and the new ones, as paths in the site. Raises Problems for those that are no address or are taken."""
    found: dict[str, str] = {}
    taken: dict[str, Place | None] = {path.lower(): None for path in paths}
    folders = {folder for path in taken for folder in _folders(path)}
    with Report() as report:
        for notice in notices:
            for alias, place in notice.aliases:
                old = alias.strip("/")
                page = _page(old).lower()
                if not ADDRESS.fullmatch(alias) or len(alias) > 200:
                    report.error("bad-alias", f"'{alias}' is no address in the site", place, HINT)
                elif old.split("/")[0].lower() == "static":
                    report.error("bad-alias", f"'{alias}': 'static' is where the style and the scripts go", place, HINT)
                elif page in taken:
                    other = taken[page]
                    what = f"it is an alias at {other} too" if other else "a page of the site stands there"
                    report.error("duplicate-slug", f"the address '{alias}' is taken", place, f"{what}: remove the alias")
                elif page in folders or set(_folders(page)) & taken.keys():
                    report.error(
                        "duplicate-slug", f"the address '{alias}' is taken", place, "a file cannot be a folder as well: remove the alias"
                    )
                else:
                    taken[page] = place
                    folders |= set(_folders(page))
                    found[old] = f"{notice.slug}/"
    return found


def files(moved: Mapping[str, str], notices: tuple[Notice, ...], config: Config, renderer: Renderer) -> dict[str, bytes]:
    """A small page at each old address, and what hosts read: their redirects are better, where they know them."""
    by_address = {f"{notice.slug}/": notice for notice in notices}
    pages = {}
    for old, new in moved.items():
        page, notice = _page(old), by_address[new]
        address = relative(page, f"{new}index.html")
        context = MovedPage(config.site.language, CSP, notice.title, address, absolute(config, notice.address) or address)
        pages[page] = renderer.render("moved.html", context).encode()
    return {**pages, **hosting_files(moved, config)}


def _page(old: str) -> str:
    return old if old.endswith((".html", ".htm")) else f"{old}/index.html"


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
