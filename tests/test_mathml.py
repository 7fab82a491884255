"""Formulas for readers: notation, links, values put in, and that any formula becomes well-formed MathML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from explainer.model import formula, mathml
from explainer.model.axes import settle
from explainer.model.formula import ALONG, FUNCTIONS, FormulaError
from explainer.model.mathml import AT_STEP, CALLED, INFIX, OVER_AXIS, PREFIX, SHAPED
from explainer.numerals import LOCALES
from tests.test_model import assumption, model_of, quantity

MODEL = model_of(
    "axes: {year: 2024..2030}\ntables:\n  t: {file: t.csv, key: year, units: {heads: person}, source: source}\nunits: [person]\n"
    "assumptions:\n" + "".join(assumption(name, "2") for name in "abc") + "quantities:\n" + quantity("y", "coordinate(year)", over="year")
)


def read(element) -> str:
    if element.tag in ("mtext", "mi", "mn", "mo", "a"):
        return "".join(element.itertext())
    inside = [read(child) for child in element]
    if element.tag in ("math", "mrow"):
        return " ".join(inside)
    return f"{element.tag.removeprefix('m')}({'; '.join(inside)})"


CASES = [
    ("a + b * c", "a + b × c"), ("(a + b) * c", "( a + b ) × c"), ("a / b", "frac(a; b)"), ("a / b / c", "frac(a; b × c)"), ("a - (b - c)", "a − ( b − c )"),
    ("a ** 2", "sup(a; 2)"), ("(a + b) ** 2", "sup(( a + b ); 2)"), ("-a", "− a"), ("10 % * a", "10\u202f% × a"), ("2 * hour", "2\u00a0hour"),
    ("sqrt(a + b)", "sqrt(a; +; b)"), ("exp(a)", "sup(e; a)"), ("log(a)", "ln ( a )"), ("log10(a)", "sub(log; 10) ( a )"), ("min(a, b)", "min ( a , b )"),
    ("abs(a - b)", "| a − b |"), ("a <= b", "a ≤ b"), ("a < b and not b == c", "a < b and not b = c"), ("t[2024].heads", "sub(t heads; 2024)"),
    ("y[2030]", "sub(y; 2030)"), ("sum(y)", "under(∑; year) y"), ("mean(y, year)", "under(mean; year) ( y )"), ("all(y > a)", "under(all; year) ( y > a )"),
    ("1234567", "1,234,567"), ("0.0718", "0.0718"), ("1e20", "1 × sup(10; 20)"), ("a * (b / c)", "a × frac(b; c)"), ("coordinate(year)", "year"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_notation(text, expected):
    tree, _ = settle(formula.parse(text, MODEL.axes), MODEL.axes, {"y": ("year",)})
    math = mathml.with_terms("", tree, MODEL, LOCALES["en"], lambda name, at: Markup.escape(name))
    assert read(etree.fromstring(str(math))) == expected


def test_terms_lead_to_their_cards():
    math = mathml.with_terms(
        "q", formula.parse("a / b"), MODEL, LOCALES["en"], lambda name, at: Markup('<a href="#n-{0}">{0}</a>').format(name)
    )
    assert re.findall(r'href="#n-(\w+)"', math) == ["a", "b"]
    assert "<mi>q</mi>" in math


def test_values_put_in_stand_in_parentheses_where_they_are_negative():
    math = mathml.with_values(
        Markup("6"),
        formula.parse("a - b"),
        MODEL,
        LOCALES["en"],
        lambda name, at: Markup({"a": "4", "b": "\u22122"}[name]),
        lambda c: Markup(),
    )
    assert read(etree.fromstring(str(math))) == "6 ≈ 4 − ( \u22122 )"
    steps = formula.parse("y * a")
    assert mathml.with_values(Markup("6"), steps, MODEL, LOCALES["en"], lambda name, at: Markup("1"), lambda c: Markup()) is None


def test_every_function_has_its_notation():
    assert INFIX.keys() | PREFIX.keys() | CALLED.keys() | SHAPED == FUNCTIONS.keys()
    assert OVER_AXIS.keys() | AT_STEP.keys() | {"first_when"} == ALONG.keys()


@given(st.text(st.sampled_from("abc y12.()+-*/%<>=![]{},andornotifelse"), max_size=40))
def test_any_formula_is_well_formed(text):
    try:
        tree = formula.parse(text, MODEL.axes)
    except FormulaError:
        return
    if all(node.axis for node in formula.walk(tree) if isinstance(node, formula.Along)):
        etree.fromstring(str(mathml.with_terms("q", tree, MODEL, LOCALES["en"], lambda name, at: Markup.escape(name))))
