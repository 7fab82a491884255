"""The commands as an author runs them; and that a build depends on nothing but its input."""

import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request

import pytest
from click.testing import CliRunner

from explainer import cli
from tests.conftest import ROOT, free_port

COMMAND = [sys.executable, str(ROOT / "build.py")]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def test_a_build_says_what_it_built_and_how_to_look_at_it(make_content, tmp_path):
    content, out = make_content(), tmp_path / "out"
    result = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(out)])
    assert result.exit_code == 0
    assert f"{out}/tea/index.html" in result.output
    assert "serve" in result.output
    assert (out / "tea/index.html").is_file()
    again = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(out)])
    assert " 0 changed" in again.output


@pytest.mark.slow
def test_two_articles_and_all_of_their_problems(make_content, tmp_path):
    model = (ROOT / "tests/golden/small/content/tea/model.yaml").read_text()
    article = (ROOT / "tests/golden/small/content/tea/article.md").read_text()
    sources = (ROOT / "tests/golden/small/content/tea/sources.yaml").read_text()
    files = {
        "coffee/article.md": article,
        "coffee/model.yaml": model,
        "coffee/sources.yaml": sources,
        "coffee/data/kettles.csv": "model,size\nsmall,1\n",
    }
    content = make_content(files)
    built = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(tmp_path / "out")])
    assert "Built 2 articles" in built.output
    assert (tmp_path / "out/index.html").read_text().count('class="byline"') == 2
    for name in ("coffee", "tea"):
        (content / name / "sources.yaml").write_text("")
    broken = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(tmp_path / "out")])
    assert "content/coffee/" in broken.stderr
    assert "content/tea/" in broken.stderr


@pytest.mark.parametrize("out", ["content", ".", "content/site", "content/tea/data"])
def test_the_site_is_never_written_over_its_content(make_content, monkeypatch, out):
    content = make_content()
    monkeypatch.chdir(content.parent)
    before = sorted(content.rglob("*"))
    result = CliRunner().invoke(cli.main, ["build", "--out", out])
    assert result.exit_code == 1
    assert "--out" in result.stderr
    assert sorted(content.rglob("*")) == before


def test_a_fault_of_ours_shows_no_traceback(make_content, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["explainer", "build", "--content", str(make_content())])
    monkeypatch.setattr("explainer.pipeline.build", lambda *_: 1 / 0)
    monkeypatch.delenv("EXPLAINER_DEBUG", raising=False)
    with pytest.raises(SystemExit) as stop:
        cli.run()
    assert stop.value.code == 3
    assert "A fault in Explainer itself: ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.slow
