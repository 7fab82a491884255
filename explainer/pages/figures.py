"""Charts and photographs in their places on the page, and the files behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from markupsafe import Markup

from explainer import charts, pictures
from explainer.assets import fingerprint
from explainer.builtin_charts import BuiltIn
from explainer.cache import Cache
from explainer.charts import Drawing, file_name
from explainer.model.simulate import Row
from explainer.pages import cards, embed
from explainer.pages.contexts import FigurePage, PhotoPage, Table
from explainer.pages.data import cell, table_csv
from explainer.pages.frame import frame, relative
from explainer.pages.page import Page
from explainer.pages.parts import Cell
from explainer.photos import Photo
from explainer.prose import merge, shape
from explainer.prose.merge import Figure, Values
from explainer.prose.passage import Marked


class Figures:
    """Shows charts and photographs in their places, and makes the files behind them."""

    def __init__(
        self, page: Page, rows: Mapping[str, list[Row]], drawings: Mapping[str, Drawing],
        built_in: Mapping[str, BuiltIn], photos: Mapping[str, Photo],
    ) -> None:  # fmt: skip
        self._values, self._rows, self._cited, self._renderer = page.values, rows, page.cited, page.renderer
        self._whole = page
        self._page, self._folder, self._key, self._results = page.address, page.article.slug, page.key, page.config.results
        self._drawings, self._built_in, self._photos = drawings, built_in, photos
        self._colours = pictures.colours(page.assets.files[f"{page.assets.folder}/style.css"].decode())
        outer = frame(page.config, page.assets, page.address, merge.plain(page.text.title, page.values), "")
        self._look = (self._colours, outer)  # what is drawn alone, and on a page of its own, depends on besides
        self.made: dict[str, bytes] = {}

    def key(self, mark: Marked) -> object:
        """The digest of a drawing, or what a photograph was made into."""
        if mark.kind == "chart":
            return self._drawings[mark.name].key, self._look
        photo = self._photos[mark.name]
        return photo.sets, photo.plain, photo.credit, photo.width, photo.height

    def show(self, figure: Figure) -> str:
        """The figure's HTML."""
        if figure.kind == "photo":
            return self._photo(figure)
        key = (self._key, figure, self._drawings[figure.name].key, self._look)
        html, made = self._results.get("figure", key, lambda: self._chart(figure))
        self.made |= made
        return html

    def _chart(self, figure: Figure) -> tuple[str, dict[str, bytes]]:
        made: dict[str, bytes] = {}
        drawing, model = self._drawings[figure.name], self._values.model
        follows = {*model.row_tables, *(name for name, chart in self._built_in.items() if chart.follows)}
        live = charts.live(drawing, self._rows, follows).encode()
        path = f"{self._folder}/charts/{file_name(figure.name)}.{fingerprint(live)}.json"
        made |= {path: live, **self._pictures(figure, drawing)}
        for table in drawing.tables:
            rows = self._built_in[table].data if table in self._built_in else self._rows[table]
            made[f"{self._folder}/data/{file_name(table)}.csv"] = table_csv(rows).encode()
        keys = {key for table in drawing.tables if table in model.data_tables for key in model.data_tables[table].sources}
        sources = tuple(entry for entry in self._cited if entry.key in keys)
        context = FigurePage(
            figure.name, figure.number, Markup(figure.alt), Markup(figure.caption),
            {size: Markup(svg) for size, svg in drawing.svgs.items()}, relative(self._page, path),
            tuple(self._table(name, self._caption(figure, drawing, name)) for name in drawing.tables),
            any(table in model.row_tables or table in self._built_in for table in drawing.tables),
            all(chart.follows for name, chart in self._built_in.items() if name == figure.name),
            sources,
            embed.taken(self._whole, figure.name, drawing, shape.tree(figure.caption or figure.alt), sources),
        )  # fmt: skip
        made |= embed.files(self._whole, context)
        return self._renderer.render("figure.html", context), made

    def _pictures(self, figure: Figure, drawing: Drawing) -> dict[str, bytes]:
        """The drawing as a file to take along, which knows no style of ours; `pixels` makes another of it."""
        alone = pictures.alone(drawing.svgs["wide"], shape.tree(figure.alt).text_content(), self._colours)
        return {f"{self._folder}/charts/{file_name(figure.name)}.svg": alone.encode()}

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


def pixels(made: Mapping[str, bytes], results: Cache) -> dict[str, Callable[[], bytes]]:
    """What makes images of the drawings that lie beside a page: feeds and programs for text show no SVG."""

    def png(drawing: str) -> bytes:
        return results.get("png", drawing, lambda: pictures.png(drawing))

    drawn = {path: data for path, data in made.items() if path.endswith(".svg")}
    return {f"{path.removesuffix('.svg')}.png": partial(png, data.decode()) for path, data in drawn.items()}


def _srcset(files: Mapping[int, str]) -> str:
    return ", ".join(f"{name} {width}w" for width, name in files.items())


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
