"""What the draws at hand tell of a number: shares that are known, and numbers that have none."""

import numpy as np
import pytest

from explainer.model.sample import BINS, Sample
from explainer.model.simulate import compute, draw_all
from tests.test_sensitivity import assumption, basis, model_of, quantity

INPUTS = basis("a", "normal(10, 3)", "judgement") + basis("b", "normal(20, 1)", "primary") + assumption("c", "5")

# formula -> the share of the variance that a has by itself, and that b has
SHARES = [
    ("a + b", 0.9, 0.1),
    ("b - a", 0.9, 0.1),
    ("a + 3 * b", 0.5, 0.5),
    ("a + c", 1.0, 0.0),
    ("(a - 10) ** 2", 0.9, 0.0),  # all of it, but within the outermost classes it still varies
    ("(a - 10) * (b - 20)", 0.0, 0.0),  # together only
]


def sample(formula: str) -> Sample:
    model = model_of(f"axes: {{}}\nassumptions:\n{INPUTS}quantities:\n{quantity('q', formula)}claims:\n  c: {{says: c, holds: 1 == 1}}\n")
    return Sample(model, compute(model, draw_all(model)))


@pytest.mark.parametrize(("formula", "of_a", "of_b"), SHARES)
def test_shares_are_those_that_are_known(formula, of_a, of_b):
    shares = {one.assumption: one.share for one in sample(formula).influences("q")}
    assert shares.get("a", 0) == pytest.approx(of_a, abs=0.04)
    assert shares.get("b", 0) == pytest.approx(of_b, abs=0.03)
    assert "c" not in shares


def test_an_influence_says_what_it_makes_of_the_number():
    first, second = sample("a + b").influences("q")
    assert (first.assumption, second.assumption) == ("a", "b")
    # the median of the lowest tenth of a normal distribution is its 5 % point
    assert (first.low, first.high) == pytest.approx((30 - 3 * 1.645, 30 + 3 * 1.645), abs=0.15)


def test_how_much_is_judgement():
    asked = sample("a + b")
    shares = asked.by_evidence(asked.influences("q"))
    assert shares["judgement"] == pytest.approx(0.9, abs=0.03)
    assert sum(shares.values()) <= 1 + 1e-9


@pytest.mark.parametrize("formula", ["c + 1", "1 / (a - a + b - 20)"])
def test_a_number_without_a_variance_to_share_out_has_no_influences(formula):
    assert sample(formula).influences("q") == ()


def test_a_histogram_covers_what_is_not_extreme():
    asked = sample("a + b")
    found = asked.histogram("q")
    assert len(found.shares) == BINS
    assert sum(found.shares) == pytest.approx(0.99, abs=0.001)
    assert (found.edge(0), found.edge(BINS)) == (found.first, found.last)
    assert np.argmax(found.shares) in range(BINS // 2 - 6, BINS // 2 + 6)
    assert sample("c + 1").histogram("q") is None
