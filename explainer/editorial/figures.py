"""What in a sentence is a figure, and which figures are neither computed nor cited.

The digits of dates, ordinals, references and names are none. Each of these is blanked in turn; what is left counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from explainer.editorial.sentences import MONTH, Sentence, claims, sentences

DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?(?![\d,.]*\d)"
JOINS = r"(?:\s*[–-]\s*|,?\s+(?:and|or|to|und|oder|bis)\s+|,\s*)"
DAYS = rf"{DAY}(?:{JOINS}{DAY})*"
YEAR = r"(?:1[5-9]|20)\d\d"
LARGE = r"(?:thousand|[mb]illions?|trillions?|Tausend|Millionen|Milliarden|Mio\b|Mrd\b)"
UNIT = rf"(?:%|‰|°|(?:per\s?cent|percent|percentage|Prozent|{LARGE}|people|persons|employees|jobs|dollars|euros|USD|EUR|GBP|hours|days)\b)"
NUMBERED = (
    r"(?:[Ss]ections?|[Cc]hapters?|[Ff]igures?|[Ff]igs?\.|[Tt]ables?|[Pp]ages?|pp?\.|[Nn]otes?|[Pp]arts?|[Ss]teps?|[Qq]uestions?|[Vv]ersions?"
    r"|[Vv]olumes?|[Vv]ol\.|[Nn]umbers?|[Nn]os?\.|[Ii]tems?|[Ll]ines?|[Rr]ows?|[Cc]olumns?|[Pp]aragraphs?|[Aa]rticles?|[Aa]rt\.|[Cc]lauses?"
    r"|[Aa]ppendix|[Aa]nnex|[Ee]quations?|[Ee]q\.|[Rr]ules?|[Pp]hases?|[Tt]iers?|[Tt]ypes?|[Ll]evels?|[Ss]cenarios?|[Rr]ound"
    r"|Abschnitte?|Kapiteln?|Abbildung|Abb\.|Tabelle|Tab\.|Seiten?|S\.|Teil|Schritt|Frage|Band|Nr\.|Artikel|Absatz|Abs\.|Anhang|Gleichung)"
)
PROPER = r"(?<![\w’'.-])(?:[A-Z][\w’'-]*[A-Za-z]|[A-Z]&[A-Z]|[a-z]{1,2}[A-Z]\w+)"
PLURAL = r"(?:[a-z]{2,}s|people|men|women|children|staff|firms)\b"
CURRENCY = r"(?:USD|EUR|GBP|CHF|JPY|US|A|C|CA|AU|NZ)"
NO_FIGURES = tuple(
    re.compile(pattern)
    for pattern in (
        # dates and times
        rf"\b{DAYS}\s+(?:of\s+)?{MONTH}(?!\w)(?:,?\s+{YEAR}\b)?",
        rf"\b{MONTH}\s+{DAYS}(?!\w)(?:,?\s+{YEAR}\b)?",
        r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}([./])\d{1,2}\1(?:\d\d)?\d\d\b",
        r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?|\b\d{1,2}(?:[.:]\d\d)?\s?Uhr\b",
        rf"(?<![\d.,$€£−+])\b(?:{MONTH}\s+)?{YEAR}(?:s\b|(?:[–/-]|\s+to\s+)(?:{YEAR}|\d\d)\b)?(?![\d%]|[.,]\d|[–-]?\s*{UNIT})(?!\w)",
        r"['’]?\b\d0s\b|['’]\d\d\b|\b\d{1,4}\s+(?:BCE?|CE|AD)\b|\b(?:BCE?|CE|AD)\s+\d{1,4}\b",
        # ordinals, and German ones before what they number
        r"\b\d+(?:st|nd|rd|th)\b|\b\d{1,2}\.\s+(?=Jahrhundert|Quartal|Kapitel|Mal\b|Platz|Auflage)",
        # sections, pages, steps; months and years of a story
        rf"\b{NUMBERED}\s?\d+(?:\.\d+)*[a-z]?\b(?:{JOINS}\d+(?:\.\d+)*[a-z]?\b)*(?![\d%]|,\d)",
        r"\b(?:in|by|from|until|till|to|at|after|before|of|since|on|nach|bis|ab|im)\s+(?:day|week|month|year|quarter|Tag|Woche|Monat|Jahr)\s\d{1,3}\b(?!,\d)",
        r"§+\s?\d+\w*|#\d+|\(\d{1,2}\)",
        # identifiers
        r"\b(?:ISBN|ISSN|DOI|doi|arXiv|RFC|ISO|IEC|DIN|EN|IEEE|CVE|PMID|CAS)[-:\s]*\d[\w./-]*|\b10\.\d{4,}/\S+",
        # names: H100, GPT-4, Llama-3.1-405B, Q1; 10-K, 5G, 3D
        r"(?<![\w$€£-])(?!(?:USD|EUR|GBP|CHF|JPY)\d)(?:[A-Za-z]+|[a-z]*[A-Z]\w*(?:-[A-Za-z]+)*-?)\d\w*(?:\.\d+)*(?:-\w+(?:\.\d+)*)*",
        r"\b\d{1,2}-[KQF]\b|\b\d+-[A-Z][a-z]+\b|\b[Tt]op[ -]\d{1,3}\b(?!\s*%)|\b[1-4]D\b|\b[2-6]G\b|\b[48]K\b|\b24/7\b|\b9/11\b|\b401\(k\)",
    )
)
NAMED = re.compile(rf"(?P<word>{PROPER})\s+(?P<number>\d+(?:\.\d+)*[A-Z]?)(?:\s+\d+(?:\.\d+)*[A-Z]\b)*(?![\w%]|[.,]\d|[–-]\d|\s*{UNIT})")
FIGURE = re.compile(
    rf"(?:\b{CURRENCY}?[$€£¥]\s?|\b(?:USD|EUR|GBP|CHF)\s?|[$€£¥]\s?)?(?<![\d.,])(?:(?<!\w)[−+-])?\d+(?:[.,:/’'\u00a0\u202f\u2009]?\d+)*"
    rf"(?:[\s\u00a0\u202f]?(?:%|‰|°[CF]?|(?:per\s?cent|percent|Prozent|{LARGE})\b)|(?:bn|[A-Za-z]{{1,3}})\b)?"
)
FRONTED = re.compile(r"^[\W_]*(?:In|At|On|By|From|For|Of|Among|Across|To|With|Im|In der|Bei|Von)\s+(?:the\s+)?$")


ORDINARY = re.compile(  # what begins a sentence and is no name, whatever its capital
    r"An?|The|Th(?:is|at|ese|ose)|Some|Any|All|Each|Every|Both|Another|About|Around|Nearly|Almost|Over|Under|Above|Below|Between|Within|Only|Just"
    r"|At|In|On|By|To|From|For|Of|With|Without|After|Before|Since|Until|Through|Across|Among|And|Or|But|Nor|So|Yet|If|When|While|Where|As|Than|Then"
    r"|Here|There|Now|Its?|They|Their|We|Our|You|Your|He|She|His|Her|Not?|More|Most|Less|Least|Fewer|Few|Up|Down|Out|Perhaps|Maybe|Even|Still|Also"
    r"|Plus|Minus|Another|Say|Is|Are|Was|Were|Does|Do|Did|Can|Will|Would|Could|Should|Has|Have|Had|\w+ly"
    r"|Rund|Etwa|Fast|Nur|Über|Unter|Mehr|Weniger|Die|Der|Das|Eine?|I[mn]|A[mn]|Auf|Bei|Mit|Von|Vor|Nach|Bis|Seit|Zwischen|Insgesamt|Knapp|Alle"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as written, and where it begins."""

    written: str
    start: int