def test_build_py_without_its_packages_says_what_to_do():
    done = subprocess.run([sys.executable, "-I", "-S", str(ROOT / "build.py")], capture_output=True, text=True)
    assert "make site" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_builds_are_identical_wherever_and_however_they_run(make_content, tmp_path):
    """Another folder, time zone, locale and hash seed; the bytes must not know."""
    content = make_content()
    elsewhere = tmp_path / "an other/place"
    elsewhere.mkdir(parents=True)
    content.rename(elsewhere / "content")
    sites = []
    for folder, content_folder, variables in [
        (tmp_path, ROOT / "tests/golden/small/content", {"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "1"}),
        (elsewhere, "content", {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}),
    ]:
        subprocess.run(
            [*COMMAND, "build", "--content", str(content_folder), "--out", "site"],
            cwd=folder,
            env={**os.environ, **variables},
            check=True,
            capture_output=True,
        )
        site = folder / "site"
        sites.append({path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()})
    assert sites[0] == sites[1]


@pytest.mark.slow
def test_a_newcomer_with_nothing_but_the_wheel(tmp_path):
    """Templates, styles, schemas and the start travel in the wheel: in an empty folder it makes a site and an article and builds them."""
    wheels, venv, home = tmp_path / "wheels", tmp_path / "venv", tmp_path / "my notes"
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)], check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = venv.glob("lib/*/site-packages")
    install = [sys.executable, "-m", "pip", "--python", str(venv), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True)
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))  # what it depends on; of the checkout only a finder, not run
    home.mkdir()

    def explainer(*arguments):
        done = subprocess.run([venv / "bin/explainer", *arguments], cwd=home, env=CLEAN, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    explainer("new", "site", ".", "--title", "My notes")
    explainer("new", "article", "bread-again")
    explainer("accept")
    assert "Built 2 articles" in explainer("build", "--locked")
    assert explainer("schema", "model") == (home / ".explainer/schemas/model.schema.json").read_text()
    assert "<h1>My notes</h1>" in (home / "site/index.html").read_text()
    assert "Bread again" in (home / "site/bread-again/index.html").read_text()
    located = subprocess.run(
        [venv / "bin/python", "-c", "import explainer; print(explainer.__file__)"], env=CLEAN, cwd=home, capture_output=True, text=True
    )
    assert str(venv) in located.stdout


@pytest.mark.slow
class TestServe:
    @pytest.fixture
    def served(self, make_content, tmp_path):
        content = make_content()
        port = free_port()
        log = tmp_path / "log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [*COMMAND, "serve", "--content", str(content), "--out", str(tmp_path / "out"), "--port", str(port)],
                stdout=file,
                stderr=file,
            )
        for _ in range(200):
            if "Serving" in log.read_text():
                break
            time.sleep(0.05)
        yield content, f"http://127.0.0.1:{port}/", log
        process.terminate()
        process.wait(timeout=10)

    def test_a_large_page_arrives_whole(self, served, tmp_path):
        content, address, log = served
        section = content / "tea/sections/90-long.md"
        section.write_text("## Long\n\n" + "Words and {{ water }}.\n\n" * 2000)
        written = tmp_path / "out/tea/index.html"
        for _ in range(200):
            if b"Words and" in written.read_bytes():
                break
            time.sleep(0.05)
        time.sleep(0.2)
        page = urllib.request.urlopen(address + "tea/index.html").read()
        assert len(written.read_bytes()) > 150_000
        assert page.endswith(b"</html>\n")
        assert page.count(b"/livereload.js") == 1
        assert "Traceback" not in log.read_text()

    def test_a_style_beside_the_content_is_seen_even_if_its_folder_is_new(self, served, tmp_path):
        content, _, _ = served
        (content.parent / "static/style").mkdir(parents=True)
        for rule in (b".first{top:0}", b".second{top:0}"):
            (content.parent / "static/style/95-mine.css").write_bytes(rule)
            for _ in range(200):
                if any(rule in sheet.read_bytes() for sheet in tmp_path.glob("out/static/*/style.css")):
                    break
                time.sleep(0.05)
            assert any(rule in sheet.read_bytes() for sheet in tmp_path.glob("out/static/*/style.css"))

    def test_only_this_machine_may_ask(self, served):
        _, address, _ = served
        for path, headers in [
            ("tea/index.html", {"Host": "evil.example"}),
            ("livereload", {"Host": "evil.example"}),
            ("../content/site.yaml", {}),
            ("%2e%2e/content/site.yaml", {}),
        ]:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(address + path, headers=headers))
            assert refused.value.code in (400, 403, 404)
        for origin, status in [("http://evil.example", b"403"), (address.rstrip("/"), b"101")]:
            lines = [
                "GET /livereload HTTP/1.1",
                f"Host: {address.split('/')[2]}",
                f"Origin: {origin}",
                "Upgrade: websocket",
                "Connection: Upgrade",
            ]
            lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
            with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1].strip("/"))), timeout=5) as connection:
                connection.sendall("\r\n".join(lines).encode())
                assert connection.recv(100).split()[1] == status

    def test_a_taken_port_is_said_plainly(self, served, make_content, tmp_path):
        _, address, _ = served
        port = address.rsplit(":", 1)[1].strip("/")
        done = subprocess.run(
            [*COMMAND, "serve", "--content", str(make_content()), "--out", str(tmp_path / "out2"), "--port", port],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert "cannot listen on port" in done.stderr
        assert "Traceback" not in done.stderr
