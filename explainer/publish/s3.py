"""A bucket of S3, or of a store that speaks its language: R2, MinIO, Ceph, Garage. Its library is loaded when it is used."""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import os
import secrets
import socket
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from explainer.publish import manifest
from explainer.publish.host import There, Trouble
from explainer.publish.manifest import NAME, Entry, Manifest
from explainer.publish.plan import Plan, is_fingerprinted

LEASE = 600.0  # seconds after which a publisher that says nothing counts as dead
RENEWED = 120.0
AT_ONCE = 8
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".avif": "image/avif", ".webp": "image/webp", ".woff2": "font/woff2"}  # fmt: skip
CODES = {
    "NoSuchBucket": ("there is no such bucket", "create it, or correct the target; another endpoint is named by AWS_ENDPOINT_URL"),
    "AccessDenied": ("these credentials may not do this", "they need to list the bucket, and to get, put and delete its objects"),
    "InvalidAccessKeyId": ("the store does not know these credentials", "see AWS_ACCESS_KEY_ID, or the profile in AWS_PROFILE"),
    "SignatureDoesNotMatch": ("the store does not take these credentials", "see AWS_SECRET_ACCESS_KEY"),
    "ExpiredToken": ("these credentials have expired", "log in again"),
    "RequestTimeTooSkewed": ("this machine's clock is wrong: the store refuses its time", "set the clock"),
    "PreconditionFailed": ("another publisher has been here meanwhile", "nothing of theirs was deleted; run it again when they are done"),
    "EntityTooLarge": ("the store refuses a file for its size", "make it smaller"),
}  # fmt: skip
CODES |= {"403": CODES["AccessDenied"], "404": CODES["NoSuchBucket"], "ConditionalRequestConflict": CODES["PreconditionFailed"]}


