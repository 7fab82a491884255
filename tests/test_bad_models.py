"""Whatever stands in a `model.yaml`: all of its numbers are finite, or what is wrong is told at its line, soon, and nothing runs."""

import contextlib
import math
import re
import signal
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer import config, content
from explainer.diagnostics import Problems
from explainer.model.simulate import simulate
from tests.conftest import ROOT, SMALL
from tests.models import FILES, HEAD, HOSTILE, broken, models, resolved, several
from tests.test_axes import model_of as model_over_axes

pytestmark = pytest.mark.slow

DRAWS = 64


def article(folder):
    settings = config.load(folder.parent, ROOT)
    read = content.read(folder, settings)
    return (folder / "model.yaml").read_text(encoding="utf-8"), read.csv_files, read.sources


REAL = [article(ROOT / "content/ai-capital-pivot"), article(SMALL / "tea")]


@contextlib.contextmanager
def limit(seconds):
    def stop(*_):
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(text, files=FILES, sources=("s",)):
    """The problems of a model; none if all of its numbers are finite."""
    try:
        with limit(2):
            model = resolved(text, files, sources)
            numbers = simulate(model, DRAWS)
    except Problems as problems:
        found = problems.diagnostics
    else:
        check_numbers(model, numbers)
        return ()
    assert found
    for problem in found:
        assert problem.place.file in {"model.yaml", *(file.file for file in files.values())}
        assert 1 <= problem.place.line <= len(text.splitlines()) + 1 or problem.place.file != "model.yaml"
        assert 0 < len(problem.message) + len(problem.hint) < 1500
    return found


def check_numbers(model, numbers):
    for (name, _), amount in numbers.amounts.items():
        may_never_come = name in model.quantities and model.quantities[name].is_step
        assert all(math.isfinite(x) or (may_never_come and x == math.inf) for x in (amount.value, amount.low, amount.high)), name
    assert all(0 <= verdict.share <= 1 for verdict in numbers.verdicts.values())


@several(60)
@given(models(wild=True))
def test_formulas_that_often_make_no_number(text):
    assert {problem.code for problem in outcome(text)} <= {"not-a-number"}


@several(60)
@given(broken())
def test_damaged_models(text):
    outcome(text)


@st.composite
def mutated(draw):
    """One of the real models with some lines, characters and values deleted, doubled or replaced."""
    text, files, sources = draw(st.sampled_from(REAL))
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at : at + 1] = draw(st.sampled_from(mutations(draw, lines[at], draw(st.sampled_from(lines))))) or [""]
    return "\n".join(lines), files, sources


def mutations(draw, line, other):
    """What may stand in the place of a line."""
    at = draw(st.integers(0, len(line)))
    (key, colon, value), (other_key, _, other_value) = line.partition(": "), other.partition(": ")
    number = draw(st.sampled_from(["0", "-1", "1e308", "1e-308", "9" * 400, "nan"]))
    return [
        [], [line, line], [other], [other, line], ["  " + line], [line[:at]], [line[:at] + line[at + 1 :]], [line[:at] + draw(st.characters(codec="utf-8")) + line[at:]],
        [key + colon + other_value], [key + colon], [key + colon + value * 2], [other_key + colon + value], [re.sub(r"[0-9.]+", number, line)],
    ]  # fmt: skip


@several(60)
@given(mutated())
def test_mutations_of_real_models(case):
    outcome(*case)


