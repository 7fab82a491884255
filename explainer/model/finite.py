"""The check that every draw is a number; where one is not: which operation made it, and of what.

It computes every formula once more, strictly: nothing infinite counts, not even on the way to a
finite number, and a condition over what is no number is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from explainer.diagnostics import Place, Report
from explainer.model.evaluate import NEVER, Array, Values, evaluate
from explainer.model.formula import Along, Apply, Call, Name, Node, Pick, children, names, text
from explainer.model.model import Model, Stage

MOST_INPUTS = 6


@dataclass(frozen=True, slots=True)
class _Formula:
    """A formula to be checked, and what to call it, with a place for its step. Its values are divided by `factor`."""

    title: str
    tree: Node
    place: Place
    over: tuple[str, ...] = ()
    factor: float = 1.0
    name: str = ""


def check(model: Model, arrays: Mapping[str, Array], draws: int) -> None:
    """A Problem for each number and claim that is none somewhere; what only follows from it is passed over."""
    bad: set[str] = set()
    steps = {name for name, item in model.quantities.items() if item.is_step}
    values = Values({n: np.minimum(x, NEVER) if n in steps else x for n, x in arrays.items()}, model.axes, {}, strict=True)
    with Report() as report:
        for name, item in model.assumptions.items():
            if count := int(np.sum(~np.isfinite(arrays[name]) | ~np.isfinite(arrays[name] / item.unit.factor))):
                bad.add(name)
                message = f"'{name}' is not a number in {count} of {draws} draws: {item.written}"
                report.error("not-a-number", message, item.place, "numbers must stay below 1e308, in base units too")
        for stage in model.stages:
            if not bad.isdisjoint(stage.inputs) or not _check_stage(stage, model, values, draws, report):
                bad.update(stage.names)
        for claim in model.claims.values():
            if bad.isdisjoint(claim.inputs):
                formula = _Formula(f"the claim '{claim.name}'", claim.tree, claim.place)
                _tell(formula, _wrong(formula, values, draws), model, values, report)


def _check_stage(stage: Stage, model: Model, values: Values, draws: int, report: Report) -> bool:
    """Whether all of its quantities are numbers; a Problem for the one that is none first."""
    quantities = [model.quantities[name] for name in stage.names]
    formulas = [_Formula(f"'{item.name}{{}}'", item.tree, item.place, item.over, item.unit.factor, item.name) for item in quantities]
    wrong = [(formula, found) for formula in formulas if (found := _wrong(formula, values, draws)).size]
    if wrong:
        k = values.place(stage.along) if stage.along else 0
        _tell(*min(wrong, key=lambda pair: int(pair[1][:, k].min()) if stage.along else 0), model, values, report)
    return not wrong


def _wrong(formula: _Formula, values: Values, draws: int) -> Array:
    """The steps and draw of each value that is no number, a row each; the earliest steps first."""
    shape = (*(len(axis.labels) if name in formula.over else 1 for name, axis in values.axes.items()), draws)
    computed = values.arrays[formula.name] if isinstance(formula.tree, Call) else evaluate(formula.tree, values)
    return np.argwhere(np.broadcast_to(~np.isfinite(computed / formula.factor), shape))


def _tell(formula: _Formula, wrong: Array, model: Model, values: Values, report: Report) -> None:
    """A Problem for the first of these, if there is any."""
    if not wrong.size:
        return
    *steps, draw = (int(index) for index in wrong[0])
    at = {axis: step for axis, step in zip(model.axes, steps, strict=True) if axis in formula.over}
    one = {name: array[..., draw : draw + 1] for name, array in values.arrays.items()}
    whole = replace(values, arrays=one, at=at)
    operation, point = (formula.tree, whole) if isinstance(formula.tree, Call) else _culprit(formula.tree, whole)
    step = f"[{', '.join(model.axes[axis].labels[index] for axis, index in at.items())}]" if at else ""
    count = f"{len(np.unique(wrong[:, -1]))} of {next(iter(values.arrays.values())).shape[-1] if values.arrays else 1} draws"
    message = f"{formula.title.format(step)} is not a number in {count}: {text(operation)}"
    inputs = ", ".join(_example(name, where, model, point) for name, where in _inputs(operation, point))
    hint = (
        f"for example where {inputs}: keep the formula away from there"
        if inputs
        else "too large, divided by zero, or a root or logarithm of what is negative"
    )
    report.error("not-a-number", message, formula.place, hint)


def _example(name: str, at: Mapping[str, int], model: Model, values: Values) -> str:
    """`guests[2030] = 0 guest`: an input in its declared unit."""
    over, unit = model.over(name), model.number(name).unit
    step = f"[{', '.join(model.axes[axis].labels[at[axis]] for axis in over)}]" if over else ""
    value = float(values.cut(values.arrays[name], at).flat[0]) / unit.factor
    return f"{name}{step} = {value:.4g}" + (f" {unit.text}" if unit.text else "")


def _inputs(node: Node, values: Values) -> list[tuple[str, Mapping[str, int]]]:
    """Some of what a formula reads at a point, each once."""
    found: list[tuple[str, Mapping[str, int]]] = []
    for reading in itertools.islice(_readings(node, values), 500):
        if reading not in found and len(found) < MOST_INPUTS:
            found.append(reading)
    return found


def _parts(node: Node, values: Values) -> Iterator[tuple[Node, Values]]:
    """What a formula is computed from at one point, a draw and a step of each of its axes, and the point where each is read."""
    match node:
        case Apply(function="if", arguments=(test, body, orelse)):
            yield test, values
            yield body if evaluate(test, values) == 1 else orelse, values
        case Apply(function="and" | "or" as function, arguments=(left, right)):
            yield left, values
            if evaluate(left, values) == (function == "and"):
                yield right, values
        case Pick(axis=axis, choice=choice, options=options):
            yield options[choice[values.at[axis]]], values
        case Along(function="previous", arguments=(inner, *start), axis=axis):
            step = values.at[axis]
            yield (inner, values.fixed(axis, step - 1)) if step else (start[0], values)
        case Along(function=function, arguments=(inner,), axis=axis):
            steps = range(len(values.axes[axis].labels))
            among = {"first": steps[:1], "last": steps[-1:], "cumulative": steps[: values.at.get(axis, 0) + 1]}.get(function, steps)
            yield from ((inner, values.fixed(axis, step)) for step in among)
        case _:
            yield from ((child, values) for child in children(node))


def _culprit(node: Node, values: Values) -> tuple[Node, Values]:
    """The innermost operation that makes no finite number of finite ones, and its point, in a formula that is none at this point."""
    for part, point in _parts(node, values):
        if not np.isfinite(evaluate(part, point)).all():
            return _culprit(part, point)
    return node, values


def _readings(node: Node, values: Values) -> Iterator[tuple[str, Mapping[str, int]]]:
    """The names that the formula reads at this point, and the steps at which it reads them."""
    if isinstance(node, Name):
        yield node.name, {**values.at, **{axis: values.axes[axis].labels.index(label) for axis, label in node.at}}
    elif names(node):
        for part, point in _parts(node, values):
            yield from _readings(part, point)
