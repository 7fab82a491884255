"""An article as it is read elsewhere: its text without what only its page can do, and what the rest of the site is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.html import HtmlElement
from lxml.html.builder import E

from explainer.charts import file_name
from explainer.diagnostics import Place
from explainer.pages.contexts import ArticlePage
from explainer.pages.frame import absolute
from explainer.pages.numbers import PAGE
from explainer.pages.page import Page
from explainer.prose import merge, shape

KEPT = frozenset({"href", "src", "alt", "width", "height", "title", "colspan", "rowspan", "scope", "start", "lang"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What the rest of the site is told of an article. Days are ISO's; the body's addresses are absolute."""

    slug: str
    title: str
    dek: str
    description: str
    authors: tuple[str, ...]
    authors_place: Place
    published: str
    modified: str
    pages: tuple[str, ...]  # that change with it, as paths in the site
    body: str  # HTML for feeds; empty where the site has no base_url
    aliases: tuple[tuple[str, Place], ...]  # addresses where it was before
    topics: tuple[str, ...]
    works: tuple[str, ...]  # its sources, by address or title

    @property
    def address(self) -> str:
        """Its page, as a path in the site."""
        return f"{self.slug}/index.html"


def notice(page: Page, context: ArticlePage) -> Notice:
    """What the rest of the site is told of an article."""
    address, matter = absolute(page.config, page.address), page.article.matter
    html = page.renderer.render("text.html", context)
    body = page.config.results.get("told", (html, address), lambda: _feed(html, address)) if address else ""
    return Notice(
        page.article.slug, context.frame.title, merge.plain(page.text.dek, page.values), context.frame.description,
        matter.authors, page.article.matter_document.place("authors"), matter.published.isoformat(), page.modified.isoformat(), (page.address, f"{page.article.slug}/{PAGE}"), body,
        tuple((alias, page.article.matter_document.place("aliases", index)) for index, alias in enumerate(matter.aliases)),
        matter.topics, tuple(entry.source.URL or entry.source.DOI or entry.source.title for entry in page.cited),
    )  # fmt: skip


def _feed(html: str, address: str) -> str:
    """The text with whole addresses, for a reader who is elsewhere."""
    root = text(html)
    for back in list(root.iterfind(".//div/a[@class='footnote-backref']")):
        note = back.getnext()
        if note is not None and note.tag == "p":  # the letter before the words, as in print
            note.insert(0, E.sup(back))
            note[0].tail, note.text = note.text, None
    for element in root.iter():
        for key in {"href", "src"} & set(element.attrib):
            element.set(str(key), whole(str(element.get(str(key))), address))
        for key in set(element.attrib) - KEPT:
            del element.attrib[key]
    for element in [item for item in root.iter("div") if item is not root]:
        element.drop_tag()
    return shape.inner(root).strip() + "\n"


def whole(target: str, address: str) -> str:
    """An address on the page at `address`, for a reader who is elsewhere."""
    try:
        return urljoin(address, target)
    except ValueError:  # what is no address stays what it is
        return target


def text(html: str) -> HtmlElement:
    """The text of an article as a tree: what is hidden left out, numbers as words, charts as images beside the page."""
    root = shape.tree(html)
    _figures(root)
    for element in [*root.iterfind(".//*[@hidden]"), *root.iterfind(".//source")]:
        element.drop_tree()
    for callout in root.xpath(".//div[contains(concat(' ', @class, ' '), ' callout ')]"):
        callout.tag = "blockquote"
        for title in callout.iterfind("p[@class='callout-title']"):
            title[:] = [_strong(title)]
            title.text = None
    for citation in root.iterfind(".//span[@class='citation']"):
        citation.tag = "sup"
        for link in citation:
            link.text = f"[{link.text}]"
    for element in list(root.iter("data", "span", "picture")):
        element.drop_tag()
    for link in list(root.xpath(".//a[@class='number' or @class='assume']")):
        link.drop_tag()
    return root


def _figures(root: HtmlElement) -> None:
    """Charts as images, their data as links, and nothing that embeds them."""
    for figure in list(root.iterfind(".//figure[@data-chart]")):
        _drawn(figure)
    for take in list(root.iterfind(".//details[@class='take']")):
        take.drop_tree()
    for table in list(root.iterfind(".//details[@data-table]")):
        _data(table)


def _strong(title: HtmlElement) -> HtmlElement:
    strong = E.strong(title.text or "")
    strong.extend(list(title))
    return strong


def _data(details: HtmlElement) -> None:
    """The table behind a figure as a link to it."""
    link = details.find(".//a[@download]")
    if link is None:
        details.drop_tree()
        return
    address = link.get("href") or ""
    details.tag = "p"
    details[:] = [E.a(address.rpartition("/")[2], href=address)]
    details.text = "Data: "


def _drawn(figure: HtmlElement) -> None:
    """A chart as the image that lies beside the page."""
    hidden = figure.find(".//*[@hidden]")
    alt = hidden.text_content().strip() if hidden is not None else ""
    for drawing in list(figure):
        if drawing.tag != "figcaption":
            drawing.drop_tree()
    name = file_name(figure.get("data-chart") or "")
    figure.insert(0, E.img(src=f"charts/{name}.png", alt=alt))
    for origin in figure.iterfind("figcaption/span[@class='origin']"):
        origin.addprevious(E.br())  # a line of its own on the page
