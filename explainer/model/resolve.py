"""From what the author declared to a complete model, or every reason why there is none.

Names are resolved, columns filled in, units checked, quantities ordered, evidence required.
"""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from explainer.diagnostics import Place, Problems, Report, did_you_mean
from explainer.document import Document
from explainer.model import axes, formula
from explainer.model.axes import AxisError, settle
from explainer.model.dimensions import CONDITION, DimensionError, Kind, dimension, integrated, is_step, step_of
from explainer.model.distributions import NOTATION, Distribution, DistributionError, constant, truncated
from explainer.model.evaluate import Values, evaluate
from explainer.model.formula import CALLABLE, WORDS, Along, Call, FormulaError, Node, Pick
from explainer.model.model import Assumption, Axis, Basis, Claim, DataTable, Function, Model, Quantity, RowTable, Scenario, Stage
from explainer.model.order import LoopError, stages
from explainer.model.spec import AssumptionSpec, ModelSpec, QuantitySpec
from explainer.model.tables import CellError, CsvFile, Steps, data_table, fill
from explainer.model.units import DIMENSIONLESS, ELSEWHERE, Dimension, Unit, Units, UnknownUnitError, conversion, describe, units_of
from explainer.numerals import Style

CALL = re.compile(r"([a-z]\w*)\s*\((.*)\)", re.DOTALL)
TO = re.compile(r"(.+?)\s+to\s+(.+)", re.DOTALL)


NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})


@dataclass(slots=True)
class _Scope:
    """What is known while a model is being resolved."""

    document: Document
    units: Units
    report: Report
    sources: Collection[str]
    functions: Mapping[str, Function]
    tables: Mapping[str, DataTable] = field(default_factory=dict)
    axes: Mapping[str, Axis] = field(default_factory=dict)
    over: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)

    def unit(self, text: str, place: Place) -> Unit | None:
        try:
            return self.units.parse(text)
        except ValueError as error:
            self.report.error("bad-unit", str(error), place, _unit_hint(error, self.units))
            return None

    def tree(self, text: str, place: Place, steps: Steps | None = None) -> Node | None:
        """The formula, for these steps of its axis, with its columns and units filled in."""
        try:
            return fill(formula.parse(text, self.axes), self.tables, self.units, self.axes, steps)
        except FormulaError as error:
            self.report.error("bad-formula", str(error), place, _number_hint(text) or error.hint)
        except CellError as error:
            self.report.error("unknown-cell", str(error), place, error.hint)
        return None


def _unit_hint(error: ValueError, units: Units) -> str:
    """What to write in the place of an unknown unit: not everything is a thing to count."""
    if not isinstance(error, UnknownUnitError):
        return "such as 'USD / year', 'litre / person' or 'metre ** 2'"
    if error.word in ELSEWHERE:
        return f"here it is written with '{ELSEWHERE[error.word]}'"
    counted = f"if you count it, as persons or cars, write 'units: [{error.word}]' at the top of the file"
    return did_you_mean(error.word, units.names) or f"{counted}; what is measured has units such as metre, litre, kg, kWh, hour, USD"


def _number_hint(text: str) -> str:
    """What to write where a number has more than digits and a point."""
    if re.search(r"[$€£]", text):
        return "leave out the currency sign: the unit says it"
    if re.fullmatch(r"\s*\d+,\d{1,2}\s*", text):
        return f"the decimal sign is a point: write {text.strip().replace(',', '.')}"
    if match := re.fullmatch(r"\s*[\d._]+\s+([A-Za-z]\w*)\s*", text):
        return f"leave out '{match[1]}': the unit says it"
    return ""


def resolve(
    document: Document,
    spec: ModelSpec,
    files: Mapping[str, CsvFile],
    sources: Collection[str],
    functions: Mapping[str, Function] = NO_FUNCTIONS,
) -> Model:
    """The complete model of one article.

    `files` are the article's CSV files by the path written in `model.yaml`, `sources` the keys of its
    bibliography, `functions` those that quantities name. Raises Problems with everything that is wrong.
    """
    with Report() as report, np.errstate(all="ignore"):
        scope = _Scope(document, units_of(spec.units), report, sources, functions)
        _check_names(spec, scope)
        scope.tables = _data_tables(spec, files, scope)
        if any(problem.code == "bad-csv" for problem in report.found):
            raise Problems(())  # what rests on a cell that could not be read would be wrong for no other reason
        scope.axes = _axes(spec, scope)
        assumptions = _assumptions(spec, scope)
        trees = _trees(spec, scope)
        order = _stages(trees, scope)
        quantities = _quantities(spec, trees, order, scope)
        claims = _claims(spec, trees, scope)
        rows = _row_tables(spec, {**assumptions, **quantities}, scope)
        scenarios = _scenarios(spec, assumptions, scope)
    return Model(scope.axes, assumptions, quantities, order, claims, rows, scope.tables, functions, scenarios)


