"""Distributions: what an author writes, turned into a family with parameters and a quantile function.

The families are the same in `static/engine.js`, which gets the parameters that are computed here,
so the author's notation is read only once. Everything is sampled through its quantile function.

Sources: the normal quantile, Wichura (1988), algorithm AS 241, Applied Statistics 37(3);
three-term metalog, Keelin (2016), "The Metalog Distributions", Decision Analysis 13(4); the incomplete
beta function's continued fraction, Numerical Recipes (3rd ed.), section 6.4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z95 = NormalDist().inv_cdf(0.95)
LOGIT95 = math.log(0.95 / 0.05)
BETA_PIECE = 8192
METALOGS = ("metalog", "logmetalog", "logitmetalog")  # with no bound, a lower one, both


@dataclass(frozen=True, slots=True)
class Distribution:
    """A family and its parameters, in the assumption's declared unit.

    `span` is the part of the family's probability that truncation has left.
    """

    family: str
    parameters: tuple[float, ...]
    span: tuple[float, float] = (0.0, 1.0)

    def quantile(self, u: Floats) -> Floats:
        """Values at the probabilities `u`, each in (0, 1); same shape."""
        start, end = self.span
        return FAMILIES[self.family](start + u * (end - start), *self.parameters)

    def probability(self, x: float) -> float:
        """The probability of a value below `x`, by halving: the quantile function is all that a family needs."""
        low, high = 0.0, 1.0
        for _ in range(53):  # a float has no more digits near 1, and at 0 and 1 themselves some families have no value
            middle = (low + high) / 2
            if self.quantile(np.array([middle]))[0] < x:
                low = middle
            else:
                high = middle
        return high if low > 0 else 0.0

    @property
    def is_certain(self) -> bool:
        """Whether it is a single value."""
        return self.family == "constant"


class DistributionError(ValueError):
    """Arguments that make no distribution; `hint` says what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


# ---- the author's notation -> a family and its parameters -------------------------------------


def _made(family: str, *parameters: float) -> Distribution:
    """Thirteen significant digits: beyond them `exp` and `log` differ between processors, and builds with them."""
    return Distribution(family, tuple(float(f"{parameter:.12e}") for parameter in parameters))


def constant(value: float) -> Distribution:
    """A single value."""
    return _made("constant", value)


def between(low: float, high: float) -> Distribution:
    """`low to high`, the 90 % interval: lognormal where both ends are positive, else normal."""
    _ascending(low, high, of="'low to high'")
    if low > 0:
        a, b = math.log(low), math.log(high)
        return _made("lognormal", (a + b) / 2, (b - a) / (2 * Z95))
    return normal((low + high) / 2, (high - low) / (2 * Z95))


def normal(mean: float, deviation: float) -> Distribution:
    """The normal distribution, by its mean and standard deviation."""
    if deviation <= 0:
        raise DistributionError("the standard deviation must be above 0")
    return _made("normal", mean, deviation)


def uniform(low: float, high: float) -> Distribution:
    """Any value between the two, each as likely."""
    _ascending(low, high, of="uniform(low, high)")
    return _made("uniform", low, high)


def pert(low: float, mode: float, high: float) -> Distribution:
    """A beta distribution on [low, high] whose mean is (low + 4 mode + high) / 6."""
    if not low <= mode <= high or low == high:
        raise DistributionError("pert(low, mode, high) needs low <= mode <= high, and low < high")
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    return _made("beta", a, b, low, high, math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))


def lognormal(mean: float, deviation: float) -> Distribution:
    """The exponential of a normal distribution with this mean and standard deviation, as in Squiggle."""
    if deviation <= 0:
        raise DistributionError("the standard deviation must be above 0")
    return _made("lognormal", mean, deviation)


def triangular(low: float, mode: float, high: float) -> Distribution:
    """A triangle over [low, high] with its tip at the mode."""
    if not low <= mode <= high or low == high:
        raise DistributionError("triangular(low, mode, high) needs low <= mode <= high, and low < high")
    return _made("triangular", low, mode, high)


def beta(a: float, b: float) -> Distribution:
    """The beta distribution on [0, 1], by its two shapes."""
    if not (0.1 <= a <= 1e5 and 0.1 <= b <= 1e5):
        raise DistributionError("the shapes of beta(a, b) must lie between 0.1 and 100 000")
    return _made("beta", a, b, 0.0, 1.0, math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))


