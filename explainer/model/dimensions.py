"""The unit check: what dimension a formula has, or why it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from explainer.model.formula import Along, Apply, Call, Column, Coordinate, Name, Node, Number, Pick, Series, children, with_children
from explainer.model.model import Axis
from explainer.model.units import DIMENSIONLESS, TIME, Dimension, describe, powers

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
        case Number(value=0.0, dimension=own) if own == DIMENSIONLESS:
            return ANY
        case Number(dimension=own) | Series(dimension=own):
            return own
        case Coordinate():
            return DIMENSIONLESS
        case Name(name=name):
            return scope[name]
        case Call():
            return ANY  # what it returns is in the declared unit
        case Column():
            raise AssertionError("columns are filled in before the unit check")
        case Pick(options=options):
            return _same("one formula for each step", [_amount(option, scope) for option in options])
        case Along():
            return _along(node, scope)
        case Apply(function="and" | "or" | "not" as function, arguments=arguments):
            _conditions(f"'{function}' joins conditions", arguments, scope)
            return CONDITION
        case Apply(function="if", arguments=(test, *branches)):
            _conditions("what stands behind 'if' must be a condition", (test,), scope)
            return _same("if … else", [_amount(branch, scope) for branch in branches])
        case Apply(function="<" | "<=" | ">" | ">=" | "==" | "!=" as function, arguments=arguments):
            _same(function, [_step_or_amount(argument, scope) for argument in arguments])
            return CONDITION
        case Apply(function="**", arguments=(base, power)):
            return _power(_amount(base, scope), power, _amount(power, scope))
        case Apply(function=function, arguments=arguments):
            return _arithmetic(function, [_amount(argument, scope) for argument in arguments])


def step_of(axis: str) -> Dimension:
    """What 'the first year in which …' is: it may never come, so that it can be compared and printed only."""
    return Dimension({f"[step of {axis}]": 1})


def is_step(kind: Kind) -> bool:
    """Whether this is a step of an axis."""
    return isinstance(kind, Dimension) and any(str(name).startswith("[step of ") for name in kind)


def _along(node: Along, scope: Mapping[str, Dimension]) -> Kind:
    """A function along an axis. What a sum multiplies rates by, `integrated` has put in already."""
    match node.function:
        case "all" | "any" | "first_when" as function:
            _conditions(f"'{function}' takes a condition", node.arguments, scope)
            return step_of(node.axis) if function == "first_when" else CONDITION
    return _same(node.function, [_amount(argument, scope) for argument in node.arguments])


def integrated(node: Node, scope: Mapping[str, Dimension], axes: Mapping[str, Axis]) -> Node:
    """The tree in which a sum of rates along an axis of time multiplies by the step: dollars a year become dollars."""
    whole = with_children(node, tuple(integrated(child, scope, axes) for child in children(node)))
    if isinstance(whole, Along) and whole.function in ("sum", "cumulative"):
        length, kind = axes[whole.axis].length, dimension(whole.arguments[0], scope)
        if length is not None and isinstance(kind, Dimension) and any(n == "[time]" and p < 0 for n, p in powers(kind)):
            return Apply("*", (whole, Number(length, TIME)))
    return whole


def _conditions(what: str, nodes: Iterable[Node], scope: Mapping[str, Dimension]) -> None:
    if any(dimension(node, scope) != CONDITION for node in nodes):
        raise DimensionError(f"{what}, such as 'a < b'")


def _amount(node: Node, scope: Mapping[str, Dimension]) -> Dimension | None:
    """The dimension of something that must be an amount."""
    kind = dimension(node, scope)
    if isinstance(kind, str):
        raise DimensionError("a condition is not a number", "write 'x if condition else y'")
    if is_step(kind):
        raise DimensionError("the first step in which something holds may never come", "compare it in a claim, or print it")
    return kind


def _step_or_amount(node: Node, scope: Mapping[str, Dimension]) -> Dimension | None:
    """What may be compared: an amount, or a step, which is as plain a number as 2030."""
    return DIMENSIONLESS if is_step(dimension(node, scope)) else _amount(node, scope)


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
