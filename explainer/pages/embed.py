"""A chart on a page of its own, to look at alone and to embed elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lxml.html import HtmlElement
from markupsafe import escape

from explainer import charts, pictures
from explainer.charts import Drawing, file_name
from explainer.pages.contexts import ChartPage, FigurePage, Taken
from explainer.pages.frame import absolute, frame, relative
from explainer.pages.page import Page
from explainer.pages.parts import Cited
from explainer.prose import merge, shape

# in pixels, as static/style/6-figures.css has it: lines of the caption and of what stands below it, and the white around all
CAPTION, ORIGIN, AROUND = 23, 20, 60
LETTERS = {"wide": (78, 88), "narrow": (36, 42)}  # on such lines


def address(page: Page, chart: str) -> str:
    """The path of a chart's own page in the site."""
    return f"{page.article.slug}/charts/{file_name(chart)}/index.html"


def taken(page: Page, chart: str, drawing: Drawing, caption: HtmlElement, sources: Iterable[Cited]) -> Taken:
    """How a chart is taken along from its article."""
    own, base = address(page, chart), f"charts/{file_name(chart)}"
    there, words = absolute(page.config, own), caption.text_content().strip()
    origin = "".join([*(_name(entry) for entry in sources), merge.plain(page.text.title, page.values), page.config.site.title])
    height = _height(drawing, len(words), len(origin) + 40)
    code = f'<iframe src="{escape(there)}" title="{escape(words)}" width="100%" height="{height}" loading="lazy"></iframe>'
    return Taken(relative(page.address, own), f"{base}.svg", f"{base}.png", code if there else "")


def files(page: Page, figure: FigurePage) -> dict[str, bytes]:
    """The page of one chart."""
    own, caption = address(page, figure.chart), shape.tree(figure.caption).text_content().strip()
    alt = shape.tree(figure.alt).text_content().strip()
    outer = frame(page.config, page.assets, own, caption or alt, alt)
    home = relative(own, page.address)
    csvs = tuple((table.name.replace("_", " "), relative(own, f"{page.article.slug}/{table.csv}")) for table in figure.tables)
    pictured = tuple(relative(own, f"{page.article.slug}/{path}") for path in (figure.taken.svg, figure.taken.png))
    canonical = absolute(page.config, page.address) or home  # the article is the original
    context = ChartPage(
        outer, merge.plain(page.text.title, page.values), f"{home}#figure-{figure.number}", canonical, figure, csvs, *pictured
    )
    return {own: page.renderer.render("chart.html", context).encode()}


def _name(entry: Cited) -> str:
    return f"{entry.source.author[0] if entry.source.author else entry.source.title}, "


def _height(drawing: Drawing, caption: int, origin: int) -> int:
    """So many pixels that nothing is cut, neither on a wide page nor on a phone, for texts of so many letters."""
    heights = []
    for size in charts.WIDTHS:
        _, height = pictures.size(drawing.svgs[size])
        lines = [math.ceil(letters / on_line) for letters, on_line in zip((caption, origin), LETTERS[size], strict=True)]
        heights.append(height + CAPTION * lines[0] + ORIGIN * lines[1] + AROUND)
    return max(heights)