def quantiles(low: float, middle: float, high: float, within: tuple[float, float] = (-math.inf, math.inf)) -> Distribution:
    """The 5, 50 and 95 % points: a metalog, bounded as `within` says, or below by zero where all three are positive."""
    _ascending(low, middle, high, of="quantiles(low, middle, high)")
    lower, upper = (0.0, within[1]) if low > 0 and within[0] == -math.inf else within
    if not lower < low or not high < upper:
        raise DistributionError("the three points must lie inside 'within'")
    if math.isfinite(upper) and not math.isfinite(lower):
        raise DistributionError("an upper bound needs a lower one", "write 'within: [LOWEST, HIGHEST]'")
    bounds = tuple(bound for bound in (lower, upper) if math.isfinite(bound))
    return _made(METALOGS[len(bounds)], *bounds, *_metalog(low, middle, high, *bounds))


def truncated(distribution: Distribution, low: float, high: float) -> Distribution:
    """The part of a distribution between two values."""
    if not low < high:
        raise DistributionError("'within' must ascend")
    start = distribution.probability(low) if math.isfinite(low) else 0.0
    end = distribution.probability(high) if math.isfinite(high) else 1.0
    if end - start < 1e-6:
        raise DistributionError("hardly anything of the distribution lies inside 'within'")
    return Distribution(distribution.family, distribution.parameters, (float(f"{start:.12e}"), float(f"{end:.12e}")))


def _metalog(low: float, middle: float, high: float, *bounds: float) -> tuple[float, float, float]:
    """Keelin's closed form for symmetric percentiles, here 5 and 95 %, on the scale where the bounds are infinitely far away."""
    first, second, third = (_unbounded(x, *bounds) for x in (low, middle, high))
    skew = (second - first) / (third - first)
    limit = 0.5 * (1 - 1.66711 * 0.45)
    if not limit < skew < 1 - limit:
        least, most = (_bounded(first + share * (third - first), *bounds) for share in (limit + 0.01, 0.99 - limit))
        raise DistributionError(
            "no smooth distribution has these three points: the middle is too close to one end",
            f"with these ends it can lie between {_rounded(least, least - low)} and {_rounded(most, high - most)};"
            " or write 'low to high' or pert(low, mode, high)",
        )
    spread = (third - first) / (2 * LOGIT95)
    return second, spread, (1 - 2 * skew) * (third - first) / (0.9 * LOGIT95)


def _unbounded(x: float, *bounds: float) -> float:
    match bounds:
        case (lower,):
            return math.log(x - lower)
        case lower, upper:
            return math.log((x - lower) / (upper - x))
    return x


def _bounded(y: float, *bounds: float) -> float:
    match bounds:
        case (lower,):
            return lower + math.exp(y)
        case lower, upper:
            return lower + (upper - lower) / (1 + math.exp(-y))
    return y


def _rounded(x: float, gap: float) -> str:
    """To three digits of its distance from the end."""
    return f"{round(x, 2 - math.floor(math.log10(gap))):.12g}"


def _ascending(*values: float, of: str) -> None:
    if any(a >= b for a, b in itertools.pairwise(values)):
        raise DistributionError(f"{of} must ascend")


NOTATION: Mapping[str, tuple[int, Callable[..., Distribution]]] = {
    "normal": (2, normal),
    "lognormal": (2, lognormal),
    "triangular": (3, triangular),
    "beta": (2, beta),
    "uniform": (2, uniform),
    "pert": (3, pert),
    "quantiles": (3, quantiles),
    "to": (2, between),
}


# ---- quantile functions ----------------------------------------------------------------------


def _constant(u: Floats, value: float) -> Floats:
    return np.full_like(u, value)


def _normal(u: Floats, mean: float, deviation: float) -> Floats:
    return mean + deviation * _standard_normal(u)


def _lognormal(u: Floats, mean: float, deviation: float) -> Floats:
    return np.exp(mean + deviation * _standard_normal(u))