class Store:
    """A target in a bucket. Its manifest is written on the condition that it is still the one that was read: of two publishers one stops."""

    extra: Mapping[str, bytes] = {}
    patience = 30.0

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.name = f"s3://{bucket}/{prefix}".rstrip("/")
        self.etag = ""  # of the manifest, as last seen
        self.client: Any = None
        self.by = {
            "host": hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12],
            "pid": str(os.getpid()),
            "run": secrets.token_hex(8),
        }

    def tag(self, data: bytes) -> str:
        """The ETag of what is put in one piece without a key of one's own."""
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    @contextlib.contextmanager
    def hold(self, dry: bool) -> Iterator[None]:  # noqa: ARG002  # the manifest holds others off, once there is something to do
        """A connection."""
        self._connect()
        yield

    def there(self, names: Collection[str]) -> There:
        """One listing, and the manifest."""
        tags, written, now = {}, None, None
        with _trouble():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix):
                now = page["ResponseMetadata"]["HTTPHeaders"].get("date")
                for item in page.get("Contents", ()):
                    name = item["Key"].removeprefix(self.prefix)
                    tags[name] = item["ETag"].strip('"')
                    written = item["LastModified"] if name == NAME else written
        ours, self.etag = Manifest(), tags.get(NAME, "")
        if self.etag:
            with _trouble():
                answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + NAME)
                ours, self.etag = manifest.read(answer["Body"].read()), answer["ETag"].strip('"')
            if ours.pending and not self._is_dead(ours.by) and (left := LEASE - _age(written, now)) > 0:
                hint = f"wait until it is done; if it has died, run again in {max(1, round(left / 60))} min and it goes on"
                raise Trouble("another publication is under way there", hint)
        return There(ours, {name: tags[name] for name in {*names, *ours.names} if name in tags})

    def carry_out(self, plan: Plan, files: Mapping[str, bytes]) -> None:
        """Claim it, put phase by phase, delete, and say that it is done."""
        claim = replace(plan.before, pending=frozenset(plan.put) | plan.before.pending or frozenset(plan.delete), by=self.by)
        self._say(claim)
        tags: dict[str, str] = {}
        spoken = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for phase in plan.phases:
                running = {pool.submit(self._put, name, files[name]): name for name in phase}
                left = set(running)
                while left:
                    done, left = wait(left, RENEWED / 4, FIRST_EXCEPTION)
                    if any(item.exception() for item in done):
                        pool.shutdown(cancel_futures=True)
                    tags |= {running[item]: item.result() for item in done}
                    if time.monotonic() - spoken > RENEWED:
                        self._say(claim)
                        spoken = time.monotonic()
        for start in range(0, len(plan.delete), 1000):
            self._delete(plan.delete[start : start + 1000])
        after = {name: Entry(item.digest, tags.get(name, item.tag)) for name, item in plan.after.files.items()}
        self._say(replace(plan.after, files=after))

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """Objects, a few at a time."""
        self._connect()

        def get(name: str) -> bytes | None:
            with _trouble():
                try:
                    data: bytes = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read()
                except self.client.exceptions.NoSuchKey:
                    return None
                return data

        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(names, pool.map(get, names), strict=True)

    def _connect(self) -> None:
        if self.client is not None:
            return
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise Trouble("publishing to S3 needs a library that is not installed", "beside Explainer: pip install boto3") from None
        # other stores do not know S3's newer checksums
        config = Config(
            connect_timeout=10, read_timeout=120, max_pool_connections=AT_ONCE, retries={"mode": "standard", "max_attempts": 3},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
        )  # fmt: skip
        with _trouble():
            session = boto3.session.Session()
            self.client = session.client("s3", region_name=session.region_name or "us-east-1", config=config)

    def _put(self, name: str, data: bytes) -> str:
        cache = "public, max-age=31536000, immutable" if is_fingerprinted(name) else "no-cache"
        with _trouble():
            answer = self.client.put_object(
                Bucket=self.bucket, Key=self.prefix + name, Body=data, ContentType=_type(name), CacheControl=cache
            )
            return str(answer["ETag"]).strip('"')

    def _say(self, said: Manifest) -> None:
        """Write the manifest, if it is still the one that we know."""
        condition = {"IfMatch": f'"{self.etag}"'} if self.etag else {"IfNoneMatch": "*"}
        target = {"Bucket": self.bucket, "Key": self.prefix + NAME, "ContentType": "application/json", "CacheControl": "no-cache"}
        with _trouble():
            try:
                answer = self.client.put_object(Body=manifest.written(said), **target, **condition)
            except self.client.exceptions.ClientError as error:
                if _code(error) not in ("NotImplemented", "501"):
                    raise
                answer = self.client.put_object(Body=manifest.written(said), **target)  # a store without conditions
            self.etag = answer["ETag"].strip('"')

    def _delete(self, names: Collection[str]) -> None:
        with _trouble():
            objects = [{"Key": self.prefix + name} for name in names]
            answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors", ())[:1]:
            raise Trouble(*CODES.get(error["Code"], (f"the store did not delete '{error['Key']}': {error['Code']}", "run it again")))

    def _is_dead(self, by: Mapping[str, str]) -> bool:
        """Whether that publisher ran on this machine and runs no more."""
        if by.get("host") != self.by["host"] or not by.get("pid", "").isdigit() or os.name != "posix":
            return False
        try:
            os.kill(int(by["pid"]), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            return False
        return by["pid"] == self.by["pid"]


def _type(name: str) -> str:
    suffix = "." + name.rpartition(".")[2].lower()
    return TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _age(written: Any, now: str | None) -> float:
    """Seconds since the manifest was written, both by the store's clock: ours may be wrong."""
    from email.utils import parsedate_to_datetime

    return float((parsedate_to_datetime(now) - written).total_seconds()) if now and written else 0.0


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    """What the library raises, as Trouble."""
    from botocore import exceptions as said

    try:
        yield
    except (said.NoCredentialsError, said.PartialCredentialsError, said.ProfileNotFound, said.TokenRetrievalError) as error:
        raise Trouble(f"no credentials: {error}", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE") from None
    except said.ClientError as error:
        code = _code(error)
        message = str(error.response.get("Error", {}).get("Message", "")) or str(error)
        raise Trouble(*CODES.get(code, (f"the store refuses: {code}: {message}", "see what it says; it is safe to run again"))) from None
    except (said.HTTPClientError, said.ConnectionError) as error:
        raise Trouble(f"the store cannot be reached: {error}", "is this machine connected, and AWS_ENDPOINT_URL right?") from None
    except (said.BotoCoreError, ValueError) as error:
        raise Trouble(f"the store's library refuses: {error}", "correct the target or its settings") from None
