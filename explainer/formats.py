"""What a check has found, for other programs: JSON, the workflow commands of GitHub, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from explainer import __version__
from explainer.diagnostics import Diagnostic, ordered, render
from explainer.editorial.rules import RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def count(found: Iterable[Diagnostic]) -> dict[str, int]:
    """How many there are of each kind."""
    kinds = [diagnostic.severity for diagnostic in found]
    return {f"{kind}s": kinds.count(kind) for kind in ("error", "warning", "note")}


def entries(found: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """An object for each, in the order of the files."""
    return [
        {
            "rule": item.code,
            "severity": item.severity,
            "file": item.place.file,
            "line": item.place.line,
            "column": item.place.column,
            "message": item.message,
            "hint": item.hint,
        }
        for item in ordered(found)
    ]


def as_json(found: Sequence[Diagnostic]) -> str:
    """One object; its keys stay, and new ones may come with a higher `version`."""
    return json.dumps({"version": 1, **count(found), "diagnostics": entries(found)}, indent=2, ensure_ascii=False)


def as_github(found: Sequence[Diagnostic]) -> str:
    """A workflow command for each, which GitHub shows beside the line."""
    return "\n".join(map(_command, found))


def _command(item: Diagnostic) -> str:
    where = {"file": item.place.file, "line": item.place.line, "col": item.place.column, "title": item.code}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in where.items() if value)
    return f"::{GITHUB[item.severity]} {properties}::{_data(_words(item))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(found: Sequence[Diagnostic]) -> str:
    """A log of one run, with every rule and code that it names."""
    names = list(dict.fromkeys([*RULES, *(item.code for item in found)]))
    driver = {"name": "Explainer", "semanticVersion": __version__, "rules": [_rule(name) for name in names]}
    results = [
        {
            "ruleId": item.code,
            "ruleIndex": names.index(item.code),
            "level": item.severity,
            "message": {"text": _words(item)},
            "locations": [{"physicalLocation": _location(item)}],
        }
        for item in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(name: str) -> dict[str, object]:
    if name not in RULES:
        return {"id": name, "defaultConfiguration": {"level": "error"}}
    return {
        "id": name,
        "shortDescription": {"text": RULES[name].says.replace("`", "")},
        "defaultConfiguration": {"level": RULES[name].severity},
    }


def _location(item: Diagnostic) -> dict[str, object]:
    artifact: dict[str, object] = {"artifactLocation": {"uri": quote(item.place.file), "uriBaseId": "%SRCROOT%"}}
    if item.place.line is None:
        return artifact
    column = {"startColumn": item.place.column} if item.place.column else {}
    return {**artifact, "region": {"startLine": item.place.line, **column}}


def _words(item: Diagnostic) -> str:
    return f"{item.message}\n{item.hint}" if item.hint else item.message


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": render,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def relative(found: Iterable[Diagnostic], root: Path, folder: Path) -> list[Diagnostic]:
    """The same with files named as from a folder, such as that of a repository, where they lie in it."""
    return [replace(item, place=replace(item.place, file=_from(root / item.place.file, item.place.file, folder))) for item in found]


def _from(path: Path, name: str, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else name


def written(found: Iterable[Diagnostic], kind: str) -> str:
    """What was found in the format of that name, in the order of the files."""
    return FORMATS[kind](ordered(found))
