"""From what the author declared to a complete model, or every reason why there is none.

Names are resolved, columns filled in, units checked, quantities ordered, evidence required.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

import numpy as np

from explainer.diagnostics import Place, Report, did_you_mean
from explainer.document import Document
from explainer.model import formula
from explainer.model.dimensions import CONDITION, DimensionError, dimension
from explainer.model.distributions import NOTATION, Distribution, DistributionError, constant, truncated
from explainer.model.formula import CALLABLE, FormulaError, Node
from explainer.model.model import Assumption, Basis, Claim, DataTable, Model, Quantity, RowTable
from explainer.model.simulate import evaluate
from explainer.model.spec import AssumptionSpec, ModelSpec
from explainer.model.tables import CellError, CsvFile, data_table, fill
from explainer.model.units import DIMENSIONLESS, Dimension, Unit, Units, UnknownUnitError, conversion, describe

CALL = re.compile(r"([a-z]\w*)\s*\((.*)\)", re.DOTALL)
TO = re.compile(r"(.+?)\s+to\s+(.+)", re.DOTALL)


@dataclass(slots=True)
class _Scope:
    """What is known while a model is being resolved."""

    document: Document
    units: Units
    report: Report
    sources: Collection[str]
    tables: Mapping[str, DataTable] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)

    def unit(self, text: str, place: Place) -> Unit | None:
        try:
            return self.units.parse(text)
        except ValueError as error:
            hint = did_you_mean(error.word, self.units.names) if isinstance(error, UnknownUnitError) else ""
            self.report.error("bad-unit", str(error), place, hint or "declare what is counted under 'units:'")
            return None

    def tree(self, text: str, place: Place) -> Node | None:
        """The formula with its columns and units filled in."""
        try:
            return fill(formula.parse(text), self.tables, self.units)
        except FormulaError as error:
            self.report.error("bad-formula", str(error), place, _number_hint(text) or error.hint)
        except CellError as error:
            self.report.error("unknown-cell", str(error), place, error.hint)
        return None


def _number_hint(text: str) -> str:
    """What to write where a number has more than digits and a point."""
    if re.search(r"[$€£]", text):
        return "leave out the currency sign: the unit says it"
    if re.fullmatch(r"\s*\d+,\d{1,2}\s*", text):
        return f"the decimal sign is a point: write {text.strip().replace(',', '.')}"
    if match := re.fullmatch(r"\s*[\d._]+\s+([A-Za-z]\w*)\s*", text):
        return f"leave out '{match[1]}': the unit says it"
    return ""


def resolve(document: Document, spec: ModelSpec, files: Mapping[str, CsvFile], sources: Collection[str]) -> Model:
    """The complete model of one article.

    `files` are the article's CSV files by the path written in `model.yaml`, `sources` the keys of its
    bibliography. Raises Problems with everything that is wrong.
    """
    with Report() as report:
        scope = _Scope(document, Units(spec.units), report, sources)
        _check_names(spec, scope)
        scope.tables = _data_tables(spec, files, scope)
        assumptions = _assumptions(spec, scope)
        trees = _trees(spec, scope)
        quantities = _quantities(spec, trees, scope)
        claims = _claims(spec, trees, scope)
        rows = _row_tables(spec, {**assumptions, **quantities}, scope)
    return Model(assumptions, quantities, claims, rows, scope.tables)


def _check_names(spec: ModelSpec, scope: _Scope) -> None:
    reserved = {*CALLABLE, *NOTATION, "if", "else", "and", "or", "not", "claims", *keyword.kwlist}
    for group in ("assumptions", "quantities", "claims", "tables"):
        for name in getattr(spec, group):
            place = scope.document.place(group, name)
            if name in reserved or (name in scope.units.names and group in ("assumptions", "quantities")):
                scope.report.error("reserved-name", f"'{name}' has a meaning of its own", place, "choose a longer name")
    for name in sorted(spec.assumptions.keys() & spec.quantities.keys()):
        place = scope.document.place("quantities", name)
        scope.report.error("duplicate-name", f"'{name}' is an assumption and a quantity", place, "rename one of them")


def _data_tables(spec: ModelSpec, files: Mapping[str, CsvFile], scope: _Scope) -> dict[str, DataTable]:
    tables = {}
    for name, table in spec.tables.items():
        place = scope.document.place("tables", name)
        if bool(table.file) == bool(table.rows):
            scope.report.error("bad-table", f"the table '{name}' needs either 'file' or 'rows'", place)
        elif table.file in files:
            units = {}
            for column, text in table.units.items():
                unit = scope.unit(text, scope.document.place("tables", name, "units", column))
                units[column] = unit or Units().parse("")
            _check_sources(table.source, scope.document.place("tables", name, "source"), scope, needed=f"the table '{name}'")
            tables[name] = data_table(name, table, files[table.file], units, scope.document, scope.report)
    return tables


def _assumptions(spec: ModelSpec, scope: _Scope) -> dict[str, Assumption]:
    assumptions = {}
    for name, item in spec.assumptions.items():
        place = scope.document.place("assumptions", name)
        _check_evidence(name, item, place, scope)
        unit = scope.unit(item.unit or "", scope.document.place("assumptions", name, "unit"))
        if unit is None:
            continue
        if item.unit is not None:
            scope.dimensions[name] = unit.dimension
        value_place = scope.document.place("assumptions", name, "value")
        read = _distribution(item, unit, value_place, scope)
        if read is None:
            continue
        distribution, unit = read
        scope.dimensions[name] = unit.dimension
        plausible = _plausible(name, item, distribution, unit, scope)
        basis = Basis(item.evidence, item.source, item.because)
        assumptions[name] = Assumption(name, item.label, unit, distribution, item.value, basis, item.reader, plausible, place)
    return assumptions


def _plausible(name: str, item: AssumptionSpec, distribution: Distribution, unit: Unit, scope: _Scope) -> tuple[float, float]:
    """What the reader may choose from: as written, or the middle 99 % of the distribution."""
    if item.plausible:
        place = scope.document.place("assumptions", name, "plausible")
        if match := TO.fullmatch(item.plausible):
            ends = [_constant(text, unit, False, place, scope) for text in match.groups()]
            low, high = (end[0] if end else 0.0 for end in ends)
            if None not in ends and low < high:
                _check_reach(name, item.plausible, (low, high), distribution, place, scope)
            if low < high or None in ends:
                return low, high
        scope.report.error("bad-range", f"'{item.plausible}' is not a range", place, "write it like '0 to 100'")
    elif item.reader and distribution.is_certain:
        place = scope.document.place("assumptions", name, "value")
        hint = "write a distribution, such as 'low to high', or say what is 'plausible'"
        scope.report.error("reader-needs-range", f"the reader may set '{name}', but it has no range", place, hint)
    low, high = distribution.quantile(np.array([0.005, 0.995]))
    return float(low), float(high)


def _check_reach(name: str, written: str, plausible: tuple[float, float], given: Distribution, place: Place, scope: _Scope) -> None:
    """What is plausible holds the middle 90 % of the distribution, or the reader could not choose what the article thinks likely."""
    low, high = (float(end) for end in given.quantile(np.array([0.05, 0.95])))
    slack = (high - low) / 100
    if not plausible[0] <= low + slack or not high - slack <= plausible[1]:
        own = f"the article's own value, {low:.6g}" if given.is_certain else f"what the article thinks likely, {low:.6g} to {high:.6g}"
        scope.report.error("bad-range", f"'{written}' leaves out what is likely for '{name}'", place, f"it must hold {own}")


def _distribution(item: AssumptionSpec, unit: Unit, place: Place, scope: _Scope) -> tuple[Distribution, Unit] | None:
    """Read an assumption's value; where no unit is declared, a table's column brings its own."""
    text, free = item.value, item.unit is None
    if match := TO.fullmatch(text):
        family, arguments = "to", list(match.groups())
    elif (match := CALL.fullmatch(text)) and match[1] not in CALLABLE:
        family, arguments = match[1], match[2].split(",")
    else:
        found = _constant(text, unit, free, place, scope)
        return (constant(found[0]), found[1]) if found else None
    if family not in NOTATION:
        scope.report.error("bad-distribution", f"unknown distribution '{family}'", place, did_you_mean(family, NOTATION))
        return None
    count, make = NOTATION[family]
    if len(arguments) != count:
        scope.report.error("bad-distribution", f"'{family}' takes {count} numbers, not {len(arguments)}", place)
        return None
    values = [_constant(argument, unit, free, place, scope) for argument in arguments]
    bounds = [_bound(end, unit, place, scope) for end in item.within or ("-inf", "inf")]
    numbers, ends = [value[0] for value in values if value], [end for end in bounds if end is not None]
    if len(numbers) < count or len(ends) < 2:
        return None
    try:
        if family == "quantiles":
            return make(*numbers, (ends[0], ends[1])), unit
        made = make(*numbers)
        return (truncated(made, *ends) if item.within else made), unit
    except DistributionError as error:
        scope.report.error("bad-distribution", str(error), place, error.hint)
        return None


def _bound(text: str, unit: Unit, place: Place, scope: _Scope) -> float | None:
    """An end of `within`, or infinity."""
    if text in ("inf", "-inf"):
        return float(text)
    found = _constant(text, unit, False, place, scope)
    return found[0] if found else None


def _constant(text: str, unit: Unit, free: bool, place: Place, scope: _Scope) -> tuple[float, Unit] | None:
    """A number in the declared unit. One that has a unit of its own (a column, `10 %`) is converted."""
    tree = scope.tree(text, place)
    if tree is None:
        return None
    if unknown := formula.names(tree):
        name = min(unknown)
        hint = "an assumption is a number or a distribution: what is computed from others is a quantity"
        scope.report.error("not-a-constant", f"'{name}' in the value of an assumption", place, hint)
        return None
    kind = _kind(tree, place, scope)
    if kind == CONDITION:
        scope.report.error("bad-formula", "a condition is not a value", place)
        return None
    if re.fullmatch(r"[\d.]+\s*-\s*[\d.]+", text.strip()):
        scope.report.error(
            "bad-distribution", f"'{text}' would be a subtraction", place, f"a range is written '{text.replace('-', ' to ')}'"
        )
        return None
    with np.errstate(all="ignore"):
        value = float(evaluate(tree, {}))
    if value - value != 0:
        scope.report.error("not-a-number", f"'{text}' is not a finite number", place)
        return None
    has_unit = "%" in text or any(isinstance(n, formula.Column) for n in formula.walk(formula.parse(text)))
    if not has_unit or kind is None or isinstance(kind, str):
        return value, unit
    if free and kind != DIMENSIONLESS:
        unit = _column_unit(text, scope)
    if kind != unit.dimension:
        scope.report.error("wrong-unit", f"this is {describe(kind)}, but declared in '{unit.text or 'a plain number'}'", place)
    return value / unit.factor, unit


def _column_unit(text: str, scope: _Scope) -> Unit:
    """The unit of the first column that a value reads."""
    columns = (node for node in formula.walk(formula.parse(text)) if isinstance(node, formula.Column))
    column = next(columns)
    return scope.tables[column.table].units[column.column]


def _kind(tree: Node, place: Place, scope: _Scope) -> Dimension | str | None:
    """The dimension of a formula; None where an error has left one of its terms without."""
    if not formula.names(tree) <= scope.dimensions.keys():
        return None
    try:
        return dimension(tree, scope.dimensions)
    except DimensionError as error:
        numbers = [node.dimension for node in formula.walk(tree) if isinstance(node, formula.Number)]
        hint = conversion([*numbers, *(scope.dimensions[name] for name in formula.names(tree))])
        scope.report.error("wrong-unit", str(error), place, hint or error.hint)
        return None


def _trees(spec: ModelSpec, scope: _Scope) -> dict[tuple[str, str], Node]:
    """The trees of all formulas whose names are all known."""
    known = {*spec.assumptions, *spec.quantities}
    trees = {}
    texts = [(("quantities", n, "formula"), q.formula) for n, q in spec.quantities.items()]
    texts += [(("claims", n, "holds"), c.holds) for n, c in spec.claims.items()]
    for path, text in texts:
        place = scope.document.place(*path)
        tree = scope.tree(text, place)
        if tree is None:
            continue
        unknown = sorted(formula.names(tree) - known)
        for name in unknown:
            scope.report.error("unknown-name", f"unknown name '{name}'", place, did_you_mean(name, known))
        if not unknown:
            trees[path[:2]] = tree
    return trees


def _quantities(spec: ModelSpec, trees: Mapping[tuple[str, str], Node], scope: _Scope) -> dict[str, Quantity]:
    own = {name: tree for (group, name), tree in trees.items() if group == "quantities"}
    try:
        order = _order({name: [n for n in own if n in formula.names(tree)] for name, tree in own.items()})
    except CycleError as error:
        loop = list(reversed(error.args[1]))
        place = scope.document.place("quantities", loop[0])
        scope.report.error("cycle", f"these need one another: {' -> '.join(loop)}", place, "compute one of them from something else")
        return {}
    declared: dict[str, Unit] = {}
    for name, item in spec.quantities.items():
        unit = scope.unit(item.unit, scope.document.place("quantities", name, "unit"))
        if unit:
            scope.dimensions[name] = unit.dimension
            declared[name] = unit
    quantities = {}
    for name in order:
        item, tree = spec.quantities[name], own[name]
        place = scope.document.place("quantities", name, "formula")
        kind = _kind(tree, place, scope)
        if kind == CONDITION:
            scope.report.error("bad-formula", f"'{name}' is a condition, not a number", place, "a condition belongs into a claim")
        elif name in declared:
            _check_unit(name, kind, declared[name], scope.document.place("quantities", name, "unit"), scope)
            quantities[name] = Quantity(name, item.label, declared[name], tree, item.formula, formula.names(tree), place)
    return quantities


def _order(needs: Mapping[str, list[str]]) -> list[str]:
    """Every name after those that it needs; as declared where that allows it. Raises CycleError."""
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=list(needs).index)
        order += ready
        sorter.done(*ready)
    return order


def _check_unit(name: str, kind: Dimension | str | None, unit: Unit, place: Place, scope: _Scope) -> None:
    if kind is not None and not isinstance(kind, str) and kind != unit.dimension:
        message = f"'{name}' comes to {describe(kind)}, but is declared as '{unit.text or 'a plain number'}'"
        scope.report.error("wrong-unit", message, place, conversion([kind, unit.dimension]) or "mend the formula or the unit")


def _claims(spec: ModelSpec, trees: Mapping[tuple[str, str], Node], scope: _Scope) -> dict[str, Claim]:
    claims = {}
    for name, item in spec.claims.items():
        tree = trees.get(("claims", name))
        if tree is None:
            continue
        place = scope.document.place("claims", name, "holds")
        kind = _kind(tree, place, scope)
        if kind is not None and kind != CONDITION:
            scope.report.error("bad-formula", f"'{name}' is a number, not a condition", place, "compare it with something: 'a < b'")
        claims[name] = Claim(name, item.says, tree, item.holds, item.share, formula.names(tree), place)
    return claims


def _row_tables(spec: ModelSpec, numbers: Mapping[str, Assumption | Quantity], scope: _Scope) -> dict[str, RowTable]:
    known = {*spec.assumptions, *spec.quantities}
    tables = {}
    for name, table in spec.tables.items():
        unit = scope.unit(table.unit, scope.document.place("tables", name, "unit")) if table.rows else None
        if unit is None:
            continue
        for label, quantity in table.rows.items():
            place = scope.document.place("tables", name, "rows", label)
            if quantity not in known:
                scope.report.error("unknown-name", f"unknown name '{quantity}'", place, did_you_mean(quantity, known))
            elif quantity in numbers and numbers[quantity].unit.dimension != unit.dimension:
                scope.report.error("wrong-unit", f"'{quantity}' cannot be shown in '{unit.text}'", place)
        tables[name] = RowTable(name, tuple(table.rows.items()), unit, scope.document.place("tables", name))
    return tables


def _check_evidence(name: str, item: AssumptionSpec, place: Place, scope: _Scope) -> None:
    if item.evidence == "judgement":
        if not item.because:
            scope.report.error("missing-reason", f"'{name}' is a judgement without a reason", place, "add 'because: …'")
        _check_sources(item.source, place, scope)
    else:
        _check_sources(item.source, place, scope, needed=f"'{name}' has {item.evidence} evidence and")


def _check_sources(keys: tuple[str, ...], place: Place, scope: _Scope, needed: str = "") -> None:
    if needed and not keys:
        hint = "add 'source: KEY', a key of sources.yaml"
        scope.report.error("missing-source", f"{needed} names no source", place, hint)
    for key in keys:
        if key not in scope.sources:
            scope.report.error("unknown-source", f"unknown source '{key}'", place, did_you_mean(key, scope.sources))
