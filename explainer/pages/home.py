"""The page that lists the articles."""

from __future__ import annotations

from explainer.assets import Assets
from explainer.config import Config
from explainer.pages.contexts import HomePage, Renderer, Teaser
from explainer.pages.frame import frame


def home(teasers: tuple[Teaser, ...], assets: Assets, config: Config, renderer: Renderer) -> dict[str, bytes]:
    """The page that lists the articles, the newest first."""
    ordered = tuple(sorted(teasers, key=lambda item: (item.published, item.address), reverse=True))
    context = HomePage(frame(config, assets, "index.html", config.site.title, config.site.description), ordered)
    return {"index.html": renderer.render("home.html", context).encode()}
