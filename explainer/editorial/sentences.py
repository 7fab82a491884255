"""The sentences of a text as written, each where it stands: what is no prose is blanked, and nothing moves.

Every mask puts as many characters as it takes, so that an offset in a sentence is one in the author's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from explainer.silence import without_code

PRINTED, CITED, BREAK, VOID = "\ue010", "\ue011", "\f", "\u200b"  # a quantity, a citation, an end of a block, nothing at all

JINJA_PRINTS = re.compile(r"\{\{[^{}]*\}\}")
CITATION = re.compile(r"\[(?=[^\[\]]*(?<![\w.])@\w)[^\[\]]*\](?![(\[])")
LINK_TEXT = r"(?:[^\[\]]|\[[^\[\]]*\])*"
IMAGE = re.compile(rf"!\[({LINK_TEXT})\](\(([^\s()]+)(?:\s+[\"'](.{{0,1000}}?)[\"'])?\s*\))", re.DOTALL)
CLAIM = re.compile(rf"(?<!!)\[({LINK_TEXT})\]\(claim:(\w+)\)")
COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
BLOCK_PARTS = re.compile(r"\{%[^%]*%\}|\{##(?:(?!\{##).)*?##\}|^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]+\S+[^\n]*$", re.DOTALL | re.MULTILINE)
NO_PROSE = tuple(
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"\[\^[^\]\s]+\]",
        r"(?<=\])\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)",
        r"(?<=\])\[[^\[\]]*\]",
        r"\{[:#.][^{}\n]*\}",  # attributes
        r"</?[A-Za-z][^<>]*>|<https?:[^<>]*>",
        r"https?://[^\s)\]]+|\bwww\.\S+",
        r"&#?\w+;",
        r"\*|(?<!\w)_|_(?!\w)",
    )
)
START = re.compile(r"[ \t]*(?:>[ \t]*)*(?:[-+*][ \t]+|\d{1,3}[.)][ \t]+|:[ \t]+|\[\^[^\]\s]+\]:)")
HEADING = re.compile(r"[ \t>]*#{1,6}[ \t]*(?:\d+(?:\.\d+)*[.)]?(?=\s))?")
UNDERLINE = re.compile(r"[ \t]*(?:=+|-+)[ \t]*")
RULER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
QUOTED = re.compile(r"\"[^\"\f]*\"|“[^“”\f]*”|„[^“”\f]*[“”]|«[^»\f]*»|»[^«\f]*«")
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Okt|Nov|Dec|Dez)\b\.?)"
)
SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|approx|ca|etc|Mr|Mrs|Ms|Dr|Prof|St|Nos?|Figs?|Sec|Ch|Eq|Vol|pp?|[Aa]rt|Inc|Ltd|Co|Corp|Jr|Sr|U\.S|U\.K"
    r"|z\. ?B|d\. ?h|bzw|Nr|Abs|Kap|Abb|vgl|usw|Mio|Mrd|[A-Z]))$"
)
ORDINAL = re.compile(rf"\b\d{{1,2}}\.\s+(?:{MONTH}|Jahrhundert|Quartal|Kapitel|Platz|Auflage)")
END = re.compile(rf"[.!?…][\"'”’»)\]]*(?:\s*{CITED}+)*[\s{VOID}]+(?=[\"'“‘„«(\[]*[A-ZÀ-ÖØ-Þ{PRINTED}])")


CALLOUT, QUOTATION = "callout", "quotation"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, masked, and where it begins. In a title, a heading, a caption or an alternative text no citation can stand."""

    text: str
    start: int
    cited: bool = False
    citable: bool = True


def sentences(markdown: str) -> Iterator[Sentence]:
    """The sentences of a Markdown text; a row of a table is one, and a quotation none."""
    text = _fill(JINJA_PRINTS, without_code(markdown), PRINTED)
    text = _fill(CITATION, text, CITED)
    figures = list(_figures(text))
    text = IMAGE.sub(lambda match: BREAK * len(match[0]), text)
    text = _fill(BLOCK_PARTS, _fill(COMMENT, text, VOID), " ")
    blocks = list(_blocks(text))
    for pattern in NO_PROSE:
        text = _fill(pattern, text, " ")
    for start, end, citable, whole, cited in blocks:
        for part in re.finditer(rf"[^{BREAK}]+", text[start:end]):
            yield from _split(part[0], start + part.start(), citable, whole, cited)
    yield from figures