def _check_names(spec: ModelSpec, scope: _Scope) -> None:
    reserved = {
        *WORDS,
        *NOTATION,
        "if",
        "else",
        "and",
        "or",
        "not",
        "claims",
        "constructor",
        *keyword.kwlist,
    }  # JavaScript has a constructor in every object
    for group in ("axes", "assumptions", "quantities", "claims", "tables"):
        for name in getattr(spec, group):
            place = scope.document.place(group, name)
            if name in reserved or (scope.units.knows(name) and group in ("assumptions", "quantities")):
                scope.report.error("reserved-name", f"'{name}' has a meaning of its own", place, "choose a longer name")
    for first, second in itertools.combinations(("assumption", "quantity", "axis"), 2):
        groups = {"assumption": "assumptions", "quantity": "quantities", "axis": "axes"}
        for name in sorted(getattr(spec, groups[first]).keys() & getattr(spec, groups[second]).keys()):
            place = scope.document.place(groups[second], name)
            scope.report.error(
                "duplicate-name",
                f"'{name}' is an {first} and a {second}".replace("an q", "a q").replace("a a", "an a"),
                place,
                "rename one of them",
            )


def _axes(spec: ModelSpec, scope: _Scope) -> dict[str, Axis]:
    found = {}
    for name, written in spec.axes.items():
        try:
            found[name] = axes.axis(name, written, scope.tables, scope.units)
        except AxisError as error:
            scope.report.error("bad-axis", str(error), scope.document.place("axes", name), error.hint)
    return found


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
                units[column] = unit or units_of(()).parse("")
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
        if written := _ends(item.plausible):
            ends = [_constant(text, unit, False, place, scope) for text in written]
            low, high = (end[0] if end else 0.0 for end in ends)
            if None not in ends and low < high:
                _check_reach(name, item.plausible, (low, high), distribution, place, scope)
            if low < high or None in ends:
                return low, high
        scope.report.error("bad-range", f"'{item.plausible[:60]}' is not a range", place, "write it like '0 to 100'")
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
    if ends := _ends(text):
        family, arguments = "to", ends
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
    numbers, within = [value[0] for value in values if value], [end for end in bounds if end is not None]
    if len(numbers) < count or len(within) < 2:
        return None
    try:
        made = _computable(make(*numbers, (within[0], within[1])) if family == "quantiles" else make(*numbers))
        return (truncated(made, *within) if item.within and family != "quantiles" else made), unit
    except DistributionError as error:
        scope.report.error("bad-distribution", str(error), place, error.hint)
    except (ArithmeticError, ValueError):
        scope.report.error("bad-distribution", f"'{text}' cannot be computed", place, "take numbers that are less extreme")
    return None


def _ends(text: str) -> list[str]:
    """The two ends of `low to high`; nothing for another text."""
    match = TO.fullmatch(text) if len(text) <= formula.MAX_LENGTH else None
    return list(match.groups()) if match else []


def _computable(made: Distribution) -> Distribution:
    """The distribution; ValueError if it has no finite middle and no finite ends."""
    if not np.isfinite(made.quantile(np.array([0.005, 0.5, 0.995]))).all():
        raise ValueError
    return made


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
    if any(isinstance(node, Along | formula.Series | formula.Coordinate) for node in formula.walk(tree)):
        hint = "a quantity 'over' the axis may read it"
        scope.report.error("not-a-constant", "an assumption has a single value, not one for each step", place, hint)
        return None
    if unknown := formula.names(tree):
        name = min(unknown)
        hint = "an assumption is a number or a distribution: what is computed from others is a quantity"
        scope.report.error("not-a-constant", f"'{name}' in the value of an assumption", place, hint)
        return None
    tree, kind = _checked(tree, place, scope)
    if kind == CONDITION:
        scope.report.error("bad-formula", "a condition is not a value", place)
        return None
    if re.fullmatch(r"[\d.]+\s*-\s*[\d.]+", text.strip()):
        scope.report.error(
            "bad-distribution", f"'{text}' would be a subtraction", place, f"a range is written '{text.replace('-', ' to ')}'"
        )
        return None
    with np.errstate(all="ignore"):
        value = float(evaluate(tree, Values({}, {}, {})))
    if value - value != 0:
        scope.report.error("not-a-number", f"'{text}' is not a finite number", place)
        return None
    has_unit = "%" in text or any(isinstance(n, formula.Column) for n in formula.walk(formula.parse(text)))
    if not has_unit or kind is None or kind == CONDITION:
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


