"""The reader's change in Chromium: from a new value to all amounts computed, for models of 60 quantities and 4,096 draws.

Each model is measured at full speed and under a fourfold slowdown of the processor, beside a loop of plain
arithmetic over as many numbers: `make bench`.
"""

import gzip
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import sync_playwright

from explainer import document
from explainer.model import javascript
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from explainer.numerals import LOCALES
from tests import browser
from tests.conftest import ROOT, serving
from tests.test_model import assumption, quantity

SCRIPT = """async (source) => {
  const {Engine} = await import("/engine.js");
  const {default: model} = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const engine = new Engine(model);
  const times = {set: [], all: [], plain: []};
  for (let turn = 0; turn < 40; turn++) {
    const start = performance.now();
    const changed = engine.set("x0", 1 + turn / 100);
    const computed = performance.now();
    for (const name of changed) for (const at of engine.steps(name)) engine.amount(name, at);
    const done = performance.now();
    if (changed.size !== Object.keys(model.quantities).length + 1) throw new Error("not all reached");
    const out = new Float64Array(4096);
    for (let round = 0; round < 60; round++) for (let i = 0; i < 4096; i++) out[i] = out[i] * 0.5 + i / (round + 1);
    times.set.push(computed - start);
    times.all.push(done - start);
    times.plain.push(performance.now() - done);
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, all.slice(20).sort((a, b) => a - b)[10]]));
}"""


def model_of(over: str) -> object:
    """60 quantities, all of which rest on `x0`."""
    chance = random.Random(1)
    text = "axes: {year: 2024..2033}\nassumptions:\n" + "".join(assumption(f"x{i}", "1 to 3") for i in range(12)) + "quantities:\n"
    for i in range(60):
        before = f"q{chance.randrange(max(0, i - 8), i)}" if i else "x0"
        formula = f"({before} * x{chance.randrange(12)} + sqrt(x{chance.randrange(12)})) / (1 + x{chance.randrange(12)})"
        text += quantity(f"q{i}", formula if i % 6 or not over else f"previous(q{i}, 1) / 2 + {before}", over=over)
    loaded = document.parse(text, "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), {}, set())


def main() -> None:
    with serving(ROOT / "static") as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(shell=False), args=browser.ARGUMENTS)
        for name, over in (("60 quantities", ""), ("60 quantities over 10 years", "year")):
            model = model_of(over)
            source = javascript.module(model, LOCALES["en"], simulate(model))
            for slowdown in (1, 4):
                page = chromium.new_context(bypass_csp=True).new_page()
                page.goto(address + "icon.svg")
                page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
                seen = page.evaluate(SCRIPT, source)
                print(
                    f"{name:28} {slowdown}x slower: computed {seen['set']:6.1f} ms, with all amounts {seen['all']:6.1f} ms,"
                    f" {seen['all'] / seen['plain']:5.1f} times plain arithmetic; module {len(gzip.compress(source.encode(), 9))} bytes gzipped"
                )
        chromium.close()


if __name__ == "__main__":
    main()
