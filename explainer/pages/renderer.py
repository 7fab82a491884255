"""Contexts -> HTML, by the templates: ours, or those that an author puts in their place.

A template sees the fields of its context and nothing else, in a sandbox. What goes wrong in an author's is told at its line.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from explainer.cache import digest
from explainer.config import Config, read_text
from explainer.diagnostics import Place, Problems, Report, did_you_mean
from explainer.pages import contexts, parts
from explainer.pages.contexts import Context

UNKNOWN = re.compile(r"'(\w+)' is undefined")
NO_FIELD = re.compile(r"'explainer\.pages\.(contexts|parts)\.(\w+) object' has no attribute '(\w+)'")


def templates(config: Config) -> Renderer:
    """The templates of a site as they are now."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in reversed(config.templates)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    key = digest((texts, str(config.root)))
    return config.results.get("templates", key, lambda: Renderer(config, texts, key), portable=False)


class Renderer:
    """The templates of a site; `key` is the digest of all of them."""

    def __init__(self, config: Config, texts: Mapping[str, bytes], key: str) -> None:
        self._config, self.key = config, key
        self._environment = SandboxedEnvironment(
            loader=_Loader(config, texts), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        )  # fmt: skip

    def render(self, template: str, context: Context) -> str:
        """The page. The template sees the fields of its context as variables. Raises Problems of an author's template."""
        try:
            return self._environment.get_template(template).render({f.name: getattr(context, f.name) for f in fields(context)})
        except Problems:
            raise
        except Exception as error:
            place = self._place(error)
            if place is None:
                raise
            report = Report()
            message, hint = self._described(error, context)
            report.error("bad-template", message, place, hint)
            raise Problems(report.found) from None

    def _place(self, error: Exception) -> Place | None:
        """The last line of an author's template that led there; nowhere if none did: then the fault is ours."""
        own = self._config.root / "templates"
        frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        inside = [Place(self._config.name(path), line) for path, line in frames if path.is_relative_to(own)]
        return inside[-1] if inside else None

    def _described(self, error: Exception, context: Context) -> tuple[str, str]:
        """What is wrong, and what to do."""
        if isinstance(error, jinja2.TemplateNotFound):
            return f"there is no template '{error.name}'", did_you_mean(str(error.name), self._environment.list_templates())
        if isinstance(error, jinja2.TemplateSyntaxError):
            return f"not a template: {error.message}", "the syntax is Jinja's"
        if isinstance(error, RecursionError):
            return "this goes round in a circle", "a template must not include or extend itself"
        if match := UNKNOWN.search(str(error)):
            names = [f.name for f in fields(context)]
            return f"unknown name '{match[1]}'", did_you_mean(match[1], names) or f"known here: {', '.join(names)}"
        if match := NO_FIELD.search(str(error)):
            module, kind, name = match.groups()
            names = [f.name for f in fields(getattr(parts if module == "parts" else contexts, kind))]
            return f"{kind} has no '{name}'", did_you_mean(name, names) or f"it has: {', '.join(names)}"
        return f"this fails: {type(error).__name__}: {error}", "compare it with the template whose place it takes"


class _Loader(jinja2.FileSystemLoader):
    """Of two files of a name the first folder's; one that cannot be read is told by name."""

    def __init__(self, config: Config, texts: Mapping[str, bytes]) -> None:
        super().__init__(config.templates)
        self._config, self._texts = config, texts

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            _, path, _ = super().get_source(environment, template)
            text = self._texts.get(template, b"").decode().replace("\r\n", "\n")
            return text, path, lambda: True  # as they were when they were read: what is kept is kept under their digest
        except (UnicodeDecodeError, PermissionError):
            bad = next(folder / template for folder in self._config.templates if (folder / template).exists())
            read_text(bad, self._config.name(bad))
            raise
