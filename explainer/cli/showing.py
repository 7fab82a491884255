"""How far the work is, once it has taken a second: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import click

from explainer.processes import held
from explainer.progress import Progress

SOON = 1.0  # seconds; what is done before needs no telling
TICK, LINE = 0.1, 10.0  # seconds between two looks at the work: for the bar, for a line


@contextlib.contextmanager
def shown(quiet: bool = False) -> Iterator[Progress]:
    """Progress that is shown while it lasts, on the standard error; `quiet` measures only."""
    if quiet:
        yield Progress()
        return
    show = _Show()
    try:
        yield Progress(show)
    finally:
        with held():
            show.close()


@dataclass
class _Phase:
    name: str
    steps: int
    done: int = 0

    def __str__(self) -> str:
        return f"{self.name} {self.done} of {self.steps}" if self.steps > 1 else self.name


class _Show:
    """Keeps the phases that last; a thread of its own looks at them."""

    def __init__(self) -> None:
        self._phases: list[_Phase] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def begin(self, name: str, steps: int) -> None:
        self._phases.append(_Phase(name, steps))

    def step(self) -> None:
        self._phases[-1].done += 1

    def end(self) -> None:
        self._phases.pop()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        if self._over.wait(SOON):
            return
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._draw()
            return
        said = ""
        while True:
            now = self._now()
            if now != said:
                click.echo(f"… {now}", err=True)
            said = now
            if self._over.wait(LINE):
                return

    def _now(self) -> str:
        return ", ".join(map(str, tuple(self._phases)))

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            bar.tasks[0].start_time = bar.get_time() - SOON
            while not self._over.wait(TICK):
                counted = next((phase for phase in tuple(self._phases) if phase.steps > 1), None)
                steps, done = (counted.steps, counted.done) if counted else (None, 0)
                bar.update(task, description=self._now(), total=steps, completed=done)
