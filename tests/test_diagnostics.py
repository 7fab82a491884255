"""What an author reads when something is wrong: every folder in tests/broken is a case with its golden text.

A case holds only the files that differ from the small site; an empty file stands for one that is missing.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer import cli
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean, render

CASES = sorted(path for path in (Path(__file__).parent / "broken").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_problems_read_as_accepted(case, make_content, golden, tmp_path):
    files = {path.relative_to(case).as_posix(): path for path in case.rglob("*") if path.is_file() and path.name != "expected.txt"}
    content = make_content()
    for name, path in files.items():
        target = content / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes()) if path.stat().st_size else target.unlink(missing_ok=True)
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("the last good page")
    result = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(out)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert (out / "index.html").read_text() == "the last good page"
    golden(case / "expected.txt", result.stderr)


def test_all_problems_of_a_phase_come_at_once_each_once_in_the_order_of_the_files():
    problems = [
        Diagnostic("b", "second", Place("a.md", 3)),
        Diagnostic("a", "first", Place("a.md", 1), "do this\nand that"),
        Diagnostic("b", "second", Place("a.md", 3)),
        Diagnostic("c", "careful", Place("b.md"), severity="warning"),
    ]
    assert render(problems) == "a.md:1: error[a]: first\n    do this\n    and that\na.md:3: error[b]: second\nb.md: warning[c]: careful"


def test_a_report_raises_what_its_parts_raised():
    def part() -> None:
        raise Problems([Diagnostic("inner", "x", Place("f"))])

    with pytest.raises(Problems) as raised, Report() as report:
        assert report.attempt(part) is None
        report.error("outer", "y", Place("f"))
    assert [problem.code for problem in raised.value.diagnostics] == ["inner", "outer"]


@pytest.mark.parametrize(
    ("name", "names", "hint"),
    [("capx", ["capex", "heads"], "did you mean 'capex'?"), ("zzz", ["a", "b"], "known here: a, b"), ("zzz", [], ""), ("zzz", map(str, range(20)), "")],
)  # fmt: skip
def test_hints(name, names, hint):
    assert did_you_mean(name, names) == hint
