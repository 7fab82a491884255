"""Formulas: a subset of Python expressions, parsed into a small tree. Nothing is ever executed.

Several readers walk a tree: `axes` and `dimensions` (does it fit?), `evaluate` (NumPy), `javascript`
and `mathml`. Each says what it does for every key of `FUNCTIONS` and `ALONG`.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import itertools
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import is_ as same

from explainer.diagnostics import did_you_mean
from explainer.model.units import DIMENSIONLESS, Dimension

MAX_LENGTH = 2000
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Number:
    """A number in base units, never negative: a literal, which has no dimension, or a cell of a data table."""

    value: float
    dimension: Dimension = DIMENSIONLESS


@dataclass(frozen=True, slots=True)
class Series:
    """A column of a data table along an axis: a number in base units for each step, NaN where no step reads it."""

    values: tuple[float, ...]
    axis: str
    dimension: Dimension = DIMENSIONLESS


@dataclass(frozen=True, slots=True)
class Name:
    """An assumption or a quantity; `at` fixes axes at a step: `x[2030]`. An axis is "" until `axes.settle` has found it."""

    name: str
    at: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A cell of a data table, `table[key].column`, or a column along an axis, `table[year].column`."""

    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function of `FUNCTIONS` applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Along:
    """A function of `ALONG`: it goes along an axis, "" until `axes.settle` has found it."""

    function: str
    arguments: tuple[Node, ...]
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """The number of each step of an axis, such as 2030."""

    axis: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One formula for some steps of an axis, another for others: `options[choice[step]]`."""

    axis: str
    choice: tuple[int, ...]
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An author's Python function in place of a formula: it reads all steps of its arguments, and has its own axes."""

    function: str
    arguments: tuple[Name, ...]
    over: tuple[str, ...]


Node = Number | Series | Name | Column | Apply | Along | Coordinate | Pick | Call

# name -> fewest and most arguments
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "+": (2, 2), "-": (2, 2), "*": (2, 2), "/": (2, 2), "**": (2, 2), "neg": (1, 1),
    "<": (2, 2), "<=": (2, 2), ">": (2, 2), ">=": (2, 2), "==": (2, 2), "!=": (2, 2),
    "and": (2, 2), "or": (2, 2), "not": (1, 1), "if": (3, 3),
    "min": (2, 8), "max": (2, 8), "clip": (3, 3), "abs": (1, 1), "sqrt": (1, 1),
    "exp": (1, 1), "log": (1, 1), "log10": (1, 1), "round": (1, 1),
}  # fmt: skip
# along an axis: name -> fewest and most arguments, before the name of the axis
ALONG: Mapping[str, tuple[int, int]] = {
    "sum": (1, 1), "mean": (1, 1), "min": (1, 1), "max": (1, 1), "all": (1, 1), "any": (1, 1), "first": (1, 1), "last": (1, 1),
    "cumulative": (1, 1), "previous": (1, 2), "first_when": (1, 1),
}  # fmt: skip
CALLABLE = tuple(name for name in FUNCTIONS if name.isalnum() and name not in ("neg", "and", "or", "not", "if"))
WORDS = tuple(dict.fromkeys((*CALLABLE, *ALONG, "coordinate")))

