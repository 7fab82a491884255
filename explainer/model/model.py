"""A complete model: every name resolved, every unit known, every quantity in its order.

`resolve` makes it from what the author declared; `simulate` and `javascript` read it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.diagnostics import Place
from explainer.model.distributions import Distribution
from explainer.model.formula import Call, Node
from explainer.model.units import Unit


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an assumption rests: evidence, and sources or a stated judgement."""

    evidence: str
    sources: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """An input. The distribution and the plausible range, which a slider spans, are in the declared unit."""

    name: str
    label: str
    unit: Unit
    distribution: Distribution
    written: str
    basis: Basis
    reader: bool
    plausible: tuple[float, float]
    place: Place


@dataclass(frozen=True, slots=True)
class Axis:
    """Steps for each of which a quantity may have a value.

    `numbers` are the labels as numbers, empty where they are words. `length` is that of a step in base
    units, where the axis is named for a unit of time: a sum of rates along it multiplies by the step.
    """

    name: str
    labels: tuple[str, ...]
    numbers: tuple[float, ...]
    length: float | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A computed number, or one for each step of the axes in `over`. The tree computes in base units, with all columns filled in;
    `source` is what the author wrote, with cells and units as they are and every axis named.

    `is_step`: it is a step of an axis, the first in which something holds, and infinite where there is none.
    """

    name: str
    label: str
    unit: Unit
    tree: Node
    written: str
    source: Node
    inputs: frozenset[str]
    place: Place
    over: tuple[str, ...] = ()
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Quantities that are computed together: one, or several that need one another's step before along an axis."""

    names: tuple[str, ...]
    along: str
    inputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A condition that must hold in `share` of the draws; `source` as in a quantity."""

    name: str
    says: str
    tree: Node
    source: Node
    share: float
    inputs: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Scenario:
    """Values for some of the assumptions that the reader may set, in their declared units."""

    name: str
    label: str
    settings: Mapping[str, float]
    place: Place


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table of the model for charts: a row for each quantity and each step of the axes that all of them are `over`."""

    name: str
    rows: tuple[tuple[str, str], ...]
    over: tuple[str, ...]
    unit: Unit
    place: Place


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table read from a file. Cells of columns with a unit are numbers in that unit."""

    name: str
    key: str
    columns: Mapping[str, tuple[str | float | None, ...]]
    units: Mapping[str, Unit]
    sources: tuple[str, ...]
    place: Place

    @property
    def rows(self) -> list[dict[str, str | float | None]]:
        """The rows as mappings from column to cell."""
        return [dict(zip(self.columns, cells, strict=True)) for cells in zip(*self.columns.values(), strict=True)]


# a quantity's name, its inputs in declared units, the shape of its values -> the values in its declared unit
Function = Callable[[str, Mapping[str, NDArray[np.float64]], tuple[int, ...]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Model:
    """The quantitative model of one article. `stages` stand in the order of computation, and so do `quantities`."""

    axes: Mapping[str, Axis]
    assumptions: Mapping[str, Assumption]
    quantities: Mapping[str, Quantity]
    stages: tuple[Stage, ...]
    claims: Mapping[str, Claim]
    row_tables: Mapping[str, RowTable]
    data_tables: Mapping[str, DataTable]
    functions: Mapping[str, Function]
    scenarios: Mapping[str, Scenario]

    def number(self, name: str) -> Assumption | Quantity:
        """The assumption or quantity of that name; KeyError if there is none."""
        return self.assumptions[name] if name in self.assumptions else self.quantities[name]

    def over(self, name: str) -> tuple[str, ...]:
        """The axes along which a number has values; none for an assumption."""
        return self.quantities[name].over if name in self.quantities else ()

    def steps(self, over: tuple[str, ...]) -> tuple[str, ...]:
        """What may stand in the brackets behind a number over these axes: "2030", or "2030, small"; "" where there are none."""
        return tuple(", ".join(labels) for labels in itertools.product(*(self.axes[name].labels for name in over)))

    def step_labels(self, over: tuple[str, ...]) -> list[dict[str, str | float]]:
        """The same as a step for each axis: a number where the axis has numbers."""
        axes: list[tuple[str | float, ...]] = [self.axes[name].numbers or self.axes[name].labels for name in over]
        return [dict(zip(over, step, strict=True)) for step in itertools.product(*axes)]

    def ancestors(self, names: Iterable[str]) -> tuple[str, ...]:
        """These numbers and all that they rest on, in the order of `model.yaml`."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.quantities[name].inputs if name in self.quantities else ()
        return tuple(name for name in self.numbers if name in found)

    @property
    def fixed(self) -> frozenset[str]:
        """The quantities that rest on a Python function: the reader's page can't compute them anew."""
        found: set[str] = set()
        for stage in self.stages:
            if not found.isdisjoint(stage.inputs) or any(isinstance(self.quantities[name].tree, Call) for name in stage.names):
                found.update(stage.names)
        return frozenset(found)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every name that prose may print, in the order of `model.yaml`."""
        return tuple(sorted((*self.assumptions, *self.quantities), key=lambda name: self.number(name).place.line or 0))
