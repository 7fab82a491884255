"""Step 1, text -> passage: Markdown, and every name that it uses checked at its line."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

import markdown
from lxml.html import HtmlElement
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString
from markupsafe import escape

from explainer.content import Text
from explainer.diagnostics import Place, Report, did_you_mean
from explainer.prose import guess, shape
from explainer.prose.fill import fill
from explainer.prose.passage import Known, Ledger, Marked, Passage
from explainer.prose.tags import unclosed
from explainer.silence import removed, without_code

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
DROPPED = re.compile(r"^\s+|[\t\n\r]")  # what browsers leave out of an address
SCHEMES = ("https", "http", "mailto", "tel")
GUESS = re.compile(r"^[ \t>]*>[ \t]*\[!guess\]", re.IGNORECASE | re.MULTILINE)
MAX_UNCLOSED = 20  # tags reported in one text
EXTENSIONS = ("tables", "sane_lists", "attr_list", "footnotes", "def_list", "md_in_html", "fenced_code")


def parse(text: Text, known: Known) -> Passage:
    """Read Markdown. Raises Problems with every unknown name, each at its line."""
    filled, ledger = fill(Text(removed(text.markdown), text.place), known)
    converter = markdown.Markdown(extensions=[*EXTENSIONS, _Citations()], output_format="html")
    html = converter.convert(filled)
    root = shape.tree(html)
    with Report() as report:
        _closed(html, text, report)
        shape.callouts(root)
        _callouts(root, text, report)
        guesses = _guesses(root, ledger, text, report)
        shape.aligned(root)
        shape.tables(root)
        shape.footnotes(root, PurePosixPath(text.place.file).stem)
        shape.branches(root, ledger, report)
        marks = (*guesses, *_marks(root, text, known, report))
    return Passage(shape.inner(root), ledger, marks)


def parse_line(text: Text, known: Known) -> Passage:
    """Read a title, a dek or a question: quantities and choices, but no Markdown."""
    filled, ledger = fill(text, known)
    root = shape.tree(escape(filled))
    with Report() as report:
        shape.branches(root, ledger, report)
    return Passage(shape.inner(root), ledger)


class _Citations(Extension):
    """Pandoc's `[@key]` and `[see @one, p. 3; @two]`, as `<cite>` around an `<a data-source>` for each key."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.inlinePatterns.register(_Citation(rf"\[({CITED.pattern}(?:;{CITED.pattern})*)\](?![(\[])", md), "citation", 175)
        # after citations and footnotes: what they have not taken is neither
        md.inlinePatterns.register(_Loose(r"\[(\^[^\]\s]+|[^\[\]]{0,300}(?<![\w.])@\w[^\[\]]{0,300})\](?![(\[])", md), "loose", 174)


# "see @key, p. 3": words before, the key, and words after it; an '@' inside a word belongs to an address
CITED = re.compile(r"(?:[^\[\]@;]*[\s(])?@\w(?:[\w:.-]*\w)?(?![\w@])[^\[\]@;]*")
KEY = re.compile(r"@(\w(?:[\w:.-]*\w)?)")


