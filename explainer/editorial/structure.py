"""Headings and alternative texts, on the parsed prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from explainer.content import Text
from explainer.diagnostics import Diagnostic, Place
from explainer.editorial.rules import remark, short
from explainer.prose.passage import TOKEN, Passage
from explainer.prose.shape import tree
from explainer.silence import without_code

LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
WRITTEN = re.compile(r"^[ \t>]*#{1,6}|^[^\n]*\S[^\n]*\n(?=(?:=+|-+)[ ]*$)|<h[1-6]\b", re.MULTILINE)
FILE = re.compile(r"\S+\.(?:jpe?g|png|webp|avif|gif|svg)", re.IGNORECASE)
FEWEST_WORDS, SHORTEST = 3, 15  # of an alternative text


def headings(parts: list[tuple[Text, Passage]], top: int) -> Iterator[Diagnostic]:
    """Levels that are skipped, words that stand twice, no words at all; `top` is the level that these parts begin with."""
    level, seen = top - 1, dict[str, Place]()
    for text, passage in parts:
        for element, place in _placed(text, passage):
            words, now = _words(element, passage), LEVELS.index(str(element.tag)) + 1
            if not words:
                yield remark("empty-heading", "this heading has no words", place, "write some, or remove its signs")
            if now < top:
                message = f"'{short(words)}' is a heading of level {now}, as what stands above this text is"
                yield remark("skipped-heading", message, place, f"write '{'#' * top}'")
            elif now > level + 1:
                hint = f"write '{'#' * (level + 1)}': what reads a page aloud goes from level to level"
                yield remark("skipped-heading", f"'{short(words)}' is {now - level} levels below the heading before it", place, hint)
            level = max(now, top - 1)
            if words and words in seen:
                hint = f"it stands at {seen[words]} too: say what is different here"
                yield remark("repeated-heading", f"there are two headings '{short(words)}'", place, hint)
            seen.setdefault(words, place)


def _placed(text: Text, passage: Passage) -> Iterator[tuple[HtmlElement, Place]]:
    """The headings of a passage, each at its line."""
    if "<h" not in passage.html:
        return
    found = list(tree(passage.html).iter(*LEVELS))
    lines = [text.markdown.count("\n", 0, match.start()) for match in WRITTEN.finditer(without_code(text.markdown))]
    for index, element in enumerate(found):
        yield element, text.place.below(lines[index]) if len(lines) == len(found) else text.place


def alternatives(passage: Passage) -> Iterator[Diagnostic]:
    """Alternative texts that say too little or what the caption says."""
    figures = [mark for mark in passage.marks if mark.kind in ("chart", "photo")]
    images = list(tree(passage.html).iter("img")) if figures else []
    for mark, image in zip(figures, images, strict=False):
        alt, caption = _said(image.get("alt") or "", passage), _said(image.get("title") or "", passage)
        if FILE.fullmatch(alt):
            yield remark("thin-alt", f"the alternative text of '{mark.name}' is a file's name", mark.place, "say what it shows")
        elif len(alt) < SHORTEST or len(alt.split()) < FEWEST_WORDS:
            hint = "say what there is to see, and what it shows, for those who can't see it"
            yield remark("thin-alt", f"'{short(alt)}' says too little about '{mark.name}'", mark.place, hint)
        elif _letters(alt) == _letters(caption):
            hint = "the caption says what follows from it, the alternative text what there is to see"
            yield remark("repeated-alt", f"the alternative text of '{mark.name}' is its caption once more", mark.place, hint)


def _words(element: HtmlElement, passage: Passage) -> str:
    return _said(" ".join(element.itertext()), passage)


def _said(text: str, passage: Passage) -> str:
    """A text with the names of its quantities in place of their tokens."""
    named = TOKEN.sub(lambda match: "{{ " + passage.ledger.printed[int(match[1])].name + " }}", text)
    return " ".join(named.split())


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
