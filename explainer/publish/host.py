"""What every kind of host can do, and how it says that it can't."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from explainer.publish.manifest import Manifest
from explainer.publish.plan import Plan

SECRET = re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*@|(?<=https://)[^/@\s]+@|(?<=http://)[^/@\s]+@")


class Trouble(Exception):
    """Why a publication did not come about: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = without_secrets(message), without_secrets(hint)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class There:
    """What is at a target: what we put there, and the tags of all the files that were asked for."""

    manifest: Manifest
    tags: Mapping[str, str]


class Host(Protocol):
    """A target. Every method raises Trouble."""

    name: str  # as it may be printed
    extra: Mapping[str, bytes]  # what this kind of host needs beside the site
    patience: float  # seconds until what is put can be expected at readers

    def tag(self, data: bytes) -> str:
        """What this host will say of a file with that content."""

    def hold(self, dry: bool) -> AbstractContextManager[None]:
        """Keep other publishers away, unless the run is a dry one."""

    def there(self, names: Collection[str]) -> There:
        """What is at the target, of these names and of all that we put."""

    def carry_out(self, plan: Plan, files: Mapping[str, bytes]) -> None:
        """Do what the plan says. What stops in the middle leaves every page whole, and can be run again."""

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """Read files back."""


def without_secrets(text: str) -> str:
    """The text without the user and password of any address in it."""
    return SECRET.sub("", text)
