"""NumPy back end: a formula over arrays of draws.

Every array has one dimension for each axis of the model, in their order and of length 1 where the
value does not vary, and the draws last: arrays of different axes broadcast against one another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explainer.model.formula import Along, Apply, Call, Column, Coordinate, Name, Node, Number, Pick, Series
from explainer.model.model import Axis

Array = NDArray[Any]

NUMPY: Mapping[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "neg": np.negative,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not, "if": np.where,
    "min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
    "clip": lambda value, low, high: np.minimum(np.maximum(value, low), high),
    "abs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10,
    "round": lambda value: np.floor(value + 0.5),
}  # fmt: skip


def _defined(compare: Callable[..., Any]) -> Callable[..., Array]:
    """The comparison as 1 or 0, and NaN where it compares no numbers."""
    return lambda left, right: np.where(np.isnan(left) | np.isnan(right), np.nan, compare(left, right))


# the same for a check: what is no number stays none, also through conditions, which are 1, 0 or NaN here
STRICT: Mapping[str, Callable[..., Any]] = {
    **NUMPY, **{name: _defined(NUMPY[name]) for name in ("<", "<=", ">", ">=", "==", "!=")},
    "and": lambda left, right: np.where(left == 1, right, left), "or": lambda left, right: np.where(left == 0, right, left),
    "not": lambda test: 1 - test, "if": lambda test, body, orelse: np.where(np.isnan(test), np.nan, np.where(test == 1, body, orelse)),
    "**": lambda base, power: np.power(base, power) + 0 * (base + power),  # NaN ** 0 is 1 otherwise
}  # fmt: skip
NEVER = 1e300  # stands in a check for a step that never comes

# along the dimension k of an array that has all of its steps
ALONG_NUMPY: Mapping[str, Callable[[Array, int], Any]] = {
    "sum": lambda x, k: np.sum(x, k, keepdims=True), "mean": lambda x, k: np.mean(x, k, keepdims=True),
    "min": lambda x, k: np.min(x, k, keepdims=True), "max": lambda x, k: np.max(x, k, keepdims=True),
    "all": lambda x, k: np.all(x, k, keepdims=True), "any": lambda x, k: np.any(x, k, keepdims=True),
    "first": lambda x, k: np.take(x, [0], k), "last": lambda x, k: np.take(x, [-1], k),
    "cumulative": lambda x, k: np.cumsum(x, k),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Values:
    """What formulas read: arrays by name, and the axes of the model. `at` fixes axes at a step: position by name.

    `strict`: nothing infinite counts as a number, not even on the way to a finite one.
    """

    arrays: Mapping[str, Array]
    axes: Mapping[str, Axis]
    at: Mapping[str, int]
    strict: bool = False

    def fixed(self, axis: str, step: int) -> Values:
        """The same at one step of an axis."""
        return replace(self, at={**self.at, axis: step})

    def whole(self, axis: str) -> Values:
        """The same at all steps of an axis."""
        return replace(self, at={name: step for name, step in self.at.items() if name != axis})

    def place(self, axis: str) -> int:
        """The dimension of an array that is this axis."""
        return list(self.axes).index(axis)

    def cut(self, array: Array, at: Mapping[str, int]) -> Array:
        """The part of an array at fixed steps."""
        for axis, step in at.items():
            k = self.place(axis)
            if array.shape[k] > 1:
                array = np.take(array, [step], k)
        return array

    def along(self, axis: str, numbers: tuple[float, ...]) -> Array:
        """A number for each step as an array."""
        shape = [1] * (len(self.axes) + 1)
        shape[self.place(axis)] = len(numbers)
        return self.cut(np.array(numbers).reshape(shape), self.at)


def evaluate(node: Node, values: Values) -> Array:
    """The formula in base units; a condition is an array of truths."""
    match node:
        case Number(value=value):
            return np.asarray(value)
        case Series(values=numbers, axis=axis):
            return values.along(axis, numbers)
        case Coordinate(axis=axis):
            return values.along(axis, values.axes[axis].numbers)
        case Name(name=name, at=at):
            fixed = {axis: values.axes[axis].labels.index(label) for axis, label in at}
            return values.cut(values.arrays[name], {**values.at, **fixed})
        case Column() | Call():
            raise AssertionError("columns are filled in and functions are called before a formula is computed")
        case Apply(function=function, arguments=arguments):
            result = np.asarray((STRICT if values.strict else NUMPY)[function](*(evaluate(argument, values) for argument in arguments)))
            return np.where(np.isfinite(result), result, np.nan) if values.strict else result
        case Pick():
            return _pick(node, values)
        case Along():
            return _along(node, values)


def _along(node: Along, values: Values) -> Array:
    """A function along an axis."""
    if node.function == "previous":
        return _previous(node, values)
    k, whole = values.place(node.axis), _all_steps(node.arguments[0], node.axis, values)
    if node.function == "first_when":
        return _first_when(whole, node.axis, values)
    function = {"all": "min", "any": "max"}.get(node.function, node.function) if values.strict else node.function
    return values.cut(np.asarray(ALONG_NUMPY[function](whole, k)), values.at)


def _first_when(whole: Array, axis: str, values: Values) -> Array:
    """The number of the first step in which something holds."""
    k = values.place(axis)
    first = np.array(values.axes[axis].numbers)[np.argmax(whole == 1, axis=k, keepdims=True)]
    found = np.where(np.any(whole == 1, axis=k, keepdims=True), first, NEVER if values.strict else np.inf)
    return np.where(np.any(np.isnan(whole), axis=k, keepdims=True), np.nan, found) if values.strict else found


def _all_steps(node: Node, axis: str, values: Values) -> Array:
    """A formula at all steps of an axis, also where it is the same at each."""
    k, length = values.place(axis), len(values.axes[axis].labels)
    array = evaluate(node, values.whole(axis))
    shape = list(np.broadcast_shapes(array.shape, (1,) * (len(values.axes) + 1)))
    shape[k] = length
    return np.broadcast_to(array, shape)


def _previous(node: Along, values: Values) -> Array:
    """The value of the step before; `start` before the first."""
    inner, *start = node.arguments
    if (step := values.at.get(node.axis)) is not None:
        return evaluate(start[0] if step == 0 else inner, values.fixed(node.axis, max(step - 1, 0)))
    k = values.place(node.axis)
    whole = _all_steps(inner, node.axis, values)
    earlier = np.take(whole, range(whole.shape[k] - 1), k)
    first = evaluate(start[0], values.fixed(node.axis, 0)) if start else np.asarray(np.nan)
    shape = list(np.broadcast_shapes((*earlier.shape[:k], 1, *earlier.shape[k + 1 :]), first.shape))
    rest = [*shape[:k], earlier.shape[k], *shape[k + 1 :]]
    return np.concatenate([np.broadcast_to(first, shape), np.broadcast_to(earlier, rest)], k)


def _pick(node: Pick, values: Values) -> Array:
    """Each step by its own formula."""
    if (step := values.at.get(node.axis)) is not None:
        return evaluate(node.options[node.choice[step]], values)
    parts = [evaluate(node.options[option], values.fixed(node.axis, step)) for step, option in enumerate(node.choice)]
    shape = np.broadcast_shapes((1,) * (len(values.axes) + 1), *(part.shape for part in parts))
    return np.concatenate([np.broadcast_to(part, shape) for part in parts], values.place(node.axis))
