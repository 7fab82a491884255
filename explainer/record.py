"""What the last build into a folder was made from and wrote: whether there is anything to do, and why. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from explainer.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Record:
    """One build: what it was made from, the articles' addresses, and how each file lay when it was written."""

    inputs: Inputs
    articles: tuple[str, ...]
    quiet: bool  # nothing has moved since it was accepted: there is nothing to say
    written: dict[str, list[int]]  # path -> size, and time of change in ns

    def stands(self, out: Path) -> bool:
        """Whether every file lies there as it was written."""
        return self.written == _lying(self.written, out)


def load(cache: Path, out: Path) -> Record | None:
    """The record of the last build into that folder, if there is one that can be read."""
    try:
        found = json.loads(_path(cache, out).read_bytes())
        inputs = Inputs(dict(found["shared"]), {slug: dict(files) for slug, files in found["own"].items()})
        return Record(inputs, tuple(found["articles"]), bool(found["quiet"]), dict(found["written"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def save(cache: Path, out: Path, inputs: Inputs | None, articles: Iterable[str], quiet: bool, files: Iterable[str]) -> None:
    """Remember a build. Where it can't be said what it was made from, or nothing can be kept, the next does all its work."""
    path = _path(cache, out)
    with contextlib.suppress(OSError):
        if inputs is None:
            path.unlink(missing_ok=True)
            return
        found = {"shared": inputs.shared, "own": inputs.articles, "articles": list(articles), "quiet": quiet, "written": _lying(files, out)}
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(found)}")
        part.write_text(json.dumps(found), encoding="utf-8")
        part.replace(path)


def _path(cache: Path, out: Path) -> Path:
    return cache / "builds" / f"{hashlib.blake2b(str(out.resolve()).encode(), digest_size=12).hexdigest()}.json"


def _lying(files: Iterable[str], out: Path) -> dict[str, list[int]]:
    found = {}
    for name in files:
        with contextlib.suppress(OSError):
            stat = (out / name).stat()
            found[name] = [stat.st_size, stat.st_mtime_ns]
    return found
