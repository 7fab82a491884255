"""Charts that any author can place, of what a reader asks next: `chart:sensitivity/NAME`, `flips/CLAIM`, `evidence/NAME`, `distribution/NAME`.

Each is a function like an author's, and its rows are a table of the same name, which nobody declares. The page makes the
rows anew under the reader's settings (`static/builtin.js`), but for those of `evidence`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

import numpy as np

from explainer import numerals
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.model.model import Model, Quantity, RowTable
from explainer.model.sample import Sample, histogram
from explainer.model.sensitivity import ENDS, TOGETHER, Flip, Sensitivity
from explainer.model.simulate import Numbers, Row, table_rows
from explainer.numerals import Locale, Style

KINDS = ("sensitivity", "flips", "evidence", "distribution")
PLACED = re.compile(r"(\w+)/(\w+)(?:\[([^\[\]]*)\])?")
LARGEST = 8  # swings that a chart shows
EVIDENCE = {
    "primary": "var(--machines)", "secondary": "var(--third)", "derived": "var(--fourth)", "judgement": "var(--people)", TOGETHER: "var(--muted)",
}  # fmt: skip
LETTER, LINE = 6.6, 17  # pixels: an average letter, a line of text


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A chart that an author has placed by its name: its function, its rows, and these as people read them."""

    name: str
    draw: Callable[[Any, int], Any] | None  # None where only the data is needed
    rows: list[Row]
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    follows: bool = True  # the reader, by rows that the page makes anew

    @property
    def data(self) -> list[Row]:
        """The rows as data: without the words that are drawn."""
        return [{key: value for key, value in row.items() if not key.endswith("_text")} for row in self.rows]


def prepare(model: Model, numbers: Numbers, sensitivity: Sensitivity, wanted: Mapping[str, Place], locale: Locale) -> dict[str, BuiltIn]:
    """Those of the wanted charts that are built in, by name. Raises Problems for names that there are not."""
    builder = _Builder(model, numbers, sensitivity, locale)
    made = {}
    with Report() as report:
        for name, place in wanted.items():
            built = report.attempt(builder.build, name, place) if "/" in name else None
            if built:
                made[name] = built
    return made


