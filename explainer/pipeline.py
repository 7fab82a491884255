"""The table of contents: how content becomes a site, a line a phase.

`build` returns the site and writes nothing: `build`, `serve`, `check` and the tests share it. An article is an
independent unit of work, a pure function of its folder; `run` may spread the articles over processes.
`compute` is its first half, what the model comes to; `accept` and `numbers` need no more.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from explainer import assets, builtin_charts, charts, checks, content, drift, functions, inputs, lock, photos, processes, search
from explainer.assets import Assets
from explainer.builtin_charts import BuiltIn
from explainer.cache import Cache, digest
from explainer.config import Config
from explainer.content import Article, Text
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.drift import Drift
from explainer.files import Files
from explainer.inputs import Inputs
from explainer.lock import Change
from explainer.model.model import Model
from explainer.model.resolve import resolve
from explainer.model.sample import Sample
from explainer.model.sensitivity import Sensitivity
from explainer.model.simulate import Numbers, check_claims, simulate, table_rows
from explainer.pages import article as article_pages
from explainer.pages import authors, banner, crawlers, feeds, markdown, moved, sought, told, topics
from explainer.pages import numbers as numbers_page
from explainer.pages.contexts import Teaser
from explainer.pages.data import SCHEMA, numbers_schema
from explainer.pages.home import home, lost
from explainer.pages.page import Page, Prose
from explainer.pages.renderer import templates
from explainer.pages.told import Notice
from explainer.progress import Progress
from explainer.prose.parse import parse, parse_line
from explainer.prose.passage import EMPTY, Known, Marked, Passage


@dataclass(frozen=True, slots=True)
class Site:
    """A whole site, not yet written: its files by path, what it is made of, and what has moved in each article."""

    files: Files
    articles: tuple[Teaser, ...]
    drifts: tuple[Drift, ...]
    inputs: Inputs | None  # what it was made from; None if a file changed meanwhile
    redirects: Mapping[str, str]  # from where articles were before to where they are
    anew: tuple[str, ...]  # the articles that were not taken as they were
    sought: Mapping[str, str]  # what a search finds, as HTML by path; nothing without one


@dataclass(frozen=True, slots=True)
class Computed:
    """What the model of one article comes to, beside what was accepted of it."""

    article: Article
    model: Model
    numbers: Numbers
    drift: Drift


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The lock of one article, not yet written, and what had moved."""

    path: Path
    lock: bytes
    drift: Drift


@dataclass(frozen=True, slots=True)
class BuiltArticle:
    """What one unit of work comes to: files and a teaser, or the reasons why not."""

    files: Files = field(default_factory=lambda: Files({}))
    teaser: Teaser | None = None
    notice: Notice | None = None
    sought: str = ""  # its text for the search
    drift: Drift | None = None
    links: tuple[tuple[str, Marked], ...] = ()  # page and link, for the check of the whole site
    problems: tuple[Diagnostic, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)  # that its phases took


Run = Callable[[Callable[[Path], BuiltArticle], Iterable[Path]], Iterable[BuiltArticle]]


def build(config: Config, run: Run = map, progress: Progress | None = None, index: bool = True, whole: bool = True) -> Site:
    """Build the site in memory; an article in which nothing has changed is taken as it was. Raises Problems of all articles together.

    The search's `index` may be left out: it is made of `Site.sought`, and of all articles at once. What no page shows may be left to be
    made later: then the site is not `whole`.
    """
    progress = progress or Progress()
    with progress.phase("read"):
        config.results.turn()
        search.check(config)
        made_from = inputs.read(config.content)
        static = assets.collect(config)
        runtime = assets.chart_runtime(config.cache)
        folders = content.folders(config)
        kept = {folder: config.results.find("article", _page_key(made_from, config, folder)) for folder in folders}
    anew = [folder for folder in folders if kept[folder] is None]
    with progress.phase("articles", len(anew)):
        step = partial(build_article, config=config, static=static, progress=progress, whole=whole)
        for folder, article in zip(anew, run(step, anew), strict=True):
            kept[folder] = replace(article, seconds={})
            progress.add(article.seconds)
            progress.step()
    with progress.phase("site"):
        built = [kept[folder] for folder in folders]
        settled = inputs.read(config.content) == made_from
        for folder in anew if settled else ():
            if not kept[folder].problems:
                config.results.keep("article", _page_key(made_from, config, folder), kept[folder])
        with Report() as report:
            report.found += [problem for article in built for problem in article.problems]
        teasers = tuple(article.teaser for article in built if article.teaser)
        files = Files({**static.files, static.runtime: runtime.result(), SCHEMA: numbers_schema().encode()})
        for article in built:
            files |= article.files
        renderer = templates(config)
        notices = tuple(article.notice for article in built if article.notice)
        files |= feeds.files(notices, config) | crawlers.files(notices, config)
        files |= home(teasers, static, config, renderer) | lost(static, config, renderer)
        files |= topics.files(notices, teasers, static, config, renderer) | topics.filled(files, notices, renderer)
        files |= authors.files(notices, teasers, static, config, renderer)
        redirects = moved.redirects(notices, files)
        files |= moved.files(redirects, notices, config, renderer)
        checks.links(files, (link for article in built for link in article.links))
    pages = {article.notice.address: article.sought for article in built if article.notice and article.sought}
    if pages and index:
        with progress.phase("search"):
            files |= search.files(pages, config)
    drifts = tuple(article.drift for article in built if article.drift)
    return Site(files, teasers, drifts, made_from if settled else None, redirects, tuple(folder.name for folder in anew), pages)


