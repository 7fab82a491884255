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
    """A drawing of a page as a file of its own."""
    width, height = size(svg)
    return written(placed(svg, (EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE)), (width, height), colours, title)


def placed(svg: str, box: tuple[int, int, int, int]) -> str:
    """A drawing as a part of another: as large as the box allows."""
    x, y, width, height = box
    return svg.replace("<svg ", f'<svg x="{x}" y="{y}" width="{width}" height="{height}" ', 1)


def written(inside: str, size: tuple[int, int], colours: Mapping[str, str], title: str = "") -> str:
    """A file with these parts in it, on a ground, in the colours of the light."""
    width, height = size
    named = f"<title>{escape(title)}</title>" if title else ""
    ground = '<rect width="100%" height="100%" fill="var(--paper)"/>'
    whole = VARIABLE.sub(lambda match: str(escape(colours.get(match[1], "#000"))), ground + inside)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{FONT}" role="img">{named}{whole}</svg>\n'
    )


def png(svg: str, scale: float = 2) -> bytes:
    """A drawing in pixels, twice as many as its size says."""
    import vl_convert

    data: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return data
