"""`explainer check`, `numbers`, `accept` and `serve`: what an author does with what is there."""

from __future__ import annotations

import contextlib
import datetime
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from explainer.cli import saying
from explainer.cli.options import ARTICLES, CONTENT, DAY, JSON, OUT, QUIET, TIMINGS, cache_folder, check_folders, results, slugs
from explainer.cli.saying import count, described, fail, show, tell, width
from explainer.diagnostics import Problems

if TYPE_CHECKING:
    from explainer.checking import Checked


@click.command(short_help="Say what is wrong, what has moved, and what an editor would say.")
@CONTENT
@click.option("--strict", is_flag=True, help="Fail for warnings too.")
@click.option("--external", is_flag=True, help="Ask other hosts whether links and sources are still there.")
@click.option("--format", "kind", default="text", show_default=True, type=click.Choice(["text", "json", "github", "sarif"]), help="What was found, for people or for other programs.")  # fmt: skip
@click.option("--date", type=DAY, help="The day by which sources are old; without it, today.")
@TIMINGS
@QUIET
@JSON
def check(
    content: Path, strict: bool, external: bool, kind: str, date: datetime.datetime | None, timings: bool, quiet: bool, as_json: bool
) -> None:
    """Do all that a build does, write nothing, and say what an editor would. Fails for errors and for numbers that have moved."""
    from explainer import checking, config, formats
    from explainer.cli.showing import shown

    started = time.perf_counter()
    asked = checking.Asked(date.date() if date else datetime.date.today(), external)
    root = content.resolve().parent
    with shown(quiet or as_json or kind != "text") as progress:
        try:
            settings = config.load(content, cache_folder(), results())
            checked = checking.check(settings, asked, progress)
        except Problems as problems:
            checked = checking.Checked((), problems.diagnostics, (), ())
    failed = checking.failed(checked, strict)
    if as_json:
        from explainer.cli import machines

        came = machines.Came(not failed, checked.articles, phases=progress.seconds, drift=checked.drifts, problems=checked.diagnostics)
        machines.say(came, started, root)
    elif kind == "text":
        _tell(checked, strict, quiet)
        if timings:
            saying.timings(progress.seconds)
    else:
        found = (*checked.diagnostics, *checked.moved)
        click.echo(formats.written(formats.relative(found, root, Path.cwd()), kind))
    sys.exit(failed)


def _tell(checked: Checked, strict: bool, quiet: bool) -> None:
    """What a check has found, for people."""
    from explainer import checking, formats

    if checked.diagnostics:
        tell(checked.diagnostics)
        click.echo()
    drifts = described(checked.drifts)
    if drifts:
        click.echo("\n".join(drifts) + "\n")
    counts = formats.count(checked.diagnostics)
    said = [count(number, kind.removesuffix("s")) for kind, number in counts.items() if number]
    moved = sum(item.code == "drift" for item in checked.moved)
    said += [f"{count(moved, 'number')} not as accepted"] if moved else []
    if not quiet:
        click.echo(f"{count(len(checked.articles), 'article')}: {', '.join(said) if said else 'all is well'}.")
    if moved:
        click.echo("If the numbers are right: explainer accept")
    if counts["warnings"] and not quiet and not checking.failed(checked, strict):
        click.echo("Warnings are advice; with --strict they fail.")


@click.command(short_help="Accept the numbers as they are now, with a note.")
@ARTICLES
@CONTENT
@click.option("--note", default="", help="Why, for the readers: it stands on the page.")
@click.option("--date", type=DAY, help="The day of the change; without it, today.")
@QUIET
def accept(articles: tuple[str, ...], content: Path, note: str, date: datetime.datetime | None, quiet: bool) -> None:
    """Accept the numbers of these articles, or of all, as they are now."""
    from explainer import config, output, pipeline
    from explainer.cli.showing import shown

    day = date.date() if date else datetime.date.today()
    with shown(quiet) as progress:
        try:
            settings = config.load(content, cache_folder(), results())
            acceptances = pipeline.accept(settings, slugs(articles), day, note, progress)
        except Problems as problems:
            fail(problems)
    if not quiet:
        show([acceptance.drift for acceptance in acceptances if acceptance.drift.locked])
    for acceptance in acceptances:
        changed = not acceptance.path.is_file() or acceptance.path.read_bytes() != acceptance.lock
        if changed:
            output.replace(acceptance.path, acceptance.lock)
        said = f"accepted. Commit {settings.name(acceptance.path)}" if changed else "as accepted before"
        if not quiet:
            click.echo(f"{acceptance.drift.article}: {said}")


@click.command(short_help="Print every number: what it comes to, how, and on what it rests.")
@ARTICLES
@CONTENT
@click.option("--json", "as_json", is_flag=True, help="As in numbers.json; for one article.")
def numbers(articles: tuple[str, ...], content: Path, as_json: bool) -> None:
    """Print every number of these articles, or of all: what it comes to, how, and on what it rests."""
    from explainer import config, pipeline
    from explainer.cli.showing import shown
    from explainer.pages.data import numbers_json
    from explainer.pages.listing import listing

    with shown(as_json) as progress:
        try:
            settings = config.load(content, cache_folder(), results())
            found = pipeline.compute_all(settings, slugs(articles), progress)
        except Problems as problems:
            fail(problems)
    if as_json and len(found) > 1:
        raise click.UsageError("--json is for one article: name it")
    for item in found:
        if as_json:
            click.echo(numbers_json(item.model, item.numbers), nl=False)
        else:
            click.echo(listing(item.article.slug, item.article.model_spec, item.model, item.numbers, settings.locale, width()) + "\n")


@click.command(short_help="Show the site in a browser, which follows every save.")
@CONTENT
@OUT
@click.option("--port", default=5500, show_default=True, type=click.IntRange(1, 65535), help="The port on this machine.")
@click.option(
    "--editor",
    default="vscode",
    show_default=True,
    envvar="EXPLAINER_EDITOR",
    help="What a click on a problem opens: vscode, vscodium, cursor, zed, idea, sublime, none, or an address such as 'myeditor://{path}:{line}'.",
)
def serve(content: Path, out: Path, port: int, editor: str) -> None:
    """Show the site in a browser, which follows every save, until Ctrl-C."""
    from explainer import preview
    from explainer.cli.showing import shown

    check_folders(content, out)
    with contextlib.ExitStack() as first:
        first.enter_context(first.enter_context(shown()).phase("first build"))

        def say(text: str) -> None:
            first.close()
            click.echo(text)

        try:
            preview.serve(content, out, cache_folder(), results(memory=True), port, editor, say)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        except OSError as error:
            first.close()
            click.echo(f"cannot listen on port {port}: {error.strerror or error}. Try another: --port {port + 1}", err=True)
            sys.exit(1)
    sys.exit(saying.INTERRUPTED)
