"""How the commands put things: problems, in colour on a terminal, what has moved, counts and times."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, NoReturn

import click

from explainer.diagnostics import Diagnostic, Problems, render

if TYPE_CHECKING:
    from explainer.drift import Drift

WRONG, FAULT, INTERRUPTED = 1, 3, 130  # exit statuses; 0 is that all is well, 2 that click does not understand
COLOURS: Mapping[str, Mapping[str, object]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "blue", "bold": True},
    "hint": {"fg": "cyan"},
}


def in_colour(stream: IO[str]) -> bool:
    """Whether this is a terminal that shows colours, whose user has not said otherwise."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def tell(diagnostics: Iterable[Diagnostic], err: bool = False) -> None:
    """Print problems, or an editor's remarks."""
    coloured = in_colour(sys.stderr if err else sys.stdout)

    def paint(role: str, text: str) -> str:
        return click.style(text, **COLOURS[role]) if coloured else text  # type: ignore[arg-type]  # fg and bold

    click.echo(render(diagnostics, paint), err=err, color=coloured)


def fail(problems: Problems) -> NoReturn:
    """Print what is wrong and stop. The last good site stays."""
    tell(problems.diagnostics, err=True)
    click.echo(f"\n{count(len(problems.diagnostics), 'problem')}; nothing was written.", err=True)
    sys.exit(WRONG)


def show(drifts: Iterable[Drift]) -> None:
    """Print what has moved in each article."""
    for line in described(drifts):
        click.echo(line)


def refuse(drifts: Iterable[Drift], otherwise: str = "") -> NoReturn:
    """Print what has moved and stop."""
    for line in described(drifts):
        click.echo(line, err=True)
    click.echo(f"\nNothing was written. If the numbers are right: explainer accept{otherwise}", err=True)
    sys.exit(WRONG)


def described(drifts: Iterable[Drift]) -> list[str]:
    """What has moved, an article each."""
    from explainer.drift import text

    return [line for drift in drifts if (line := text(drift, width()))]


def timings(seconds: Mapping[str, float]) -> None:
    """Print a table of the phases, those inside others below them: theirs are added up over all processes."""
    rows = [("  " * name.count("/") + name.rpartition("/")[2], f"{taken:.2f}") for name, taken in seconds.items()]
    lines = [f"  {name:14}{taken:>8}" for name, taken in [("phase", "seconds"), *rows]]
    click.echo("\n".join(["", *lines, ""]))


def width() -> int:
    """Of the terminal; of a file or a log, wide enough for a table."""
    return shutil.get_terminal_size((120, 24)).columns


def count(number: int, noun: str) -> str:
    """So many of them."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
