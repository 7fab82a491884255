"""Links to elsewhere, asked of a server on this machine."""

import contextlib
import datetime
import http.server
import threading
import time
from collections import Counter

import pytest
from click.testing import CliRunner

from explainer import cli
from explainer.diagnostics import Place
from explainer.editorial import external
from explainer.editorial.external import DAY, Link, ask, remarks
from explainer.editorial.review import review_links
from explainer.silence import in_yaml

pytestmark = pytest.mark.slow

STATUS = {"/ok": 200, "/gone": 404, "/broken": 500, "/forbidden": 403, "/head": 200}
MOVES = {
    "/moved": (301, "/ok"),
    "/temporary": (302, "/ok"),
    "/loop": (301, "/loop"),
    "/file": (301, "file:///etc/passwd"),
    "/then": (308, "/temporary"),
}


class Elsewhere(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked[self.command, self.path] += 1
        self.server.agents.add(self.headers["User-Agent"])
        path = self.path.partition("?")[0]
        if path == "/slow":
            time.sleep(0.6)
        status, target = MOVES.get(path, (STATUS.get(path, 200), None))
        self.send_response(501 if path == "/head" and self.command == "HEAD" else status)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        with contextlib.suppress(OSError):
            self.end_headers()

    def do_GET(self):
        self.do_HEAD()

    def log_message(self, *_): ...


@pytest.fixture
def elsewhere(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(external, "SECONDS", 0.3)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        server.asked, server.agents = Counter(), set()
        server.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def told(server, path, cache):
    link = Link(server.address + path, Place("a.md", 3))
    return [
        (item.code, item.severity, item.message.removeprefix(f"'{link.address}' "))
        for item in remarks([link], ask([link.address], cache, 0.0))
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ok", []),
        ("/ok#part", []),
        ("/a b?ü=1", []),
        ("/head", []),
        ("/temporary", []),
        ("/gone", [("dead-link", "warning", "does not answer: 404 Not Found")]),
        ("/broken", [("dead-link", "warning", "does not answer: 500 Internal Server Error")]),
        ("/slow", [("dead-link", "warning", "does not answer: no answer within 0 s")]),
        ("/loop", [("dead-link", "warning", "does not answer: it leads on more than 5 times, or to no web address")]),
        ("/file", [("dead-link", "warning", "does not answer: it leads on more than 5 times, or to no web address")]),
        ("/forbidden", [("refused-link", "note", "refuses programs, with status 403")]),
        ("/moved", [("moved-link", "note", "has moved for good")]),
        ("/then", [("moved-link", "note", "has moved for good")]),
    ],
)
def test_what_a_host_says(elsewhere, tmp_path, path, said):
    assert told(elsewhere, path, tmp_path) == said
    assert all(agent.startswith("explainer/") for agent in elsewhere.agents)


def test_a_way_that_is_for_good_only_at_first_is_told_as_far_as_it_is(elsewhere, tmp_path):
    assert ask([elsewhere.address + "/then"], tmp_path, 0.0)[elsewhere.address + "/then"].moved == elsewhere.address + "/temporary"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://nobody.invalid/", "https://[bad/", "http:///", "//127.0.0.1:1/x", "http://ü..x/"]
)
def test_who_does_not_answer(monkeypatch, tmp_path, address):
    monkeypatch.setenv("NO_PROXY", "*")
    answer = ask([address], tmp_path, 0.0)[address]
    assert answer.status == 0
    assert answer.reason
    assert "Errno" not in answer.reason


