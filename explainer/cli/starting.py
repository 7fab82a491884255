"""`explainer new`, `schema` and `completion`: what an author begins with, and gives to an editor and a shell."""

from __future__ import annotations

import datetime
import shlex
import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from explainer.cli.options import CONTENT, cache_folder
from explainer.cli.saying import count, fail
from explainer.diagnostics import Problems, did_you_mean

SHELLS = ("bash", "zsh", "fish")
TITLE = click.option("--title", default="", help="Without one, the name in words.")


@click.group(short_help="Start a site, or an article, that builds at once.")
def new() -> None:
    """Start a site, or an article: files that build at once and teach the format."""


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


@click.command(short_help="Print the JSON Schemas with which an editor completes YAML.")
@click.argument("name", default="")
@click.option("--write", type=click.Path(path_type=Path), metavar="FOLDER", help="Write all of them to FOLDER, over those that are there.")
def schema(name: str, write: Path | None) -> None:
    """Print the JSON Schema NAME for editors; without a name, what there is."""
    from explainer import output, schema

    if name and name not in schema.KINDS:
        raise click.UsageError(f"there is no schema '{name}': {did_you_mean(name, schema.KINDS)}")
    if write:
        try:
            for kind in schema.KINDS:
                output.replace(write / schema.file(kind), schema.text(kind).encode())
        except OSError as error:
            click.echo(f"cannot write to '{write}': {error.strerror}", err=True)
            sys.exit(1)
        click.echo(f"Wrote {count(len(schema.KINDS), 'schema')} to {write}/.")
    elif name:
        click.echo(schema.text(name), nl=False)
    else:
        for key, item in schema.KINDS.items():
            click.echo(f"{key:10}{item.what}")


@click.command(short_help="Have your shell complete commands, options and articles.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what has SHELL complete commands, options and articles.

    \b
    bash  eval "$(explainer completion bash)"       in ~/.bashrc
    zsh   eval "$(explainer completion zsh)"        in ~/.zshrc
    fish  explainer completion fish | source        in ~/.config/fish/config.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"there is no completion for '{shell}'")
    root = context.find_root()
    click.echo(kind(root.command, {}, "explainer", "_EXPLAINER_COMPLETE").source())
