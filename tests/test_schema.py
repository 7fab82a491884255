"""The JSON Schemas for authors' files: made from the types that the build reads by, and of the same opinion."""

import json
import re

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from explainer import cli, document, schema
from explainer.diagnostics import Problems
from explainer.document import Document
from explainer.matter import Bibliography, Credits
from tests.conftest import ROOT
from tests.test_docs import example


class Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `yes` is a word and `2026-01-31` is one too."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first)

FILES = {"site.yaml": "site", "model.yaml": "model", "sources.yaml": "sources", "credits.yaml": "credits", "article.md": "article"}
WHOLE = {"sources": (Bibliography, "sources"), "credits": (Credits, "credits")}  # files that are one mapping of names


def name_of(path):
    return "question" if path.parent.name == "faq" else FILES.get(path.name)


def front(path):
    text = path.read_text(encoding="utf-8")
    return text.split("\n---\n")[0].removeprefix("---\n") if path.suffix == ".md" else text


def complaints(name, text):
    """What an editor underlines."""
    data = json.loads(json.dumps(yaml.load(text, Core) or {}))  # keys as text
    checker = jsonschema.Draft202012Validator(json.loads(schema.text(name)))
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in checker.iter_errors(data)]


def build_takes(name, text):
    """Whether the build reads it without a word."""
    read = document.parse(text, "file")
    kind, key = WHOLE.get(name, (schema.KINDS[name].type, ""))
    try:
        document.validate(Document("file", {key: read.data} if key else read.data, {}), kind)
    except Problems:
        return False
    return True


@pytest.mark.parametrize("name", schema.KINDS)
def test_the_shipped_schemas_are_those_of_the_types(name, golden):
    golden(ROOT / "explainer/schemas" / schema.file(name), schema.generate(name))
    whole = json.loads(schema.text(name))
    jsonschema.Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == schema.DRAFT
    for kind in (whole, *whole.get("$defs", {}).values()):
        assert all(field["description"] for field in kind.get("properties", {}).values())


REAL = [
    path for folder in ("content", "tests/golden", "tests/validation") for path in sorted((ROOT / folder).rglob("*.*")) if name_of(path)
]


def test_what_was_really_written_keeps_to_the_schemas():
    assert {name_of(path) for path in REAL} >= {"site", "model", "sources", "article", "question"}
    found = {path.as_posix(): complaints(name_of(path), front(path)) for path in REAL if path.is_file()}
    assert {path: errors for path, errors in found.items() if errors} == {}


def test_so_do_the_examples_of_the_readme():
    assert complaints("model", example("yaml", "units: [person]   ")) == []
    assert complaints("model", example("yaml", "units: [person]\naxes:")) == []
    assert complaints("model", example("yaml", "quantities:\n  leavers")) == []
    assert complaints("sources", example("yaml", "annual-report:")) == []
    assert complaints("article", example("yaml", "title: Can")) == []
    assert complaints("credits", example("yaml", "img/desk.jpg")) == []
    assert complaints("site", f"title: A\n{example('yaml', 'comments: {kind')}") == []


BROKEN = sorted(path for path in (ROOT / "tests/broken").rglob("*.*") if name_of(path) and path.stat().st_size)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: "/".join(path.parts[-3:]))
def test_editor_and_build_are_of_one_opinion(path):
    """Of what the types can know: the grammar of YAML and what names refer to are left to the build."""
    try:
        text = front(path)
        takes = build_takes(name_of(path), text)
        found = complaints(name_of(path), text)
    except (Problems, UnicodeDecodeError, yaml.YAMLError):
        return
    assert takes == (not found), found


ASSUMPTION = "assumptions: {pay: {label: Pay, value: 4 to 9, evidence: judgement, because: so, %s}}"
SOURCE = "report: {title: Report, accessed: 2026-01-31, seen: primary, %s}"
ARTICLE = "{title: A, dek: B, authors: C, published: 2026-01-31, as_of: 2026-01-31, %s}"

