"""What every page has around its content."""

from __future__ import annotations

import posixpath

from explainer.assets import CSP, Assets
from explainer.config import Config
from explainer.pages.contexts import Frame


def frame(config: Config, assets: Assets, page: str, title: str, description: str) -> Frame:
    """The frame of the page at that path."""
    static, home = relative(page, assets.folder), relative(page, "index.html")
    navigation = tuple((link.title, _address(page, link.address)) for link in config.site.navigation)
    return Frame(config.site.language, config.site.title, title, description, CSP, static, home, navigation)


def _address(page: str, address: str) -> str:
    return address if "://" in address or address.startswith("mailto:") else relative(page, address.lstrip("/"))


def relative(page: str, target: str) -> str:
    """The address of `target` on `page`; both are paths in the site."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")
