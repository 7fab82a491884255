"""The commands. Only these modules print; everything else is done by the layers below.

Nothing heavy is imported before a command needs it: help, completion and a build in which nothing has changed are done at once.
"""

from __future__ import annotations

import os
import sys
from typing import IO, NoReturn

import click

from explainer import __version__
from explainer.cli.building import build
from explainer.cli.looking import accept, check, numbers, serve
from explainer.cli.options import cache_folder
from explainer.cli.publishing import headers, publish
from explainer.cli.saying import FAULT, INTERRUPTED
from explainer.cli.starting import completion, new, schema

__all__ = ["cache_folder", "main", "run"]

SECTIONS = {
    "Write": ("new", "serve", "check"),
    "Hold the numbers": ("numbers", "accept"),
    "Publish": ("build", "publish", "headers"),
    "For your tools": ("schema", "completion"),
}
EPILOG = """\b
From nothing to a page:
  explainer new site my-site; cd my-site
  explainer serve       look at it, and write: it follows every save
  explainer check       what is wrong, and what an editor would say
  explainer accept      these numbers are right
  explainer build       the site, in site/

\b
Exit status: 0 all is well, 1 something in the site is not,
2 mistyped, 3 a fault of ours, 130 stopped by Ctrl-C.
Read on: explainer COMMAND --help, README.md, the comments in a new site."""


class Sections(click.Group):
    """A group whose help says what its commands are for."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below the headings of SECTIONS; others last."""
        named = {name for names in SECTIONS.values() for name in names}
        for heading, names in {**SECTIONS, "More": tuple(name for name in self.commands if name not in named)}.items():
            rows = [(name, self.commands[name].get_short_help_str(90)) for name in names if name in self.commands]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def invoke(self, context: click.Context) -> object:
        """Run a command; Ctrl-C takes everything along that it has started."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            raise Stopped from None


class Stopped(click.ClickException):
    """Ctrl-C."""

    exit_code = INTERRUPTED

    def __init__(self) -> None:
        super().__init__("Stopped.")

    def show(self, file: IO[str] | None = None) -> None:
        """One line; on a terminal below the ^C that it has written itself."""
        from explainer import processes

        with processes.held():
            processes.stop()
            click.echo(f"\n{self.message}" if sys.stderr.isatty() else self.message, file, err=True)


@click.group(cls=Sections, invoke_without_command=True, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Explainer: articles whose numbers hold. Without a command: build."""
    if context.invoked_subcommand is None:
        context.invoke(build)


for command in (new, serve, check, numbers, accept, build, publish, headers, schema, completion):
    main.add_command(command)


def run() -> NoReturn:
    """The entry point: no traceback reaches an author, not even for a fault of ours."""
    try:
        main()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("EXPLAINER_DEBUG"):
            raise
        click.echo(f"A fault in Explainer itself: {type(error).__name__}: {error}", err=True)
        click.echo("Nothing was written. Please report it, with what EXPLAINER_DEBUG=1 prints.", err=True)
        sys.exit(FAULT)