@dataclass(frozen=True, slots=True)
class Names:
    """What is known to be a name: what the author lists, and words that have a capital in the middle of a sentence."""

    listed: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()


def names(texts: Iterable[str], listed: Iterable[str] = ()) -> Names:
    """The names of an article."""
    found = {match[0] for text in texts for match in re.finditer(rf"(?<=[a-z,;]\s){PROPER}", text)}
    return Names(tuple(sorted(listed, key=len, reverse=True)), frozenset(found))


def figures(sentence: Sentence, known: Names = Names()) -> list[Figure]:
    """The figures of a sentence, each where it stands in the text."""
    if not any(sign.isdigit() for sign in sentence.text):
        return []
    text = sentence.text
    for name in known.listed:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _blank, text)
    for pattern in NO_FIGURES:
        text = pattern.sub(_blank, text)
    text = NAMED.sub(lambda match: _blank(match) if _is_name(match, text, known) else match[0], text)
    return [Figure(match[0].strip(), sentence.start + match.start()) for match in FIGURE.finditer(text)]


def _is_name(match: re.Match[str], text: str, known: Names) -> bool:
    """Whether a number behind a capital belongs to it: "Grok 4 was", and not "Over 40 firms" or "In Germany 40 firms"."""
    word, before, after = match["word"], text[: match.start()], text[match.end() :].lstrip()
    first = not re.search(r"\w", before)
    if first and word not in known.words and (ORDINARY.fullmatch(word) or re.match(PLURAL, after)):
        return False
    if re.fullmatch(CURRENCY, word):
        return False
    return not (FRONTED.match(before) and re.match(PLURAL, after))


def undeclared(
    markdown: str, conditions: dict[str, str], known: Names = Names(), cited: Collection[str] = ()
) -> Iterator[tuple[Sentence, list[Figure]]]:
    """The sentences of a text with figures that are neither computed nor cited.

    A claim's words may say what its condition says. Where no citation can stand, a figure may repeat a cited one.
    """
    held = [(start, end, conditions.get(name, "")) for start, end, name in claims(markdown)]
    for sentence in sentences(markdown):
        if sentence.cited:
            continue
        found = [figure for figure in figures(sentence, known) if not _is_held(figure, held)]
        if not sentence.citable:
            found = [figure for figure in found if plain(figure.written) not in cited]
        if found:
            yield sentence, found


def _is_held(figure: Figure, held: list[tuple[int, int, str]]) -> bool:
    digits = re.sub(r"[^\d.]", "", figure.written).strip(".")
    return any(start <= figure.start < end and re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d.])", holds) for start, end, holds in held)


def cited(markdown: str, known: Names = Names()) -> set[str]:
    """The figures that a text cites."""
    return {plain(figure.written) for sentence in sentences(markdown) if sentence.cited for figure in figures(sentence, known)}


def plain(written: str) -> str:
    """A figure without its spaces."""
    return re.sub(r"\s", "", written)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
