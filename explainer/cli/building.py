"""`explainer build`."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from explainer.cli import saying
from explainer.cli.options import CONTENT, JSON, OUT, QUIET, TIMINGS, cache_folder, check_folders, results
from explainer.diagnostics import Problems

if TYPE_CHECKING:
    from explainer.inputs import Inputs
    from explainer.output import Written
    from explainer.pipeline import Site
    from explainer.progress import Progress

REASONS = 5  # that are said of one article
ADDRESSES = 8  # that are listed
LONG = 1.0  # seconds; what took longer says where they went


class Asked:
    """What a build is asked for, and when it was."""

    def __init__(self, content: Path, out: Path, quiet: bool, as_json: bool, timings: bool, explain: bool) -> None:
        self.content, self.out, self.as_json, self.timings, self.explain = content, out, as_json, timings, explain
        self.quiet = quiet or as_json
        self.started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """That it has taken until now."""
        return time.perf_counter() - self.started


@click.command(short_help="Build the site into a folder, ready for any host.")
@CONTENT
@OUT
@click.option("--locked", is_flag=True, help="Fail, and write nothing, if a number is not as an editor accepted it.")
@click.option("--explain", is_flag=True, help="Say of each article why it was built anew, or that it was not.")
@click.option("--no-cache", is_flag=True, help="Take every step anew, and neither use nor keep what it comes to.")
@TIMINGS
@QUIET
@JSON
def build(
    content: Path = Path("content"), out: Path = Path("site"), locked: bool = False, explain: bool = False, no_cache: bool = False,
    timings: bool = False, quiet: bool = False, as_json: bool = False,
) -> None:  # fmt: skip
    """Build the site, and say which numbers have moved since they were accepted. What has not changed is not built anew."""
    from explainer import inputs, record

    asked = Asked(content, out, quiet, as_json, timings, explain)
    check_folders(content, out)
    before = None if no_cache else record.load(cache_folder(), out)
    if before and before.quiet and before.inputs == inputs.read(content) and before.stands(out):
        _explain(asked, before.inputs, before.inputs, ())
        _nothing(asked, before.articles, len(before.written))
        return

    from explainer import config, output, pipeline
    from explainer.cli.showing import shown

    store = results(no_cache)
    with shown(asked.quiet) as progress:
        with _told(asked):
            site = pipeline.build_in_processes(config.load(content, cache_folder(), store), progress)
        if locked and any(not drift.is_none for drift in site.drifts):
            _refuse(asked, site, progress)
        with progress.phase("write"):
            written = output.write(site.files, out)
            addresses = [article.address for article in site.articles]
            accepted = all(drift.is_none for drift in site.drifts)
            record.save(cache_folder(), out, site.inputs, addresses, accepted, site.files)
            store.trim()
    _explain(asked, before.inputs if before else None, site.inputs, site.anew)
    _built(asked, site, written, progress)


@contextmanager
def _told(asked: Asked) -> Iterator[None]:
    """Problems as people or programs read them."""
    try:
        yield
    except Problems as problems:
        if not asked.as_json:
            saying.fail(problems)
        from explainer.cli import machines

        machines.say(machines.Came(False, problems=problems.diagnostics), asked.started, asked.content.resolve().parent)
        sys.exit(saying.WRONG)


def _refuse(asked: Asked, site: Site, progress: Progress) -> None:
    if not asked.as_json:
        saying.refuse(site.drifts)
    _program(asked, site, None, progress)
    sys.exit(saying.WRONG)


def _nothing(asked: Asked, addresses: Collection[str], files: int) -> None:
    """There was nothing to do."""
    if asked.as_json:
        from explainer.cli import machines

        machines.say(machines.Came(True, _slugs(addresses), files), asked.started, asked.content.resolve().parent)
    elif not asked.quiet:
        _count("Nothing has changed in", len(addresses), files, 0, asked)


def _built(asked: Asked, site: Site, written: Written, progress: Progress) -> None:
    """What was built."""
    if asked.as_json:
        _program(asked, site, written, progress)
    if asked.quiet:
        return
    _count("Built", len(site.articles), len(site.files), len(written.changed), asked)
    for article in site.articles[:ADDRESSES]:
        click.echo(f"  {asked.out / article.address}")
    if len(site.articles) > ADDRESSES:
        click.echo(f"  and {len(site.articles) - ADDRESSES} more")
    saying.show(site.drifts)
    if asked.timings or asked.seconds > LONG:
        saying.timings(progress.seconds)
    click.echo(f"Look at it: {'python build.py' if Path('build.py').is_file() else 'explainer'} serve")


def _program(asked: Asked, site: Site, written: Written | None, progress: Progress) -> None:
    from explainer.cli import machines

    slugs = _slugs(article.address for article in site.articles)
    changed, removed = (written.changed, written.removed) if written else ((), ())
    came = machines.Came(written is not None, slugs, len(site.files), changed, removed, progress.seconds, site.drifts)
    machines.say(came, asked.started, asked.content.resolve().parent)


def _slugs(addresses: Iterator[str] | Collection[str]) -> list[str]:
    return [PurePosixPath(address).parent.as_posix() for address in addresses]


def _count(what: str, articles: int, files: int, changed: int, asked: Asked) -> None:
    counted, written = saying.count(articles, "article"), saying.count(files, "file")
    click.echo(f"{what} {counted} in {asked.seconds:.1f} s: {written} in {asked.out}/, {changed} changed.")


def _explain(asked: Asked, before: Inputs | None, now: Inputs | None, anew: Collection[str]) -> None:
    """Say of each article why it was built anew."""
    from explainer.inputs import changes

    if not asked.explain or asked.quiet or now is None:
        return
    for slug in sorted(now.articles):
        if slug in anew:
            reasons = changes(before, now, slug) or ["its pages were no longer in the cache"]
            more = f"; and {len(reasons) - REASONS} more" if len(reasons) > REASONS else ""
            click.echo(f"{slug}: built anew: {'; '.join(reasons[:REASONS])}{more}")
        else:
            click.echo(f"{slug}: as before")
