"""One publication: look, plan, carry out, verify. The same for every kind of host."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from explainer.publish.host import Host, Trouble
from explainer.publish.manifest import Entry, digest
from explainer.publish.plan import Plan, described, make

FEW = 5  # names in a message
PAUSE = 5.0  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Asked:
    """How to publish: only say what would be done; make files of others ours."""

    dry_run: bool = False
    take_over: bool = False


def deliver(site: Mapping[str, bytes], host: Host, asked: Asked, tell: Callable[[str], None]) -> Plan:
    """Bring a site to its target. Raises Trouble."""
    files = {**site, **host.extra}
    wanted = {name: Entry(digest(data), host.tag(data)) for name, data in files.items()}
    with host.hold(asked.dry_run):
        there = host.there(wanted)
        plan = make(wanted, there.manifest, there.tags, asked.take_over)
        if plan.foreign:
            more = f" and {len(plan.foreign) - FEW} more" if len(plan.foreign) > FEW else ""
            raise Trouble(
                f"there are files that this tool did not put there, or that somebody has changed since: {', '.join(plan.foreign[:FEW])}{more}",
                "move them away, or let this site replace them: --take-over",
            )
        if asked.dry_run:
            for line in described(plan):
                tell(line)
        elif not plan.is_nothing:
            host.carry_out(plan, files)
    return plan


def verify(site: Mapping[str, bytes], host: Host, base_url: str) -> list[str]:
    """What is not at readers as it was published: fetched from `base_url`, or read back from the target. Raises Trouble."""
    waiting, end = {**site}, time.monotonic() + host.patience
    while True:
        found = _fetched(base_url, waiting) if base_url else host.read(waiting)
        wrong = {name: _complaint(name, data) for name, data in found if data is None or digest(data) != digest(site[name])}
        if not wrong or not base_url or time.monotonic() >= end:
            return [wrong[name] for name in sorted(wrong)]
        waiting = {name: site[name] for name in wrong}
        time.sleep(PAUSE)


def _complaint(name: str, data: bytes | None) -> str:
    return f"{name}: not there" if data is None else f"{name}: differs from what was published"


def _fetched(base_url: str, names: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
    """Files as readers get them, a few at a time."""
    base = base_url.rstrip("/") + "/"
    with ThreadPoolExecutor(8) as pool:
        found: Iterable[bytes | None] = pool.map(lambda name: _get(base + urllib.parse.quote(name)), names)
        yield from zip(names, found, strict=True)


def _get(address: str) -> bytes | None:
    headers = {"Cache-Control": "no-cache", "User-Agent": "explainer"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:  # noqa: S310  # base_url is http or https
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (404, 410):
            return None
        raise Trouble(f"{address} answers with status {error.code}", "it was published; see what the server says") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise Trouble(f"cannot reach {address}: {reason}", "it was published; is base_url right, and this machine connected?") from None