def _page_key(made_from: Inputs, config: Config, folder: Path) -> tuple[str, ...]:
    """What the pages of an article depend on; their problems and links name files as the site's folder does."""
    return made_from.of_page(folder.name), config.content.name, str(config.root)


def build_in_processes(config: Config, progress: Progress | None = None, index: bool = True) -> Site:
    """`build` with the articles beside one another, as many as there are processors. Raises Problems."""

    def run(step: Callable[[Path], BuiltArticle], folders: Iterable[Path]) -> Iterable[BuiltArticle]:
        waiting = list(folders)
        workers = min(len(waiting), os.cpu_count() or 1)
        return map(step, waiting) if workers < 2 else processes.spread(step, waiting, workers)

    return build(config, run, progress, index)


def warm(config: Config) -> None:
    """Have in memory what the next build of each article will use. Raises Problems."""
    search.check(config)
    static = assets.collect(config)
    for folder in content.folders(config):
        build_article(folder, config, static)


def build_article(folder: Path, config: Config, static: Assets, progress: Progress | None = None, whole: bool = True) -> BuiltArticle:
    """One article from its folder to its files: read, resolve, compute, merge, draw, compose."""
    part = (progress or Progress()).part()
    try:
        with part.phase("model"):
            computed = compute(folder, config)
            article, model, numbers = computed.article, computed.model, computed.numbers
        with part.phase("prose"):
            text = parse_prose(article, known(article, model), config.results)
        wanted = text.names("chart")
        with Report() as report, part.phase("figures", len(wanted)):
            report.attempt(check_claims, model, numbers)
            asked = config.results.get("asked", article.model_key, lambda: Sensitivity(model), portable=False)
            built_in, drawn_by = report.attempt(_built_in, computed, asked, wanted, config) or ({}, dict)
            rows = table_rows(model, numbers) | {name: chart.rows for name, chart in built_in.items()}
            keys = config.results.get(
                "rows", (article.model_key, tuple(rows)), lambda: {name: digest(lines) for name, lines in rows.items()}
            )
            draw = partial(charts.draw, each=part.step)
            # a built-in chart says more of the model than its rows do
            keys = keys | {name: digest((article.model_key, name)) for name in built_in}
            drawings = report.attempt(draw, article.charts, wanted, rows, keys, built_in, drawn_by, config.results) or {}
            images = report.attempt(photos.prepare, article.folder, text.names("photo"), article.credits, config.results) or {}
        with part.phase("pages"):
            cited, renderer = article_pages.cited(article, model, text), templates(config)
            key = digest((article.slug, article.model_key, cited, renderer.key))
            page = Page(article, key, model, numbers, text, cited, static, config, renderer)
            context, files = article_pages.compose(page, rows, drawings, built_in, images)
            files = files | article_pages.files(page, context) | markdown.files(page, context)
            files |= banner.files(page, context, drawings)
            files |= numbers_page.files(page, lambda: Sample(model, asked.arrays))
            files = files.whole() if whole else files
            teaser = article_pages.teaser(article, model, numbers, text, config)
            notice = told.notice(page, context)
        links = tuple((teaser.address, mark) for mark in text.marks("link"))
        found = sought.sought(page, context)
        return BuiltArticle(files, teaser, notice, found, computed.drift, links, seconds=part.seconds)
    except Problems as problems:
        return BuiltArticle(problems=content.explained(folder, config, problems.diagnostics), seconds=part.seconds)


def _built_in(
    computed: Computed, asked: Sensitivity, wanted: Mapping[str, Place], config: Config
) -> tuple[dict[str, BuiltIn], Callable[[], dict[str, Callable[..., object]]]]:
    """The built-in charts that are wanted, and what gives the functions that draw them: these are not kept in files."""
    names = tuple(name for name in wanted if "/" in name)

    @cache
    def prepared() -> dict[str, BuiltIn]:
        return builtin_charts.prepare(computed.model, computed.numbers, asked, wanted, config.locale)

    def data() -> dict[str, BuiltIn]:
        return {name: replace(chart, draw=None) for name, chart in prepared().items()}

    def functions() -> dict[str, Callable[..., object]]:
        return {name: chart.draw for name, chart in prepared().items() if chart.draw}

    return config.results.get("built in", (computed.article.model_key, names), data), functions


