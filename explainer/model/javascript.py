"""JavaScript back end: a model -> one small ES module that `static/engine.js` computes with.

The module holds data and one function for each stage and claim; no `eval`, no library. A number with
several steps is one array, step after step, the draws of a step together.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from explainer.model.distributions import Distribution
from explainer.model.draws import DRAWS
from explainer.model.formula import Along, Apply, Call, Column, Coordinate, Name, Node, Number, Pick, Series
from explainer.model.model import Assumption, Claim, Model, Quantity, Stage
from explainer.model.simulate import Amount, Numbers
from explainer.model.units import Unit
from explainer.numerals import Locale, published

JAVASCRIPT: Mapping[str, str] = {
    "+": "({}+{})", "-": "({}-{})", "*": "({}*{})", "/": "({}/{})", "**": "({}**{})", "neg": "(-{})",
    "<": "({}<{})", "<=": "({}<={})", ">": "({}>{})", ">=": "({}>={})", "==": "({}==={})", "!=": "({}!=={})",
    "and": "({}&&{})", "or": "({}||{})", "not": "(!{})", "if": "({}?{}:{})",
    "min": "Math.min({})", "max": "Math.max({})", "clip": "Math.min(Math.max({},{}),{})",
    "abs": "Math.abs({})", "sqrt": "Math.sqrt({})", "exp": "Math.exp({})", "log": "Math.log({})",
    "log10": "Math.log10({})", "round": "Math.floor({}+.5)",
}  # fmt: skip

# what a loop along an axis starts with, and what each step makes of it
ALONG_JAVASCRIPT: Mapping[str, tuple[str, str]] = {
    "sum": ("0", "{s}+={x}"), "mean": ("0", "{s}+={x}"), "cumulative": ("0", "{s}+={x}"),
    "min": ("Infinity", "{s}=Math.min({s},{x})"), "max": ("-Infinity", "{s}=Math.max({s},{x})"),
    "all": ("true", "{s}={s}&&{x}"), "any": ("false", "{s}={s}||{x}"),
    "first_when": ("Infinity", "if({x}){{{s}={c};break}}"),
}  # fmt: skip


def module(model: Model, locale: Locale, numbers: Numbers) -> str:
    """The text of the module. Deterministic: the same model gives the same bytes.

    What rests on a Python function stands in it as the build's `numbers`, which nothing moves.
    """
    fixed = model.fixed
    parts = {
        "draws": "n",
        "locale": json.dumps({key: value for key, value in asdict(locale).items() if key not in ("date", "months")}),
        "axes": json.dumps({name: axis.numbers or axis.labels for name, axis in model.axes.items()}),
        "assumptions": _object({name: _assumption(item) for name, item in model.assumptions.items()}),
        "quantities": _object({name: _quantity(item, model, numbers, name in fixed) for name, item in model.quantities.items()}),
        "stages": "[" + "".join(f"\n{_stage(stage, model)}," for stage in model.stages if fixed.isdisjoint(stage.names)) + "\n]",
        "claims": _object(
            {
                name: _claim(item, model) if fixed.isdisjoint(item.inputs) else json.dumps({"fixed": asdict(numbers.verdicts[name])})
                for name, item in model.claims.items()
            }
        ),
        "tables": json.dumps({n: {"factor": t.unit.factor, "over": t.over, "rows": t.rows} for n, t in model.row_tables.items()}),
    }
    return f"const n={DRAWS};\nexport default {{\n" + ",\n".join(f"{key}:{value}" for key, value in parts.items()) + "\n};\n"


def _object(items: Mapping[str, str]) -> str:
    return "{" + "".join(f"\n{json.dumps(name)}:{value}," for name, value in items.items()) + "\n}"


def _unit(unit: Unit) -> str:
    style = unit.style
    last = [] if style.last is None else [style.last]
    return f"factor:{unit.factor!r},style:{json.dumps([style.factor, style.prefix, style.one, style.many, style.scaled, *last])}"


def _assumption(item: Assumption) -> str:
    distribution: Distribution = item.distribution
    span = f"span:{json.dumps(distribution.span)}," if distribution.span != (0.0, 1.0) else ""
    low, high = item.plausible
    asked = (
        f"label:{json.dumps(item.label, ensure_ascii=False)},plausible:{json.dumps([published(end) for end in item.plausible])},"
        if low < high
        else ""
    )
    return f"{{family:{json.dumps(distribution.family)},parameters:{json.dumps(distribution.parameters)},{span}{asked}{_unit(item.unit)}}}"


def _quantity(item: Quantity, model: Model, numbers: Numbers, fixed: bool) -> str:
    over = f"over:{json.dumps(item.over)}," if item.over else ""
    amounts = {step: _published(numbers.amount(item.name, step)) for step in model.steps(item.over)}
    return f"{{{over}{_unit(item.unit)}{f',fixed:{json.dumps(amounts)}' if fixed else ''}}}"


def _published(amount: Amount) -> dict[str, float]:
    return {key: published(value) for key, value in asdict(amount).items()}


def _stage(stage: Stage, model: Model) -> str:
    """A function that fills the arrays of the stage's quantities from those of its inputs, all in `v`."""
    scope = _Scope.of(model, (*stage.names, *sorted(stage.inputs)))
    body = "".join(
        _loop(_target(name, scope), model.quantities[name].tree, model.quantities[name].over, stage.along, scope) for name in stage.names
    )
    if stage.along:
        body = _for(scope.index[stage.along], len(model.axes[stage.along].labels), "{" + body + "}")
    return f"{{names:{json.dumps(stage.names)},inputs:{json.dumps(sorted(stage.inputs))},compute:v=>{{{scope.head()}{body}}}}}"


