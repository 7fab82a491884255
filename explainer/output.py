"""The only module that writes the site. What is written is servable at every instant.

New assets first, then pages, each by write-and-rename; what is stale goes last, and only what an
earlier build wrote: the manifest names it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST = ".explainer.json"
ENTRY = "pagefind-entry.json"  # of the search: names the rest of its index, and leads to pages


@dataclass(frozen=True, slots=True)
class Written:
    """What a write changed, as paths in the site."""

    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


def write(files: Mapping[str, bytes], folder: Path, waiting: Collection[str] = ()) -> Written:
    """Bring `folder` to hold exactly `files` (beside what others put there); those that are `waiting` to be made stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _manifest(folder, files)
    changed = [path for path in sorted(files, key=_turn) if not _same(folder / path, files[path])]
    replace(folder / MANIFEST, json.dumps(sorted({*before, *files}), indent=0).encode())
    for path in changed:
        replace(folder / path, files[path])
    removed = tuple(path for path in sorted(before) if path not in files and path not in waiting and (folder / path).is_file())
    for path in removed:
        (folder / path).unlink()
        _prune((folder / path).parent, folder)
    replace(folder / MANIFEST, json.dumps(sorted({*files, *(before & {*waiting})}), indent=0).encode())
    return Written(tuple(changed), len(files) - len(changed), removed)


def _turn(path: str) -> tuple[int, str]:
    """Pages after everything that they refer to, the search after the pages."""
    return 2 if path.endswith(f"/{ENTRY}") else int(path.endswith(".html")), path


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def replace(path: Path, data: bytes) -> None:
    """Write a file by rename: a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".explainer-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise


def _manifest(folder: Path, known: Collection[str]) -> set[str]:
    """What earlier builds wrote. A damaged or hostile manifest names nothing outside the folder; what is `known` lies in it."""
    try:
        names = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return set()
    inside = folder.resolve()
    return {
        name for name in names
        if isinstance(name, str) and name and (name in known or (folder / name).resolve().is_relative_to(inside))
    } if isinstance(names, list) else set()  # fmt: skip


def _prune(folder: Path, top: Path) -> None:
    """Remove the folder and those above it while they are empty."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
