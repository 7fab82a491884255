"""The fields that a chart names, against those that its data has: Vega-Lite draws an unknown one as nothing, in silence.

Where a name cannot be known (data from elsewhere, a transform whose names depend on the data), nothing is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Spec = Mapping[str, Any]
Fields = frozenset[str] | None  # None: unknown, anything goes

PLAIN = re.compile(r"[^.\[\]\\]+")
# `datum.x` and `datum['x']`; other quoted texts are passed over
DATUM = re.compile(r"""(?<![\w.$])datum(?:\.([A-Za-z_]\w*)|\[\s*(['"])(.*?)\2\s*\])|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
VIEWS = ("layer", "concat", "hconcat", "vconcat")
GROUPED = ("aggregate", "bin", "timeUnit", "stack")
KEYS = (
    "field",
    "groupby",
    "key",
    "on",
    "regression",
    "loess",
    "density",
    "quantile",
    "impute",
    "fold",
    "flatten",
    "lookup",
    "stack",
    "extent",
)
# transforms whose names are all known -> what they make where `as` is not written
MAKES: Mapping[str, tuple[str, ...]] = {
    "aggregate": (), "bin": (), "calculate": (), "density": ("value", "density"), "filter": (), "flatten": (),
    "fold": ("key", "value"), "impute": (), "joinaggregate": (), "loess": (), "quantile": ("prob", "value"),
    "regression": ("coef", "rSquared"), "sample": (), "stack": (), "timeUnit": (), "window": (), "extent": (),
}  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What a walk over a specification has found."""

    unknown: dict[str, Fields] = field(default_factory=dict)  # field -> those that there are
    everything: set[str] = field(default_factory=set)
    complete: bool = True
    later: list[str] = field(default_factory=list)  # those that may be made in any view


def unknown(chart: Spec, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, frozenset[str]]:
    """Each field that a Vega-Lite specification names and its data lacks, with the fields that there are."""
    found = _Found()
    _view(chart, None, {}, {**chart.get("datasets", {}), **tables}, found)
    if found.complete:
        _compare(found.later, frozenset(found.everything), found)
    return {name: known for name, known in found.unknown.items() if known is not None}


def _view(view: Spec, fields: Fields, encoding: Spec, tables: Mapping[str, Any], found: _Found) -> None:
    """A view and those inside it, which inherit its data, its transforms and, in layers, its encoding."""
    if "data" in view:
        fields = _columns(view["data"], tables)
    for transform in view.get("transform", ()):
        _compare(_read(transform), fields, found)
        fields = _made(transform, fields, tables)
    encoding = {**encoding, **view.get("encoding", {})}
    found.later += [*_split(view), *(name for parameter in view.get("params", ()) for name in _selected(parameter))]
    if "mark" in view:
        _compare(_encoded(encoding), fields, found)
        found.complete = found.complete and fields is not None
    found.everything |= fields or set()
    for key in VIEWS:
        for child in view.get(key, ()):
            _view(child, fields, encoding if key == "layer" else {}, tables, found)
    if "spec" in view:
        _view(view["spec"], fields, {}, tables, found)


def _compare(names: Iterable[str], fields: Fields, found: _Found) -> None:
    if fields is not None:
        found.unknown |= {name: fields for name in names if PLAIN.fullmatch(name) and name not in fields and name != "*"}


def _columns(data: Any, tables: Mapping[str, Any]) -> Fields:
    """The fields of the rows that a view reads; None where they come from elsewhere."""
    match data:
        case {"format": {"property": _} | {"feature": _} | {"mesh": _}}:
            return None
        case {"values": [*rows]}:
            pass
        case {"name": name} if name in tables:
            rows = tables[name]
        case _:
            return None
    if not rows or not all(isinstance(row, Mapping) for row in rows):
        return None
    return frozenset(key for row in rows for key in row)


def _made(transform: Spec, fields: Fields, tables: Mapping[str, Any]) -> Fields:
    """The fields after a transform; None where it makes names that depend on the data."""
    if fields is None:
        return None
    match transform:
        case {"lookup": _, "from": {"data": data, "fields": [*names]} as other}:
            made = _texts(transform.get("as")) or names
            there = _columns(data, tables)
            return fields | set(made) if there is None or {*names, other.get("key", "")} <= there else None
    kind = next((kind for kind in MAKES if kind in transform), None)
    if kind is None:
        return None
    parts = [transform, *(part for key in ("aggregate", "joinaggregate", "window") for part in transform.get(key, ()))]
    made = [name for part in parts for name in _texts(part.get("as"))]
    return fields | {*MAKES[kind], *made, *(f"{name}_end" for name in made)}


def _read(transform: Spec) -> Iterator[str]:
    """The fields that a transform reads."""
    for key in KEYS:
        yield from _texts(transform.get(key))
    for key in ("aggregate", "joinaggregate", "window", "sort"):
        for part in transform.get(key, ()):
            yield from _texts(part.get("field"))
    yield from _expression(transform.get("calculate"))
    yield from _predicate(transform.get("filter"))


def _predicate(test: Any) -> Iterator[str]:
    """The fields of a condition: an expression, a comparison of a field, or several of them."""
    if isinstance(test, Mapping):
        yield from _texts(test.get("field"))
        for part in (test.get("not"), *test.get("and", ()), *test.get("or", ())):
            yield from _predicate(part)
    else:
        yield from _expression(test)


def _expression(text: Any) -> Iterator[str]:
    if isinstance(text, str):
        yield from (match[1] or match[3] for match in DATUM.finditer(text) if match[1] or match[3])


def _encoded(encoding: Spec) -> Iterator[str]:
    """The fields of a view's channels, of their conditions and their order."""
    channels = [part for channel in encoding.values() for part in _list(channel) if isinstance(part, Mapping)]
    grouped = any(key in channel for channel in channels for key in GROUPED)
    for channel in channels:
        yield from _channel(channel)
        for condition in _list(channel.get("condition")):
            if isinstance(condition, Mapping):
                yield from _channel(condition)
                if not grouped:  # or the test reads names that Vega-Lite makes
                    yield from _predicate(condition.get("test"))


def _channel(channel: Spec) -> Iterator[str]:
    yield from _texts(channel.get("field"))
    sort = channel.get("sort")
    if isinstance(sort, Mapping):
        yield from _texts(sort.get("field"))


def _split(view: Spec) -> Iterator[str]:
    """The fields by which a view is repeated or split into facets."""
    repeat, facet = view.get("repeat"), view.get("facet")
    for names in repeat.values() if isinstance(repeat, Mapping) else (repeat,):
        yield from _texts(names)
    if isinstance(facet, Mapping):
        for part in (facet, facet.get("row"), facet.get("column")):
            yield from _channel(part) if isinstance(part, Mapping) else ()


def _selected(parameter: Spec) -> list[str]:
    select = parameter.get("select")
    return _texts(select.get("fields")) if isinstance(select, Mapping) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    """The names in a value: itself, or those of a list."""
    return [name for name in _list(value) if isinstance(name, str)]
