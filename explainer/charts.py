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
from functools import cached_property
from typing import TYPE_CHECKING, Any

from explainer import scripts, svg
from explainer.cache import Cache, digest
from explainer.content import Text
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.fields import unknown
from explainer.model.simulate import Row

if TYPE_CHECKING:
    import altair

HINT = "a chart is 'def name(tables, width)' and returns an Altair chart"
RETURN = "the last line of its function is 'return …', with an Altair chart"
WIDTHS: Mapping[str, int] = {"wide": 680, "narrow": 340}
FITTED = {"type": "fit-x", "contains": "padding"}

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
    """A drawn chart. `tables` are the names it reads; `specs` are Vega, by width, without their rows; `key` is the digest of it all."""

    name: str
    svgs: Mapping[str, str]
    specs: Mapping[str, Any]
    tables: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class _Written:
    """What a chart's function returns at each width, as Vega-Lite, and the tables that it read."""

    charts: Mapping[str, dict[str, Any]]
    tables: tuple[str, ...]
    key: str


def draw(
    code: Text, wanted: Mapping[str, Place], rows: Mapping[str, list[Row]], keys: Mapping[str, str],
    built_in: Collection[str], drawn_by: Callable[[], Mapping[str, Callable[..., Any]]], results: Cache,
    each: Callable[[], None] = lambda: None,
) -> dict[str, Drawing]:  # fmt: skip
    """Draw the wanted charts (name -> where the prose places it), author's and built-in ones. Raises Problems for all that fail.

    `keys` are the digests of the rows, `built_in` the names of the latter, `drawn_by` gives their functions; `each` is called after each.

    A chart is drawn anew when its rows change, and its function is called anew when the part of the file changes that it rests on.
    """
    if not wanted:
        return {}
    drawings, desk = {}, _Desk(code, rows, keys, built_in, drawn_by, results)
    with Report() as report:
        for name, place in wanted.items():
            if "/" in name and name not in built_in:
                continue  # no built-in chart either, as has been said
            if name not in {*desk.kept, *built_in} and name not in desk.functions:
                hint = did_you_mean(name, desk.functions) or f"define 'def {name}(tables, width)' in {code.place.file}"
                report.error("unknown-chart", f"there is no chart '{name}'", place, hint)
                continue
            drawing = report.attempt(desk.drawing, name)
            if drawing:
                drawings[name] = drawing
            each()
    return drawings


@dataclass
class _Desk:
    """Where the charts of one article are drawn. Its file is run when the first function is needed, and no sooner."""

    code: Text
    rows: Mapping[str, list[Row]]
    keys: Mapping[str, str]
    built_in: Collection[str]
    drawn_by: Callable[[], Mapping[str, Callable[..., Any]]]
    results: Cache

    @cached_property
    def functions(self) -> dict[str, Callable[..., Any]]:
        own = scripts.load(self.code, "chart-fails", HINT)
        return {**own, **self.drawn_by()}

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """The functions whose part of the file is known without running it."""
        return self.results.get("parts", self.code.markdown, lambda: scripts.parts(self.code.markdown))

    def drawing(self, name: str) -> Drawing:
        """The chart of that name, drawn."""
        rests_on: object = (self.kept.get(name, self.code.markdown), sorted(self.rows))
        if name in self.built_in:
            rests_on = (name, self.keys[name])
        written = self.results.get("chart", rests_on, lambda: self._written(name))
        key = digest((name, written.key, [self.keys[table] for table in written.tables]))
        return self.results.get("drawing", key, lambda: self._drawn(name, written, key))

    def _written(self, name: str) -> _Written:
        function, found, read = self.functions[name], dict[str, dict[str, Any]](), dict[str, None]()
        for size, width in WIDTHS.items():
            tables = Tables(self.rows)
            try:
                chart = function(tables, width)
                if hasattr(chart, "to_dict"):
                    found[size] = chart.to_dict(validate=not found)  # the same function has passed at the first width
            except (Exception, SystemExit) as error:
                raise self._failed(name, error) from None
            if size not in found:
                what = "nothing" if chart is None else f"'{type(chart).__name__}', which is no chart"
                place = Place(self.code.place.file, self._line(name))
                raise Problems([Diagnostic("chart-fails", f"the chart '{name}' returns {what}", place, RETURN)])
            read |= dict.fromkeys(tables._read)
        return _Written(found, tuple(read), digest((found, list(read))))

    def _drawn(self, name: str, written: _Written, key: str) -> Drawing:
        import vl_convert

        place = Place(self.code.place.file, self._line(name))
        svgs: dict[str, str] = {}
        specs: dict[str, Any] = {}
        rows = {table: self.rows[table] for table in written.tables}
        for size, chart in written.charts.items():
            _check_fields(name, chart, self.rows, place)
            _check_texts(name, rows, place)
            try:
                specs[size] = self._compiled(chart, written.tables)
                svgs[size] = svg.compact(vl_convert.vega_to_svg(_with_rows(specs[size], rows)), f"{file_name(name)}-{size}")
            except (Exception, SystemExit) as error:
                raise self._failed(name, error) from None
        return Drawing(name, svgs, specs, written.tables, key)

    def _compiled(self, chart: dict[str, Any], tables: Collection[str]) -> dict[str, Any]:
        """Vega-Lite -> Vega. Compiling costs as much as drawing, does not look at rows, and rarely at the width."""
        import vl_convert

        lite = _themed(chart, {table: [] for table in tables})
        if lite.get("autosize") == FITTED and isinstance(lite.get("width"), int):
            vega = self.results.get("vega", {**lite, "width": 0}, lambda: vl_convert.vegalite_to_vega(lite))
            if "width" in vega:
                return {**vega, "width": lite["width"]}
        return self.results.get("vega", lite, lambda: vl_convert.vegalite_to_vega(lite))

    def _line(self, name: str) -> int:
        return int(self.functions[name].__code__.co_firstlineno)

    def _failed(self, name: str, error: BaseException) -> Problems:
        message = f"the chart '{name}' fails: {scripts.described(error)}"
        return scripts.failed(self.code, "chart-fails", message, error, HINT, self._line(name))


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
        themed.setdefault("autosize", FITTED)
    return themed


def _with_rows(vega: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    data = [{**item, "values": rows[item["name"]]} if item.get("name") in rows else item for item in vega.get("data", [])]
    return {**vega, "data": data}


def live(drawing: Drawing, rows: Mapping[str, list[Row]], following: Collection[str]) -> str:
    """What the page fetches to make the chart live: the specifications, and the rows that never change."""
    fixed = {table: rows[table] for table in drawing.tables if table not in following}
    follows = [table for table in drawing.tables if table in following]
    content = {"specs": drawing.specs, "follows": follows, "rows": fixed}
    return json.dumps(content, separators=(",", ":"), sort_keys=True)
