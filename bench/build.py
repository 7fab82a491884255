"""Timings of the build, each as a ratio to a bare Python start measured beside it: `make bench`.

Machines are noisy: each figure is the median of several runs taken in turn.
"""

import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 7


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    from explainer.cli import cache_folder

    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build = [sys.executable, "build.py", "build", "--out", str(site)]
        times: dict[str, list[float]] = {"python -c pass": [], "no cache at all": [], "runtime cached": []}
        for _ in range(RUNS):
            times["python -c pass"].append(seconds([sys.executable, "-c", "pass"]))
            shutil.rmtree(site, ignore_errors=True)
            shutil.rmtree(cache_folder(), ignore_errors=True)
            times["no cache at all"].append(seconds(build))
            shutil.rmtree(site, ignore_errors=True)
            times["runtime cached"].append(seconds(build))
        start = statistics.median(times["python -c pass"])
        for name, values in times.items():
            middle = statistics.median(values)
            print(f"{name:18} {middle:6.2f} s  ({min(values):.2f}–{max(values):.2f})  {middle / start:6.0f} starts of Python")
        report_sizes(site)


def report_sizes(site: Path) -> None:
    def size(paths: list[Path]) -> int:
        return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)

    style = list(site.glob("static/*/style.css"))
    scripts = list(site.glob("static/*/*.js"))
    for article in sorted(site.glob("*/index.html")):
        if article.parent.name == "static":
            continue
        modules = list(article.parent.glob("model.*.js"))
        page = size([article, *style])
        print(
            f"{article.parent.name}: {page} bytes gzipped to read (page with its charts, style); scripts {size(scripts)}, model {size(modules)}"
        )


if __name__ == "__main__":
    main()
