"""The author's Python files: loaded from their text, their failures told at their lines.

They are code and meant to run; nothing else of an author's does.
"""

from __future__ import annotations

import ast
import traceback
import types
from collections.abc import Callable
from typing import Any

from explainer.content import Text
from explainer.diagnostics import Place, Problems, Report, did_you_mean

Function = Callable[..., Any]
# by which code may reach what it does not name
DYNAMIC = frozenset(
    {"globals", "locals", "vars", "eval", "exec", "getattr", "__globals__", "__dict__", "sys", "inspect", "__import__", "importlib"}
)


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


def parts(code: str) -> dict[str, str]:
    """What each function of a file can depend on: itself, all that is run when the file is loaded, and the functions that these name.

    Nothing where the file can't be read, or may find its functions in another way than by their names.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    others = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    named = {id(node): _names(node) for node in tree.body}
    bound = {part.id for node in others for part in ast.walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}
    bound |= {name for part in ast.walk(tree) if isinstance(part, ast.Global) for name in part.names}
    if (
        len(functions) + len(others) < len(tree.body)
        or any(node.decorator_list for node in functions.values())
        or any(not DYNAMIC.isdisjoint(names) for names in named.values())
        or not bound.isdisjoint(functions)
    ):
        return {}
    run = {name for node in others for name in named[id(node)]}
    texts = {id(node): ast.dump(node) for node in tree.body}
    found = {}
    for name in functions:
        reached, waiting = set[str](), {name, *run}
        while waiting := (waiting & functions.keys()) - reached:
            reached |= waiting
            waiting = {other for one in waiting for other in named[id(functions[one])]}
        kept = [node for node in tree.body if node in others or getattr(node, "name", None) in reached]
        found[name] = "\n".join([name, *(texts[id(node)] for node in kept)])
    return {name: text for name, text in found.items() if not name.startswith("_")}


def _names(node: ast.AST) -> set[str]:
    named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return named | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr in DYNAMIC}


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
    report.error(failure, message, Place(code.place.file, line), _near(error) or hint)
    return Problems(report.found)


def _near(error: BaseException) -> str:
    """What an author may have meant by a name that an object has not, or nothing."""
    if not isinstance(error, AttributeError) or error.name is None or error.obj is None:
        return ""
    near = did_you_mean(error.name, (name for name in dir(error.obj) if not name.startswith("_")))
    return near if near.startswith("did you mean") else ""