ASSUMPTION = "  {name}: {{label: x, evidence: judgement, because: x, value: {value}{more}}}\n"
BASE = (
    HEAD
    + "assumptions:\n"
    + ASSUMPTION.format(name="a0", value="1 to 2", more="")
    + ASSUMPTION.format(name="a1", value="3", more="")
    + "quantities:\n  on_year: {label: x, over: year, formula: coordinate(year) - 2023.5}\n"
)
WHERE = {
    "value": lambda text: BASE.replace("quantities:\n", ASSUMPTION.format(name="bad", value=text, more="") + "quantities:\n"),
    "an argument": lambda text: BASE.replace("quantities:\n", ASSUMPTION.format(name="bad", value=f"'normal('{text[1:-1]}', 1)'".replace("''", "'"), more="") + "quantities:\n"),
    "within": lambda text: BASE.replace("quantities:\n", ASSUMPTION.format(name="bad", value="normal(0, 1)", more=f", within: [{text}, inf]") + "quantities:\n"),
    "plausible": lambda text: BASE.replace("quantities:\n", ASSUMPTION.format(name="bad", value="'3'", more=f", plausible: {text}") + "quantities:\n"),
    "quantity": lambda text: BASE + f"  bad: {{label: x, formula: {text}}}\n",
    "step": lambda text: BASE + f"  bad: {{label: x, over: year, formula: {{2022: '1', 2023..2026: {text}}}}}\n",
    "key of a step": lambda text: BASE + f"  bad: {{label: x, over: year, formula: {{? {text} : '1'}}}}\n",
    "claim": lambda text: BASE + f"claims:\n  bad: {{says: x, holds: {text}, share: 1 %}}\n",
    "row": lambda text: BASE.replace("assumptions:", f"  bad: {{rows: {{x: {text}}}}}\nassumptions:"),
    "axis": lambda text: BASE.replace("  firm: f.firm\n", f"  firm: f.firm\n  bad: {text}\n"),
    "unit": lambda text: BASE + f"  bad: {{label: x, formula: '1', unit: {text}}}\n",
    "counted": lambda text: BASE.replace("[person]", f"[person, {text}]"),
    "over": lambda text: BASE + f"  bad: {{label: x, formula: '1', over: {text}}}\n",
    "scenario": lambda text: BASE + f"scenarios:\n  bad: {{label: x, set: {{a0: {text}}}}}\n",
}  # fmt: skip
LONG = [
    "(" * 500_000 + ")" * 500_000,
    "a" + " " * 100_000 + "b",
    "1 to " * 50_000,
    "9" * 5000,
    "1+" * 200_000 + "1",
    "a0" + "'" * 9,
    "\0",
    "\ud7ff\uffff",
]


@pytest.fixture
def seen_events():
    """What Python was asked to execute, import, open or start meanwhile, besides the reading of a formula."""
    seen, active = [], [True]

    def hook(event, arguments):
        if active and event.split(".")[0] in (
            "exec",
            "import",
            "open",
            "os",
            "subprocess",
            "socket",
            "ctypes",
            "compile",
            "code",
            "marshal",
            "pickle",
        ):
            seen.append((event, arguments))

    sys.addaudithook(hook)  # for good: it is only silenced
    yield seen
    active.clear()


