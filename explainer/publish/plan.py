"""What has to go to a target, in which order, and what may go away. Pure: compares names and digests.

A page is put when all that it refers to is there, and nothing is deleted that a page still refers to. Hence the order: what is new, which no
page of today refers to; what an uncompleted publication has left; what has changed; at last the deletions. Within each: assets, pages, feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from explainer.output import ENTRY
from explainer.publish.manifest import Entry, Manifest

PAGES, LISTINGS = (".html",), (".xml", ".txt", "feed.json", ENTRY)
ENTRANCES = ("index.html", "404.html")  # where a reader comes in without a link
FINGERPRINT = re.compile(
    r"(^|[/.])[0-9a-f]{10}([/.]|$)|^static/vega-[^/]+\.js$|^search/[^/]+/(pagefind(\.|-worker)|wasm\.|index/|fragment/)"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One publication before it is carried out."""

    phases: tuple[tuple[str, ...], ...]  # to put; a phase begins when the one before is done
    delete: tuple[str, ...]  # pages before what they refer to
    keep: tuple[str, ...]  # assets that the last publication used and this one does not
    foreign: tuple[str, ...]  # at names of the site, but not put there by us, or changed since
    unchanged: int
    before: Manifest
    after: Manifest

    @property
    def put(self) -> tuple[str, ...]:
        """All that is put, in order."""
        return tuple(name for phase in self.phases for name in phase)

    @property
    def is_nothing(self) -> bool:
        """Whether the target already is as it should be."""
        return self.after is self.before


def make(wanted: Mapping[str, Entry], before: Manifest, there: Mapping[str, str], take_over: bool = False) -> Plan:
    """Compare the site that is wanted with what is there, by the host's tags; `take_over` makes foreign files of the same names ours."""
    same = {name for name, item in wanted.items() if name in there and _is_same(item, before.entry(name), there[name])}
    ours = {name for name in before.names & {*there} if _is_ours(name, before, there[name])} | ({*wanted} if take_over else set())
    foreign = tuple(sorted(name for name in wanted if name in there and name not in same and name not in ours))
    put = [name for name in wanted if name not in same and name not in foreign]
    held = [name for name in wanted if name not in same or name in ours]  # what lay there before us, just as wanted, stays its owner's
    gone = ours - {*wanted}
    keep = {name for name in gone if (name not in before.kept or name in before.pending) and not name.endswith((*PAGES, *LISTINGS))}
    files = {name: wanted[name] if name in put else Entry(wanted[name].digest, there[name]) for name in held if name not in foreign}
    phases = _phases(put, before, there)
    if not before.pending and _digests(files) == _digests(before.files):  # no publication, at most a repair: what is kept stays
        return Plan(phases, (), (), foreign, len(same), before, Manifest(files, before.kept) if put else before)
    kept = {name: before.entry(name) or Entry("", there[name]) for name in sorted(keep)}
    delete = sorted(gone - keep, key=lambda name: (not name.endswith(PAGES), name))
    return Plan(phases, tuple(delete), tuple(kept), foreign, len(same), before, Manifest(files, kept))


def is_fingerprinted(name: str) -> bool:
    """Whether a file under that name never changes."""
    return bool(FINGERPRINT.search(name))


def described(plan: Plan) -> list[str]:
    """The plan for people, a line a file."""
    lines = [f"put     {name}" for name in plan.put]
    lines += [f"keep    {name} (until the next publication, for readers with an open page)" for name in plan.keep]
    return lines + [f"delete  {name}" for name in plan.delete]


def _digests(files: Mapping[str, Entry]) -> dict[str, str]:
    return {name: item.digest for name, item in files.items()}


def _is_same(wanted: Entry, put: Entry | None, tag: str) -> bool:
    return tag == wanted.tag or (put is not None and put == Entry(wanted.digest, tag))


def _is_ours(name: str, before: Manifest, tag: str) -> bool:
    """Whether what lies there is what we put: not if somebody has changed it since."""
    entry = before.entry(name)
    return name in before.pending or (entry is not None and entry.tag == tag)


def _phases(put: Iterable[str], before: Manifest, there: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    found: dict[tuple[int, int], list[str]] = {}
    for name in sorted(put):
        state = 0 if name not in there else 1 if name in before.pending and name not in before.files else 2
        found.setdefault((state, _turn(name, state)), []).append(name)
    return tuple(tuple(found[turn]) for turn in sorted(found))


def _turn(name: str, state: int) -> int:
    """Assets, pages, feeds, entrances. A feed that is new comes before the entrance that names it; later it names pages that must be there."""
    if name in ENTRANCES:
        return 3
    if name.endswith(LISTINGS):
        return 2 if state == 0 else 4
    return 1 if name.endswith(PAGES) else 0