TAKEN = [
    ("site", "{title: 2026, description: , language: de, base_url: }"),
    ("site", "{title: A, navigation: [{title: About, address: about/index.html}]}"),
    ("site", "{title: A, comments: {kind: isso, server: 'https://a.example:8080/isso'}, newsletter: {action: 'https://a.example/in?x=1', hidden: {tag: 3}}}"),
    ("site", "{title: A, newsletter: {provider: listmonk, server: 'http://localhost:9000', lists: [a132cb7d-6dc0-450c-8789-41d4fd880548], says: Now}}"),
    ("site", "{title: A, authors: {A B: {about: x, links: [{title: C, address: c.html}], address: a-b}}}"),
    ("model", ASSUMPTION % "reader: true, within: [0, 100 %], plausible: 4"),
    ("model", ASSUMPTION % "source: [a, b], reader: yes"),
    ("model", "quantities: {x: {label: 12, formula: {2026: 1, 2027..2032: previous(x) * 2}, over: [year, size]}}"),
    ("model", "quantities: {x: {label: X, formula: 1e9}}"),
    ("model", "axes: {year: 2024..2032, size: [1, 2.5, big]}"),
    ("model", "claims: {a: {says: A, holds: x > 1, share: 90 %}, b: {says: B, holds: x > 1, share: 0.9}, c: {says: C, holds: x, share: 62.5%}}"),
    ("model", "tables: {t: {rows: {1: x}, unit: USD}}"),
    ("sources", SOURCE % "issued: 2026, author: [A, B], URL: https://a.example"),
    ("article", ARTICLE % "key_figures: x, closing: ''"),
    ("credits", "img/a.jpg: {credit: A, licence: CC0}"),
]  # fmt: skip

REFUSED = [
    ("site", "{description: A}", "'title' is a required property"),
    ("site", "{title: A, langauge: en}", "'langauge'"),
    ("site", "{title: A, language: fr}", "'fr' is not one of"),
    ("site", "{title: A, base_url: example.org}", "does not match"),
    ("site", "{title: ''}", "''"),
    ("site", "{title: A, comments: {kind: disqus}}", "disqus"),
    ("site", "{title: A, comments: {kind: isso, server: 'https://a.example; script-src *'}}", "script-src"),
    ("site", "{title: A, newsletter: {provider: buttondown, action: 'https://a.example'}}", "buttondown"),
    ("site", "{title: A, authors: {A: {address: A B}}}", "does not match"),
    ("model", ASSUMPTION % "readr: true", "'readr'"),
    ("model", ASSUMPTION % "reader: perhaps", "'perhaps'"),
    ("model", ASSUMPTION % "within: [0]", "[0]"),
    ("model", ASSUMPTION % "within: [0, 1, 2]", "[0, 1, 2]"),
    ("model", ASSUMPTION.replace("judgement", "gut feeling") % "unit: USD", "'gut feeling'"),
    ("model", ASSUMPTION.replace("pay:", "Pay:") % "unit: USD", "'Pay'"),
    ("model", "assumptions: {pay: 12}", "12 is not of type 'object'"),
    ("model", "quantities: {x: {formula: 1}}", "'label' is a required property"),
    ("model", "quantities: {x: {label: X, python: simulate.py}}", "does not match"),
    ("model", "claims: {a: {says: A, holds: x, share: 150 %}}", "150 %"),
    ("model", "claims: {a: {says: A, holds: x, share: 2}}", "2"),
    ("model", "units: [Person]", "'Person'"),
    ("sources", SOURCE % "URL: www.a.example", "does not match"),
    ("sources", SOURCE.replace("2026-01-31", "31.1.2026") % "note: a", "does not match"),
    ("sources", SOURCE.replace("primary", "yes") % "note: a", "'yes'"),
    ("article", ARTICLE % "tags: [a]", "'tags'"),
    ("question", "{question: }", "None"),
    ("credits", "img/a.jpg: {credit: A}", "'licence' is a required property"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), TAKEN)
def test_what_an_author_may_write(name, text):
    assert complaints(name, text) == []
    assert build_takes(name, text)


@pytest.mark.parametrize(("name", "text", "message"), REFUSED)
def test_what_an_author_may_not_write(name, text, message):
    assert message in "\n".join(complaints(name, text))
    assert not build_takes(name, text) or (name, "fr" in text) == ("site", True)  # the language is looked up by config.load


def test_a_schema_is_printed(tmp_path):
    assert CliRunner().invoke(cli.main, ["schema", "model"]).output == schema.text("model")
    listed = CliRunner().invoke(cli.main, ["schema"]).output
    assert all(name in listed and kind.what in listed for name, kind in schema.KINDS.items())
    refused = CliRunner().invoke(cli.main, ["schema", "modle"])
    assert refused.exit_code != 0
    assert "'model'" in refused.stderr
