"""A million draws of a formula with ten inputs, beside NumPy and squigglepy: `make bench`.

Machines are noisy: each figure is the median of several runs taken in turn, and a ratio to one of them.
"""

import statistics
import time

import numpy as np
import squigglepy as sq

from explainer.model import distributions, draws
from explainer.model.evaluate import Values, evaluate
from explainer.model.formula import parse

RUNS = 7
DRAWS = 1_000_000
FORMULA = "(a * b + c * d) / (e + f) - g * h / (i + j)"
OURS = {
    "a": distributions.between(2, 8),
    "b": distributions.between(100, 300),
    "c": distributions.between(1, 2),
    "d": distributions.between(50, 90),
    "e": distributions.normal(40, 3),
    "f": distributions.uniform(1, 4),
    "g": distributions.triangular(1, 2, 5),
    "h": distributions.pert(0, 3, 10),
    "i": distributions.beta(2, 5),
    "j": distributions.between(20, 30),
}
SQUIGGLEPYS = {
    "a": sq.to(2, 8),
    "b": sq.to(100, 300),
    "c": sq.to(1, 2),
    "d": sq.to(50, 90),
    "e": sq.norm(mean=40, sd=3),
    "f": sq.uniform(1, 4),
    "g": sq.triangular(1, 2, 5),
    "h": sq.pert(0, 3, 10),
    "i": sq.beta(2, 5),
    "j": sq.to(20, 30),
}


def sampled_by_us(count=DRAWS):
    levels = draws.levels(count)
    return {name: made.quantile(levels)[draws.ranks(name, count)] for name, made in OURS.items()}


def sampled_by_numpy():
    random = np.random.default_rng(1)

    def to(low, high):
        middle, z95 = np.log(low * high) / 2, 1.6448536269514722
        return random.lognormal(middle, (np.log(high) - middle) / z95, DRAWS)

    return {
        "a": to(2, 8),
        "b": to(100, 300),
        "c": to(1, 2),
        "d": to(50, 90),
        "e": random.normal(40, 3, DRAWS),
        "f": random.uniform(1, 4, DRAWS),
        "g": random.triangular(1, 2, 5, DRAWS),
        "h": 10 * random.beta(2.2, 3.8, DRAWS),
        "i": random.beta(2, 5, DRAWS),
        "j": to(20, 30),
    }


def by_hand(a, b, c, d, e, f, g, h, i, j):
    return (a * b + c * d) / (e + f) - g * h / (i + j)


def main():
    values, tree = sampled_by_us(), parse(FORMULA)
    model = by_hand(**SQUIGGLEPYS)
    by_numpy, by_squigglepy = "formula alone, by hand in NumPy", "with sampling, squigglepy"
    tasks = {
        by_numpy: (lambda: by_hand(**values), by_numpy),
        "formula alone, ours": (lambda: evaluate(tree, Values(values, {}, {})), by_numpy),
        by_squigglepy: (lambda: sq.sample(model, n=DRAWS, verbose=False), by_squigglepy),
        "with sampling, NumPy": (lambda: by_hand(**sampled_by_numpy()), by_squigglepy),
        "with sampling, ours": (lambda: evaluate(tree, Values(sampled_by_us(), {}, {})), by_squigglepy),
        f"the same, {draws.DRAWS} draws": (lambda: evaluate(tree, Values(sampled_by_us(draws.DRAWS), {}, {})), by_squigglepy),
    }
    times = {name: [] for name in tasks}
    for _ in range(RUNS):
        for name, (task, _base) in tasks.items():
            started = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - started)
    for name, seconds in times.items():
        ms, base = np.array(seconds) * 1000, tasks[name][1]
        ratio = statistics.median(np.divide(seconds, times[base]))
        print(f"{name:31} {np.median(ms):6.1f} ms  ({ms.min():.1f}–{ms.max():.1f})  {ratio:5.2f} × {base}")


if __name__ == "__main__":
    main()
