"""Axes: a quantity may have a value for each step of an axis, such as each year from 2024 to 2032.

`settle` finds the axes that a formula has values along, and puts them where the author left them out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from explainer.diagnostics import did_you_mean
from explainer.model.formula import Along, Call, Column, Coordinate, Name, Node, Pick, Series, children, with_children
from explainer.model.model import Axis, DataTable
from explainer.model.units import TIME, Units

MAX_STEPS = 400
RANGE = re.compile(r"(-?[0-9]{1,9})\s*\.\.\s*(-?[0-9]{1,9})")
COLUMN = re.compile(r"([a-z]\w*)\.(\w+)")
FOLDS = frozenset({"sum", "mean", "min", "max", "all", "any", "first", "last", "first_when"})


class AxisError(ValueError):
    """An axis that is none, or a formula that does not go along its axes; `hint` says what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def axis(name: str, written: str | tuple[str, ...], tables: Mapping[str, DataTable], units: Units) -> Axis:
    """An axis from `2024..2032`, a list of words, or `TABLE.KEY`, the rows of a table. Raises AxisError."""
    step = units.parse(name) if units.knows(name) else None
    if step and step.dimension != TIME:
        raise AxisError(f"'{name}' is a unit", "choose another name")
    labels = _labels(name, written, tables)
    numbers = tuple(float(label) for label in labels) if all(re.fullmatch(r"-?[0-9]{1,9}", label) for label in labels) else ()
    if len(labels) > MAX_STEPS:
        raise AxisError(f"'{name}' has more than {MAX_STEPS} steps", "take longer steps")
    if step and (not numbers or any(b - a != 1 for a, b in itertools.pairwise(numbers))):
        raise AxisError(f"an axis of the unit '{name}' goes in steps of one", f"write it like '{name}: 2024..2032'")
    return Axis(name, labels, numbers, step.factor if step else None)


def _labels(name: str, written: str | tuple[str, ...], tables: Mapping[str, DataTable]) -> tuple[str, ...]:
    if not isinstance(written, str):
        labels = tuple(label.strip() for label in written)
    elif match := RANGE.fullmatch(written.strip()):
        first, last = int(match[1]), int(match[2])
        labels = tuple(str(number) for number in range(first, min(last, first + MAX_STEPS) + 1))
    elif match := COLUMN.fullmatch(written.strip()):
        labels = _keys(match[1], match[2], tables)
    else:
        raise AxisError(f"'{written}' is not an axis", "write a range '2024..2032', a list '[small, large]' or 'TABLE.KEY'")
    if not labels or "" in labels:
        raise AxisError(f"'{name}' has no steps, or an empty one", "the first step comes first: '2024..2032'")
    if twice := {label for label in labels if labels.count(label) > 1}:
        raise AxisError(f"the step '{min(twice)}' stands twice in '{name}'")
    return labels


def _keys(table: str, column: str, tables: Mapping[str, DataTable]) -> tuple[str, ...]:
    if table not in tables:
        raise AxisError(f"unknown table '{table}'", did_you_mean(table, tables))
    if column != tables[table].key:
        raise AxisError(f"'{column}' is not the key of '{table}'", f"write '{table}.{tables[table].key}'")
    return tuple(str(key) for key in tables[table].columns.get(column, ()))


def settle(node: Node, axes: Mapping[str, Axis], over: Mapping[str, tuple[str, ...]]) -> tuple[Node, frozenset[str]]:
    """The tree with every axis named, and the axes along which it has values. Raises AxisError.

    `over` has the axes of each quantity; a name that is not in it has a single value.
    """
    settled = [settle(child, axes, over) for child in children(node)]
    along = reduce(frozenset.union, (found for _, found in settled), frozenset[str]())
    whole = with_children(node, tuple(child for child, _ in settled))
    match whole:
        case Name():
            fixed = _fixed(whole, axes, over.get(whole.name, ()))
            return fixed, frozenset(over.get(whole.name, ())) - {name for name, _ in fixed.at}
        case Along(function=function):
            found = _axis_of(whole, settled[0][1], axes)
            return replace(whole, axis=found), along - {found} if function in FOLDS else along
        case Coordinate(axis=name):
            if not axes[name].numbers:
                raise AxisError(f"the steps of '{name}' are words: they have no coordinate")
            return whole, frozenset({name})
        case Series(axis=name) | Pick(axis=name):
            return whole, along | {name}
        case Call(over=own):
            return whole, frozenset(own)
        case Column(key=key) if key in axes:
            return whole, along | {key}
    return whole, along


def _fixed(node: Name, axes: Mapping[str, Axis], own: tuple[str, ...]) -> Name:
    """`x[2030]` with the axis whose step it is."""
    if not node.at:
        return node
    at: dict[str, str] = {}
    for name, label in node.at:
        if not own:
            raise AxisError(f"'{node.name}' has a single value, not one for each step", f"leave out '[{label}]'")
        fits = [axis for axis in own if axis not in at and name in ("", axis) and label in axes[axis].labels]
        if len(fits) > 1:
            raise AxisError(f"'{label}' is a step of {' and of '.join(fits)}", f"write '{node.name}[{fits[0]}: {label}]'")
        if not fits:
            raise AxisError(f"'{node.name}' has no step '{label}'", steps_of(own, axes))
        at[fits[0]] = label
    return replace(node, at=tuple(at.items()))


def steps_of(names: tuple[str, ...], axes: Mapping[str, Axis]) -> str:
    """What steps there are, for a hint."""
    return "; ".join(f"{name} goes from {axes[name].labels[0]} to {axes[name].labels[-1]}" for name in names)


def _axis_of(node: Along, found: frozenset[str], axes: Mapping[str, Axis]) -> str:
    """The axis that a function goes along: the one named, or the only one."""
    if node.axis and node.axis not in found:
        raise AxisError(f"what '{node.function}' is given has no values along '{node.axis}'", "it is the same at every step")
    if not found:
        raise AxisError(f"'{node.function}' needs something that has a value for each step of an axis", "declare it 'over: AXIS'")
    if not node.axis and len(found) > 1:
        known = sorted(found)
        raise AxisError(f"'{node.function}' could go along {' or '.join(known)}", f"name the axis: '{node.function}(…, {known[0]})'")
    name = node.axis or min(found)
    if node.function == "first_when" and not axes[name].numbers:
        raise AxisError(f"the steps of '{name}' are words: none of them comes first")
    return name


def choice(written: tuple[str, ...], axis: Axis) -> tuple[int, ...]:
    """Which of several formulas each step takes: `2024..2026` or a label each. Raises AxisError."""
    chosen: dict[str, int] = {}
    for index, text in enumerate(written):
        match = RANGE.fullmatch(text.strip())
        labels = (str(number) for number in range(int(match[1]), int(match[2]) + 1)) if match else (text.strip(),)
        if match and int(match[1]) > int(match[2]):
            raise AxisError(f"'{text}' has no steps", "the first step comes first: '2024..2032'")
        for label in labels:
            if label not in axis.labels:
                raise AxisError(f"'{axis.name}' has no step '{label}'", steps_of((axis.name,), {axis.name: axis}))
            if label in chosen:
                raise AxisError(f"the step '{label}' has two formulas", "keep one of them")
            chosen[label] = index
    if missing := [label for label in axis.labels if label not in chosen]:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise AxisError(f"there is no formula for the step '{missing[0]}'{more}", f"add a line '{missing[0]}..{missing[-1]}: …'")
    return tuple(chosen[label] for label in axis.labels)
