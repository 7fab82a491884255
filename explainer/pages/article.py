"""One article -> its files: the page, the model's module, live charts, data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from explainer import charts, numerals
from explainer.assets import Assets, fingerprint
from explainer.builtin_charts import BuiltIn
from explainer.charts import Drawing, file_name
from explainer.config import Config
from explainer.content import Article
from explainer.diagnostics import Place
from explainer.model import javascript
from explainer.model.model import Model
from explainer.model.simulate import Numbers, Row
from explainer.pages import cards
from explainer.pages.contexts import (
    ArticlePage,
    Cell,
    Changed,
    Cited,
    Day,
    Entry,
    FigurePage,
    KeyFigure,
    Part,
    PhotoPage,
    ShortCards,
    Table,
    Teaser,
)  # fmt: skip
from explainer.pages.controls import control, preset
from explainer.pages.data import cell, numbers_json, table_csv
from explainer.pages.frame import frame, relative
from explainer.pages.renderer import Renderer
from explainer.photos import Photo
from explainer.prose import merge, shape
from explainer.prose.merge import Figure, Merged, Setting, Values
from explainer.prose.passage import Marked, Passage

# ids that the template gives
RESERVED = ("content", "contents", "questions", "sources", "changes", "numbers", "claims", "assumptions", "assumptions-title", "closing")


@dataclass(frozen=True, slots=True)
class Prose:
    """The parsed passages of an article."""

    title: Passage
    dek: Passage
    description: Passage
    closing: Passage
    opening: Passage
    sections: tuple[Passage, ...]
    questions: tuple[tuple[str, Passage, Passage], ...]  # slug, question, answer

    @property
    def bodies(self) -> tuple[Passage, ...]:
        """The passages of Markdown, in the order of the page."""
        return (self.opening, *self.sections, *(answer for _, _, answer in self.questions))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All that is read on the page: lines and bodies."""
        return (self.title, self.dek, self.description, self.closing, *(question for _, question, _ in self.questions), *self.bodies)

    def names(self, kind: str) -> dict[str, Place]:
        """The charts, photographs or sources that the prose names, each with its first place, in the order of the page."""
        found: dict[str, Place] = {}
        for mark in self.marks(kind):
            found.setdefault(mark.name, mark.place)
        return found

    def marks(self, kind: str) -> tuple[Marked, ...]:
        """All that the prose refers to of a kind, in the order of the page."""
        return tuple(mark for passage in self.bodies for mark in passage.marks if mark.kind == kind)


@dataclass(frozen=True, slots=True)
class Page:
    """What the pages of one article are made of."""

    article: Article
    key: str  # the digest of its numbers, its sources and the templates
    model: Model
    numbers: Numbers
    text: Prose
    cited: tuple[Cited, ...]
    assets: Assets
    config: Config
    renderer: Renderer

    @property
    def address(self) -> str:
        """The article's own page, as a path in the site."""
        return f"{self.article.slug}/index.html"

    @property
    def values(self) -> Values:
        """What tokens turn into."""
        return Values(self.model, self.numbers, self.config.locale)