@dataclass(frozen=True, slots=True)
class _Builder:
    model: Model
    numbers: Numbers
    sensitivity: Sensitivity
    locale: Locale

    def build(self, written: str, place: Place) -> BuiltIn:
        """The chart that a text such as `sensitivity/NAME[2030]` names."""
        match = PLACED.fullmatch(written)
        kind, name, at = (match[1], match[2], match[3] or "") if match else (written.partition("/")[0], "", "")
        if not match or kind not in KINDS:
            _refuse(f"there is no chart '{written}'", place, did_you_mean(kind, KINDS) or "write 'chart:sensitivity/NAME'")
        if kind == "flips":
            return self._flips(written, name, place)
        if name not in self.model.numbers:
            _refuse(f"unknown quantity '{name}'", place, did_you_mean(name, self.model.numbers))
        over = self.model.over(name)
        if kind == "distribution" and len(over) == 1 and not at:
            built = self._fan(written, name, over[0])
        else:
            make = {"sensitivity": self._swings, "evidence": self._evidence, "distribution": self._distribution}[kind]
            built = make(written, name, self._step(kind, name, at, place), place)
        return replace(built, follows=kind != "evidence" and name not in self.model.fixed)

    def _step(self, kind: str, name: str, at: str, place: Place) -> str:
        """The step that is meant, one of the number's own."""
        steps = self.model.steps(self.model.over(name))
        at = ", ".join(part.strip() for part in at.split(","))
        if at not in steps and "" in steps:
            _refuse(f"'{name}' has a single value, not one for each step", place, f"leave out '[{at}]'")
        if at not in steps and at:
            _refuse(f"'{name}' has no step '{at}'", place, did_you_mean(at, steps) or f"its steps go from '{steps[0]}' to '{steps[-1]}'")
        if at not in steps:
            _refuse(f"'{name}' has a value for each step of an axis", place, f"say which: 'chart:{kind}/{name}[{steps[0]}]'")
        return at

    def _swings(self, table: str, name: str, at: str, place: Place) -> BuiltIn:
        amount, rows = self.numbers.amount(name, at), list[Row]()
        for swing in [swing for swing in self.sensitivity.swings(name, at) if swing.width > 0][:LARGEST]:
            item = self.model.assumptions[swing.assumption]
            start, end = (float(x) for x in item.distribution.quantile(np.array(ENDS)))
            row: Row = {"name": item.name, "label": item.label, "from": start, "to": end}
            row |= {"low": _finite(swing.low), "value": _finite(amount.value), "high": _finite(swing.high)}
            row |= {"from_text": self._text(start, item.unit.style), "to_text": self._text(end, item.unit.style)}
            rows.append(row)
        if not rows:
            hint = "it is an assumption itself" if name in self.model.assumptions else "it rests on nothing uncertain"
            _refuse(f"nothing moves '{name}'", place, hint)
        style = self.model.number(name).unit.style
        header = ("Assumption", "at its 5 % point", "makes it", "at its 95 % point", "makes it")
        cells = tuple(
            (str(row["label"]), str(row["from_text"]), self._text(row["low"], style), str(row["to_text"]), self._text(row["high"], style))
            for row in rows
        )
        return BuiltIn(table, lambda tables, width: _tornado(tables, width, table, rows, self._title(name, at)), rows, header, cells)

    def _flips(self, table: str, claim: str, place: Place) -> BuiltIn:
        if claim not in self.model.claims:
            _refuse(f"unknown claim '{claim}'", place, did_you_mean(claim, self.model.claims))
        rows = [row for flip in self.sensitivity.flips(claim) for row in self._flip_rows(flip)]
        if not rows:
            _refuse(f"the claim '{claim}' rests on nothing that could be otherwise", place, "give an assumption a range")
        first = [row for row in rows if row["part"] == 1]
        header = ("Assumption", "Here", "Plausible from", "to", "The claim")
        cells = tuple(
            (str(row["label"]), self._text(row["value"], self.model.assumptions[str(row["name"])].unit.style), str(row["low_text"]),
             str(row["high_text"]), str(row["holds"])) for row in first
        )  # fmt: skip
        follows = self.model.fixed.isdisjoint(self.model.claims[claim].inputs)
        return BuiltIn(table, lambda tables, width: _ranges(tables, width, table, first), rows, header, cells, follows)

    def _flip_rows(self, flip: Flip) -> list[Row]:
        item = self.model.assumptions[flip.assumption]
        value = min(max(self.numbers.amount(item.name).value, flip.low), flip.high)
        low, high = (self._text(x, item.unit.style) for x in (flip.low, flip.high))
        whole: Row = {
            "name": item.name, "label": item.label, "low": flip.low, "value": value, "high": flip.high,
            "holds": words(flip, lambda x: self._text(x, item.unit.style)), "low_text": low, "high_text": high,
        }  # fmt: skip
        parts: tuple[tuple[float | None, float | None], ...] = flip.parts or ((None, None),)
        return [{**whole, "part": float(number), "from": start, "to": end} for number, (start, end) in enumerate(parts, start=1)]

    def _evidence(self, table: str, name: str, at: str, place: Place) -> BuiltIn:
        shares = self.sensitivity.evidence(name, at)
        if shares is None:
            _refuse(f"'{name}' has no variance to share out", place, "it is certain, or a few draws make all of its variance")
        rows: list[Row] = [{"evidence": kind, "share": shares[kind]} for kind in EVIDENCE if shares.get(kind, 0) >= 0.0005]
        cells = tuple((str(row["evidence"]), self._text(100 * shares[str(row["evidence"])], numerals.PERCENT, 2)) for row in rows)
        return BuiltIn(table, lambda tables, width: _stack(tables, width, table), rows, ("Evidence", "Share of the variance"), cells)

    def _distribution(self, table: str, name: str, at: str, place: Place) -> BuiltIn:
        number, amount = self.model.number(name), self.numbers.amount(name, at)
        if amount.low == amount.high or (isinstance(number, Quantity) and number.is_step):
            _refuse(f"'{name}' has no distribution to draw", place, "it is certain, or a step of an axis")
        lie = histogram(Sample(self.model, self.sensitivity.arrays).draws(name, at))
        rows, cells = list[Row](), []
        for k, share in enumerate(lie.shares):
            start, end = lie.edge(k), lie.edge(k + 1)
            within = amount.low <= (start + end) / 2 <= amount.high
            rows.append({"from": start, "to": end, "share": share, "within": float(within), "median": amount.value})
            ends = (self._text(x, number.unit.style) for x in (start, end))
            cells.append((*ends, self._text(100 * share, numerals.PERCENT, 2)))
        title = self._title(name, at)
        return BuiltIn(
            table, lambda tables, width: _density(tables, width, table, title), rows, ("From", "to", "Share of the draws"), tuple(cells)
        )

    def _fan(self, table: str, name: str, axis: str) -> BuiltIn:
        number = self.model.number(name)
        own = RowTable(table, ((number.label, name),), (axis,), number.unit, number.place)
        rows = table_rows(replace(self.model, row_tables={table: own}, data_tables={}), self.numbers)[table]
        amounts = [(step, self.numbers.amount(name, step)) for step in self.model.steps((axis,))]
        cells = tuple((step, *(self._text(x, number.unit.style) for x in (a.low, a.value, a.high))) for step, a in amounts)
        numeric, title = bool(self.model.axes[axis].numbers), self._title(name)
        return BuiltIn(
            table, lambda tables, width: _band(tables, width, table, axis, numeric, title), rows, (axis, "5 %", "Median", "95 %"), cells
        )

    def _title(self, name: str, at: str = "") -> str:
        number = self.model.number(name)
        label = f"{number.label}, {at}" if at else number.label
        return f"{label} ({number.unit.text})" if number.unit.text else label

    def _text(self, value: float | str | None, style: Style, digits: int = 3) -> str:
        number = float("inf") if value is None else float(value)
        return numerals.central(number, number, number, style, self.locale, digits)


