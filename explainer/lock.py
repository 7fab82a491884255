"""`numbers.lock.yaml`: the numbers that an editor last accepted, what they rest on, and how they came to change.

A number is a line, so that a change of one is a change of a line: `water: 10.3 (8.39 to 12.6) litre`. A step that
does not come by the end of its axis is `after 2032`.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from explainer import document
from explainer.diagnostics import Diagnostic, Place, Problems
from explainer.document import Strict
from explainer.model import axes, formula
from explainer.model.formula import Column
from explainer.model.model import Axis, Model
from explainer.model.simulate import Numbers
from explainer.model.spec import AssumptionSpec, ModelSpec, QuantitySpec
from explainer.numerals import published

FILE = "numbers.lock.yaml"
HEAD = "# The numbers that an editor last accepted. 'explainer accept' writes this file: commit it, and leave it as it is.\n"
END = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|after -?\d+"
LINE = re.compile(rf"({END})(?: \(({END}) to ({END})\))?(?: ([^\s(].*))?")
CELL = re.compile(r"[a-z]\w*\s*\[[^\]]*\]\s*\.\s*\w+")
CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A number, or a step of it, at nine significant digits in its unit; `last` is the last step where an end never comes."""

    value: float
    low: float
    high: float
    unit: str
    last: float | None = None

    def __str__(self) -> str:
        value, low, high = (f"after {self.last:.0f}" if math.isinf(x) else f"{x:.9g}" for x in (self.value, self.low, self.high))
        return value + (f" ({low} to {high})" if low != high else "") + (f" {self.unit}" if self.unit else "")


def _line(written: object) -> object:
    """An `Accepted` from its line."""
    if isinstance(written, Accepted):
        return written
    match = LINE.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise PydanticCustomError("accepted", "'{written}' is no accepted number", {"written": str(written)})
    value, low, high, unit = match.groups()
    ends = [value, low or value, high or value]
    lasts = [float(end.removeprefix("after ")) for end in ends if end.startswith("after ")]
    numbers = [math.inf if end.startswith("after ") else float(end) for end in ends]
    return Accepted(numbers[0], numbers[1], numbers[2], unit or "", lasts[0] if lasts else None)


class RestsOn(Strict):
    """All that the numbers rest on, as the author wrote it."""

    axes: dict[str, str] = {}
    data: dict[str, str] = {}
    assumptions: dict[str, str] = {}
    quantities: dict[str, str] = {}
    claims: dict[str, str] = {}


class Cause(Strict):
    """What an author changed; `was` is empty where it is new."""

    what: str
    label: str = ""
    was: str = ""
    now: str


class Moved(Strict):
    """A number that moved, as people write it; `also` so many more of its steps did."""

    number: str
    label: str
    was: str
    now: str
    because: tuple[str, ...] = ()
    also: Annotated[int, Field(ge=0)] = 0


class Change(Strict):
    """What an editor accepted on one day."""

    date: datetime.date
    note: str = ""
    causes: tuple[Cause, ...] = ()
    moved: tuple[Moved, ...]


class Lock(Strict):
    """The whole of `numbers.lock.yaml`. Numbers are keyed as in a formula: `water`, `stock[2030]`."""

    numbers: dict[str, Annotated[Accepted, BeforeValidator(_line)]]
    claims: dict[str, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] = {}
    rests_on: RestsOn
    changes: tuple[Change, ...] = ()


def read(text: str, file: str) -> Lock:
    """Read a lock. Raises Problems, each of which says how to get a whole one again."""
    hint = "take it from version control again, or remove it; then run 'explainer accept'"
    if conflict := CONFLICT.search(text):
        place = Place(file, text.count("\n", 0, conflict.start()) + 1)
        hint = "keep either side, without the marks; then run 'explainer accept'"
        raise Problems([Diagnostic("bad-lock", "two versions of this file were merged and not settled", place, hint)])
    try:
        return document.validate(document.parse(text, file), Lock)
    except Problems as problems:
        raise Problems([Diagnostic("bad-lock", found.message, found.place, hint) for found in problems.diagnostics]) from None


def write(lock: Lock) -> str:
    """The text of the file, a line a number."""
    data: dict[str, Any] = lock.model_dump(exclude_defaults=True)
    data["numbers"] = {key: str(accepted) for key, accepted in lock.numbers.items()}
    return HEAD + yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


