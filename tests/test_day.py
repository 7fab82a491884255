"""A day with the commands: how far they are, what they say to people and to programs, and what Ctrl-C leaves."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from unittest import mock

import pytest
from click.testing import CliRunner

from explainer import cli
from explainer.cli import saying, showing
from explainer.progress import Progress
from tests.conftest import DOCUMENTATION, free_port

COMMAND = [sys.executable, "-m", "explainer"]
KEYS = ["version", "ok", "articles", "files", "changed", "removed", "seconds", "phases", "drift", "problems"]


@pytest.fixture
def run(make_content, tmp_path):
    content = make_content()

    def call(command, *arguments):
        out = ["--out", str(tmp_path / "site")] if command == "build" else []
        return CliRunner().invoke(cli.main, [command, "--content", str(content), *out, *arguments])

    call.content = content
    return call


def told(result):
    found = json.loads(result.stdout)
    assert list(found) == KEYS
    assert result.stderr == ""
    return found


def test_a_build_for_programs_is_one_object(run):
    first = told(run("build", "--json"))
    assert first["ok"]
    assert first["articles"] == ["tea"]
    assert first["files"] == len(first["changed"]) > 10
    assert first["drift"] == [{"article": "tea", "accepted": False, "moved": [], "new": [], "gone": []}]
    assert first["phases"]["articles"] >= first["phases"]["articles/figures"] >= 0
    run("accept")
    run("build")
    again = told(run("build", "--json"))
    assert (again["ok"], again["files"], again["changed"], again["drift"], again["phases"]) == (True, first["files"], [], [], {})


def test_the_object_is_the_one_that_is_documented(run):
    text = next(block for block in re.findall(r"```json\n(.*?)```", DOCUMENTATION, flags=re.DOTALL) if '"phases"' in block)
    documented = json.loads(text)
    run("accept")
    model = run.content / "tea/model.yaml"
    model.write_text(model.read_text().replace("40", "50"))
    found = told(run("build", "--json"))
    assert list(documented) == KEYS
    assert set(documented["phases"]) < set(found["phases"])
    assert list(documented["drift"][0]) == list(found["drift"][0])
    assert list(documented["drift"][0]["moved"][0]) == list(found["drift"][0]["moved"][0])


def test_programs_are_told_what_has_moved_and_what_is_wrong(run):
    run("accept")
    model = run.content / "tea/model.yaml"
    text = model.read_text()
    model.write_text(text.replace("40", "50"))
    refused = run("build", "--json", "--locked")
    moved = told(refused)["drift"][0]["moved"]
    assert (refused.exit_code, told(refused)["ok"]) == (1, False)
    assert {"number", "was", "is", "because"} == set(moved[0])
    assert told(run("check", "--json"))["drift"][0]["moved"] == moved
    model.write_text(text.replace("formula:", "formulla:", 1))
    for command in ("build", "check"):
        result = run(command, "--json")
        (problem, *_) = told(result)["problems"]
        assert result.exit_code == 1
        assert problem["file"].endswith("content/tea/model.yaml")
        assert set(problem) == {"rule", "severity", "file", "line", "column", "message", "hint"}


def test_quiet_says_only_what_is_wrong(run):
    for command in ("build", "accept"):
        assert run(command, "--quiet").output == ""
    assert "1 article" not in run("check", "--quiet").output
    (run.content / "tea/sources.yaml").write_text("")
    assert "error[" in run("build", "-q").stderr


def test_its_times_are_said_when_asked(run):
    run("build")
    assert "phase" not in run("build").output
    assert re.search(r"\n  phase +seconds\n  read +\d+\.\d\d\n  articles .*\n    model ", run("build", "--timings", "--no-cache").output)


def test_the_help_names_every_command_under_a_heading_and_where_to_read_on():
    text = CliRunner().invoke(cli.main, ["-h"]).output
    for name in cli.main.commands:
        assert re.search(rf"^  {name} ", text, flags=re.MULTILINE)
    assert "More:" not in text
    assert "README" in text
    assert "130" in text
    assert "..." not in text.replace("]...", "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_shell_completes(shell):
    assert "_EXPLAINER_COMPLETE" in CliRunner().invoke(cli.main, ["completion", shell]).output


@pytest.mark.slow
def test_a_shell_completes_the_articles(run):
    words = {"_EXPLAINER_COMPLETE": "bash_complete", "COMP_WORDS": "explainer accept t", "COMP_CWORD": "2"}
    script = "import sys; sys.argv[0] = 'explainer'; from explainer.cli import main; main(prog_name='explainer')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=run.content.parent, env={**os.environ, **words}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["plain,tea"]


class TestProgress:
    def test_phases_are_measured_in_their_order_and_inside_one_another(self):
        progress = Progress()
        with progress.phase("articles", 2):
            part = progress.part()
            with part.phase("model"):
                pass
            progress.add(part.seconds)
            progress.add({"model": 2.0})
        assert list(progress.seconds) == ["articles", "articles/model"]
        assert progress.seconds["articles/model"] > 2

    def test_a_line_now_and_then_where_there_is_no_terminal(self, monkeypatch, capsys):
        monkeypatch.setattr(showing, "SOON", 0.01)
        monkeypatch.setattr(showing, "LINE", 0.01)
        with showing.shown() as progress, progress.phase("articles", 3):
            time.sleep(0.1)
            progress.step()
            with progress.phase("figures"):
                time.sleep(0.1)
        assert capsys.readouterr().err == "… articles 0 of 3\n… articles 1 of 3, figures\n"

    def test_what_is_quick_or_quiet_shows_nothing(self, monkeypatch, capsys):
        with showing.shown() as progress, progress.phase("articles"):
            pass
        monkeypatch.setattr(showing, "SOON", 0)
        with showing.shown(quiet=True) as progress, progress.phase("articles"):
            time.sleep(0.05)
        assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_rich_is_not_imported_before_it_is_needed():
    script = "import sys; sys.argv = ['explainer', 'build', '-h']\ntry:\n    from explainer.__main__ import run; run()\nfinally:\n    assert not {'rich', 'numpy', 'pydantic', 'yaml'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL).returncode == 0


def on_a_terminal(command, **variables):
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", **variables}
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 10_000):
            text += piece
    except OSError:
        pass  # the other end is closed
    process.wait(timeout=10)
    return text.decode()


@pytest.mark.slow
def test_colours_on_a_terminal_only_and_not_against_the_users_will(make_content, monkeypatch):
    content = make_content({"tea/sources.yaml": ""})
    command = [*COMMAND, "check", "--content", str(content)]
    assert "\x1b[31m" in on_a_terminal(command)
    terminal, file = mock.Mock(isatty=lambda: True), mock.Mock(isatty=lambda: False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert (saying.in_colour(terminal), saying.in_colour(file)) == (True, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not saying.in_colour(terminal)


@pytest.mark.slow
def test_a_bar_on_a_terminal(tmp_path):
    script = "import time\nfrom explainer.cli import showing\nshowing.SOON = 0\nwith showing.shown() as progress, progress.phase('articles', 3):\n    progress.step()\n    time.sleep(0.8)\n"
    assert "articles 1 of 3" in on_a_terminal([sys.executable, "-c", script])


@pytest.mark.slow
def test_ctrl_c_stops_everything_with_one_line(make_content, tmp_path):
    """As a terminal sends it: to the whole group, while two workers draw."""
    content = make_content()
    chart = (content / "tea/charts.py").read_text()
    drawing = tmp_path / "drawing"
    slow = chart.replace(
        "):\n", f"):\n    import pathlib, os, time\n    pathlib.Path(f'{drawing}-{{os.getpid()}}').touch()\n    time.sleep(30)\n", 1
    )
    (content / "tea/charts.py").write_text(slow)
    shutil.copytree(content / "tea", content / "more")
    process = subprocess.Popen(
        [*COMMAND, "build", "--content", str(content), "--out", str(tmp_path / "site")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    for _ in range(400):
        if len(list(tmp_path.glob("drawing-*"))) == min(2, os.cpu_count() or 1):
            break
        time.sleep(0.05)
    workers = [int(path.name.partition("-")[2]) for path in tmp_path.glob("drawing-*")]
    os.killpg(process.pid, signal.SIGINT)
    said, wrong = process.communicate(timeout=10)
    assert (process.returncode, said) == (130, "")
    assert [line for line in wrong.splitlines() if not line.startswith("…")] == ["Stopped."]
    assert workers
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert not list((tmp_path).glob("site/**/*"))


@pytest.mark.slow
def test_ctrl_c_ends_the_preview(make_content, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "serve", "--content", str(make_content()), "--out", str(tmp_path / "site"), "--port", str(free_port())],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Serving" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    said, wrong = process.communicate(timeout=10)
    assert process.returncode == 130
    assert said == "Stopped.\n"
    assert wrong in ("", "… first build\n")  # said where the machine is slow
    assert "".join(lines).count("Serving") == 1
