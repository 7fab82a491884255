"""The preview: livereload's server and protocol, driven by watchfiles.

livereload's own watcher polls and drops reloads, and its inline script breaks our CSP; so its server is
given a watcher that does nothing, and pages get `/livereload.js` as a file. It listens on loopback only
and refuses foreign hosts and origins. A failed build keeps the last good page.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import watchfiles
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler, StaticFileHandler
from tornado.ioloop import IOLoop
from tornado.web import Application, HTTPError, OutputTransform

from explainer import config, inputs, output, pipeline
from explainer.diagnostics import Problems, render

HOST = "127.0.0.1"
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
SCRIPT = b'<script src="/livereload.js?host=%s&amp;port=%d"></script>'
Say = Callable[[str], Any]


def serve(content: Path, out: Path, cache: Path, port: int, say: Say) -> None:
    """Build, serve and rebuild until interrupted. Raises OSError if the port is taken."""
    rebuild(content, out, cache, say)
    loop = IOLoop.current()
    application(out, port).listen(port, address=HOST)
    stop, watching = threading.Event(), threading.Event()

    def watch() -> None:
        is_new = False
        while not stop.is_set():
            folders = inputs.watched(content)
            for changes in watchfiles.watch(*folders, stop_event=stop, debounce=50, step=10, rust_timeout=200, yield_on_timeout=True):
                watching.set()
                if (changes or is_new) and rebuild(content, out, cache, say):
                    loop.add_callback(LiveReloadHandler.reload_waiters, "*")
                # the author has made, or removed, a folder of templates or styles: it is watched before it is read
                if is_new := inputs.watched(content) != folders:
                    break

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    watching.wait(timeout=5)  # what is said next is an invitation to save
    say(f"Serving http://{HOST}:{port}/ - saves are rebuilt, Ctrl-C stops.")
    try:
        loop.start()
    except KeyboardInterrupt:
        stop.set()
        thread.join(timeout=5)
        say("Stopped.")


def rebuild(content: Path, out: Path, cache: Path, say: Say) -> bool:
    """Build and write; or print the problems and leave the last good site."""
    try:
        written = output.write(pipeline.build_in_processes(config.load(content, cache)).files, out)
    except Problems as problems:
        say(render(problems.diagnostics))
        say("The last good page stays until this is mended.")
        return False
    say(f"Built: {len(written.changed)} files changed.")
    return True


def application(out: Path, port: int) -> Application:
    """The server's handlers: the site, livereload's script and its WebSocket."""
    logging.getLogger("livereload").setLevel(logging.WARNING)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    LiveReloadHandler.watcher = _NoWatcher()
    LiveReloadHandler.live_css = True

    class Script(OutputTransform):
        def transform_first_chunk(self, status_code: int, headers: Any, chunk: bytes, finishing: bool) -> Any:
            if "html" in headers.get("Content-Type", "") and b"</head>" in chunk:
                tag = SCRIPT % (HOST.encode(), port)
                chunk = chunk.replace(b"</head>", tag + b"</head>", 1)
                headers["Content-Length"] = str(int(headers["Content-Length"]) + len(tag))  # large pages come in several chunks
            return status_code, headers, chunk

    site = {"path": str(out.resolve()), "default_filename": "index.html"}
    handlers: list[Any] = [
        (r"/livereload", _Socket),
        (r"/livereload\.js", _guarded(LiveReloadJSHandler)),
        (r"/(.*)", _guarded(StaticFileHandler), site),
    ]
    return Application(handlers, transforms=[Script])


class _NoWatcher:
    filepath = None


def _is_local(host: str) -> bool:
    return (urlsplit(f"//{host}").hostname or "") in {name.strip("[]") for name in LOCAL}


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

    def check_origin(self, origin: str) -> bool:
        return _is_local(urlsplit(origin).netloc)
