"""Axes and recurrences: stock and flow, vintages, sums over time, and the first year in which something holds."""

import re

import pytest

from explainer import document
from explainer.diagnostics import Problems
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile
from tests.test_model import assumption

DATA = CsvFile("t.csv", ("firm", "pay", "heads"), ((2, ("Acme", "2", "10")), (3, ("B & Co", "3", "20"))))
YEARS = CsvFile("y.csv", ("year", "capex"), tuple((n, (str(2020 + n), str(10 * n))) for n in range(2, 6)))
HEAD = """
units: [person]
axes: {year: 2022..2027, month: 0..3, size: [small, big], firm: t.firm, bought: 2022..2024}
tables:
  t: {file: t.csv, key: firm, units: {pay: million USD / year, heads: person}, source: s}
  y: {file: y.csv, key: year, units: {capex: billion USD / year}, source: s}
"""
INPUTS = (
    assumption("start", "100", "person")
    + assumption("rate", "12", "person / year")
    + assumption("quits", "10", "% / year")
    + assumption("plain", "1 to 2")
)


def quantities_of(text: str) -> str:
    """`name over axes [unit] = formula`, a line each."""
    found = ""
    for line in text.strip().splitlines():
        name, over, unit, formula = re.fullmatch(r"\s*(\w+)(?: over ([\w, ]+))?(?: \[(.*?)\])? = (.*)", line).groups()
        found += f"  {name}: {{label: x, over: [{over or ''}], unit: '{unit or ''}', formula: {formula if formula.startswith('{') else repr(formula)}}}\n"
    return found


