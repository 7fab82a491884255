"""The browser computes what the build computed: draw by draw, for every family and for the real model."""

import dataclasses

import numpy as np
import pytest

from explainer import config, content
from explainer.model import javascript
from explainer.model.evaluate import NUMPY
from explainer.model.resolve import resolve
from explainer.model.sensitivity import Sensitivity
from explainer.model.simulate import compute, draw_all, simulate, table_rows
from explainer.numerals import LOCALES
from tests.conftest import ROOT, serving
from tests.test_model import assumption, model_of, quantity

pytestmark = pytest.mark.slow

SCRIPT = """async (source) => {
  const {Engine} = await import("/engine.js");
  const {default: model} = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const engine = new Engine(model);
  const names = [...Object.keys(model.assumptions), ...Object.keys(model.quantities)];
  const hex = (draws) => Array.from(new Uint8Array(Float64Array.from(draws).buffer), (x) => x.toString(16).padStart(2, "0")).join("");
  return {
    values: Object.fromEntries(names.map((name) => [name, hex(engine.values[name])])),
    amounts: Object.fromEntries(names.flatMap((name) => engine.steps(name).map((at) => [`${name}[${at}]`, engine.amount(name, at)]))),
    verdicts: Object.fromEntries(Object.keys(model.claims).map((name) => [name, engine.verdict(name)])),
    rows: Object.fromEntries(Object.keys(model.tables).map((name) => [name, engine.rows(name)])),
  };
}"""

FAMILIES = (
    assumption("spread", "2 to 8")
    + assumption("normal_", "-2 to 8")
    + assumption("flat", "uniform(-1, 4)")
    + assumption("bent", "pert(0, 1, 10)")
    + assumption("metalog", "quantiles(-1, 3, 8)")
    + assumption("logmetalog", "quantiles(1, 3, 8)")
    + assumption("logitmetalog", "quantiles(10, 30, 80)", more="\n    within: [0, 100]")
    + assumption("tri", "triangular(1, 2, 5)")
    + assumption("cut", "normal(0, 1)", more="\n    within: [-1, inf]")
    + assumption("shape", "beta(0.7, 3)")
    + assumption("crowded", "beta(0.2, 30)")
    + assumption("fixed", "7")
)
FUNCTIONS = [
    "spread + normal_ * 2 - fixed / bent", "logmetalog ** metalog", "-flat ** 3", "min(flat, metalog, 1)", "max(flat, metalog)",
    "clip(metalog, 0, 1)", "abs(flat)", "sqrt(bent)", "exp(flat)", "log(spread)", "log10(spread)", "round(metalog)",
    "1 if flat < metalog and not bent > 3 or spread == 2 else 0", "fixed if flat >= 1 else bent", "1 if flat != 0 else 2", "1 if flat <= 0 else 2",
]  # fmt: skip


def test_every_family_and_function(chrome):
    quantities = "".join(quantity(f"q{i}", text) for i, text in enumerate(FUNCTIONS))
    claims = "claims:\n  c:\n    says: c\n    holds: flat < metalog\n    share: 10 %\n"
    model = model_of(f"assumptions:\n{FAMILIES}quantities:\n{quantities}{claims}")
    used = {part.function for q in model.quantities.values() for part in javascript_walk(q.tree)}
    assert used == set(NUMPY)
    assert worst_difference(chrome, model) < 1e-9


AXES = """
axes: {year: 2024..2030, size: [small, big]}
tables:
  spend: {rows: {Stock: stock, Flow: flow}, unit: ""}
"""
ALONG = [
    ("flow", "2 * coordinate(year) - 4046 + spread", "year"), ("weight", "1 if coordinate(year) > 2026 else flat", "year"),
    ("stock", "previous(stock, spread) * (1 + flat / 10) + inflow - leak", "year"), ("inflow", "flow / 10", "year"),
    ("leak", "0.1 * previous(stock, spread)", "year"), ("lag", "previous(flow, bent)", "year"), ("grown", "cumulative(flow * weight)", "year"),
    ("both", "share * flow", "year, size"), ("total", "sum(both, size)", "year"), ("all_of_it", "sum(sum(both, size), year)", ""),
    ("average", "mean(stock) + min(stock) + max(stock) + first(stock) + last(stock)", ""), ("one", "both[2026, big] + stock[2024]", ""),
    ("when", "first_when(stock > 20)", ""), ("never", "first_when(flow < 0)", ""), ("two", "previous(both, 1, year) + cumulative(both, size)", "year, size"),
    ("deep", "sum(cumulative(stock) * previous(flow, 0)) + mean(previous(lag, 1))", ""), ("late", "1 if when <= 2027 else 0", ""),
    ("signs", "1 if all(flow > 0) or any(stock < 0) else 0", ""),
]  # fmt: skip


