"""What an article carries along: parts that nothing shows, sources that nobody has opened lately, what is said of it elsewhere."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator

from explainer.builtin_charts import PLACED
from explainer.content import Article
from explainer.diagnostics import Diagnostic, Place, did_you_mean
from explainer.document import Document
from explainer.editorial.rules import remark
from explainer.lock import rests_on
from explainer.model.model import Model
from explainer.pages.article import cited
from explainer.pages.page import Prose
from explainer.prose.merge import Values, plain

LONGEST_DESCRIPTION = 160  # characters that search engines show
WORD = re.compile(r"\w+")


def unused(article: Article, model: Model, text: Prose) -> Iterator[Diagnostic]:
    """Numbers, tables and sources on which nothing that is shown rests."""
    place, spec = article.model_document.place, article.model_spec
    shown = set(model.ancestors(_shown(article, model, text)))
    for name in model.numbers:
        if name not in shown:
            kind = "assumptions" if name in model.assumptions else "quantities"
            message = f"nothing that is shown rests on the {'assumption' if name in model.assumptions else 'quantity'} '{name}'"
            yield remark("unused", message, place(kind, name), "print it, let a formula read it, or remove it")
    read = {cell.partition("[")[0] for cell in rests_on(spec, model).data}
    read |= {steps.partition(".")[0] for steps in spec.axes.values() if isinstance(steps, str)}
    drawn = set(WORD.findall(article.charts.markdown))
    for name in spec.tables:
        if name not in read | drawn:
            yield remark("unused", f"no formula and no chart reads the table '{name}'", place("tables", name), "read it, or remove it")
    known = {entry.key for entry in cited(article, model, text)}
    for key in article.sources:
        if key not in known:
            where = article.documents["sources.yaml"].place("sources", key)
            yield remark(
                "unused", f"nothing cites the source '{key}'", where, f"cite it, '[@{key}]', let an assumption name it, or remove it"
            )


def _shown(article: Article, model: Model, text: Prose) -> set[str]:
    """The numbers that stand on the page, in a table or a chart, or decide a claim; without what they rest on."""
    names = set(article.matter.key_figures)
    for passage in text.passages:
        names.update(printed.name for printed in passage.ledger.printed)
    for claim in model.claims.values():
        names |= claim.inputs
    for table in model.row_tables.values():
        names.update(quantity for _, quantity in table.rows)
    for chart in text.names("chart"):
        if (match := PLACED.fullmatch(chart)) and match[2] in model.numbers:
            names.add(match[2])
    return names


def stale_sources(article: Article, today: datetime.date, after: int) -> Iterator[Diagnostic]:
    """Sources on the web that were opened more than so many days ago."""
    for key, source in article.sources.items():
        days = (today - source.accessed).days
        if after and days > after and (source.URL or source.DOI):
            where = article.documents["sources.yaml"].place("sources", key, "accessed")
            hint = "see whether it still says so, and write down the day"
            yield remark("stale-source", f"'{key}' was last opened {days} days ago, on {source.accessed}", where, hint)


def metadata(article: Article, text: Prose, values: Values) -> Iterator[Diagnostic]:
    """What search engines and previews show of an article."""
    document = article.matter_document
    if not any(name.strip() for name in article.matter.authors):
        yield remark("missing-metadata", "this article has no authors", document.place("authors"), "name who answers for it")
    yield from description(plain(text.description, values), "this article", document)


def description(words: str, what: str, document: Document) -> Iterator[Diagnostic]:
    """A description that is missing or too long; of an article or of the site."""
    if not words.strip():
        where = document.place("description") if "description" in document.data else Place(document.file, _first(document))
        hint = "say in 'description:' what a reader learns, for search engines and previews"
        yield remark("missing-metadata", f"{what} has no description", where, hint)
    elif len(words) > LONGEST_DESCRIPTION:
        message = f"the description has {len(words)} characters, and search engines show some {LONGEST_DESCRIPTION}"
        yield remark("long-description", message, document.place("description"), "shorten it, or say the most important thing first")


def authors(document: Document, known: Collection[str], wrote: Collection[str]) -> Iterator[Diagnostic]:
    """Authors of whom the site says something, and who wrote nothing."""
    for name in known:
        if name not in wrote:
            hint = did_you_mean(name, wrote) or "write the name as the article does, or remove it"
            yield remark("unused", f"no article is by '{name}'", document.place("authors", name), hint)


def base_url(document: Document) -> Iterator[Diagnostic]:
    """Where the site will be."""
    if not document.data.get("base_url"):
        where = document.place("base_url") if "base_url" in document.data else Place(document.file, _first(document))
        hint = "write where the site will be: 'base_url: https://…'"
        yield remark("missing-metadata", "the site has no base_url", where, hint)


def _first(document: Document) -> int:
    """The line of the first key."""
    return document.place().line or 1