class _Citation(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # the stubs name the base class's older signature
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        cite = ElementTree.Element("cite", {"class": "citation"})
        for part in m[1].split(";"):
            before, key, after = KEY.split(part, maxsplit=1)
            words = before.strip() or after.strip()
            around = ElementTree.SubElement(cite, "span") if words else cite
            around.text = AtomicString(f"{before.strip()} " if words and before.strip() else "")
            link = ElementTree.SubElement(around, "a", {"data-source": key})
            link.tail = AtomicString(after.rstrip())
        return cite, m.start(0), m.end(0)


class _Loose(InlineProcessor):
    """A footnote without a text, or what only looks like a citation, kept for `_marks` to report."""

    def handleMatch(  # type: ignore[override]  # the stubs name the base class's older signature
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        return ElementTree.Element("cite", {"data-loose": m[1]}), m.start(0), m.end(0)


def _marks(root: HtmlElement, text: Text, known: Known, report: Report) -> Iterator[Marked]:
    """What the HTML refers to, each known and at its line."""
    seen: Counter[str] = Counter()
    for element in root.iter("a", "img", "cite"):
        address = DROPPED.sub("", element.get("href" if element.tag == "a" else "src") or "")
        kind, _, name = address.partition(":")
        if element.tag == "cite":
            _loose(element.get("data-loose") or "", text, report, seen)
        elif key := element.get("data-source"):
            yield _mark("source", key, f"@{key}", text, known.sources, report, seen)
        elif element.tag == "a" and kind == "claim":
            yield _mark("claim", name, address, text, known.claims, report, seen)
        elif element.tag == "a" and kind == "assume":
            yield _control(name, address, text, known, report, seen)
        elif element.tag == "a":
            yield from _link(address, text, report, seen)
        else:
            mark = _mark(kind if kind == "chart" else "photo", name if kind == "chart" else address, address, text, None, report, seen)
            if not (element.get("alt") or "").strip():
                message, hint = f"'{address}' has no text alternative", f"write '![what it shows]({address})'"
                report.error("missing-alt", message, mark.place, hint)
            yield mark


def _link(address: str, text: Text, report: Report, seen: Counter[str]) -> Iterator[Marked]:
    """The mark of a link inside the site, or to elsewhere on the web."""
    kind, _, name = address.partition(":")
    if SCHEME.match(address) and kind.lower() not in SCHEMES:
        mark = _mark("link", name, address, text, None, report, seen)
        hint = (
            f"a chart is an image: write '![what it shows]({address})'"
            if kind == "chart"
            else f"links begin with {', '.join(SCHEMES)}, claim: or assume:"
        )
        report.error("bad-link", f"'{address}' is no link", mark.place, hint)
    elif re.match(r"(?i:https?:)?//", address):
        yield _mark("external", address, address, text, None, report, seen)
    elif not SCHEME.match(address) and not address.startswith(("#fn", "#fnref")):
        yield _mark("link", address, f"]({address}", text, None, report, seen)


def _mark(kind: str, name: str, written: str, text: Text, known: Collection[str] | None, report: Report, seen: Counter[str]) -> Marked:
    """The mark at its line, which must be known."""
    place = _place(written, text, seen[written])
    seen[written] += 1
    if known is not None and name not in known:
        report.error(f"unknown-{kind}", f"unknown {kind} '{name}'", place, did_you_mean(name, known))
    return Marked(kind, name, place)


def _control(name: str, written: str, text: Text, known: Known, report: Report, seen: Counter[str]) -> Marked:
    """The mark of an assumption that the reader sets in the text, which must be one that the reader may set."""
    mark = _mark("control", name, written, text, None, report, seen)
    may_set = [other for other, reader in known.assumptions.items() if reader]
    if name in known.assumptions and name not in may_set:
        report.error("not-for-readers", f"the reader may not set '{name}'", mark.place, "add 'reader: true' to it in model.yaml")
    elif name in known.numbers and name not in may_set:
        report.error("not-for-readers", f"'{name}' is computed: the reader sets assumptions", mark.place, "name one that it rests on")
    elif name not in may_set:
        report.error("unknown-assumption", f"unknown assumption '{name}'", mark.place, did_you_mean(name, may_set))
    return mark


def _place(written: str, text: Text, before: int) -> Place:
    """Where something stands: the n-th of its kind where the text, without its code, says so for the n-th time."""
    bare = without_code(text.markdown)
    pattern = re.escape(written) + r"(?!(?<=\w)[\w[-])"
    places = [match.start() for match in re.finditer(pattern, bare)] or [match.start() for match in re.finditer(pattern, text.markdown)]
    at = places[min(before, len(places) - 1)] if places else 0
    return text.place.below(text.markdown.count("\n", 0, at))


def _loose(written: str, text: Text, report: Report, seen: Counter[str]) -> None:
    """A footnote or a citation that would be printed as it is written."""
    if not written:
        return
    place = _place(f"[{written}]", text, seen[written])
    seen[written] += 1
    if written.startswith("^"):
        report.error("unknown-footnote", f"the footnote '[{written}]' has no text", place, f"write '[{written}]: …' on a line of its own")
    else:
        hint = "write '[@key]', '[see @key, p. 3]' or '[@one; @two]'; a bracket that is none is written '\\['"
        report.error("bad-citation", f"'[{written}]' is no citation", place, hint)


def _callouts(root: HtmlElement, text: Text, report: Report) -> None:
    """A quote that begins like a callout of a kind that there is not."""
    for paragraph in (*root.iterfind(".//blockquote/p"), *root.iterfind(".//div[@role='note']/p")):
        if match := re.match(r"\s*\[!(\w+)\]", paragraph.text or ""):
            kinds = [kind.upper() for kind in shape.KINDS]
            hint = did_you_mean(match[1].upper(), kinds)
            report.error("unknown-callout", f"there is no callout '{match[1]}'", _place(f"[!{match[1]}]", text, 0), hint)


def _guesses(root: HtmlElement, ledger: Ledger, text: Text, report: Report) -> list[Marked]:
    """Each guess, with its answer found."""
    places = [text.place.below(text.markdown.count("\n", 0, match.start())) for match in GUESS.finditer(without_code(text.markdown))]
    marks = []
    for number, aside in enumerate(root.iterfind(".//div[@class='callout guess'][p]")):
        place = places[min(number, len(places) - 1)] if places else text.place
        guess.ask(aside, ledger, place, report)
        marks.append(Marked("guess", aside.get("data-guess") or "", place))
    return marks


def _closed(html: str, text: Text, report: Report) -> None:
    """Every HTML tag that the author opens is closed."""
    for tag, written, before in unclosed(html)[:MAX_UNCLOSED]:
        start = written if written in text.markdown else f"<{tag}"
        hint = f"close it with '</{tag}>', or write '&lt;{tag}&gt;' if it is no HTML"
        report.error("unclosed-tag", f"'<{tag}>' is never closed: it would swallow what follows", _place(start, text, before), hint)
