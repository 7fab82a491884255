"""The points at which a model is computed: an antithetic Latin hypercube.

Each assumption has a column of its own, permuted by a hash of the assumption's *name*: builds are
reproducible, the reader's browser (`static/engine.js`) makes the same points, and a new assumption
leaves the numbers of the others where they were.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DRAWS = 4096


def seed(name: str) -> int:
    """32-bit FNV-1a over the UTF-8 bytes of the name."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def hashes(start: int, count: int) -> NDArray[np.uint32]:
    """`count` 32-bit hashes of start, start + 1, …: the finaliser of MurmurHash3."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) + np.uint32(start)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h


def ranks(name: str, draws: int = DRAWS) -> NDArray[np.int64]:
    """Which of the `draws` equal slices each draw falls into; draw i and i + draws/2 mirror each other."""
    half = draws // 2
    keys = hashes(seed(name), half)
    order = _order(keys)
    mirrored = (keys & np.uint32(1)).astype(bool)
    first = np.where(mirrored, draws - 1 - order, order)
    return np.concatenate([first, draws - 1 - first])


def _order(keys: NDArray[np.uint32]) -> NDArray[np.int64]:
    """What sorts the keys, by their lower half and then by their upper: NumPy sorts 16 bits in linear time."""
    lower = np.argsort(keys.astype(np.uint16), kind="stable")
    return lower[np.argsort((keys >> np.uint32(16)).astype(np.uint16)[lower], kind="stable")]


def levels(draws: int = DRAWS) -> NDArray[np.float64]:
    """The middle of each slice of (0, 1), ascending."""
    return (np.arange(draws) + 0.5) / draws
