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
from markupsafe import escape

from explainer.content import Text
from explainer.diagnostics import Report, did_you_mean
from explainer.prose import shape
from explainer.prose.fill import fill
from explainer.prose.passage import Known, Marked, Passage

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
SCHEMES = ("https", "http", "mailto", "tel")
EXTENSIONS = ("tables", "sane_lists", "attr_list", "footnotes", "def_list", "md_in_html")


def parse(text: Text, known: Known) -> Passage:
    """Read Markdown. Raises Problems with every unknown name, each at its line."""
    filled, ledger = fill(text, known)
    converter = markdown.Markdown(extensions=[*EXTENSIONS, _Citations()], output_format="html")
    root = shape.tree(converter.convert(filled))
    with Report() as report:
        shape.callouts(root)
        shape.aligned(root)
        shape.footnotes(root, PurePosixPath(text.place.file).stem)
        shape.branches(root, ledger, report)
        marks = tuple(_marks(root, text, known, report))
    return Passage(shape.inner(root), ledger, marks)


def parse_line(text: Text, known: Known) -> Passage:
    """Read a title, a dek or a question: quantities and choices, but no Markdown."""
    filled, ledger = fill(text, known)
    root = shape.tree(escape(filled))
    with Report() as report:
        shape.branches(root, ledger, report)
    return Passage(shape.inner(root), ledger)


class _Citations(Extension):
    """Pandoc's `[@key]` and `[@one; @two]`, as `<cite data-source="one two">`."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.inlinePatterns.register(_Citation(r"\[(@[\w:.-]+(?:\s*;\s*@[\w:.-]+)*)\]", md), "citation", 175)


class _Citation(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # the stubs name the base class's older signature
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        element = ElementTree.Element("cite")
        element.set("data-source", " ".join(part.strip().removeprefix("@") for part in m[1].split(";")))
        return element, m.start(0), m.end(0)


def _marks(root: HtmlElement, text: Text, known: Known, report: Report) -> Iterator[Marked]:
    """What the HTML refers to, each known and at its line."""
    seen: Counter[str] = Counter()
    for element in root.iter("a", "img", "cite"):
        address = element.get("href" if element.tag == "a" else "src") or ""
        kind, _, name = address.partition(":")
        if element.tag == "cite":
            for key in (element.get("data-source") or "").split():
                yield _mark("source", key, f"@{key}", text, known.sources, report, seen)
        elif element.tag == "a" and kind == "claim":
            yield _mark("claim", name, address, text, known.claims, report, seen)
        elif element.tag == "a" and SCHEME.match(address) and kind.lower() not in SCHEMES:
            mark = _mark("link", name, address, text, None, report, seen)
            hint = (
                f"a chart is an image: write '![what it shows]({address})'"
                if kind == "chart"
                else f"links begin with {', '.join(SCHEMES)}, or claim:"
            )
            report.error("bad-link", f"'{address}' is no link", mark.place, hint)
        elif element.tag == "a":
            if not re.match(r"[a-z][a-z0-9+.-]*:|//", address) and not address.startswith(("#fn", "#fnref")):
                yield _mark("link", address, f"]({address}", text, None, report, seen)
        else:
            mark = _mark(kind if kind == "chart" else "photo", name if kind == "chart" else address, address, text, None, report, seen)
            if not (element.get("alt") or "").strip():
                message, hint = f"'{address}' has no text alternative", f"write '![what it shows]({address})'"
                report.error("missing-alt", message, mark.place, hint)
            yield mark


def _mark(kind: str, name: str, written: str, text: Text, known: Collection[str] | None, report: Report, seen: Counter[str]) -> Marked:
    """The mark at its line: the n-th of its kind stands where the text says so for the n-th time."""
    places = [match.start() for match in re.finditer(re.escape(written) + r"(?![\w[-])", text.markdown)]
    seen[written] += 1
    at = places[min(seen[written], len(places)) - 1] if places else 0
    place = text.place.below(text.markdown.count("\n", 0, at))
    if known is not None and name not in known:
        report.error(f"unknown-{kind}", f"unknown {kind} '{name}'", place, did_you_mean(name, known))
    return Marked(kind, name, place)
