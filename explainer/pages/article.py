"""One article -> its files: the page, the model's module, live charts, data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from explainer import charts
from explainer.assets import Assets, fingerprint
from explainer.charts import Drawing
from explainer.config import Config
from explainer.content import Article
from explainer.model import javascript
from explainer.model.model import Assumption, Model
from explainer.model.simulate import Numbers, Row, table_rows
from explainer.pages.contexts import ArticlePage, Card, Cited, Control, FigurePage, Part, Renderer, Table, Teaser
from explainer.pages.data import cell, numbers_json, table_csv
from explainer.pages.frame import frame, relative
from explainer.prose import merge
from explainer.prose.merge import Figure, Setting, Values
from explainer.prose.passage import Passage, Printed


@dataclass(frozen=True, slots=True)
class Prose:
    """The parsed passages of an article."""

    title: Passage
    dek: Passage
    description: Passage
    opening: Passage
    sections: tuple[Passage, ...]
    questions: tuple[tuple[str, Passage, Passage], ...]  # slug, question, answer

    @property
    def bodies(self) -> tuple[Passage, ...]:
        """The passages of Markdown, in the order of the page."""
        return (self.opening, *self.sections, *(answer for _, _, answer in self.questions))


def files(
    article: Article, model: Model, numbers: Numbers, text: Prose, drawings: Mapping[str, Drawing],
    assets: Assets, config: Config, renderer: Renderer,
) -> dict[str, bytes]:  # fmt: skip
    """All files of one article, by their path in the site."""
    page = f"{article.slug}/index.html"
    values = Values(model, numbers, config.locale)
    rows = table_rows(model, numbers)
    made: dict[str, str] = {}
    program = javascript.module(model, config.locale)
    program_path = f"{article.slug}/model.{fingerprint(program.encode())}.js"
    made[program_path] = program
    made[f"{article.slug}/numbers.json"] = numbers_json(model, numbers)
    figures = {}
    for name, drawing in drawings.items():
        live = charts.live(drawing, rows, model.row_tables)
        path = f"{article.slug}/charts/{name}.{fingerprint(live.encode())}.json"
        made[path] = live
        figures[name] = (drawing, relative(page, path))
        for table in drawing.tables:
            made[f"{article.slug}/data/{table}.csv"] = table_csv(rows[table])
    cited = _cited(article, model, text)
    setting = Setting(
        values, {entry.key: entry.number for entry in cited},
        {name: number for number, name in enumerate(_in_order(text, "chart"), start=1)},
        lambda figure: renderer.render("figure.html", _figure(figure, *figures[figure.chart], values, rows)),
    )  # fmt: skip
    context = ArticlePage(
        frame=frame(config, assets, page, merge.plain(text.title, values), merge.plain(text.description, values)),
        heading=Markup(merge.line(text.title, values)),
        dek=Markup(merge.line(text.dek, values)),
        authors=article.matter.authors,
        published=article.matter.published.isoformat(),
        as_of=article.matter.as_of.isoformat(),
        opening=Markup(merge.merge(text.opening, setting)),
        sections=tuple(Markup(merge.merge(section, setting)) for section in text.sections),
        questions=tuple(
            Part(slug, Markup(merge.line(question, values)), Markup(merge.merge(answer, setting)))
            for slug, question, answer in text.questions
        ),
        sources=cited,
        cards=tuple(_card(name, values, cited) for name in model.numbers),
        controls=tuple(_control(item, values) for item in model.assumptions.values() if item.reader),
        model=relative(page, program_path),
        runtime=relative(page, assets.runtime),
    )
    made[page] = renderer.render("article.html", context)
    return {path: content.encode() for path, content in made.items()}


def teaser(article: Article, model: Model, numbers: Numbers, text: Prose, config: Config) -> Teaser:
    """What the home page shows of an article."""
    values = Values(model, numbers, config.locale)
    address = f"{article.slug}/index.html"
    title, dek = (Markup.escape(merge.plain(passage, values)) for passage in (text.title, text.dek))
    return Teaser(address, title, dek, article.matter.published.isoformat())


def _in_order(text: Prose, kind: str) -> dict[str, None]:
    """The charts or sources that the prose names, each once, in the order of the page."""
    return dict.fromkeys(mark.name for passage in text.bodies for mark in passage.marks if mark.kind == kind)


def _cited(article: Article, model: Model, text: Prose) -> tuple[Cited, ...]:
    """The sources: those of the prose in its order, then those of the model."""
    keys = dict(_in_order(text, "source"))
    for assumption in model.assumptions.values():
        keys |= dict.fromkeys(assumption.basis.sources)
    for table in model.data_tables.values():
        keys |= dict.fromkeys(table.sources)
    return tuple(Cited(key, number, article.sources[key]) for number, key in enumerate(keys, start=1))


def _figure(figure: Figure, drawing: Drawing, live: str, values: Values, rows: Mapping[str, list[Row]]) -> FigurePage:
    svgs = {size: Markup(svg) for size, svg in drawing.svgs.items()}
    tables = tuple(_table(name, values, rows[name]) for name in drawing.tables)
    return FigurePage(figure.chart, figure.number, Markup(figure.alt), Markup(figure.caption), svgs, live, tables)


def _table(name: str, values: Values, rows: list[Row]) -> Table:
    """A table for people. Rows of quantities follow the reader by the same hooks as the prose."""
    address = f"data/{name}.csv"
    if name in values.model.row_tables:
        cells = tuple(
            (Markup.escape(label), _data(quantity, "value", values), _data(quantity, "range", values))
            for label, quantity in values.model.row_tables[name].rows
        )
        return Table(name, ("", "Central value", "5–95 % range"), cells, address)
    data = values.model.data_tables[name]
    header = tuple(f"{column} ({data.units[column].text})" if column in data.units else column for column in data.columns)
    lines = tuple(tuple(Markup.escape(cell(value)) for value in row.values()) for row in rows)
    return Table(name, header, lines, address)


def _data(name: str, part: str, values: Values) -> Markup:
    element = values.element(Printed(name, part, None, values.model.number(name).place))
    return Markup(merge.markup(element))


def _card(name: str, values: Values, cited: tuple[Cited, ...]) -> Card:
    number, amount = values.model.number(name), values.numbers.amounts[name]
    basis = number.basis if isinstance(number, Assumption) else None
    return Card(
        name, number.label, _data(name, "value", values), _data(name, "range", values), amount.low == amount.high,
        number.unit.text, number.written, basis.evidence if basis else "", basis.because if basis else "",
        tuple(entry for entry in cited if basis and entry.key in basis.sources),
    )  # fmt: skip


def _control(assumption: Assumption, values: Values) -> Control:
    """A slider over the plausible range, in steps of about a hundredth of it."""
    low, high = assumption.plausible
    step = 10.0 ** math.floor(math.log10((high - low) / 50))
    minimum, maximum = math.ceil(low / step) * step, math.floor(high / step) * step
    value = round(values.numbers.amounts[assumption.name].value / step) * step
    author = values.text(assumption.name)
    if not assumption.distribution.is_certain:
        author += f" ({values.text(assumption.name, 'range')})"
    return Control(assumption.name, assumption.label, f"{minimum:.9g}", f"{maximum:.9g}", f"{step:.9g}", f"{value:.9g}", author)
