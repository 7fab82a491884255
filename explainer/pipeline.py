"""The table of contents: how content becomes a site, a line a phase.

`build` returns the site and writes nothing: `build`, `serve` and the tests share it. An article is an
independent unit of work, a pure function of its folder; `run` may spread the articles over processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from explainer import assets, charts, checks, content, functions, photos
from explainer.assets import Assets
from explainer.config import Config
from explainer.content import Article, Text
from explainer.diagnostics import Diagnostic, Problems, Report, did_you_mean
from explainer.model.model import Model
from explainer.model.resolve import resolve
from explainer.model.simulate import check_claims, simulate, table_rows
from explainer.pages import article as article_pages
from explainer.pages.article import Prose
from explainer.pages.contexts import Renderer, Teaser
from explainer.pages.home import home, lost
from explainer.prose.parse import parse, parse_line
from explainer.prose.passage import EMPTY, Known, Marked, Passage


@dataclass(frozen=True, slots=True)
class Site:
    """A whole site, not yet written: its files by path, and what it is made of."""

    files: Mapping[str, bytes]
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class BuiltArticle:
    """What one unit of work comes to: files and a teaser, or the reasons why not."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    teaser: Teaser | None = None
    links: tuple[tuple[str, Marked], ...] = ()  # page and link, for the check of the whole site
    problems: tuple[Diagnostic, ...] = ()


Run = Callable[[Callable[[Path], BuiltArticle], Iterable[Path]], Iterable[BuiltArticle]]


def build(config: Config, run: Run = map) -> Site:
    """Build the site in memory. Raises Problems of all articles together."""
    static = assets.collect(config.static)
    runtime = assets.chart_runtime(config.cache)
    built = list(run(partial(build_article, config=config, static=static), content.folders(config)))
    with Report() as report:
        report.found += [problem for article in built for problem in article.problems]
    teasers = tuple(article.teaser for article in built if article.teaser)
    files = {**static.files, static.runtime: runtime.result()}
    for article in built:
        files |= article.files
    renderer = Renderer(config.templates)
    files |= home(teasers, static, config, renderer) | lost(static, config, renderer)
    checks.links(files, (link for article in built for link in article.links))
    return Site(files, teasers)


def build_article(folder: Path, config: Config, static: Assets) -> BuiltArticle:
    """One article from its folder to its files: read, resolve, compute, merge, draw, compose."""
    try:
        article = content.read(folder, config)
        scripted = functions.load(article, config.cache)
        model = resolve(article.model_document, article.model_spec, article.csv_files, article.sources, scripted)
        numbers = simulate(model)
        text = parse_prose(article, _known(article, model))
        with Report() as report:
            report.attempt(check_claims, model, numbers)
            drawings = report.attempt(charts.draw, article.charts, text.names("chart"), table_rows(model, numbers)) or {}
            images = report.attempt(photos.prepare, article.folder, text.names("photo"), article.credits) or {}
        files = article_pages.files(article, model, numbers, text, drawings, images, static, config, Renderer(config.templates))
        teaser = article_pages.teaser(article, model, numbers, text, config)
        return BuiltArticle(files, teaser, tuple((teaser.address, mark) for mark in text.marks("link")))
    except Problems as problems:
        return BuiltArticle(problems=content.explained(folder, config, problems.diagnostics))


def _known(article: Article, model: Model) -> Known:
    """The names that an article's prose may use."""
    steps = {name: model.steps(model.over(name)) for name in model.numbers}
    return Known(steps, model.claims, article.sources, {name: item.reader for name, item in model.assumptions.items()})


def parse_prose(article: Article, known: Known) -> Prose:
    """Parse every passage of an article, and report the problems of all of them together."""
    with Report() as report:

        def tried(step: Callable[[Text, Known], Passage], text: Text) -> Passage:
            return report.attempt(step, text, known) or EMPTY  # where it is empty, the report raises

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
