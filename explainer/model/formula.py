"""Formulas: a subset of Python expressions, parsed into a small tree. Nothing is ever executed.

A tree has four kinds of node. Several readers walk it: the unit check (`resolve`), NumPy
(`simulate`) and JavaScript (`javascript`). Each names what it does for every key of `FUNCTIONS`.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from explainer.model.units import DIMENSIONLESS, Dimension

MAX_LENGTH = 2000
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Number:
    """A number in base units: a literal, which has no dimension, or a cell of a data table."""

    value: float
    dimension: Dimension = DIMENSIONLESS


@dataclass(frozen=True, slots=True)
class Name:
    """An assumption or a quantity."""

    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """A cell of a data table, `table[key].column`."""

    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function of `FUNCTIONS` applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Column | Apply

# name -> fewest and most arguments
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "+": (2, 2), "-": (2, 2), "*": (2, 2), "/": (2, 2), "**": (2, 2), "neg": (1, 1),
    "<": (2, 2), "<=": (2, 2), ">": (2, 2), ">=": (2, 2), "==": (2, 2), "!=": (2, 2),
    "and": (2, 2), "or": (2, 2), "not": (1, 1), "if": (3, 3),
    "min": (2, 8), "max": (2, 8), "clip": (3, 3), "abs": (1, 1), "sqrt": (1, 1),
    "exp": (1, 1), "log": (1, 1), "log10": (1, 1), "round": (1, 1),
}  # fmt: skip
CALLABLE = tuple(name for name in FUNCTIONS if name.isalnum() and name not in ("neg", "and", "or", "not", "if"))

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


def parse(text: str) -> Node:
    """Read a formula such as `a / (b + 10 %)`. Raises FormulaError."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"longer than {MAX_LENGTH} characters", "split it into several quantities")
    if "#" in text:
        raise FormulaError("a '#' would swallow the rest of it", "move the comment to a line of its own")
    source = " ".join(PERCENT.sub(r"(\1/100)", text).split())
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"cannot read '{_short(text)}'", "write it like 'a / (b + c)'") from None
    return _convert(tree.body, 0)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _convert(node: ast.expr, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise FormulaError(f"nested more than {MAX_DEPTH} deep", "split it into several quantities")

    def inner(child: ast.expr) -> Node:
        return _convert(child, depth + 1)

    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise FormulaError(f"'{_short(ast.unparse(node))}' is not a number")
        case ast.Constant(value=int() | float() as value):
            try:
                return Number(float(value))
            except OverflowError:
                raise FormulaError("a number too large to compute with") from None
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
            if name not in CALLABLE:
                raise FormulaError(f"unknown function '{name}'", f"there are: {', '.join(CALLABLE)}")
            fewest, most = FUNCTIONS[name]
            if not fewest <= len(arguments) <= most:
                count = str(fewest) if fewest == most else f"{fewest} to {most}"
                raise FormulaError(f"'{name}' takes {count} arguments, not {len(arguments)}")
            return Apply(name, tuple(inner(argument) for argument in arguments))
        case ast.Tuple():
            raise FormulaError(f"'{_short(ast.unparse(node))}' is not a number", "thousands have no comma: write 1000 or 1_000")
        case ast.Attribute(value=ast.Subscript(value=ast.Name(id=table), slice=key), attr=column):
            match key:
                case ast.Constant(value=int() | str() as constant):
                    return Column(table, str(constant), column)
                case ast.Name(id=word):
                    return Column(table, word, column)
            raise FormulaError("the key of a table is a word or a whole number", "write it like 'meta[2025].capex'")
    raise FormulaError(f"'{_short(ast.unparse(node))}' is not allowed in a formula", "use numbers, names, + - * / ** and the functions")


def _chain(word: str, parts: Sequence[Node]) -> Node:
    """`a and b and c` as pairs, from the left."""
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
    if isinstance(node, Apply):
        for argument in node.arguments:
            yield from walk(argument)


def names(node: Node) -> frozenset[str]:
    """The assumptions and quantities that a formula reads."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Name))