def _checked(tree: Node, place: Place, scope: _Scope) -> tuple[Node, Kind]:
    """The tree with the steps of sums put in, and its dimension; None where an error has left one of its terms without."""
    if not formula.names(tree) <= scope.dimensions.keys():
        return tree, None
    try:
        whole = integrated(tree, scope.dimensions, scope.axes)
        return whole, dimension(whole, scope.dimensions)
    except DimensionError as error:
        numbers = [node.dimension for node in formula.walk(tree) if isinstance(node, formula.Number)]
        hint = conversion([*numbers, *(scope.dimensions[name] for name in formula.names(tree))])
        scope.report.error("wrong-unit", str(error), place, hint or error.hint)
        return tree, None


Trees = dict[tuple[str, str], Node]


def _trees(spec: ModelSpec, scope: _Scope) -> Trees:
    """The trees of all formulas whose names and axes are all known, by group and name."""
    known = {*spec.assumptions, *spec.quantities}
    trees = {}
    for name, item in spec.quantities.items():
        scope.over[name] = _over(name, item, scope)
    for name, item in spec.quantities.items():
        tree = _tree(name, item, scope)
        if tree is not None and _check_known(tree, known, scope.document.place("quantities", name, "formula"), scope):
            trees["quantities", name] = tree
    for name, claim in spec.claims.items():
        tree = _whole(("claims", name, "holds"), claim.holds, scope)
        if tree is not None and _check_known(tree, known, scope.document.place("claims", name, "holds"), scope):
            trees["claims", name] = tree
    return {key: settled for key, tree in trees.items() if (settled := _settled(key, tree, scope)) is not None}


def _tree(name: str, item: QuantitySpec, scope: _Scope) -> Node | None:
    """What computes a quantity: a formula, one for each part of an axis, or a Python function."""
    place = scope.document.place("quantities", name)
    if (item.formula is None) == (item.python == ""):
        scope.report.error("missing-key", f"'{name}' needs either a 'formula' or 'python'", place, "add a line 'formula: …'")
    elif item.inputs and not item.python:
        scope.report.error("unknown-key", f"'inputs' in '{name}' is for a Python function", place, "a formula names its inputs itself")
    elif item.formula is None and item.python not in scope.functions:
        scope.report.error("unknown-function", f"there is no function '{item.python}'", place, did_you_mean(item.python, scope.functions))
    elif item.formula is None:
        return Call(item.python, tuple(formula.Name(other) for other in item.inputs), scope.over[name])
    elif isinstance(item.formula, dict):
        return _by_step(name, item.formula, scope)
    else:
        return _whole(("quantities", name, "formula"), item.formula, scope)
    return None


def _over(name: str, item: QuantitySpec, scope: _Scope) -> tuple[str, ...]:
    """The axes of a quantity, in the order of the model."""
    for index, axis in enumerate(item.over):
        if axis not in scope.axes:
            place = scope.document.place("quantities", name, "over", index)
            scope.report.error(
                "unknown-axis", f"unknown axis '{axis}'", place, did_you_mean(axis, scope.axes) or "declare it under 'axes:'"
            )
    return tuple(axis for axis in scope.axes if axis in item.over)


def _whole(path: tuple[str, ...], text: str, scope: _Scope, steps: Steps | None = None) -> Node | None:
    """One formula, for these steps. Where the first is not among them, `previous` needs no start."""
    place = scope.document.place(*path)
    tree = scope.tree(text, place, steps)
    later = steps is not None and scope.axes[steps.axis].labels[0] not in steps.labels
    if tree is not None and not _has_start(tree, later):
        scope.report.error("no-start", "there is nothing before the first step", place, "write 'previous(x, START)'")
        return None
    return tree


def _has_start(node: Node, later: bool) -> bool:
    """Whether each `previous` has a start, or is outermost in a formula for `later` steps."""
    if not isinstance(node, Along):
        return all(_has_start(part, later) for part in formula.children(node))
    free = node.function != "previous" or len(node.arguments) == 2 or later
    return free and all(_has_start(part, False) for part in node.arguments)


