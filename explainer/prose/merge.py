"""Step 2, passage + numbers -> HTML: each token becomes what its context needs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml.html import HtmlElement
from lxml.html.builder import E
from markupsafe import escape

from explainer import numerals
from explainer.diagnostics import Report
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.numerals import Locale
from explainer.prose.guess import scale
from explainer.prose.passage import BRANCH, CLOSE, OPEN, TOKEN, Ledger, Passage, Printed
from explainer.prose.shape import branches, inner, markup, tree

MACHINE_DIGITS = 4  # of what is uncertain; numbers.json has nine


@dataclass(frozen=True, slots=True)
class Values:
    """What tokens turn into: the numbers of a model, in a language."""

    model: Model
    numbers: Numbers
    locale: Locale

    def text(self, name: str, part: str = "value", digits: int | None = None, at: str = "") -> str:
        """A number, or a part of it, as people write it."""
        number = self.model.number(name)
        if part in ("label", "unit"):
            return number.label if part == "label" else number.unit.text
        amount = self.numbers.amount(name, at)
        style = number.unit.style
        match part:
            case "range":
                return numerals.interval(amount.low, amount.high, style, self.locale)
            case "low" | "high":
                return numerals.end(amount.low, amount.high, part, style, self.locale)
        return numerals.central(amount.value, amount.low, amount.high, style, self.locale, digits)

    def element(self, printed: Printed) -> HtmlElement:
        """`<data>` with the machine's value, or for a range `<span>`, with the hooks by which the page follows the reader."""
        text = self.text(printed.name, printed.part, printed.digits, printed.at)
        if printed.part == "range":
            return E.span(text, self.hooks(printed))
        amount = self.numbers.amount(printed.name, printed.at)
        part = {"low": amount.low, "high": amount.high}.get(printed.part, amount.value)
        digits = 9 if amount.low == amount.high else MACHINE_DIGITS
        return E.data(text, {"value": f"{numerals.published(part):.{digits}g}", **self.hooks(printed)})

    @staticmethod
    def hooks(printed: Printed) -> dict[str, str]:
        """The attributes that tell the page what an element shows."""
        part = "" if printed.part == "value" else printed.part
        hooks = {"quantity": printed.name, "part": part, "at": printed.at, "digits": str(printed.digits or "")}
        return {f"data-{key}": value for key, value in hooks.items() if value}


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or photograph in its place: what `pages` needs beside the drawing."""

    kind: str  # "chart" or "photo"
    name: str
    number: int
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page, for its list of contents."""

    level: int
    id: str
    html: str


@dataclass(frozen=True, slots=True)
class Setting:
    """How the passages of one page are merged: numbering that they share, and the page's way to show a figure."""

    values: Values
    sources: Mapping[str, int]  # key -> number in the list of sources
    figures: Mapping[str, int]  # chart or photograph -> number of its figure
    figure: Callable[[Figure], str]
    ids: set[str]  # taken on the page so far


@dataclass(frozen=True, slots=True)
class Merged:
    """A passage as HTML with everything put in, its headings, and how many words it has to read beside its figures."""

    html: str
    headings: tuple[Heading, ...]
    words: int


def plain(passage: Passage, values: Values) -> str:
    """A line as text, for titles and attributes."""
    root = tree(passage.html)
    _choose(root, values)
    for hidden in list(root.iterfind(".//*[@hidden]")):
        hidden.drop_tree()
    return _as_text("".join(root.itertext()), passage.ledger, values)


def line(passage: Passage, values: Values) -> str:
    """A line as HTML, each number a `<data>`: for headings, summaries and captions."""
    root = tree(passage.html)
    _choose(root, values)
    _replace_tokens(root, passage.ledger, values, linked=False)
    return inner(root)


def merge(passage: Passage, setting: Setting) -> Merged:
    """A passage as HTML with everything put in."""
    root = tree(passage.html)
    _choose(root, setting.values)
    slots, headings = {}, []
    for aside in root.iterfind(".//div[@data-guess]"):
        _guess(aside, setting.values)
    for element in list(root.iter("a", "img", "cite", "h2", "h3", "h4")):
        if element.tag == "cite" and element.get("class") == "citation":
            _cite(element, setting.sources)
        elif element.tag == "a" and (element.get("href") or "").startswith("claim:"):
            _claim(element, setting.values)
        elif element.tag == "a" and (element.get("href") or "").startswith("assume:"):
            _control(element)
        elif element.tag == "img":
            slot, content = _figure(element, passage, setting)
            slots[slot] = content
        elif element.tag not in ("a", "cite"):
            headings.append(_anchor(element, passage.ledger, setting.ids))
    _replace_tokens(root, passage.ledger, setting.values, linked=True)
    shown = [heading for heading in headings if not heading.xpath("ancestor::*[@hidden]")]
    contents = tuple(Heading(int(h.tag[1]), h.get("id") or "", inner_of(h)) for h in shown)
    html, words = inner(root), sum(len(part.text_content().split()) for part in root.iter("p", "li", "h2", "h3"))
    for slot, content in slots.items():
        html = html.replace(slot, content)
    return Merged(html, contents, words)


def _choose(root: HtmlElement, values: Values) -> None:
    """Hide the branches whose claim says otherwise."""
    for element in root.iterfind(".//*[@data-if]"):
        if str(values.numbers.verdicts[element.get("data-if") or ""].holds).lower() != element.get("data-when"):
            element.set("hidden", "")


