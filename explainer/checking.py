"""All that `explainer check` does: a build that is not written, what has moved, and an editor's remarks.

An article that cannot be built may still be read, and the others are: everything is told at once.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from explainer import content, pipeline
from explainer.config import Config, secrets, site_document
from explainer.content import Article
from explainer.diagnostics import Diagnostic, Place, Problems
from explainer.drift import Drift
from explainer.editorial import external
from explainer.editorial.external import Link
from explainer.editorial.review import review, review_links, review_site, silences
from explainer.editorial.rules import remark
from explainer.lock import FILE
from explainer.pipeline import Computed
from explainer.progress import Progress
from explainer.silence import Silence

FEW = 4  # links that may all be dead


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check is asked for: the day that counts as today, and whether to ask other hosts."""

    today: datetime.date
    external: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found. `moved` says the same as `drifts`, a diagnostic for each number, for other programs."""

    articles: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    drifts: tuple[Drift, ...]
    moved: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """An article as an editor reads it; without a drift where it cannot be."""

    remarks: tuple[Diagnostic, ...] = ()
    drift: Drift | None = None
    moved: tuple[Diagnostic, ...] = ()
    links: tuple[Link, ...] = ()
    silences: tuple[Silence, ...] = ()
    authors: tuple[str, ...] = ()


def check(config: Config, asked: Asked, progress: Progress | None = None) -> Checked:
    """Check a whole site. Raises Problems only where it has no articles."""
    progress, folders = progress or Progress(), content.folders(config)
    errors = tuple(secrets(config))
    try:
        pipeline.build_in_processes(config, progress, index=False)
    except Problems as problems:
        errors += problems.diagnostics
    with progress.phase("remarks"):
        read = [_article(folder, config, asked.today) for folder in folders]
        remarks = [*(remark for item in read for remark in item.remarks), *review_site(config, _wrote(read))]
    if asked.external:
        with progress.phase("other hosts"):
            remarks += _outside(read, config)
    return Checked(
        tuple(folder.name for folder in folders),
        (*errors, *remarks),
        tuple(item.drift for item in read if item.drift),
        tuple(moved for item in read for moved in item.moved),
    )


def _article(folder: Path, config: Config, today: datetime.date) -> _Read:
    """One article as an editor reads it; what the build has just computed is at hand."""
    try:
        computed = pipeline.compute(folder, config)
        article, model = computed.article, computed.model
        text = pipeline.parse_prose(article, pipeline.known(article, model), config.results)
    except Problems:
        return _Read()  # the build has told them
    remarks = review(article, model, computed.numbers, text, config, today)
    return _Read(
        remarks,
        computed.drift,
        tuple(_moved(computed, config)),
        tuple(external.links(article, text)),
        tuple(silences(article)),
        article.matter.authors,
    )


def _wrote(read: Iterable[_Read]) -> set[str] | None:
    """The authors of all articles; None where one could not be read."""
    wrote = [item.authors if item.drift else None for item in read]
    return None if None in wrote else {name for names in wrote for name in names or ()}


def _outside(read: Iterable[_Read], config: Config) -> tuple[Diagnostic, ...]:
    """What other hosts say of all links of the site."""
    links = [*(link for item in read for link in item.links), *external.site_links(config)]
    answers = external.ask((link.address for link in links), config.cache, time.time())
    if len(links) > FEW and not any(answer.status for answer in answers.values()):
        hint = "is this machine connected, and does it ask through a proxy?"
        return (
            remark("dead-link", f"none of {len(links)} links got an answer from its host", site_document(config.content).place(), hint),
        )
    answered = [*(silence for item in read for silence in item.silences), *site_document(config.content).silences]
    return review_links(external.remarks(links, answers), answered)


def _moved(computed: Computed, config: Config) -> Iterator[Diagnostic]:
    """What has moved since it was accepted, each number at its line of `model.yaml`."""
    article, found = computed.article, computed.drift
    file = Place(config.name(article.folder / FILE), 1)
    accept = f"if it is right: explainer accept {article.slug}"
    if not found.locked:
        hint = f"look at them with 'explainer numbers {article.slug}', then: explainer accept {article.slug}"
        yield Diagnostic("never-accepted", "these numbers were never accepted", replace(file, line=None), hint, "note")
    for move in found.moved:
        was, now = (move.said.was, move.said.now) if move.visible else move.exact
        because = f"because of {', '.join(move.said.because)}\n" if move.said.because else ""
        yield Diagnostic("drift", f"'{move.said.number}' was {was}, is {now}", _where(article, move.said.number, file), because + accept)
    for name in found.new:
        yield Diagnostic("drift", f"'{name}' is new: it was not accepted", _where(article, name, file), accept)
    for name in found.gone:
        yield Diagnostic("drift", f"'{name}' was accepted and is gone", file, accept)


def _where(article: Article, key: str, otherwise: Place) -> Place:
    """The line of a number or claim by its key in the lock, such as `capex[2030]` or `claim small`."""
    name = key.removeprefix("claim ").partition("[")[0]
    groups = ("claims",) if key.startswith("claim ") else ("assumptions", "quantities")
    places = article.model_document.places
    return next((places[group, name] for group in groups if (group, name) in places), otherwise)


def failed(checked: Checked, strict: bool) -> bool:
    """Whether to fail: for errors and what has moved, under `strict` for warnings too."""
    grave = ("error", "warning") if strict else ("error",)
    return any(item.severity in grave for item in (*checked.diagnostics, *checked.moved))