# Coefficients from the highest power down, numerator and denominator: where u is near a half, in the tails, and far out.
CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
NEAR = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _standard_normal(u: Floats) -> Floats:
    q = u - 0.5
    central = np.abs(q) <= 0.425
    x = np.empty_like(q)
    middle = q[central]
    r = 0.180625 - middle * middle
    x[central] = _polynomial(CENTRE[0], r) * middle / _polynomial(CENTRE[1], r)
    below = q[~central] < 0
    r = np.sqrt(-np.log(np.where(below, u[~central], 1 - u[~central])))
    tail = np.where(r <= 5, _ratio(NEAR, r - 1.6), _ratio(FAR, r - 5))
    x[~central] = np.where(below, -tail, tail)
    return x


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], r: Floats) -> Floats:
    above, below = coefficients
    return _polynomial(above, r) / _polynomial(below, r)


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    """Horner's rule, in place: half a million points at a time are slow to copy."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= x
        result += coefficient
    return result


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return low + (high - low) * u


def _metalog_quantile(u: Floats, a1: float, a2: float, a3: float) -> Floats:
    logit = np.log(u / (1 - u))
    return a1 + a2 * logit + a3 * (u - 0.5) * logit


def _logmetalog(u: Floats, lower: float, a1: float, a2: float, a3: float) -> Floats:
    return lower + np.exp(_metalog_quantile(u, a1, a2, a3))


def _logitmetalog(u: Floats, lower: float, upper: float, a1: float, a2: float, a3: float) -> Floats:
    return lower + (upper - lower) / (1 + np.exp(-_metalog_quantile(u, a1, a2, a3)))


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u * (high - low) < mode - low, rising, falling)


def _beta_quantile(u: Floats, a: float, b: float, low: float, high: float, log_beta: float) -> Floats:
    """Above the mean it is solved as the mirrored distribution below the mean, so that x is small where digits would cancel."""
    mean = np.array([a / (a + b)])
    upper = u > _beta_cdf(mean, a, b, _beta_front(mean, a, b, log_beta))
    x = np.empty_like(u)
    x[~upper] = _beta_lower(u[~upper], a, b, log_beta)
    x[upper] = 1 - _beta_lower(1 - u[upper], b, a, log_beta)
    return low + (high - low) * x


def _beta_lower(u: Floats, a: float, b: float, log_beta: float) -> Floats:
    """Newton's method. Many points start from the line between the solutions of a few, and stay in the processor's cache."""
    if u.size <= BETA_PIECE:
        return _beta_newton(u, np.full_like(u, a / (a + b)), a, b, log_beta)
    knots = np.geomspace(u.min(), u.max(), BETA_PIECE // 2)
    start = np.exp(np.interp(np.log(u), np.log(knots), np.log(_beta_lower(knots, a, b, log_beta))))
    pieces = range(0, u.size, BETA_PIECE)
    return np.concatenate([_beta_newton(u[i : i + BETA_PIECE], start[i : i + BETA_PIECE], a, b, log_beta) for i in pieces])


def _beta_newton(u: Floats, x: Floats, a: float, b: float, log_beta: float) -> Floats:
    """On the logarithms, where the tail of a beta distribution is nearly a straight line."""
    for _ in range(50):
        front = _beta_front(x, a, b, log_beta)
        cdf = _beta_cdf(x, a, b, front)
        slope = front / (cdf * (1 - x))
        step = np.exp((np.log(u) - np.log(cdf)) / slope)
        done = np.abs(step - 1) <= 1e-8  # Newton doubles the digits: this step is the last that counts
        x = np.minimum(x * step, (1 + x) / 2)
        if bool(done.all()):
            break
    return x


def _beta_front(x: Floats, a: float, b: float, log_beta: float) -> Floats:
    return np.exp(a * np.log(x) + b * np.log1p(-x) - log_beta)


def _beta_cdf(x: Floats, a: float, b: float, front: Floats) -> Floats:
    """The regularised incomplete beta function."""
    near = x < (a + 1) / (a + b + 2)
    cdf = np.empty_like(x)
    cdf[near] = front[near] * _beta_fraction(x[near], a, b) / a
    cdf[~near] = 1 - front[~near] * _beta_fraction(1 - x[~near], b, a) / b
    return cdf


def _beta_fraction(x: Floats, a: float, b: float) -> Floats:
    """Lentz's evaluation of the continued fraction."""
    c = np.ones_like(x)
    d = 1 / (1 - (a + b) / (a + 1) * x)
    h = d.copy()
    for m in range(1, 300):
        even = m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)) * x
        d, c = 1 / (1 + even * d), 1 + even / c
        h *= d * c
        odd = -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1)) * x
        d, c = 1 / (1 + odd * d), 1 + odd / c
        step = d * c
        h *= step
        if bool((np.abs(step - 1) < 1e-15).all()):
            break
    return h


FAMILIES: Mapping[str, Callable[..., Floats]] = {
    "constant": _constant,
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "beta": _beta_quantile,
    "metalog": _metalog_quantile,
    "logmetalog": _logmetalog,
    "logitmetalog": _logitmetalog,
    "triangular": _triangular,
}
