"""What is being done, in phases: measured here, shown by whoever asks to be told. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Listener(Protocol):
    """Whoever shows the phases; those inside others begin after them and end before them."""

    def begin(self, name: str, steps: int) -> None:
        """A phase begins that has so many steps, or is one."""

    def step(self) -> None:
        """One more step of the innermost phase is done."""

    def end(self) -> None:
        """The innermost phase ends."""


class Progress:
    """The phases of a piece of work and their seconds, in the order in which they began; a phase inside another is `outer/inner`."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._listener, self._inside = listener, ""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Progress, ())  # another process measures, and shows nothing

    def part(self) -> Progress:
        """For a piece of the work: shown in the same place, its seconds apart."""
        return Progress(self._listener)

    @contextlib.contextmanager
    def phase(self, name: str, steps: int = 0) -> Iterator[None]:
        """While this phase lasts."""
        outer, path = self._inside, self._inside + name
        self.seconds.setdefault(path, 0.0)
        started, self._inside = time.perf_counter(), f"{path}/"
        if self._listener:
            self._listener.begin(name, steps)
        try:
            yield
        finally:
            self._inside = outer
            self.seconds[path] += time.perf_counter() - started
            if self._listener:
                self._listener.end()

    def step(self) -> None:
        """A step of the innermost phase is done."""
        if self._listener:
            self._listener.step()

    def add(self, seconds: Mapping[str, float]) -> None:
        """What a piece of the work took, inside the phase that lasts."""
        for name, taken in seconds.items():
            self.seconds[self._inside + name] = self.seconds.get(self._inside + name, 0.0) + taken