def model_of(text: str, claims: str = ""):
    loaded = document.parse(f"{HEAD}assumptions:\n{INPUTS}quantities:\n{quantities_of(text)}{claims}", "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), {"t.csv": DATA, "y.csv": YEARS}, {"s"})


def values_of(text: str, name: str) -> dict[str, float]:
    model = model_of(text)
    numbers = simulate(model)
    return {step: numbers.amount(name, step).value for step in model.steps(model.over(name))}


CASES = [
    ("the number of a step", "x over year = coordinate(year) - 2022", [0, 1, 2, 3, 4, 5]),
    ("a stock that grows by a flow", "x over month [person] = previous(x, start) + rate * month", [101, 102, 103, 104]),
    ("a stock with hires and exits", "gone over month [person / month] = previous(x, start) * quits\nx over month [person] = previous(x, start) - gone * month",
     [100 * (1 - 0.1 / 12) ** n for n in (1, 2, 3, 4)]),
    ("a recurrence of two", "a over month = previous(b, 1) + 1\nb over month = 2 * a\nx over month = a + b", [6, 15, 33, 69]),
    ("two steps back", "x over month = previous(previous(x, 1), 1) * 2", [2, 2, 4, 4]),
    ("data along an axis, then a growth", "x over year [billion USD / year] = {2022..2025: 'y[year].capex', '2026..2027': 'previous(x) * 2'}", [20, 30, 40, 50, 100, 200]),
    ("each step its formula", "x over size = {small: '1', big: '2 * 3'}", [1, 6]),
    ("a table's rows are an axis", "x over firm [million USD / person / year] = t[firm].pay / t[firm].heads", [0.2, 0.15]),
    ("one step", "a over year = coordinate(year)\nx = a[2024] + a[2025]", [4049]),
    ("one step of a table's rows", "a over firm [person] = t[firm].heads\nx [person] = a['B & Co']", [20]),
    ("two axes", "a over year, size = coordinate(year) * (1 if size_ > 0 else 1)\nsize_ over size = {small: '1', big: '2'}\nx = a[2024, big]", [2024]),
    ("a step of one of two axes that share it", "a over year, bought = coordinate(year) - coordinate(bought)\nx = a[year: 2024, bought: 2022]", [2]),
    ("a sum of rates over years is an amount", "x [billion USD] = sum(y_)\ny_ over year [billion USD / year] = {2022..2025: 'y[year].capex', 2026..2027: '0'}", [140]),
    ("a sum of rates over months is a twelfth of that", "a over month [person / year] = rate\nx [person] = sum(a)", [4]),
    ("a sum of amounts is a plain sum", "a over month [person] = start\nx [person] = sum(a)", [400]),
    ("what has come together so far", "a over month [person / year] = rate\nx over month [person] = cumulative(a)", [1, 2, 3, 4]),
    ("mean, extremes and ends", "a over year = (coordinate(year) - 2024) ** 2\nx = mean(a) * 6 + 100 * max(a) + 1000 * min(a) + first(a) - last(a)", [19 + 900 + 4 - 9]),
    ("vintages: what was bought is worn off in three years", "age over year, bought = coordinate(year) - coordinate(bought)\n"
     "spent over bought = {2022: '30', 2023: '60', 2024: '90'}\nx over year = sum(spent / 3 if 0 <= age < 3 else 0, bought)", [10, 30, 60, 50, 30, 0]),
    ("the first year in which", "a over year = coordinate(year) - 2024\nx = first_when(a > 0)", [2025]),
    ("a year that never comes", "a over year = coordinate(year) - 2024\nx = first_when(a > 10)", [float("inf")]),
    ("a year may be compared", "a over year = coordinate(year) - 2024\nb = first_when(a > 0)\nc = first_when(a > 10)\nx = (1 if b <= 2025 else 0) + (10 if c <= 2027 else 0)", [1]),
    ("the step before of something given", "x over year = previous(coordinate(year), 0)", [0, 2022, 2023, 2024, 2025, 2026]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_values(text, expected):
    assert list(values_of(text, "x").values()) == pytest.approx(expected)


def test_a_year_that_comes_in_some_draws_only():
    model = model_of(
        "a over year = (coordinate(year) - 2022) / 4.2\nx = first_when(a > plain)\nsure over year = a + plain",
        "claims:\n  c: {says: c, holds: x <= 2027, share: 10 %}\n",
    )
    numbers = simulate(model)
    assert (numbers.amount("x").low, numbers.amount("x").high) == (2027, float("inf"))
    assert 0.1 < numbers.verdicts["c"].share < 0.5


REFUSED = [
    ("x over yaer = 1", "unknown-axis", "did you mean 'year'?"),
    ("x = coordinate(year)", "bad-axis", "declare 'over: year'"),
    ("x = year + 1", "wrong-unit", "same dimension"),
    ("x = bought + 1", "unknown-name", "coordinate(bought)"),
    ("x over size = coordinate(size)", "bad-axis", ""),
    ("x over month = previous(x) + 1", "no-start", "previous(x, START)"),
    ("x over month = {0..1: 'previous(x)', 2..3: '1'}", "no-start", "previous(x, START)"),
    ("x over year = x + 1", "cycle", "previous(x, START)"),
    ("a over year = b\nb over year = a[2022]\nx = 1", "cycle", ""),
    ("x over year = previous(x, 1) + sum(x)", "cycle", ""),
    ("a over year = previous(b, 0)\nb over year = last(a)\nx = 1", "cycle", "previous(x, START)"),
    ("a over year = coordinate(year)\nx = a[2040]", "bad-axis", "year goes from 2022 to 2027"),
    ("x = start[2024]", "bad-axis", "leave out '[2024]'"),
    ("a over year, bought = coordinate(year) - coordinate(bought)\nx = a[2024, 2022]", "bad-axis", "[year: 2024]"),
    ("x = sum(start)", "bad-axis", "over: AXIS"),
    ("a over year, size = coordinate(year)\nx = sum(a)", "bad-axis", "'sum(…, size)'"),
    ("a over year = coordinate(year)\nx = sum(a, size)", "bad-axis", ""),
    ("x over year [billion USD / year] = y[year].capex", "unknown-cell", ""),
    ("x over year = {2022..2025: '1'}", "bad-axis", "'2026..2027: …'"),
    ("x over year = {2022..2027: '1', 2024: '2'}", "bad-axis", "keep one"),
    ("x over year = {2022..2028: '1'}", "bad-axis", "year goes from 2022 to 2027"),
    ("x = {2022: '1'}", "bad-formula", "over: AXIS"),
    ("a over year = coordinate(year)\nb = first_when(a > 3)\nx = b + 1", "wrong-unit", "compare it"),
    ("a over year = coordinate(year)\nx [person] = first_when(a > 3)", "wrong-unit", ""),
    ("a over size = 1\nx = first_when(a > 3)", "bad-axis", ""),
    ("a over year = coordinate(year)\nx = first_when(a)", "wrong-unit", ""),
    ("x = coordinate(pay)", "bad-formula", "known here: bought"),
    ("x over month [person] = previous(x, 1) + rate * month", "wrong-unit", "same dimension"),
    ("x over month [person] = previous(x, start) + rate", "wrong-unit", "same dimension"),
    ("a over month [person / year] = rate\nx [person / year] = sum(a)", "wrong-unit", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "hint"), REFUSED, ids=[case[0] for case in REFUSED])
def test_refused_with_a_hint(text, code, hint):
    with pytest.raises(Problems) as problems:
        model_of(text)
    assert [problem.code for problem in problems.value.diagnostics] == [code]
    assert hint in problems.value.diagnostics[0].hint
    assert problems.value.diagnostics[0].place.line > 30


AXES = [
    ("{year: 2030..2022}", "has no steps"), ("{year: [a, b]}", "steps of one"), ("{year: 2022}", "range"), ("{x: t.pay}", "key"), ("{x: [a, a]}", "twice"),
    ("{x: u.pay}", "unknown table"), ("{x: 0..500}", "more than 400"), ("{person: 1..3}", "is a unit"), ("{x: []}", "no steps"), ("{sum: 1..3}", "meaning of its own"),
    ("{start: 1..3}", "an assumption and an axis"),
]  # fmt: skip


@pytest.mark.parametrize(("axes", "message"), AXES)
def test_axes_that_are_none(axes, message):
    loaded = document.parse(
        HEAD.replace("{year: 2022..2027, month: 0..3, size: [small, big], firm: t.firm, bought: 2022..2024}", axes)
        + f"assumptions:\n{INPUTS}",
        "model.yaml",
    )
    with pytest.raises(Problems, match=re.escape(message)):
        resolve(loaded, document.validate(loaded, ModelSpec), {"t.csv": DATA, "y.csv": YEARS}, {"s"})


def test_tables_have_a_row_for_each_step():
    from explainer.model.simulate import table_rows

    text = "a over year = coordinate(year) - 2000\nb over year = 2 * a"
    loaded = document.parse(
        f"{HEAD}  spend: {{rows: {{First: a, Second: b}}}}\nassumptions:\n{INPUTS}quantities:\n{quantities_of(text)}", "model.yaml"
    )
    model = resolve(loaded, document.validate(loaded, ModelSpec), {"t.csv": DATA, "y.csv": YEARS}, {"s"})
    rows = table_rows(model, simulate(model))["spend"]
    assert rows[0] == {"name": "a", "label": "First", "year": 2022.0, "value": 22.0, "low": 22.0, "high": 22.0}
    assert [(row["label"], row["year"], row["value"]) for row in rows[-2:]] == [("Second", 2026.0, 52.0), ("Second", 2027.0, 54.0)]
