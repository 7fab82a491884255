"""What the browser is told: the problems with the lines they are in and links to an editor, and which scripts the pages use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from explainer.diagnostics import Diagnostic, Place, ordered, render
from explainer.output import Written

EDITORS = {
    "vscode": "vscode://file/{path}:{line}:{column}",
    "vscodium": "vscodium://file/{path}:{line}:{column}",
    "cursor": "cursor://file/{path}:{line}:{column}",
    "zed": "zed://file/{path}:{line}:{column}",
    "idea": "idea://open?file={path}&line={line}&column={column}",
    "sublime": "subl://open?url=file://{path}&line={line}&column={column}",
    "none": "",
}
LONGEST = 160


class State:
    """The state of the preview: written by the thread that builds, read by the one that serves."""

    def __init__(self, root: Path, editor: str) -> None:
        template = EDITORS.get(editor, editor)
        if template and "{path}" not in template:
            raise ValueError(f"unknown editor '{editor}': take one of {', '.join(EDITORS)}, or an address with {{path}} and {{line}} in it")
        self._root, self._editor = root, template
        self._problems: Sequence[Diagnostic] = ()
        self.shown: tuple[dict[str, Any], ...] = ()  # the same, for the browser
        self._told: tuple[dict[str, Any], ...] = ()  # those that the terminal has said
        self.scripts = ""
        self.style = b""
        self.page_style = ""  # the digest of the one that the pages on disk ask for
        self.index: Callable[[], Mapping[str, bytes]] = dict  # of the search, made when somebody searches: a save does not wait for it
        self.writes = 0  # begun and ended: an odd number while files change
        self._changed: dict[str, int] = {}  # each file, by the last write that changed it, as `writes` was after it
        self._first = 0

    def fail(self, diagnostics: Iterable[Diagnostic]) -> bool:
        """These problems keep the last good site; whether they are others than were told last."""
        return self._told_anew(ordered(diagnostics))

    def fail_in(self, error: Exception) -> bool:
        """Something that is no problem of the author's."""
        return self._told_anew([Diagnostic("fault", f"{type(error).__name__}: {error}", Place(""), "please report it")])

    def text(self) -> str:
        """The problems for a terminal: each with its line and what to do."""
        return render(self._problems, written=self._line)

    def succeed(self, files: Mapping[str, bytes], whole: bool = True) -> None:
        """All is well, so far at least: what is told again after the site was not `whole` is nothing new."""
        self.style = next((data for path, data in files.items() if path.startswith("static/") and path.endswith("/style.css")), b"")
        scripts = sorted(
            (path.rpartition("/")[2], data) for path, data in files.items() if path.startswith("static/") and path.endswith(".js")
        )
        self.scripts = hashlib.sha256(b"".join(name.encode() + data for name, data in scripts)).hexdigest()
        self.page_style = self.style_digest()
        self._show([])
        self._told = () if whole else self._told

    def style_digest(self) -> str:
        """Of the newest style; nothing where there is none yet."""
        return hashlib.sha256(self.style).hexdigest() if self.style else ""

    def wrote(self, write: Callable[[], Written]) -> Written:
        """What a write of the site's files changes; a page that was served before knows by the number whether it is an old one."""
        self.writes += 1
        try:
            written = write()
            self._changed |= dict.fromkeys((*written.changed, *written.removed), self.writes + 1)
        except BaseException:
            self._changed = dict.fromkeys(self._changed, self.writes + 1)  # who knows how far it came
            self._first = self.writes + 1
            raise
        finally:
            self.writes += 1
        return written

    def changed(self, address: str) -> int:
        """The number of the last write that changed the page at that address."""
        path = address.lstrip("/")
        return self._changed.get(f"{path}index.html" if path.endswith("/") or not path else path, self._first)

    def _told_anew(self, problems: Sequence[Diagnostic]) -> bool:
        self._show(problems)
        before, self._told = self._told, self.shown
        return before != self.shown

    def _show(self, problems: Sequence[Diagnostic]) -> None:
        self._problems = problems
        self.shown = tuple(self._described(problem) for problem in problems)

    def _described(self, problem: Diagnostic) -> dict[str, Any]:
        path, place = self._root / problem.place.file, problem.place
        numbers = {"line": place.line or 1, "column": place.column or 1}
        address = self._editor.format(path=quote(path.as_posix()), **numbers) if self._editor and path.is_file() else ""
        return {
            "place": str(place), "severity": problem.severity, "code": problem.code, "message": problem.message, "hint": problem.hint,
            "line": self._line(place), "editor": address,
        }  # fmt: skip

    def _line(self, place: Place) -> str:
        """What stands at a place, or nothing where there is nothing."""
        try:
            lines = (self._root / place.file).read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return ""
        number = place.line or 0
        return lines[number - 1].rstrip()[:LONGEST] if 0 < number <= len(lines) else ""
