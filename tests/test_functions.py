"""Quantities computed by an author's Python function: inputs, seeds, the cache, the page, and what goes wrong."""

import numpy as np
import pytest

from explainer import config, content, functions
from explainer.diagnostics import Problems
from explainer.model.draws import DRAWS
from tests.conftest import SMALL, build

CODE = """
import numpy as np

def attrition(water, price, rng):
    assert water.shape == price.shape == (4096,)
    return water * price + rng.normal(size=4096)

def along(by_year):
    return np.cumsum(by_year, axis=0)

def wrong(water):
    return water[:10]

def nothing(water):
    return float("nan")

def stops(water):
    raise SystemExit
"""
MODEL = """
axes: {year: 2024..2026}
assumptions:
  water: {label: Water, value: 1 to 2, unit: thousand USD, evidence: judgement, because: a test, reader: true}
  price: {label: Price, value: 2 to 3, evidence: judgement, because: a test}
quantities:
  lost: {label: Lost, python: "simulate:attrition", inputs: [water, price], unit: thousand USD}
  twice: {label: Twice, formula: 2 * lost, unit: USD}
  by_year: {label: By year, formula: coordinate(year) - 2000, over: year}
  so_far: {label: So far, python: "simulate:along", inputs: [by_year], over: year}
  other: {label: Other, formula: 2 * water, unit: USD}
claims:
  much: {says: Much is lost, holds: lost > 1 * thousand * USD, share: 50 %}
"""
ARTICLE = """---
title: A
dek: B
authors: C
published: 2026-01-01
as_of: 2026-01-01
---
Lost: {{ lost }}, twice {{ twice }}, so far {{ so_far[2025] }}, other {{ other }}. [Much](claim:much).
"""
CHANGES = {
    "tea/model.yaml": MODEL, "tea/simulate.py": CODE, "tea/article.md": ARTICLE, "tea/sources.yaml": "", "tea/charts.py": None,
    **{path.relative_to(SMALL).as_posix(): None for folder in ("sections", "faq") for path in (SMALL / "tea" / folder).iterdir()},
}  # fmt: skip


def arrays_of(folder, cache):
    from explainer.model.resolve import resolve
    from explainer.model.simulate import compute, draw_all

    article = content.read(folder / "tea", config.load(folder, cache))
    scripted = functions.load(article, cache)
    model = resolve(article.model_document, article.model_spec, article.csv_files, article.sources, scripted)
    return compute(model, draw_all(model))


def test_the_function_gets_its_inputs_in_declared_units_and_returns_its_own(make_content, tmp_path):
    arrays = arrays_of(make_content(CHANGES), tmp_path)
    noise = arrays["lost"][0] / 1e3 - arrays["water"][0] / 1e3 * arrays["price"][0]
    assert (abs(noise.mean()), noise.std()) == pytest.approx((0, 1), abs=0.05)
    assert arrays["twice"] == pytest.approx(2 * arrays["lost"])
    assert arrays["so_far"][:, 0].tolist() == [24, 49, 75]
    assert arrays["lost"].shape == (1, DRAWS)


def test_the_same_draws_each_time_from_the_cache_or_not(make_content, tmp_path):
    folder = make_content(CHANGES)
    first = arrays_of(folder, tmp_path)["lost"]
    (kept, *_) = files = sorted((tmp_path / "functions").iterdir())
    assert len(files) == 2
    for damage in (b"", b"nonsense", kept.read_bytes()[:100]):
        for path in files:
            path.write_bytes(damage)
        assert (arrays_of(folder, tmp_path)["lost"] == first).all()
    (folder / "tea/simulate.py").write_text(CODE.replace("rng.normal(size=4096)", "0"))
    assert (arrays_of(folder, tmp_path)["lost"] != first).any()


def test_a_function_runs_once_for_the_same_source_and_inputs(make_content, tmp_path):
    marker = tmp_path / "marker"
    counted = CODE.replace("def along(by_year):", f"def along(by_year):\n    open({str(marker)!r}, 'a').write('x')")
    folder = make_content({**CHANGES, "tea/simulate.py": counted})
    arrays_of(folder, tmp_path)
    arrays_of(folder, tmp_path)
    assert marker.read_text() == "x"


def test_the_page_says_what_does_not_follow(make_content):
    site = build(make_content(CHANGES))
    page = site.files["tea/numbers/index.html"].decode()
    (program,) = (data.decode() for path, data in site.files.items() if path.startswith("tea/model."))
    assert page.count("it does not follow the assumptions") == 3
    assert '"much":{"fixed"' in program
    assert "v.lost" not in program
    assert "v.other" in program


CASES = [
    ("simulate:attrition", "simulate:attriton", "unknown-function", "tea/model.yaml", "did you mean 'attrition'?"),
    ("simulate:attrition", "simulte:attrition", "missing-file", "tea/model.yaml", ""),
    ("simulate:attrition", "attrition", "bad-value", "tea/model.yaml", ""),
    ("inputs: [water, price]", "inputs: [water]", "function-fails", "tea/simulate.py", "same names"),
    ('"simulate:attrition", inputs: [water, price]', '"simulate:wrong", inputs: [water]', "function-fails", "tea/simulate.py", "last dimension"),
    ('"simulate:attrition", inputs: [water, price]', '"simulate:nothing", inputs: [water]', "not-a-number", "tea/model.yaml", "water = "),
    ('"simulate:attrition", inputs: [water, price]', '"simulate:stops", inputs: [water]', "function-fails", "tea/simulate.py", ""),
    ("inputs: [by_year]", "inputs: [by_yaer]", "function-fails", "tea/simulate.py", ""),
    ('python: "simulate:along", inputs: [by_year]', "formula: 1, inputs: [by_year]", "unknown-key", "tea/model.yaml", ""),
    ('python: "simulate:along", inputs: [by_year], ', "", "missing-key", "tea/model.yaml", "formula"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "file", "hint"), CASES)
def test_what_goes_wrong_is_told_at_its_place(make_content, old, new, code, file, hint):
    with pytest.raises(Problems) as problems:
        build(make_content({**CHANGES, "tea/model.yaml": MODEL.replace(old, new)}))
    (problem,) = problems.value.diagnostics
    assert (problem.code, problem.place.file) == (code, f"content/{file}")
    assert hint in problem.hint


def test_a_file_that_cannot_be_loaded(make_content):
    with pytest.raises(Problems, match=r"simulate.py:2: error\[function-fails\]: simulate.py cannot be loaded: SyntaxError"):
        build(make_content({**CHANGES, "tea/simulate.py": "import numpy\ndef x(:\n"}))


def test_results_are_dropped_when_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(functions, "KEPT", 3)
    for number in range(6):
        functions._keep(tmp_path / f"{number}.npy", np.zeros(3))
    assert len(list(tmp_path.iterdir())) == 3
