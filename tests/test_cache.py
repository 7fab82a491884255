"""Incremental builds: after any edits the site is what a clean build makes, whatever lies in the cache."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from explainer import cache, cli, config, inputs, output, pipeline, scripts
from explainer.cache import Cache
from explainer.diagnostics import Problems
from tests.conftest import ROOT, SMALL

MODEL = (SMALL / "tea/model.yaml").read_text()


def test_what_is_wrong_with_a_source_is_told_in_every_build(make_content, tmp_path):
    text = (SMALL / "tea/sources.yaml").read_text().replace(", via: a friend", "")
    content = make_content({"tea/sources.yaml": text})
    for _ in range(2):
        with pytest.raises(Problems) as raised:
            pipeline.compute(content / "tea", config.load(content, tmp_path / "cache", Cache(tmp_path / "results")))
        assert [problem.code for problem in raised.value.diagnostics] == ["missing-key"]


class TestCache:
    def test_a_result_is_made_once_and_read_by_the_next_process(self, tmp_path):
        made = []
        for store in (Cache(tmp_path, "1"), Cache(tmp_path, "1"), Cache(tmp_path, "2")):
            assert store.get("step", ("key", 1.5, None), lambda: made.append(1) or {"a": (1, 2)}) == {"a": (1, 2)}
        assert len(made) == 2  # another version of the program makes its own

    def test_what_raises_is_not_kept(self, tmp_path):
        store = Cache(tmp_path, memory=True)
        with pytest.raises(ZeroDivisionError):
            store.get("step", 1, lambda: 1 / 0)
        assert store.get("step", 1, lambda: 7) == 7

    @pytest.mark.parametrize(
        "damage",
        [lambda data: b"", lambda data: data[:-1], lambda data: data[:20], lambda data: data[:-3] + b"xyz", lambda data: b"\0" * len(data)],
        ids=["empty", "cut", "a stump", "changed", "zeros"],
    )
    def test_a_damaged_file_is_as_good_as_none(self, tmp_path, damage):
        Cache(tmp_path).get("step", 1, lambda: [1, 2, 3])
        (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
        file.write_bytes(damage(file.read_bytes()))
        assert Cache(tmp_path).get("step", 1, lambda: "anew") == "anew"
        assert Cache(tmp_path).get("step", 1, lambda: "never") == "anew"

    @pytest.mark.parametrize("call", [os.system, subprocess.run, eval, exec, Path.unlink, output.replace, pipeline.build])
    def test_a_foreign_file_runs_nothing(self, tmp_path, call):
        class Trap:
            def __reduce__(self):
                return (call, (str(tmp_path / "ran"),))

        Cache(tmp_path).keep("step", 1, Trap())
        assert Cache(tmp_path).find("step", 1) is None
        assert not (tmp_path / "ran").exists()

    def test_memory_forgets_what_several_builds_did_not_use(self):
        store, made = Cache(memory=True), []
        for _ in range(cache.KEPT + 2):
            store.turn()
            store.get("used", 1, lambda: made.append("used"))
        store.get("once", 1, lambda: made.append("once"))
        for _ in range(cache.KEPT + 2):
            store.turn()
        store.get("once", 1, lambda: made.append("once"))
        assert made == ["used", "once", "once"]

    def test_the_folder_stays_small(self, tmp_path):
        store = Cache(tmp_path)
        for number in range(20):
            store.get("step", number, lambda: bytes(1000))
        store.trim(largest=5000)
        assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 5000

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
            lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        )
    )
    def test_digests_know_the_kinds_of_values(self, value):
        assert cache.digest(value) == cache.digest(value)
        assert cache.digest([value]) != cache.digest([value, value]) != cache.digest([[value], value])
        assert len({cache.digest(other) for other in (1, "1", b"1", 1.0, True, None, [], {}, "", [""], ["", ""])}) == 11


PARTS = [
    ("itself", "a", True),
    ("a helper's helper", "helper2", True),
    ("a constant", "WIDTH", True),
    ("another chart", "b", False),
]
CHARTS = """import altair as alt
WIDTH = 1
def _helper2(): return "helper2"
def _helper(): return _helper2()
def a(tables, width): return "a", WIDTH, _helper()
def b(tables, width): return "b"
"""


@pytest.mark.parametrize(("edited", "moves"), [part[1:] for part in PARTS], ids=[part[0] for part in PARTS])
def test_a_chart_rests_on_its_part_of_the_file(edited, moves):
    changed = CHARTS.replace("WIDTH = 1", "WIDTH = 2") if edited == "WIDTH" else CHARTS.replace(f'"{edited}"', '"other"')
    assert changed != CHARTS
    assert (scripts.parts(CHARTS)["a"] != scripts.parts(changed)["a"]) == moves
    assert "_helper" not in scripts.parts(CHARTS)


@pytest.mark.parametrize(
    "line",
    ["x = globals()", "a = b", "del a", "@f\ndef c(): pass", "def a(): pass", "def c():\n    global a", "import sys\nsys.modules", "def ("],
)
def test_a_file_that_reaches_what_it_does_not_name_is_taken_whole(line):
    assert scripts.parts(f"{CHARTS}\n{line}\n") == {}


EDITS = {
    "prose": ("tea/sections/10-water.md", lambda text, n: f"{text}\nA word {n}.\n"),
    "heading": ("tea/sections/10-water.md", lambda text, n: f"{text}\n## Part {n % 3}\n\nMore.\n"),
    "value": ("tea/model.yaml", lambda text, n: text.replace("guests: {", f"guests: {{ # {n}\n    ", 1) if n % 2 else text + f"\n# {n}\n"),
    "guests": ("tea/model.yaml", lambda text, n: MODEL.replace("40", str(40 + n % 4))),
    "chart": (
        "tea/charts.py",
        lambda text, n: text.replace("height=", f"height={n % 2} + ") if "height=" in text else f"{text}\nX = {n}\n",
    ),
    "data": ("tea/data/kettles.csv", lambda text, n: text + "\n"),
    "site": ("site.yaml", lambda text, n: text.replace("title: ", f"title: {n % 5} ", 1)),
    "style": ("theme.css", lambda text, n: f"body {{ margin: {n}px }}"),
    "template": ("../templates/home.html", lambda text, n: f"{{% extends 'base.html' %}}{{% block body %}}{n}{{% endblock %}}"),
    "question": ("tea/faq/90-more.md", lambda text, n: f"---\nquestion: Why {n}?\n---\nBecause {{{{ share }}}}.\n"),
    "broken": ("tea/sections/20-broken.md", lambda text, n: f"{{{{ nothing{n} }}}}\n"),
    "mended": ("tea/sections/20-broken.md", lambda text, n: None),
    "undone": ("tea/sections/10-water.md", lambda text, n: (SMALL / "tea/sections/10-water.md").read_text()),
    "touched": ("tea/article.md", lambda text, n: text),
}


def edit(content, name, number):
    path, change = EDITS[name]
    file = content / path
    text = change(file.read_text() if file.exists() else "", number)
    if text is None:
        file.unlink(missing_ok=True)
    else:
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text)


def built(content, results):
    """The files of the site; or its problems."""
    try:
        return dict(pipeline.build(config.load(content, cli.cache_folder(), results)).files)
    except Problems as problems:
        return sorted(str(problem) for problem in problems.diagnostics)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(edits=st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 99), st.booleans()), min_size=3, max_size=6))
def test_after_any_edits_the_site_is_what_a_clean_build_makes(tmp_path_factory, edits):
    folder = tmp_path_factory.mktemp("edits")
    content = folder / "content"
    shutil.copytree(SMALL, content, ignore=shutil.ignore_patterns("__pycache__"))
    preview = Cache(folder / "cache", memory=True)
    for name, number, stop in edits:
        edit(content, name, number)
        seen = built(content, preview)
        if stop:  # as much of the way as another process would go with the same folder
            assert seen == built(content, Cache(folder / "cache"))
    assert built(content, preview) == built(content, Cache())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [("label: water <needed>", "label: all of the water"), ("label: Guests", "label: Those who came"), ("unit: litre", "unit: metre ** 3")],
)
def test_a_built_in_chart_follows_the_words_of_the_model(make_content, old, new):
    content, store = make_content(), Cache(memory=True)
    section = content / "tea/sections/10-water.md"
    section.write_text(
        section.read_text()
        + '\n![What moves it](chart:sensitivity/water "What moves it")\n\n![How it lies](chart:distribution/water "How it lies")\n'
    )
    assert "tea/index.html" in built(content, store)
    assert old in MODEL
    (content / "tea/model.yaml").write_text(MODEL.replace(old, new))
    assert built(content, store) == built(content, Cache())


@pytest.fixture
def empty(tmp_path, cache, monkeypatch):
    """A cache with nothing in it but the chart runtime."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for runtime in cache.glob("vega-*.js"):
        shutil.copy(runtime, folder)
    monkeypatch.setenv("EXPLAINER_CACHE", str(folder))
    return folder