def words(flip: Flip, write: Callable[[float], str]) -> str:
    """Where a claim holds, as a sentence about it would say it."""
    pieces = []
    for start, end in flip.parts:
        if start == flip.low:
            pieces.append("at any value here" if end == flip.high else f"below {write(end)}")
        else:
            pieces.append(f"above {write(start)}" if end == flip.high else f"between {write(start)} and {write(end)}")
    if not pieces:
        return "holds at no value here"
    return ("holds " if pieces[0].startswith("at") else "holds only ") + " or ".join(pieces)


def _refuse(message: str, place: Place, hint: str) -> NoReturn:
    raise Problems([Diagnostic("unknown-chart", message, place, hint)])


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


# ---- the drawings ----
# A label stands above its bar, over the whole width, and breaks into as many lines as it needs.


def _tornado(tables: Any, width: int, table: str, rows: list[Row], title: str) -> Any:
    """A bar from low to high around the central value, with what the assumption is at each end."""
    import altair as alt

    margin = 12 + LETTER * max(len(str(row[end])) for row in rows for end in ("from_text", "to_text"))
    lines = _lines(rows, width)
    step = lines * LINE + 34
    y = alt.Y("name:N", sort=None, axis=None)
    scale, axis = alt.Scale(zero=False, nice=False, padding=margin), alt.Axis(tickCount=3 if width < 500 else 5, domain=False)
    base = alt.Chart(getattr(tables, table)).transform_calculate(**_wrapped("label", width))
    down = (lines * LINE) / 2  # the bar stands in the lower part of its band, the label above it
    centre = alt.X("mean(value):Q", scale=scale, axis=axis, title=_wrap(title, width))
    layers = [
        base.mark_rule(color="var(--muted)").encode(x=centre),
        base.mark_text(align="left", baseline="top", yOffset=4 - step / 2, lineHeight=LINE).encode(
            x=alt.value(0), y=y, text="label_lines:N"
        ),
    ]
    for end, text in (("low", "from_text"), ("high", "to_text")):
        x = alt.X(f"{end}:Q", title=_wrap(title, width), scale=scale, axis=axis)
        colour = alt.condition(f"datum.{end} > datum.value", alt.value("var(--third)"), alt.value("var(--fourth)"))
        layers.append(base.mark_bar(height=14, yOffset=down).encode(x=x, x2="value:Q", y=y, color=colour))
        sides: tuple[tuple[Literal["left", "right"], str], ...] = (
            ("left", f"datum.{end} > datum.value"),
            ("right", f"datum.{end} <= datum.value"),
        )
        for align, side in sides:
            shown = base.transform_filter(side).mark_text(
                align=align, yOffset=down, dx=5 if align == "left" else -5, fontSize=12, color="var(--muted)"
            )
            layers.append(shown.encode(x=x, y=y, text=f"{text}:N"))
    note = "Each bar: the median with one assumption at its 5 % and at its 95 % point, whose values stand at the ends"
    return alt.layer(*layers).properties(width=width, height=step * len(rows), title=_note(note, width))


