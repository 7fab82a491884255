"""What the draws at hand tell of a number, without computing the model anew: its shape, and what moves it.

The page tells the same under the reader's settings, by the same definitions: `static/sample.js`.

Source of the shares: Plischke (2010), "An effective algorithm for computing global sensitivity indices",
Reliability Engineering & System Safety 95: the variance between the means of classes of draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.model.distributions import Floats
from explainer.model.evaluate import Array
from explainer.model.model import Model, Quantity

SPAN = (0.005, 0.995)  # what a histogram covers
BINS = 40  # of a histogram
CLASSES = 32  # of draws by an assumption's value
LEAST = 0.01  # share of the variance from which on an assumption counts as moving a number
HEAVY = 0.2  # share of the variance in a single draw from which on there is none to share out


@dataclass(frozen=True, slots=True)
class Histogram:
    """The share of all draws in each of BINS equal pieces from `first` to `last`, in the declared unit."""

    first: float
    last: float
    shares: tuple[float, ...]

    def edge(self, index: int) -> float:
        """Where a bin begins, or the last one ends."""
        return self.first + (self.last - self.first) * index / BINS


@dataclass(frozen=True, slots=True)
class Influence:
    """An assumption's first-order share of a number's variance, and the number's median in the lowest and in the highest
    tenth of the assumption's draws, in the number's declared unit."""

    assumption: str
    share: float
    low: float
    high: float


def histogram(draws: Floats) -> Histogram:
    """How draws lie, those beyond SPAN left out. In whatever unit they are in."""
    first, last = (float(end) for end in np.quantile(draws, SPAN))
    inside = draws[(draws >= first) & (draws <= last)]
    places = np.floor((inside - first) / ((last - first) or 1.0) * BINS).astype(int)
    counts = np.bincount(np.minimum(places, BINS - 1), minlength=BINS)
    return Histogram(first, last, tuple((counts / draws.size).tolist()))


class Sample:
    """The draws of a model, and what they tell. Orders of assumptions are kept: many numbers ask for the same ones."""

    def __init__(self, model: Model, arrays: Mapping[str, Array]) -> None:
        self._model, self._arrays = model, arrays
        self._orders: dict[str, NDArray[np.int64]] = {}

    def draws(self, name: str, at: str = "") -> Floats:
        """The draws of a number at a step, in its declared unit."""
        array, unit = self._arrays[name], self._model.number(name).unit
        values: Floats = array.reshape(-1, array.shape[-1])[self._model.steps(self._model.over(name)).index(at)]
        return values / unit.factor

    def histogram(self, name: str, at: str = "") -> Histogram | None:
        """How the draws of a number lie; None where it is certain, a step of an axis, or not finite."""
        draws = self.draws(name, at)
        number = self._model.number(name)
        if (isinstance(number, Quantity) and number.is_step) or not np.isfinite(draws).all():
            return None
        found = histogram(draws)
        return found if found.first < found.last else None

    def influences(self, name: str, at: str = "") -> tuple[Influence, ...]:
        """What moves a number, the largest share of its variance first; nothing where it has none to share out.

        A share is known to a percentage point or so; what moves a number only together with others has none of its own.
        """
        draws = self.draws(name, at)
        if not shareable(draws):
            return ()
        below = [item for item in self._model.ancestors([name]) if item in self._model.assumptions and item != name]
        found = [self._influence(item, draws) for item in below if not self._model.assumptions[item].distribution.is_certain]
        return tuple(sorted((one for one in found if one.share >= LEAST), key=lambda one: (-one.share, one.assumption)))

    def _influence(self, assumption: str, draws: Floats) -> Influence:
        ordered = draws[self._order(assumption)]
        tenth = len(ordered) // 10
        low, high = np.median(ordered[:tenth]), np.median(ordered[-tenth:])
        return Influence(assumption, explained(ordered), float(low), float(high))

    def _order(self, assumption: str) -> NDArray[np.int64]:
        if assumption not in self._orders:
            self._orders[assumption] = np.argsort(self._arrays[assumption], axis=None, kind="stable")
        return self._orders[assumption]

    def by_evidence(self, influences: tuple[Influence, ...]) -> dict[str, float]:
        """The shares summed by the evidence of the assumptions; what they exceed one by is given up in proportion."""
        total = max(sum(one.share for one in influences), 1.0)
        found: dict[str, float] = {}
        for one in influences:
            evidence = self._model.assumptions[one.assumption].basis.evidence
            found[evidence] = found.get(evidence, 0.0) + one.share / total
        return found


def shareable(draws: Floats) -> bool:
    """Whether draws have a variance to share out: they are finite, they differ, and no few of them make all of it."""
    if not np.isfinite(draws).all() or np.ptp(draws) == 0:
        return False
    squares = (draws - draws.mean()) ** 2
    return bool(squares.max() <= HEAVY * squares.sum())


def explained(ordered: Floats) -> float:
    """The share of the variance between classes of draws that follow one another, less what chance puts there (ω², which is unbiased)."""
    classes = ordered[: len(ordered) // CLASSES * CLASSES].reshape(CLASSES, -1)
    total = float(((classes - classes.mean()) ** 2).sum())
    between = float(((classes.mean(axis=1) - classes.mean()) ** 2).sum()) * classes.shape[1]
    chance = (total - between) / (classes.size - CLASSES) * (CLASSES - 1)
    return max(0.0, (between - chance) / total)