@pytest.mark.parametrize("place", WHERE)
def test_nothing_hostile_runs(place, seen_events, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts = [*HOSTILE, *LONG]
    for text in HOSTILE[:3]:
        outcome(WHERE[place](quoted(text)))  # what Python imports at the first need
    seen_events.clear()
    told = {text: outcome(WHERE[place](quoted(text))) for text in texts}
    meant = [event for event in seen_events if not (event[0] == "compile" and event[1][1] == "<unknown>") and not _own(event)]
    assert meant == []
    assert list(tmp_path.iterdir()) == []
    refused = [text for text, problems in told.items() if problems]
    assert len(refused) > 0.7 * len(texts)
    dangerous = [text for text in HOSTILE if re.search(r"__|open|lambda|for x|:=|import|await|yield|\*\(|\*\*\{", text)]
    assert set(dangerous) <= set(refused)


def _own(event):
    """Registries of units are made of classes that dataclasses and pint build with exec, from texts of their own."""
    return event[0] == "exec" and getattr(event[1][0], "co_filename", "") == "<string>" and "PROOF" not in str(event[1][0].co_consts)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


# `start` is 100 people, `rate` 12 people a year, `quits` 10 % a year, `plain` 1 to 2
CULPRITS = [
    ("division", "x = 1 + start / (start - start)", ": start / (start - start)", "start = 100 person"),
    ("in the declared unit", "x [% / year] = 1 / log(quits * year * 10)  * quits", "1 / log(", "quits = 10 % / year"),
    ("power", "x = 2 + (-plain) ** 0.5", ": (-plain) ** 0.5", "plain = 1."),
    ("a power too large", "x = 1 - plain ** 9999", ": plain ** 9999", "plain = 1."),
    ("root", "x = 2 * sqrt(1 - 2 * plain)", ": sqrt(1 - (2 * plain))", "plain = 1."),
    ("logarithm", "x = log(plain - plain) + 1", ": log(plain - plain)", "plain = 1."),
    ("its other kind", "x = 1 + log10(-plain)", ": log10(-plain)", "plain = 1."),
    ("exponential", "x = 3 + exp(1000 * plain)", ": exp(1000 * plain)", "plain = 1."),
    ("product", "a = plain * 1e299\nx = 1 - a * a", ": a * a", "a = 1."),
    ("sum", "a = plain * 2e299\nx = 1e-9 * (4e8 * a + 4e8 * a)", ": (4e+08 * a) + (4e+08 * a)", "a = "),
    ("no number without numbers", "x = plain + 0 / 0", ": 0 / 0", "divided by zero"),
    ("swallowed by a power", "x = log(-plain) ** 0", ": log(-plain)", "plain = 1."),
    ("swallowed by a bound", "x = clip(plain / 0, 0, 1)", ": plain / 0", "plain = 1."),
    ("swallowed by a comparison", "x = 1 if log(-plain) < 0 else 2", ": log(-plain)", "plain = 1."),
    ("swallowed by 'not'", "x = 1 if plain > 0 and not log(-plain) > 0 else 2", ": log(-plain)", "plain = 1."),
    ("not the branch that is not taken", "x = (log(1 - plain) if plain < 1 else plain) + 1 / (plain - plain)", ": 1 / (plain - plain)", "plain = "),
    ("not the half that is not asked", "x = (1 if plain < 1 and log(1 - plain) > 0 else 2) / 0", " / 0", "plain = "),
    ("in a sum, at one step", "a over month = coordinate(month) - 2\nx = 1 + sum(1 / a)", ": 1 / a", "a[2] = 0"),
    ("a sum too large", "a over month = plain * 2e299\nx = 1e-9 * sum(4e8 * a)", ": sum(4e+08 * a)", "a[3] = "),
    ("in a mean of a mean", "a over month, size = coordinate(month) - 1\nx = mean(mean(log(a + 1), size), month)", ": log(a + 1)", "a[0, small] = -1"),
    ("in an extreme", "a over month = 1 - coordinate(month)\nx = max(sqrt(a), month)", ": sqrt(a)", "a[2] = -1"),
    ("so far", "a over month = 2 - coordinate(month)\nx over month = cumulative(1 / a)", "'x[2]' is not a number", "a[2] = 0"),
    ("the step before", "a over month = 1 - coordinate(month)\nx over month = previous(log(a), 0)", "'x[2]' is not a number", "a[1] = 0"),
    ("the start", "a over month = coordinate(month)\nx over month = previous(a, 1 / (plain - plain))", "'x[0]' is not a number", "plain = "),
    ("a recurrence that runs away", "x over month [person] = start * (previous(x, start) / (7 * person)) ** 150", "'x[1]' is not a number", "x[0] = "),
    ("a circle of two", "a over month = log(previous(b, 3) - 4)\nb over month = 2 * a", "'a[0]' is not a number", ""),
    ("the second of two, a step earlier", "a over month = previous(b, 3) - 1\nb over month = sqrt(a - 1.5)", "'b[1]' is not a number", "a[1] = -0.29"),
    ("one of the formulas by step", "a over size = {small: '1', big: 'log(plain - 9)'}\nx = sum(a)", "'a[big]' is not a number", "plain = "),
    ("all of them", "a over month = coordinate(month) - 1\nx = 1 if all(log(a) < 9) else 2", ": log(a)", "a[0] = -1"),
    ("the first year in which", "a over year = coordinate(year) - 2024\nx = first_when(log(a) > 0)", ": log(a)", "a[2022] = -2"),
    ("too large in its own unit", "x [%] = 1e299 * plain", ": 1e+299 * plain", "plain = "),
    ("a year that never comes is no mistake", "a over year = coordinate(year)\nb = first_when(a < 0)\nx = (1 if b < 2025 else 2) / 0", " / 0", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operation", "example"), [case[1:] for case in CULPRITS], ids=[case[0] for case in CULPRITS])
def test_the_innermost_operation_and_its_inputs_are_named(text, operation, example):
    with pytest.raises(Problems) as problems:
        simulate(model_over_axes(text))
    (problem,) = problems.value.diagnostics
    assert problem.code == "not-a-number"
    assert operation in problem.message
    assert example in problem.hint
    assert problem.place.line > 30


def test_a_claim_over_no_number():
    with pytest.raises(Problems, match=r"the claim 'c' is not a number in 4096 of 4096 draws: log\(-plain\)"):
        simulate(model_over_axes("x = 1", "claims:\n  c: {says: c, holds: not log(-plain) > 0, share: 1 %}\n"))


@pytest.mark.parametrize("value", ["1e305", "normal(0, 1e299)", "lognormal(690, 1)"])
def test_an_assumption_that_is_no_number(value):
    problems = outcome(
        BASE.replace("quantities:\n", ASSUMPTION.format(name="bad", value=quoted(value), more=", unit: trillion USD") + "quantities:\n")
    )
    assert [problem.code for problem in problems] == ["not-a-number"]
