"""NumPy back end: a model -> the central value and range of every number, and the share of draws of every claim."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from explainer.diagnostics import Report
from explainer.model import finite
from explainer.model.distributions import Floats
from explainer.model.draws import DRAWS, levels, ranks
from explainer.model.evaluate import Array, Values, evaluate
from explainer.model.formula import Call
from explainer.model.model import Assumption, Model, Quantity, Stage
from explainer.numerals import published

MEND = "mend the sentence, the condition or, if so much doubt may be, its 'share:'; 'explainer numbers' says what the numbers are"
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Amount:
    """Median and 5–95 % range over the draws, in the declared unit; infinite for a step that never comes."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """In what share of the draws a claim holds, and whether that is enough."""

    share: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a model comes to: an amount for each number and each of its steps ("" where it has none), a verdict for each claim."""

    amounts: Mapping[tuple[str, str], Amount]
    verdicts: Mapping[str, Verdict]

    def amount(self, name: str, at: str = "") -> Amount:
        """The amount of a number, at a step if it has several."""
        return self.amounts[name, at]


def simulate(model: Model, draws: int = DRAWS) -> Numbers:
    """Compute every quantity and claim over the draws. A draw that is no number is a Problem."""
    with np.errstate(all="ignore"):
        arrays = compute(model, draw_all(model, draws), draws)
        finite.check(model, arrays, draws)
        verdicts = {name: verdict(model, name, arrays) for name in model.claims}
        amounts = {(name, step): amount for name in model.numbers for step, amount in summaries(model, name, arrays).items()}
    return Numbers(amounts, verdicts)


def draw_all(model: Model, draws: int = DRAWS) -> dict[str, Array]:
    """Every assumption in base units, as `evaluate` reads it."""
    shape = (1,) * len(model.axes) + (draws,)
    with np.errstate(all="ignore"):
        return {name: (draw(item, draws) * item.unit.factor).reshape(shape) for name, item in model.assumptions.items()}


def draw(assumption: Assumption, draws: int = DRAWS) -> Floats:
    """The assumption's value in each draw, in its declared unit."""
    return assumption.distribution.quantile(levels(draws))[ranks(assumption.name, draws)]


def compute(model: Model, arrays: Mapping[str, Array], draws: int = DRAWS, changed: Collection[str] | None = None) -> dict[str, Array]:
    """The arrays, and with them every quantity in base units; with `changed`, only what these names reach is computed anew."""
    known, reached = dict(arrays), set(changed or ())
    with np.errstate(all="ignore"):
        for stage in model.stages:
            if changed is None or not reached.isdisjoint(stage.inputs):
                reached.update(stage.names)
                _compute(stage, model, known, draws)
    return known


def _compute(stage: Stage, model: Model, arrays: dict[str, Array], draws: int) -> None:
    """Put the quantities of a stage among the arrays."""
    shapes = {name: _shape(model, model.quantities[name], draws) for name in stage.names}
    if not stage.along:
        (name,) = stage.names
        tree = model.quantities[name].tree
        result = _called(name, tree, model, arrays, draws) if isinstance(tree, Call) else evaluate(tree, Values(arrays, model.axes, {}))
        arrays[name] = np.broadcast_to(result, shapes[name])
        return
    made = {name: np.full(shape, np.nan) for name, shape in shapes.items()}
    k = list(model.axes).index(stage.along)
    values = Values({**arrays, **made}, model.axes, {})
    for step in range(len(model.axes[stage.along].labels)):
        for name in stage.names:
            at = (slice(None),) * k + (slice(step, step + 1),)
            made[name][at] = evaluate(model.quantities[name].tree, values.fixed(stage.along, step))
    arrays |= made


def _called(name: str, call: Call, model: Model, arrays: Mapping[str, Array], draws: int) -> Array:
    """What a Python function makes of its inputs, in base units."""
    inputs = {}
    for argument in call.arguments:
        other, array = model.number(argument.name), arrays[argument.name]
        steps = [len(model.axes[axis].labels) for axis in model.over(argument.name)]
        inputs[argument.name] = (array / other.unit.factor).reshape(*steps, draws)
    shape = _shape(model, model.quantities[name], draws)
    own = (*(len(model.axes[axis].labels) for axis in call.over), draws)
    return model.functions[call.function](name, inputs, own).reshape(shape) * model.quantities[name].unit.factor


def _shape(model: Model, quantity: Quantity, draws: int) -> tuple[int, ...]:
    """One dimension for each axis of the model, and the draws."""
    return (*(len(axis.labels) if name in quantity.over else 1 for name, axis in model.axes.items()), draws)


def verdict(model: Model, name: str, arrays: Mapping[str, Array]) -> Verdict:
    """Whether a claim holds in enough of the draws."""
    claim = model.claims[name]
    held = evaluate(claim.tree, Values(arrays, model.axes, {}))
    share = float(np.mean(held))
    return Verdict(share, share >= claim.share)


def summaries(model: Model, name: str, arrays: Mapping[str, Array]) -> dict[str, Amount]:
    """The amount of a number at each of its steps, in the declared unit."""
    number = model.number(name)
    rows = (arrays[name] / number.unit.factor).reshape(-1, arrays[name].shape[-1])
    summary = _step_summaries if isinstance(number, Quantity) and number.is_step else _summaries
    return dict(zip(model.steps(model.over(name)), summary(rows), strict=True))


def _summaries(rows: Floats) -> list[Amount]:
    """Median and 5–95 % range of each row, interpolated linearly between the sorted draws."""
    low, middle, high = np.quantile(rows, LEVELS, axis=-1).tolist()
    return [Amount(*amount) for amount in zip(middle, low, high, strict=True)]


def _step_summaries(rows: Floats) -> list[Amount]:
    """The same for steps, where it is always one of them: the first that enough draws have reached."""
    low, middle, high = (np.sort(rows)[:, int(np.ceil(level * rows.shape[-1])) - 1].tolist() for level in LEVELS)
    return [Amount(*amount) for amount in zip(middle, low, high, strict=True)]


def check_claims(model: Model, numbers: Numbers) -> None:
    """Raise a Problem for each claim that its draws do not bear out."""
    with Report() as report:
        for name, verdict in numbers.verdicts.items():
            claim = model.claims[name]
            if not verdict.holds:
                message = f"the claim '{name}' fails: it holds in {verdict.share:.1%} of the draws, not in {claim.share:.0%}"
                report.error("claim-fails", message, claim.place, f"it says: {claim.says}\n{MEND}")


Row = dict[str, str | float | None]


def table_rows(model: Model, numbers: Numbers) -> dict[str, list[Row]]:
    """The rows of every table, as charts read them: name, label, the step on each axis, value, low and high in the table's unit."""
    tables: dict[str, list[Row]] = {name: table.rows for name, table in model.data_tables.items()}
    for name, table in model.row_tables.items():
        tables[name] = []
        for label, quantity in table.rows:
            factor = model.number(quantity).unit.factor / table.unit.factor
            for step, labels in zip(model.steps(table.over), model.step_labels(table.over), strict=True):
                amount = numbers.amount(quantity, step)
                value, low, high = (published(x * factor) for x in (amount.value, amount.low, amount.high))
                tables[name].append({"name": quantity, "label": label, **labels, "value": value, "low": low, "high": high})
    return tables
