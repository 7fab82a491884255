"""Publishing to a branch: real git, bare repositories, over files, SSH's protocol and HTTP."""

import base64
import http.server
import os
import subprocess
import threading

import pytest

from explainer.publish import target
from explainer.publish.deliver import verify
from explainer.publish.git import Git
from explainer.publish.host import Trouble
from explainer.publish.manifest import NAME
from tests.publishing import ROOT, broken, put, site

pytestmark = pytest.mark.slow


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A bare repository, and a git that knows nobody."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    return tmp_path / "remote.git"


def address(bare, branch="gh-pages"):
    return f"git+file://{bare}#{branch}"


def lying(bare, branch="gh-pages"):
    names = git(bare, "ls-tree", "-r", "-z", "--name-only", branch).decode().split("\0")
    return {name: git(bare, "cat-file", "blob", f"{branch}:{name}") for name in names if name not in ("", NAME)}


def commits(bare, branch="gh-pages"):
    return int(git(bare, "rev-list", "--count", branch))


def somebody_pushes(bare, tmp_path, name="CNAME", text="example.org", branch="gh-pages"):
    work = tmp_path / "work"
    if not work.exists():
        git(tmp_path, "clone", "--quiet", str(bare), "work")
    git(work, "fetch", "--quiet")
    git(
        work,
        "checkout",
        "--quiet",
        "-B",
        branch,
        *([f"origin/{branch}"] if git(work, "branch", "-r", "--list", f"origin/{branch}") else []),
    )
    (work / name).write_text(text)
    git(work, "add", "-A")
    git(work, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "theirs")
    git(work, "push", "--quiet", "origin", branch)
    return git(work, "rev-parse", "HEAD").decode().strip()


def test_one_commit_a_publication_and_none_when_nothing_has_changed(bare):
    put(site(1), address(bare))
    put(site(1), address(bare))
    assert commits(bare) == 1
    assert lying(bare) == {**site(1), ".nojekyll": b""}
    put(site(2), address(bare))
    assert commits(bare) == 2
    found = lying(bare)
    assert found.items() >= site(2).items()
    assert {name for name in site(1) if name.startswith("static/")} <= {*found}
    assert not broken(found.get)
    put(site(3), address(bare))
    assert not {name for name in site(1) if name.startswith("static/")} & {*lying(bare)}
    assert git(bare, "log", "-1", "--format=%an", "gh-pages") == b"Explainer\n"


def test_names_that_need_care(bare):
    files = {"index.html": b"\n", 'a "b" \\c/ü ✓.html': b"data 5\n", "-x.css": b""}
    put(files, address(bare))
    assert lying(bare) == {**files, ".nojekyll": b""}
    assert verify(files, target.host(address(bare), ROOT), "") == []
    assert verify({**files, "more.html": b"", "index.html": b"2"}, target.host(address(bare), ROOT), "") == [
        "index.html: differs from what was published", "more.html: not there",
    ]  # fmt: skip


def test_goes_on_top_of_what_others_committed_and_leaves_it(bare, tmp_path):
    first = somebody_pushes(bare, tmp_path)
    put(site(1), address(bare))
    theirs = somebody_pushes(bare, tmp_path, "notes.txt", "theirs")
    put(site(2), address(bare))
    assert lying(bare).items() >= {"CNAME": b"example.org", "notes.txt": b"theirs"}.items()
    for commit in (first, theirs):
        git(bare, "merge-base", "--is-ancestor", commit, "gh-pages")
    somebody_pushes(bare, tmp_path, "index.html", "theirs")
    with pytest.raises(Trouble, match=r"changed since: index\.html"):
        put(site(3), address(bare))


def test_somebody_who_pushes_meanwhile_is_not_pushed_away(bare, tmp_path, monkeypatch):
    put(site(1), address(bare))
    carry_out = Git.carry_out

    def late(self, plan, files):
        somebody_pushes(bare, tmp_path)
        carry_out(self, plan, files)

    with monkeypatch.context() as patch:
        patch.setattr(Git, "carry_out", late)
        with pytest.raises(Trouble, match="meanwhile") as trouble:
            put(site(2), address(bare))
        assert "run it again" in trouble.value.hint
    put(site(2), address(bare))
    assert lying(bare)["CNAME"] == b"example.org"


def test_over_ssh(bare, tmp_path, monkeypatch):
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nwhile [ "$1" != git@host ]; do shift; done\nshift\nexec sh -c "$*"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    put(site(1), f"git+ssh://git@host{bare}#pages")
    assert lying(bare, "pages").items() >= site(1).items()


class Refusing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path.split("/")[1]))
        self.send_header("WWW-Authenticate", "Basic")
        self.end_headers()

    def log_message(self, *_): ...


@pytest.mark.parametrize(("status", "says"), [(401, "not let in"), (403, "not let in"), (404, "no such repository")])
def test_a_host_that_refuses_shows_no_secret(bare, status, says):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(Trouble, match=says) as trouble:
            put(site(1), f"git+http://me:hunter2@127.0.0.1:{server.server_port}/{status}/x.git")
        server.shutdown()
    assert "hunter2" not in f"{trouble.value.message}{trouble.value.hint}"


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("git+http://127.0.0.1:9/x.git", "cannot be reached"), ("git+https://no-such-host.invalid/x.git", "cannot be reached"),
        ("git+file:///no/such/repository.git", "no such repository"), ("git+file:///x.git#a..b", "git did not do it"),
    ],
)  # fmt: skip
def test_what_cannot_be_reached(bare, to, says):
    with pytest.raises(Trouble, match=says):
        put(site(1), to)


def test_a_repository_that_vanishes_and_one_that_refuses(bare, tmp_path):
    put(site(1), address(bare))
    bare.rename(tmp_path / "away")
    with pytest.raises(Trouble, match="no such repository"):
        put(site(2), address(bare))
    (tmp_path / "away").rename(bare)
    hook = bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH001: Large files detected'\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Trouble, match="for its size"):
        put(site(2), address(bare))
    hook.unlink()
    assert commits(bare) == 1
    put(site(2), address(bare))


@pytest.mark.slow
def test_a_large_file(bare):
    put({"index.html": b"", "film.mp4": bytes(100_000_000)}, address(bare))
    assert git(bare, "cat-file", "-s", "gh-pages:film.mp4") == b"100000000\n"


class Behind(http.server.BaseHTTPRequestHandler):
    """Git's own server program, behind a password."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") != f"Basic {base64.b64encode(b'me:hunter2').decode()}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        said = {
            "GIT_PROJECT_ROOT": str(self.server.root), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "me", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }  # fmt: skip
        answer = subprocess.run(["git", "http-backend"], input=body, env={**os.environ, **said}, capture_output=True, check=True).stdout
        head, _, rest = answer.partition(b"\r\n\r\n")
        self.wfile.write(b"HTTP/1.0 200 OK\r\n" + head + b"\r\n\r\n" + rest)

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_): ...


def test_over_http_with_a_password(bare, tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        server.root = tmp_path
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = f"127.0.0.1:{server.server_port}/remote.git"
        with pytest.raises(Trouble, match="not let in") as trouble:
            put(site(1), f"git+http://me:wrong@{there}")
        assert "wrong" not in f"{trouble.value.message}{trouble.value.hint}"
        put(site(1), f"git+http://me:hunter2@{there}")
        put(site(2), f"git+http://me:hunter2@{there}")
        server.shutdown()
    assert lying(bare).items() >= site(2).items()
    assert commits(bare) == 2
