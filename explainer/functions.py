"""Quantities that formulas can't express: an author's Python function, vectorised over the draws.

The contract: `python: simulate:attrition` names the function `attrition` of the article's `simulate.py`.
It gets its inputs by name, each an array in its declared unit whose last dimension is the draws and whose
others are the steps of the input's axes, and `rng`, a generator that only the quantity's name seeds, if it
asks for one. It returns an array of the quantity's own steps and draws, in the quantity's unit.

Results are kept in the user's cache, by the source of the file, the versions and the inputs.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explainer import scripts
from explainer.content import Article, Text
from explainer.diagnostics import Problems, Report, did_you_mean
from explainer.model.draws import seed
from explainer.model.evaluate import Array
from explainer.scripts import Function

HINT = "a quantity's function is 'def name(input, …)', takes arrays of draws and returns one"
KEPT = 500  # results in the cache; the oldest go


def load(article: Article, cache: Path) -> dict[str, Scripted]:
    """The functions that the article's quantities name, as `FILE:FUNCTION`. Raises Problems."""
    found: dict[str, Scripted] = {}
    files: dict[str, dict[str, Function] | None] = {}
    with Report() as report:
        for name, item in article.model_spec.quantities.items():
            if not item.python:
                continue
            place = article.model_document.place("quantities", name, "python")
            file, _, function = item.python.partition(":")
            if file not in article.scripts:
                report.error("missing-file", f"there is no file '{file}.py'", place, did_you_mean(file, article.scripts))
                continue
            if file not in files:
                files[file] = report.attempt(scripts.load, article.scripts[file], "function-fails", HINT)
            functions = files[file]
            if functions is not None and function not in functions:
                report.error("unknown-function", f"{file}.py has no function '{function}'", place, did_you_mean(function, functions))
            elif functions is not None:
                found[item.python] = Scripted(article.scripts[file], functions[function], cache / "functions")
                report.attempt(found[item.python].check, item.inputs)
    return found


@dataclass(frozen=True, slots=True)
class Scripted:
    """A function of the author's that computes a quantity."""

    code: Text
    function: Function
    cache: Path

    def check(self, inputs: Iterable[str]) -> None:
        """Raise a Problem unless the function takes just these inputs."""
        wanted = set(inspect.signature(self.function).parameters) - {"rng"}
        if wanted != set(inputs):
            declared = ", ".join(sorted(inputs)) or "none"
            message = f"'{self.function.__name__}' takes {', '.join(sorted(wanted)) or 'nothing'}, but 'inputs' are {declared}"
            raise self._problem(message, ValueError(), "they must have the same names")

    def __call__(self, quantity: str, inputs: Mapping[str, Array], shape: tuple[int, ...]) -> Array:
        """The values of a quantity, of that shape; from the cache where the same was computed before."""
        path = self.cache / f"{self._key(quantity, inputs, shape)}.npy"
        with contextlib.suppress(OSError, ValueError, EOFError):
            kept: Array = np.load(path, allow_pickle=False)
            if kept.shape == shape:
                return kept
        result = self._run(quantity, inputs, shape)
        _keep(path, result)
        return result

    def _run(self, quantity: str, inputs: Mapping[str, Array], shape: tuple[int, ...]) -> Array:
        arguments: dict[str, object] = {name: array.copy() for name, array in inputs.items()}
        if "rng" in inspect.signature(self.function).parameters:
            arguments["rng"] = np.random.default_rng(seed(quantity))
        try:
            result = np.asarray(self.function(**arguments), dtype=np.float64)
        except (Exception, SystemExit) as error:
            raise self._problem(f"the quantity '{quantity}' fails: {scripts.described(error)}", error) from None
        try:
            return np.ascontiguousarray(np.broadcast_to(result, shape))
        except ValueError as error:
            message = f"the quantity '{quantity}' has the shape {result.shape}, not {shape}"
            raise self._problem(message, error, "the last dimension is the draws, those before it are the steps of its axes") from None

    def _problem(self, message: str, error: BaseException, hint: str = HINT) -> Problems:
        return scripts.failed(self.code, "function-fails", message, error, hint, self.function.__code__.co_firstlineno)

    def _key(self, quantity: str, inputs: Mapping[str, Array], shape: tuple[int, ...]) -> str:
        key = hashlib.sha256(repr((quantity, self.function.__name__, shape, np.__version__, self.code.markdown)).encode())
        for name in sorted(inputs):
            key.update(repr((name, inputs[name].shape)).encode())
            key.update(np.ascontiguousarray(inputs[name]).tobytes())
        return key.hexdigest()


def _keep(path: Path, result: Array) -> None:
    """Put a result into the cache; without a word where that can't be done."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            np.save(file, result)
        part.replace(path)
        for old in sorted(path.parent.glob("*.npy"), key=lambda found: found.stat().st_mtime)[:-KEPT]:
            old.unlink()
