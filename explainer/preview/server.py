"""What the preview answers on this machine, and to this machine only.

livereload's own watcher polls and drops reloads, and its inline script breaks our CSP: its server gets a watcher that does nothing, and
pages get its script, and ours that follows saves without a reload, as files. Foreign hosts and origins are refused.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from tornado.ioloop import IOLoop
from tornado.web import Application, HTTPError, OutputTransform, RequestHandler, StaticFileHandler

from explainer.preview.state import State

HOST = "127.0.0.1"
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
FOLLOW = Path(__file__).parent / "follow.js"
TAGS = b'<script src="/livereload/follow.js" data-writes="%d" data-style="%s"></script><script src="/livereload.js?host=%s&amp;port=%d"></script>'
EMPTY = "<!doctype html><html lang=en><head><meta charset=utf-8><title>Nothing to show yet</title></head><body><p>There is no page here yet.</body></html>"
OLD = re.compile(r"static/[0-9a-f]{10}/")


def tell() -> None:
    """Have every page that is open look at what there is now."""
    LiveReloadHandler.reload_waiters("*")


def application(out: Path, port: int, state: State) -> Application:
    """The server's handlers: the site, livereload's script and its WebSocket, and the state of the preview."""
    logging.getLogger("livereload").setLevel(logging.WARNING)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    LiveReloadHandler.watcher = _NoWatcher()

    class Tags(OutputTransform):
        def __init__(self, request: Any) -> None:
            super().__init__(request)
            self._tags = TAGS % (state.writes, state.page_style.encode(), HOST.encode(), port)  # as things are before the page is read

        def transform_first_chunk(self, status_code: int, headers: Any, chunk: bytes, finishing: bool) -> Any:
            if "html" in headers.get("Content-Type", "") and b"</head>" in chunk:
                chunk = chunk.replace(b"</head>", self._tags + b"</head>", 1)
                headers["Content-Length"] = str(int(headers["Content-Length"]) + len(self._tags))  # large pages come in several chunks
            return status_code, headers, chunk

    handlers: list[Any] = [
        (r"/livereload", _Socket),
        (r"/livereload\.js", _guarded(LiveReloadJSHandler)),
        (r"/livereload/follow\.js", _guarded(_Follow)),
        (r"/livereload/state", _guarded(_Told), {"state": state}),
        (r"/livereload/style\.css", _guarded(_Style), {"state": state}),
        (r"/(search/pagefind-.*)", _guarded(_Index), {"state": state}),
        (r"/(.*)", _guarded(_Site), {"path": str(out.resolve()), "default_filename": "index.html"}),
    ]
    return Application(handlers, transforms=[Tags])


class _NoWatcher:
    filepath = None


def _is_local(host: str) -> bool:
    try:
        return (urlsplit(f"//{host}").hostname or "") in LOCAL
    except ValueError:
        return False


def _guarded(handler: type) -> type:
    """The handler for requests to this machine only: a foreign Host is DNS rebinding."""

    def prepare(self: Any) -> None:
        if not _is_local(self.request.host):
            raise HTTPError(403)

    return type(handler.__name__, (handler,), {"prepare": prepare})


class _Socket(LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    def prepare(self) -> None:
        if not _is_local(self.request.host):
            raise HTTPError(403)

    def on_message(self, message: str) -> None:
        super().on_message(message)
        if json.loads(message).get("command") == "info":  # it is told of saves from now on; this is for those before
            self.send_message({"command": "reload", "path": "*", "liveCSS": False})

    def check_origin(self, origin: str) -> bool:
        return _is_local(urlsplit(origin).netloc)


class _Follow(RequestHandler):
    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript")
        self.set_header("Cache-Control", "no-store")
        self.finish(FOLLOW.read_bytes())


class _Told(RequestHandler):
    def initialize(self, state: State) -> None:
        self._state = state

    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        found = {
            "problems": self._state.shown,
            "scripts": self._state.scripts,
            "style": self._state.style_digest(),
            "changed": self._state.changed(self.get_query_argument("page", "/")),
            "writing": bool(self._state.writes % 2),
        }
        self.finish(json.dumps(found).replace("<", "\\u003c"))
        self.set_header("Content-Type", "application/json")


class _Style(_Told):
    def get(self) -> None:
        self.set_header("Content-Type", "text/css")
        self.finish(self._state.style)


class _Index(_Told):
    """The index of the search, as the site is now."""

    async def get(self, path: str) -> None:  # type: ignore[override]
        files = await IOLoop.current().run_in_executor(None, self._state.index)
        if path not in files:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/javascript" if path.endswith(".js") else "application/octet-stream")
        self.finish(files[path])


class _Site(StaticFileHandler):
    """Files of the site, fresh each time. A page that is open may ask for static files by an older fingerprint."""

    async def get(self, path: str, include_body: bool = True) -> None:
        if OLD.match(path) and not (Path(self.root) / path).exists():
            newest = max(Path(self.root).glob(f"static/*/{OLD.sub('', path)}"), key=lambda found: found.stat().st_mtime, default=None)
            path = newest.relative_to(self.root).as_posix() if newest else path
        await super().get(path, include_body)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        found = super().validate_absolute_path(root, absolute_path)
        if found and not Path(found).resolve().is_relative_to(Path(root).resolve()):
            raise HTTPError(403)  # a link that leads out of the site
        return found

    def should_return_304(self) -> bool:
        return False  # a file may have changed within the second that its time is told in

    def compute_etag(self) -> None:
        return None

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code != 404:
            return super().write_error(status_code, **kwargs)
        lost = Path(self.root) / "404.html"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = lost.read_bytes() if lost.is_file() else EMPTY.encode()
        self.set_header("Content-Length", str(len(page)))
        self.finish(page)
        return None
