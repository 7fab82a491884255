"""The reader's page as a phone gets it: Lighthouse, and the time from an input to all numbers and charts: `make bench`.

The article is served as a good host does: gzip, the CSP as a header, fingerprinted files kept. Lighthouse comes from npm; where
there is no node, its rows are left out. Each figure is a median: of five runs for Lighthouse, of twenty inputs for the rest.
"""

import contextlib
import functools
import gzip
import http.server
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Page, sync_playwright

from explainer import cli, output
from tests import browser
from tests.conftest import ROOT, StrictHandler, build

LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on node 18
ARTICLE = "ai-capital-pivot/"
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".js", ".css", ".json", ".svg", ".csv")


class Host(StrictHandler):
    """Compresses what is text, and keeps its connections."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> io.BytesIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return None
        body = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None: ...  # a browser that closes a connection is no news


@contextlib.contextmanager
def hosting(folder: Path) -> Iterator[str]:
    with Server(("127.0.0.1", 0), functools.partial(Host, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def installed() -> Path | None:
    """Lighthouse's command, or None where there is no node or no network."""
    tools = ROOT / ".venv/tools" if (ROOT / ".venv").is_dir() else cli.cache_folder() / "tools"
    command = tools / "node_modules/.bin/lighthouse"
    if not shutil.which("npm") or not shutil.which("node"):
        print("Lighthouse needs node and npm, which are not here: its rows are left out.")
        return None
    if not command.exists():
        npm = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(tools), LIGHTHOUSE]
        done = subprocess.run(npm, capture_output=True, text=True)
        if done.returncode:
            print(f"Lighthouse cannot be installed, its rows are left out: {done.stderr[-300:]}")
            return None
    return command


def audit(command: Path, address: str) -> dict:
    """One run as on a phone."""
    flags = ["--quiet", "--output=json", f"--chrome-flags=--headless=new {' '.join(browser.ARGUMENTS)}"]
    done = subprocess.run(
        [command, address, *flags], capture_output=True, text=True, env={**os.environ, "CHROME_PATH": browser.find(shell=False) or ""}
    )
    if done.returncode:
        sys.exit(f"Lighthouse fails: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def measured(runs: list[dict]) -> Iterator[tuple[str, float, str, str]]:
    """The rows of Lighthouse: what, median, unit, target."""

    def median(read: Callable[[dict], float]) -> float:
        return statistics.median(read(run) for run in runs)

    def requests(run: dict) -> list[dict]:
        return run["audits"]["network-requests"]["details"]["items"]

    def bytes_of(run: dict, kind: str = "") -> float:
        return sum(item["transferSize"] for item in requests(run) if kind in item.get("resourceType", "")) / 1000

    for category in CATEGORIES:
        yield f"Lighthouse, {category}", median(lambda run: 100 * run["categories"][category]["score"]), "", "100"  # noqa: B023
    for name, key, unit, target in (
        ("largest contentful paint", "largest-contentful-paint", "ms", "1100"),
        ("cumulative layout shift", "cumulative-layout-shift", "", "0"),
        ("total blocking time", "total-blocking-time", "ms", "20"),
    ):
        yield name, median(lambda run: run["audits"][key]["numericValue"]), unit, target  # noqa: B023
    yield "to read it all, gzipped", median(bytes_of), "kB", "80"
    yield "of that JavaScript", median(lambda run: bytes_of(run, "Script")), "kB", "25"
    yield "requests", median(lambda run: len(requests(run))), "", ""
    yield "requests to other hosts", median(lambda run: len({item["url"].split("/")[2] for item in requests(run)}) - 1), "", "0"
    yield "render-blocking beside one stylesheet", median(lambda run: len(blocking(run)) - 1), "", "0"


def blocking(run: dict) -> list[dict]:
    """What the first paint waits for."""
    return [item for item in run["audits"]["network-requests"]["details"]["items"] if item.get("resourceType") == "Stylesheet"]


def complaints(runs: list[dict]) -> Iterator[str]:
    """What keeps a category from 100."""
    for category in CATEGORIES:
        for reference in runs[-1]["categories"][category]["auditRefs"]:
            found = runs[-1]["audits"][reference["id"]]
            if reference["weight"] and found["score"] is not None and found["score"] < 1:
                yield f"{category}: {found['title']} ({found.get('displayValue') or found['score']})"


# each slider is moved to and fro; the charts are done when no mark of theirs has changed for a while
INPUTS = """async () => {
  const sliders = [...document.querySelectorAll("[data-assumption]")].filter((slider) => slider.max > slider.min);
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const numbers = [], charts = [];
  let last = 0;
  const move = (slider, turn) => {
    slider.value = Number(slider.min) + (slider.max - slider.min) * (0.2 + 0.6 * ((turn * 0.37) % 1));
    const start = performance.now();
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    return [start, performance.now() - start];
  };
  move(sliders[0], 1);
  for (let wait = 0; wait < 100 && !document.querySelector("figure[data-alive]"); wait++) await pause(50);
  await pause(1500);
  new MutationObserver(() => (last = performance.now())).observe(
    document.querySelector("main"), {subtree: true, attributes: true, characterData: true, childList: true});
  for (let turn = 0; turn < 20; turn++) {
    const [start, time] = move(sliders[turn % sliders.length], turn);
    await pause(250);
    numbers.push(time);
    charts.push(last - start);
  }
  return {numbers, charts, alive: document.querySelectorAll("figure[data-alive]").length};
}"""
HELD = "window.held = []; addEventListener('securitypolicyviolation', (event) => window.held.push(event.violatedDirective));"


def inputs(page: Page, address: str) -> Iterator[tuple[str, float, str, str]]:
    """The rows of the reader's changes, on this machine at its own speed."""
    page.add_init_script(HELD)
    page.goto(address + ARTICLE)
    page.wait_for_selector("#assumptions:not([hidden])")
    seen = page.evaluate(INPUTS)
    for name, key, target in (("numbers", "numbers", "16"), (f"{seen['alive']} live charts", "charts", "50")):
        yield f"from an input to all {name}", statistics.median(seen[key]), "ms", target
        yield "    the slowest of 20", max(seen[key]), "ms", ""
    yield "violations of the CSP", len(page.evaluate("window.held")), "", "0"


def main() -> None:
    command = installed()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        output.write(build(ROOT / "content").files, Path(folder))
        address = stack.enter_context(hosting(Path(folder)))
        runs = [audit(command, address + ARTICLE) for _ in range(RUNS)] if command else []
        chromium = stack.enter_context(sync_playwright()).chromium.launch(executable_path=browser.find(shell=False), args=browser.ARGUMENTS)
        rows = [*(measured(runs) if runs else ()), *inputs(chromium.new_page(viewport={"width": 1440, "height": 900}), address)]
        chromium.close()
    for name, value, unit, target in rows:
        print(f"{name:42} {value:8.4g} {unit:2} | {target}")
    for complaint in complaints(runs) if runs else ():
        print(f"not 100: {complaint}")


if __name__ == "__main__":
    main()
