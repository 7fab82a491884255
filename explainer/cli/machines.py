"""What a build or a check came to, as one JSON object for other programs. Its keys stay; new ones may come with a higher `version`."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from explainer.diagnostics import Diagnostic

if TYPE_CHECKING:
    from explainer.drift import Drift


@dataclass(frozen=True, slots=True)
class Came:
    """What it came to."""

    ok: bool
    articles: Collection[str] = ()
    files: int = 0
    changed: Collection[str] = ()
    removed: Collection[str] = ()
    phases: Mapping[str, float] = field(default_factory=dict)
    drift: Iterable[Drift] = ()
    problems: Iterable[Diagnostic] = ()


def say(came: Came, started: float, root: Path) -> None:
    """Print it. Files of problems are named as from the folder in which one is, where they lie in it."""
    from explainer import formats

    found = {
        "version": 1,
        "ok": came.ok,
        "articles": list(came.articles),
        "files": came.files,
        "changed": list(came.changed),
        "removed": list(came.removed),
        "seconds": round(time.perf_counter() - started, 3),
        "phases": {name: round(seconds, 3) for name, seconds in came.phases.items()},
        "drift": [_drift(drift) for drift in came.drift if not drift.is_none],
        "problems": formats.entries(formats.relative(came.problems, root, Path.cwd())),
    }
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _drift(drift: Drift) -> dict[str, object]:
    pairs = [(move.said, (move.said.was, move.said.now) if move.visible else move.exact) for move in drift.moved]
    moved = [{"number": said.number, "was": was, "is": now, "because": list(said.because)} for said, (was, now) in pairs]
    return {"article": drift.article, "accepted": drift.locked, "moved": moved, "new": list(drift.new), "gone": list(drift.gone)}