@pytest.fixture
def run(tmp_path, make_content, empty):
    content = make_content()

    def invoke(*arguments):
        return CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(tmp_path / "site"), *arguments])

    return invoke


@pytest.mark.slow
def test_explain_names_the_reason(run, tmp_path):
    content = tmp_path / "content"
    assert "tea: built anew: nothing is known of an earlier build" in run("--explain").output
    CliRunner().invoke(cli.main, ["accept", "--content", str(content)])
    assert "tea: built anew: tea/numbers.lock.yaml added" in run("--explain").output
    unchanged = run("--explain").output
    assert "tea: as before" in unchanged
    assert "Nothing has changed in 1 article" in unchanged
    edit(content, "prose", 1)
    assert "tea: built anew: tea/sections/10-water.md changed" in run("--explain").output
    edit(content, "site", 1)
    assert "site.yaml changed" in run("--explain").output
    page = tmp_path / "site/tea/index.html"
    good = page.read_bytes()
    page.write_text("spoilt")  # what was written is looked at too
    assert "tea: as before" in run("--explain").output
    assert page.read_bytes() == good
    shutil.rmtree(tmp_path / "cache/results")
    page.unlink()
    assert "tea: built anew: its pages were no longer in the cache" in run("--explain").output
    before = set((tmp_path / "cache").rglob("*"))
    assert "Built 1 article" in run("--no-cache").output
    assert before == set((tmp_path / "cache").rglob("*"))


