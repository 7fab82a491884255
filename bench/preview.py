"""From a save to the new page on the screen, on a copy of the flagship: medians and 95 % points of 20; readiness; memory over many saves.

`python bench/preview.py [SAVES]` also makes that many saves and compares the memory before and after.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests import browser  # noqa: E402

ARTICLE = "ai-capital-pivot"
ARM = """(condition) => {
  const there = new Function(`return ${condition}`);
  window.seen = new Promise((done) => {
    const look = () => there() && requestAnimationFrame(() => setTimeout(() => done(Date.now())));
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["value", "href"] });
    addEventListener("load", look, true); // of a sheet
  });
}"""


def main() -> None:
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        content = Path(folder) / "content"
        shutil.copytree(ROOT / "content", content, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, str(ROOT / "build.py"), "serve", "--content", str(content), "--out", f"{folder}/site", "--port"]
        for name in ("cold", "warm"):
            started = time.perf_counter()
            process, address = started_server(command)
            print(f"server ready, {name:33}{(time.perf_counter() - started) * 1000:8.0f} ms")
            if name == "cold":
                process.terminate()
                process.wait()
        time.sleep(3)
        chromium = playwright.chromium.launch(executable_path=browser.find(shell=False), args=browser.ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}{ARTICLE}/index.html", wait_until="networkidle")
        for name, path, change in edits(content / ARTICLE):
            last = Path(folder) / "site" / ARTICLE / "numbers/index.html" if path.name == "model.yaml" else None
            report(name, path, change, page, last)
        if saves:
            memory(saves, content / ARTICLE, process.pid)
        process.terminate()
        chromium.close()


def started_server(command: list[str]) -> tuple[subprocess.Popen[str], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE, text=True)
    while "Serving" not in process.stdout.readline():
        pass
    return process, f"http://127.0.0.1:{port}/"


def edits(article: Path):
    """Name, file, and for each round its text and what is true of the page when it is seen."""
    section = sorted((article / "sections").glob("*.md"))[0]
    prose, model, charts = section.read_text(), (article / "model.yaml").read_text(), (article / "charts.py").read_text()
    yield (
        "prose",
        section,
        lambda n: (f"{prose}\nThe {n}th word.\n", f"document.querySelector('article').textContent.includes('The {n}th word.')"),
    )
    yield (
        "a model's value",
        article / "model.yaml",
        lambda n: (
            re.sub(r"(jobs_cut:[^\n]*\n(?:[^\n]*\n)*?\s+value: *)8000", rf"\g<1>{8000 + n}", model, count=1),
            f"document.querySelector('[value=\"{8000 + n}\"]')",
        ),
    )
    yield (
        "one chart's code",
        article / "charts.py",
        lambda n: (
            charts.replace(
                'title="billion dollars", axis=alt.Axis(tickCount=5', f'title="billions, take {n}", axis=alt.Axis(tickCount=5', 1
            ),
            f"document.querySelector('figure[data-chart=guidance] svg').textContent.includes('take {n}')",
        ),
    )
    theme = article.parent / "theme.css"
    yield (
        "a style",
        theme,
        lambda n: (
            f".round-{n} {{ margin: {n}px; }}\n",
            f"[...document.styleSheets].some((sheet) => [...sheet.cssRules].some((rule) => rule.cssText.includes('.round-{n} ')))",
        ),
    )


def report(name: str, path: Path, change, page, last: Path | None) -> None:
    """Save 20 times as an author does, who looks at the page in between; `last` is the file that comes last, long after the page."""
    times, ends = [], []
    for n in range(1, 22):
        text, condition = change(n)
        before = last.stat().st_mtime_ns if last else 0
        page.evaluate(ARM, condition)
        started = time.time() * 1000
        path.write_text(text)
        seen = wait(page, condition)
        times.append(seen - started)
        while last and last.stat().st_mtime_ns == before:
            page.wait_for_timeout(10)
        ends.append(time.time() * 1000 - started)
        page.wait_for_timeout(1500)
    for what, found in (("painted", times), *([("everything", ends)] if last else [])):
        ordered = sorted(found[1:])
        print(f"{f'save to {what}, {name}':46}{statistics.median(ordered):8.0f} ms, p95 {ordered[18]:.0f} ms")


def wait(page, condition: str) -> float:
    """When it was seen, in ms since 1970. A page that is loaded anew is asked again and again."""
    while True:
        with contextlib.suppress(Exception):
            if page.evaluate(f"Boolean({condition})"):
                return page.evaluate(
                    "window.seen ?? new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(Date.now()))))"
                )
        time.sleep(0.004)


def memory(saves: int, article: Path, pid: int) -> None:
    section = sorted((article / "sections").glob("*.md"))[0]
    text, sizes = section.read_text(), []
    for n in range(saves + 100):
        section.write_text(f"{text}\nSave {n}.\n")
        time.sleep(0.12)
        if n in (99, saves + 99):
            sizes.append(int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024)
    print(f"memory after 100 saves {sizes[0]:.0f} MB, after {saves} more {sizes[1]:.0f} MB: {sizes[1] / sizes[0] - 1:+.1%}")


if __name__ == "__main__":
    main()
