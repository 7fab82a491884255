"""The content security policy: what a page may load, and from where. Here is what all pages have, and how one page gets more.

A page carries its own in its head; a host sends one as a header. Where there are both, only what both allow is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Sources = Mapping[str, tuple[str, ...]]  # by directive

SELF, NONE = "'self'", "'none'"
BASE: Sources = {"default-src": (SELF,), "base-uri": (NONE,), "form-action": (SELF,), "object-src": (NONE,)}


def merged(additions: Iterable[Sources]) -> Sources:
    """What all pages have, and these besides. A directive that has not been there begins with what it stood under: `default-src`."""
    whole = {directive: dict.fromkeys(sources) for directive, sources in BASE.items()}
    for addition in additions:
        for directive, sources in addition.items():
            found = whole.setdefault(directive, dict.fromkeys(BASE["default-src"]))
            found.pop(NONE, None)
            found |= dict.fromkeys(sources)
    return {directive: tuple(sources) for directive, sources in whole.items()}


def written(*additions: Sources) -> str:
    """As browsers read it."""
    return "; ".join(" ".join([directive, *sources]) for directive, sources in merged(additions).items())


CSP = written()
