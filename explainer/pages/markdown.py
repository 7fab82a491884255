"""The article as Markdown, its numbers filled in: for people who keep texts, and for programs that read them."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from explainer.files import Files
from explainer.matter import Source
from explainer.pages import told
from explainer.pages.contexts import ArticlePage
from explainer.pages.frame import absolute
from explainer.pages.page import Page
from explainer.prose import shape

FILE = "index.md"  # beside the page
INLINE = frozenset({"a", "em", "i", "strong", "b", "code", "sup", "sub", "br", "img", "abbr", "cite", "del", "ins", "kbd", "mark", "q", "s", "small", "time", "u", "var"})  # fmt: skip
BREAK = "\\\n"
MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~"}
SPECIAL = re.compile(r"([\\`*\[\]<>~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!(?=\[))")
STARTS = re.compile(r"^(\d*)([#+=.)-])")


def files(page: Page, context: ArticlePage) -> Files:
    """The article's text beside its page."""

    def written() -> bytes:
        html = page.renderer.render("text.html", context)
        key = (html, context.frame, context.sources, context.authors)
        return page.config.results.get("markdown", key, lambda: _written(page, context, html))

    return Files({}, {f"{page.article.slug}/{FILE}": written})


def _written(page: Page, context: ArticlePage, html: str) -> bytes:
    address = absolute(page.config, page.address) or "index.html"
    by = f"By {', '.join(map(escaped, context.authors))}. " if context.authors else ""
    published = f"Published {context.published.words}, facts as of {context.as_of.words}."
    blocks = [
        f"# {escaped(context.frame.title)}",
        f"{by}{published} [The page itself]({_target(address)}) can be asked what follows from other assumptions; "
        f"[all numbers as data]({_target(told.whole('numbers.json', address))}).",
        *_blocks(page, address, html),
        *(["## Sources", "\n".join(f"{entry.number}. {_source(entry.source)}" for entry in context.sources)] if context.sources else []),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def _blocks(page: Page, address: str, html: str) -> list[str]:
    """The text, a part at a time: of those that are as they were nothing is written anew."""

    def written(part: str) -> list[str]:
        return page.config.results.get("markdown part", (part, address), lambda: _Writer(address).blocks(told.text(part)))

    return [block for part in _parts(html) for block in written(part)]


def _parts(html: str) -> list[str]:
    """A text in parts that can be written one by one: its blocks, unless there are words between them."""
    root = shape.tree(html)
    words = [root.text, *(child.tail for child in root)]
    apart = not any(text and text.strip() for text in words) and all(
        isinstance(child.tag, str) and child.tag not in INLINE for child in root
    )
    return [shape.markup(child) for child in root] if apart else [html]


def _source(source: Source) -> str:
    title = f"[{escaped(source.title)}]({_target(source.URL)})" if source.URL else escaped(source.title)
    before = f"{escaped(', '.join(source.author))}: " if source.author else ""
    after = "".join(f", {escaped(part)}" for part in (source.publisher, source.issued) if part)
    seen = (
        "seen in the original"
        if source.seen == "primary"
        else f"not seen in the original{f': {escaped(source.via)}' if source.via else ''}"
    )
    return f"{_paragraph(before + title)}{after} ({seen}, looked up {source.accessed.isoformat()})"


def escaped(text: str) -> str:
    """Words that Markdown takes as they are."""
    plain = re.sub(r"\s+", " ", text)  # of any kind: what keeps words together on a page is noise here
    return SPECIAL.sub(r"\\\1", plain)


def _paragraph(text: str) -> str:
    """Words at the beginning of a line, where some signs would begin a list or a heading."""
    return STARTS.sub(r"\1\\\2", re.sub(r" {2,}", " ", text).strip())


def _target(address: str) -> str:
    """An address in the brackets of a link."""
    return re.sub(r"[\s()<>\\]", lambda match: f"%{ord(match[0]):02X}", address)


class _Writer:
    """Writes a tree as blocks of Markdown."""

    def __init__(self, address: str) -> None:
        self._address = address

    def blocks(self, root: HtmlElement) -> list[str]:
        """What stands inside an element, block by block; words between blocks are a paragraph."""
        found: list[str] = []
        words = escaped(root.text or "")
        for child in root:
            if isinstance(child.tag, str) and child.tag in INLINE:
                words += self._inline(child)
            else:
                found += [_paragraph(words)] if words.strip() else []
                found += self._block(child) if isinstance(child.tag, str) else []
                words = ""
            words += escaped(child.tail or "")
        return [*found, _paragraph(words)] if words.strip() else found

    def _block(self, element: HtmlElement) -> list[str]:
        match element.tag:
            case "p" | "figcaption" | "dt":
                return [_paragraph(text)] if (text := self._words(element)) else []
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return [f"{'#' * int(element.tag[1])} {self._words(element).strip().replace(BREAK, ' ')}"]
            case "ul" | "ol":
                return [self._list(element)]
            case "table":
                return [self._table(element)]
            case "pre":
                return [_fenced(element.text_content().strip("\n"))]
            case "blockquote":
                return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(self.blocks(element)).split("\n"))]
            case "dd":
                return [
                    "\n".join(
                        f"    {line}" if at else f":   {line}" for at, line in enumerate("\n\n".join(self.blocks(element)).split("\n"))
                    )
                ]
            case "hr":
                return ["---"]
        if element.get("role") == "doc-footnote":
            return [self._note(element)]
        return self.blocks(element)

    def _note(self, element: HtmlElement) -> str:
        back = element.find("a")
        mark = (back.text or "") if back is not None else ""
        if back is not None:
            back.drop_tree()
        return f"[^{mark}]: " + "\n\n    ".join(self.blocks(element))

    def _list(self, element: HtmlElement) -> str:
        lines = []
        items = [item for item in element if item.tag == "li"]
        for number, item in enumerate(items, start=int(element.get("start") or 1)):
            mark = f"{number}. " if element.tag == "ol" else "- "
            blocks = self.blocks(item)
            loose = any(child.tag == "p" for child in item)
            text = ("\n\n" if loose else "\n").join(blocks)
            lines.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))

    def _table(self, table: HtmlElement) -> str:
        rows = [
            [self._words(cell).strip().replace(BREAK, " ").replace("|", "\\|") for cell in row if cell.tag in ("th", "td")]
            for row in table.iter("tr")
        ]
        width = max((len(row) for row in rows), default=0)
        if not width:
            return ""
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])

    def _words(self, element: HtmlElement) -> str:
        text = escaped(element.text or "")
        for child in element:
            text += (self._inline(child) if isinstance(child.tag, str) else "") + escaped(child.tail or "")
        return re.sub(r" {2,}", " ", text)

    def _inline(self, element: HtmlElement) -> str:
        match element.tag:
            case "br":
                return BREAK
            case "code":
                return _code(element.text_content())
            case "img":
                return f"![{escaped(element.get('alt') or '')}]({self._whole(element, 'src')})"
            case "sup" if element.get("class") == "citation":
                return "".join(link.text or "" for link in element.iter("a"))
            case "a" if element.get("class") == "footnote-ref":
                return f"[^{element.text}]"
            case "a" if element.get("href"):
                return f"[{self._words(element)}]({self._whole(element, 'href')})"
        words, mark = self._words(element), MARKS.get(str(element.tag), "")
        inside = words.strip()  # a mark stands at a word
        return words.replace(inside, f"{mark}{inside}{mark}", 1) if inside and mark else words

    def _whole(self, element: HtmlElement, key: str) -> str:
        return _target(told.whole(str(element.get(key)), self._address))


def _code(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _fenced(text: str) -> str:
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}\n{text}\n{ticks}"
