"""The preview: builds, serves, watches, and has the browser follow. livereload's server and protocol, driven by watchfiles."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import watchfiles
from tornado.ioloop import IOLoop

from explainer import assets, config, inputs, output, pipeline, search
from explainer.cache import Cache
from explainer.diagnostics import Problems
from explainer.preview.server import HOST, application, tell
from explainer.preview.state import State

Say = Callable[[str], Any]
Follow = Callable[[], Any]
LULL = 0.1  # seconds that a browser has to ask for a page
pages_first = functools.partial(pipeline.build, whole=False)


def serve(content: Path, out: Path, cache: Path, results: Cache, port: int, editor: str, say: Say) -> None:
    """Build, serve and rebuild until interrupted. Raises OSError if the port is taken, ValueError for an editor that is not known."""
    state = State(content.resolve().parent, editor)
    loop = IOLoop.current()
    application(out, port, state).listen(port, address=HOST)
    _Builder(content, out, cache, results, state, say, lambda: None).build(pipeline.build_in_processes)
    stop, watching = threading.Event(), threading.Event()

    def watch() -> None:
        def follow() -> None:
            """The browser is told, and asks for what there is before the work that is left takes the processor."""
            loop.add_callback(tell)
            stop.wait(LULL)

        builder, is_new, warm = _Builder(content, out, cache, results, state, say, follow), False, False
        while not stop.is_set():
            folders = inputs.watched(content)
            for changes in watchfiles.watch(*folders, stop_event=stop, debounce=200, step=5, rust_timeout=200, yield_on_timeout=True):
                watching.set()
                if changes and all(path.endswith(".css") for _, path in changes):
                    builder.restyle()
                if changes or is_new:
                    builder.build(pages_first)
                    loop.add_callback(tell)
                elif not warm:
                    builder.warm()
                warm = True
                # the author has made, or removed, a folder of templates or styles: it is watched before it is read
                if is_new := inputs.watched(content) != folders:
                    break

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    watching.wait(timeout=5)  # what is said next is an invitation to save
    try:
        say(f"Serving http://{HOST}:{port}/ - saves are rebuilt, Ctrl-C stops.")
        loop.start()
    except KeyboardInterrupt:
        stop.set()
        thread.join(timeout=5)
        say("Stopped.")


class _Builder:
    """Builds into a folder, and says what came of it: the same problems once."""

    def __init__(self, content: Path, out: Path, cache: Path, results: Cache, state: State, say: Say, follow: Follow) -> None:
        self._content, self._out, self._cache, self._results, self._state = content, out, cache, results, state
        self._say, self._follow = say, follow

    def build(self, how: Callable[..., pipeline.Site]) -> None:
        """Build and write, what pages show before the rest; or say the problems and leave the last good site."""
        changed = 0
        try:
            settings = config.load(self._content, self._cache, self._results)
            site = how(settings, index=False)
            if site.files.waiting:
                changed += self._write(site.files.ready, site.files.waiting)
                self._state.succeed(site.files.ready, whole=False)
                self._follow()
            changed += self._write(site.files.whole())
        except Problems as problems:
            if self._state.fail(problems.diagnostics):
                self._say(f"{self._state.text()}\nThe last good page stays until this is mended.")
        except Exception as error:  # a fault of ours, or a disk that is full: the preview goes on
            if self._state.fail_in(error):
                self._say(f"{self._state.text()}\nThe last good page stays.")
        else:
            self._state.index = functools.partial(search.files, site.sought, settings)
            self._state.succeed(site.files)
            if changed:
                self._say(f"Built: {changed} files changed.")

    def _write(self, files: Mapping[str, bytes], waiting: Collection[str] = ()) -> int:
        """Write these; how many files are others than before."""
        written = self._state.wrote(lambda: output.write(files, self._out, waiting))
        return len(written.changed) + len(written.removed)

    def restyle(self) -> None:
        """Have the style at once: the pages, which name it by its digest, come a little later."""
        try:
            self._state.style = assets.sheet(config.load(self._content, self._cache, self._results))
            self._follow()
        except Problems:
            return  # the build says them

    def warm(self) -> None:
        """Read from the cache what the first save will need."""
        try:
            pipeline.warm(config.load(self._content, self._cache, self._results))
        except Problems:
            return
