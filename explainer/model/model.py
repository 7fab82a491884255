"""A complete model: every name resolved, every unit known, every quantity in its order.

`resolve` makes it from what the author declared; `simulate` and `javascript` read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explainer.diagnostics import Place
from explainer.model.distributions import Distribution
from explainer.model.formula import Node
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
class Quantity:
    """A computed number. The tree computes in base units, with all columns filled in."""

    name: str
    label: str
    unit: Unit
    tree: Node
    written: str
    inputs: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """A condition that must hold in `share` of the draws."""

    name: str
    says: str
    tree: Node
    written: str
    share: float
    inputs: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table of the model for charts: a row for each quantity, which follows the reader."""

    name: str
    rows: tuple[tuple[str, str], ...]
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


@dataclass(frozen=True, slots=True)
class Model:
    """The quantitative model of one article. `quantities` stand in the order of computation."""

    assumptions: Mapping[str, Assumption]
    quantities: Mapping[str, Quantity]
    claims: Mapping[str, Claim]
    row_tables: Mapping[str, RowTable]
    data_tables: Mapping[str, DataTable]

    def number(self, name: str) -> Assumption | Quantity:
        """The assumption or quantity of that name; KeyError if there is none."""
        return self.assumptions[name] if name in self.assumptions else self.quantities[name]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every name that prose may print, in the order of `model.yaml`."""
        return tuple(sorted((*self.assumptions, *self.quantities), key=lambda name: self.number(name).place.line or 0))
