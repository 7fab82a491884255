"""The structure that Markdown leaves to us, on the parsed tree: callouts, branches, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from lxml import html as lxml_html
from lxml.html import HtmlElement
from lxml.html.builder import E

from explainer.diagnostics import Report
from explainer.prose.passage import BRANCH, CLOSE, OPEN, TOKEN, Ledger

KINDS = ("note", "tip", "important", "warning", "caution", "guess")
CALLOUT = re.compile(rf"\s*\[!({'|'.join(KINDS)})\][ \t]*([^\n]*)\n?", re.IGNORECASE)
BLOCKS = frozenset({"p", "ul", "ol", "table", "figure", "pre", "blockquote", "aside", "div", "h2", "h3", "h4", "dl", "hr", "details"})


def tree(html: str) -> HtmlElement:
    """HTML as a tree, inside a `<div>`."""
    return lxml_html.fragment_fromstring(html, create_parent="div")


def markup(element: HtmlElement) -> str:
    """An element as HTML."""
    return str(lxml_html.tostring(element, encoding="unicode", with_tail=False))


def inner(root: HtmlElement) -> str:
    """What stands inside the `<div>` of `tree`. Tokens in addresses stay as they are: lxml would escape them."""
    html = markup(root).removeprefix("<div>").removesuffix("</div>")
    return html.replace(quote(OPEN), OPEN).replace(quote(CLOSE), CLOSE)


def callouts(root: HtmlElement) -> None:
    """GitHub's `> [!TIP] Title` quotes as `<div class="callout tip" role="note">`: reader views drop every `<aside>`.

    Markdown joins neighbours; they are parted here.
    """
    for block in list(root.iter("blockquote")):
        current = None
        for child in list(block):
            match = CALLOUT.match(child.text or "") if child.tag == "p" else None
            if match:
                current = E.div({"class": f"callout {match[1].lower()}", "role": "note"})
                current.text = current.tail = "\n"
                block.addprevious(current)
                current.append(E.p(match[2].strip() or match[1].capitalize(), {"class": "callout-title"}))
                current[0].tail = "\n"
                child.text = (child.text or "")[match.end() :]
            if current is not None and (child.tag != "p" or len(child) or (child.text or "").strip()):
                current.append(child)
            elif current is not None:
                block.remove(child)
        if not len(block):
            block.drop_tree()


def aligned(root: HtmlElement) -> None:
    """Table cells aligned by a class: the CSP allows no style in the HTML."""
    for cell in root.iter("td", "th"):
        match = re.fullmatch(r"text-align: (left|center|right);", cell.get("style") or "")
        if match:
            del cell.attrib["style"]
            cell.set("class", match[1])


def tables(root: HtmlElement) -> None:
    """A table wider than the window scrolls in a region of its own, which the keyboard reaches."""
    for table in list(root.iter("table")):
        label = ", ".join(" ".join(cell.text_content().split()) for cell in table.iter("th"))
        region = E.div({"class": "scroll", "tabindex": "0", "role": "region", "aria-label": TOKEN.sub("", label)})
        region.tail, table.tail = table.tail, None
        parent = table.getparent()
        parent.replace(table, region)
        region.append(table)


def footnotes(root: HtmlElement, prefix: str) -> None:
    """Footnotes lettered, so that they differ from sources, with ids of their own on a page of many passages."""
    for element in root.iter():
        for key in ("id", "href"):
            value = element.get(key) or ""
            match = re.fullmatch(r"(#?)(fn|fnref\d*):(.+)", value)
            if match:
                element.set(key, f"{match[1]}{match[2]}-{prefix}-{match[3]}")
    letters = {}
    for link in root.iter("a"):
        if link.get("class") == "footnote-ref" and (link.text or "").isdigit():
            link.text = letters[(link.get("href") or "")[1:]] = letter(int(link.text))
            link.set("role", "doc-noteref")
    for item in list(root.iterfind(".//div[@class='footnote']/ol/li")):
        _beside(root, item, letters.get(item.get("id") or "", ""))
    for block in list(root.iterfind(".//div[@class='footnote']")):
        block.drop_tree()


def _beside(root: HtmlElement, item: HtmlElement, mark: str) -> None:
    """Put a note right after the block that refers to it: on a wide page it stands in the margin, where one reads."""
    reference = next((link for link in root.iter("a") if link.get("href") == f"#{item.get('id')}"), item)
    block = next(element for element in (reference, *reference.iterancestors()) if element.getparent() is root)
    if block.get("class") != "noted":
        noted = E.div({"class": "noted"})
        noted.tail, block.tail = block.tail, None
        root.replace(block, noted)
        noted.append(block)
        block = noted
    back, *others = item.iterfind(".//a[@class='footnote-backref']")
    link = E.a(mark, {"class": "footnote-backref", "aria-label": f"Note {mark}: back to the text"}, href=back.get("href") or "")
    for arrow in (back, *others):
        arrow.drop_tree()
    note = E.div(link, {"class": "note", "role": "doc-footnote"}, id=item.get("id") or "")
    for child in item:
        last = child[-1] if len(child) else child
        where = "tail" if len(child) else "text"
        setattr(last, where, (getattr(last, where) or "").rstrip())
    note.extend(list(item))
    block.append(note)


def letter(number: int) -> str:
    """1, 2, … 27 as a, b, … aa."""
    text = ""
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("a") + digit) + text
    return text


def branches(root: HtmlElement, ledger: Ledger, report: Report) -> None:
    """The tokens of branches as `<span data-if="CLAIM" data-when="true">`, or `<div>` around blocks."""
    if not ledger.branches:
        return
    for paragraph in list(root.iter("p")):
        if not len(paragraph) and not BRANCH.sub("", paragraph.text or "").strip():
            paragraph.drop_tag()
    for element in [*reversed(list(root.iter()))]:
        if isinstance(element.tag, str) and any(BRANCH.search(text) for text in _texts(element)):
            _wrap(element, ledger, report)


def _texts(element: HtmlElement) -> list[str]:
    return [element.text or "", *(child.tail or "" for child in element)]


def _wrap(parent: HtmlElement, ledger: Ledger, report: Report) -> None:
    flow = list(_flow(parent))
    attributes, tail = dict(parent.attrib), parent.tail
    parent.clear()
    parent.attrib.update(attributes)
    parent.tail = tail
    open_branches: list[tuple[int, HtmlElement]] = []
    for item in flow:
        target = open_branches[-1][1] if open_branches else parent
        if not isinstance(item, tuple):
            _add(target, item)
        elif item[0] == "if":
            open_branches.append((item[1], E.span()))
        elif open_branches and open_branches[-1][0] == item[1]:
            number, wrapper = open_branches.pop()
            _finish(wrapper, number, ledger)
            _add(open_branches[-1][1] if open_branches else parent, wrapper)
        else:
            _broken(item[1], ledger, report)
    for number, _ in open_branches:
        _broken(number, ledger, report)


def _flow(parent: HtmlElement) -> Iterator[str | HtmlElement | tuple[str, int]]:
    """The content of an element in order: texts, elements, and branch tokens as ("if" or "/", number)."""
    for text, child in zip(_texts(parent), [*parent, None], strict=True):
        pieces = BRANCH.split(text)
        yield pieces[0]
        for kind, number, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            yield kind, int(number)
            yield after
        if child is not None:
            yield child


def _add(target: HtmlElement, item: str | HtmlElement) -> None:
    if not isinstance(item, str):
        item.tail = None
        target.append(item)
    elif len(target):
        target[-1].tail = (target[-1].tail or "") + item
    else:
        target.text = (target.text or "") + item


def _finish(wrapper: HtmlElement, number: int, ledger: Ledger) -> None:
    branch = ledger.branches[number]
    if any(child.tag in BLOCKS for child in wrapper):
        wrapper.tag = "div"
    wrapper.set("data-if", branch.claim)
    wrapper.set("data-when", str(branch.when).lower())


def _broken(number: int, ledger: Ledger, report: Report) -> None:
    hint = "keep it inside one paragraph, or give each tag a line of its own with blank lines around it"
    message = "this choice begins and ends in different paragraphs or marks"
    report.error("broken-choice", message, ledger.branches[number].place, hint)
