"""What this tool has put at a target, kept there beside the site: only what it names is ever replaced or deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

NAME = ".explainer.publish.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its SHA-256, and what the host says of it, which changes when the file does."""

    digest: str
    tag: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last publication that was completed, and the one that is under way."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    kept: Mapping[str, Entry] = field(default_factory=dict)  # of the publication before, for readers with an open page
    pending: frozenset[str] = frozenset()  # what an uncompleted publication may have put
    by: Mapping[str, str] = field(default_factory=dict)  # whose that is

    def entry(self, name: str) -> Entry | None:
        """What was last put under that name."""
        return self.files.get(name) or self.kept.get(name)

    @property
    def names(self) -> set[str]:
        """Everything that is ours."""
        return {*self.files, *self.kept, *self.pending}


def digest(data: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()


def written(manifest: Manifest) -> bytes:
    """The manifest as a file."""
    found = {
        "format": FORMAT,
        "files": {name: [item.digest, item.tag] for name, item in sorted(manifest.files.items())},
        "kept": {name: [item.digest, item.tag] for name, item in sorted(manifest.kept.items())},
        "pending": sorted(manifest.pending),
        "by": dict(manifest.by),
    }
    return (json.dumps(found, indent=0) + "\n").encode()


def read(data: bytes | None) -> Manifest:
    """The manifest from its file. Of one that is damaged or hostile nothing is ours: then nothing is replaced or deleted."""
    try:
        found = json.loads(data or b"{}")
        if not found or found["format"] != FORMAT:
            return Manifest()
        files, kept = (
            {name: Entry(str(entry[0]), str(entry[1])) for name, entry in found[part].items() if is_inside(name)}
            for part in ("files", "kept")
        )
        by = {str(key): str(value) for key, value in found["by"].items()}
        return Manifest(files, kept, frozenset(name for name in _strings(found["pending"]) if is_inside(name)), by)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return Manifest()


def is_inside(name: str) -> bool:
    """Whether a name is a plain path below the target."""
    path = PurePosixPath(name)
    return (
        path.as_posix() == name and not path.is_absolute() and ".." not in path.parts and name not in (".", "", NAME) and "\0" not in name
    )


def _strings(found: object) -> Collection[str]:
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
