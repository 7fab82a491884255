"""Step 1, text -> passage: Markdown, and every name that it uses checked at its line."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Iterator

import markdown
from lxml import html as lxml_html
from lxml.html import HtmlElement
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markupsafe import escape

from explainer.content import Text
from explainer.diagnostics import Place, Report, did_you_mean
from explainer.prose.fill import fill
from explainer.prose.passage import Known, Marked, Passage


def parse(text: Text, known: Known) -> Passage:
    """Read Markdown. Raises Problems with every unknown name, each at its line."""
    filled, ledger = fill(text, known)
    converter = markdown.Markdown(extensions=["tables", "sane_lists", "attr_list", _Citations()], output_format="html")
    html = converter.convert(filled)
    with Report() as report:
        marks = tuple(_marks(html, text, known, report))
    return Passage(html, ledger, marks)


def parse_line(text: Text, known: Known) -> Passage:
    """Read a title, a dek or a question: quantities, but no Markdown."""
    filled, ledger = fill(text, known)
    return Passage(str(escape(filled)), ledger, ())


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


def _marks(html: str, text: Text, known: Known, report: Report) -> Iterator[Marked]:
    """The claims, charts and citations of the HTML, each known and at its line."""
    for element in tree(html).iter("a", "img", "cite"):
        if element.tag == "cite":
            for key in (element.get("data-source") or "").split():
                yield _mark("source", key, f"@{key}", text, known.sources, report)
        else:
            kind, _, name = (element.get("href" if element.tag == "a" else "src") or "").partition(":")
            if kind == "claim" and element.tag == "a":
                yield _mark("claim", name, f"claim:{name}", text, known.claims, report)
            elif kind == "chart" and element.tag == "img":
                mark = _mark("chart", name, f"chart:{name}", text, None, report)
                if not (element.get("alt") or "").strip():
                    report.error(
                        "missing-alt", f"the chart '{name}' has no text alternative", mark.place, "write '![what it shows](chart:…)'"
                    )
                yield mark


def _mark(kind: str, name: str, written: str, text: Text, known: Collection[str] | None, report: Report) -> Marked:
    before = text.markdown.partition(written)[0]
    place = Place(text.place.file, (text.place.line or 1) + before.count("\n"))
    if known is not None and name not in known:
        report.error(f"unknown-{kind}", f"unknown {kind} '{name}'", place, did_you_mean(name, known))
    return Marked(kind, name, place)


def tree(html: str) -> HtmlElement:
    """HTML as a tree, inside a `<div>`."""
    return lxml_html.fragment_fromstring(html, create_parent="div")
