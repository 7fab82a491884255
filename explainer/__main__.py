"""`explainer`, and `python -m explainer`: the commands, which Ctrl-C may stop while they are being loaded."""

from __future__ import annotations

import sys


def run() -> None:
    """The entry point of the installed command."""
    try:
        from explainer.cli import run as commands

        commands()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    run()
