"""`> [!GUESS]`: a question whose answer, the first number of its text, the reader may guess before reading it."""

from __future__ import annotations

import math

from lxml.html import HtmlElement
from lxml.html.builder import E

from explainer.diagnostics import Place, Report
from explainer.model.dimensions import step_of
from explainer.model.model import Model
from explainer.model.simulate import Amount
from explainer.numerals import Style
from explainer.prose.passage import TOKEN, Ledger, Printed

TITLE = "Guess"
STEPS = 100  # that a slider has at most


def ask(aside: HtmlElement, ledger: Ledger, place: Place, report: Report) -> None:
    """Name the answer of a guess, and put its text into a `<div class="answer">` of its own."""
    title, *body = aside
    answer = E.div({"class": "answer"}, *body)
    answer.text, answer.tail = title.tail, "\n"
    aside.append(answer)
    found = _answer(answer, ledger)
    if title.text == TITLE and not len(title):
        report.error("bad-guess", "this guess asks nothing", place, "write the question behind it: '> [!GUESS] What share of it is …?'")
    if not found:
        report.error("bad-guess", "this guess has no answer", place, "print the quantity that answers it in the text below: '> {{ NAME }}'")
        return
    aside.set("data-guess", found.name)
    if found.at:
        aside.set("data-at", found.at)


def _answer(body: HtmlElement, ledger: Ledger) -> Printed | None:
    """The first number that a text prints; a label or a unit is none."""
    printed = (ledger.printed[int(number)] for number in TOKEN.findall("".join(body.itertext())))
    return next((entry for entry in printed if entry.part not in ("label", "unit")), None)


def scale(model: Model, name: str, amount: Amount) -> tuple[float, float, float] | None:
    """The slider for a guess at an amount: its ends and its step in the declared unit. None where the amount is not finite.

    1. A step of an axis, such as a year: the whole axis, and one step beyond it for "never".
    2. A percentage whose range reaches from 5 % or more up to 100 % at most: from 0 to 100 %, which gives nothing away.
    3. Anything else: from 0 to the first of 1, 2, 5, 10, 20, 50 … that is at least three times the end of the
       range that is farther from zero; below zero likewise, on both sides where the range has both signs.
    """
    unit = model.number(name).unit
    if unit.style.last is not None:
        axis = next(axis for axis in model.axes.values() if step_of(axis.name) == unit.dimension)
        step = axis.numbers[1] - axis.numbers[0] if len(axis.numbers) > 1 else 1.0
        return axis.numbers[0], axis.numbers[-1] + step, step
    if not all(map(math.isfinite, (amount.low, amount.high))):
        return None
    # what is round is round as shown: "$480,000" may be declared in thousands
    return _divided(*(end / unit.style.factor for end in _ends(amount, unit.style)))


def _ends(amount: Amount, style: Style) -> tuple[float, float]:
    low, high = amount.low * style.factor, amount.high * style.factor
    if style.one.endswith("%") and low >= 0 and 5 <= high <= 100:
        return 0.0, 100.0
    end = _round_up(3 * max(abs(low), abs(high)))
    return (-end if low < 0 else 0.0), (end if high > 0 or low == 0 else 0.0)


def _round_up(size: float) -> float:
    """The first of 1, 2, 5 times a power of ten that is not below a size; 1 for zero."""
    if size == 0:
        return 1.0
    power = math.floor(math.log10(size))
    return next(n * 10.0**p for p in (power, power + 1) for n in (1, 2, 5) if n * 10.0**p >= size * (1 - 1e-9))


def _divided(low: float, high: float) -> tuple[float, float, float]:
    """With a step of 1, 2 or 5 times a power of ten."""
    return low, high, _round_up((high - low) / STEPS)