def _ranges(tables: Any, width: int, table: str, rows: list[Row]) -> Any:
    """For each assumption its plausible range as a line, in colour where the claim holds, with the value that is used."""
    import altair as alt

    lines = _lines(rows, width) + _lines(rows, width, "holds")
    step = lines * LINE + 54
    y = alt.Y("name:N", sort=None, axis=None)
    scale = alt.Scale(domain=[0, 1], nice=False)
    places = {f"at_{key}": f"(datum.{key} - datum.low) / (datum.high - datum.low)" for key in ("from", "to", "value")}
    base = alt.Chart(getattr(tables, table)).transform_calculate(**places, **_wrapped("label", width), **_wrapped("holds", width))
    one = base.transform_filter("datum.part == 1")
    down = step / 2 - 34
    above = 4 - step / 2

    def text(field: str, align: Literal["left", "right"], x: int | str, offset: float, **more: Any) -> Any:
        mark = one.mark_text(align=align, baseline="top", yOffset=offset, lineHeight=LINE, **more)
        return mark.encode(x=alt.value(x), y=y, text=f"{field}:N")

    x, x2 = (alt.X(f"at_{key}:Q", scale=scale, axis=None) for key in ("from", "to"))
    return alt.layer(
        text("label_lines", "left", 0, above),
        text("holds_lines", "left", 0, above + LINE * _lines(rows, width), color="var(--muted)"),
        one.mark_rule(strokeWidth=2, color="var(--muted)", yOffset=down).encode(
            x=alt.XDatum(0, scale=scale, axis=None), x2=alt.datum(1), y=y
        ),
        base.transform_filter("isValid(datum.from)")
        .mark_bar(height=10, yOffset=down, color="var(--third)")
        .encode(x=x, x2=x2.shorthand, y=y),
        one.mark_circle(size=130, opacity=1, color="var(--ink)", stroke="var(--paper)", strokeWidth=2, yOffset=down).encode(
            x=alt.X("at_value:Q", scale=scale, axis=None), y=y
        ),
        text("low_text", "left", 0, down + 10, fontSize=12, color="var(--muted)"),
        text("high_text", "right", "width", down + 10, fontSize=12, color="var(--muted)"),
    ).properties(
        width=width,
        height=step * len(rows),
        title=_note("Each line: the plausible range of one assumption; in colour where the claim holds; the dot is the value used", width),
    )


