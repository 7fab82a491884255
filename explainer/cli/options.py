"""What several commands take, and the folders that they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from explainer.cache import Cache


def _articles(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """For the shell: the articles whose names begin so."""
    content = Path(context.params.get("content") or "content")
    return sorted(path.parent.name for path in content.glob("*/article.md") if path.parent.name.startswith(incomplete))


CONTENT = click.option("--content", default="content", show_default=True, type=click.Path(path_type=Path), help="The folder with site.yaml and the articles.")  # fmt: skip
OUT = click.option("--out", default="site", show_default=True, type=click.Path(path_type=Path), help="The folder to write the site to.")  # fmt: skip
QUIET = click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
JSON = click.option("--json", "as_json", is_flag=True, help="Say it as one JSON object, for other programs.")
TIMINGS = click.option("--timings", is_flag=True, help="Say how long each phase took; said anyway where it took more than a second.")
ARTICLES: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "articles", nargs=-1, metavar="[ARTICLE]...", shell_complete=_articles
)
DAY = click.DateTime(["%Y-%m-%d"])


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


def results(no_cache: bool = False, memory: bool = False) -> Cache:
    """What earlier runs have come to."""
    from explainer.cache import Cache
    from explainer.inputs import ourselves

    return Cache() if no_cache else Cache(cache_folder() / "results", ourselves(), memory)


def slugs(articles: tuple[str, ...]) -> list[str]:
    """The articles' names; a folder as the shell completes it is one too."""
    return [Path(article).name for article in articles]
