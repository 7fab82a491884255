"""What a reader asks next, against closed forms; the charts of it, and what can't be placed."""

import math

import numpy as np
import pytest
from scipy import stats

from explainer.diagnostics import Problems
from explainer.model.sensitivity import Sensitivity
from tests.conftest import build
from tests.test_model import assumption, model_of, quantity

Z95 = stats.norm.ppf(0.95)


def basis(name: str, value: str, evidence: str, more: str = "") -> str:
    return f"  {name}: {{label: {name}, value: '{value}', evidence: {evidence}, source: source, because: x{more}}}\n"


def sensitivity(assumptions: str, quantities: str, claims: str = "", axes: str = "{}") -> Sensitivity:
    return Sensitivity(
        model_of(
            f"axes: {axes}\nassumptions:\n{assumptions}quantities:\n{quantities}claims:\n{claims or '  c: {says: c, holds: 1 == 1}'}\n"
        )
    )


def test_swings_of_a_sum_are_those_of_its_terms():
    asked = sensitivity(
        assumption("a", "normal(10, 1)") + assumption("b", "normal(5, 3)") + assumption("c", "7") + assumption("d", "1 to 2"),
        quantity("q", "a - b + c"),
    )
    first, second = asked.swings("q")
    assert (first.assumption, second.assumption) == ("b", "a")
    assert (first.low, first.high) == pytest.approx((12 + 3 * Z95, 12 - 3 * Z95), rel=1e-3)
    assert (second.low, second.high) == pytest.approx((12 - Z95, 12 + Z95), rel=1e-3)


def test_swings_of_one_step_and_none_of_what_is_certain():
    asked = sensitivity(
        assumption("a", "1 to 2"), quantity("q", "a * coordinate(year)", over="year") + quantity("r", "3 + 4"), axes="{year: 1..3}"
    )
    assert [swing.assumption for swing in asked.swings("q", "3")] == ["a"]
    assert asked.swings("q", "3")[0].high == pytest.approx(6)
    assert asked.swings("r") == ()


FLIPS = [
    ("a > 4", "uniform(0, 10)", ((4, 10),)), ("a < 4", "uniform(0, 10)", ((0, 4),)), ("a > -1", "uniform(0, 10)", ((0, 10),)), ("a > 11", "uniform(0, 10)", ()),
    ("abs(a - 5) > 2", "uniform(0, 10)", ((0, 3), (7, 10))), ("abs(a - 5) < 2", "uniform(0, 10)", ((3, 7),)), ("b < a", "uniform(0, 10)", ((2 + Z95 * 1.0, 10),)),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "value", "parts"), FLIPS)
def test_where_a_claim_holds(holds, value, parts):
    share = "95 %" if "b" in holds.replace("abs", "") else "90 %"
    inputs = assumption("a", value, more="\n    plausible: 0 to 10") + assumption("b", "normal(2, 1)", more="\n    plausible: 0 to 4")
    asked = sensitivity(inputs, quantity("q", "a + b"), f"  c: {{says: c, holds: '{holds}', share: {share}}}")
    found = next(flip for flip in asked.flips("c") if flip.assumption == "a")
    assert np.array(found.parts).ravel() == pytest.approx(np.array(parts).ravel(), rel=2e-3)
    assert found.flips == (parts not in ((), ((0, 10),)))


SHARES = [
    ("a sum", "a + b + c", {"primary": 1 / 14, "secondary": 4 / 14, "judgement": 9 / 14}, {"a": "normal(0, 1)", "b": "normal(0, 2)", "c": "normal(0, 3)"}),
    ("a product", "a * b", {"primary": 1 / 3, "secondary": 1 / 3, "together": 1 / 3}, {"a": "normal(1, 1)", "b": "normal(1, 1)", "c": "1"}),
    ("one alone", "a", {"primary": 1}, {"a": "1 to 2", "b": "1 to 2", "c": "1"}),
    ("a product of lognormals", "a * b", None, {"a": "lognormal(0, 0.5)", "b": "lognormal(0, 0.3)", "c": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected", "values"), [case[1:] for case in SHARES], ids=[case[0] for case in SHARES])
def test_shares_of_the_variance(formula, expected, values):
    kinds = {"a": "primary", "b": "secondary", "c": "judgement"}
    asked = sensitivity("".join(basis(name, value, kinds[name]) for name, value in values.items()), quantity("q", formula))
    if expected is None:
        grow = {"a": math.exp(0.25), "b": math.exp(0.09)}
        whole = grow["a"] * grow["b"] - 1
        expected = {"primary": (grow["a"] - 1) / whole, "secondary": (grow["b"] - 1) / whole}
        expected["together"] = 1 - sum(expected.values())
    seen = asked.evidence("q")
    assert {kind: share for kind, share in seen.items() if share > 0.01} == pytest.approx(expected, abs=0.03)
    assert sum(seen.values()) == pytest.approx(1)


def test_what_is_certain_has_no_shares():
    assert sensitivity(assumption("a", "1"), quantity("q", "a + 1")).evidence("q") is None


PLACED = "tea/sections/10-water.md"


@pytest.mark.slow
@pytest.mark.parametrize("chart", ["sensitivity/water", "flips/kettle_too_small", "evidence/water", "distribution/water"])
def test_charts_that_any_author_can_place(make_content, chart):
    files = build(make_content({PLACED: f'## Water\n\n![What it shows](chart:{chart} "Caption")\n'})).files
    page = files["tea/index.html"].decode()
    assert page.count(f'data-chart="{chart}"') == 1
    assert 'role="img"' in page
    assert ("does not follow your changes" in page) == chart.startswith("evidence")
    name = chart.replace("/", "-")
    (table,) = (data.decode() for path, data in files.items() if path.startswith("tea/data/") and name.partition("-")[0] in path)
    assert len(table.splitlines()) > 1


WRONG = [
    ("sensitivity/watr", "did you mean 'water'?"), ("sensitivty/water", "did you mean 'sensitivity'?"), ("flips/no_claim", ""), ("sensitivity/guests", ""),
    ("distribution/water[2030]", "leave out '[2030]'"), ("sensitivity/", ""),
]  # fmt: skip


@pytest.mark.parametrize(("chart", "hint"), WRONG)
def test_charts_that_cannot_be_placed_are_told_at_their_line(make_content, chart, hint):
    with pytest.raises(Problems) as problems:
        build(make_content({PLACED: f'## Water\n\nWords.\n\n![What it shows](chart:{chart} "Caption")\n'}))
    (problem,) = problems.value.diagnostics
    assert (problem.place.file, problem.place.line) == (f"content/{PLACED}", 5)
    assert hint in problem.hint
