"""JavaScript back end: a model -> one small ES module that `static/engine.js` computes with.

The module holds data and one function for each quantity and claim; no `eval`, no library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from explainer.model.distributions import Distribution
from explainer.model.draws import DRAWS
from explainer.model.formula import Apply, Column, Name, Node, Number
from explainer.model.model import Assumption, Claim, Model, Quantity
from explainer.model.units import Unit
from explainer.numerals import Locale

JAVASCRIPT: Mapping[str, str] = {
    "+": "({}+{})", "-": "({}-{})", "*": "({}*{})", "/": "({}/{})", "**": "({}**{})", "neg": "(-{})",
    "<": "({}<{})", "<=": "({}<={})", ">": "({}>{})", ">=": "({}>={})", "==": "({}==={})", "!=": "({}!=={})",
    "and": "({}&&{})", "or": "({}||{})", "not": "(!{})", "if": "({}?{}:{})",
    "min": "Math.min({})", "max": "Math.max({})", "clip": "Math.min(Math.max({},{}),{})",
    "abs": "Math.abs({})", "sqrt": "Math.sqrt({})", "exp": "Math.exp({})", "log": "Math.log({})",
    "log10": "Math.log10({})", "round": "Math.floor({}+.5)",
}  # fmt: skip


def module(model: Model, locale: Locale) -> str:
    """The text of the module. Deterministic: the same model gives the same bytes."""
    parts = {
        "draws": str(DRAWS),
        "locale": json.dumps({key: value for key, value in asdict(locale).items() if key not in ("date", "months")}),
        "assumptions": _object({name: _assumption(item) for name, item in model.assumptions.items()}),
        "quantities": _object({name: _quantity(item) for name, item in model.quantities.items()}),
        "claims": _object({name: _claim(item) for name, item in model.claims.items()}),
        "tables": json.dumps({n: {"factor": t.unit.factor, "rows": t.rows} for n, t in model.row_tables.items()}),
    }
    return "export default {\n" + ",\n".join(f"{key}:{value}" for key, value in parts.items()) + "\n};\n"


def _object(items: Mapping[str, str]) -> str:
    return "{" + "".join(f"\n{json.dumps(name)}:{value}," for name, value in items.items()) + "\n}"


def _unit(unit: Unit) -> str:
    style = unit.style
    return f"factor:{unit.factor!r},style:{json.dumps([style.factor, style.prefix, style.one, style.many, style.scaled])}"


def _assumption(item: Assumption) -> str:
    distribution: Distribution = item.distribution
    span = f"span:{json.dumps(distribution.span)}," if distribution.span != (0.0, 1.0) else ""
    return f"{{family:{json.dumps(distribution.family)},parameters:{json.dumps(distribution.parameters)},{span}{_unit(item.unit)}}}"


def _quantity(item: Quantity) -> str:
    return f"{{inputs:{json.dumps(sorted(item.inputs))},{_unit(item.unit)},compute:{_loop(item.tree, item.inputs)}}}"


def _claim(item: Claim) -> str:
    return f"{{inputs:{json.dumps(sorted(item.inputs))},share:{item.share!r},compute:{_loop(item.tree, item.inputs)}}}"


def _loop(tree: Node, inputs: frozenset[str]) -> str:
    """A function that fills `o` draw by draw from the arrays of its inputs in `v`."""
    arrays = {name: f"a{index}" for index, name in enumerate(sorted(inputs))}
    head = "".join(f"const {array}=v.{name};" for name, array in arrays.items())
    return f"(v,o)=>{{{head}for(let i=0;i<o.length;i++)o[i]={expression(tree, arrays)}}}"


def expression(node: Node, arrays: Mapping[str, str]) -> str:
    """One draw of a formula as a JavaScript expression."""
    match node:
        case Number(value=value):
            return repr(value)
        case Name(name=name):
            return f"{arrays[name]}[i]"
        case Column():
            raise AssertionError("columns are filled in before anything is compiled")
        case Apply(function="min" | "max" as function, arguments=arguments):
            return JAVASCRIPT[function].format(",".join(expression(argument, arrays) for argument in arguments))
        case Apply(function=function, arguments=arguments):
            return JAVASCRIPT[function].format(*(expression(argument, arrays) for argument in arguments))