BINARY: Mapping[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARE: Mapping[type, str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*%")


class FormulaError(ValueError):
    """A formula that is not one; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def parse(text: str, axes: Collection[str] = ()) -> Node:
    """Read a formula such as `a / (b + 10 %)` or `sum(c, year)`, where `year` is one of `axes`. Raises FormulaError."""
    return _parsed(text, tuple(axes))


@lru_cache(maxsize=4096)
def _parsed(text: str, axes: Collection[str]) -> Node:
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"longer than {MAX_LENGTH} characters", "split it into several quantities")
    if "#" in text:
        raise FormulaError("a '#' would swallow the rest of it", "move the comment to a line of its own")
    source = " ".join(PERCENT.sub(r"(\1/100)", text).split())
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"cannot read '{_short(text)}'", "write it like 'a / (b + c)'") from None
    return _convert(tree.body, 0, axes)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _shown(node: ast.expr) -> str:
    """A part of a formula for a message."""
    try:
        return _short(ast.unparse(node))
    except RecursionError:
        return "what is nested so deeply"


def _convert(node: ast.expr, depth: int, axes: Collection[str]) -> Node:
    if depth > MAX_DEPTH:
        raise FormulaError(f"nested more than {MAX_DEPTH} deep", "split it into several quantities")

    def inner(child: ast.expr) -> Node:
        return _convert(child, depth + 1, axes)

    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise FormulaError(f"'{_shown(node)}' is not a number")
        case ast.Constant(value=int() | float() as value):
            return Number(_finite(value))
        case ast.Name(id=name):
            return Name(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Apply("neg", (inner(operand),))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return inner(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Apply("not", (inner(operand),))
        case ast.BinOp(left=left, op=operator, right=right):
            if type(operator) not in BINARY:
                raise FormulaError(f"'{_symbol(operator)}' is not an operator here", _operator_hint(operator))
            return Apply(BINARY[type(operator)], (inner(left), inner(right)))
        case ast.BoolOp(op=joint, values=values):
            return _chain("and" if isinstance(joint, ast.And) else "or", [inner(operand) for operand in values])
        case ast.Compare(left=left, ops=comparisons, comparators=others):
            if any(type(comparison) not in COMPARE for comparison in comparisons):
                raise FormulaError("only < <= > >= == != compare")
            terms = [inner(term) for term in (left, *others)]
            pairs = zip(comparisons, itertools.pairwise(terms), strict=True)
            return _chain("and", [Apply(COMPARE[type(comparison)], pair) for comparison, pair in pairs])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Apply("if", (inner(test), inner(body), inner(orelse)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if not any(
            isinstance(argument, ast.Starred) for argument in arguments
        ):
            return _call(name, arguments, inner, axes)
        case ast.Tuple():
            raise FormulaError(f"'{_shown(node)}' is not a number", "thousands have no comma: write 1000 or 1_000")
        case ast.Attribute(value=ast.Subscript(value=ast.Name(id=table), slice=key), attr=column):
            return Column(table, _label(key), column)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=steps)):
            return Name(name, tuple(_step(step) for step in steps))
        case ast.Subscript(value=ast.Name(id=name), slice=step):
            return Name(name, (_step(step),))
    raise FormulaError(f"'{_shown(node)}' is not allowed in a formula", "use numbers, names, + - * / ** and the functions")


def _call(name: str, arguments: Sequence[ast.expr], inner: Callable[[ast.expr], Node], axes: Collection[str]) -> Node:
    """A function of plain values, or along an axis, which its last argument may name."""
    if name not in WORDS:
        raise FormulaError(f"unknown function '{name}'", f"there are: {', '.join(WORDS)}")
    last = arguments[-1].id if arguments and isinstance(arguments[-1], ast.Name) else ""
    if name == "coordinate":
        if len(arguments) != 1 or last not in axes:
            raise FormulaError("'coordinate' takes the name of an axis", did_you_mean(last, axes) or "declare it under 'axes:'")
        return Coordinate(last)
    axis = last if name in ALONG and last in axes else ""
    values = [inner(argument) for argument in (arguments[:-1] if axis else arguments)]
    along = name in ALONG and (name not in FUNCTIONS or axis != "" or len(values) == 1)
    fewest, most = (ALONG if along else FUNCTIONS)[name]
    if not fewest <= len(values) <= most:
        count = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise FormulaError(f"'{name}' takes {count} arguments, not {len(values)}")
    return Along(name, tuple(values), axis) if along else Apply(name, tuple(values))


def _label(node: ast.expr) -> str:
    """The key of a row or the label of a step."""
    match node:
        case ast.Constant(value=int() | str() as constant):
            return str(constant)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as constant)):
            return str(-constant)
        case ast.Name(id=word):
            return word
    raise FormulaError("what stands in brackets is a word or a whole number", "write it like 'meta[2025].capex' or 'capex[2030]'")


def _step(node: ast.expr) -> tuple[str, str]:
    """`2030`, or `year: 2030` where several axes have such a step."""
    match node:
        case ast.Slice(lower=ast.Name(id=axis), upper=ast.expr() as label, step=None):
            return axis, _label(label)
    return "", _label(node)


def _finite(value: float) -> float:
    """A literal as a number: `1e400` is none."""
    with contextlib.suppress(OverflowError):
        if math.isfinite(number := float(value)):
            return number
    raise FormulaError("a number too large to compute with")


def _chain(word: str, parts: Sequence[Node]) -> Node:
    """`a and b and c` as pairs, from the left."""
    if len(parts) > MAX_DEPTH:
        raise FormulaError(f"more than {MAX_DEPTH} conditions in a row", "split it into several quantities")
    return functools.reduce(lambda left, right: Apply(word, (left, right)), parts)


def _symbol(operator: ast.operator) -> str:
    symbols: Mapping[type, str] = {ast.BitXor: "^", ast.Mod: "%", ast.FloorDiv: "//", ast.MatMult: "@"}
    return symbols.get(type(operator), type(operator).__name__)


def _operator_hint(operator: ast.operator) -> str:
    if isinstance(operator, ast.BitXor):
        return "a power is written '**'"
    return "a percentage follows a number: '10 %'" if isinstance(operator, ast.Mod) else "there are + - * / **"


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of."""
    match node:
        case Apply(arguments=parts) | Along(arguments=parts) | Pick(options=parts) | Call(arguments=parts):
            return parts
    return ()


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """The same node made of other parts; itself where they are its own."""
    if all(map(same, parts, children(node))):
        return node
    match node:
        case Apply() | Along():
            return replace(node, arguments=parts)
        case Pick():
            return replace(node, options=parts)
    return node


def names(node: Node) -> frozenset[str]:
    """The assumptions and quantities that a formula reads."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Name))


INFIX = frozenset(name for name in FUNCTIONS if not name.isalnum()) | {"and", "or"}


def text(node: Node) -> str:
    """A formula in the author's notation, numbers in base units."""
    match node:
        case Number(value=value):
            return f"{value:.6g}"
        case Name(name=name, at=at):
            return name + (f"[{', '.join(label for _, label in at)}]" if at else "")
        case Column(table=table, key=key, column=column):
            return f"{table}[{key}].{column}"
        case Series(axis=axis) | Coordinate(axis=axis):
            return f"coordinate({axis})" if isinstance(node, Coordinate) else f"data along {axis}"
        case Apply(function="if", arguments=(test, body, orelse)):
            return f"{text(body)} if {text(test)} else {text(orelse)}"
        case Apply(function="neg" | "not" as function, arguments=(inner,)):
            return ("-" if function == "neg" else "not ") + _wrapped(inner)
        case Apply(function=function, arguments=arguments) if function in INFIX:
            return f" {function} ".join(_wrapped(argument) for argument in arguments)
        case Apply(function=function, arguments=arguments) | Along(function=function, arguments=arguments):
            return f"{function}({', '.join(text(argument) for argument in arguments)})"
        case Pick(options=options):
            return "; ".join(text(option) for option in options)
        case Call(function=function):
            return function


def _wrapped(node: Node) -> str:
    compound = node.value < 0 if isinstance(node, Number) else isinstance(node, Apply) and node.function in {*INFIX, "if", "neg", "not"}
    return f"({text(node)})" if compound else text(node)
