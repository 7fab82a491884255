"""Models made by hypothesis: `models` are right in form and units, `broken` are those with something damaged.

`MODELS=5000 python -m pytest tests/test_bad_models.py` tries that many, others each time.
"""

import os
import re
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from explainer import document
from explainer.model.resolve import resolve
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile

FILES = {
    "f.csv": CsvFile("f.csv", ("firm", "pay", "debt"), ((2, ("Acme", "2", "-3")), (3, ("B & Co", "0.5", "-0")), (4, ("c", "1e3", "1")))),
    "y.csv": CsvFile(
        "y.csv", ("year", "spend", "gap"), tuple((n, (str(2020 + n), str(10 * n), "" if n == 4 else "1")) for n in range(2, 7))
    ),
}
HEAD = """units: [person]
axes:
  year: 2022..2026
  month: 0..2
  size: [small, big]
  firm: f.firm
tables:
  f: {file: f.csv, key: firm, units: {pay: "", debt: "%"}, source: s}
  y: {file: y.csv, key: year, units: {spend: "", gap: ""}, source: s}
"""
AXES = {"year": (2022, 2026), "month": (0, 2), "size": ("small", "big"), "firm": ("Acme", "c")}
UNITS = ["", "%", "million", "USD / USD", "year / month"]
VALUES = [
    "0", "7", "-3", "1e-9", "2.5e6", "10 %", "f[Acme].pay", "1 / 3", "1 to 9", "-2 to 8", "0.001 to 1000", "normal(0, 1)", "uniform(-1, 4)",
    "pert(0, 1, 10)", "quantiles(-1, 3, 8)", "quantiles(1, 3, 8)", "triangular(1, 2, 5)", "beta(0.7, 3)", "lognormal(0, 0.5)",
]  # fmt: skip
NUMBERS = ["0", "1", "2", "0.5", "3.25", "1e-6", "1e6", "10 %", "y[2024].spend", "f[Acme].debt", "f['B & Co'].debt"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]
FOLDS = ["sum", "mean", "min", "max", "first", "last"]


def several(number: int) -> settings:
    """The same `number` of models each time, or as many as the environment says."""
    wanted = os.environ.get("MODELS")
    return settings(
        max_examples=int(wanted or number),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=wanted is None,
        database=None,
    )


@dataclass
class Scope:
    """What a formula may read: names with their axes, those that are themselves per axis, and the axes it stands on."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    wild: bool = False  # operations that often make no number

    def on(self, *over: str) -> "Scope":
        return Scope(self.names, over, self.wild)


@st.composite
def amounts(draw, scope: Scope, depth: int = 3) -> str:
    """A plain number's formula, with values along axes of `scope.over` only."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(leaves(scope))

    def inner(on: Scope = scope) -> str:
        return draw(amounts(on, depth - 1))

    kind = draw(st.sampled_from(["+", "-", "*", "neg", "call", "safe", "if", "fold", "running", *(["wild"] * 3 if scope.wild else [])]))
    if kind in "+-*":
        return f"({inner()} {kind} {inner()})"
    if kind == "neg":
        return f"-{inner()}" if draw(st.booleans()) else f"(-{inner()}) ** 2"
    if kind == "call":
        name = draw(st.sampled_from(["min({}, {})", "max({}, {}, {})", "clip({}, {}, {})", "abs({})", "round({})"]))
        return name.format(*(inner() for _ in range(name.count("{}"))))
    if kind == "safe":
        name = draw(
            st.sampled_from(
                [
                    "{} / (1 + abs({}))",
                    "sqrt(abs({}))",
                    "log(1 + abs({}))",
                    "log10(2 + abs({}))",
                    "exp(clip({}, -5, 3))",
                    "(1 + abs({})) ** clip({}, -1, 2)",
                ]
            )
        )
        return name.format(*(inner() for _ in range(name.count("{}"))))
    if kind == "wild":
        name = draw(
            st.sampled_from(
                ["{} / {}", "sqrt({})", "log({})", "log10({})", "exp({})", "{} ** {}", "({}) ** 1000", "1e300 * {}", "9**9**9 * {}"]
            )
        )
        return name.format(*(inner() for _ in range(name.count("{}"))))
    if kind == "if":
        return f"({inner()} if {draw(conditions(scope, depth - 1))} else {inner()})"
    axis = draw(
        st.sampled_from(sorted(set(AXES) - set(scope.over)) if kind == "fold" and len(scope.over) < 3 else [*(scope.over or ["year"])])
    )
    wider = scope.on(*scope.over, axis) if axis not in scope.over else scope
    along = f"({inner(wider)} + 2 * on_{axis})" if draw(st.booleans()) else f"on_{axis} * {draw(leaves(wider))}"
    if axis not in scope.over or kind == "fold":
        return f"{draw(st.sampled_from(FOLDS))}({along}, {axis})"
    return draw(st.sampled_from([f"cumulative({along}, {axis})", f"previous({along}, {inner()}, {axis})"]))


