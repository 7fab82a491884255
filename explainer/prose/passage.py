"""What the two steps of prose hand over: HTML with tokens, and the ledger that explains them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from explainer.diagnostics import Place

OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")
BRANCH = re.compile(f"{OPEN}(if|/)(\\d+){CLOSE}")
PARTS = ("range", "low", "high", "label", "unit")


@dataclass(frozen=True, slots=True)
class Printed:
    """An entry of the ledger: one printed quantity, at a step if it has several."""

    name: str
    part: str  # "value" or one of PARTS
    digits: int | None
    place: Place
    at: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """Words that stand while a claim holds (`when`) or while it does not."""

    claim: str
    when: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the tokens of a passage stand for, by their number."""

    printed: tuple[Printed, ...] = ()
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim, chart, photograph, source, link, guess or control, by its name, key or address."""

    kind: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Passage:
    """Parsed prose: HTML with tokens, their ledger, and what the HTML refers to, in order. A key, if any, stands for all of it."""

    html: str
    ledger: Ledger = Ledger()
    marks: tuple[Marked, ...] = ()
    key: str = ""


EMPTY = Passage("")


@dataclass(frozen=True, slots=True)
class Known:
    """The names that prose may use: each number with its steps ("" where it has none), each assumption and whether the reader may set it."""

    numbers: Mapping[str, Collection[str]]
    claims: Collection[str]
    sources: Collection[str]
    assumptions: Mapping[str, bool]
