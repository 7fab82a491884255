"""One article -> its files: the page, the model's module, live charts, data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from explainer import numerals
from explainer.assets import fingerprint
from explainer.builtin_charts import BuiltIn
from explainer.charts import Drawing
from explainer.config import Config
from explainer.content import Article
from explainer.files import Files
from explainer.model import javascript
from explainer.model.model import Model
from explainer.model.simulate import Numbers, Row
from explainer.pages import banner, byline, cards, linked, policies, talk, topics
from explainer.pages.contexts import (
    Alternate,
    ArticlePage,
    Changed,
    Day,
    Entry,
    Frame,
    KeyFigure,
    Part,
    ShortCards,
    Shown,
    Teaser,
)  # fmt: skip
from explainer.pages.controls import control, preset
from explainer.pages.data import numbers_json
from explainer.pages.figures import Figures, pixels
from explainer.pages.frame import absolute, frame, relative
from explainer.pages.page import Page, Prose
from explainer.pages.parts import Cited, Comments
from explainer.photos import Photo
from explainer.prose import merge
from explainer.prose.merge import Merged, Setting, Values
from explainer.prose.passage import Passage

MARKDOWN = Alternate("text/markdown", "", "index.md")

# ids that the template gives
RESERVED = (
    "content",
    "contents",
    "questions",
    "sources",
    "changes",
    "numbers",
    "claims",
    "assumptions",
    "assumptions-title",
    "closing",
    "related",
    "corrections",
)


def compose(
    page: Page, rows: Mapping[str, list[Row]], drawings: Mapping[str, Drawing],
    built_in: Mapping[str, BuiltIn], photos: Mapping[str, Photo],
) -> tuple[ArticlePage, Files]:  # fmt: skip
    """All that the page of one article shows, and the files behind it by their path in the site."""
    article, model, text, values, kept = page.article, page.model, page.text, page.values, page.config.results
    made: dict[str, bytes] = {}
    program = kept.get("program", page.key, lambda: javascript.module(model, page.config.locale, page.numbers).encode())
    program_path = f"{article.slug}/model.{fingerprint(program)}.js"
    made[program_path] = program
    made[f"{article.slug}/numbers.json"] = kept.get("data", page.key, lambda: numbers_json(model, page.numbers).encode())
    bodies = _Bodies(page, Figures(page, rows, drawings, built_in, photos))
    opening, *sections = (bodies.merged(passage) for passage in (text.opening, *text.sections))
    answers = [bodies.merged(answer) for _, _, answer in text.questions]
    made |= bodies.made
    later = pixels(bodies.made, kept)
    shown = _shown(article, model, text)
    controls = kept.get("controls", page.key, lambda: tuple(control(item, values) for item in model.assumptions.values() if item.reader))
    context = ArticlePage(
        frame=_frame(page),
        heading=Markup(merge.line(text.title, values)),
        dek=Markup(merge.line(text.dek, values)),
        authors=article.matter.authors,
        byline=tuple((name, byline.link(page.address, name, page.config)) for name in article.matter.authors),
        published=day(article.matter.published, page.config),
        as_of=day(article.matter.as_of, page.config),
        minutes=_minutes([opening, *sections]),
        key_figures=tuple(_key_figure(name, values) for name in article.matter.key_figures),
        contents=tuple(Entry(h.id, Markup(h.html)) for part in (opening, *sections) for h in part.headings if h.level == 2),
        opening=Markup(opening.html),
        sections=tuple(Markup(section.html) for section in sections),
        closing=Markup(merge.line(text.closing, values)),
        questions=tuple(
            Part(slug, Markup(merge.line(question, values)), Markup(answer.html))
            for (slug, question, _), answer in zip(text.questions, answers, strict=True)
        ),
        sources=page.cited,
        changes=_changes(article, page.config),
        corrections=_corrections(article, page.config),
        numbers=kept.get("short cards", (page.key, shown), lambda: _short_cards(page, shown)),
        controls=controls,
        scenarios=tuple(preset(scenario) for scenario in model.scenarios.values()),
        scripted=bool(controls or shown or drawings),
        model=relative(page.address, program_path),
        runtime=relative(page.address, page.assets.runtime),
        linked=Markup(),
        related=topics.SLOT,
        comments=_comments(page),
        newsletter=talk.newsletter(page.config),
    )
    linked_data = linked.data(page, context, tuple(path for path in bodies.made if path.endswith(".csv")))
    return replace(context, linked=linked_data), Files(made, later)


def files(page: Page, context: ArticlePage) -> dict[str, bytes]:
    """The page itself."""
    return {page.address: page.renderer.render("article.html", context).encode()}


def _frame(page: Page) -> Frame:
    title, description = (merge.plain(passage, page.values) for passage in (page.text.title, page.text.description))
    days = (page.article.matter.published.isoformat(), page.modified.isoformat())
    return frame(
        page.config,
        page.assets,
        page.address,
        title,
        description,
        Shown("article", absolute(page.config, f"{page.article.slug}/{banner.FILE}"), *days),
        (MARKDOWN,),
        policies.of_article(page.config, commented=page.article.matter.comments),
    )


def _comments(page: Page) -> Comments | None:
    title = merge.plain(page.text.title, page.values)
    return talk.comments(page.config, page.address, page.article.slug, title) if page.article.matter.comments else None


class _Bodies:
    """Merges the passages of a page, one after the other: each gets ids that those before it have left."""

    def __init__(self, page: Page, figures: Figures) -> None:
        self._page, self._figures = page, figures
        self._sources = {entry.key: entry.number for entry in page.cited}
        self._numbers, self._ids = _figure_numbers(page.text), {*RESERVED, *talk.ids(page.config)}
        self.made: dict[str, bytes] = {}

    def merged(self, passage: Passage) -> Merged:
        """The passage as HTML; the files behind its figures are in `made`."""
        figures = [
            (mark.name, self._numbers[mark.name], self._figures.key(mark)) for mark in passage.marks if mark.kind in ("chart", "photo")
        ]
        result, made, ids = self._page.config.results.get(
            "body", (self._page.key, passage.key or passage, figures, self._ids), lambda: self._merge(passage)
        )
        self._ids |= ids
        self.made |= made
        return result

    def _merge(self, passage: Passage) -> tuple[Merged, dict[str, bytes], set[str]]:
        taken = set(self._ids)
        self._figures.made = {}
        result = merge.merge(passage, Setting(self._page.values, self._sources, self._numbers, self._figures.show, taken))
        return result, self._figures.made, taken - self._ids


def _short_cards(page: Page, shown: tuple[str, ...]) -> Markup:
    """The part of the page with the short cards of its numbers and claims."""
    whole = tuple(cards.card(name, page.values, page.cited) for name in shown)
    context = ShortCards(whole, tuple(cards.claim(name, page.values) for name in page.model.claims))
    return Markup(page.renderer.render("numbers.html", context).rstrip("\n"))


def teaser(article: Article, model: Model, numbers: Numbers, text: Prose, config: Config) -> Teaser:
    """What the home page shows of an article."""
    values = Values(model, numbers, config.locale)
    address = f"{article.slug}/index.html"
    title, dek = (Markup.escape(merge.plain(passage, values)) for passage in (text.title, text.dek))
    return Teaser(address, title, dek, day(article.matter.published, config))


def _shown(article: Article, model: Model, text: Prose) -> tuple[str, ...]:
    """The numbers that have a card on the page: what it prints or lets the reader set."""
    lines = (text.title, text.dek, text.closing, *(question for _, question, _ in text.questions))
    wanted = [printed.name for passage in (*lines, *text.bodies) for printed in passage.ledger.printed]
    wanted += [*article.matter.key_figures, *(name for name, item in model.assumptions.items() if item.reader)]
    return tuple(name for name in model.numbers if name in set(wanted))


def day(date: datetime.date, config: Config) -> Day:
    """A date for machines and in the site's language."""
    return Day(date.isoformat(), numerals.day(date, config.locale))


