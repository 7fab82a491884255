"""Formulas: what is read, what is refused and why, and that no text is ever executed."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.model import formula
from explainer.model.evaluate import ALONG_NUMPY, NUMPY, Values, evaluate
from explainer.model.formula import ALONG, CALLABLE, FUNCTIONS, FormulaError
from explainer.model.javascript import ALONG_JAVASCRIPT, JAVASCRIPT, module
from explainer.model.simulate import simulate
from explainer.numerals import LOCALES
from tests.test_model import assumption, model_of, quantity

# text, value where a = 2, b = 3
VALUES = [
    ("a + b * 2", 8), ("-a ** 2", -4), ("(a + b) / 10 %", 50), ("10 % * a", 0.2), ("a - -b", 5), ("2 ** 3 ** 2", 512),
    ("1 if a < b else 0", 1), ("1 if a < b < 2 else 0", 0), ("1 if not a == b and b != 4 else 0", 1), ("1 if a > b or b >= 3 else 0", 1),
    ("min(a, b, 1)", 1), ("max(a, b)", 3), ("clip(10, a, b)", 3), ("abs(-a)", 2), ("sqrt(4)", 2), ("exp(0)", 1), ("log(1)", 0),
    ("log10(1000)", 3), ("round(2.5)", 3), ("round(-2.5)", -2), ("1e3 * a", 2000), ("a\n  + b", 5), ("1_000", 1000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text, value):
    arrays = {"a": np.array([2.0]), "b": np.array([3.0])}
    assert float(evaluate(formula.parse(text), Values(arrays, {}, {})).item()) == pytest.approx(value)


REFUSED = [
    ("a ^ b", "'**'"), ("a % b", "10 %"), ("a // b", "+ - * /"), ("a.b", "numbers, names"), ("f(a)", "min, max"), ("", "a / (b + c)"),
    ("a +", "a / (b + c)"), ("'text'", ""), ("True", ""), ("a # comment", "line of its own"), ("[a]", "numbers, names"),
    ("[x for x in a]", "numbers, names"), ("(lambda: 1)()", "numbers, names"), ("__import__('os').system('true')", "numbers, names"),
    ("a.__class__", "numbers, names"), ("min(*a)", "numbers, names"), ("min(a, key=b)", "numbers, names"), ("sqrt(a, b)", ""), ("a is b", ""),
    ("table[a + 1].column", "meta[2025].capex"), ("(" * 400 + "a" + ")" * 400, "a / (b + c)"), ("-" * 500 + "a", "several"),
    ("(" * 500_000 + ")" * 500_000, "several"), ("9" * 500, ""), ("a := 1", ""), ("a; b", ""), ("f'{a}'", ""), ("\0", ""), ("a" * 5000, "several"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hint"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_refused_with_a_hint(text, hint):
    with pytest.raises(FormulaError) as error:
        formula.parse(text)
    assert hint in error.value.hint


@given(st.text(st.sampled_from("ab12.()+-*/%<>=!^,[]{}:'\"\\ \n#_ifelsnotr@~&|"), max_size=60))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(FormulaError):
        formula.parse(text)


def test_every_back_end_knows_every_function():
    assert NUMPY.keys() == JAVASCRIPT.keys() == FUNCTIONS.keys()
    assert ALONG_NUMPY.keys() - {"first", "last"} == ALONG_JAVASCRIPT.keys() - {"first_when"}
    assert ALONG_NUMPY.keys() | {"previous", "first_when"} == ALONG.keys()
    assert set(CALLABLE) < set(FUNCTIONS)


def test_names_and_columns():
    tree = formula.parse("a * meta[2025].capex + b")
    assert formula.names(tree) == {"a", "b"}
    assert formula.Column("meta", "2025", "capex") in formula.walk(tree)


def test_javascript_reads_as_the_formula_does():
    model = model_of(
        "assumptions:\n" + assumption("a", "1") + assumption("b", "2") + "quantities:\n" + quantity("q", "-a ** 2 + min(a, b)")
    )
    assert "a0[i]=((-(a1[i]**2.0))+Math.min(a1[i],a2[i]))" in module(model, LOCALES["en"], simulate(model))
