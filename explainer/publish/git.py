"""A branch of a git repository, which GitHub, GitLab and Codeberg Pages show. One commit a publication, on top of whatever is there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from explainer.publish import manifest
from explainer.publish.host import There, Trouble, without_secrets
from explainer.publish.manifest import NAME
from explainer.publish.plan import Plan

REMOTE, TIP = "target", "refs/explainer/tip"
NAMED = {"NAME": "Explainer", "EMAIL": "explainer@localhost"}  # where git knows nobody
SAYS = [  # what git says, what that means, what to do
    (r"could not resolve host|network is unreachable|no route to host|connection (refused|timed out)|failed to connect|couldn't connect", "its host cannot be reached", "is this machine connected, and the name right?"),
    (r"authentication failed|could not read (username|password)|permission denied|access denied|error: 40[13]|invalid credentials|host key verification failed", "git was not let in", "see that 'git push' works there: by an SSH key, a credential helper or what your CI gives"),
    (r"does not appear to be a git repository|repository .*not found|does not exist|error: 404", "there is no such repository, or it is not shown to you", "create it, or correct the target"),
    (r"fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value", "somebody else has published or pushed there meanwhile", "nothing of theirs was touched; run it again"),
    (r"no space left|disk quota|file too large", "a disk is full", "make room, then run it again"),
    (r"gh001|exceeds .*limit|larger than|too large|pack exceeds", "the host refuses a file for its size", "make it smaller, or publish to another kind of host"),
    (r"pre-receive hook declined|protected branch|hook declined|remote rejected", "the host refuses the push", "its rules for this branch must allow it"),
]  # fmt: skip


class Git:
    """A target in a repository. What is there is fetched into a repository of its own for the time of a run; a push takes it all or nothing."""

    extra: Mapping[str, bytes] = {".nojekyll": b""}  # GitHub would leave out names that begin with an underscore
    patience = 180.0  # its host builds the pages first

    def __init__(self, address: str, branch: str) -> None:
        self.address, self.branch = address, branch
        self.name = f"git+{without_secrets(address)}#{branch}"
        self.folder = Path()
        self.base = ""  # the commit that was there

    def tag(self, data: bytes) -> str:
        """Git's own name of a content."""
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    @contextlib.contextmanager
    def hold(self, dry: bool) -> Iterator[None]:  # noqa: ARG002  # a push is refused where somebody else was first: nothing to hold
        """A bare repository for the time of a run."""
        with self._repository():
            yield

    def there(self, names: Collection[str]) -> There:
        """The branch as it is now; of none, nothing."""
        self.base = self._fetched()
        if not self.base:
            return There(manifest.Manifest(), {})
        tags = self._tags()
        ours = manifest.read(self._git("cat-file", "blob", f"{TIP}:{NAME}")) if NAME in tags else manifest.Manifest()
        return There(ours, {name: tags[name] for name in {*names, *ours.names} if name in tags})

    def carry_out(self, plan: Plan, files: Mapping[str, bytes]) -> None:
        """One commit, and a push that never forces."""
        self._git("fast-import", "--quiet", "--date-format=now", input_=b"".join(self._commit(plan, files)))
        self._git("push", "--quiet", REMOTE, f"refs/heads/new:refs/heads/{self.branch}")

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """Files of the branch as it is now, fetched anew."""
        with self._repository():
            tags = self._tags() if self._fetched() else {}
            said, at = self._git("cat-file", "--batch", input_="".join(f"{tags[name]}\n" for name in names if name in tags).encode()), 0
            for name in names:
                if name not in tags:
                    yield name, None
                    continue
                start = said.index(b"\n", at) + 1
                size = int(said[at:start].split()[2])
                yield name, said[start : start + size]
                at = start + size + 1

    def _commit(self, plan: Plan, files: Mapping[str, bytes]) -> Iterator[bytes]:
        """The commit as git's import format has it."""
        yield b"commit refs/heads/new\n"
        for role in ("author", "committer"):
            yield f"{role} {self._who(role)} now\n".encode()
        text = f"Publish: {len(plan.put)} put, {len(plan.delete)} deleted\n".encode()
        yield b"data %d\n%s\n" % (len(text), text)
        if self.base:
            yield f"from {self.base}\n".encode()
        for name in plan.delete:
            yield b"D %s\n" % _quoted(name)
        for name, data in [*((name, files[name]) for name in plan.put), (NAME, manifest.written(plan.after))]:
            yield b"M 100644 inline %s\ndata %d\n" % (_quoted(name), len(data))
            yield data
            yield b"\n"

    def _who(self, role: str) -> str:
        """The user's name and address, as git knows them, or ours."""
        variables = {f"GIT_{role.upper()}_{key}": value for key, value in NAMED.items()}
        try:
            said = self._git("var", f"GIT_{role.upper()}_IDENT").decode()
        except Trouble:
            said = self._git("var", f"GIT_{role.upper()}_IDENT", variables=variables).decode()
        return said.rsplit(" ", 2)[0]

    def _fetched(self) -> str:
        """The commit at the branch's tip, fetched; nothing where there is no such branch."""
        found = self._git("ls-remote", REMOTE, f"refs/heads/{self.branch}").split()
        if not found:
            return ""
        self._git("fetch", "--quiet", "--no-tags", "--depth=1", REMOTE, f"+refs/heads/{self.branch}:{TIP}")
        return self._git("rev-parse", TIP).decode().strip()

    def _tags(self) -> dict[str, str]:
        """All files at the tip."""
        lines = self._git("ls-tree", "-r", "-z", TIP).decode("utf-8", "surrogateescape").split("\0")
        return {name: about.split()[2] for about, _, name in (line.partition("\t") for line in lines) if name}

    @contextlib.contextmanager
    def _repository(self) -> Iterator[None]:
        try:
            made = tempfile.TemporaryDirectory(prefix="explainer-", ignore_cleanup_errors=True)
        except OSError as error:
            raise Trouble(f"cannot make a folder for git: {error.strerror}", "make room, or name another place in TMPDIR") from None
        with made as folder:
            self.folder = Path(folder)
            self._git("init", "--quiet", "--bare")
            self._git("check-ref-format", "--branch", self.branch)
            yield

    def _git(self, *arguments: str, input_: bytes | None = None, variables: Mapping[str, str] | None = None) -> bytes:
        """Run git; the remote's address goes through the environment, where no other user sees a token in it."""
        own = {
            "LC_ALL": "C", "GIT_DIR": str(self.folder), "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": f"remote.{REMOTE}.url", "GIT_CONFIG_VALUE_0": self.address,
            "GIT_CONFIG_KEY_1": "core.hooksPath", "GIT_CONFIG_VALUE_1": os.devnull,
        }  # fmt: skip
        inherited = {
            name: value for name, value in os.environ.items() if name not in ("GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")
        }
        try:
            done = subprocess.run(  # noqa: S603  # no shell, and the branch was checked
                ["git", *arguments],  # noqa: S607  # the user's git
                input=input_, stdin=None if input_ is not None else subprocess.DEVNULL, capture_output=True, env={**inherited, **own, **(variables or {})},
            )  # fmt: skip
        except OSError as error:
            raise Trouble(f"cannot run git: {error.strerror or error}", "install git") from None
        if done.returncode:
            raise _trouble(done.stderr.decode("utf-8", "replace"))
        return done.stdout


def _quoted(name: str) -> bytes:
    escaped = name.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % escaped


def _trouble(said: str) -> Trouble:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    for pattern, message, hint in SAYS:
        if re.search(pattern, said, re.IGNORECASE):
            return Trouble(message, "\n".join([hint, *(f"git: {line}" for line in lines[:3])]))
    return Trouble("git did not do it", "\n".join(f"git: {line}" for line in lines[:6]))
