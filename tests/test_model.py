"""The model: units, distributions, draws and results, against closed forms and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from explainer import document
from explainer.diagnostics import Problems
from explainer.model import distributions, draws
from explainer.model.distributions import DistributionError
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile
from explainer.model.units import Units, describe

U = np.concatenate([[1e-9, 1e-4], (np.arange(500) + 0.5) / 500, [1 - 1e-4, 1 - 1e-9]])
TABLE = CsvFile("t.csv", ("year", "heads", "pay"), ((2, ("2024", "10", "2")), (3, ("2025", "20", ""))))


def model_of(text: str):
    loaded = document.parse(text, "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), {"t.csv": TABLE}, {"source"})


def assumption(name: str, value: str, unit: str = "", more: str = "") -> str:
    unit = f"\n    unit: {unit!r}" if unit else ""
    return f"  {name}:\n    label: {name}\n    value: {value}{unit}\n    evidence: judgement\n    because: a test{more}\n"


def quantity(name: str, formula: str, unit: str = "", over: str = "") -> str:
    over = f"    over: [{over}]\n" if over else ""
    return f"  {name}:\n    label: {name}\n{over}    formula: {formula}\n    unit: {unit!r}\n"


def numbers_of(assumptions: str, quantities: str = "  q: {label: q, formula: 1, unit: ''}\n"):
    head = "units: [person]\ntables:\n  t: {file: t.csv, key: year, units: {heads: person, pay: million USD / year}, source: source}\n"
    amounts = simulate(model_of(f"{head}assumptions:\n{assumptions}quantities:\n{quantities}")).amounts
    return {f"{name}[{step}]" if step else name: amount for (name, step), amount in amounts.items()}


# ---- units ----

DIMENSIONS = [
    ("billion USD / year", 1e9, "currency / time"), ("thousand USD / person / year", 1e3, "currency / (person * time)"), ("%", 0.01, "a plain number"),
    ("person", 1, "person"), ("", 1, "a plain number"), ("USD / kW / hour", 1 / (3.6e6), "currency / energy"), ("hour", 1 / 8766, "time"),
    ("FLOP / second", 8766 * 3600, "computation / time"), ("USD ** 2", 1, "currency ** 2"), ("million", 1e6, "a plain number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "factor", "dimension"), DIMENSIONS)
def test_units(text, factor, dimension):
    unit = Units(("person",)).parse(text)
    assert unit.factor == pytest.approx(factor)
    assert describe(unit.dimension) == dimension


@pytest.mark.parametrize("text", ["k USD", "usd", "9**9**9", "USD ** 99", "USD.__class__", "(USD", "USD / ", "135 USD", "x" * 100, "a b c"])
def test_no_units(text):
    with pytest.raises(ValueError, match="unit"):
        Units().parse(text)


# ---- distributions ----

AGAINST_SCIPY = [
    (distributions.normal(3, 2), stats.norm(3, 2)),
    (distributions.uniform(-1, 4), stats.uniform(-1, 5)),
    (distributions.between(2, 8), stats.lognorm(math.log(4) / (2 * stats.norm.ppf(0.95)), scale=4)),
    (distributions.between(-2, 8), stats.norm(3, 5 / stats.norm.ppf(0.95))),
    (distributions.pert(0, 3, 10), stats.beta(2.2, 3.8, scale=10)),
    (distributions.pert(125, 135, 145), stats.beta(3, 3, 125, 20)),
    (distributions.pert(0, 0, 1), stats.beta(1, 5)),
    (distributions.lognormal(1, 0.5), stats.lognorm(0.5, scale=math.e)),
    (distributions.triangular(1, 2, 5), stats.triang(0.25, 1, 4)),
    (distributions.triangular(1, 1, 5), stats.triang(0, 1, 4)),
    (distributions.beta(2, 5), stats.beta(2, 5)),
    (distributions.beta(0.7, 3), stats.beta(0.7, 3)),
    (distributions.truncated(distributions.normal(0, 1), -1, 2), stats.truncnorm(-1, 2)),
    (distributions.truncated(distributions.uniform(0, 4), 1, math.inf), stats.uniform(1, 3)),
]


@pytest.mark.parametrize(("ours", "scipys"), AGAINST_SCIPY)
def test_quantiles_are_scipys(ours, scipys):
    assert ours.quantile(U) == pytest.approx(scipys.ppf(U), rel=1e-9, abs=1e-9)


@given(st.floats(0.1, 1e3), st.floats(1.05, 10), st.floats(1.05, 10))
def test_quantiles_go_through_their_three_points_or_are_refused(low, first, second):
    middle, high = low * first, low * first * second
    try:
        made = distributions.quantiles(low, middle, high)
    except DistributionError:
        skew = math.log(first) / math.log(first * second)
        assert not 0.13 < skew < 0.87
        return
    assert made.quantile(np.array([0.05, 0.5, 0.95])) == pytest.approx([low, middle, high])
    assert (np.diff(made.quantile(U)) > 0).all()


@pytest.mark.parametrize("within", [(0, 100), (5, math.inf), (-50, 400)])
def test_bounded_quantiles_go_through_their_points_and_stay_inside(within):
    made = distributions.quantiles(10, 30, 80, within)
    assert made.quantile(np.array([0.05, 0.5, 0.95])) == pytest.approx([10, 30, 80])
    assert made.quantile(np.array([1e-12]))[0] >= within[0]
    assert made.quantile(np.array([1 - 1e-12]))[0] <= within[1]


def test_within_is_read_in_the_declared_unit():
    amounts = numbers_of(assumption("x", "normal(50 %, 30 %)", "%", more="\n    within: [0, 100 %]"))
    assert 0 < amounts["x"].low < 12 < 88 < amounts["x"].high < 100


@pytest.mark.parametrize(
    "value", ["5 to 3", "uniform(3, 3)", "normal(0, 0)", "pert(1, 0, 2)", "pert(1, 2)", "quantiles(1, 1.01, 90)", "gamma(1, 2)", "triangular(2, 1, 3)", "beta(0, 1)", "20-40", "a to 3", "1/0"]
)  # fmt: skip
def test_bad_distributions_are_problems(value):
    with pytest.raises(Problems):
        numbers_of(assumption("x", value))


# ---- draws ----


def test_draws_fill_each_slice_once_and_mirror_each_other():
    ranks = draws.ranks("capex_2026")
    assert sorted(ranks) == list(range(draws.DRAWS))
    half = draws.DRAWS // 2
    assert (ranks[:half] + ranks[half:] == draws.DRAWS - 1).all()


def test_columns_of_different_names_are_independent():
    columns = np.array([draws.ranks(f"assumption_{i}") for i in range(40)])
    correlations = np.corrcoef(columns) - np.eye(40)
    assert np.abs(correlations).max() < 0.08


def test_results_match_closed_forms():
    amounts = numbers_of(
        "".join(assumption(f"x{i}", "2 to 8") for i in range(6)) + assumption("n", "normal(10, 2)") + assumption("m", "normal(5, 1)"),
        quantity("product", " * ".join(f"x{i}" for i in range(6))) + quantity("ratio", "x0 / x1") + quantity("total", "n + m"),
    )
    sigma = math.log(4) / (2 * stats.norm.ppf(0.95))
    for name, median, spread in [("product", 4**6, sigma * math.sqrt(6)), ("ratio", 1, sigma * math.sqrt(2))]:
        low, high = (median * math.exp(sign * stats.norm.ppf(0.95) * spread) for sign in (-1, 1))
        assert amounts[name].value == pytest.approx(median, rel=0.005)
        assert amounts[name].low == pytest.approx(low, abs=0.02 * (high - low))
        assert amounts[name].high == pytest.approx(high, abs=0.02 * (high - low))
    assert amounts["total"].value == pytest.approx(15, rel=1e-3)
    assert amounts["total"].high - amounts["total"].low == pytest.approx(2 * stats.norm.ppf(0.95) * math.sqrt(5), rel=0.02)


def test_an_assumption_used_twice_is_sampled_once():
    amounts = numbers_of(assumption("x", "2 to 8"), quantity("nothing", "x - x") + quantity("one", "x / x"))
    assert (amounts["nothing"].low, amounts["nothing"].high) == (0, 0)
    assert amounts["one"].high == 1


def test_a_new_assumption_leaves_the_others_where_they_were():
    before = numbers_of(assumption("x", "2 to 8"))
    assert numbers_of(assumption("a", "1 to 2") + assumption("x", "2 to 8"))["x"] == before["x"]


# ---- units in formulas ----


def test_units_do_the_bookkeeping():
    amounts = numbers_of(
        assumption("pay", "480", "thousand USD / person / year") + assumption("rent", "2", "USD / hour") + assumption("share", "10 %", "%"),
        quantity("payroll", "t[2024].heads * pay", "million USD / year")
        + quantity("years_rent", "rent", "USD / year")
        + quantity("part", "share * pay", "USD / person / year")
        + quantity("life", "pay / (5 * year)", "USD / person / year ** 2"),
    )
    assert amounts["payroll"].value == pytest.approx(4.8)
    assert amounts["years_rent"].value == pytest.approx(2 * 8766)
    assert amounts["part"].value == pytest.approx(48_000)
    assert amounts["life"].value == pytest.approx(96_000)


def test_a_column_brings_its_unit():
    amounts = numbers_of(assumption("heads", "t[2025].heads") + assumption("pay", "t[2024].pay", "thousand USD / year"))
    assert (amounts["heads"].value, amounts["pay"].value) == (20, 2000)


MISFITS = [
    ("money + heads", "person", "'+' joins currency / time with person"), ("money * heads", "USD", "declared as 'USD'"), ("exp(money)", "", "plain number"),
    ("money ** heads", "", "exponent"), ("money ** x", "", "written out"), ("money < 3", "", "'<' joins"), ("1 if money else 2", "", "condition"),
    ("money if x < 1 else heads", "USD / year", "joins"), ("(x < 1) + 1", "", "condition"), ("min(money, 3)", "USD / year", "joins"), ("x < 1", "", "condition"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "unit", "message"), MISFITS)
def test_units_that_do_not_fit(formula, unit, message):
    inputs = assumption("money", "5", "USD / year") + assumption("heads", "5", "person") + assumption("x", "1 to 2")
    with pytest.raises(Problems) as problems:
        numbers_of(inputs, quantity("q", formula, unit))
    assert message in str(problems.value)
    assert len(problems.value.diagnostics) == 1


def test_zero_fits_every_unit():
    assert numbers_of(assumption("money", "-5", "USD"), quantity("q", "max(money, 0)", "USD"))["q"].value == 0


SCENARIOS = [
    ("a: '30 %'", None), ("a: '30'", None), ("a: '90'", "outside what is plausible"), ("b: '1'", "add 'reader: true' to 'b'"), ("aa: '1'", "did you mean 'a'"),
    ("a: 20 to 30", "cannot read"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "problem"), SCENARIOS)
def test_scenarios(settings, problem):
    inputs = assumption("a", "20 to 40", "%", more="\n    reader: true\n    plausible: 0 to 80") + assumption("b", "1")
    text = f"assumptions:\n{inputs}scenarios:\n  bold: {{label: Bold, set: {{{settings}}}}}\n"
    if problem:
        with pytest.raises(Problems, match=problem):
            model_of(text)
    else:
        assert model_of(text).scenarios["bold"].settings == {"a": pytest.approx(30)}


def test_a_draw_that_is_no_number_is_a_problem_with_an_example():
    with pytest.raises(Problems) as problems:
        numbers_of(assumption("x", "-1 to 1"), quantity("root", "sqrt(x)") + quantity("after", "root + 1"))
    (problem,) = problems.value.diagnostics
    assert problem.code == "not-a-number"
    assert "x = -" in problem.hint
