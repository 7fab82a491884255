"""The commands. Prints; everything else is done by the layers below."""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import sys
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from explainer import __version__
from explainer.diagnostics import Problems, render

if TYPE_CHECKING:
    from explainer.cache import Cache
    from explainer.checking import Checked
    from explainer.drift import Drift
    from explainer.inputs import Inputs

REASONS = 5  # that are said of one article
CONTENT = click.option("--content", default="content", show_default=True, type=click.Path(path_type=Path), help="The folder with site.yaml and the articles.")  # fmt: skip
OUT = click.option("--out", default="site", show_default=True, type=click.Path(path_type=Path), help="The folder to write the site to.")  # fmt: skip
NO_CACHE = click.option("--no-cache", is_flag=True, help="Take every step anew, and neither use nor keep what it comes to.")
ARTICLES = click.argument("articles", nargs=-1, metavar="[ARTICLE]...")


def run() -> None:
    """The entry point: no traceback reaches an author, not even for a fault of ours."""
    try:
        main()
    except Exception as error:
        if os.environ.get("EXPLAINER_DEBUG"):
            raise
        click.echo(f"A fault in Explainer itself: {type(error).__name__}: {error}", err=True)
        click.echo("Nothing was written. Please report it, with what EXPLAINER_DEBUG=1 prints.", err=True)
        sys.exit(2)


