"""The author's Python files: loaded from their text, their failures told at their lines.

They are code and meant to run; nothing else of an author's does.
"""

from __future__ import annotations

import traceback
import types
from collections.abc import Callable
from typing import Any

from explainer.content import Text
from explainer.diagnostics import Place, Problems, Report

Function = Callable[..., Any]


def load(code: Text, failure: str, hint: str) -> dict[str, Function]:
    """The public functions of a file. Raises a Problem of the code `failure` where it cannot be loaded."""
    module = types.ModuleType("script")
    try:
        exec(compile(code.markdown, code.place.file, "exec", dont_inherit=True), module.__dict__)
    except (Exception, SystemExit) as error:
        name = code.place.file.rpartition("/")[2]
        raise failed(code, failure, f"{name} cannot be loaded: {described(error)}", error, hint) from None
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and value.__module__ == "script" and not name.startswith("_")
    }


def described(error: BaseException) -> str:
    """An error in one line."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0].strip()}" if lines else type(error).__name__


def failed(code: Text, failure: str, message: str, error: BaseException, hint: str, otherwise: int = 1) -> Problems:
    """The Problem at the author's line that raised, or at line `otherwise`."""
    if isinstance(error, SyntaxError):
        line = error.lineno
    else:
        frames = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == code.place.file]
        line = frames[-1] if frames else otherwise
    report = Report()
    report.error(failure, message, Place(code.place.file, line), hint)
    return Problems(report.found)
