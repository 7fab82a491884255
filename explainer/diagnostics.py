"""Problems as data: what is wrong, where, and what to do about it.

A phase collects everything that it finds in a `Report` and raises it together as one
`Problems`. Nothing here prints; `render` is the one place that turns problems into text.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Severity = Literal["error", "warning", "note"]  # a note is never a reason to fail

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the author's files: a path relative to the site's root, lines and columns from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def below(self, lines: int) -> Place:
        """The place so many lines further down."""
        return Place(self.file, (self.line or 1) + lines) if lines else self

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `code` is stable and documented, `hint` says what to do."""

    code: str
    message: str
    place: Place
    hint: str = ""
    severity: Severity = "error"


class Problems(Exception):
    """Everything that a phase found wrong; raised once the phase has looked at all of its input."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(dict.fromkeys(diagnostics))
        super().__init__(render(self.diagnostics))


@dataclass(slots=True)
class Report:
    """Collects a phase's problems: `with Report() as report:` raises them together at the end."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, message: str, place: Place, hint: str = "") -> None:
        """Note one error; what an author wrote at great length is cut in it."""
        self.found.append(Diagnostic(code, _cut(message), place, _cut(hint)))

    def attempt(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Run a part of the phase; None where it failed, with its problems kept."""
        try:
            return step(*args, **kwargs)
        except Problems as problems:
            self.found += problems.diagnostics
            return None

    def __enter__(self) -> Report:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Problems):
            raise Problems([*self.found, *error.diagnostics]) from None
        if kind is None and self.found:
            raise Problems(self.found)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 100]} … {text[-60:]}"


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint that names the nearest of `names`, or lists them when they are few, or nothing."""
    known = sorted(names)
    near = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(known)}" if 0 < len(known) <= 12 else ""


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """In the order of the files; each problem once."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.place.file, d.place.line or 0, d.place.column or 0, d.code, d.message),
    )


def _plain(_: str, text: str) -> str:
    return text


def render(
    diagnostics: Iterable[Diagnostic], paint: Callable[[str, str], str] = _plain, written: Callable[[Place], str] = lambda _: ""
) -> str:
    """The text an author reads, in the order of the files; each problem once.

    `paint` may colour each part by its role; `written` may give the line that stands at a place.
    """
    lines: list[str] = []
    for problem in ordered(diagnostics):
        kind = paint(problem.severity, f"{problem.severity}[{problem.code}]")
        where = f"{paint('place', str(problem.place))}: " if problem.place.file else ""
        lines.append(f"{where}{kind}: {problem.message}")
        lines += [f"    > {line}" for line in [written(problem.place).strip()] if line]
        lines += [f"    {paint('hint', line)}" for line in problem.hint.splitlines()]
    return "\n".join(lines)