def files(
    page: Page, rows: Mapping[str, list[Row]], drawings: Mapping[str, Drawing],
    built_in: Mapping[str, BuiltIn], photos: Mapping[str, Photo],
) -> dict[str, bytes]:  # fmt: skip
    """All files of one article, by their path in the site."""
    article, model, text, values, kept = page.article, page.model, page.text, page.values, page.config.results
    made: dict[str, bytes] = {}
    program = kept.get("program", page.key, lambda: javascript.module(model, page.config.locale, page.numbers).encode())
    program_path = f"{article.slug}/model.{fingerprint(program)}.js"
    made[program_path] = program
    made[f"{article.slug}/numbers.json"] = kept.get("data", page.key, lambda: numbers_json(model, page.numbers).encode())
    bodies = _Bodies(page, _Figures(page, rows, drawings, built_in, photos))
    opening, *sections = (bodies.merged(passage) for passage in (text.opening, *text.sections))
    answers = [bodies.merged(answer) for _, _, answer in text.questions]
    made |= bodies.made
    shown = _shown(article, model, text)
    controls = kept.get("controls", page.key, lambda: tuple(control(item, values) for item in model.assumptions.values() if item.reader))
    context = ArticlePage(
        frame=frame(page.config, page.assets, page.address, merge.plain(text.title, values), merge.plain(text.description, values)),
        heading=Markup(merge.line(text.title, values)),
        dek=Markup(merge.line(text.dek, values)),
        authors=article.matter.authors,
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
        numbers=kept.get("short cards", (page.key, shown), lambda: _short_cards(page, shown)),
        controls=controls,
        scenarios=tuple(preset(scenario) for scenario in model.scenarios.values()),
        scripted=bool(controls or shown or drawings),
        model=relative(page.address, program_path),
        runtime=relative(page.address, page.assets.runtime),
    )
    made[page.address] = page.renderer.render("article.html", context).encode()
    return made


class _Bodies:
    """Merges the passages of a page, one after the other: each gets ids that those before it have left."""

    def __init__(self, page: Page, figures: _Figures) -> None:
        self._page, self._figures = page, figures
        self._sources = {entry.key: entry.number for entry in page.cited}
        self._numbers, self._ids = _figure_numbers(page.text), set(RESERVED)
        self.made: dict[str, bytes] = {}

    def merged(self, passage: Passage) -> Merged:
        """The passage as HTML; the files behind its figures are in `made`."""
        figures = [
            (mark.name, self._numbers[mark.name], self._figures.key(mark)) for mark in passage.marks if mark.kind in ("chart", "photo")
        ]
        result, made, ids = self._page.config.results.get(
            "body", (self._page.key, passage, figures, self._ids), lambda: self._merge(passage)
        )
        self._ids |= ids
        self.made |= made
        return result

    def _merge(self, passage: Passage) -> tuple[Merged, dict[str, bytes], set[str]]:
        taken = set(self._ids)
        self._figures.made = {}
        result = merge.merge(passage, Setting(self._page.values, self._sources, self._numbers, self._figures.show, taken))
        return result, self._figures.made, taken - self._ids