def _by_step(name: str, formulas: Mapping[str, str], scope: _Scope) -> Node | None:
    """A formula for each part of an axis."""
    path, over = ("quantities", name, "formula"), scope.over[name]
    if len(over) != 1:
        hint = "write 'over: AXIS' above it" if not over else "give each step its formula in a quantity over one axis"
        scope.report.error("bad-formula", "formulas for steps need one axis", scope.document.place(*path), hint)
        return None
    axis = scope.axes[over[0]]
    try:
        choice = axes.choice(tuple(formulas), axis)
    except AxisError as error:
        scope.report.error("bad-axis", str(error), scope.document.place(*path), error.hint)
        return None
    options = []
    for index, (written, text) in enumerate(formulas.items()):
        steps = [label for label, chosen in zip(axis.labels, choice, strict=True) if chosen == index]
        options.append(_whole((*path, written), text, scope, Steps(axis.name, steps)))
    found = tuple(option for option in options if option is not None)
    return Pick(axis.name, choice, found) if len(found) == len(options) else None


def _check_known(tree: Node, known: Collection[str], place: Place, scope: _Scope) -> bool:
    unknown = sorted(formula.names(tree) - set(known))
    for name in unknown:
        hint = f"the number of a step is 'coordinate({name})'" if name in scope.axes else did_you_mean(name, known)
        scope.report.error("unknown-name", f"unknown name '{name}'", place, hint)
    return not unknown


def _settled(key: tuple[str, str], tree: Node, scope: _Scope) -> Node | None:
    """The tree with all its axes, which must be those that are declared."""
    group, name = key
    place = scope.document.place(group, name, "formula" if group == "quantities" else "holds")
    try:
        settled, along = settle(tree, scope.axes, scope.over)
    except AxisError as error:
        scope.report.error("bad-axis", str(error), place, error.hint)
        return None
    undeclared = sorted(along - set(scope.over.get(name, ()) if group == "quantities" else ()))
    if undeclared and group == "claims":
        hint = "write 'all(…)' or 'any(…)', or name a step: 'x[2030]'"
        scope.report.error("bad-axis", f"this has a truth for each step of '{undeclared[0]}'", place, hint)
    elif undeclared:
        hint = f"declare 'over: {undeclared[0]}', or take 'sum', 'mean', 'last', … of it"
        scope.report.error("bad-axis", f"this has a value for each step of '{undeclared[0]}'", place, hint)
    return None if undeclared else settled


def _stages(trees: Trees, scope: _Scope) -> tuple[Stage, ...]:
    try:
        return stages({name: tree for (group, name), tree in trees.items() if group == "quantities"})
    except LoopError as error:
        scope.report.error("cycle", str(error), scope.document.place("quantities", error.name), error.hint)
        return ()


def _quantities(spec: ModelSpec, trees: Trees, order: tuple[Stage, ...], scope: _Scope) -> dict[str, Quantity]:
    declared: dict[str, Unit] = {}
    for name, item in spec.quantities.items():
        unit = scope.unit(item.unit, scope.document.place("quantities", name, "unit"))
        tree = trees.get(("quantities", name))
        if unit and isinstance(tree, Along) and tree.function == "first_when":
            unit = _step_unit(name, unit, scope.axes[tree.axis], scope)
        if unit:
            scope.dimensions[name] = unit.dimension
            declared[name] = unit
    quantities = {}
    for name in (name for stage in order for name in stage.names):
        item = spec.quantities[name]
        place = scope.document.place("quantities", name, "formula")
        tree, kind = _checked(trees["quantities", name], place, scope)
        if kind == CONDITION:
            scope.report.error("bad-formula", f"'{name}' is a condition, not a number", place, "a condition belongs into a claim")
        elif name in declared:
            _check_unit(name, kind, declared[name], scope.document.place("quantities", name, "unit"), scope)
            quantities[name] = Quantity(
                name, item.label, declared[name], tree, _written(item), _source(item.formula, tree, scope), formula.names(tree), place,
                scope.over[name], is_step(declared[name].dimension)
            )  # fmt: skip
    return quantities


def _written(item: QuantitySpec) -> str:
    if isinstance(item.formula, dict):
        return "; ".join(f"{steps}: {text}" for steps, text in item.formula.items())
    return item.formula or f"{item.python}({', '.join(item.inputs)})"


