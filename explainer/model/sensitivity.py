"""What a reader asks next: what moves a number most, what would have to be true for a claim, how much is judgement.

Nothing is computed before it is asked for. The page answers the first two under the reader's own
settings by the same definitions: `swings` and `flips` of `static/engine.js`.

Source of the pick-freeze estimator: Janon, Klein, Lagnoux, Nodet and Prieur (2014), "Asymptotic normality and
efficiency of two Sobol index estimators", ESAIM: Probability and Statistics 18.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from explainer.model.distributions import Floats
from explainer.model.draws import DRAWS, ranks
from explainer.model.evaluate import Array
from explainer.model.model import Model
from explainer.model.sample import shareable
from explainer.model.simulate import compute, draw_all, summaries, verdict

ENDS = (0.05, 0.95)
SCAN = 32  # pieces of a plausible range, each of which may hold one flip
RELATIVE, ABSOLUTE = 1e-4, 1e-6  # how well a flip is known: of its value, and of the plausible range
CLOSE = 1e-9  # what differs by less differs by rounding
ROUNDS = 16  # pairs of samples behind a share of the variance
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Swing:
    """A number's median with one assumption at its 5 % and at its 95 % point, in the number's declared unit."""

    assumption: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far apart the two are: zero where only rounding parts them, infinite where a step never comes at one of them."""
        return 0.0 if math.isclose(self.low, self.high, rel_tol=CLOSE) else abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class Flip:
    """Where in the plausible range of an assumption a claim holds: `parts` in ascending order, in the declared unit.

    The ends of a part are ends of the range or points at which the claim flips, known to four significant digits.
    """

    assumption: str
    low: float
    high: float
    parts: tuple[tuple[float, float], ...]

    @property
    def flips(self) -> bool:
        """Whether the claim holds in some of the range and not in all of it."""
        return self.parts not in ((), ((self.low, self.high),))


def rests_on(model: Model, names: Iterable[str]) -> set[str]:
    """The numbers that these rest on, these included."""
    found = set(names)
    for stage in reversed(model.stages):
        if not found.isdisjoint(stage.names):
            found |= stage.inputs
    return found


