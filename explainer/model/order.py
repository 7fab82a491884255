"""The order of computation: every quantity after those that it reads, and recurrences together, step by step."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from explainer.model.formula import Along, Call, Name, Node, children
from explainer.model.model import Stage

T = TypeVar("T", bound=Hashable)


class LoopError(ValueError):
    """Quantities that need one another, in the order of the circle; `hint` says how to break it."""

    def __init__(self, message: str, name: str, hint: str) -> None:
        super().__init__(message)
        self.name = name
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that a formula reads: at the same step, at the step before along `lag`, or also at other steps of the axes `whole`."""

    name: str
    lag: str = ""
    whole: frozenset[str] = frozenset()


def references(node: Node, lag: str = "", whole: frozenset[str] = frozenset()) -> Iterator[Reference]:
    """Everything that a settled formula reads, and how."""
    match node:
        case Name(name=name, at=at):
            yield Reference(name, lag, whole | {axis for axis, _ in at})
        case Along(function="previous", arguments=(inner, *start), axis=axis):
            yield from references(inner, axis, whole)
            for part in start:
                yield from references(part, lag, whole)
        case Call(arguments=arguments, over=own):
            for argument in arguments:
                yield Reference(argument.name, "", whole | frozenset(own))
        case _:
            axes = whole | {node.axis} if isinstance(node, Along) else whole
            for child in children(node):
                yield from references(child, lag, axes)


def stages(trees: Mapping[str, Node]) -> tuple[Stage, ...]:
    """The settled formulas in the order of computation; as declared where that allows it. Raises LoopError."""
    reads = {name: tuple(references(tree)) for name, tree in trees.items()}
    ever = {name: {read.name for read in found if read.name in trees} for name, found in reads.items()}
    order = _in_order({name: {read.name for read in found if read.name in trees and not read.lag} for name, found in reads.items()})
    groups = _groups(order, reads, ever)
    of = {name: group for group in groups for name in group}
    needs = {group: {of[other] for name in group for other in ever[name]} - {group} for group in groups}
    return tuple(_stage(group, reads) for group in _in_order(needs))


def _in_order(needs: Mapping[T, Iterable[T]]) -> list[T]:
    """Everything after what it needs; as given where that allows it."""
    position = {item: index for index, item in enumerate(needs)}
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        loop = [str(name) for name in reversed(error.args[1])]
        hint = "compute one of them from something else; the step before is 'previous(x, START)'"
        raise LoopError(f"these need one another: {' -> '.join(loop)}", loop[0], hint) from None
    order: list[T] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order += ready
        sorter.done(*ready)
    return order


def _groups(order: list[str], reads: Mapping[str, tuple[Reference, ...]], ever: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """What needs one another's step before stands together, in the order within a step."""
    readers: dict[str, set[str]] = {name: set() for name in order}
    for name, others in ever.items():
        for other in others:
            readers[other].add(name)
    grouped: dict[str, tuple[str, ...]] = {}
    for name in order:
        if name not in grouped:
            circle = _reached(name, ever) & _reached(name, readers) if any(read.lag for read in reads[name]) else set()
            group = tuple(other for other in order if other in circle) or (name,)
            grouped |= dict.fromkeys(group, group)
    return list(dict.fromkeys(grouped[name] for name in order))


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """What one gets to from `start` in one step or more."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = edges[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _stage(group: tuple[str, ...], reads: Mapping[str, tuple[Reference, ...]]) -> Stage:
    """The quantities of a group and the axis along which they go step by step."""
    inputs = frozenset(read.name for name in group for read in reads[name]) - set(group)
    inner = [(name, read) for name in group for read in reads[name] if read.name in group]
    lags = sorted({read.lag for _, read in inner if read.lag})
    if len(lags) > 1:
        raise LoopError(f"'{group[0]}' goes back along {' and '.join(lags)} at once", group[0], "a recurrence goes along one axis")
    for name, read in inner:
        if set(lags) & read.whole:
            message = f"'{name}' reads several steps of '{read.name}', which is still being computed step by step"
            raise LoopError(message, name, "only 'previous(x, START)' may look back there")
    return Stage(group, lags[0] if lags else "", inputs)
