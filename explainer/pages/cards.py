"""All about a number: the short card that stands behind the article, and the whole one on the page of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from explainer import numerals
from explainer.model.formula import Call
from explainer.model.model import Quantity
from explainer.model.sample import BINS, Histogram, Influence, Sample
from explainer.pages import formulas
from explainer.pages.parts import Card, CardStep, Cell, Cited, Move, Shape, Stated, WholeCard
from explainer.prose.merge import Values
from explainer.prose.passage import Printed

WIDTH, HEIGHT = 320, 56  # of a drawn distribution
MOVES = 3  # assumptions that a card names


def card(name: str, values: Values, cited: Iterable[Cited]) -> Card:
    """The short card."""
    number = values.model.number(name)
    steps = tuple(_step(name, step, values) for step in values.model.steps(values.model.over(name)))
    if isinstance(number, Quantity):
        return Card(name, number.label, steps, number.unit.text, number.written, name not in values.model.fixed, "", ())
    unit = "" if number.written.endswith("%") else number.unit.text
    sources = tuple(entry for entry in cited if entry.key in number.basis.sources)
    return Card(name, number.label, steps, unit, number.written, True, number.basis.evidence, sources)


def whole_card(name: str, values: Values, sample: Sample, cited: Iterable[Cited]) -> WholeCard:
    """The whole card. What is drawn and what moves it are those of the last step, where a number has several."""
    number, model = values.model.number(name), values.model
    at = model.steps(model.over(name))[-1]
    formula, because, judged, moves, judgements = None, "", "", tuple[Move, ...](), tuple[str, ...]()
    if isinstance(number, Quantity):
        if not isinstance(number.tree, Call):
            formula = formulas.of_quantity(number, values)
        influences = sample.influences(name, at)
        moves = tuple(_move(name, one, values) for one in influences[:MOVES])
        judgements = tuple(
            item for item in model.ancestors([name]) if item in model.assumptions and model.assumptions[item].basis.evidence == "judgement"
        )
        share = sample.by_evidence(influences).get("judgement", 0.0)
        judged = ("None" if share < 0.005 else percent(share, values)) if influences else ""
    else:
        because = number.basis.because
    lie = sample.histogram(name, at)
    return WholeCard(
        card(name, values, cited), at, formula, because, _shape(lie, name, at, values) if lie else None, moves, judged, judgements
    )


def claim(name: str, values: Values) -> Stated:
    """A claim for the list behind the cards."""
    found, share = values.model.claims[name], values.numbers.verdicts[name].share
    return Stated(name, found.says, formulas.of_claim(found, values), percent(share, values))


def shown(name: str, part: str, values: Values, at: str = "") -> Cell:
    """A number, or a part of it, that follows the reader by the same hooks as the prose."""
    return Cell(values.text(name, part, at=at), values.hooks(Printed(name, part, None, values.model.number(name).place, at)))


def percent(share: float, values: Values) -> str:
    """A share such as 0.38 as people write it."""
    return numerals.central(share * 100, 0, 100, numerals.PERCENT, values.locale, 2)


def _step(name: str, at: str, values: Values) -> CardStep:
    amount = values.numbers.amount(name, at)
    return CardStep(at, shown(name, "value", values, at), None if amount.low == amount.high else shown(name, "range", values, at))


def _move(name: str, one: Influence, values: Values) -> Move:
    label = values.model.number(one.assumption).label
    width = str(_nearest(100 * min(one.share, 1.0)))
    return Move(
        one.assumption,
        label,
        percent(min(one.share, 1.0), values),
        width,
        _written(name, one.low, values),
        _written(name, one.high, values),
    )


def _written(name: str, x: float, values: Values) -> str:
    return numerals.central(x, x, x, values.model.number(name).unit.style, values.locale, 3)


def _shape(lie: Histogram, name: str, at: str, values: Values) -> Shape:
    """The same as `shape` of `static/sample.js` draws."""
    amount = values.numbers.amount(name, at)
    top = max(lie.shares)
    heights = [_nearest(HEIGHT * share / top) for share in lie.shares]
    inside = [amount.low <= (lie.edge(k) + lie.edge(k + 1)) / 2 <= amount.high for k in range(BINS)]
    middle = WIDTH * (amount.value - lie.first) / (lie.last - lie.first)
    within = _path([height if within else 0 for height, within in zip(heights, inside, strict=True)])
    return Shape(
        WIDTH, HEIGHT, _path(heights), within, str(_nearest(middle)), _written(name, lie.first, values), _written(name, lie.last, values)
    )


def _nearest(x: float) -> int:
    """As `Math.round`: Python's own rounds halves to even."""
    return math.floor(x + 0.5)


def _path(heights: list[int]) -> str:
    """Bars side by side, as one outline."""
    step = WIDTH // BINS
    return f"M0 {HEIGHT}" + "".join(f"V{HEIGHT - height}h{step}" for height in heights) + f"V{HEIGHT}z"