def test_a_file_saved_during_a_build_spoils_nothing(make_content, tmp_path, monkeypatch):
    """Its old digest stands for its old text only."""
    content, store = make_content(), Cache(tmp_path / "cache")
    section = content / "tea/sections/10-water.md"
    before, read = section.read_text(), pipeline.content.read

    def saved_meanwhile(*args):
        section.write_text(before + "\nSaved meanwhile.\n")
        return read(*args)

    monkeypatch.setattr(pipeline.content, "read", saved_meanwhile)
    site = pipeline.build(config.load(content, cli.cache_folder(), store))
    assert site.inputs is None
    monkeypatch.undo()
    section.write_text(before)
    page = pipeline.build(config.load(content, cli.cache_folder(), store)).files["tea/index.html"]
    assert b"Saved meanwhile" not in page


@pytest.mark.slow
def test_two_builds_at_once_do_each_other_no_harm(make_content, tmp_path, empty):
    content = make_content()
    command = [sys.executable, str(ROOT / "build.py"), "build", "--content", str(content), "--out", str(tmp_path / "site")]
    builds = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(3)]
    assert [(build.wait(), build.stdout.read()[:5]) for build in builds] == [(0, b"Built")] * 3
    done = subprocess.run(command, capture_output=True, text=True)
    assert "0 changed" in done.stdout
    for file in random.Random(1).sample([path for path in (empty / "results").rglob("*") if path.is_file()], 20):
        file.write_bytes(b"foreign")
    (tmp_path / "site/tea/index.html").unlink()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_digest_of_ourselves_knows_what_is_installed():
    assert len(inputs.ourselves()) == 32
