"""The lock on the numbers: what drift says and why, what accepting does, and what machines get."""

import json
import re

import jsonschema
import pytest
from click.testing import CliRunner

from explainer import cli
from tests.conftest import ROOT, SMALL, build

MODEL = (SMALL / "tea/model.yaml").read_text()
GUESTS = "value: 40"
LOCK = "tea/numbers.lock.yaml"


@pytest.fixture
def run(tmp_path):
    def command(*arguments: str):
        return CliRunner().invoke(cli.main, [*arguments, "--content", str(tmp_path / "content"), *(["--out", str(tmp_path / "site")] if arguments[0] == "build" else [])])  # fmt: skip

    return command


@pytest.fixture
def accepted(make_content, run):
    """A copy of the small site whose numbers were accepted."""
    content = make_content()
    (content / LOCK).unlink(missing_ok=True)
    assert run("accept", "--date", "2026-01-02").exit_code == 0
    return content


def edit(content, old: str, new: str, file: str = "tea/model.yaml") -> None:
    text = (content / file).read_text()
    assert old in text
    (content / file).write_text(text.replace(old, new))


def test_without_a_lock_a_locked_build_fails_and_writes_nothing(make_content, run, tmp_path):
    content = make_content()
    (content / LOCK).unlink(missing_ok=True)
    result = run("build", "--locked")
    assert result.exit_code == 1
    assert "never accepted" in result.output
    assert not (tmp_path / "site").exists()
    assert run("build").exit_code == 0


def test_what_was_accepted_builds_and_is_accepted_once(accepted, run):
    before = (accepted / LOCK).read_bytes()
    assert run("build", "--locked").exit_code == 0
    assert run("check").exit_code == 0
    assert "as accepted before" in run("accept").output
    assert (accepted / LOCK).read_bytes() == before
    assert b"changes" not in before


EDITS = [
    ("an assumption", GUESTS, GUESTS.replace("40", "44"), ["share", "guests: was 40 guest, is 44 guest"]),
    ("a formula", "kettle_size / water", "2 * kettle_size / water", ["share: was kettle_size / water, is 2 * kettle_size / water"]),
    ("a new number", "quantities:\n", "quantities:\n  spare: {label: Spare, formula: water * 2, unit: litre}\n", ["new: spare"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "said"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_drift_is_a_table_with_its_causes(accepted, run, old, new, said):
    edit(accepted, old, new)
    assert run("build").exit_code == 0
    for command in (("build", "--locked"), ("check",)):
        result = run(*command)
        assert result.exit_code == 1
        for part in said:
            assert part in result.output
    assert run("accept", "--note", "We measured again", "--date", "2026-03-04").exit_code == 0
    assert run("build", "--locked").exit_code == 0


def test_the_table_reads_as_accepted(accepted, run, golden):
    edit(accepted, GUESTS, GUESTS.replace("40", "44"))
    edit(accepted, "formula: kettle_size / water", "formula: (kettle_size / water) ** 2")
    golden(ROOT / "tests/golden/drift.txt", run("check").output)


def test_a_changed_cell_is_the_cause(accepted, run):
    data = next((accepted / "tea/data").glob("*.csv"))
    cell = re.search(r"(\w+)\[(\w+)\]\.(\w+)", MODEL)
    header, *rows = [line.split(",") for line in data.read_text().splitlines()]
    row = next(row for row in rows if cell[2] in row)
    row[header.index(cell[3])] = "2"
    data.write_text("\n".join(",".join(line) for line in [header, *rows]) + "\n")
    result = run("check")
    assert result.exit_code == 1
    assert f"{cell[0]}: was " in result.output


def test_changes_stand_on_the_page_with_their_date_and_reason(accepted, run):
    edit(accepted, GUESTS, GUESTS.replace("40", "44"))
    run("accept", "--note", "A <b>new</b> kettle", "--date", "2026-03-04")
    page = build(accepted).files["tea/index.html"].decode()
    assert "Changes to the numbers" in page
    assert "4 March 2026" in page
    assert "A &lt;b&gt;new&lt;/b&gt; kettle" in page
    edit(accepted, GUESTS.replace("40", "44"), GUESTS.replace("40", "48"))
    run("accept", "--date", "2026-05-06")
    page = build(accepted).files["tea/index.html"].decode()
    assert page.index("6 May 2026") < page.index("4 March 2026")


BROKEN = [
    ("<<<<<<< HEAD\nnumbers: {}\n", "merged"), ("numbers: [\n", "not valid YAML"), ("numbers: {water: lots}\nrests_on: {}\n", "no accepted number"),
    ("numbers: {}\nrests_on: {}\nmore: 1\n", "unknown key"), ("", "missing"), ("numbers: {}\nclaims: {c: nan}\nrests_on: {}\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_broken_lock_is_told_at_its_line(accepted, run, text, message):
    (accepted / LOCK).write_text(text)
    result = run("build")
    assert result.exit_code == 1
    assert re.search(r"numbers\.lock\.yaml:\d+", result.output)
    assert message in result.output
    assert "explainer accept" in result.output
    assert "Traceback" not in result.output


def test_every_number_is_printed_with_what_it_rests_on(accepted, run):
    result = run("numbers", "tea")
    assert result.exit_code == 0
    for name in re.findall(r"^  (\w+):\n    label", MODEL, flags=re.MULTILINE):
        assert re.search(rf"^{name}: ", result.output, flags=re.MULTILINE)
    assert "= kettle_size / water [%]" in result.output
    assert json.loads(run("numbers", "tea", "--json").output)["quantities"].keys() >= {"water", "share"}
    assert run("numbers", "coffee").exit_code == 1


def test_what_is_published_keeps_to_its_schema(make_content):
    files = build(make_content()).files
    schema = json.loads(files["numbers.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    numbers = json.loads(files["tea/numbers.json"])
    assert numbers["$schema"] == "../numbers.schema.json"
    jsonschema.validate(numbers, schema)
    numbers["quantities"]["water"]["value"] = "ten"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(numbers, schema)


@pytest.mark.slow
def test_the_articles_numbers_are_as_accepted(real_site):  # it is built with --locked
    jsonschema.validate(
        json.loads((real_site / "ai-capital-pivot/numbers.json").read_text()),
        json.loads((real_site / "numbers.schema.json").read_text()),
    )
