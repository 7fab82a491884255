"""`explainer check`: a bad site in all formats, what each format promises, and when it fails."""

import json
import re
import shutil

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer import __version__, cli, formats
from explainer.diagnostics import Diagnostic, Place
from tests.conftest import DOCUMENTATION, ROOT

BAD = ROOT / "tests/remarked"
FORMATS = {"text": "txt", "json": "json", "github": "github", "sarif": "sarif"}
DAY = ("--date", "2026-11-25")


def run(*arguments):
    return CliRunner().invoke(cli.main, ["check", *arguments, *DAY])


@pytest.fixture
def bad(tmp_path, monkeypatch):
    """A copy of the site with remarks, an error and numbers that have moved, in the folder in which we are."""
    shutil.copytree(BAD / "content", tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # a second process costs more than it saves here
    return tmp_path / "content"


@pytest.fixture
def sound(make_content, monkeypatch):
    """The small site without what it is told."""
    section = '## Water\n\nIt is {{ share }}.\n\n![Water as a bar beside a kettle](chart:amounts "What there is")\n'
    content = make_content({"tea/sections/10-water.md": section})
    monkeypatch.chdir(content.parent)
    return content


def test_the_same_in_all_formats(bad, golden):
    for kind, ending in FORMATS.items():
        result = run("--format", kind)
        assert result.exit_code == 1
        assert result.stderr == ""
        golden(BAD / f"expected.{ending}", result.stdout.replace(__version__, "VERSION"))


def test_a_password_in_the_target_is_told_before_it_is_used(sound):
    (sound / "site.yaml").write_text("title: A site\npublish: git+https://me:hunter2@host/x.git\n")
    result = run()
    assert result.exit_code == 1
    assert "content/site.yaml:2:1: error[secret]" in result.stdout
    assert "hunter2" not in result.stdout + result.stderr


def test_when_it_fails(sound):
    assert run().exit_code == 0
    assert run("--strict").exit_code == 0  # a note, 'never accepted', is no reason
    (sound / "tea/sections/20-more.md").write_text("## More\n\nA box of 40.\n")
    result = run()
    assert result.exit_code == 0
    assert "1 article: 1 warning." in result.stdout
    assert run("--strict").exit_code == 1
    assert run("--strict", "--format", "json").exit_code == 1
    CliRunner().invoke(cli.main, ["accept", "--content", str(sound)])
    model = sound / "tea/model.yaml"
    model.write_text(model.read_text().replace("value: 40", "value: 44"))
    assert run("--format", "github").exit_code == 1
    (sound / "site.yaml").write_text("titel: Tea\n")
    for kind in FORMATS:
        result = run("--format", kind)
        assert result.exit_code == 1
        assert "unknown-key" in result.stdout


def test_a_build_says_nothing_of_it(sound, tmp_path):
    (sound / "tea/sections/20-more.md").write_text("## More\n\nA box of 40.\n")
    result = CliRunner().invoke(cli.main, ["build", "--content", str(sound), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "warning" not in result.output


def test_files_are_named_as_from_the_folder_in_which_one_is(bad, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path.parent)
    found = json.loads(run("--content", str(bad), "--format", "json").stdout)["diagnostics"]
    assert found[0]["file"] == f"{tmp_path.name}/content/coffee/article.md"


SARIF = {  # what a reader of SARIF 2.1.0 leans on
    "type": "object", "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool", "results"],
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {
                        "type": "object", "required": ["id"],
                        "properties": {
                            "shortDescription": {"type": "object", "required": ["text"]},
                            "defaultConfiguration": {"properties": {"level": {"enum": ["none", "note", "warning", "error"]}}},
                        },
                    }}},
                }}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message", "ruleId"],
                    "properties": {
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "ruleIndex": {"type": "integer", "minimum": 0},
                        "message": {"type": "object", "required": ["text"]},
                        "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": {
                            "type": "object", "required": ["artifactLocation"],
                            "properties": {
                                "artifactLocation": {"properties": {"uri": {"type": "string", "pattern": r"^[\w.~!$&'()*+,;=:@%/-]+$"}}},
                                "region": {"type": "object", "required": ["startLine"], "properties": {
                                    "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1},
                                }},
                            },
                        }}}},
                    },
                }},
            },
        }},
    },
}  # fmt: skip

FOUND = st.builds(
    Diagnostic,
    st.sampled_from(["unused", "drift", "x"]),
    st.text(max_size=20),
    st.builds(Place, st.text("a/ü %:,é\n", min_size=1, max_size=9), st.none() | st.integers(1, 9), st.none() | st.integers(1, 9)),
    st.text(max_size=9),
    st.sampled_from(["error", "warning", "note"]),
)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(FOUND, max_size=4))
def test_whatever_is_found_the_formats_hold_it(found):
    log = json.loads(formats.written(found, "sarif"))
    jsonschema.validate(log, SARIF)
    (once,) = log["runs"]
    assert len(once["results"]) == len(set(found))
    for result in once["results"]:
        assert once["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    plain = json.loads(formats.written(found, "json"))
    assert plain["errors"] + plain["warnings"] + plain["notes"] == len(plain["diagnostics"]) == len(set(found))
    lines = formats.written(found, "github").split("\n") if found else []
    assert len(lines) == len(set(found))
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) file=[^:,]*(,(line|col)=\d)*,title=\w+::[^\r\n]*", line)


def test_github_reads_what_was_written():
    found = [Diagnostic("a", "100 % of it: all, and\nmore", Place("a,b:c.md", 3, 4), "do this", "note")]
    assert formats.written(found, "github") == "::notice file=a%2Cb%3Ac.md,line=3,col=4,title=a::100 %25 of it: all, and%0Amore%0Ado this"


def test_the_readme_shows_the_shape_of_the_json():
    shown = json.loads(re.search(r"```json\n(.*?)```", DOCUMENTATION, re.DOTALL)[1])
    (entry,) = shown["diagnostics"]
    item = Diagnostic(
        entry["rule"], entry["message"], Place(entry["file"], entry["line"], entry["column"]), entry["hint"], entry["severity"]
    )
    assert json.loads(formats.written([item], "json")) == shown