def line(written: str) -> Sentence:
    """A title or a question as one sentence."""
    return Sentence(QUOTED.sub(_blank, _fill(JINJA_PRINTS, re.sub(r"\{%[^%]*%\}", _blank, written), PRINTED)), 0, citable=False)


def claims(markdown: str) -> list[tuple[int, int, str]]:
    """The words that a claim holds, as (start, end, claim)."""
    masked = _fill(JINJA_PRINTS, without_code(markdown), PRINTED)
    return [(match.start(1), match.end(1), match[2]) for match in CLAIM.finditer(masked)]


def _figures(text: str) -> Iterator[Sentence]:
    """Captions and alternative texts; what a photograph shows may hold digits."""
    for match in IMAGE.finditer(text):
        parts = (1, 4) if match[3].startswith("chart:") else (4,)
        for part in parts:
            if match[part]:
                yield Sentence(QUOTED.sub(_blank, match[part]), match.start(part), citable=False)


def _blocks(text: str) -> Iterator[tuple[int, int, bool, bool, bool]]:
    """The paragraphs, items, headings and rows as (start, end, a citation can stand in it, it is one sentence, it is cited by its table)."""
    start, at, lines = 0, 0, text.split("\n")
    table: bool | None = None  # whether its header is cited
    mode = ""
    for index, written in enumerate(lines):
        end = at + len(written)
        below = lines[index + 1] if index + 1 < len(lines) else ""
        content = written.lstrip(" \t>")
        title = written.lstrip().startswith(">") and content.startswith("[!")
        mode = _mode(written, title, mode)
        if table is None and "|" in written and "-" in below and RULER.fullmatch(below):
            table = CITED in written
        elif table is not None and "|" not in written:
            table = None
        if mode == QUOTATION or not content or table is not None or title or HEADING.match(written) or UNDERLINE.fullmatch(written):
            yield start, at, True, False, False
            if content and mode != QUOTATION and not RULER.fullmatch(written):
                begin = HEADING.match(written)
                skip = begin.end() if begin else len(written) - len(re.sub(r"^[ \t>]*(\[!\w+\])?", "", written))
                yield at + skip, end, begin is None and not title, table is not None, bool(table)
            start = end + 1
        elif mark := START.match(written):
            yield start, at, True, False, False
            start = at + mark.end()
        at = end + 1
    yield start, len(text), True, False, False


def _mode(written: str, title: bool, before: str) -> str:
    """Whether a line stands in a callout, in a quotation or in neither; a blank line ends none of them."""
    if title:
        return CALLOUT
    if written.lstrip().startswith(">"):
        return before or QUOTATION
    return "" if written.strip() else before


def _split(block: str, start: int, citable: bool, whole: bool, cited: bool) -> Iterator[Sentence]:
    """The sentences of a block; a citation right behind a full stop belongs to what it follows."""
    block = QUOTED.sub(_blank, re.sub(r"(?m)^[ \t>]+", _blank, block))
    at = 0
    for match in END.finditer(block) if not whole else ():
        before = max(at, match.start() - 12)
        if not SHORTENED.search(block, before, match.start()) and not ORDINAL.search(block, before, match.end() + 12):
            yield _sentence(block[at : match.end()], start + at, citable, cited)
            at = match.end()
    yield _sentence(block[at:], start + at, citable, cited)


def _sentence(text: str, start: int, citable: bool, cited: bool) -> Sentence:
    return Sentence(text, start, cited or CITED in text, citable)


def _fill(pattern: re.Pattern[str], text: str, sign: str) -> str:
    return pattern.sub(lambda match: re.sub(r"[^\n\f]", sign, match[0]), text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
