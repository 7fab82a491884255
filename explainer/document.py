"""YAML whose every value knows its line, and its validation against a pydantic type.

Scalars stay strings until a type reads them (`1e9`, `12:30`, `yes` mean what they look like);
duplicate keys are errors. Nothing in a document is ever executed.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.silence import Silence, in_yaml

Path = tuple[str | int, ...]
MAX_DEPTH = 40
MAX_VALUES = 50_000
# controls, halves of pairs, what is no character, and the two with which prose marks its numbers
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000\ue001\ufffe\uffff]")


class Strict(BaseModel):
    """The base of all that is read from YAML: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound=Strict)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed YAML file: nested dicts, lists and strings, the place of every one of them, and the silences in its comments."""

    file: str
    data: Any
    places: Mapping[Path, Place]
    text: str = ""  # what it was read from
    silences: tuple[Silence, ...] = ()

    def place(self, *path: str | int) -> Place:
        """The place of the value at `path`, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return Place(self.file, 1)


def parse(text: str, file: str, first_line: int = 1) -> Document:
    """Read one YAML mapping; `first_line` is where `text` starts in `file`. Raises Problems."""
    places: dict[Path, Place] = {}
    check_characters(text, Place(file, first_line))
    with Report() as report:
        try:
            root = yaml.compose(text, Loader=yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            _not_yaml(error, text, file, first_line, report)
            root = None
        except (yaml.YAMLError, RecursionError) as error:
            report.error("bad-yaml", f"not valid YAML: {error}", Place(file, first_line))
            root = None
        data = _read(root, (), places, file, first_line, report) if root is not None else {}
        if not isinstance(data, dict):
            report.error("bad-yaml", "this file must be a mapping of keys to values", Place(file, first_line))
    return Document(file, data, places, text, in_yaml(text, Place(file, first_line)))


def check_characters(text: str, start: Place) -> None:
    """Raises Problems for the first character that no page can show; `start` is where the text begins."""
    if match := FORBIDDEN.search(text):
        place = start.below(text.count("\n", 0, match.start()))
        message = f"the character U+{ord(match[0]):04X} has no place in a text"
        raise Problems([Diagnostic("bad-character", message, place, "remove it")])


def _uneven(above: list[str], line: str, first: int) -> str:
    """Whether a line begins a little to the side of the one above it."""
    before = next((index for index in range(len(above) - 1, -1, -1) if above[index].strip()), None)
    if before is None:
        return ""
    spaces = [len(text) - len(text.lstrip(" ")) for text in (above[before], line)]
    if spaces[0] == spaces[1]:
        return ""
    return f"keys that belong together begin under one another: line {before + first} begins with {spaces[0]} spaces, this one with {spaces[1]}"


def _not_yaml(error: yaml.MarkedYAMLError, text: str, file: str, first: int, report: Report) -> None:
    """The mistakes that authors make most, each with its own hint."""
    quoted = "quoted scalar" in (error.context or "")
    mark = (error.context_mark if quoted else None) or error.problem_mark or error.context_mark
    row = mark.line if mark else 0
    line = [*text.split("\n"), ""][min(row, text.count("\n"))]
    value = line.partition(": ")[2].strip()
    if quoted:
        hint = "a quote is opened here and never closed"
    elif "\t" in line:
        hint = "YAML indents with spaces, never with tabs"
    elif value.startswith(("{{", "{%", "[@", "*", "&", "!", "%", "@", "`")) or ": " in value:
        sign = "': '" if ": " in value else f"'{value[:2].rstrip()}' at its beginning"
        hint = f"put the value in quotes: {sign} means something to YAML"
    else:
        hint = _uneven(text.split("\n")[:row], line, first) or "check the indentation, the colons and the quotes around this line"
    message = error.problem or error.context or "this cannot be read"
    report.error("bad-yaml", f"not valid YAML: {message}", Place(file, row + first, mark.column + 1 if mark else None), hint)


def _read(node: yaml.Node, path: Path, places: dict[Path, Place], file: str, first: int, report: Report) -> Any:
    here = Place(file, node.start_mark.line + first, node.start_mark.column + 1)
    places.setdefault(path, here)
    if len(path) > MAX_DEPTH or len(places) > MAX_VALUES:
        report.error("bad-yaml", f"more than {MAX_VALUES} values, or nested more than {MAX_DEPTH} deep", Place(file, first))
        return ""
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key_place = Place(file, key_node.start_mark.line + first, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                report.error("bad-yaml", "a key must be a plain word", key_place)
                continue
            key = _text(key_node, key_place, report)
            if key in result:
                report.error("duplicate-key", f"'{key}' is given twice", key_place, "keep one of them")
                continue
            places[(*path, key)] = key_place
            result[key] = _read(value_node, (*path, key), places, file, first, report)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_read(item, (*path, i), places, file, first, report) for i, item in enumerate(node.value)]
    return _text(node, here, report)


def _text(node: yaml.Node, place: Place, report: Report) -> str:
    """A scalar's text, in which escapes such as "\\x00" are characters by now."""
    text = str(node.value)
    report.attempt(check_characters, text, place)
    return text


def validate(document: Document, kind: type[T]) -> T:
    """Read the document as `kind`, or raise every mismatch with its line and a suggestion."""
    try:
        return kind.model_validate(document.data)
    except ValidationError as errors:
        with Report() as report:
            for error in errors.errors(include_url=False, include_context=True):
                _describe(error, document, kind, report)
        raise AssertionError("the report has raised") from None


SHAPES = {  # how what has parts is written
    "mapping": "write each of its parts as 'key: value', on lines of their own below it and further in, or in braces",
    "list": "write its values in brackets, '[one, two]', or each on a line of its own after '- '",
}


def _describe(error: ErrorDetails, document: Document, kind: Any, report: Report) -> None:
    """One mismatch in an author's words."""
    path, tagged = _written(error["loc"], kind)
    place = document.place(*path)
    key, name, inside = str(path[-1]) if path else "", *_called(path)
    match error["type"]:
        case "extra_forbidden":
            report.error("unknown-key", f"unknown key {name}{inside}", place, did_you_mean(key, _keys(kind, tagged[:-1])))
        case "union_tag_invalid" | "union_tag_not_found":
            _no_such_kind(error, document, path, report)
        case "missing" if path and isinstance(path[-1], int):
            report.error("bad-value", f"'{path[-2]}' needs more values than {path[-1]}", document.place(*path[:-1]))
        case "too_short" if error["input"]:
            pass  # what makes it too short has been told
        case "too_short":
            report.error("bad-value", f"{name}{inside} has too few values", place, SHAPES["list"])
        case "too_long":
            report.error("bad-value", f"{name}{inside} has too many values", place)
        case "missing":
            report.error("missing-key", f"{name} is missing{inside}", place, f"add a line '{key}: …'")
        case "string_too_short":
            report.error("missing-key", f"{name}{inside} is empty", place)
        case "string_pattern_mismatch" if hint := _pattern(kind, tagged[:-1] if "[key]" in error["loc"] else tagged):
            report.error("bad-value", f"{name}{inside} cannot be '{error['input']}'", place, hint)
        case "string_pattern_mismatch" if "[key]" in error["loc"]:
            report.error("bad-name", f"'{key}' is no name", place, "names are small letters, digits and '_', and begin with a letter")
        case "literal_error":
            hint = did_you_mean(str(error["input"]), [option.strip(" '") for option in re.split(",| or ", error["ctx"]["expected"])])
            report.error("bad-value", f"{name}{inside} cannot be '{error['input']}'", place, hint)
        case type_ if type_.startswith("date"):
            report.error("bad-value", f"{name}{inside} is not a date: '{error['input']}'", place, "write it like 2026-01-31")
        case "string_pattern_mismatch" if "http" in str(error["ctx"]):
            report.error("bad-value", f"{name}{inside} is no address: '{error['input']}'", place, "it begins with https:// or http://")
        case "float_parsing":
            report.error("bad-value", f"{name}{inside} is not a number: '{error['input']}'", place)
        case "less_than_equal" | "greater_than":
            report.error("bad-value", f"{name}{inside} must lie between 0 and 100 %", place)
        case type_ if type_.startswith("bool"):
            report.error("bad-value", f"{name}{inside} is neither true nor false", place, "write true or false")
        case type_ if type_.endswith("_type"):
            wanted = (
                type_.removesuffix("_type")
                .replace("dict", "mapping")
                .replace("model_attributes", "mapping")
                .replace("model", "mapping")
                .replace("tuple", "list")
                .replace("string", "text")
            )
            report.error("bad-value", f"{name}{inside} must be a {wanted}", place, SHAPES.get(wanted, ""))
        case _:
            report.error("bad-value", f"{name}{inside}: {error['msg']}", place)


def _called(path: Path) -> tuple[str, str]:
    """How a place is called, and what it is in."""
    if not path:
        return "this file", ""
    if isinstance(path[-1], int):
        return f"number {path[-1] + 1} of '{path[-2]}'", ""
    return f"'{path[-1]}'", f" in {_called(path[:-1])[0]}" if path[:-1] else ""


def _written(steps: tuple[str | int, ...], kind: Any) -> tuple[Path, Path]:
    """Where it is in the file, and where in the types: there stands too which of several types a mapping was read by."""
    tagged = tuple(step for step in steps if step != "[key]")
    path: Path = ()
    for step in tagged:
        if not _is_union(kind) or all(step not in _tags(_bare(one)) for one in typing.get_args(kind)):
            path = (*path, step)
        kind = _inner(kind, step)
    return path, tagged


def _no_such_kind(error: ErrorDetails, document: Document, path: Path, report: Report) -> None:
    """A mapping that says by one of its keys what it is, and says none of those that there are."""
    key, inside = error["ctx"]["discriminator"].strip("'()"), f" in {_called(path)[0]}" if path else ""
    if not isinstance(error["input"], Mapping):
        report.error("bad-value", f"{_called(path)[0]} must be a mapping", document.place(*path), SHAPES["mapping"])
        return
    if error["type"] == "union_tag_not_found":
        report.error("missing-key", f"'{key}' is missing{inside}", document.place(*path), f"add a line '{key}: …'")
        return
    tags = error["ctx"]["expected_tags"].replace("'", "").split(", ")
    hint = did_you_mean(error["ctx"]["tag"], tags) or f"it is one of {', '.join(tags)}"
    report.error("bad-value", f"'{key}'{inside} cannot be '{error['ctx']['tag']}'", document.place(*path, key), hint)


def _pattern(kind: Any, path: Path) -> str:
    """What is said of the values of a field that has a pattern of its own."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    for step in path[:-1]:
        kind = _inner(kind, step)
    field = kind.model_fields.get(str(path[-1])) if path and isinstance(kind, type) and issubclass(kind, Strict) else None
    if field is None:
        return ""
    inner = typing.get_args(field.annotation)
    return field.description or next((note.description or "" for item in inner for note in getattr(item, "__metadata__", ())), "")


def _keys(kind: Any, path: Path) -> list[str]:
    """The keys that the type allows at `path`."""
    for step in path:
        kind = _inner(kind, step)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Strict) else []


def _inner(kind: Any, step: str | int) -> Any:
    """The type one step down: a field of a Strict, or an item of a dict, list or tuple."""
    if isinstance(kind, type) and issubclass(kind, Strict):
        field = kind.model_fields.get(str(step))
        return _bare(field.annotation) if field else None
    arguments = typing.get_args(kind)
    if not arguments:
        return kind  # a union tag that pydantic puts into the path
    if _is_union(kind):
        return next((one for one in map(_bare, arguments) if step in _tags(one)), _bare(arguments[0]))
    return _bare(arguments[1] if typing.get_origin(kind) in (dict, Mapping) else arguments[0])


def _bare(annotation: Any) -> Any:
    """`X | None` and `Annotated[X, …]` as X; of several types the first, unless they tell by a key which is meant."""
    if typing.get_origin(annotation) is Annotated:
        return _bare(typing.get_args(annotation)[0])
    if _is_union(annotation):
        options = [option for option in typing.get_args(annotation) if option is not type(None)]
        return typing.Union[tuple(options)] if len(options) > 1 and all(map(_tags, map(_bare, options))) else _bare(options[0])  # noqa: UP007
    return annotation


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _tags(kind: Any) -> tuple[str, ...]:
    """The values of the key by which such a mapping tells what it is."""
    fields = kind.model_fields.values() if isinstance(kind, type) and issubclass(kind, Strict) else ()
    return next((typing.get_args(field.annotation) for field in fields if typing.get_origin(field.annotation) is Literal), ())


def front_matter(text: str, file: str) -> tuple[Document, str, int]:
    """Split `---` YAML `---` from the Markdown below it: (document, body, the body's first line)."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---" and re.match(r"(title|dek|question):", text):
        raise Problems(
            [Diagnostic("bad-front-matter", "the front matter is not opened", Place(file, 1), "begin the file with a line '---'")]
        )
    if lines[0].rstrip() != "---":
        return Document(file, {}, {}), text, 1
    for end, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return parse("\n".join(lines[1:end]), file, first_line=2), "\n".join(lines[end + 1 :]), end + 2
    problem = Diagnostic("bad-front-matter", "the front matter is not closed", Place(file, 1), "end it with a line '---'")
    raise Problems([problem])