def test_axes_and_recurrences(chrome):
    quantities = "".join(quantity(name, text, over=over) for name, text, over in ALONG)
    quantities += "  share:\n    label: share\n    over: size\n    formula: {small: '0.3', big: flat}\n"
    model = model_of(f"{AXES}assumptions:\n{FAMILIES}quantities:\n{quantities}claims:\n  c: {{says: c, holds: when < 2030, share: 1 %}}\n")
    assert worst_difference(chrome, model) < 1e-9


ASKED = """async (source) => {
  const {Engine} = await import("/engine.js");
  const {default: model} = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const engine = new Engine(model);
  const before = JSON.stringify(Object.fromEntries(Object.entries(engine.values).map(([name, all]) => [name, [...all]])));
  const swings = {}, flips = {}, times = [];
  for (const name in model.quantities) for (const at of engine.steps(name)) {
    const start = performance.now();
    swings[`${name}[${at}]`] = engine.swings(name, at);
    times.push(performance.now() - start);
  }
  for (const claim in model.claims) flips[claim] = engine.flips(claim);
  const after = JSON.stringify(Object.fromEntries(Object.entries(engine.values).map(([name, all]) => [name, [...all]])));
  return {swings, flips, untouched: before === after};
}"""


def test_what_a_reader_asks_next_is_answered_alike(chrome):
    settings = config.load(ROOT / "content", ROOT)
    article = content.read(ROOT / "content/ai-capital-pivot", settings)
    model = resolve(article.model_document, article.model_spec, article.csv_files, article.sources)
    with serving(ROOT / "static") as address:
        page = chrome.new_context(bypass_csp=True).new_page()
        page.goto(address + "icon.svg")
        seen = page.evaluate(ASKED, javascript.module(model, LOCALES["en"], simulate(model)))
        page.context.close()
    asked = Sensitivity(model)
    assert seen["untouched"]
    for name in model.quantities:
        for step in model.steps(model.over(name)):
            mine, theirs = asked.swings(name, step), seen["swings"][f"{name}[{step}]"]
            assert [swing.assumption for swing in mine] == [swing["assumption"] for swing in theirs]
            assert [x for s in mine for x in (s.low, s.high)] == pytest.approx([x for s in theirs for x in (s["low"], s["high"])], rel=1e-6)
    for name in model.claims:
        mine, theirs = asked.flips(name), seen["flips"][name]
        assert [flip.assumption for flip in mine] == [flip["assumption"] for flip in theirs]
        for one, other in zip(mine, theirs, strict=True):
            tolerance = 2e-3 * (one.high - one.low)
            assert np.array(one.parts).ravel() == pytest.approx(np.array(other["parts"]).ravel(), abs=tolerance)


def test_the_real_model(chrome):
    settings = config.load(ROOT / "content", ROOT)
    article = content.read(ROOT / "content/ai-capital-pivot", settings)
    assert worst_difference(chrome, resolve(article.model_document, article.model_spec, article.csv_files, article.sources)) < 1e-9


def javascript_walk(tree):
    from explainer.model.formula import Apply, walk

    return (part for part in walk(tree) if isinstance(part, Apply))


def worst_difference(chrome, model) -> float:
    """The largest difference of a draw, as a share of the largest draw of its number; the rest is checked here."""
    with serving(ROOT / "static") as address:
        page = chrome.new_context(bypass_csp=True).new_page()
        page.goto(address + "icon.svg")
        seen = page.evaluate(SCRIPT, javascript.module(model, LOCALES["en"], simulate(model)))
        page.context.close()
    return compare(model, seen)


def compare(model, seen) -> float:
    arrays = compute(model, draw_all(model))
    numbers = simulate(model)
    for name, verdict in numbers.verdicts.items():
        assert seen["verdicts"][name] == dataclasses.asdict(verdict)
    for (name, step), amount in numbers.amounts.items():
        assert seen["amounts"][f"{name}[{step}]"] == pytest.approx(dataclasses.asdict(amount), rel=1e-9, abs=1e-300)
    for name, rows in table_rows(model, numbers).items():
        if name in model.row_tables:
            for mine, theirs in zip(rows, seen["rows"][name], strict=True):
                assert list(mine) == list(theirs)
                words = [key for key, value in mine.items() if isinstance(value, str)]
                assert [mine.pop(key) for key in words] == [theirs.pop(key) for key in words]
                assert mine == pytest.approx(theirs, rel=1e-8)
    return max(difference(np.frombuffer(bytes.fromhex(seen["values"][name])), array.reshape(-1)) for name, array in arrays.items())


def difference(seen, array) -> float:
    finite = np.isfinite(array)
    assert (seen[~finite] == array[~finite]).all()
    return float(np.max(np.abs(seen[finite] - array[finite]), initial=0) / (np.max(np.abs(array[finite]), initial=0) or 1))
