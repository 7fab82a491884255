"""A folder that a web server on this machine shows: nginx, Apache, Caddy, or a mounted disk."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from explainer.output import replace as write
from explainer.publish import manifest
from explainer.publish.host import There, Trouble
from explainer.publish.manifest import NAME, digest
from explainer.publish.plan import Plan

STAGED = ".explainer.publish"
AGAIN = "when that is mended, run it again: it goes on where it stopped"


class Folder:
    """A target on a disk. All files are written beside the site first, so that a full disk changes nothing that readers see."""

    extra: Mapping[str, bytes] = {}
    patience = 0.0

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)

    def tag(self, data: bytes) -> str:
        """The SHA-256: what lies there is read."""
        return digest(data)

    @contextlib.contextmanager
    def hold(self, dry: bool) -> Iterator[None]:
        """The system lets go of the lock when the process ends, however it ends."""
        if dry:
            yield
            return
        made = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDONLY) if os.name == "posix" else None  # elsewhere the manifest alone has to do
        except OSError as error:
            raise _trouble(error) from None
        try:
            if handle is not None:
                _lock(handle)
            yield
        finally:
            if handle is not None:
                os.close(handle)
            with contextlib.suppress(OSError):
                for folder in made:
                    folder.rmdir()  # where nothing came of it, nothing is left

    def there(self, names: Collection[str]) -> There:
        """The files as they lie there."""
        ours = manifest.read(self._bytes(NAME))
        return There(ours, {name: digest(data) for name in {*names, *ours.names} if (data := self._bytes(name)) is not None})

    def carry_out(self, plan: Plan, files: Mapping[str, bytes]) -> None:
        """Stage, rename, delete."""
        staged = self.path / STAGED
        try:
            shutil.rmtree(staged, ignore_errors=True)  # what a killed run has left
            staged.mkdir()
            for number, name in enumerate(plan.put):
                (staged / str(number)).write_bytes(files[name])
                (staged / str(number)).chmod(0o644)
            write(self.path / NAME, manifest.written(replace(plan.before, pending=frozenset(plan.put) | plan.before.pending)))
            for number, name in enumerate(plan.put):
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / str(number)).replace(self.path / name)
            for name in plan.delete:
                self._delete(name)
            write(self.path / NAME, manifest.written(plan.after))
        except OSError as error:
            raise _trouble(error) from None
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """The files as they lie there."""
        for name in names:
            yield name, self._bytes(name)

    def _bytes(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except IsADirectoryError:
            raise Trouble(f"'{name}' is a folder there, and a file in the site", "move one of them out of the way") from None
        except OSError as error:
            raise _trouble(error) from None

    def _delete(self, name: str) -> None:
        """Delete a file of ours and the folders that it leaves empty; never through a link that leads elsewhere."""
        path = self.path / name
        if not path.parent.resolve().is_relative_to(self.path.resolve()):
            return
        path.unlink(missing_ok=True)
        folder = path.parent
        while folder != self.path and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _lock(handle: int) -> None:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Trouble("another publication is under way there", "wait until it is done, then run it again") from None
    except OSError:
        return  # a network disk without locks


def _trouble(error: OSError) -> Trouble:
    where = f" '{error.filename}'" if isinstance(error.filename, str) else ""
    return Trouble(f"cannot publish there:{where} {error.strerror or error}", AGAIN)
