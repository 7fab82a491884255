"""What an author starts from: it builds, checks and is locked at once, keeps to the schemas, and writes over nothing."""

import datetime
import re

import pytest
from click.testing import CliRunner

from explainer import cli, starter
from tests.conftest import ROOT, build
from tests.test_schema import complaints, front, name_of


def run(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_new_site_builds_is_accepted_and_holds(home):
    started = run("new", "site", "my-bread")
    assert started.exit_code == 0, started.output
    assert "cd my-bread; explainer serve" in started.output
    content = home / "my-bread/content"
    assert run("check", "--strict", "--content", content).exit_code == 0
    assert run("accept", "--content", content).exit_code == 0
    built = run("build", "--locked", "--content", content, "--out", home / "my-bread/site")
    assert built.exit_code == 0, built.output
    page = (home / f"my-bread/site/{starter.ARTICLE}/index.html").read_text()
    for hook in ("data-chart", "data-claim", "data-assumption", "#source-receipts", "data-guess", 'id="questions"'):
        assert hook in page
    assert datetime.date.today().isoformat() in page
    assert "note to yourself" not in page
    assert "<h1>My bread</h1>" in (home / "my-bread/site/index.html").read_text()


def test_all_that_is_written_keeps_to_the_schemas_beside_it(home):
    run("new", "site", "a")
    run("new", "article", "second", "--content", "a/content")
    written = [path for path in sorted((home / "a/content").rglob("*.*")) if path.is_file()]
    assert {name_of(path) for path in written} >= {"site", "article", "question", "model", "sources"}
    for path in written:
        if name_of(path):
            assert complaints(name_of(path), front(path)) == [], path
        if path.suffix == ".yaml":
            (schema,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)\n", path.read_text())
            assert (path.parent / schema).resolve().is_relative_to(home / "a/.explainer/schemas")
            assert (path.parent / schema).is_file()


@pytest.mark.slow
def test_a_new_article_in_a_site(home):
    run("new", "site", ".", "--title", "Café: “notes” & more")
    (home / ".explainer/schemas/model.schema.json").unlink()
    (home / ".explainer/schemas/site.schema.json").write_text("{}")
    started = run("new", "article", "is-tea-dear", "--title", 'Is "tea" dear: a question?')
    assert started.exit_code == 0, started.output
    assert "explainer serve" in started.output
    files = build(home / "content").files
    assert (
        "Is “tea” dear: a question?" in files["is-tea-dear/index.html"].decode()
        or 'Is "tea" dear: a question?' in files["is-tea-dear/index.html"].decode()
    )
    assert "<h1>Café: “notes” &amp; more</h1>" in files["index.html"].decode()
    assert (home / ".explainer/schemas/model.schema.json").is_file()
    assert (home / ".explainer/schemas/site.schema.json").read_text() == "{}"  # an author's file, now


BAD_NAMES = [
    ("Tea Time", "'Tea Time' is no address", 'explainer new article tea-time --title "Tea Time"'),
    ("Größe", "'Größe' is no address", "explainer new article groe"),
    ("content/tea", "'content/tea' is no address", "content-tea"),
    ("../tea", "'../tea' is no address", "new article tea"),
    ("tea_time", "'tea_time' is no address", "tea-time"),
    ("茶", "'茶' is no address", "small letters"),
    ("static", "'static' is where", "another name"),
    ("", "'' is no address", "small letters"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "message", "hint"), BAD_NAMES)
def test_a_bad_name_is_refused_and_a_better_one_offered(home, name, message, hint):
    run("new", "site", ".")
    before = sorted(home.rglob("*"))
    refused = run("new", "article", name)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert hint in refused.stderr
    assert sorted(home.rglob("*")) == before


def test_nothing_is_written_over(home):
    (home / "a/content").mkdir(parents=True)
    (home / "a/content/site.yaml").write_text("title: Mine\n")
    refused = run("new", "site", "a")
    assert refused.exit_code == 1
    assert "a: error[taken]: there is a site already" in refused.stderr
    assert [path.name for path in (home / "a").rglob("*.*")] == ["site.yaml"]
    (home / "c").mkdir()
    (home / "c/README.md").write_text("mine")
    assert "c/README.md: error[taken]" in run("new", "site", "c").stderr
    assert [path.name for path in (home / "c").rglob("*")] == ["README.md"]

    (home / "a/content/mine").mkdir()
    (home / "a/content/mine/notes.txt").write_text("mine")
    assert "content/mine: error[taken]" in run("new", "article", "mine", "--content", "a/content").stderr
    (home / "b").write_text("a file")
    assert "error[unwritable]" in run("new", "site", "b").stderr
    assert (home / "b").read_text() == "a file"


def test_where_nothing_can_be_written_nothing_is_left(home, monkeypatch):
    files = starter.site(home / "a", "", datetime.date(2026, 1, 31))
    last = list(files)[-1]
    last.parent.parent.mkdir(parents=True)
    last.parent.write_text("in the way")
    with pytest.raises(Exception, match="unwritable"):
        starter.write(files)
    assert [path for path in (home / "a").rglob("*") if path.is_file()] == [last.parent]


@pytest.mark.parametrize("title", ["\x01", "a\ud800b", "\ue000"])
def test_a_title_that_no_page_can_show_is_refused(home, title):
    assert "error[bad-character]" in run("new", "site", "a", "--title", title).stderr
    assert not (home / "a").exists()


def test_an_article_needs_a_site(home):
    assert "there is no site.yaml" in run("new", "article", "tea").stderr


def test_schemas_are_renewed_on_demand(home):
    assert run("schema", "--write", ".explainer/schemas").exit_code == 0
    shipped = ROOT / "explainer/schemas"
    assert {path.name: path.read_text() for path in (home / ".explainer/schemas").iterdir()} == {
        p.name: p.read_text() for p in shipped.iterdir()
    }
    (home / "file").write_text("")
    refused = run("schema", "--write", "file")
    assert refused.exit_code == 1
    assert "cannot write" in refused.stderr
