"""What steps came to, kept by the digest of all that they depend on: in memory for a preview, in a folder for the next process.

Nothing is ever out of date: what depends on something else has another name. A file that is damaged, cut off or
made by something else is as good as none; it can name types of ours and of NumPy, and run nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
import hashlib
import io
import pickle
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from explainer.output import replace

T = TypeVar("T")
LARGEST = 400_000_000  # bytes in the folder; what was not used for longest goes
HOUR = 3600
SHORT = 16  # bytes of a digest
KEPT = 3  # builds that a result stays in memory unused
MODULES = ("explainer.", "numpy", "pydantic", "pint.util")
OTHERS = {
    *(("builtins", name) for name in ["bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "slice", "str", "tuple"]),
    ("datetime", "date"), ("datetime", "datetime"), ("collections", "OrderedDict"), ("markupsafe", "Markup"), ("types", "MappingProxyType"),
    ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("fractions", "Fraction"), ("copyreg", "_reconstructor"),
}  # fmt: skip
REBUILDERS = {"_reconstruct", "_frombuffer", "scalar", "dtype", "ndarray"}  # how NumPy's arrays come back


class Cache:
    """Results by step and key. Without a folder and memory, every step is taken anew."""

    def __init__(self, folder: Path | None = None, version: str = "", memory: bool = False) -> None:
        self._folder, self._version = folder, version  # what is made by other code has other names
        self._memory: dict[str, tuple[int, Any]] | None = {} if memory else None
        self._turn = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return (Cache, (self._folder, self._version))  # another process shares the folder

    def get(self, step: str, key: object, make: Callable[[], T], *, portable: bool = True) -> T:
        """What `make` gives for this key, made once. What is not `portable` is kept in memory only. What raises is not kept."""
        if self._folder is None and self._memory is None:
            return make()
        name = self._name(step, key)
        found = self._find(name, portable)
        if found:
            result: T = found[0]
            return result
        result = make()
        self._keep(name, result, portable)
        return result

    def find(self, step: str, key: object) -> Any:
        """What was kept under this key, or None."""
        found = self._find(self._name(step, key), True)
        return found[0] if found else None

    def keep(self, step: str, key: object, result: object) -> None:
        """Keep a result that is sure only now; in memory if there is one, since it is large and made of what is kept already."""
        self._keep(self._name(step, key), result, portable=self._memory is None)

    def _name(self, step: str, key: object) -> str:
        return f"{step}-{digest((self._version, key))}"

    def _path(self, name: str) -> Path | None:
        return self._folder / name[:-30] / name[-30:] if self._folder is not None else None

    def _find(self, name: str, portable: bool) -> tuple[Any, ...]:
        found: tuple[Any, ...] = ()
        if self._memory is not None and name in self._memory:
            found = (self._memory[name][1],)
        elif portable and (path := self._path(name)):
            found = _read(path)
        if found and self._memory is not None:
            self._memory[name] = (self._turn, found[0])
        return found

    def _keep(self, name: str, result: object, portable: bool) -> None:
        if self._memory is not None:
            self._memory[name] = (self._turn, result)
        if portable and (path := self._path(name)):
            _write(path, result)

    def turn(self) -> None:
        """A build begins: forget what the last few did not use."""
        self._turn += 1
        if self._memory is not None:
            self._memory = {name: kept for name, kept in self._memory.items() if kept[0] >= self._turn - KEPT}

    def trim(self, largest: int = LARGEST) -> None:
        """Keep the folder below that many bytes; looked at once an hour."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            looked = self._folder / "trimmed"
            if looked.exists() and time.time() - looked.stat().st_mtime < HOUR:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            looked.touch()
            files = [(path.stat(), path) for path in self._folder.rglob("*") if path.is_file()]
            size = sum(stat.st_size for stat, _ in files)
            for stat, path in sorted(files, key=lambda item: item[0].st_mtime):
                if size <= largest:
                    break
                path.unlink()
                size -= stat.st_size


def digest(value: object) -> str:
    """A name for a value: equal values have equal names, in every process. Raises TypeError for what has no plain content."""
    found = hashlib.blake2b(digest_size=SHORT)
    _feed(found.update, value)
    return found.hexdigest()


def _feed(update: Callable[[bytes], None], value: object) -> None:  # noqa: C901  # one match over every kind of value
    match value:
        case enum.Enum():
            update(f"{type(value).__name__}.{value.name};".encode())
        case str():
            data = value.encode("utf-8", "surrogatepass")
            update(b"s%d:" % len(data) + data)
        case None | bool() | int() | float():
            update(f"{type(value).__name__}{value!r};".encode())
        case bytes():
            update(b"b%d:" % len(value) + value)
        case datetime.date() | Path():
            update(f"{type(value).__name__}{value};".encode())
        case Mapping():
            update(b"m%d:" % len(value))
            for key, item in value.items():
                _feed(update, key)
                _feed(update, item)
        case set() | frozenset():
            update(b"t%d:" % len(value) + "".join(sorted(map(_name_of, value))).encode("utf-8", "surrogatepass"))
        case Collection():
            update(b"l%d:" % len(value))
            for item in value:
                _feed(update, item)
        case _ if dataclasses.is_dataclass(value):
            update(f"d{type(value).__name__}:".encode())
            for name in (field.name for field in dataclasses.fields(value)):
                _feed(update, getattr(value, name))
        case _ if hasattr(value, "model_dump"):
            update(f"d{type(value).__name__}:".encode())
            _feed(update, dict(vars(value)))
        case _:
            raise TypeError(f"no digest for a {type(value).__name__}")


def _name_of(item: object) -> str:
    """An item of a set: a short name stands for itself, at a length that no digest has."""
    return f"{len(item)}:{item};" if isinstance(item, str) else digest(item)


def _read(path: Path) -> tuple[Any, ...]:
    """What the file holds, in a tuple; an empty one if it can't be used."""
    try:
        data = path.read_bytes()
        if hashlib.blake2b(data[SHORT:], digest_size=SHORT).digest() != data[:SHORT]:
            return ()
        result = _Unpickler(io.BytesIO(data[SHORT:])).load()
        path.touch()
    except Exception:  # whatever stands there, the step can be taken anew
        return ()
    return (result,)


def _write(path: Path, result: object) -> None:
    """Keep a result; without a word where that can't be done."""
    with contextlib.suppress(OSError):
        written = io.BytesIO()
        _Pickler(written, pickle.HIGHEST_PROTOCOL).dump(result)
        data = written.getvalue()
        replace(path, hashlib.blake2b(data, digest_size=SHORT).digest() + data)


class _Pickler(pickle.Pickler):
    """Writes a dataclass as a call of its type: the state that Python's own would keep takes ten times as long to read."""

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if not hasattr(kind, "__dataclass_fields__") or hasattr(kind, "__post_init__"):
            return NotImplemented
        return kind, tuple(getattr(value, name) for name in kind.__dataclass_fields__)


class _Unpickler(pickle.Unpickler):
    """Reads types of ours and what NumPy's arrays are made of."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in OTHERS and not module.startswith(MODULES):
            raise pickle.UnpicklingError(f"{module}.{name} has no business here")
        found = super().find_class(module, name)
        if not isinstance(found, type) and name not in REBUILDERS and (module, name) not in OTHERS:
            raise pickle.UnpicklingError(f"{module}.{name} is no type")
        return found
