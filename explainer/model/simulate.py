"""NumPy back end: a model -> the central value and range of every number, and the share of draws of every claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explainer.diagnostics import Report
from explainer.model.distributions import Floats
from explainer.model.draws import DRAWS, levels, ranks
from explainer.model.formula import Apply, Column, Name, Node, Number
from explainer.model.model import Assumption, Model
from explainer.numerals import published

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95

NUMPY: Mapping[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "neg": np.negative,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not, "if": np.where,
    "min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
    "clip": lambda value, low, high: np.minimum(np.maximum(value, low), high),
    "abs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10,
    "round": lambda value: np.floor(value + 0.5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """Median and 5–95 % range over the draws, in the declared unit."""

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
    """What a model comes to."""

    amounts: Mapping[str, Amount]
    verdicts: Mapping[str, Verdict]


def simulate(model: Model) -> Numbers:
    """Compute every quantity and claim over the draws. A draw that is no number is a Problem."""
    values: dict[str, NDArray[Any]] = {name: draw(a) * a.unit.factor for name, a in model.assumptions.items()}
    with Report() as report, np.errstate(all="ignore"):
        for name, quantity in model.quantities.items():
            values[name] = np.broadcast_to(evaluate(quantity.tree, values), (DRAWS,))
            wrong = np.flatnonzero(~np.isfinite(values[name]))
            if wrong.size and all(np.isfinite(values[other]).all() for other in quantity.inputs):
                at = int(wrong[0])
                inputs = ", ".join(
                    f"{other} = {values[other][at] / model.number(other).unit.factor:.4g}" for other in sorted(quantity.inputs)
                )
                message = f"'{name}' is not a number in {wrong.size} of {DRAWS} draws"
                hint = f"for example where {inputs}: keep the formula away from there" if inputs else "it is too large, or divided by zero"
                report.error("not-a-number", message, quantity.place, hint)
        verdicts = {}
        for name, claim in model.claims.items():
            share = float(np.mean(evaluate(claim.tree, values)))
            verdicts[name] = Verdict(share, share >= claim.share)
    amounts = {name: summary(values[name] / model.number(name).unit.factor) for name in model.numbers}
    return Numbers(amounts, verdicts)


def draw(assumption: Assumption) -> Floats:
    """The assumption's value in each draw, in its declared unit."""
    return assumption.distribution.quantile(levels())[ranks(assumption.name)]


def evaluate(node: Node, values: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """A formula over arrays of draws, in base units."""
    match node:
        case Number(value=value):
            return np.asarray(value)
        case Name(name=name):
            return values[name]
        case Column():
            raise AssertionError("columns are filled in before anything is computed")
        case Apply(function=function, arguments=arguments):
            return np.asarray(NUMPY[function](*(evaluate(argument, values) for argument in arguments)))


def summary(values: NDArray[Any]) -> Amount:
    """Median and 5–95 % range, interpolated linearly between the sorted draws."""
    low, middle, high = np.quantile(values, [LOW, MIDDLE, HIGH])
    return Amount(float(middle), float(low), float(high))


def check_claims(model: Model, numbers: Numbers) -> None:
    """Raise a Problem for each claim that its draws do not bear out."""
    with Report() as report:
        for name, verdict in numbers.verdicts.items():
            claim = model.claims[name]
            if not verdict.holds:
                message = f"the claim '{name}' fails: it holds in {verdict.share:.1%} of the draws, not in {claim.share:.0%}"
                report.error("claim-fails", message, claim.place, f"it says: {claim.says}")


Row = dict[str, str | float | None]


def table_rows(model: Model, numbers: Numbers) -> dict[str, list[Row]]:
    """The rows of every table, as charts read them: name, label, value, low and high in the table's unit."""
    tables: dict[str, list[Row]] = {name: table.rows for name, table in model.data_tables.items()}
    for name, table in model.row_tables.items():
        tables[name] = []
        for label, quantity in table.rows:
            amount, factor = numbers.amounts[quantity], model.number(quantity).unit.factor / table.unit.factor
            value, low, high = (published(x * factor) for x in (amount.value, amount.low, amount.high))
            tables[name].append({"name": quantity, "label": label, "value": value, "low": low, "high": high})
    return tables
