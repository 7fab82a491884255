"""An author's chart function -> a drawing: SVG at two widths, and the Vega specifications behind it.

The contract: `charts.py` of an article defines functions `name(tables, width)` that return an Altair
chart. `tables.NAME` is an `alt.NamedData` of tidy rows; a chart reads its data by name only, so that
the page can give it new rows. `width` is the whole width in pixels, axes and all.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explainer import scripts, svg
from explainer.content import Text
from explainer.diagnostics import Place, Problems, Report, did_you_mean
from explainer.fields import unknown
from explainer.model.simulate import Row

if TYPE_CHECKING:
    import altair

HINT = "a chart is 'def name(tables, width)' and returns an Altair chart"
WIDTHS: Mapping[str, int] = {"wide": 680, "narrow": 340}

# Colours are CSS variables of static/style/1-tokens.css: one SVG serves light and dark.
THEME: Mapping[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)", "titleColor": "var(--muted)", "gridColor": "var(--rule)",
        "domainColor": "var(--rule)", "tickColor": "var(--rule)", "labelFontSize": 13, "titleFontSize": 13,
        "titleFontWeight": "normal", "labelLimit": 300, "titlePadding": 10, "labelPadding": 6,
    },
    "legend": {
        "labelColor": "var(--ink)", "titleColor": "var(--muted)", "labelFontSize": 13, "titleFontSize": 13,
        "titleFontWeight": "normal", "orient": "top", "labelLimit": 300,
    },
    "title": {"color": "var(--ink)", "fontSize": 14, "fontWeight": 600, "anchor": "start", "offset": 8},
    "text": {"color": "var(--ink)", "fontSize": 13},
    "rule": {"color": "var(--ink)"},
    "bar": {"color": "var(--machines)"},
    "line": {"color": "var(--machines)"},
    "point": {"color": "var(--machines)"},
    "range": {"category": ["var(--machines)", "var(--people)", "var(--third)", "var(--fourth)"]},
}  # fmt: skip

# What every object of JavaScript has by birth: Vega keeps rows under their texts and would draw nothing for these.
INHERITED = frozenset({
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn chart. `tables` are the names it reads; `specs` are Vega, by width, without their rows."""

    name: str
    svgs: Mapping[str, str]
    specs: Mapping[str, Any]
    tables: tuple[str, ...]


def draw(
    code: Text, wanted: Mapping[str, Place], rows: Mapping[str, list[Row]], built_in: Mapping[str, Callable[..., Any]]
) -> dict[str, Drawing]:
    """Draw the wanted charts (name -> where the prose places it), author's and built-in ones. Raises Problems for all that fail."""
    if not wanted:
        return {}
    drawings = {}
    functions = {**scripts.load(code, "chart-fails", HINT), **built_in}
    with Report() as report:
        for name, place in wanted.items():
            if name not in functions and "/" in name:
                continue  # no built-in chart either, as has been said
            if name not in functions:
                hint = did_you_mean(name, functions) or f"define 'def {name}(tables, width)' in {code.place.file}"
                report.error("unknown-chart", f"there is no chart '{name}'", place, hint)
                continue
            drawing = report.attempt(_draw, name, functions[name], code, rows)
            if drawing:
                drawings[name] = drawing
    return drawings


def file_name(name: str) -> str:
    """The name of a chart or table as part of a file's name: that of a built-in one has other characters."""
    return re.sub(r"\W+", "-", name).strip("-")


class Tables:
    """What a chart function gets: its tables by name. Remembers which were read."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        self._read: list[str] = []

    def __getattr__(self, name: str) -> altair.NamedData:
        import altair

        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"there is no table '{name}'; {did_you_mean(name, self._names)}")
        if name not in self._read:
            self._read.append(name)
        return altair.NamedData(name)


def _draw(name: str, function: Callable[..., Any], code: Text, rows: Mapping[str, list[Row]]) -> Drawing:
    import vl_convert

    svgs: dict[str, str] = {}
    specs: dict[str, Any] = {}
    read: dict[str, None] = {}
    first: dict[str, Any] = {}
    vega: dict[str, Any] = {}
    for size, width in WIDTHS.items():
        tables = Tables(rows)
        try:
            chart = function(tables, width).to_dict(validate=not svgs)  # the same function has passed at the first width
            read |= dict.fromkeys(tables._read)
            place = Place(code.place.file, function.__code__.co_firstlineno)
            _check_fields(name, chart, rows, place)
            _check_texts(name, {table: rows[table] for table in tables._read}, place)
            if first and chart == {**first, "width": width} and "width" in vega:
                vega = {**vega, "width": width}  # compiling costs as much as drawing
            else:
                vega = vl_convert.vegalite_to_vega(_themed(chart, {table: rows[table] for table in tables._read}))
            svgs[size] = svg.compact(vl_convert.vega_to_svg(vega), f"{file_name(name)}-{size}")
        except Problems:
            raise
        except (Exception, SystemExit) as error:
            message = f"the chart '{name}' fails: {scripts.described(error)}"
            raise scripts.failed(code, "chart-fails", message, error, HINT, function.__code__.co_firstlineno) from None
        specs[size] = _without_rows(vega, list(read))
        first = chart
    return Drawing(name, svgs, specs, tuple(read))


def _check_fields(name: str, chart: dict[str, Any], rows: Mapping[str, list[Row]], place: Place) -> None:
    """A Problem for each field that the chart's data lacks: it would be drawn as nothing."""
    with Report() as report:
        for missing, known in unknown(chart, rows).items():
            report.error(
                "unknown-field", f"the chart '{name}' reads '{missing}', which its data lacks", place, did_you_mean(missing, known)
            )


def _check_texts(name: str, rows: Mapping[str, list[Row]], place: Place) -> None:
    """A Problem for each text that would empty the drawing without a word."""
    with Report() as report:
        for table, lines in rows.items():
            for text in sorted({text for row in lines for text in row.values() if isinstance(text, str)} & INHERITED):
                message = f"the chart '{name}' cannot show '{text}', which stands in '{table}': JavaScript has its own meaning for it"
                report.error("unchartable-text", message, place, f"add a word, as in 'the {text}'")


def _themed(chart: dict[str, Any], rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    """The specification with our theme under the author's own, its data, and the whole width kept."""
    config = dict(copy.deepcopy(THEME))
    for key, value in chart.get("config", {}).items():
        if key == "view":
            value = {k: v for k, v in value.items() if not k.startswith("continuous")}
        config[key] = {**config[key], **value} if isinstance(config.get(key), dict) and isinstance(value, dict) else value
    themed = {**chart, "config": config, "datasets": {**chart.get("datasets", {}), **rows}}
    if "mark" in chart or "layer" in chart:
        themed.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    return themed


def _without_rows(vega: Mapping[str, Any], tables: list[str]) -> dict[str, Any]:
    data = [{**item, "values": []} if item.get("name") in tables else item for item in vega.get("data", [])]
    return {**vega, "data": data}


def live(drawing: Drawing, rows: Mapping[str, list[Row]], following: Collection[str]) -> str:
    """What the page fetches to make the chart live: the specifications, and the rows that never change."""
    fixed = {table: rows[table] for table in drawing.tables if table not in following}
    follows = [table for table in drawing.tables if table in following]
    content = {"specs": drawing.specs, "follows": follows, "rows": fixed}
    return json.dumps(content, separators=(",", ":"), sort_keys=True)
