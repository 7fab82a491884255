"""Publishing: an unchanged site of a thousand pages, one changed page, and publishers that are killed, to a folder and to a store.

`python bench/publish.py [KILLS]`; the store is moto's server in a process of its own, spoken to over HTTP.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from explainer.publish import target  # noqa: E402
from explainer.publish.deliver import Asked, deliver  # noqa: E402
from explainer.publish.s3 import Store  # noqa: E402
from tests.publishing import killed, put  # noqa: E402

PAGES, SIZE = 1000, 30_000
STORE = "s3://bench/notes"


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    site = thousand()
    with tempfile.TemporaryDirectory() as folder, store() as endpoint:
        live, bare = Path(folder) / "live", Path(folder) / "bare.git"
        subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
        for name, to in (("folder", str(live)), ("branch", f"git+file://{bare}"), ("store", STORE)):
            requests: Counter[str] = Counter()
            report(f"{name}: first publication", put, site, to)
            report(f"{name}: nothing has changed", put, site, to)
            report(f"{name}: one changed page", counted, changed(site), to, requests)
            if requests:
                beyond = sum(requests.values()) - requests["ListObjectsV2"]
                print(f"    requests: {dict(requests)}, {beyond} beyond the listing")
        targets = {
            "folder": (f"{folder}/killed", reading(Path(folder) / "killed"), 0.06),
            "store": (f"{STORE}-killed", fetching(f"{endpoint}/bench/notes-killed"), 0.5),
        }
        for name, (to, get, longest) in targets.items():
            wrong = killed(to, get, kills, longest, pages=12)
            print(f"{name}: {kills} publishers killed while they ran: {wrong} broken references; the next run completed")


def thousand() -> dict[str, bytes]:
    style = "static/0123456789/style.css"
    files = {f"page-{n}/index.html": f'<link href="../{style}"><p>{n}</p>'.encode() + b"." * SIZE for n in range(PAGES)}
    return files | {style: b"*{}", "index.html": "".join(f'<a href="{name}">' for name in files).encode()}


def changed(site: dict[str, bytes]) -> dict[str, bytes]:
    return {**site, "page-7/index.html": site["page-7/index.html"] + b"!"}


def report(name: str, step: Callable[..., object], *arguments: object) -> None:
    started = time.perf_counter()
    said = step(*arguments)
    print(f"{name:32}{time.perf_counter() - started:6.2f} s   {said}")


def counted(site: dict[str, bytes], to: str, requests: Counter[str]) -> str:
    host = target.host(to, ROOT)
    if isinstance(host, Store):
        host._connect()
        host.client.meta.events.register("before-send.s3", lambda event_name, **_: requests.update([event_name.split(".")[-1]]))
    plan = deliver(site, host, Asked(), print)
    return f"{len(plan.put)} put"


def reading(folder: Path) -> Callable[[str], bytes | None]:
    return lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None


def fetching(address: str) -> Callable[[str], bytes | None]:
    def get(name: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{address}/{name}") as answer:
                data: bytes = answer.read()
                return data
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 404:
                raise
            return None

    return get


@contextlib.contextmanager
def store() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        import boto3

        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bench")
        allowed = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::bench/*", "arn:aws:s3:::bench"],
        }
        client.put_bucket_policy(Bucket="bench", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
        yield endpoint
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
