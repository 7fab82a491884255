"""`python build.py [COMMAND]`: the same as the installed `explainer` command."""

import sys

try:
    from explainer.cli import run
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed here. Run 'make site' once, then '.venv/bin/python build.py'.")

if __name__ == "__main__":
    run()