def _corrections(article: Article, config: Config) -> tuple[tuple[Day, str], ...]:
    """What was wrong, the newest first."""
    ordered = sorted(article.matter.corrections, key=lambda item: item.date, reverse=True)
    return tuple((day(item.date, config), item.note) for item in ordered)


def _changes(article: Article, config: Config) -> tuple[Changed, ...]:
    """What editors accepted, the newest first."""
    changes = article.lock.changes if article.lock else ()
    return tuple(Changed(day(change.date, config), change.note, change.causes, change.moved) for change in reversed(changes))


def cited(article: Article, model: Model, text: Prose) -> tuple[Cited, ...]:
    """The sources: those of the prose in its order, then those of the model."""
    keys = dict.fromkeys(text.names("source"))
    for assumption in model.assumptions.values():
        keys |= dict.fromkeys(assumption.basis.sources)
    for table in model.data_tables.values():
        keys |= dict.fromkeys(table.sources)
    return tuple(Cited(key, number, article.sources[key]) for number, key in enumerate(keys, start=1))


def _figure_numbers(text: Prose) -> dict[str, int]:
    """Charts and photographs numbered together, in the order of the page."""
    names = dict.fromkeys(mark.name for passage in text.bodies for mark in passage.marks if mark.kind in ("chart", "photo"))
    return {name: number for number, name in enumerate(names, start=1)}


def _minutes(parts: list[Merged]) -> int:
    """Reading time at 230 words a minute, figures and tables left out."""
    return max(1, round(sum(part.words for part in parts) / 230))


def _key_figure(name: str, values: Values) -> KeyFigure:
    certain = values.numbers.amount(name).low == values.numbers.amount(name).high
    return KeyFigure(
        name, values.model.number(name).label, cards.shown(name, "value", values), None if certain else cards.shown(name, "range", values)
    )
