"""What a site is made from, each file by its digest: whether anything has changed, and what. Imports nothing heavy.

Kept beside what was written, it lets a build in which nothing changed end at once, and says why a page is built anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IGNORED = {"__pycache__", ".git", ".DS_Store"}
OURSELVES = "Explainer or its libraries"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Digests by file: what all pages share, and each article's own, named as an author knows them."""

    shared: Mapping[str, str]
    articles: Mapping[str, Mapping[str, str]]

    @property
    def digest(self) -> str:
        """Of everything."""
        return _hashed(json.dumps([self.shared, self.articles], sort_keys=True).encode())

    def of_page(self, slug: str) -> str:
        """Of everything that the pages of an article depend on."""
        return _hashed(json.dumps([self.shared, slug, self.articles[slug]], sort_keys=True).encode())


def read(content: Path) -> Inputs:
    """The inputs of the site in that folder, as they are now."""
    root = content.resolve().parent
    shared = {OURSELVES: ourselves()}
    articles: dict[str, dict[str, str]] = {}
    for path, name in _files(content):
        slug, inside, rest = name.partition("/")
        (articles.setdefault(slug, {}) if inside else shared)[rest or slug] = _hashed(_bytes(path))
    for folder in ("templates", "static"):
        for place in reversed(overlaid(root, folder)):
            shared |= {f"{folder}/{name}": _hashed(_bytes(path)) for path, name in _files(place)}
    return Inputs(shared, articles)


def changes(before: Inputs | None, now: Inputs, slug: str) -> list[str]:
    """Why the pages of an article are built anew: the files that were added, changed or removed; none if nothing was."""
    if before is None:
        return ["nothing is known of an earlier build"]
    if slug not in before.articles:
        return ["the article is new"]
    own = _changed(before.articles[slug], now.articles.get(slug, {}), f"{slug}/")
    return [*own, *_changed(before.shared, now.shared)]


def _changed(before: Mapping[str, str], now: Mapping[str, str], prefix: str = "") -> list[str]:
    words = {True: "changed", False: "added"}
    moved = [f"{prefix}{name} {words[name in before]}" for name, digest in now.items() if before.get(name) != digest]
    return moved + [f"{prefix}{name} removed" for name in before if name not in now]


@functools.cache
def ourselves() -> str:
    """A digest of this program, of Python and of the versions of everything that is installed beside it."""
    sources = [_bytes(path) for path in sorted(PACKAGE.rglob("*.py"))]
    installed = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return _hashed(b"\0".join([*sources, sys.version.encode(), "\n".join(installed).encode()]))


def overlaid(root: Path, folder: str) -> tuple[Path, ...]:
    """The author's folder of that name, if there is one, before ours. In our own checkout they are the same."""
    own, ours = root / folder, shipped(folder)
    return (own, ours) if own.is_dir() and not own.samefile(ours) else (ours,)


def watched(content: Path) -> tuple[Path, ...]:
    """The folders that a build reads."""
    root = content.resolve().parent
    return (content, *overlaid(root, "templates"), *overlaid(root, "static"))


def shipped(folder: str) -> Path:
    """A folder of ours: beside the package in a checkout, inside it when installed."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def _files(folder: Path | str, before: str = "") -> Iterator[tuple[Path, str]]:
    """The files in a folder and below, with their names there, in order."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.name in IGNORED:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{before}{entry.name}/")
        elif entry.is_file():
            yield Path(entry.path), before + entry.name


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"\0unreadable"


def _hashed(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
