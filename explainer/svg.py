"""Vega's drawing as inline SVG that takes few bytes: the same picture, without what only its maker needs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element as Element

from explainer import paths

NOISE = frozenset({"class", "role", "aria-roledescription", "aria-label", "aria-hidden", "font-family", "pointer-events"})
INITIAL = {"opacity": "1", "stroke-width": "1", "text-anchor": "start", "font-weight": "normal"}
INHERITED = frozenset({"fill", "stroke", "stroke-width", "stroke-linecap", "stroke-dasharray", "font-size", "font-weight", "text-anchor"})
LONG = re.compile(r"-?\d+\.\d{2,}")
MOVE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")


def compact(svg: str, prefix: str) -> str:
    """The drawing with no fixed size, no inner roles, short numbers, shared attributes on groups, and ids that begin with `prefix`."""
    root = etree.fromstring(svg.encode())
    for element in [path for path in root.iter("{*}path") if _draws_nothing(path)]:
        _drop(element)
    for element in [text for text in root.iter("{*}text") if not len(text) and not (text.text or "").strip()]:
        _drop(element)
    ids = {str(element.get("id")): f"{prefix}-{i}" for i, element in enumerate(root.iterfind(".//*[@id]"))}
    for element in root.iter():
        _tidy(element, ids)
        _place(element)
    for element in [item for item in root.iter() if item is not root][::-1]:  # from the leaves up
        if etree.QName(element).localname == "g":
            _join(element)
            _share(element)
            _flatten(element)
    for path in root.iter("{*}path"):
        path.set("d", paths.short(str(path.get("d") or "")))
    for key in {"width", "height", "version"} & {str(key) for key in root.attrib}:
        del root.attrib[key]
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode").replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)  # HTML knows it


def _draws_nothing(path: Element) -> bool:
    if path.get("fill"):
        return False
    return path.get("d") in ("", "M0,0h0v0h0Z") or (path.get("class") in ("background", "foreground") and not path.get("stroke"))


def _tidy(element: Element, ids: Mapping[str, str]) -> None:
    """Leave out what says nothing, and shorten what is left."""
    attributes = element.attrib
    for key, value in [(str(key), str(value)) for key, value in attributes.items()]:
        if key in NOISE or INITIAL.get(key) == value or (key == "stroke-width" and "stroke" not in attributes):
            del attributes[key]
        elif key == "id":
            attributes[key] = ids[value]
        else:
            for old, new in ids.items():
                value = value.replace(f"#{old})", f"#{new})")
            attributes[key] = LONG.sub(lambda match: _short(float(match[0])), value)


def _place(element: Element) -> None:
    """A moved line as a path, a moved text by its coordinates, a group that is not moved as it is."""
    moved = MOVE.fullmatch(element.get("transform") or "")
    if not moved:
        return
    x, y = moved.groups()
    match etree.QName(element).localname:
        case "line":
            element.tag = str(element.tag).replace("line", "path")
            element.set("d", f"M{x},{y}{_stroke(str(element.attrib.pop('x2', '0')), str(element.attrib.pop('y2', '0')))}")
        case "text" if len(element) == 0:
            element.set("x", f"{float(x):.0f}")  # half a pixel is nothing to a text
            element.set("y", f"{float(y):.0f}")
        case _ if moved.groups() != ("0", "0"):
            return
    del element.attrib["transform"]


def _stroke(x: str, y: str) -> str:
    return f"h{x}" if y == "0" else f"v{y}" if x == "0" else f"l{x},{y}"


def _join(group: Element) -> None:
    """One path for neighbours that are lines of the same kind. See-through ones would show where they cross."""
    for key, alike in itertools.groupby(list(group), _kind):
        first, *others = alike
        if key is not None:
            first.set("d", "".join(dict.fromkeys(str(path.get("d")) for path in (first, *others))))
            for path in others:
                group.remove(path)


def _kind(element: Element) -> tuple[tuple[str, str], ...] | None:
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    drawn = attributes.pop("d", None)
    return None if drawn is None or attributes.keys() - INHERITED or "fill" in attributes else tuple(sorted(attributes.items()))


def _share(group: Element) -> None:
    """What all members say alike, the group says once."""
    for key in sorted(INHERITED - {str(key) for key in group.attrib}):
        values = {member.get(key) for member in group}
        if len(group) > 1 and len(values) == 1 and (value := values.pop()) is not None:
            group.set(key, value)
            for member in group:
                del member.attrib[key]


def _flatten(group: Element) -> None:
    """Let a group's only member carry its attributes, and a group without any hand its members on."""
    parent = group.getparent()
    if parent is None:
        return
    if len(group) == 1 and not _clips(group) and set(group.attrib).isdisjoint(group[0].attrib):
        group[0].attrib.update(group.attrib)
        group.attrib.clear()
    if not group.attrib:
        at = parent.index(group)
        parent[at : at + 1] = list(group)


def _clips(group: Element) -> bool:
    return not set(group.attrib).isdisjoint({"clip-path", "id", "opacity"})


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _short(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