@st.composite
def leaves(draw, scope: Scope) -> str:
    """A number, a name, a step of it, a coordinate or data along an axis."""
    found = list(NUMBERS)
    for name, over in scope.names.items():
        if set(over) <= set(scope.over):
            found += [name] * 3
        elif set(over[1:]) <= set(scope.over):
            found.append(f"{name}[{over[0]}: {_label(draw(st.sampled_from(AXES[over[0]])))}]")
    found += [f"(coordinate({axis}) - {AXES[axis][0]})" for axis in scope.over if axis in ("year", "month")]
    found += ["y[year].spend"] * ("year" in scope.over) + ["f[firm].pay", "f[firm].debt"] * ("firm" in scope.over)
    return draw(st.sampled_from(found))


def _label(step: object) -> str:
    return str(step) if isinstance(step, int) else f"'{step}'"


@st.composite
def conditions(draw, scope: Scope, depth: int = 2) -> str:
    kind = draw(st.sampled_from(["compare", "compare", "and", "or", "not", "all", "any"])) if depth > 0 else "compare"
    if kind == "compare":
        sign = draw(st.sampled_from(COMPARISONS))
        return f"{draw(amounts(scope, max(depth - 1, 0)))} {sign} {draw(amounts(scope, max(depth - 1, 0)))}"
    if kind in ("and", "or"):
        return f"({draw(conditions(scope, depth - 1))} {kind} {draw(conditions(scope, depth - 1))})"
    if kind == "not":
        return f"not ({draw(conditions(scope, depth - 1))})"
    axis = draw(st.sampled_from(sorted(set(AXES) - set(scope.over)) or ["year"]))
    if axis in scope.over:
        return "1 < 2"
    return f"{kind}(on_{axis} > {draw(leaves(scope.on(*scope.over, axis)))}, {axis})"


@st.composite
def models(draw, wild: bool = False) -> str:
    """The text of a `model.yaml` of some assumptions, quantities, recurrences and claims."""
    scope = Scope({f"on_{axis}": (axis,) for axis in AXES}, (), wild)
    text = HEAD + "assumptions:\n"
    for index in range(draw(st.integers(1, 5))):
        value, unit = draw(st.sampled_from(VALUES)), draw(st.sampled_from(UNITS))
        text += f"  a{index}: {{label: a, value: '{value}', unit: '{unit}', evidence: judgement, because: b}}\n"
        scope.names[f"a{index}"] = ()
    text += "quantities:\n"
    for axis, formula in [
        ("year", "coordinate(year) - 2023.5"),
        ("month", "{0: '2', 1..2: 'previous(on_month) + 1'}"),
        ("size", "{small: '0.5', big: '-2'}"),
    ]:
        text += f"  on_{axis}: {{label: x, over: {axis}, formula: {formula}}}\n"
    text += "  on_firm: {label: x, over: firm, formula: 'f[firm].pay - 1'}\n"
    for index in range(draw(st.integers(1, 6))):
        name, over = f"q{index}", tuple(sorted(draw(st.sets(st.sampled_from(list(AXES)), max_size=2)), key=list(AXES).index))
        text += draw(_quantities(name, scope.on(*over)))
        scope.names[name] = over
    for index in range(draw(st.integers(0, 2))):
        text += ("" if index else "claims:\n") + f'  c{index}: {{says: c, holds: "{draw(conditions(scope.on()))}", share: 1 %}}\n'
    return text


