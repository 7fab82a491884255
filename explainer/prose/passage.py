"""What the two steps of prose hand over: HTML with tokens, and the ledger that explains them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from explainer.diagnostics import Place

OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")
PARTS = ("range", "low", "high", "label", "unit")


@dataclass(frozen=True, slots=True)
class Printed:
    """An entry of the ledger: one printed quantity."""

    name: str
    part: str  # "value" or one of PARTS
    digits: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim, chart or citation, by its name or key."""

    kind: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Passage:
    """Parsed prose: HTML with tokens, the ledger that they index, and what the HTML refers to, in order."""

    html: str
    ledger: tuple[Printed, ...]
    marks: tuple[Marked, ...]

    def names(self, kind: str) -> dict[str, Place]:
        """The charts, claims or citations of the passage, each with its first place."""
        return {mark.name: mark.place for mark in reversed(self.marks) if mark.kind == kind}


EMPTY = Passage("", (), ())


@dataclass(frozen=True, slots=True)
class Known:
    """The names that prose may use."""

    numbers: Collection[str]
    claims: Collection[str]
    sources: Collection[str]
