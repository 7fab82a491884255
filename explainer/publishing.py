"""All that `explainer publish` does: a build, unless nothing has changed, then what has changed to where readers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explainer import config, inputs, output, record
from explainer.cache import Cache
from explainer.config import SiteSpec
from explainer.diagnostics import Diagnostic, Place, Problems
from explainer.publish import deliver, target, workflow
from explainer.publish.deliver import Asked
from explainer.publish.folder import Folder
from explainer.publish.host import Host, Trouble, without_secrets
from explainer.publish.plan import Plan

if TYPE_CHECKING:
    from explainer.drift import Drift

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A site as it lies in its folder, and what has moved in it."""

    files: Mapping[str, bytes]
    drifts: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a site goes, and what readers ask for it there."""

    host: Host
    base_url: str


class Refused(Exception):
    """Numbers are not as they were accepted."""

    def __init__(self, drifts: tuple[Drift, ...]) -> None:
        self.drifts = drifts
        super().__init__()


def built(content: Path, out: Path, cache: Path, results: Cache, allow_drift: bool) -> Built:
    """The site, built where something has changed. Raises Problems, and Refused before anything is written."""
    before = record.load(cache, out)
    if before and before.quiet and before.inputs == inputs.read(content) and before.stands(out):
        return Built({name: (out / name).read_bytes() for name in before.written})
    from explainer import pipeline  # takes as long as all the rest where nothing has changed

    site = pipeline.build_in_processes(config.load(content, cache, results))
    quiet = all(drift.is_none for drift in site.drifts)
    if not quiet and not allow_drift:
        raise Refused(site.drifts)
    try:
        output.write(site.files, out)
    except OSError as error:
        hint = "nothing was published; make room, or name another folder with --out"
        raise Problems([Diagnostic("unwritable", f"cannot write the site: {error.strerror}", Place(str(out)), hint)]) from None
    record.save(cache, out, site.inputs, [article.address for article in site.articles], quiet, site.files)
    results.trim()
    return Built(site.files, site.drifts)


def destination(content: Path, out: Path, cache: Path, to: str) -> Destination:
    """The target of `--to`, or of `site.yaml`. Raises Problems."""
    settings = config.load(content, cache)
    loaded = config.site_document(settings.content)
    place = loaded.place("publish") if settings.site.publish else loaded.place()
    written = to or settings.site.publish
    place = Place("--to") if to else place
    hint = "say 'publish: ./live' there, or --to ./live; s3://BUCKET/PREFIX and git+ssh://HOST/PATH#BRANCH are targets too"
    if not written:
        raise Problems([Diagnostic("no-target", "nothing says where to publish", place, hint)])
    if not to and (secrets := config.secrets(settings)):
        raise Problems(secrets)
    try:
        host = target.host(written, Path() if to else settings.root)
    except Trouble as trouble:
        raise Problems([Diagnostic("bad-target", f"'{without_secrets(written)}': {trouble.message}", place, trouble.hint)]) from None
    if isinstance(host, Folder):
        _check_apart(host.path, content, out, place)
    return Destination(host, _base_url(settings.site, to))


def _base_url(site: SiteSpec, to: str) -> str:
    """Where readers find what is put there; nobody knows of a target beside the site's own."""
    return "" if to and site.publish and to != site.publish else site.base_url


def _check_apart(folder: Path, content: Path, out: Path, place: Place) -> None:
    """A site is not published over what it is made from, nor over what is built."""
    there, root = folder.resolve(), content.resolve().parent
    for inside in (content.resolve(), out.resolve(), root / "templates", root / "static", root / ".git"):
        if inside.is_relative_to(there) or there.is_relative_to(inside):
            message = f"'{folder}' holds the folder {inside.name}, or lies in it"
            raise Problems([Diagnostic("bad-target", message, place, "name a folder that is only for readers")])


def publish(site: Built, where: Destination, asked: Asked, check: bool, tell: Tell) -> bool:
    """Bring it there, say what was done, and verify it if that is asked for. Raises Trouble."""
    host = where.host
    plan = deliver.deliver(site.files, host, asked, tell)
    tell(_said(plan, host, asked))
    if not check or asked.dry_run:
        return True
    wrong = deliver.verify(site.files, host, where.base_url)
    seen = where.base_url or host.name
    for line in wrong:
        tell(line)
    tell(
        f"{len(wrong)} of {len(site.files)} files at {seen} are not as published. A cache may still hold earlier ones."
        if wrong
        else f"Verified: all {len(site.files)} files at {seen} are as published."
    )
    return not wrong


def told(trouble: Trouble, where: Destination) -> str:
    """Why it did not come about, for people."""
    lines = [f"{where.host.name}: {trouble.message}", *(f"    {line}" for line in trouble.hint.splitlines())]
    return "\n".join([*lines, "\nNothing is left half done. It is safe to run this again."])


def _said(plan: Plan, host: Host, asked: Asked) -> str:
    if plan.is_nothing:
        return f"Nothing has changed at {host.name}: {plan.unchanged} files are as they should be."
    kept = f" {len(plan.keep)} that open pages may still use are kept until the next publication." if plan.keep else ""
    verb = "Would publish" if asked.dry_run else "Published"
    return f"{verb} to {host.name}: {len(plan.put)} files put, {plan.unchanged} unchanged, {len(plan.delete)} deleted.{kept}"


def start(content: Path, kind: str) -> Path:
    """Write the workflow of a kind of host; never over one that is there. Raises Problems."""
    root = content.resolve().parent
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    path = top / workflow.FILES[kind]
    place = Place(workflow.FILES[kind])
    if path.exists():
        raise Problems([Diagnostic("exists", "there is one already, and it stays", place, "move it away first")])
    try:
        branch = (top / ".git/HEAD").read_text(encoding="utf-8").strip().removeprefix("ref: refs/heads/")
    except OSError:
        branch = "main"
    try:
        output.replace(path, workflow.github(branch, root.relative_to(top).as_posix()).encode())
    except OSError as error:
        raise Problems([Diagnostic("unwritable", f"cannot write it: {error.strerror}", place)]) from None
    return path
