"""A model of 60 assumptions and 500 quantities, half of them over years: a whole process from its text to its numbers.

Machines are noisy: the figure is the median of several runs taken in turn, beside a bare start of Python.
"""

import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 7
VALUES = ("10 to 30", "quantiles(10, 20, 40)", "pert(1, 4, 9)", "normal(50, 4)", "uniform(2, 3)", "25")
OVER_YEARS = (
    "a{i} * (1 + a{j} / (1000 * person)) ** (coordinate(year) - 2024)",
    "previous(q{k}, a{i}) + 2 % * a{j} - 1 % * previous(q{k}, a{i})",
    "min(q{before}, a{i}) if q{before} > a{j} else a{i}",
    "cumulative(q{before}) / 9 + t[year].heads",
    "max(q{before}, a{i}, a{j}) * exp(-a{i} / (100 * person))",
)
WHOLE = (
    "a{i} + a{j} * 3 - a{i} / 7",
    "sum(q{before}) / mean(q{before}) * a{i}",
    "last(q{before}) + first(q{before}) - a{j}",
    "clip(a{i}, a{j}, 2 * a{j}) * log(2 + a{i} / a{j})",
    "sqrt(a{i} * a{j}) + abs(a{i} - a{j})",
)


def text() -> str:
    """The `model.yaml`: quantities by fives over years and without, each reading what stands before."""
    lines = ["units: [person]", "axes: {year: 2024..2033}", "tables:"]
    lines += ["  t: {file: t.csv, key: year, units: {heads: person}, source: s}", "assumptions:"]
    for i in range(60):
        item = f"value: '{VALUES[i % len(VALUES)]}', unit: person, evidence: judgement, because: a test"
        lines.append(f"  a{i}: {{label: A number, {item}}}")
    lines.append("quantities:")
    for k in range(500):
        over, which = (k // 5) % 2 == 0, k % 5
        before = k - 1 if over else k // 10 * 10
        formula = (OVER_YEARS if over else WHOLE)[which].format(i=k % 60, j=(k * 7 + 1) % 60, k=k, before=before)
        lines.append(f"  q{k}: {{label: A number, {'over: year, ' if over else ''}formula: '{formula}', unit: person}}")
    lines += ["claims:", "  c: {says: Some people, holds: q499 > 0 * person}"]
    return "\n".join(lines)


def compute(path: str) -> None:
    """What each run does: read, check, compute."""
    from explainer import document
    from explainer.model.resolve import resolve
    from explainer.model.simulate import simulate
    from explainer.model.spec import ModelSpec
    from explainer.model.tables import CsvFile

    times = [time.perf_counter()]
    loaded = document.parse(Path(path).read_text(encoding="utf-8"), "model.yaml")
    spec = document.validate(loaded, ModelSpec)
    times.append(time.perf_counter())
    rows = tuple((n, (str(2022 + n), str(n))) for n in range(2, 12))
    model = resolve(loaded, spec, {"t.csv": CsvFile("t.csv", ("year", "heads"), rows)}, {"s"})
    times.append(time.perf_counter())
    simulate(model)
    times.append(time.perf_counter())
    print(" ".join(f"{after - before:.3f}" for before, after in itertools.pairwise(times)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.yaml"
        path.write_text(text(), encoding="utf-8")
        names = ("python -c pass", "whole process", "read", "check", "compute")
        times: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(RUNS):
            for name, command in (("python -c pass", ["-c", "pass"]), ("whole process", [__file__, str(path)])):
                started = time.perf_counter()
                done = subprocess.run([sys.executable, *command], check=True, cwd=ROOT, capture_output=True, text=True)
                times[name].append(time.perf_counter() - started)
            for name, part in zip(("read", "check", "compute"), done.stdout.split(), strict=True):
                times[name].append(float(part))
        for name, values in times.items():
            print(f"{name:16} {statistics.median(values):6.2f} s  ({min(values):.2f}–{max(values):.2f})")


if __name__ == "__main__":
    compute(sys.argv[1]) if len(sys.argv) > 1 else main()
