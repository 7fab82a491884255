"""What tests share: small sites made on the spot, a browser, a server as strict as a real host."""

import contextlib
import functools
import http.server
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from explainer import assets, cli, config, pipeline
from explainer.cli import showing
from tests import browser

ROOT = Path(__file__).parent.parent
DOCUMENTATION = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/reference.md"))
SMALL = ROOT / "tests/golden/small/content"


# What takes longest begins first: a core that has nothing more to do at the end waits for nobody.
LONGEST = ("hostile", "parity", "cache", "accessible", "units_hold", "cli", "cards", "publish_s3", "asked", "degraded", "preview")


settings.register_profile("any machine", deadline=20_000)  # finds what never ends, not a machine that has much else to do
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONGEST)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files with what is seen now")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache that only the processes of this run share; the chart runtime is this user's."""
    own, folder = cli.cache_folder(), _shared(tmp_path_factory) / "cache"
    folder.mkdir(exist_ok=True)
    for runtime in own.glob("vega-*.js"):
        if not (folder / runtime.name).exists():
            shutil.copy(runtime, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLAINER_CACHE", str(folder))
        patch.setattr(showing, "SOON", 600.0)  # a busy machine would have a test's build say how far it is
        yield folder


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture
def make_content(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the small site with some files replaced (None removes one); returns its content folder."""

    def make(changes: dict[str, str | None] | None = None) -> Path:
        content = tmp_path / "content"
        shutil.copytree(SMALL, content, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in (changes or {}).items():
            if text is None:
                (content / path).unlink()
            else:
                (content / path).parent.mkdir(parents=True, exist_ok=True)
                (content / path).write_text(text, encoding="utf-8")
        return content

    return make


def build(content: Path) -> pipeline.Site:
    return pipeline.build(config.load(content, cli.cache_folder()))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or rewrite the file under --accept."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = browser.find()
    assert path, "no browser: run 'python tests/browser.py'"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browser.ARGUMENTS)
        yield chromium
        chromium.close()


class Reader:
    """A reader's page: everything that goes wrong on it is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))


@pytest.fixture
def reader(chrome: Browser) -> Iterator[Callable[..., Reader]]:
    with contextlib.ExitStack() as stack:

        def open_page(url: str, **context: object) -> Reader:
            opened = stack.enter_context(contextlib.closing(chrome.new_context(**context)))
            result = Reader(opened.new_page())
            result.page.goto(url)
            return result

        yield open_page


class StrictHandler(http.server.SimpleHTTPRequestHandler):
    """Serves with the promises of a real host: the CSP as a header, no guessing of types, fingerprinted files kept."""

    policy = assets.CSP
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "max-age=31536000, immutable" if self.path.startswith("/static/") else "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None: ...


class Server(http.server.ThreadingHTTPServer):
    """One that a browser may leave in the middle of an answer."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, policy: str = assets.CSP) -> Iterator[str]:
    handler = functools.partial(type("Handler", (StrictHandler,), {"policy": policy}), directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the real site, built as CI builds it: once, by the first of the processes that ask."""
    shared = _shared(tmp_path_factory)
    with FileLock(shared / "real.lock"):
        if not (shared / "real").exists():
            done = CliRunner().invoke(cli.main, ["build", "--locked", "--content", str(ROOT / "content"), "--out", str(shared / "real")])
            assert done.exit_code == 0, done.output
    return shared / "real"


@pytest.fixture(scope="session")
def flagship(real_site: Path) -> Iterator[str]:
    """The address of the real site."""
    with serving(real_site) as address:
        yield address
