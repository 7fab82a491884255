"""A drawing made small is the same picture: compared pixel by pixel with what Vega drew."""

import io
import re

import altair as alt
import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explainer import paths
from explainer.svg import compact

ROWS = alt.InlineData(
    values=[
        {"x": x, "y": (x * 7) % 11 - 3, "kind": kind}
        for x in range(8)
        for kind in ("some quite long words", "others")
        if x % 3 or kind == "others"
    ]
)
BASE = alt.Chart(ROWS).encode(x="x:Q", y="y:Q", color=alt.Color("kind:N", scale=alt.Scale(range=["#8040c0", "#208060"])))
RULE = alt.Chart(ROWS).mark_rule(color="#444444").encode(y=alt.datum(2))
CHARTS = {
    "bars below and above zero": alt.Chart(ROWS).mark_bar().encode(x="x:O", y="sum(y):Q"),
    "see-through bars": BASE.mark_bar(opacity=0.4),
    "lines with points": BASE.mark_line(point=True),
    "a dashed line": BASE.mark_line(strokeDash=[6, 3]),
    "an area over a rule of each row": alt.layer(BASE.mark_area(opacity=0.4), RULE),
    "see-through rules that cross": BASE.mark_rule(opacity=0.4, strokeWidth=9).encode(x2=alt.datum(4), y2=alt.datum(1)),
    "symbols": BASE.mark_point(size=90, strokeWidth=2),
    "texts": BASE.mark_text(angle=30, dx=5, align="right").encode(text="kind:N"),
    "a text of several lines": alt.Chart(ROWS, title=["One line", "and another"]).mark_tick().encode(x="x:Q"),
    "what is clipped": BASE.mark_area(clip=True).encode(y=alt.Y("y:Q", scale=alt.Scale(domain=[0, 4]))),
    "a gradient": BASE.mark_rect().encode(x="x:O", y="kind:N", color="y:Q"),
    "charts side by side": BASE.mark_bar().properties(width=90).facet("kind:N"),
}


def vegas(chart: alt.Chart) -> str:
    return vl_convert.vega_to_svg(vl_convert.vegalite_to_vega({**chart.to_dict(), "background": None}))


def picture(svg: str) -> np.ndarray:
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    inner = svg[svg.index(">") + 1 :]
    page = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}">{inner}'
    return np.asarray(Image.open(io.BytesIO(vl_convert.svg_to_png(page, scale=1))).convert("RGBA")).astype(int)


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
def test_the_picture_stays_the_same(chart):
    drawn = re.sub(r'font-family="[^"]*"', "", vegas(chart))
    small = compact(drawn, "chart")
    before, after = picture(drawn), picture(small)
    assert before.shape == after.shape
    assert (np.abs(before - after).max(axis=2) > 64).mean() < 0.002  # texts move by half a pixel
    assert len(small) < 0.75 * len(drawn)


def test_what_is_drawn_alike_is_said_once():
    drawn = vegas(CHARTS["an area over a rule of each row"])
    assert compact(drawn, "chart").count("#444444") == 1


def test_ids_are_the_drawings_own():
    drawn = vegas(CHARTS["what is clipped"])
    ids = set(re.findall(r' id="([^"]*)"', compact(drawn, "chart-wide")))
    assert ids
    assert all(name.startswith("chart-wide-") for name in ids)
    assert set(re.findall(r"url\(#([^)]*)\)", compact(drawn, "chart-wide"))) <= ids


TENTHS = st.integers(-9999, 9999).map(lambda tenths: f"{tenths / 10:g}")
STEPS = st.one_of(
    *(
        st.tuples(st.sampled_from([letter, letter.lower()]), st.lists(TENTHS, min_size=count, max_size=count))
        for letter, count in (("M", 2), ("L", 2), ("L", 4), ("H", 1), ("V", 1), ("C", 6), ("Z", 0))
    )
)


def corners(path):
    """Every point that a path names, from the page's own corner."""
    found, x, y, start = [], 0, 0, (0, 0)
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [round(float(number) * 10) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        letter, from_here = command.upper(), command.islower()
        if letter == "Z":
            x, y = start
            found.append("Z")
        for i in range(0, len(numbers), size := {"H": 1, "V": 1, "C": 6, "Z": 1}.get(letter, 2)):
            part = numbers[i : i + size]
            if size == 1:
                part = [part[0] if letter == "H" else 0, part[0] if letter == "V" else 0]
                part = [x + part[0], y + part[1]] if from_here else [part[0] if letter == "H" else x, part[1] if letter == "V" else y]
            elif from_here:
                part = [number + (y if at % 2 else x) for at, number in enumerate(part)]
            x, y = part[-2:]
            if letter == "M" and i == 0:
                start = (x, y)
            found.append(("C" if letter == "C" else "M" if letter == "M" and i == 0 else "L", part))
    return found


@given(st.lists(STEPS, max_size=9))
@settings(deadline=None)
def test_a_path_with_relative_steps_is_the_same(steps):
    path = "M0,0" + "".join(command + ",".join(numbers) for command, numbers in steps)
    assert corners(paths.short(path)) == corners(path)


def test_a_path_that_vega_does_not_write_stays():
    assert paths.short("M0,0Q1,1,2,2") == "M0,0Q1,1,2,2"
    assert paths.short("M0,0L1") == "M0,0L1"
    assert paths.short("M5,0A5,5,0,1,1,-5,0L0.5,0.5") == "M5,0a5,5,0,1,1-10,0l5.5,.5"