@click.group(invoke_without_command=True)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Explainer: articles whose numbers hold. Without a command: build."""
    if context.invoked_subcommand is None:
        context.invoke(build)


@main.command()
@CONTENT
@OUT
@click.option("--locked", is_flag=True, help="Fail, and write nothing, if a number is not as an editor accepted it.")
@click.option("--explain", is_flag=True, help="Say of each article why it was built anew, or that it was not.")
@NO_CACHE
def build(
    content: Path = Path("content"), out: Path = Path("site"), locked: bool = False, explain: bool = False, no_cache: bool = False
) -> None:
    """Build the site, and say which numbers have moved since they were accepted. What has not changed is not built anew."""
    from explainer import inputs, record

    started = time.perf_counter()
    check_folders(content, out)
    before = None if no_cache else record.load(cache_folder(), out)
    if before and before.quiet and before.inputs == inputs.read(content) and before.stands(out):
        _explain(explain, before.inputs, before.inputs, ())
        _built("Nothing has changed in", len(before.articles), len(before.written), 0, out, started)
        return

    from explainer import config, output, pipeline

    results = _results(no_cache)
    try:
        site = pipeline.build_in_processes(config.load(content, cache_folder(), results))
    except Problems as problems:
        fail(problems)
    if locked and any(not drift.is_none for drift in site.drifts):
        refuse(site.drifts)
    written = output.write(site.files, out)
    addresses = [article.address for article in site.articles]
    record.save(cache_folder(), out, site.inputs, addresses, all(drift.is_none for drift in site.drifts), site.files)
    results.trim()
    _explain(explain, before.inputs if before else None, site.inputs, site.anew)
    _built("Built", len(site.articles), len(site.files), len(written.changed), out, started)
    for address in addresses:
        click.echo(f"  {out / address}")
    show(site.drifts)
    click.echo(f"Look at it: {'python build.py' if Path('build.py').is_file() else 'explainer'} serve")


def _built(what: str, articles: int, files: int, changed: int, out: Path, started: float) -> None:
    seconds = time.perf_counter() - started
    click.echo(f"{what} {_count(articles, 'article')} in {seconds:.1f} s: {_count(files, 'file')} in {out}/, {changed} changed.")


def _explain(wanted: bool, before: Inputs | None, now: Inputs | None, anew: Collection[str]) -> None:
    """Say of each article why it was built anew."""
    from explainer.inputs import changes

    if not wanted or now is None:
        return
    for slug in sorted(now.articles):
        if slug in anew:
            reasons = changes(before, now, slug) or ["its pages were no longer in the cache"]
            click.echo(
                f"{slug}: built anew: {'; '.join(reasons[:REASONS])}{f'; and {len(reasons) - REASONS} more' if len(reasons) > REASONS else ''}"
            )
        else:
            click.echo(f"{slug}: as before")


def _results(no_cache: bool = False, memory: bool = False) -> Cache:
    from explainer.cache import Cache
    from explainer.inputs import ourselves

    return Cache() if no_cache else Cache(cache_folder() / "results", ourselves(), memory)


@main.command()
@CONTENT
@click.option("--strict", is_flag=True, help="Fail for warnings too.")
@click.option("--external", is_flag=True, help="Ask other hosts whether links and sources are still there.")
@click.option("--format", "kind", default="text", show_default=True, type=click.Choice(["text", "json", "github", "sarif"]), help="For people, or for other programs.")  # fmt: skip
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The day by which sources are old; without it, today.")
def check(content: Path, strict: bool, external: bool, kind: str, date: datetime.datetime | None) -> None:
    """Do all that a build does, write nothing, and say what an editor would. Fails for errors and for numbers that have moved."""
    from explainer import checking, config, formats

    asked = checking.Asked(date.date() if date else datetime.date.today(), external)
    try:
        settings = config.load(content, cache_folder(), _results())
        checked = checking.check(settings, asked)
    except Problems as problems:
        checked = checking.Checked(0, problems.diagnostics, (), ())
        settings = None
    if kind == "text":
        _tell(checked, strict)
    else:
        found = (*checked.diagnostics, *checked.moved)
        root = settings.root if settings else content.resolve().parent
        click.echo(formats.written(formats.relative(found, root, Path.cwd()), kind))
    sys.exit(checking.failed(checked, strict))


def _tell(checked: Checked, strict: bool) -> None:
    """What a check has found, for people."""
    from explainer import checking, formats

    if checked.diagnostics:
        click.echo(render(checked.diagnostics) + "\n")
    drifts = _described(checked.drifts)
    if drifts:
        click.echo("\n".join(drifts) + "\n")
    counts = formats.count(checked.diagnostics)
    said = [_count(number, kind.removesuffix("s")) for kind, number in counts.items() if number]
    moved = sum(item.code == "drift" for item in checked.moved)
    said += [f"{_count(moved, 'number')} not as accepted"] if moved else []
    articles = _count(checked.articles, "article")
    click.echo(f"{articles}: {', '.join(said) if said else 'all is well'}.")
    if moved:
        click.echo("If the numbers are right: explainer accept")
    if counts["warnings"] and not checking.failed(checked, strict):
        click.echo("Warnings are advice; with --strict they fail.")


@main.command()
@ARTICLES
@CONTENT
@click.option("--note", default="", help="Why, for the readers: it stands on the page.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The day of the change; without it, today.")
def accept(articles: tuple[str, ...], content: Path, note: str, date: datetime.datetime | None) -> None:
    """Accept the numbers of these articles, or of all, as they are now."""
    from explainer import config, output, pipeline

    day = date.date() if date else datetime.date.today()
    try:
        settings = config.load(content, cache_folder(), _results())
        acceptances = pipeline.accept(settings, _slugs(articles), day, note)
    except Problems as problems:
        fail(problems)
    show([acceptance.drift for acceptance in acceptances if acceptance.drift.locked])
    for acceptance in acceptances:
        changed = not acceptance.path.is_file() or acceptance.path.read_bytes() != acceptance.lock
        if changed:
            output.replace(acceptance.path, acceptance.lock)
        click.echo(
            f"{acceptance.drift.article}: {'accepted. Commit ' + settings.name(acceptance.path) if changed else 'as accepted before'}"
        )


@main.command()
@ARTICLES
@CONTENT
@click.option("--json", "as_json", is_flag=True, help="As in numbers.json; for one article.")
def numbers(articles: tuple[str, ...], content: Path, as_json: bool) -> None:
    """Print every number of these articles, or of all: what it comes to, how, and on what it rests."""
    from explainer import config, pipeline
    from explainer.pages.data import numbers_json
    from explainer.pages.listing import listing

    try:
        settings = config.load(content, cache_folder(), _results())
        found = pipeline.compute_all(settings, _slugs(articles))
    except Problems as problems:
        fail(problems)
    if as_json and len(found) > 1:
        raise click.UsageError("--json is for one article: name it")
    for item in found:
        if as_json:
            click.echo(numbers_json(item.model, item.numbers), nl=False)
        else:
            click.echo(listing(item.article.slug, item.article.model_spec, item.model, item.numbers, settings.locale, _width()) + "\n")


@main.command()
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
    """Show the site in a browser, which follows every save."""
    from explainer import preview

    check_folders(content, out)
    try:
        preview.serve(content, out, cache_folder(), _results(memory=True), port, editor, click.echo)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        click.echo(f"cannot listen on port {port}: {error.strerror or error}. Try another: --port {port + 1}", err=True)
        sys.exit(1)


@main.command()
@CONTENT
@OUT
@click.option("--to", default="", metavar="TARGET", help="A folder, s3://BUCKET/PREFIX or git+ssh://HOST/PATH#BRANCH; without it, what site.yaml says.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, file by file; build, but publish nothing.")
@click.option("--verify", is_flag=True, help="Look afterwards whether readers get what was published.")
@click.option("--allow-drift", is_flag=True, help="Publish although a number is not as an editor accepted it.")
@click.option("--take-over", is_flag=True, help="Replace files of the site's names that others put there.")
@click.option("--init", type=click.Choice(["github"]), help="Write the workflow with which that host builds and publishes the site.")
def publish(content: Path, out: Path, to: str, dry_run: bool, verify: bool, allow_drift: bool, take_over: bool, init: str | None) -> None:
    """Build the site, and bring what has changed to where readers are. No page ever refers to a file that is not there."""
    from explainer import publishing
    from explainer.publish.deliver import Asked
    from explainer.publish.host import Trouble

    check_folders(content, out)
    try:
        if init:
            click.echo(f"Wrote {publishing.start(content, init)}. It says what is left to do. Commit it.")
            return
        where = publishing.destination(content, out, cache_folder(), to)
        site = publishing.built(content, out, cache_folder(), _results(), allow_drift)
        show(site.drifts)
        whole = publishing.publish(site, where, Asked(dry_run, take_over), verify, click.echo)
    except Problems as problems:
        fail(problems)
    except publishing.Refused as refused:
        refuse(refused.drifts, "; to publish all the same: --allow-drift")
    except Trouble as trouble:
        click.echo(publishing.told(trouble, where), err=True)
        whole = False
    sys.exit(not whole)


@main.group()
def new() -> None:
    """Start a site, or an article: files that build at once and teach the format."""


TITLE = click.option("--title", default="", help="Without one, the name in words.")


@new.command("site")
@click.argument("folder", type=click.Path(path_type=Path))
@TITLE
def new_site(folder: Path, title: str) -> None:
    """Start a site in FOLDER, with one small article."""
    from explainer import starter

    try:
        starter.write(starter.site(folder, title, datetime.date.today()))
    except Problems as problems:
        fail(problems)
    click.echo(f"Started a site in {folder}/. Its article is in content/{starter.ARTICLE}/.")
    move = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))}; "
    click.echo(f"Look at it, and change it: {move}explainer serve")


@new.command("article")
@click.argument("name")
@CONTENT
@TITLE
def new_article(name: str, content: Path, title: str) -> None:
    """Start the article NAME, a folder of that name in the content."""
    from explainer import config, starter

    try:
        starter.write(starter.article(config.load(content, cache_folder()), name, title, datetime.date.today()))
    except Problems as problems:
        fail(problems)
    click.echo(f"Started an article in {content / name}/. Begin with article.md and model.yaml.")
    option = "" if content == Path("content") else f" --content {shlex.quote(str(content))}"
    click.echo(f"Look at it, and change it: explainer serve{option}")


@main.command()
@click.argument("name", default="")
@click.option("--write", type=click.Path(path_type=Path), metavar="FOLDER", help="Write all of them to FOLDER, over those that are there.")
def schema(name: str, write: Path | None) -> None:
    """Print the JSON Schema NAME for editors; without a name, what there is."""
    from explainer import output, schema
    from explainer.diagnostics import did_you_mean

    if name and name not in schema.KINDS:
        raise click.UsageError(f"there is no schema '{name}': {did_you_mean(name, schema.KINDS)}")
    if write:
        try:
            for kind in schema.KINDS:
                output.replace(write / schema.file(kind), schema.text(kind).encode())
        except OSError as error:
            click.echo(f"cannot write to '{write}': {error.strerror}", err=True)
            sys.exit(1)
        click.echo(f"Wrote {_count(len(schema.KINDS), 'schema')} to {write}/.")
    elif name:
        click.echo(schema.text(name), nl=False)
    else:
        for key, item in schema.KINDS.items():
            click.echo(f"{key:10}{item.what}")


def check_folders(content: Path, out: Path) -> None:
    """The site must not be written over what it is made from."""
    outside = out.resolve()
    for inside in (content.resolve(), *(content.resolve().parent / name for name in ("templates", "static"))):
        if inside.is_relative_to(outside) or outside.is_relative_to(inside):
            click.echo(f"'{out}' holds the {inside.name}, or lies in it: name another folder with --out", err=True)
            sys.exit(1)


def cache_folder() -> Path:
    """This user's cache, or the folder that EXPLAINER_CACHE names: what is made once per machine, and the results of earlier builds."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("EXPLAINER_CACHE") or user_cache_path("explainer"))


def fail(problems: Problems) -> NoReturn:
    """Print what is wrong and stop with status 1. The last good site stays."""
    errors = len(problems.diagnostics)
    click.echo(render(problems.diagnostics), err=True)
    click.echo(f"\n{_count(errors, 'problem')}; nothing was written.", err=True)
    sys.exit(1)


def show(drifts: Iterable[Drift]) -> None:
    """Print what has moved in each article."""
    for line in _described(drifts):
        click.echo(line)


def refuse(drifts: Iterable[Drift], otherwise: str = "") -> NoReturn:
    """Print what has moved and stop with status 1."""
    for line in _described(drifts):
        click.echo(line, err=True)
    click.echo(f"\nNothing was written. If the numbers are right: explainer accept{otherwise}", err=True)
    sys.exit(1)


def _described(drifts: Iterable[Drift]) -> list[str]:
    from explainer.drift import text

    return [line for drift in drifts if (line := text(drift, _width()))]


def _width() -> int:
    """Of the terminal; of a file or a log, wide enough for a table."""
    return shutil.get_terminal_size((120, 24)).columns


def _slugs(articles: tuple[str, ...]) -> list[str]:
    """The articles' names; a folder as the shell completes it is one too."""
    return [Path(article).name for article in articles]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
