"""The page for machines, as JSON-LD: the article and what it rests on, its questions, its way from the home page, its data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml.html import HtmlElement
from markupsafe import Markup

from explainer.config import Config
from explainer.matter import Source
from explainer.pages import byline, told
from explainer.pages.contexts import ArticlePage
from explainer.pages.frame import absolute, relative
from explainer.pages.page import Page
from explainer.prose import shape


def data(page: Page, context: ArticlePage, tables: Iterable[str]) -> Markup:
    """The content of the page's data block; `tables` are the paths of its data. A `<` is written so that nothing ends it."""
    key = (
        page.key,
        context.heading,
        context.byline,
        context.frame,
        context.corrections,
        [(part.heading, part.body) for part in context.questions],
        tables,
    )
    return page.config.results.get("linked", key, lambda: _written(page, context, tables))


def _written(page: Page, context: ArticlePage, tables: Iterable[str]) -> Markup:
    parts = [_article(page, context), _way(page, context), *(_table(page, path) for path in tables)]
    parts += [_questions(context)] if context.questions else []
    return written(parts)


def written(parts: list[dict[str, Any]]) -> Markup:
    """The content of a data block."""
    text = json.dumps({"@context": "https://schema.org", "@graph": parts}, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _article(page: Page, context: ArticlePage) -> dict[str, Any]:
    model, frame = page.model, context.frame
    rested = {key for item in model.assumptions.values() for key in item.basis.sources}
    rested |= {key for table in model.data_tables.values() for key in table.sources}
    found: dict[str, Any] = {
        "@type": "Article",
        "headline": frame.title,
        "description": frame.description,
        "url": frame.canonical,
        "image": frame.shown.image,
        "inLanguage": frame.language,
        "datePublished": frame.shown.published,
        "dateModified": frame.shown.modified,
        "correction": [{"@type": "CorrectionComment", "text": note, "datePublished": day.iso} for day, note in context.corrections],
        "author": [person(page.config, name, byline.page(name, page.config)) for name in context.authors],
        "publisher": {"@type": "Organization", "name": frame.site},
        "citation": [_work(entry.source) for entry in context.sources if entry.key not in rested],
        "isBasedOn": [_work(entry.source) for entry in context.sources if entry.key in rested],
    }
    return {key: value for key, value in found.items() if value}


def person(config: Config, name: str, page: str) -> dict[str, str]:
    """An author, with the page that says more where there is a base_url. 'The editors', or the site's own name, is no single person's."""
    kind = "Organization" if name == config.site.title or name.startswith("The ") else "Person"
    address = absolute(config, page) if page else ""
    return {"@type": kind, "name": name, **({"url": address} if address else {})}


def _work(source: Source) -> str | dict[str, str]:
    """A source by its address; by its title where it has none."""
    return source.URL or (f"https://doi.org/{quote(source.DOI)}" if source.DOI else {"@type": "CreativeWork", "name": source.title})


def _way(page: Page, context: ArticlePage) -> dict[str, Any]:
    return way(page.config, page.address, context.frame.title)


def way(config: Config, page: str, title: str) -> dict[str, Any]:
    """The way from the home page to a page."""
    steps = ((config.site.title, "index.html"), (title, page))
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(config, path) or relative(page, path)}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _table(page: Page, path: str) -> dict[str, Any]:
    """A table in short: all that is said of it weighs on the page."""
    download = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": _address(page, path)}
    return {"@type": "Dataset", "name": Path(path).stem.replace("_", " "), "distribution": download}


def _questions(context: ArticlePage) -> dict[str, Any]:
    """The questions in the words that stand on the page, without the marks of sources and notes."""
    asked = [
        {
            "@type": "Question",
            "name": _words(shape.tree(part.heading)),
            "acceptedAnswer": {"@type": "Answer", "text": _words(told.text(part.body))},
        }
        for part in context.questions
    ]
    return {"@type": "FAQPage", "mainEntity": asked}


def _words(root: HtmlElement) -> str:
    for element in [*root.iter("sup", "figure"), *root.iterfind(".//*[@hidden]")]:
        element.drop_tree()
    return re.sub(r"[ \n]+", " ", root.text_content()).strip()


def _address(page: Page, path: str) -> str:
    return absolute(page.config, path) or relative(page.address, path)
