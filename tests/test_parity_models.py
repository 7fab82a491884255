"""The browser computes what the build computes: models of every shape that hypothesis makes, draw by draw.

A difference counts as a share of the largest number on the way. Where two compared numbers are equal up to rounding, the two
languages may part: such draws are counted, and must be rare.
"""

import sys
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given

from explainer.diagnostics import Problems
from explainer.model import javascript
from explainer.model.evaluate import Values, evaluate
from explainer.model.formula import Apply, names, walk
from explainer.model.simulate import compute, draw_all, simulate
from explainer.numerals import LOCALES
from tests.conftest import ROOT, serving
from tests.models import models, resolved, several

pytestmark = pytest.mark.slow
DRAWS = 128
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}

SCRIPT = """async (source) => {
  const {Engine} = await import("/engine.js");
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const {default: model} = await import(address);
  URL.revokeObjectURL(address);
  const engine = new Engine(model);
  const arrays = Object.values(engine.values);
  const all = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) { all.set(array, at); at += array.length; }
  const claims = Object.fromEntries(Object.keys(model.claims).map((name) => [name, engine.verdict(name).share]));
  return {names: Object.keys(engine.values), claims, draws: Array.from(new Uint8Array(all.buffer), (x) => x.toString(16).padStart(2, "0")).join("")};
}"""


@dataclass
class Seen:
    models: int = 0
    refused: int = 0
    draws: int = 0
    ties: int = 0
    worst: float = 0.0

    def __str__(self) -> str:
        return f"{self.models} models, {self.refused} refused; worst {self.worst:.2g}; {self.ties} ties in {self.draws} draws"


@pytest.fixture(scope="module")
def page(chrome):
    with serving(ROOT / "static") as address:
        page = chrome.new_context(bypass_csp=True).new_page()
        page.goto(address + "icon.svg")
        yield page
        page.context.close()


@pytest.mark.parametrize("wild", [False, True], ids=["tame", "wild"])
def test_generated_models(page, wild):
    seen = Seen()

    @several(100)
    @given(models(wild=wild))
    def each(text):
        model = resolved(text)
        try:
            numbers = simulate(model, DRAWS)
        except Problems:
            seen.refused += 1
            return
        source = javascript.module(model, LOCALES["en"], numbers)
        assert source.startswith("const n=4096;")
        compare(model, page.evaluate(SCRIPT, source.replace("const n=4096;", f"const n={DRAWS};", 1)), seen)

    each()
    sys.stdout.write(f"{seen}\n")
    assert seen.models >= 40
    assert seen.ties <= seen.draws / 1000


def compare(model, found, seen):
    arrays = compute(model, draw_all(model, DRAWS), DRAWS)
    theirs = np.frombuffer(bytes.fromhex(found["draws"]))
    scales, close = doubts(model, arrays)
    seen.models += 1
    for name in found["names"]:
        array = arrays[name].reshape(-1)
        mine, theirs = theirs[: array.size], theirs[array.size :]
        apart = difference(mine, array, scales[name]).reshape(-1, DRAWS).max(0)
        tied = (apart > 1e-9) & close[name]
        assert apart[~tied].max(initial=0) <= 1e-9, f"{name}: {apart.max()}"
        seen.ties += int(tied.sum())
        seen.draws += DRAWS
        seen.worst = max(seen.worst, float(apart[~tied].max(initial=0)))
    for name, share in found["claims"].items():
        held = evaluate(model.claims[name].tree, Values(arrays, model.axes, {}))
        tree = model.claims[name].tree
        unsure = nearly_equal(tree, Values(arrays, model.axes, {}), scale_of(tree, arrays, model, scales)) | closest(
            model.claims[name].inputs, close
        )
        assert abs(share - np.mean(held)) <= np.sum(unsure) / DRAWS + 1e-12, name


def difference(mine, array, scale):
    with np.errstate(invalid="ignore"):  # infinity from infinity: the same year that never comes
        return np.where(mine == array, 0, np.where(np.isfinite(mine - array), np.abs(mine - array) / scale, np.inf))


def doubts(model, arrays):
    """For each number the largest amount on the way to it, and the draws in which a comparison on that way is nearly a tie."""
    scales = {name: largest(arrays[name]) for name in model.assumptions}
    close = {name: np.zeros(DRAWS, bool) for name in model.assumptions}
    for stage in model.stages:
        trees = [model.quantities[name].tree for name in stage.names]
        scale = max(scale_of(tree, arrays, model, scales) for tree in trees)
        values = Values(arrays, model.axes, {})
        unsure = closest(stage.inputs, close)
        for tree in trees:
            unsure = unsure | nearly_equal(tree, values, scale)
        for name in stage.names:
            scales[name], close[name] = scale, unsure
    return scales, close


def closest(names, close):
    return np.any([close[name] for name in names], axis=0) if names else np.zeros(DRAWS, bool)


def largest(array):
    found = np.abs(array[np.isfinite(array)])
    return float(found.max(initial=0)) or 1.0


def scale_of(tree, arrays, model, scales):
    values = Values(arrays, model.axes, {})
    with np.errstate(all="ignore"):
        own = [largest(np.asarray(evaluate(part, values), float)) for part in walk(tree)]
    return max([*own, *(scales[name] for name in names(tree) if name in scales)])


def nearly_equal(tree, values, scale):
    """The draws in which two sides of a comparison, or a number and where it is rounded, are equal up to rounding."""
    unsure = np.zeros(DRAWS, bool)
    with np.errstate(all="ignore"):
        for part in walk(tree):
            if isinstance(part, Apply) and part.function in COMPARISONS:
                left, right = (np.asarray(evaluate(side, values), float) for side in part.arguments)
                gap = np.abs(left - right)
            elif isinstance(part, Apply) and part.function == "round":
                (inner,) = (np.asarray(evaluate(side, values), float) + 0.5 for side in part.arguments)
                gap = np.abs(inner - np.round(inner))
            else:
                continue
            unsure |= np.any(np.broadcast_to(gap <= 1e-9 * scale, np.broadcast_shapes(gap.shape, (DRAWS,))).reshape(-1, DRAWS), axis=0)
    return unsure
