"""The page that lists the articles, and the one for addresses that lead nowhere."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from explainer.assets import Assets
from explainer.config import Config
from explainer.pages import policies, talk
from explainer.pages.contexts import HomePage, LostPage, Teaser
from explainer.pages.frame import frame
from explainer.pages.renderer import Renderer


def home(teasers: tuple[Teaser, ...], assets: Assets, config: Config, renderer: Renderer) -> dict[str, bytes]:
    """The page that lists the articles, the newest first."""
    ordered = tuple(sorted(teasers, key=lambda item: (item.published.iso, item.address), reverse=True))
    outer = frame(config, assets, "index.html", config.site.title, config.site.description, allowed=policies.of_home(config))
    context = HomePage(outer, ordered, talk.newsletter(config))
    return {"index.html": renderer.render("home.html", context).encode()}


def lost(assets: Assets, config: Config, renderer: Renderer) -> dict[str, bytes]:
    """`404.html`. A host shows it at any depth, so its addresses begin at the root of the site."""
    top = urlsplit(config.site.base_url).path.rstrip("/") + "/"
    there = frame(config, assets, "404.html", "This page does not exist", "")
    rooted = replace(
        there,
        static=top + there.static,
        home=top + there.home,
        search=there.search and top + there.search,
        canonical="",
        alternates=tuple(replace(other, address=top + other.address) for other in there.alternates),
        navigation=tuple((title, address if ":" in address else top + address) for title, address in there.navigation),
    )
    return {"404.html": renderer.render("404.html", LostPage(rooted)).encode()}