def known(article: Article, model: Model) -> Known:
    """The names that an article's prose may use."""
    steps = {name: model.steps(model.over(name)) for name in model.numbers}
    return Known(steps, model.claims, article.sources, {name: item.reader for name, item in model.assumptions.items()})


def compute(folder: Path, config: Config) -> Computed:
    """The numbers of one article. Raises Problems."""
    article = content.read(folder, config)
    scripted = functions.load(article, config.cache)

    def simulated() -> tuple[Model, Numbers]:
        model = resolve(article.model_document, article.model_spec, article.csv_files, article.sources, scripted)
        return model, simulate(model)

    model, numbers = config.results.get("model", article.model_key, simulated, portable=not scripted)  # a function is not kept in a file

    def compared() -> Drift:
        return drift.compare(article.slug, article.lock, article.model_spec, model, numbers, config.locale)

    key = (article.model_key, article.lock_key, article.slug)
    return Computed(article, model, numbers, config.results.get("drift", key, compared))


def compute_all(config: Config, slugs: Iterable[str] = (), progress: Progress | None = None) -> tuple[Computed, ...]:
    """The numbers of these articles, or of all of them. Raises Problems of all of them together."""
    progress, folders, found = progress or Progress(), _chosen(config, tuple(slugs)), []
    with Report() as report, progress.phase("numbers", len(folders)):
        for folder in folders:
            found.append(report.attempt(compute, folder, config))
            progress.step()
    return tuple(filter(None, found))


def _chosen(config: Config, slugs: tuple[str, ...]) -> list[Path]:
    folders = {folder.name: folder for folder in content.folders(config)}
    with Report() as report:
        for slug in slugs:
            if slug not in folders:
                place = Place(config.name(config.content))
                report.error("unknown-article", f"there is no article '{slug}'", place, did_you_mean(slug, folders))
    return [folder for slug, folder in folders.items() if not slugs or slug in slugs]


def accept(
    config: Config, slugs: Iterable[str], date: datetime.date, note: str = "", progress: Progress | None = None
) -> tuple[Acceptance, ...]:
    """The next locks of these articles, or of all of them. Raises Problems; a claim that fails is one."""
    computed = compute_all(config, slugs, progress)
    with Report() as report:
        for item in computed:
            report.attempt(check_claims, item.model, item.numbers)
    return tuple(_acceptance(item, date, note) for item in computed)


def _acceptance(item: Computed, date: datetime.date, note: str) -> Acceptance:
    moved = tuple(move.said for move in item.drift.moved if move.visible)
    named = {what for said in moved for what in said.because}
    causes = tuple(cause for cause in item.drift.causes if cause.what in named)
    change = Change(date=date, note=note, causes=causes, moved=moved) if moved else None
    accepted = drift.accept(item.article.lock, item.drift, item.article.model_spec, item.model, item.numbers, change)
    return Acceptance(item.article.folder / lock.FILE, lock.write(accepted).encode(), item.drift)


def parse_prose(article: Article, known: Known, results: Cache | None = None) -> Prose:
    """Parse every passage of an article, and report the problems of all of them together."""
    kept = results or Cache()
    with Report() as report:

        def tried(step: Callable[[Text, Known], Passage], text: Text) -> Passage:
            key = digest((step.__name__, text, article.model_key))

            def parsed() -> Passage:
                return replace(step(text, known), key=key)

            return report.attempt(kept.get, "passage", key, parsed) or EMPTY  # where it is empty, the report raises

        for index, name in enumerate(article.matter.key_figures):
            if name not in known.numbers:
                place = article.matter_document.place("key_figures", index)
                report.error("unknown-name", f"unknown quantity '{name}'", place, did_you_mean(name, known.numbers))
            elif "" not in known.numbers[name]:
                hint = "make a quantity of one of them, such as 'last(…)'"
                report.error("bad-value", f"the key figure '{name}' has a value for each step of an axis", place, hint)
        parsed = Prose(
            title=tried(parse_line, article.title),
            closing=tried(parse_line, article.closing),
            dek=tried(parse_line, article.dek),
            description=tried(parse_line, article.description),
            opening=tried(parse, article.opening),
            sections=tuple(tried(parse, text) for text in article.sections),
            questions=tuple((item.slug, tried(parse_line, item.question), tried(parse, item.answer)) for item in article.questions),
        )
        seen: dict[str, Marked] = {}
        for mark in (*parsed.marks("chart"), *parsed.marks("photo")):
            if mark.name in seen:
                report.error(
                    "placed-twice", f"'{mark.name}' stands on the page already", mark.place, f"it is a figure at {seen[mark.name].place}"
                )
            seen.setdefault(mark.name, mark)
    return parsed
