"""From a target as people write it to the host that it names."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

from explainer.diagnostics import did_you_mean
from explainer.publish.host import SECRET, Host, Trouble

KINDS = ("s3", "git+ssh", "git+https", "git+http", "git+file")
BRANCH = "gh-pages"
SHORT_SSH = re.compile(r"^(?:\w+@)?[\w.-]+\.[a-z]+:[^/].*$")


def host(text: str, root: Path) -> Host:
    """The host of a target; a folder is relative to `root`. Raises Trouble."""
    kind, scheme, rest = text.partition("://")
    if SHORT_SSH.match(text) and not scheme:
        raise Trouble("this is how git writes an address, not a target", f"write git+ssh://{text.replace(':', '/', 1)}#{BRANCH}")
    if not scheme:
        from explainer.publish.folder import Folder

        if not text.strip() or "\0" in text:
            raise Trouble("this names no folder", "such as ./live")
        return Folder(root / Path(text).expanduser())
    if kind not in KINDS:
        hint = did_you_mean(f"git+{kind}" if f"git+{kind}" in KINDS else kind, KINDS)
        raise Trouble(f"there is no kind of target '{kind}://'", hint)
    if kind == "s3":
        return _store(rest)
    from explainer.publish.git import Git

    address, _, branch = rest.partition("#")
    if not address.strip("/"):
        raise Trouble("this names no repository", f"such as git+ssh://git@host/me/site.git#{BRANCH}")
    return Git(f"{kind.removeprefix('git+')}://{address}", branch or BRANCH)


def holds_secret(text: str) -> bool:
    """Whether a target has a password or a token in it."""
    return bool(SECRET.search(text))


def _store(rest: str) -> Host:
    from explainer.publish.s3 import Store

    parts = urllib.parse.urlsplit(f"s3://{rest}")
    if not parts.netloc or "@" in parts.netloc or ":" in parts.netloc:
        raise Trouble(
            "this names no bucket",
            "write s3://BUCKET/PREFIX; credentials come from the environment, another endpoint from AWS_ENDPOINT_URL",
        )
    return Store(parts.netloc, rest.partition("/")[2].strip("/"))
