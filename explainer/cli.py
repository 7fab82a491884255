"""The commands: `build` and `serve`. Prints; everything else is done by the layers below."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from explainer import __version__
from explainer.diagnostics import Problems, render

CONTENT = click.option("--content", default="content", show_default=True, type=click.Path(path_type=Path), help="The folder with site.yaml and the articles.")  # fmt: skip
OUT = click.option("--out", default="site", show_default=True, type=click.Path(path_type=Path), help="The folder to write the site to.")  # fmt: skip


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
def build(content: Path = Path("content"), out: Path = Path("site")) -> None:
    """Build the site."""
    from explainer import config, output, pipeline

    started = time.perf_counter()
    check_folders(content, out)
    try:
        site = pipeline.build(config.load(content, cache_folder()))
    except Problems as problems:
        fail(problems)
    written = output.write(site.files, out)
    seconds = time.perf_counter() - started
    click.echo(
        f"Built {_count(len(site.articles), 'article')} in {seconds:.1f} s: {_count(len(site.files), 'file')} in {out}/, {len(written.changed)} changed."
    )
    for article in site.articles:
        click.echo(f"  {out / article.address}")
    click.echo("Look at it: explainer serve, or python build.py serve")


@main.command()
@CONTENT
@OUT
@click.option("--port", default=5500, show_default=True, type=click.IntRange(1, 65535), help="The port on this machine.")
def serve(content: Path, out: Path, port: int) -> None:
    """Show the site in a browser, and rebuild it whenever a file is saved."""
    from explainer import preview

    check_folders(content, out)
    try:
        preview.serve(content, out, cache_folder(), port, click.echo)
    except OSError as error:
        click.echo(f"cannot listen on port {port}: {error.strerror or error}. Try another: --port {port + 1}", err=True)
        sys.exit(1)


def check_folders(content: Path, out: Path) -> None:
    """The site must not be written over what it is made from."""
    inside, outside = content.resolve(), out.resolve()
    if inside.is_relative_to(outside) or outside.is_relative_to(inside):
        click.echo(f"'{out}' holds the content, or lies in it: name another folder with --out", err=True)
        sys.exit(1)


def cache_folder() -> Path:
    """This user's cache for what is made once per machine."""
    from platformdirs import user_cache_path

    return user_cache_path("explainer")


def fail(problems: Problems) -> None:
    """Print what is wrong and stop with status 1. The last good site stays."""
    errors = len(problems.diagnostics)
    click.echo(render(problems.diagnostics), err=True)
    click.echo(f"\n{_count(errors, 'problem')}; nothing was written.", err=True)
    sys.exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