def _claim(item: Claim, model: Model) -> str:
    """A function that fills `o`, draw by draw."""
    scope = _Scope.of(model, sorted(item.inputs))
    body = _loop("o[i]", item.tree, (), "", scope)
    return f"{{inputs:{json.dumps(sorted(item.inputs))},share:{item.share!r},compute:(v,o)=>{{{scope.head()}{body}}}}}"


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a formula stands: its arrays, the position on each axis, and what has to be said before it."""

    model: Model
    arrays: Mapping[str, str]
    index: Mapping[str, str]
    constants: list[str]  # at the head of the function
    before: list[str] = field(default_factory=list)  # before the expression
    fresh: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def of(cls, model: Model, names: Iterable[str]) -> _Scope:
        """The scope of a function that reads these names."""
        arrays = {name: f"a{number}" for number, name in enumerate(names)}
        return cls(model, arrays, {axis: f"j{number}" for number, axis in enumerate(model.axes)}, [])

    def head(self) -> str:
        """The constants of the function."""
        return "".join(f"const {array}=v.{name};" for name, array in self.arrays.items()) + "".join(self.constants)

    def at(self, axis: str, position: str) -> _Scope:
        """The same at another position of an axis."""
        return replace(self, index={**self.index, axis: position})

    def inside(self) -> _Scope:
        """The same inside a loop of its own."""
        return replace(self, before=[])

    def constant(self, values: Iterable[float], position: str) -> str:
        """A number for each position."""
        name = f"c{next(self.fresh)}"
        self.constants.append(f"const {name}=[{','.join('NaN' if value != value else repr(value) for value in values)}];")
        return f"{name}[{position}]"


def _loop(target: str, tree: Node, over: tuple[str, ...], along: str, scope: _Scope) -> str:
    """Fill `target` at every step and draw; the loop over `along` stands around it already."""
    inner = scope.inside()
    value = expression(tree, inner)
    text = _for("i", "n", "{" + "".join(inner.before) + f"{target}={value}" + "}")
    for axis in reversed([axis for axis in over if axis != along]):
        text = _for(scope.index[axis], len(scope.model.axes[axis].labels), text)
    return text


def _for(variable: str, end: int | str, body: str) -> str:
    return f"for(let {variable}=0;{variable}<{end};{variable}++){body}"


def _target(name: str, scope: _Scope, fixed: Mapping[str, str] | None = None) -> str:
    """The element of an array at the present step and draw."""
    position = ""
    for axis in scope.model.over(name):
        labels = scope.model.axes[axis].labels
        step = str(labels.index(fixed[axis])) if fixed and axis in fixed else scope.index[axis]
        position = f"({position}*{len(labels)}+{step})" if position else step
    return f"{scope.arrays[name]}[{position}*n+i]" if position else f"{scope.arrays[name]}[i]"


def expression(node: Node, scope: _Scope) -> str:
    """One draw of a formula, at one step, as a JavaScript expression."""
    match node:
        case Number(value=value):
            return repr(value)
        case Series(values=values, axis=axis):
            return scope.constant(values, scope.index[axis])
        case Coordinate(axis=axis):
            return scope.constant(scope.model.axes[axis].numbers, scope.index[axis])
        case Name(name=name, at=at):
            return _target(name, scope, dict(at))
        case Apply(function="min" | "max" as function, arguments=arguments):
            return JAVASCRIPT[function].format(",".join(expression(argument, scope) for argument in arguments))
        case Apply(function=function, arguments=arguments):
            return JAVASCRIPT[function].format(*(expression(argument, scope) for argument in arguments))
        case Along():
            return _along(node, scope)
        case Pick():
            return _pick(node, scope)
        case Column() | Call():
            raise AssertionError("columns are filled in, and functions have no JavaScript")


def _along(node: Along, scope: _Scope) -> str:
    """A function along an axis: a loop before the expression, or the value at another step."""
    inner, *start = node.arguments
    position, length = scope.index[node.axis], len(scope.model.axes[node.axis].labels)
    match node.function:
        case "first" | "last":
            return expression(inner, scope.at(node.axis, "0" if node.function == "first" else str(length - 1)))
        case "previous":
            earlier = expression(inner, scope.at(node.axis, f"({position}-1)"))
            return f"({position}?{earlier}:{expression(start[0], scope.at(node.axis, '0'))})" if start else earlier
    number = next(scope.fresh)
    result, step = f"s{number}", f"k{number}"
    inside = scope.at(node.axis, step).inside()
    value = expression(inner, inside)
    begin, then = ALONG_JAVASCRIPT[node.function]
    label = inside.constant(scope.model.axes[node.axis].numbers, step) if node.function == "first_when" else ""
    end = f"{position}+1" if node.function == "cumulative" else length
    body = "".join(inside.before) + then.format(s=result, x=value, c=label)
    scope.before.append(f"let {result}={begin};{_for(step, end, '{' + body + '}')}")
    return f"({result}/{length})" if node.function == "mean" else result


def _pick(node: Pick, scope: _Scope) -> str:
    """The formula of the present step, by comparing its position with the end of each run of steps."""
    position, end, parts = scope.index[node.axis], 0, []
    for option, steps in itertools.groupby(node.choice):
        end += len(list(steps))
        parts.append(f"{position}<{end}?{expression(node.options[option], scope)}:")
    return "(" + "".join(parts) + "NaN)"