def _source(written: str | Mapping[str, str] | None, tree: Node, scope: _Scope) -> Node:
    """The formula as written, for people to read: only the axes that the author left out are put in."""
    if written is None:
        return tree
    if isinstance(written, str):
        source = formula.parse(written, scope.axes)
    else:
        source = formula.with_children(tree, tuple(formula.parse(text, scope.axes) for text in written.values()))
    return settle(source, scope.axes, scope.over)[0]


def _step_unit(name: str, unit: Unit, axis: Axis, scope: _Scope) -> Unit:
    """The unit of 'the first step in which …'."""
    if unit.text:
        scope.report.error(
            "wrong-unit", f"'{name}' is a step of '{axis.name}', and has no unit", scope.document.place("quantities", name, "unit")
        )
    return Unit("", 1.0, step_of(axis.name), Style(last=axis.numbers[-1]))


def _check_unit(name: str, kind: Kind, unit: Unit, place: Place, scope: _Scope) -> None:
    misread = any(problem.code == "bad-unit" for problem in scope.report.found)  # what it comes to would be wrong, too
    if kind is None or isinstance(kind, str) or kind == unit.dimension:
        return
    scope.dimensions.pop(name, None)  # what rests on it is not looked at: it would be wrong for no other reason
    if not misread:
        message = f"'{name}' comes to {describe(kind)}, but is declared as '{unit.text or 'a plain number'}'"
        scope.report.error("wrong-unit", message, place, conversion([kind, unit.dimension]) or "mend the formula or the unit")


def _claims(spec: ModelSpec, trees: Mapping[tuple[str, str], Node], scope: _Scope) -> dict[str, Claim]:
    claims = {}
    for name, item in spec.claims.items():
        tree = trees.get(("claims", name))
        if tree is None:
            continue
        place = scope.document.place("claims", name, "holds")
        tree, kind = _checked(tree, place, scope)
        if kind is not None and kind != CONDITION:
            scope.report.error("bad-formula", f"'{name}' is a number, not a condition", place, "compare it with something: 'a < b'")
        claims[name] = Claim(name, item.says, tree, _source(item.holds, tree, scope), item.share, formula.names(tree), place)
    return claims


def _row_tables(spec: ModelSpec, numbers: Mapping[str, Assumption | Quantity], scope: _Scope) -> dict[str, RowTable]:
    known = {*spec.assumptions, *spec.quantities}
    tables = {}
    for name, table in spec.tables.items():
        unit = scope.unit(table.unit, scope.document.place("tables", name, "unit")) if table.rows else None
        if unit is None:
            continue
        over = scope.over.get(next(iter(table.rows.values()), ""), ())
        for label, quantity in table.rows.items():
            place = scope.document.place("tables", name, "rows", label)
            if quantity not in known:
                scope.report.error("unknown-name", f"unknown name '{quantity}'", place, did_you_mean(quantity, known))
            elif scope.over.get(quantity, ()) != over:
                hint = "put them into tables of their own, or take 'last', 'sum', … of it"
                scope.report.error("bad-axis", f"'{quantity}' does not have the axes of the first row", place, hint)
            elif quantity in numbers and numbers[quantity].unit.dimension != unit.dimension:
                scope.report.error("wrong-unit", f"'{quantity}' cannot be shown in '{unit.text}'", place)
        tables[name] = RowTable(name, tuple(table.rows.items()), over, unit, scope.document.place("tables", name))
    return tables


def _scenarios(spec: ModelSpec, assumptions: Mapping[str, Assumption], scope: _Scope) -> dict[str, Scenario]:
    open_ = [name for name, item in spec.assumptions.items() if item.reader]
    scenarios = {}
    for name, item in spec.scenarios.items():
        settings = {}
        for other, text in item.set.items():
            place = scope.document.place("scenarios", name, "set", other)
            if other not in open_:
                hint = f"add 'reader: true' to '{other}'" if other in spec.assumptions else did_you_mean(other, open_)
                scope.report.error("bad-scenario", f"'{other}' is no assumption that the reader may set", place, hint)
            elif other in assumptions and (found := _constant(text, assumptions[other].unit, False, place, scope)):
                low, high = assumptions[other].plausible
                if not low <= found[0] <= high:
                    scope.report.error(
                        "bad-scenario", f"'{text}' lies outside what is plausible", place, f"it goes from {low:.4g} to {high:.4g}"
                    )
                settings[other] = found[0]
        scenarios[name] = Scenario(name, item.label, settings, scope.document.place("scenarios", name))
    return scenarios


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
