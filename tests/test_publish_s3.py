"""Publishing to a store: moto's server on loopback, spoken to over HTTP; and servers that refuse."""

import http.server
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

from explainer.publish import manifest, s3, target
from explainer.publish.deliver import Asked, deliver, verify
from explainer.publish.host import Trouble
from explainer.publish.manifest import NAME
from tests.publishing import ROOT, killed, put, site

pytestmark = pytest.mark.slow

LIVE = "s3://live/notes"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def credentials(monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "hunter2")


@pytest.fixture
def store(endpoint, credentials, monkeypatch):
    """A client of a new bucket."""
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="live")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::live/*"}
    client.put_bucket_policy(Bucket="live", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    return client


def lying(client):
    keys = [item["Key"] for page in client.get_paginator("list_objects_v2").paginate(Bucket="live") for item in page.get("Contents", ())]
    return {key: client.get_object(Bucket="live", Key=key)["Body"].read() for key in keys if not key.endswith(NAME)}


def getter(endpoint):
    def get(name):
        try:
            with urllib.request.urlopen(f"{endpoint}/live/notes/{name}") as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            return None

    return get


def test_puts_what_has_changed_with_types_and_cache_headers(store, endpoint):
    store.put_object(Bucket="live", Key="notes/CNAME", Body=b"theirs")
    store.put_object(Bucket="live", Key="other/index.html", Body=b"theirs")
    put(site(1), LIVE)
    assert put(site(1), LIVE) == ["0 put, 0 deleted"]
    put(site(2), LIVE)
    put(site(3), LIVE)
    found = lying(store)
    assert found.items() >= {"notes/CNAME": b"theirs", "other/index.html": b"theirs"}.items()
    assert found.items() >= {f"notes/{name}": data for name, data in site(3).items()}.items()
    assert not {f"notes/{name}" for name in site(1) if name.startswith("static/")} & {*found}
    page = store.head_object(Bucket="live", Key="notes/index.html")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    script = next(name for name in site(3) if name.startswith("static/") and name.endswith(".js"))
    asset = store.head_object(Bucket="live", Key=f"notes/{script}")
    assert (asset["ContentType"], asset["CacheControl"]) == ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable")
    assert verify(site(3), target.host(LIVE, ROOT), "") == []
    assert verify(site(3), target.host(LIVE, ROOT), f"{endpoint}/live/notes") == []
    store.delete_object(Bucket="live", Key="notes/index.html")
    assert verify(site(3), target.host(LIVE, ROOT), "") == ["index.html: not there"]
    assert put(site(3), LIVE) == ["1 put, 0 deleted"]


def test_one_changed_page_takes_few_requests(store):
    put(site(1), LIVE)
    put(site(2), LIVE)
    host, requests = target.host(LIVE, ROOT), []
    host._connect()
    host.client.meta.events.register("before-send.s3", lambda event_name, **_: requests.append(event_name.split(".")[-1]))
    deliver({**site(2), "index.html": b"changed"}, host, Asked(), print)
    assert sorted(requests) == ["DeleteObjects", "GetObject", "ListObjectsV2", "PutObject", "PutObject", "PutObject"]


def test_what_somebody_else_put_or_changed_stays(store):
    store.put_object(Bucket="live", Key="notes/index.html", Body=b"theirs")
    with pytest.raises(Trouble, match=r"index\.html"):
        put(site(1), LIVE)
    assert lying(store) == {"notes/index.html": b"theirs"}
    put(site(1), LIVE, take_over=True)
    store.put_object(Bucket="live", Key="notes/feed.xml", Body=b"theirs")
    with pytest.raises(Trouble, match=r"changed since: feed\.xml"):
        put(site(2), LIVE)


def test_of_two_publishers_one_stops(store, monkeypatch):
    put(site(1), LIVE)
    first, second = target.host(LIVE, ROOT), target.host(LIVE, ROOT)
    for host in (first, second):
        host._connect()
        host.there(())
    first._say(manifest.Manifest(pending=frozenset({"x"}), by={"host": "elsewhere", "pid": "1"}))
    with pytest.raises(Trouble, match="another publisher"):
        second._say(manifest.Manifest())
    with pytest.raises(Trouble, match="under way") as trouble:
        put(site(2), LIVE)
    assert "10 min" in trouble.value.hint
    monkeypatch.setattr(s3, "LEASE", -1)
    put({"index.html": b"2"}, LIVE, take_over=True)


def test_a_large_file(store):
    put({"index.html": b"", "film.mp4": bytes(100_000_000)}, LIVE)
    assert store.head_object(Bucket="live", Key="notes/film.mp4")["ContentLength"] == 100_000_000


def test_killed_at_any_moment_no_reference_is_broken_and_the_next_run_completes(store, endpoint):
    assert killed(LIVE, getter(endpoint), 3, 0.3) == 0


def test_a_bucket_that_vanishes(store, monkeypatch):
    with pytest.raises(Trouble, match="no such bucket"):
        put(site(1), "s3://nowhere")
    really, count = s3.Store._put, []

    def vanishing(self, name, data):
        count.append(name)
        if len(count) == 4:
            for key in [*lying(store), f"notes/{NAME}"]:
                store.delete_object(Bucket="live", Key=key)
            store.delete_bucket(Bucket="live")
        return really(self, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(s3.Store, "_put", vanishing)
        patch.setattr(s3, "AT_ONCE", 1)
        with pytest.raises(Trouble, match="no such bucket"):
            put(site(1), LIVE)
    store.create_bucket(Bucket="live")
    put(site(1), LIVE)
    assert len(lying(store)) == len(site(1))


class Refusing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"<Error><Code>{self.server.code}</Code><Message>no</Message></Error>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


@pytest.mark.parametrize(
    ("code", "says"),
    [("InvalidAccessKeyId", "does not know"), ("SignatureDoesNotMatch", "does not take"), ("AccessDenied", "may not"), ("RequestTimeTooSkewed", "clock"), ("Odd", "Odd: no")],
)  # fmt: skip
def test_a_store_that_refuses(credentials, monkeypatch, code, says):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        server.code = code
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(Trouble, match=says) as trouble:
            put(site(1), LIVE)
        server.shutdown()
    assert "hunter2" not in f"{trouble.value.message}{trouble.value.hint}"


def test_no_network_no_credentials_and_no_library(credentials, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Trouble, match="cannot be reached"):
        put(site(1), LIVE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(Trouble, match="refuses"):
        put(site(1), LIVE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(Trouble, match="credentials"):
        put(site(1), LIVE)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(Trouble, match="credentials"):
        put(site(1), LIVE)
    code = f"import sys; sys.modules['boto3'] = None; from tests.publishing import put; put({{}}, {LIVE!r})"
    assert "pip install boto3" in subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stderr
