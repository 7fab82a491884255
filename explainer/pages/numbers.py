"""The page of all numbers of an article: what each is made of, how its draws lie, and what moves it."""

from __future__ import annotations

from explainer.assets import Assets
from explainer.config import Config
from explainer.content import Article
from explainer.model.model import Model
from explainer.model.sample import Sample
from explainer.model.simulate import Numbers
from explainer.pages import cards
from explainer.pages.contexts import Cited, NumbersPage
from explainer.pages.frame import frame
from explainer.pages.renderer import Renderer
from explainer.prose import merge
from explainer.prose.merge import Values
from explainer.prose.passage import Passage

PAGE = "numbers/index.html"  # beside the article's


def files(
    article: Article, title: Passage, model: Model, numbers: Numbers, sample: Sample, cited: tuple[Cited, ...],
    assets: Assets, config: Config, renderer: Renderer,
) -> dict[str, bytes]:  # fmt: skip
    """The page, by its path in the site."""
    page, values = f"{article.slug}/{PAGE}", Values(model, numbers, config.locale)
    heading = merge.plain(title, values)
    context = NumbersPage(
        frame=frame(
            config, assets, page, f"The numbers of “{heading}”", f"Every number of “{heading}”: how it is computed, and what moves it."
        ),
        article=heading,
        cards=tuple(cards.whole_card(name, values, sample, cited) for name in model.numbers),
        claims=tuple(cards.claim(name, values) for name in model.claims),
    )
    return {page: renderer.render("numbers-page.html", context).encode()}
