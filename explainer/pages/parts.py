"""Parts of what templates get: the cards of numbers, and what readers may answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from explainer.matter import Source


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of the list of sources."""

    key: str
    number: int
    source: Source


@dataclass(frozen=True, slots=True)
class Cell:
    """A text that stands alone, such as a cell of a table, with the attributes by which it follows the reader."""

    text: str
    hooks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardStep:
    """The value of a number, at a step of its axes if it has several; no range where it is certain."""

    at: str
    value: Cell
    range: Cell | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as MathML, in names and with values put in where there is one value of each; and the names of its terms."""

    terms: Markup
    values: Markup | None
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The short of a number."""

    name: str
    label: str
    steps: tuple[CardStep, ...]
    unit: str
    written: str  # the distribution, the formula, or the function that computes it
    follows: bool  # the reader's changes
    evidence: str  # of an assumption
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the draws of a number lie: outlines of bars, the range in one of its own, and what stands at both ends."""

    width: int
    height: int
    whole: str
    within: str
    middle: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Move:
    """An assumption that moves a number: its share of the variance, and what it makes of the number when it is low and high."""

    name: str
    label: str
    share: str
    width: str  # the share in %
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class WholeCard:
    """All about one number. An assumption has no formula, and a quantity's unit stands in it."""

    card: Card
    at: str  # the step of which the shape and the moves are
    formula: Formula | None
    because: str
    shape: Shape | None
    moves: tuple[Move, ...]
    judged: str  # the share of the variance that rests on judgement; "" where there is none to share out
    judgements: tuple[str, ...]  # the assumptions that are


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, its condition, and the share of the draws in which it holds by the article's assumptions."""

    name: str
    says: str
    formula: Formula
    share: str


@dataclass(frozen=True, slots=True)
class Comments:
    """How readers may answer an article: by mail, or in a thread elsewhere that nothing is asked of before they want to see it."""

    host: str  # who gets to know of it
    mail: str  # the address of a letter; empty where there is a thread
    thread: Mapping[str, str]  # the attributes of the element that a thread is put into,
    script: Mapping[str, str]  # and of the script that puts it there


@dataclass(frozen=True, slots=True)
class Newsletter:
    """The form for the newsletter."""

    action: str
    host: str  # who gets the address
    field: str
    hidden: tuple[tuple[str, str], ...]
    trap: str  # the name of a field that only programs fill in; empty where the provider knows none
    says: str
