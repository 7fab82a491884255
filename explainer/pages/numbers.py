"""The page of all numbers of an article: what each is made of, how its draws lie, and what moves it."""

from __future__ import annotations

from collections.abc import Callable

from explainer.files import Files
from explainer.model.sample import Sample
from explainer.pages import cards
from explainer.pages.contexts import Frame, NumbersPage
from explainer.pages.frame import frame
from explainer.pages.page import Page
from explainer.prose import merge

PAGE = "numbers/index.html"  # beside the article's


def files(page: Page, sample: Callable[[], Sample]) -> Files:
    """The page, by its path in the site; `sample` gives the draws, and is asked for them only where the page is not kept."""
    heading = merge.plain(page.text.title, page.values)
    outer = frame(
        page.config,
        page.assets,
        f"{page.article.slug}/{PAGE}",
        f"The numbers of “{heading}”",
        f"Every number of “{heading}”: how it is computed, and what moves it.",
    )
    key = (page.key, outer, heading)

    def made() -> bytes:
        return page.config.results.get("numbers", key, lambda: _html(page, outer, heading, sample()))

    return Files({}, {f"{page.article.slug}/{PAGE}": made})


def _html(page: Page, outer: Frame, heading: str, sample: Sample) -> bytes:
    context = NumbersPage(
        frame=outer,
        article=heading,
        cards=tuple(cards.whole_card(name, page.values, sample, page.cited) for name in page.model.numbers),
        claims=tuple(cards.claim(name, page.values) for name in page.model.claims),
    )
    return page.renderer.render("numbers-page.html", context).encode()