def _stack(tables: Any, width: int, table: str) -> Any:
    """One bar of shares."""
    import altair as alt

    scale = alt.Scale(domain=list(EVIDENCE), range=list(EVIDENCE.values()))
    legend = alt.Legend(title=None, symbolType="square", columns=3 if width < 500 else 5)
    order = "indexof(" + str(list(EVIDENCE)) + ", datum.evidence)"
    base = alt.Chart(getattr(tables, table)).transform_calculate(order=order)
    stacked = base.transform_stack(stack="share", as_=["start", "end"], groupby=[], sort=[alt.SortField("order")]).transform_calculate(
        middle="(datum.start + datum.end) / 2"
    )
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1]))
    bar = stacked.mark_bar(height=34).encode(x=x, x2="end:Q", color=alt.Color("evidence:N", scale=scale, legend=legend))
    label = stacked.transform_filter(f"datum.share > {34 / width}").mark_text(color="var(--paper)", fontWeight=600)
    return alt.layer(bar, label.encode(x=alt.X("middle:Q", axis=None), text=alt.Text("share:Q", format=".0%"))).properties(
        width=width, height=44, title=_note("Share of the variance that rests on each kind of evidence", width)
    )


def _density(tables: Any, width: int, table: str, title: str) -> Any:
    """The draws in bins: strong where 90 % of them lie, with the median."""
    import altair as alt

    base = alt.Chart(getattr(tables, table))
    x = alt.X(
        "from:Q",
        title=_wrap(title, width),
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(tickCount=3 if width < 500 else 6, grid=False),
    )
    y = alt.Y("share:Q", axis=None)
    opacity = alt.condition("datum.within", alt.value(1), alt.value(0.4))
    bars = base.mark_bar(color="var(--machines)", binSpacing=0).encode(x=x, x2="to:Q", y=y, y2=alt.datum(0), opacity=opacity)
    median = base.mark_rule(color="var(--ink)", strokeWidth=1.5).encode(x="mean(median):Q")
    note = "How probable each value is: 90 % of the draws lie in the strong part; the line is the median"
    return alt.layer(bars, median).properties(width=width, height=180, title=_note(note, width))


def _band(tables: Any, width: int, table: str, axis: str, numeric: bool, title: str) -> Any:
    """The median along an axis, and the band in which 90 % of the draws lie."""
    import altair as alt

    base = alt.Chart(getattr(tables, table))
    ticks = {"format": "d", "tickCount": 4 if width < 500 else 8} if numeric else {"labelAngle": 0}
    x = alt.X(f"{axis}:{'Q' if numeric else 'N'}", title=None, sort=None, scale=alt.Scale(nice=False, zero=False) if numeric else alt.Undefined,
              axis=alt.Axis(grid=False, **ticks))  # fmt: skip
    y = alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=5, domain=False))
    between = (
        base.mark_area(opacity=0.25, color="var(--machines)")
        if numeric
        else base.mark_rule(strokeWidth=7, opacity=0.35, color="var(--machines)")
    )
    line = base.mark_line(strokeWidth=2.5) if numeric else base.mark_circle(size=110, opacity=1, color="var(--machines)")
    note = f"{title}: the median, and the band in which 90 % of the draws lie"
    return alt.layer(between.encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"), line.encode(x=x, y=y)).properties(
        width=width, height=240, title=_note(note, width)
    )


def _note(text: str, width: int) -> Any:
    """What one has to know to read the drawing."""
    import altair as alt

    return alt.TitleParams(_wrap(text, width), color="var(--muted)", fontSize=13, fontWeight="normal", lineHeight=LINE, offset=10)


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, int(width / LETTER), break_on_hyphens=False)


def _lines(rows: list[Row], width: int, key: str = "label") -> int:
    """How many lines the longest of the texts takes."""
    return max(len(_wrap(str(row[key]), width)) for row in rows)


def _wrapped(key: str, width: int) -> dict[str, str]:
    """A Vega expression that breaks a text into lines as `_wrap` does, in the reader's browser too."""
    pattern = f"'(.{{1,{int(width / LETTER)}}})( +|$)', 'g'"
    return {f"{key}_lines": f"split(trim(replace(datum.{key}, regexp({pattern}), '$1\\n')), '\\n')"}
