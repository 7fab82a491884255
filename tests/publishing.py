"""What the tests of publishing share: a site that refers to itself, a crawler, and publishers that are killed."""

from __future__ import annotations

import hashlib
import posixpath
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from explainer.publish import target
from explainer.publish.deliver import Asked, deliver

ROOT = Path(__file__).parent.parent
LINK = re.compile(rb'(?:href|src)="([^"]+)"')


def site(version: int, pages: int = 6) -> dict[str, bytes]:
    """Pages that link to one another, to assets of this version and to a feed; other versions have other pages."""
    asset = f"static/{hashlib.sha256(b'%d' % version).hexdigest()[:10]}"
    files = {f"{asset}/style.css": b"/* %d */" % version, f"{asset}/page.js": b"// %d" % version}
    names = [f"p{(version + number * 3) % (2 * pages)}" for number in range(pages)]
    for name in names:
        own = f"{name}/model.{hashlib.sha256(b'%s%d' % (name.encode(), version)).hexdigest()[:10]}.js"
        files[own] = b"%d" % version
        links = "".join(f'<a href="../{other}/index.html">{other}</a>' for other in names)
        files[f"{name}/index.html"] = (
            f'<link href="../{asset}/style.css"><script src="../{asset}/page.js"></script><script src="../{own}"></script>{links}<a href="../index.html">home</a>'
        ).encode()
    links = "".join(f'<a href="{name}/index.html">{name}</a>' for name in names)
    files["index.html"] = f'<link href="{asset}/style.css"><link href="feed.xml">{links}<p>{version}</p>'.encode()
    files["feed.xml"] = "".join(f'<link href="{name}/index.html"/>' for name in names).encode()
    return files


def broken(get: Callable[[str], bytes | None], entrance: str = "index.html") -> list[str]:
    """What is not there, of all that a reader comes to from the entrance; a site that is not there yet has none."""
    if get(entrance) is None:
        return []
    seen, waiting, found = {entrance}, [entrance], []
    while waiting:
        page = waiting.pop()
        data = get(page)
        if data is None:
            found.append(page)
            continue
        for link in LINK.findall(data) if page.endswith((".html", ".xml")) else ():
            name = posixpath.normpath(posixpath.join(posixpath.dirname(page), link.decode()))
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return found


def put(files: dict[str, bytes], to: str, **asked: bool) -> list[str]:
    """Publish, and what it said."""
    said: list[str] = []
    plan = deliver(files, target.host(to, ROOT), Asked(**asked), said.append)
    return [*said, f"{len(plan.put)} put, {len(plan.delete)} deleted"]


def killed(to: str, get: Callable[[str], bytes | None], times: int, longest: float, pages: int = 6, seed: int = 1) -> int:
    """Kill that many publishers at random moments, each with another version; how many references broke. The next run completes."""
    chance, died, wrong, version = random.Random(seed), 0, 0, 0
    while died < times:
        version += 1
        code = f"from tests.publishing import put, site; print(flush=True); put(site({version}, {pages}), {to!r})"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, longest))
        process.kill()
        died += process.wait() < 0
        process.stdout.close()
        wrong += len(broken(get))
    last = site(version + 1, pages)
    put(last, to)
    assert {name: get(name) for name in last} == last
    assert not broken(get)
    return wrong