class _Figures:
    """Shows charts and photographs in their places, and makes the files behind them."""

    def __init__(
        self, page: Page, rows: Mapping[str, list[Row]], drawings: Mapping[str, Drawing],
        built_in: Mapping[str, BuiltIn], photos: Mapping[str, Photo],
    ) -> None:  # fmt: skip
        self._values, self._rows, self._cited, self._renderer = page.values, rows, page.cited, page.renderer
        self._page, self._folder, self._key, self._results = page.address, page.article.slug, page.key, page.config.results
        self._drawings, self._built_in, self._photos = drawings, built_in, photos
        self.made: dict[str, bytes] = {}

    def key(self, mark: Marked) -> object:
        """The digest of a drawing, or what a photograph was made into."""
        if mark.kind == "chart":
            return self._drawings[mark.name].key
        photo = self._photos[mark.name]
        return photo.sets, photo.plain, photo.credit, photo.width, photo.height

    def show(self, figure: Figure) -> str:
        """The figure's HTML."""
        if figure.kind == "photo":
            return self._photo(figure)
        html, made = self._results.get("figure", (self._key, figure, self._drawings[figure.name].key), lambda: self._chart(figure))
        self.made |= made
        return html

    def _chart(self, figure: Figure) -> tuple[str, dict[str, bytes]]:
        made: dict[str, bytes] = {}
        drawing, model = self._drawings[figure.name], self._values.model
        follows = {*model.row_tables, *(name for name, chart in self._built_in.items() if chart.follows)}
        live = charts.live(drawing, self._rows, follows).encode()
        path = f"{self._folder}/charts/{file_name(figure.name)}.{fingerprint(live)}.json"
        made[path] = live
        for table in drawing.tables:
            rows = self._built_in[table].data if table in self._built_in else self._rows[table]
            made[f"{self._folder}/data/{file_name(table)}.csv"] = table_csv(rows).encode()
        keys = {key for table in drawing.tables if table in model.data_tables for key in model.data_tables[table].sources}
        context = FigurePage(
            figure.name, figure.number, Markup(figure.alt), Markup(figure.caption),
            {size: Markup(svg) for size, svg in drawing.svgs.items()}, relative(self._page, path),
            tuple(self._table(name, self._caption(figure, drawing, name)) for name in drawing.tables),
            any(table in model.row_tables or table in self._built_in for table in drawing.tables),
            all(chart.follows for name, chart in self._built_in.items() if name == figure.name),
            tuple(entry for entry in self._cited if entry.key in keys),
        )  # fmt: skip
        return self._renderer.render("figure.html", context), made

    def _table(self, name: str, caption: str) -> Table:
        if name not in self._built_in:
            return _table(name, caption, self._values, self._rows[name])
        chart = self._built_in[name]
        cells = tuple(tuple(Cell(text) for text in row) for row in chart.cells)
        own = "" if chart.follows else ", at the article's own assumptions"
        return Table(name, f"{caption}{own}", chart.header, cells, f"data/{file_name(name)}.csv", chart.follows)

    @staticmethod
    def _caption(figure: Figure, drawing: Drawing, table: str) -> str:
        several = f": {table.replace('_', ' ')}" if len(drawing.tables) > 1 else ""
        return f"The data of figure {figure.number}{several}"

    def _photo(self, figure: Figure) -> str:
        photo = self._photos[figure.name]
        self.made.update({f"{self._folder}/{name}": data for name, data in photo.files.items()})
        sets = {type_: _srcset(files) for type_, files in photo.sets.items()}
        alt = shape.tree(figure.alt).text_content()
        context = PhotoPage(
            figure.number,
            alt,
            Markup(figure.caption),
            photo.width,
            photo.height,
            sets,
            _srcset(photo.plain),
            max(photo.plain.items())[1],
            photo.credit,
        )
        return self._renderer.render("photo.html", context)


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


def _srcset(files: Mapping[int, str]) -> str:
    return ", ".join(f"{name} {width}w" for width, name in files.items())


def _figure_numbers(text: Prose) -> dict[str, int]:
    """Charts and photographs numbered together, in the order of the page."""
    names = dict.fromkeys(mark.name for passage in text.bodies for mark in passage.marks if mark.kind in ("chart", "photo"))
    return {name: number for number, name in enumerate(names, start=1)}


def _minutes(parts: list[Merged]) -> int:
    """Reading time at 230 words a minute, figures and tables left out."""
    texts = (shape.tree(part.html) for part in parts)
    words = sum(len(node.text_content().split()) for text in texts for node in text.iter("p", "li", "h2", "h3"))
    return max(1, round(words / 230))


def _key_figure(name: str, values: Values) -> KeyFigure:
    certain = values.numbers.amount(name).low == values.numbers.amount(name).high
    return KeyFigure(
        name, values.model.number(name).label, cards.shown(name, "value", values), None if certain else cards.shown(name, "range", values)
    )


def _table(name: str, caption: str, values: Values, rows: list[Row]) -> Table:
    """A table for people."""
    address = f"data/{name}.csv"
    if name in values.model.row_tables:
        table = values.model.row_tables[name]
        steps = tuple(zip(values.model.steps(table.over), values.model.step_labels(table.over), strict=True))
        cells = tuple(
            (
                *(Cell(word) for word in (label, *(cell(at) for at in labels.values()))),
                *(cards.shown(quantity, part, values, step) for part in ("value", "range")),
            )
            for label, quantity in table.rows
            for step, labels in steps
        )
        return Table(name, caption, ("What", *table.over, "Central value", "5–95 % range"), cells, address, True)
    data = values.model.data_tables[name]
    header = tuple(f"{column} ({data.units[column].text})" if column in data.units else column for column in data.columns)
    lines = tuple(tuple(Cell(cell(value)) for value in row.values()) for row in rows)
    return Table(name, caption, header, lines, address, False)
