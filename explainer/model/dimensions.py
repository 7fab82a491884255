"""The unit check: what dimension a formula has, or why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from explainer.model.formula import Apply, Column, Name, Node, Number
from explainer.model.units import DIMENSIONLESS, Dimension, describe

Condition = Literal["condition"]
CONDITION: Condition = "condition"
ANY = None  # a literal zero, which fits every dimension
Kind = Dimension | Condition | None


class DimensionError(ValueError):
    """A formula whose units do not fit; `hint` says what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def dimension(node: Node, scope: Mapping[str, Dimension]) -> Kind:
    """The dimension of a formula whose names have the dimensions in `scope`; CONDITION for a comparison."""
    match node:
        case Number(value=0.0):
            return ANY
        case Number():
            return node.dimension
        case Name(name=name):
            return scope[name]
        case Column():
            raise AssertionError("columns are filled in before the unit check")
        case Apply(function="and" | "or" | "not" as function, arguments=arguments):
            if any(dimension(argument, scope) != CONDITION for argument in arguments):
                raise DimensionError(f"'{function}' joins conditions, such as 'a < b'")
            return CONDITION
        case Apply(function="if", arguments=(test, *branches)):
            if dimension(test, scope) != CONDITION:
                raise DimensionError("what stands behind 'if' must be a condition, such as 'a < b'")
            return _same("if … else", [_amount(branch, scope) for branch in branches])
        case Apply(function="<" | "<=" | ">" | ">=" | "==" | "!=" as function, arguments=arguments):
            _same(function, [_amount(argument, scope) for argument in arguments])
            return CONDITION
        case Apply(function="**", arguments=(base, power)):
            return _power(_amount(base, scope), power, _amount(power, scope))
        case Apply(function=function, arguments=arguments):
            return _arithmetic(function, [_amount(argument, scope) for argument in arguments])


def _amount(node: Node, scope: Mapping[str, Dimension]) -> Dimension | None:
    """The dimension of something that must be an amount."""
    kind = dimension(node, scope)
    if isinstance(kind, str):
        raise DimensionError("a condition is not a number", "write 'x if condition else y'")
    return kind


def _same(function: str, kinds: list[Dimension | None]) -> Dimension | None:
    """The one dimension that all operands share."""
    known = [kind for kind in kinds if kind is not None]
    for other in known[1:]:
        if other != known[0]:
            raise DimensionError(
                f"'{function}' joins {describe(known[0])} with {describe(other)}",
                "both sides need the same dimension: multiply or divide by what is missing",
            )
    return known[0] if known else ANY


def _arithmetic(function: str, kinds: list[Dimension | None]) -> Dimension | None:
    first = kinds[0]
    match function:
        case "+" | "-" | "min" | "max" | "clip":
            return _same(function, kinds)
        case "*" | "/":
            left, right = (DIMENSIONLESS if kind is None else kind for kind in kinds)
            return Dimension(left * right if function == "*" else left / right)
        case "neg" | "abs" | "round":
            return first
        case "sqrt":
            return first if first is None else first**0.5
        case "exp" | "log" | "log10":
            if first is not None and first != DIMENSIONLESS:
                raise DimensionError(
                    f"'{function}' takes a plain number, not {describe(first)}", "divide by something of the same dimension"
                )
            return DIMENSIONLESS
    raise AssertionError(f"no unit rule for {function}")


def _power(base: Dimension | None, node: Node, power: Dimension | None) -> Dimension | None:
    if power not in (None, DIMENSIONLESS):
        raise DimensionError("an exponent must be a plain number")
    if base is None or base == DIMENSIONLESS:
        return DIMENSIONLESS
    exponent = constant(node)
    if exponent is None:
        raise DimensionError(f"{describe(base)} can only be raised to a number written out, such as '** 2'")
    return Dimension(base**exponent)


def constant(node: Node) -> float | None:
    """The value of a literal, signed or a quotient of two; None for anything else."""
    match node:
        case Number(value=value):
            return value
        case Apply(function="neg", arguments=(Number(value=value),)):
            return -value
        case Apply(function="/", arguments=(Number(value=above), Number(value=below))) if below:
            return above / below
    return None
