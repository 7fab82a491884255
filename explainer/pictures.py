"""A drawing that stands alone, without the page's style: its colours written out, on a ground, with a title; and the same in pixels."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import escape

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # as in static/style/6-figures.css
VARIABLE = re.compile(r"var\((--[\w-]+)\)")
MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
SET = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+)")
BOX = re.compile(r'<svg [^>]*?viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"[^>]*>')
EDGE = 12  # pixels of ground around a drawing


def colours(style: str) -> dict[str, str]:
    """The variables of a style in the light, an author's theme after ours."""
    return {name: value.strip() for name, value in SET.findall(MEDIA.sub("", style))}


def size(svg: str) -> tuple[int, int]:
    """The width and height of `alone`, in pixels."""
    match = BOX.match(svg)
    assert match, "Vega's drawings have a box"
    return round(float(match[1])) + 2 * EDGE, round(float(match[2])) + 2 * EDGE


def alone(svg: str, title: str, colours: Mapping[str, str]) -> str:
    """A drawing of a page as a file of its own, in the colours of the light."""
    width, height = size(svg)
    inside = VARIABLE.sub(lambda match: str(escape(colours.get(match[1], "#000"))), svg)
    inside = BOX.sub(
        lambda match: match[0].replace("<svg ", f'<svg x="{EDGE}" y="{EDGE}" width="{match[1]}" height="{match[2]}" ', 1), inside, count=1
    )
    ground = escape(colours.get("--paper", "#fff"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{FONT}" role="img"><title>{escape(title)}</title><rect width="100%" height="100%" fill="{ground}"/>{inside}</svg>\n'
    )  # fmt: skip


def png(svg: str, scale: float = 2) -> bytes:
    """A drawing in pixels, twice as many as its size says."""
    import vl_convert

    data: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return data
