"""Data tables: from the cells of a CSV file to numbers in declared units."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from explainer.diagnostics import Place, Report, did_you_mean
from explainer.document import Document
from explainer.model.formula import Along, Apply, Column, Name, Node, Number, Series, children, with_children
from explainer.model.model import Axis, DataTable
from explainer.model.spec import TableSpec
from explainer.model.units import Unit, Units

ROW = "a cell for each column, separated by commas; a cell that holds a comma stands in quotes"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file as text: its header, and its rows with the line of each."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def data_table(name: str, spec: TableSpec, file: CsvFile, units: Mapping[str, Unit], document: Document, report: Report) -> DataTable:
    """Read the columns that have a unit as numbers; an empty cell is None."""
    place = document.place("tables", name)
    named = {column: document.place("tables", name, "units", column) for column in units}
    if spec.key:
        named[spec.key] = document.place("tables", name, "key")
    else:
        hint = "add 'key: …', the column that names the rows"
        report.error("missing-key", f"'key' is missing in '{name}'", place, hint)
    for column, where in named.items():
        if column not in file.header:
            report.error("unknown-column", f"{file.file} has no column '{column}'", where, did_you_mean(column, file.header))
    columns: dict[str, list[str | float | None]] = {column: [] for column in file.header}
    for line, cells in file.rows:
        if len(cells) != len(file.header):
            report.error("bad-csv", f"this row has {len(cells)} of {len(file.header)} cells", Place(file.file, line), ROW)
            continue
        for column, cell in zip(file.header, cells, strict=True):
            if column not in units:
                columns[column].append(cell)
            else:
                columns[column].append(_number(cell, column, Place(file.file, line), report))
    keys = columns.get(spec.key, [])
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        report.error("bad-csv", f"the key '{key}' stands in two rows", Place(file.file, 1))
    return DataTable(name, spec.key, {c: tuple(cells) for c, cells in columns.items()}, units, spec.source, place)


def _number(cell: str, column: str, place: Place, report: Report) -> float | None:
    text = cell.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0:  # NaN and infinities
        report.error("bad-csv", f"'{cell}' in column '{column}' is not a number", place, "write digits and a point only")
        return None
    return value


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of an axis that a formula is for, where it is not for all of them."""

    axis: str
    labels: Collection[str]


class CellError(ValueError):
    """A cell that is not there; `hint` names the near miss."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def fill(node: Node, tables: Mapping[str, DataTable], units: Units, axes: Mapping[str, Axis], steps: Steps | None = None) -> Node:
    """The same tree in base units: cells as numbers, columns along an axis as series, a unit's word as one of that unit."""
    match node:
        case Column(table=table, key=key, column=column) if key in axes:
            read = [steps is None or steps.axis != key or label in steps.labels for label in axes[key].labels]
            cells = [_cell(table, label, column, tables) if used else None for label, used in zip(axes[key].labels, read, strict=True)]
            dimension = next(cell.dimension for cell in cells if cell)
            return Series(tuple(cell.value if cell else math.nan for cell in cells), key, dimension)
        case Column(table=table, key=key, column=column):
            cell = _cell(table, key, column, tables)
            return Apply("neg", (replace(cell, value=-cell.value),)) if cell.value < 0 else cell
        case Name(name=name, at=()) if units.knows(name):
            unit = units.parse(name)
            return Number(unit.factor, unit.dimension)
        case Along(function="previous") if steps is not None:
            labels = axes[steps.axis].labels
            steps = Steps(steps.axis, {labels[max(labels.index(label) - 1, 0)] for label in steps.labels})
        case Along():
            steps = None  # it reads all of them
    return with_children(node, tuple(fill(child, tables, units, axes, steps) for child in children(node)))


def _cell(table: str, key: str, column: str, tables: Mapping[str, DataTable]) -> Number:
    if table not in tables:
        raise CellError(f"unknown table '{table}'", did_you_mean(table, tables))
    data = tables[table]
    if column not in data.units:
        hint = f"declare its unit under 'units' of '{table}'" if column in data.columns else did_you_mean(column, data.units)
        raise CellError(f"the table '{table}' has no column of numbers '{column}'", hint)
    keys = [str(cell) for cell in data.columns.get(data.key, ())]
    if key not in keys:
        raise CellError(f"the table '{table}' has no row '{key}'", did_you_mean(key, keys))
    value = data.columns.get(column, (None,) * len(keys))[keys.index(key)]  # a missing column is reported elsewhere
    if not isinstance(value, float):
        raise CellError(f"{table}[{key}].{column} is empty")
    unit = data.units[column]
    return Number(value * unit.factor + 0.0, unit.dimension)  # no -0.0, which would read as a sign