class Sensitivity:
    """The answers for one model; each is computed once, when it is asked for."""

    def __init__(self, model: Model, draws: int = DRAWS) -> None:
        self._model, self._draws = model, draws
        self._uncertain = [item for item in model.assumptions.values() if not item.distribution.is_certain]
        self._swings: dict[str, dict[tuple[str, str], tuple[Swing, ...]]] = {}  # by the quantity that was asked for

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """Every number in base units, as `simulate` computes it."""
        return compute(self._model, draw_all(self._model, self._draws), self._draws)

    def swings(self, name: str, at: str = "") -> tuple[Swing, ...]:
        """What moves a quantity most, at a step if it has several: the largest swing first."""
        if name not in self._swings:
            self._swings[name] = self._swings_of(self._part([name]))
        return self._swings[name].get((name, at), ())

    def _swings_of(self, model: Model) -> dict[tuple[str, str], tuple[Swing, ...]]:
        """An assumption fixed once moves all numbers that it reaches."""
        found: dict[tuple[str, str], list[Swing]] = {}
        for item in self._uncertain:
            below, above = (self._medians(item.name, float(end), model) for end in item.distribution.quantile(np.array(ENDS)))
            for key, low in below.items():
                found.setdefault(key, []).append(Swing(item.name, low, above[key]))
        return {key: tuple(sorted(swings, key=lambda s: (-s.width, s.assumption))) for key, swings in found.items()}

    def _medians(self, assumption: str, value: float, model: Model) -> dict[tuple[str, str], float]:
        """The median of every quantity that an assumption reaches, with the assumption fixed at a value."""
        arrays = self._fixing(assumption, model)(value)
        reached = [name for name in model.quantities if arrays[name] is not self.arrays[name]]
        return {(name, at): amount.value for name in reached for at, amount in summaries(self._model, name, arrays).items()}

    def _fixing(self, assumption: str, model: Model) -> Callable[[float], dict[str, Array]]:
        """A function from a value of the assumption, in its declared unit, to all arrays of the model."""
        factor, shape = self._model.assumptions[assumption].unit.factor, (1,) * len(model.axes) + (self._draws,)

        def fixed(value: float) -> dict[str, Array]:
            arrays = {**self.arrays, assumption: np.full(shape, value * factor)}
            return compute(model, arrays, self._draws, changed={assumption})

        return fixed

    def flips(self, claim: str) -> tuple[Flip, ...]:
        """Where a claim holds, for each assumption that it rests on and that has a range; those at which it flips come first."""
        names = rests_on(self._model, self._model.claims[claim].inputs)
        part = self._part(names)
        found = []
        for item in self._model.assumptions.values():
            low, high = item.plausible
            if item.name in names and low < high:
                found.append(Flip(item.name, low, high, parts(self._holding(claim, item.name, part), low, high)))
        return tuple(sorted(found, key=lambda flip: not flip.flips))

    def _part(self, names: Iterable[str]) -> Model:
        """The model with no more stages than these names need."""
        needed = rests_on(self._model, names)
        return replace(self._model, stages=tuple(stage for stage in self._model.stages if not needed.isdisjoint(stage.names)))

    def _holding(self, claim: str, assumption: str, model: Model) -> Callable[[float], bool]:
        """Whether the claim holds with the assumption fixed at a value."""
        fixed = self._fixing(assumption, model)
        return lambda value: verdict(model, claim, fixed(value)).holds

    def evidence(self, name: str, at: str = "") -> dict[str, float] | None:
        """The first-order share of a number's variance for each kind of evidence, and what they do together; None without a variance.

        The standard error of a share is half a percentage point at most. A number whose variance hangs on
        single draws, as that of a ratio with a denominator around zero does, has none to share out.
        """
        names = rests_on(self._model, [name])
        groups: dict[str, set[str]] = {}
        for item in self._uncertain:
            if item.name in names:
                groups.setdefault(item.basis.evidence, set()).add(item.name)
        sample = self._values(name, at, self.arrays)
        if not groups or not shareable(sample):
            return None
        return _shares(self._first_order(name, at, groups) if len(groups) > 1 else dict.fromkeys(groups, 1.0))

    def _first_order(self, name: str, at: str, groups: Mapping[str, set[str]]) -> dict[str, float]:
        """Pick and freeze: two samples that share a group's assumptions vary together by what the group explains."""
        part = self._part([name])
        sample = {item: np.sort(self.arrays[item], axis=None) for group in groups.values() for item in group}
        columns = [{item: self._column(ordered, item + "'" * n) for item, ordered in sample.items()} for n in range(ROUNDS)]
        wholes = [self._values(name, at, compute(part, {**self.arrays, **mine}, self._draws)) for mine in columns]
        whole, shares = np.concatenate(wholes), {}
        for group, frozen in groups.items():
            mixed = []
            for n, mine in enumerate(columns):
                other = columns[(n + 1) % ROUNDS] | {item: mine[item] for item in frozen}
                mixed.append(self._values(name, at, compute(part, {**self.arrays, **other}, self._draws)))
            shares[group] = pick_freeze(whole, np.concatenate(mixed))
        return shares

    def _column(self, ordered: Floats, name: str) -> Array:
        """A sample of its own: the same values in the order that another name gives them."""
        return ordered[ranks(name, self._draws)].reshape((1,) * len(self._model.axes) + (self._draws,))

    def _values(self, name: str, at: str, arrays: Mapping[str, Array]) -> Floats:
        """The draws of a number at a step."""
        values: Floats = arrays[name].reshape(-1, self._draws)[self._model.steps(self._model.over(name)).index(at)]
        return values


def parts(holds: Callable[[float], bool], low: float, high: float) -> tuple[tuple[float, float], ...]:
    """Where between the two ends something holds: a coarse scan, and halving where it changes. What is finer than the scan is missed."""
    points = [low + (high - low) * step / SCAN for step in range(SCAN + 1)]
    truths = [holds(point) for point in points]
    changes = [
        _change(holds, a, b, before, high - low)
        for (a, b), (before, after) in zip(itertools.pairwise(points), itertools.pairwise(truths), strict=True)
        if before != after
    ]
    ends = [*([low] if truths[0] else []), *changes, *([high] if truths[-1] else [])]
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _change(holds: Callable[[float], bool], a: float, b: float, before: bool, width: float) -> float:
    while b - a > max(RELATIVE * max(abs(a), abs(b)), ABSOLUTE * width):
        middle = (a + b) / 2
        a, b = (middle, b) if holds(middle) == before else (a, middle)
    return (a + b) / 2


def pick_freeze(one: Floats, other: Floats) -> float:
    """The share of the variance that two samples owe to what they share; between 0 and 1."""
    mean = float(np.mean(one + other)) / 2
    one, other = one - mean, other - mean
    return float(np.clip(np.mean(one * other) / np.mean((one**2 + other**2) / 2), 0, 1))


def _shares(first_order: Mapping[str, float]) -> dict[str, float]:
    """The shares and the rest; what they exceed one by is the sampling's error, and they give it up in proportion."""
    total = sum(first_order.values())
    shares = {group: share / max(total, 1.0) for group, share in first_order.items()}
    return shares | ({TOGETHER: max(1.0 - total, 0.0)} if len(shares) > 1 else {})
