"""The files of a site, some of which are made only when somebody wants them: what no page shows need not be waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Make = Callable[[], bytes]


class Files(Mapping[str, bytes]):
    """Files by their path in the site. What is to be made later is made once; what making it raises comes from where it is read."""

    def __init__(self, ready: Mapping[str, bytes], later: Mapping[str, Make] | None = None) -> None:
        self._ready, self._later = dict(ready), dict(later or {})

    def __getitem__(self, path: str) -> bytes:
        if path in self._later:
            self._ready[path] = self._later[path]()
            del self._later[path]
        return self._ready[path]

    def __contains__(self, path: object) -> bool:
        return path in self._ready or path in self._later

    def __iter__(self) -> Iterator[str]:
        yield from [*self._ready, *self._later]

    def __len__(self) -> int:
        return len(self._ready) + len(self._later)

    def __or__(self, other: Mapping[str, bytes]) -> Files:
        more = other if isinstance(other, Files) else Files(other)
        ready = {path: data for path, data in self._ready.items() if path not in more._later}
        later = {path: make for path, make in self._later.items() if path not in more._ready}
        return Files({**ready, **more._ready}, {**later, **more._later})

    def __reduce__(self) -> tuple[Any, ...]:
        return Files, (dict(self),)  # how they are made does not travel

    @property
    def ready(self) -> Mapping[str, bytes]:
        """Those that are made."""
        return dict(self._ready)

    @property
    def waiting(self) -> frozenset[str]:
        """The paths of those that are not."""
        return frozenset(self._later)

    def whole(self) -> Files:
        """These, all of them made."""
        return Files(dict(self))
