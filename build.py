"""`python build.py [COMMAND]`: the same as the installed `explainer` command."""

import sys

if __name__ == "__main__":
    try:
        from explainer.__main__ import run

        run()
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here. Run 'make site' once, then '.venv/bin/python build.py'.")
