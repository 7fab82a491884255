"""What every page has around its content."""

from __future__ import annotations

import posixpath
from urllib.parse import quote

from explainer import search
from explainer.assets import Assets
from explainer.config import Config
from explainer.pages.contexts import Alternate, Frame, Shown
from explainer.policy import Sources, written

ATOM, JSON_FEED = "feed.xml", "feed.json"


def frame(
    config: Config, assets: Assets, page: str, title: str, description: str, shown: Shown | None = None, others: tuple[Alternate, ...] = (),
    allowed: tuple[Sources, ...] = (),
) -> Frame:  # fmt: skip
    """The frame of the page at that path; `allowed` is what it may load besides the site's own files."""
    static, home = relative(page, assets.folder), relative(page, "index.html")
    navigation = tuple((link.title, link_address(page, link.address)) for link in config.site.navigation)
    canonical, index = absolute(config, page), search.folder(config)
    return Frame(
        config.site.language, config.site.title, title, description, written(*allowed), static, home, navigation,
        relative(page, index) if index else "", canonical, shown or Shown(), (*others, *(_feeds(config, page) if canonical else ())),
    )  # fmt: skip


def _feeds(config: Config, page: str) -> tuple[Alternate, ...]:
    kinds = {ATOM: "application/atom+xml", JSON_FEED: "application/feed+json"}
    return tuple(Alternate(kind, config.site.title, relative(page, path)) for path, kind in kinds.items())


def link_address(page: str, address: str) -> str:
    """The address of a `Link` on `page`: a path in the site, or one with a scheme."""
    return address if "://" in address or address.startswith("mailto:") else relative(page, address.lstrip("/"))


def relative(page: str, target: str) -> str:
    """The address of `target` on `page`; both are paths in the site."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def absolute(config: Config, path: str) -> str:
    """The whole address of a path in the site, pages by their folder; empty where the site has no base_url."""
    base = config.site.base_url.rstrip("/")
    return f"{base}/{quote(path.removesuffix('index.html'))}" if base else ""
