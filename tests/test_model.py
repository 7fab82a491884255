"""The model: units, what assumptions may say, and results."""

import pytest

from explainer import document
from explainer.diagnostics import Problems
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile
from explainer.model.units import Units, describe

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
    ("billion USD / year", 1e9, "money / time (such as USD / year)"), ("thousand USD / person / year", 1e3, "money / (person * time) (such as USD / (person * year))"),
    ("%", 0.01, "a plain number"), ("person", 1, "person"), ("", 1, "a plain number"), ("USD / kW / hour", 1 / (3.6e6), "money / energy (such as USD / kWh)"),
    ("hour", 1 / 8766, "time (such as year)"), ("FLOP / second", 8766 * 3600, "computation / time (such as FLOP / year)"), ("million", 1e6, "a plain number"),
    ("USD ** 2", 1, "money ** 2 (such as USD ** 2)"), ("1 / year", 1, "1 / time (such as 1 / year)"), ("1 / year / person", 1, "1 / (person * time) (such as 1 / (person * year))"),
    ("tonne / litre", 1e6, "mass / volume (such as kg / litre)"), ("km", 1e3, "length (such as metre)"), ("metre ** 2", 1, "length ** 2 (such as metre ** 2)"),
    ("million EUR", 1e6, "money in EUR (such as EUR)"), ("GBP / USD_2019", 1, "money in GBP / money of 2019 (such as GBP / USD_2019)"),
    ("EUR_2024", 1, "money in EUR of 2024 (such as EUR_2024)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "factor", "dimension"), DIMENSIONS)
def test_units(text, factor, dimension):
    unit = Units(("person",)).parse(text)
    assert unit.factor == pytest.approx(factor)
    assert describe(unit.dimension) == dimension


@pytest.mark.parametrize(
    "text",
    [
        "k USD",
        "usd",
        "9**9**9",
        "USD ** 99",
        "USD.__class__",
        "USD_19",
        "CHF_2019",
        "1 * year",
        "2 / year",
        "(USD",
        "USD / ",
        "135 USD",
        "x" * 100,
        "a b c",
    ],
)
def test_no_units(text):
    with pytest.raises(ValueError, match="unit"):
        Units().parse(text)


# ---- assumptions ----


def test_within_is_read_in_the_declared_unit():
    amounts = numbers_of(assumption("x", "normal(50 %, 30 %)", "%", more="\n    within: [0, 100 %]"))
    assert 0 < amounts["x"].low < 12 < 88 < amounts["x"].high < 100


@pytest.mark.parametrize(
    "value", ["5 to 3", "uniform(3, 3)", "normal(0, 0)", "pert(1, 0, 2)", "pert(1, 2)", "quantiles(1, 1.01, 90)", "gamma(1, 2)", "triangular(2, 1, 3)", "beta(0, 1)", "20-40", "a to 3", "1/0"]
)  # fmt: skip
def test_bad_distributions_are_problems(value):
    with pytest.raises(Problems):
        numbers_of(assumption("x", value))


@pytest.mark.parametrize(
    ("plausible", "hint"), [("2 to 8", ""), ("2.02 to 7.98", ""), ("3 to 9", "2 to 8"), ("1 to 7", "2 to 8"), ("9 to 10", "2 to 8"), ("8 to 2", "0 to 100")]
)  # fmt: skip
def test_what_is_plausible_holds_what_is_likely(plausible, hint):
    written = assumption("x", "2 to 8", more=f"\n    plausible: {plausible}")
    if not hint:
        assert numbers_of(written)["x"].high == pytest.approx(8, rel=0.01)
        return
    with pytest.raises(Problems) as problems:
        numbers_of(written)
    (problem,) = problems.value.diagnostics
    assert (problem.code, hint in problem.hint) == ("bad-range", True)


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


def test_money_of_another_year_is_converted_by_a_deflator():
    amounts = numbers_of(
        assumption("then", "100", "million USD_2019")
        + assumption("now", "1", "billion USD")
        + assumption("deflator", "1.25", "USD / USD_2019"),
        quantity("both", "now + then * deflator", "million USD")
        + quantity("a_year", "(then / (2 * year) + 5 * USD_2019 / year) * deflator", "USD / year"),
    )
    assert (amounts["both"].value, amounts["a_year"].value) == (1125, 62_500_006.25)


MONEY = [
    ("now + then", "USD", "deflator, an assumption in 'USD / USD_2019'"), ("then", "USD", "deflator"), ("now + abroad", "USD", "exchange rate, an assumption in 'EUR / USD'"),
    ("now + 3 * USD_2020", "USD", "'USD / USD_2020'"), ("now + heads", "USD", "same dimension"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "unit", "hint"), MONEY)
def test_money_that_does_not_fit(formula, unit, hint):
    inputs = (
        assumption("then", "100", "USD_2019")
        + assumption("now", "1", "USD")
        + assumption("abroad", "1", "EUR")
        + assumption("heads", "1", "person")
    )
    with pytest.raises(Problems) as problems:
        numbers_of(inputs, quantity("q", formula, unit))
    (problem,) = problems.value.diagnostics
    assert hint in problem.hint


WRITTEN = [
    ("$0.45", "currency sign"), ("2,5", "write 2.5"), ("2,5 to 3,5", "write 2.5"), ("13 weeks", "leave out 'weeks'"), ("13 weeks to 15 weeks", "leave out 'weeks'"),
    ("1,234", "thousands"), ("uniform(€3, €4)", "currency sign"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "hint"), WRITTEN)
def test_numbers_as_newcomers_write_them(value, hint):
    with pytest.raises(Problems) as problems:
        numbers_of(assumption("x", f"'{value}'"))
    assert hint in problems.value.diagnostics[0].hint


def test_what_is_built_in_may_be_declared_too():
    assert Units(("litre", "guest")).parse("litre / guest") == Units(("guest",)).parse("litre / guest")


def test_a_column_brings_its_unit():
    amounts = numbers_of(assumption("heads", "t[2025].heads") + assumption("pay", "t[2024].pay", "thousand USD / year"))
    assert (amounts["heads"].value, amounts["pay"].value) == (20, 2000)


MISFITS = [
    ("money + heads", "person", "'+' joins money / time (such as USD / year) with person"), ("money * heads", "USD", "declared as 'USD'"), ("exp(money)", "", "plain number"),
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