@st.composite
def _quantities(draw, name: str, scope: Scope) -> str:
    """One quantity: a formula, a formula by step, a recurrence of one or two, or the first step in which something holds."""
    unit, axes = draw(st.sampled_from(UNITS)), [axis for axis in scope.over if axis in ("year", "month")]
    kind = draw(st.sampled_from(["plain", "plain", "recurrence", "two", "first", "steps"]))
    formula = f'"{draw(amounts(scope))}"'
    if kind in ("recurrence", "two") and axes:
        before = (
            f"previous({name}_ if 1 < 2 else 0, {draw(leaves(scope))}, {axes[0]})"
            if kind == "two"
            else f"previous({name}, {draw(leaves(scope))}, {axes[0]})"
        )
        formula = f'"{before} * {draw(st.sampled_from(["0.5", "-1.1", "on_" + axes[0]]))} + {draw(amounts(scope, 1))}"'
    elif kind == "first" and not scope.over:
        return (
            f'  {name}: {{label: x, formula: "first_when({draw(amounts(scope.on("year"), 1))} * on_year > {draw(leaves(scope))}, year)"}}\n'.replace(
                name, f"{name}_when"
            )
            + _line(name, scope, formula, unit)
        )
    elif kind == "steps" and scope.over == ("year",):
        later = draw(st.sampled_from([f"previous({name}) * 0.9", "previous(y[year].spend) / 7", draw(amounts(scope, 2))]))
        formula = f'{{2022: {formula}, 2023..2026: "{later}"}}'
    other = (
        f'  {name}_: {{label: x, over: [{", ".join(scope.over)}], formula: "2 * {name} - {draw(leaves(scope))}"}}\n'
        if f"{name}_" in formula
        else ""
    )
    return _line(name, scope, formula, unit) + other


def _line(name: str, scope: Scope, formula: str, unit: str) -> str:
    return f"  {name}: {{label: x, over: [{', '.join(scope.over)}], formula: {formula}, unit: '{unit}'}}\n"


HOSTILE = [
    "__import__('os').system('touch PROOF')", "open('PROOF', 'w')", "a0.__class__", "a0.__class__.__bases__[0].__subclasses__()", "(lambda: 1)()",
    "[x for x in (1, 2)]", "{x: 1 for x in (1,)}", "(x := 1)", "f'{open(chr(80))}'", "min(*(1, 2))", "max(**{})", "9**9**9", "9**9**9**9", "(9**9)**(9**9)",
    "(" * 300 + "1" + ")" * 300, "-" * 1900 + "1", "a" + ".b" * 900, "a" + "()" * 900, "a" + "[0]" * 600, "[" + "-" * 1900 + "1]", "not " * 400 + "1", "1" + "+1" * 900,
    "1 if " + "<".join("1" * 300) + " else 0", " and ".join(["1<2"] * 200), "1 if 1<2 else " * 130 + "1", "1e400", "1e308 * 10", "0x" + "f" * 1500, "1_0", "1j", "'a'", "b'a'", "True", "None", "...",
    "a0; a0", "a0 = 1", "import os", "await a0", "yield a0", "a0 # no", "а0 + 1", "a0 ＋ 1", "ａ0", "²", "１ + １", "a0\u200b", "\u202ea0", "a0[", "a0]]", "a0[0:1:2]", "a0[...]", "a0[a1, *a2]",
    "y[2024]", "y[2024].spend.x", "y[1 + 1].spend", "y['2024'].spend", "y[-2024].spend", "previous(previous(on_year))", "previous(on_year)", "sum(on_year, size)", "sum(sum(on_year))", "coordinate(size)",
    "first_when(on_year)", "first_when(on_year > 9, year) + 1", "log(-1)", "sqrt(-1)", "0 / 0", "1 / 0", "0 ** -1", "(-1) ** 0.5", "exp(1e9)", "log(0)", "log10(0)", "1 if log(-1) > 0 else 0", "clip(1 / 0, 0, 1)",
    "min(1 / 0, 1)", "log(-1) ** 0", "sum(1 / (on_year - 0.5))", "cumulative(on_year)", "max(exp(1000 * on_year))", "all(log(on_year) > 0)", "q0", "q1 + q0", "year", "person", "USD ** 1e308", "person ** a0",
    "", " ", "%", "1 %%", "% %", "\\", "`", "$", "?", "@", "!", "&", "|", "~1", "a0 @ a0", "a0 // 2", "a0 ^ 2", "a0 << 2", "a0 is a0", "a0 in a0", "1, 2", "1.2.3", "1__0", "00", "1 to", "to 1", "1 to 2 to 3",
    "normal()", "normal(1, 2, 3)", "normal(normal(1, 2), 1)", "uniform(2, 1)", "beta(0, 0)", "beta(1e308, 1)", "pert(-1e308, 0, 1e308)", "lognormal(1000, 1)", "normal(0, 1e308)", "1e-320 to 1e308", "quantiles(1, 1, 1)",
]  # fmt: skip
UGLY = [
    "",
    "0",
    "-1",
    "nan",
    "inf",
    "null",
    "~",
    "[]",
    "{}",
    "[[]]",
    "{a: b}",
    "*x",
    "&x [*x]",
    "!!python/object/apply:os.system ['touch PROOF']",
    "year",
    "2022..2026",
    "0..999999999999",
    "9" * 50 + "..1",
    "size",
    "a0",
    "y",
    "..",
    "%",
    "USD / 0",
    "year ** 9",
    "1/1",
    "é",
]