class _Dumper(yaml.SafeDumper):
    """Lists as lists, inside of mappings too, and nothing said by reference to another line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def key(name: str, step: str = "") -> str:
    """A number, or a step of it, as a formula names it."""
    return f"{name}[{step}]" if step else name


def accepted(model: Model, numbers: Numbers) -> dict[str, Accepted]:
    """What the numbers are now, in the order of `model.yaml`."""
    found = {}
    for name in model.numbers:
        unit = model.number(name).unit
        for step in model.steps(model.over(name)):
            amount = numbers.amount(name, step)
            ends = [published(end) for end in (amount.value, amount.low, amount.high)]
            found[key(name, step)] = Accepted(ends[0], ends[1], ends[2], unit.text, unit.style.last if any(map(math.isinf, ends)) else None)
    return found


def rests_on(spec: ModelSpec, model: Model) -> RestsOn:
    """What all the numbers and claims rest on now."""
    read_cells = [cell for name in (*spec.assumptions, *spec.quantities) for cell in cells(name, spec, model)]
    read_cells += [cell for claim in spec.claims.values() for cell in _columns(claim.holds, model)]
    return RestsOn(
        axes={name: _axis(axis) for name, axis in model.axes.items()},
        data={_cell(cell): _content(cell, model) for cell in read_cells},
        assumptions={name: _assumption(item) for name, item in spec.assumptions.items()},
        quantities={name: _quantity(item) for name, item in spec.quantities.items()},
        claims={name: claim.holds for name, claim in spec.claims.items()},
    )


Root = tuple[str, str]  # a group of RestsOn, and a name in it


def roots(name: str, spec: ModelSpec, model: Model, *, claim: bool = False) -> list[Root]:
    """What one number or claim rests on, all the way down."""
    found: dict[Root, None] = {}
    inputs = model.claims[name].inputs if claim else {name}
    if claim:
        found["claims", name] = None
        found |= {("data", _cell(cell)): None for cell in _columns(spec.claims[name].holds, model)}
        found |= {("axes", axis): None for axis in _along(model.claims[name].tree)}
    for ancestor in model.ancestors(inputs):
        found["assumptions" if ancestor in spec.assumptions else "quantities", ancestor] = None
        found |= {("data", _cell(cell)): None for cell in cells(ancestor, spec, model)}
        if ancestor in model.quantities:
            found |= {("axes", axis): None for axis in (*model.over(ancestor), *_along(model.quantities[ancestor].tree))}
    return list(found)


def cells(name: str, spec: ModelSpec, model: Model) -> list[Column]:
    """The cells that the value of an assumption or the formula of a quantity reads."""
    if name in spec.assumptions:
        item = spec.assumptions[name]
        written = " ".join((item.value, *(item.within or ())))
        return [cell for text in CELL.findall(written) for cell in _columns(text, model)]
    written_formula = spec.quantities[name].formula
    if written_formula is None:
        return []
    if isinstance(written_formula, str):
        return _columns(written_formula, model)
    axis = model.axes[model.over(name)[0]]
    choice = axes.choice(tuple(written_formula), axis)
    steps = [[label for label, chosen in zip(axis.labels, choice, strict=True) if chosen == index] for index in range(len(written_formula))]
    return [cell for text, own in zip(written_formula.values(), steps, strict=True) for cell in _columns(text, model, own)]


def _columns(text: str, model: Model, steps: list[str] | None = None) -> list[Column]:
    """The cells that a formula reads; of a column along an axis those at the steps that the formula is for."""
    found: list[Column] = []
    for node in formula.walk(formula.parse(text, model.axes)):
        if isinstance(node, Column):
            labels = model.axes[node.key].labels if node.key in model.axes else (node.key,)
            along = node.key in model.axes and steps is not None
            found += [Column(node.table, label, node.column) for label in labels if not along or label in (steps or ())]
    return found


def _along(tree: formula.Node) -> Iterator[str]:
    """The axes that a formula goes along."""
    for node in formula.walk(tree):
        if isinstance(node, formula.Along | formula.Coordinate | formula.Pick | formula.Series):
            yield node.axis


def _cell(cell: Column) -> str:
    return f"{cell.table}[{cell.key}].{cell.column}"


def _content(cell: Column, model: Model) -> str:
    """What a cell holds, with its unit."""
    table = model.data_tables[cell.table]
    keys = [str(found) for found in table.columns[table.key]]
    value = table.columns[cell.column][keys.index(cell.key)]
    return f"{value:.9g} {table.units[cell.column].text}".strip()


def _axis(axis: Axis) -> str:
    steps = [int(number) for number in axis.numbers]
    if steps and steps == list(range(steps[0], steps[0] + len(steps))):
        return f"{steps[0]}..{steps[-1]}"
    return ", ".join(axis.labels)


def _assumption(item: AssumptionSpec) -> str:
    within = f"within [{', '.join(item.within)}]" if item.within else ""
    return " ".join(part for part in (item.value, item.unit, within) if part)


def _quantity(item: QuantitySpec) -> str:
    text = item.formula or f"{item.python}({', '.join(item.inputs)})"
    if isinstance(text, dict):
        text = "; ".join(f"{steps}: {part}" for steps, part in text.items())
    return f"over {', '.join(item.over)}: {text}" if item.over else text