def test_good_answers_are_kept_for_a_day(elsewhere, tmp_path):
    addresses = [elsewhere.address + path for path in ("/ok", "/ok#a", "/ok#b", "/moved", "/gone")]
    first = ask(addresses, tmp_path, 1000.0)
    assert elsewhere.asked["HEAD", "/ok"] == 2  # once for itself and once for what has moved there
    assert ask(addresses, tmp_path, 1000.0 + DAY - 1) == first
    assert elsewhere.asked["HEAD", "/ok"] == 2
    assert elsewhere.asked["HEAD", "/gone"] == 2  # may be mended by now
    ask(addresses, tmp_path, 1000.0 + DAY)
    assert elsewhere.asked["HEAD", "/ok"] == 4
    for damaged in ("", "[]", '{"a": 1}', '{"a": [1, 2, 3, 4]}', "\0"):
        (tmp_path / "links.json").write_text(damaged)
        assert ask(addresses, tmp_path, 1000.0) == first


def test_the_time_is_bounded_and_a_silent_host_is_left_alone(elsewhere, tmp_path):
    slow = [f"{elsewhere.address}/slow?{number}" for number in range(50)]
    started = time.monotonic()
    answers = ask(slow, tmp_path, 0.0)
    assert time.monotonic() - started < 3
    assert {answer.status for answer in answers.values()} == {0}
    assert elsewhere.asked.total() == 4  # two addresses, HEAD and GET
    late = ask(slow, tmp_path, 0.0, seconds=0.0)
    assert {answer.reason for answer in late.values()} == {"the time was up before its turn"}


def test_a_link_is_told_where_it_is_written_and_may_be_answered(elsewhere, make_content, tmp_path, monkeypatch):
    content = make_content({
        "site.yaml": f"title: T\nnavigation:\n  - {{title: Out, address: '{elsewhere.address}/gone?nav'}}\n",
        "tea/sections/10-water.md": f"## Water\n\nSee [this]({elsewhere.address}/gone), <{elsewhere.address}/forbidden> and [that]({elsewhere.address}/ok).\n",
        "tea/sources.yaml": (
            f'kettle:\n  title: K\n  URL: "{elsewhere.address}/moved"\n  accessed: 2026-01-01\n  seen: primary\n'
            "# check: ignore dead-link: it was there once\n"
            f'cups: {{title: Cups, URL: "{elsewhere.address}/gone?cups", accessed: 2026-01-01, seen: secondary, via: a friend}}\n'
        ),
    })  # fmt: skip
    monkeypatch.setattr(external, "CACHE", str(tmp_path / "links.json"))
    date = ["--date", datetime.date(2026, 11, 25).isoformat()]
    result = CliRunner().invoke(cli.main, ["check", "--external", "--content", str(content), *date])
    lines = [line for line in result.stdout.splitlines() if "-link]" in line]
    assert [line.split(": '")[0] for line in lines] == [
        "content/site.yaml:3:18: warning[dead-link]",
        "content/tea/sections/10-water.md:3: warning[dead-link]",
        "content/tea/sections/10-water.md:3: note[refused-link]",
        "content/tea/sources.yaml:3:3: note[moved-link]",
    ]
    assert f"it is now '{elsewhere.address}/ok'" in result.stdout
    quiet = CliRunner().invoke(cli.main, ["check", "--content", str(content), *date])
    assert "-link" not in quiet.stdout


def test_where_nobody_answers_it_is_said_once(make_content, tmp_path, monkeypatch):
    links = "".join(f"- <http://127.0.0.1:1/{number}>\n" for number in range(5))
    content = make_content({"tea/sections/20-links.md": links, "tea/sources.yaml": (
        "kettle: {title: K, accessed: 2026-01-01, seen: primary}\ncups: {title: Cups, accessed: 2026-01-01, seen: primary}\n"
    ), "site.yaml": "title: T\n"})  # fmt: skip
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(external, "CACHE", str(tmp_path / "links.json"))
    result = CliRunner().invoke(cli.main, ["check", "--external", "--content", str(content), "--date", "2026-11-25"])
    assert result.stdout.count("dead-link") == 1
    assert "none of 5 links got an answer" in result.stdout


def test_an_answer_to_what_is_well_is_told():
    silences = in_yaml("a: 1  # check: ignore dead-link: why", Place("a.md", 1))
    (said,) = review_links([], silences)
    assert said.message == "'dead-link' has nothing to say here"
