"""Step 2, passage + numbers -> HTML: each token becomes what its context needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.html import HtmlElement
from lxml.html.builder import E
from markupsafe import escape

from explainer import numerals
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.numerals import Locale
from explainer.prose.parse import tree
from explainer.prose.passage import CLOSE, OPEN, TOKEN, Passage, Printed


@dataclass(frozen=True, slots=True)
class Values:
    """What tokens turn into: the numbers of a model, in a language."""

    model: Model
    numbers: Numbers
    locale: Locale

    def text(self, name: str, part: str = "value", digits: int | None = None) -> str:
        """A number, or a part of it, as people write it."""
        number, amount = self.model.number(name), self.numbers.amounts[name]
        style = number.unit.style
        match part:
            case "label":
                return number.label
            case "unit":
                return number.unit.text
            case "range":
                return numerals.interval(amount.low, amount.high, style, self.locale)
            case "low" | "high":
                return numerals.end(amount.low, amount.high, part, style, self.locale)
        return numerals.central(amount.value, amount.low, amount.high, style, self.locale, digits)

    def element(self, printed: Printed) -> HtmlElement:
        """`<data>` with the machine's value and the hooks by which the page follows the reader."""
        amount = self.numbers.amounts[printed.name]
        part = {"low": amount.low, "high": amount.high}.get(printed.part, amount.value)
        data = E.data(self.text(printed.name, printed.part, printed.digits), value=f"{numerals.published(part):.9g}")
        data.set("data-quantity", printed.name)
        if printed.part != "value":
            data.set("data-part", printed.part)
        if printed.digits:
            data.set("data-digits", str(printed.digits))
        return data


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart in its place: what `pages` needs beside the drawing."""

    chart: str
    number: int
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Setting:
    """How the passages of one article are merged: shared numbering, and the page's way to show a figure."""

    values: Values
    sources: Mapping[str, int]  # key -> number in the list of sources
    figures: Mapping[str, int]  # chart -> number of its figure
    figure: Callable[[Figure], str]


def plain(passage: Passage, values: Values) -> str:
    """A line as text, for titles and attributes."""
    return _as_text("".join(tree(passage.html).itertext()), passage.ledger, values)


def line(passage: Passage, values: Values) -> str:
    """A line as HTML, each number a `<data>`: for headings, summaries and captions."""
    root = tree(passage.html)
    _replace_tokens(root, passage.ledger, values, linked=False)
    return _inner(root)


def merge(passage: Passage, setting: Setting) -> str:
    """A passage as HTML with everything put in."""
    root = tree(passage.html)
    slots = {}
    for element in list(root.iter("a", "img", "cite", "h2", "h3", "h4")):
        address = element.get("href") or element.get("src") or ""
        if element.tag == "cite":
            _cite(element, setting.sources)
        elif address.startswith("claim:"):
            _claim(element, address.removeprefix("claim:"), setting.values)
        elif address.startswith("chart:"):
            slot, content = _figure(element, address.removeprefix("chart:"), passage, setting)
            slots[slot] = content
        elif element.tag in ("h2", "h3", "h4") and not element.get("id"):
            element.set("id", heading_id(element, passage.ledger))
    _replace_tokens(root, passage.ledger, setting.values, linked=True)
    html = _inner(root)
    for slot, content in slots.items():
        html = html.replace(slot, content)
    return html


def heading_id(heading: HtmlElement, ledger: tuple[Printed, ...]) -> str:
    """An anchor from the words and the quantities' names, which stays when a number moves."""
    words = TOKEN.sub(lambda match: f" {ledger[int(match[1])].name} ", "".join(heading.itertext()))
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"


def _inner(root: HtmlElement) -> str:
    return markup(root).removeprefix("<div>").removesuffix("</div>")


def _cite(element: HtmlElement, numbers: Mapping[str, int]) -> None:
    """Numbered links to the list of sources, close to the word that they follow."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "").rstrip()
    elif parent is not None:
        parent.text = (parent.text or "").rstrip()
    element.tag = "span"
    element.set("class", "citation")
    for key in element.attrib.pop("data-source").split():
        link = E.a(str(numbers[key]), href=f"#source-{key}", title="Source")
        link.set("data-source", key)
        element.append(link)


def _claim(element: HtmlElement, name: str, values: Values) -> None:
    verdict = values.numbers.verdicts[name]
    element.tag = "span"
    element.attrib.clear()
    element.set("class", "claim")
    element.set("data-claim", name)
    element.set("data-holds", str(verdict.holds).lower())


def _figure(image: HtmlElement, chart: str, passage: Passage, setting: Setting) -> tuple[str, str]:
    """Put a slot where the image's paragraph stands; (slot, the figure's HTML)."""
    alt, caption = (Passage(escape(image.get(key) or ""), passage.ledger, ()) for key in ("alt", "title"))
    number = setting.figures[chart]
    content = setting.figure(Figure(chart, number, line(alt, setting.values), line(caption, setting.values)))
    slot = f"{OPEN}figure {chart}{CLOSE}"
    target = image.getparent()
    if target is not None and target.tag == "p" and len(target) == 1 and not (target.text or "").strip() and not (image.tail or "").strip():
        target.tail = slot + (target.tail or "")
        target.drop_tree()
    else:
        image.tail = slot + (image.tail or "")
        image.drop_tree()
    return slot, content


def _replace_tokens(root: HtmlElement, ledger: tuple[Printed, ...], values: Values, *, linked: bool) -> None:
    """Replace every token below `root` by what its context needs."""
    if not ledger:
        return
    for element in list(root.iter()):
        for key, value in element.attrib.items():
            if OPEN in value:
                element.set(key, _as_text(value, ledger, values))
        if not isinstance(element.tag, str):
            continue
        bare = not linked or _inside_link(element)
        _split(element, "text", ledger, values, bare)
    for element in list(root.iter()):
        if element is not root and OPEN in (element.tail or ""):
            _split(element, "tail", ledger, values, not linked or _inside_link(element.getparent()))


LINKLESS = frozenset({"a", "button", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre"})


def _inside_link(element: HtmlElement | None) -> bool:
    return element is not None and any(ancestor.tag in LINKLESS for ancestor in (element, *element.iterancestors()))


def _split(element: HtmlElement, where: str, ledger: tuple[Printed, ...], values: Values, bare: bool) -> None:
    """Turn the tokens of an element's text or tail into elements, or into words where they are words."""
    text = getattr(element, where) or ""
    if OPEN not in text:
        return
    pieces = TOKEN.split(_as_text(text, ledger, values, only=("label", "unit")))
    setattr(element, where, pieces[0])
    parent = element if where == "text" else element.getparent()
    at = 0 if where == "text" else parent.index(element) + 1
    for index, tail in zip(pieces[1::2], pieces[2::2], strict=True):
        printed = ledger[int(index)]
        child = values.element(printed)
        if not bare:
            child = E.a(child, {"class": "number"}, href=f"#n-{printed.name}")
        child.tail = tail
        parent.insert(at, child)
        at += 1


def _as_text(text: str, ledger: tuple[Printed, ...], values: Values, only: Collection[str] = ()) -> str:
    """Tokens as people read them; with `only`, those of these parts."""

    def word(match: re.Match[str]) -> str:
        printed = ledger[int(match[1])]
        return match[0] if only and printed.part not in only else values.text(printed.name, printed.part, printed.digits)

    return TOKEN.sub(word, text)


def markup(element: HtmlElement) -> str:
    """An element as HTML."""
    return str(lxml_html.tostring(element, encoding="unicode", with_tail=False))
