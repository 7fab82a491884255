"""The image that previews elsewhere show of an article: its title, the number that opens it, and its first chart. No browser draws it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from markupsafe import escape

from explainer import pictures
from explainer.charts import Drawing
from explainer.files import Files
from explainer.pages.contexts import ArticlePage
from explainer.pages.page import Page

FILE = "preview.png"  # beside the article
WIDTH, HEIGHT, EDGE = 1200, 630, 64
COLUMN = 440  # of the chart
SIZES = ((60, 3), (50, 4), (42, 5))  # of the title, and so many lines of it
LETTER = 0.53  # the width of one, as a part of its size


def files(page: Page, context: ArticlePage, drawings: Mapping[str, Drawing]) -> Files:
    """The image; none where the site has no base_url, for nobody would find it."""
    if not context.frame.shown.image:
        return Files({})
    first = next(iter(page.text.names("chart")), None)
    colours = pictures.colours(page.assets.files[f"{page.assets.folder}/style.css"].decode())
    drawn = _drawn(context, drawings[first].svgs["narrow"] if first else "", colours)
    return Files({}, {f"{page.article.slug}/{FILE}": lambda: page.config.results.get("banner", drawn, lambda: pictures.png(drawn, 1))})


def _drawn(context: ArticlePage, chart: str, colours: Mapping[str, str]) -> str:
    width = WIDTH - 2 * EDGE - (COLUMN + EDGE if chart else 0)
    size, lines = _wrapped(context.frame.title, width)
    parts = [
        f'<rect width="{WIDTH}" height="12" fill="var(--machines)"/>',
        _text(EDGE, 84, 28, "--muted", context.frame.site, width),
        *(_text(EDGE, 150 + round(size * 1.2 * at), size, "--ink", line, width, "700") for at, line in enumerate(lines)),
    ]
    if context.key_figures:
        figure = context.key_figures[0]
        parts += [
            _text(EDGE, 520, 84, "--machines", figure.value.text, width, "700"),
            _text(EDGE, 570, 28, "--muted", figure.label, width),
        ]
    if chart:
        parts.append(pictures.placed(chart, (WIDTH - EDGE - COLUMN, 110, COLUMN, HEIGHT - 160)))
    return pictures.written("".join(parts), (WIDTH, HEIGHT), colours)


def _wrapped(title: str, width: int) -> tuple[int, list[str]]:
    """The largest letters in which the title has room; what has none is cut."""
    for size, most in SIZES:
        lines = textwrap.wrap(title, int(width / size / LETTER), max_lines=most, placeholder=" …")
        if not lines or not lines[-1].endswith("…") or size == SIZES[-1][0]:
            return size, lines
    raise AssertionError("the last size takes every title")


def _text(x: int, y: int, size: int, colour: str, words: str, width: int, weight: str = "400") -> str:
    """A line, smaller where it is too long, and cut where that would be too small."""
    fits = width / LETTER / max(len(words), 1)
    size = max(min(size, int(fits)), size // 2)
    cut = textwrap.shorten(words, int(width / size / LETTER), placeholder=" …") if len(words) * size * LETTER > width else words
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="var({colour})">{escape(cut)}</text>'
