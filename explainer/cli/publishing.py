"""`explainer publish`: a site to where its readers are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from explainer.cli.options import CONTENT, OUT, cache_folder, check_folders, results
from explainer.cli.saying import fail, refuse, show
from explainer.diagnostics import Problems


@click.command(short_help="Bring the site to where its readers are.")
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
        site = publishing.built(content, out, cache_folder(), results(), allow_drift)
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


@click.command(short_help="Print what a web server of your own is told.")
@click.argument("host", type=click.Choice(["nginx", "caddy"]))
@CONTENT
def headers(host: str, content: Path) -> None:
    """Print what a web server needs to be told: headers, types, compression, how long files are kept, where articles have moved."""
    from explainer import config, pipeline
    from explainer.pages.hosting import HOSTS

    try:
        settings = config.load(content, cache_folder(), results())
        site = pipeline.build(settings, index=False, whole=False)
    except Problems as problems:
        fail(problems)
    click.echo(HOSTS[host](site.redirects, settings), nl=False)