def _anchor(heading: HtmlElement, ledger: Ledger, taken: set[str]) -> HtmlElement:
    """Give a heading an id from its words and the quantities' names: it stays when a number moves."""
    words = TOKEN.sub(lambda match: f" {ledger.printed[int(match[1])].name} ", heading.text_content())
    wanted = heading.get("id") or re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    given = next(name for name in itertools.chain([wanted], numbered) if name not in taken)
    taken.add(given)
    heading.set("id", given)
    return heading


def inner_of(element: HtmlElement) -> str:
    """What stands inside an element, as HTML."""
    return str(escape(element.text or "")) + "".join(markup(child) + str(escape(child.tail or "")) for child in element)


def _cite(element: HtmlElement, numbers: Mapping[str, int]) -> None:
    """Numbered links to the list of sources, close to the word that they follow."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "").rstrip()
    elif parent is not None:
        parent.text = (parent.text or "").rstrip()
    element.tag = "span"
    for link in element.iterfind(".//a[@data-source]"):
        key = link.attrib.pop("data-source")
        link.text = str(numbers[key])
        link.attrib.update({"href": f"#source-{key}", "title": "Source"})


def _claim(element: HtmlElement, values: Values) -> None:
    name = (element.get("href") or "").removeprefix("claim:")
    element.tag = "span"
    element.attrib.clear()
    element.set("class", "claim")
    element.set("data-claim", name)
    element.set("data-holds", str(values.numbers.verdicts[name].holds).lower())


def _control(link: HtmlElement) -> None:
    """Words at which the reader may set an assumption; without JavaScript a link to all about it."""
    name = (link.get("href") or "").removeprefix("assume:")
    link.attrib.clear()
    link.attrib.update({"class": "assume", "href": f"#n-{name}", "data-control": name})


def _guess(aside: HtmlElement, values: Values) -> None:
    """The slider's scale; where there is none, the callout simply stands there."""
    name = aside.get("data-guess") or ""
    if found := scale(values.model, name, values.numbers.amount(name, aside.get("data-at") or "")):
        aside.attrib.update({f"data-{key}": f"{value:.9g}" for key, value in zip(("min", "max", "step"), found, strict=True)})


def _figure(image: HtmlElement, passage: Passage, setting: Setting) -> tuple[str, str]:
    """Put a slot where the image's paragraph stands; (slot, the figure's HTML)."""
    address = image.get("src") or ""
    kind, name = ("chart", unquote(address.removeprefix("chart:"))) if address.startswith("chart:") else ("photo", address)
    alt, caption = (_attribute(image.get(key) or "", passage, setting.values) for key in ("alt", "title"))
    content = setting.figure(Figure(kind, name, setting.figures[name], alt, caption))
    slot = f"{OPEN}figure {name}{CLOSE}"
    parent = image.getparent()
    alone = parent is not None and parent.tag == "p" and len(parent) == 1 and not f"{parent.text or ''}{image.tail or ''}".strip()
    target = parent if alone and parent is not None else image
    target.tail = slot + (target.tail or "")
    target.drop_tree()
    return slot, content


def _attribute(text: str, passage: Passage, values: Values) -> str:
    """An attribute's text as HTML, each number a `<data>`."""
    root = tree(escape(text))
    branches(root, passage.ledger, Report())
    return line(Passage(inner(root), passage.ledger), values)


def _replace_tokens(root: HtmlElement, ledger: Ledger, values: Values, *, linked: bool) -> None:
    """Replace every token below `root` by what its context needs."""
    if not ledger.printed and not ledger.branches:
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


CHOICE = re.compile(f"({OPEN}if(\\d+){CLOSE}.*?{OPEN}/\\2{CLOSE})", re.DOTALL)
LINKLESS = frozenset({"a", "button", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre"})


def _inside_link(element: HtmlElement | None) -> bool:
    return element is not None and any(ancestor.tag in LINKLESS for ancestor in (element, *element.iterancestors()))


def _split(element: HtmlElement, where: str, ledger: Ledger, values: Values, bare: bool) -> None:
    """Turn the tokens of an element's text or tail into elements, or into words where they are words."""
    text = getattr(element, where) or ""
    if OPEN not in text:
        return
    pieces = TOKEN.split(_as_text(text, ledger, values, only=("label", "unit")))
    setattr(element, where, pieces[0])
    parent = element if where == "text" else element.getparent()
    at = 0 if where == "text" else parent.index(element) + 1
    for index, tail in zip(pieces[1::2], pieces[2::2], strict=True):
        printed = ledger.printed[int(index)]
        child = values.element(printed)
        if not bare:
            child = E.a(child, {"class": "number"}, href=f"#n-{printed.name}")
        child.tail = tail
        parent.insert(at, child)
        at += 1


def _as_text(text: str, ledger: Ledger, values: Values, only: Collection[str] = ()) -> str:
    """Tokens as people read them; with `only`, those of these parts."""

    def word(match: re.Match[str]) -> str:
        printed = ledger.printed[int(match[1])]
        return match[0] if only and printed.part not in only else values.text(printed.name, printed.part, printed.digits, printed.at)

    for kept, number in CHOICE.findall(text):
        branch = ledger.branches[int(number)]
        holds = values.numbers.verdicts[branch.claim].holds == branch.when
        text = text.replace(kept, BRANCH.sub("", kept) if holds else "")
    return TOKEN.sub(word, text)
