"""What every page has around its content."""

from __future__ import annotations

import posixpath

from explainer import search
from explainer.assets import CSP, Assets
from explainer.config import Config
from explainer.pages.contexts import Alternate, Frame, Shown

ATOM, JSON_FEED = "feed.xml", "feed.json"


def frame(
    config: Config, assets: Assets, page: str, title: str, description: str, shown: Shown | None = None, others: tuple[Alternate, ...] = ()
) -> Frame:
    """The frame of the page at that path."""
    static, home = relative(page, assets.folder), relative(page, "index.html")
    navigation = tuple((link.title, _address(page, link.address)) for link in config.site.navigation)
    canonical, index = absolute(config, page), search.folder(config)
    return Frame(
        config.site.language, config.site.title, title, description, CSP, static, home, navigation,
        relative(page, index) if index else "", canonical, shown or Shown(), (*others, *(_feeds(config, page) if canonical else ())),
    )  # fmt: skip


def _feeds(config: Config, page: str) -> tuple[Alternate, ...]:
    kinds = {ATOM: "application/atom+xml", JSON_FEED: "application/feed+json"}
    return tuple(Alternate(kind, config.site.title, relative(page, path)) for path, kind in kinds.items())


def _address(page: str, address: str) -> str:
    return address if "://" in address or address.startswith("mailto:") else relative(page, address.lstrip("/"))


def relative(page: str, target: str) -> str:
    """The address of `target` on `page`; both are paths in the site."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def absolute(config: Config, path: str) -> str:
    """The whole address of a path in the site, pages by their folder; empty where the site has no base_url."""
    base = config.site.base_url.rstrip("/")
    return f"{base}/{path.removesuffix('index.html')}" if base else ""