PAIR = re.compile(r"""([\w.]+): ("[^"]*"|'(?:[^']|'')*'|\[[^\]]*\]|[^,{}]+|\{)""")
DAMAGES = ("value", "value", "formula", "formula", "formula", "moved", "cut")


@st.composite
def broken(draw) -> str:
    """A model in which some lines, values or formulas have been replaced."""
    lines = draw(models(wild=draw(st.booleans()))).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        damage = {"value": _damaged_value, "formula": _damaged_formula, "moved": _moved, "cut": _cut}[draw(st.sampled_from(DAMAGES))]
        lines[at : at + 1] = damage(draw, lines, at)
        lines = lines or [""]
    return "\n".join(lines)


def _damaged_value(draw, lines: list[str], at: int) -> list[str]:
    """One of the values, or of the keys, is something else."""
    found = [match for match in PAIR.finditer(lines[at]) if "{" not in match[2]]
    return (
        [_replaced(lines[at], draw(st.sampled_from(found)), draw(st.sampled_from([1, 2, 2, 2])), draw(st.sampled_from(UGLY)))]
        if found
        else []
    )


def _damaged_formula(draw, lines: list[str], at: int) -> list[str]:
    """Something hostile in the place of a formula, or a formula that reads what it should not."""
    known = draw(
        st.sampled_from(
            [Scope({"a0": (), "q0": (), "q1": (), "on_year": ("year",)}, ("year",), True), Scope({"q0": ("year",), "nobody": ()}, (), True)]
        )
    )
    text = draw(st.one_of(st.sampled_from(HOSTILE), amounts(known, 2), conditions(known)))
    formulas = [
        (line, match)
        for line in lines
        for match in PAIR.finditer(line)
        if match[1] in ("formula", "value", "holds") and "{" not in match[2]
    ]
    if not formulas:
        return [lines[at]]
    line, match = draw(st.sampled_from(formulas))
    lines[lines.index(line)] = _replaced(line, match, 2, "'" + text.replace("'", "''") + "'")
    return [lines[at]] if at < len(lines) else []


def _replaced(line: str, match: re.Match, group: int, text: str) -> str:
    return line[: match.start(group)] + text + line[match.end(group) :]


def _moved(draw, lines: list[str], at: int) -> list[str]:
    other = draw(st.sampled_from(lines))
    return [lines[at], other] if draw(st.booleans()) else [other]


def _cut(draw, lines: list[str], at: int) -> list[str]:
    end = draw(st.integers(0, len(lines[at])))
    return draw(st.sampled_from([[], [lines[at][:end]], [lines[at][:end] + draw(st.characters(codec="utf-8")) + lines[at][end:]]]))


def resolved(text: str, files=FILES, sources=("s",)):
    loaded = document.parse(text, "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), files, set(sources))
