"""Numbers as people write them: a table of cases, properties, and the same characters from JavaScript."""

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from explainer.model.units import Units
from explainer.numerals import LOCALES, central, end, exponent, interval, rounded
from tests.conftest import ROOT, serving

UNITS = Units(("person", "accelerator"))
EN = LOCALES["en"]

# value, low, high, unit -> central, range
CASES = [
    (135, 128.8, 141.2, "billion USD / year", "$135 billion", "$129–141 billion"),
    (3.84, 2.8, 5.6, "billion USD / year", "$3.8 billion", "$2.8–5.6 billion"),
    (72_215, 72_215, 72_215, "million USD / year", "$72.2 billion", "$72.2 billion"),
    (480, 350, 700, "thousand USD / person / year", "$480,000", "$350,000–700,000"),
    (2.35, 1.7, 3.5, "USD / accelerator / hour", "$2.35", "$1.7–3.5"),
    (8000, 8000, 8000, "person", "8,000 people", "8,000 people"),
    (78_865, 78_865, 78_865, "person", "78,865 people", "78,865 people"),
    (1, 1, 1, "person", "1 person", "1 person"),
    (130_518, 88_673, 181_141, "person", "131,000 people", "90,000–180,000 people"),
    (2_302_000, 1_760_000, 3_000_000, "accelerator", "2.3 million accelerators", "1.8–3.0 million accelerators"),
    (999_960_000, 999_960_000, 999_960_000, "USD", "$1 billion", "$1 billion"),
    (6.13, 4.4, 9.02, "%", "6.1 %", "4–9 %"),
    (-1.2, -6, 4.1, "%", "−1.2 %", "−6 to 4 %"),
    (-3.84, -5.6, -2.8, "billion USD", "−$3.8 billion", "−$5.6 to −$2.8 billion"),
    (0, 0, 0, "person", "0 people", "0 people"),
    (0.0123, 0.0101, 0.0149, "", "0.0123", "0.010–0.015"),
    (0.5, 0.25, 1, "accelerator", "0.5 accelerators", "0.3–1.0 accelerators"),
    (1.275, 1.275, 1.275, "kW", "1.28 kW", "1.28 kW"),
    (3.8e25, 3.8e25, 3.8e25, "FLOP", "3.8 × 10²⁵ FLOP", "3.8 × 10²⁵ FLOP"),
    (2e16, 1e16, 4e16, "USD", "$2 × 10¹⁶", "$1–4 × 10¹⁶"),
    (2.5e-6, 1e-6, 5e-6, "", "2.5 × 10⁻⁶", "1–5 × 10⁻⁶"),
    (0.00031, 0.0002, 0.0005, "", "0.00031", "0.0002–0.0005"),
    (1e12, 9e11, 1.2e12, "USD", "$1 trillion", "$0.9–1.2 trillion"),
]  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("value", "low", "high", "unit", "middle", "ends"), CASES)
def test_as_people_write_them(value, low, high, unit, middle, ends):
    style = UNITS.parse(unit).style
    assert plain(central(value, low, high, style, EN)) == middle
    assert plain(interval(low, high, style, EN)) == ends


def test_digits_overrule_the_range():
    style = UNITS.parse("billion USD").style
    assert central(62.785, 50, 70, style, EN, digits=2) == "$63 billion"
    assert central(62.785, 50, 70, style, EN, digits=5) == "$62.785 billion"


def test_one_end_is_rounded_as_in_the_range():
    style = UNITS.parse("%").style
    assert plain(end(4.4, 9.02, "low", style, EN)) == "4 %"
    assert plain(end(4.4, 9.02, "high", style, EN)) == "9 %"


def test_a_locale_changes_marks_and_words():
    style = UNITS.parse("billion USD").style
    assert interval(2.8, 5.6, style, LOCALES["de"]) == "$2,8–5,6 Mrd."
    assert plain(central(131_000, 90_000, 180_000, UNITS.parse("person").style, LOCALES["de"])) == "131.000 people"


amounts = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9)


@given(amounts, st.integers(-12, 12))
@example(2.675, -2)
@example(0.5, 0)
def test_rounding_is_to_the_nearest_and_half_away_from_zero(value, place):
    error = abs(rounded(value, place) * 10.0**place - value)
    assert error <= 0.5 * 10.0**place * (1 + 1e-9) + abs(value) * 1e-15
    assert rounded(-value, place) == -rounded(value, place)


@given(amounts)
def test_exponent_is_that_of_the_first_digit(value):
    if value:
        assert Decimal(10) ** exponent(value) <= abs(Decimal(repr(value))) < Decimal(10) ** (exponent(value) + 1)


@given(amounts, amounts)
def test_ends_of_a_range_differ_where_the_range_does(a, b):
    low, high = sorted((a, b))
    text = interval(low, high, UNITS.parse("").style, EN)
    if high - low > 1e-3 * max(abs(low), abs(high)):
        assert "–" in text or " to " in text


@pytest.mark.slow
def test_javascript_writes_the_same_characters(chrome):
    """Thousands of values of every size and style through both formatters."""
    cases = [(value, low, high, unit, digits) for value, low, high, unit, *_ in CASES for digits in (None, 2, 5)]
    triples = st.tuples(amounts, amounts, amounts, st.sampled_from(["", "%", "person", "billion USD", "thousand USD / person", "kW"]), st.sampled_from([None, 1, 3, 7]))  # fmt: skip

    @settings(max_examples=4000, database=None, deadline=None)
    @given(triples)
    def collect(triple):
        low, value, high = sorted(triple[:3])
        cases.append((value, low, high, *triple[3:]))

    collect()
    styles = {unit: list(dataclasses.astuple(UNITS.parse(unit).style)) for *_, unit, _ in cases}
    with serving(ROOT / "static") as address:
        page = chrome.new_page()
        page.goto(address + "icon.svg")
        seen = page.evaluate(
            """async ([cases, styles, locale]) => {
              const {central, interval, end} = await import("/numerals.js");
              return cases.map(([value, low, high, unit, digits]) => [
                central(value, low, high, styles[unit], locale, digits ?? undefined),
                interval(low, high, styles[unit], locale),
                end(low, high, "high", styles[unit], locale)]);
            }""",
            [cases, styles, dataclasses.asdict(EN)],
        )
        page.close()
    for (value, low, high, unit, digits), texts in zip(cases, seen, strict=True):
        style = UNITS.parse(unit).style
        expected = [central(value, low, high, style, EN, digits), interval(low, high, style, EN), end(low, high, "high", style, EN)]
        assert texts == expected, (value, low, high, unit, digits)
