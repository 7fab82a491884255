"""Processes that work beside this one, and how they end: Ctrl-C is this one's alone, and takes them along.

They are not forked: this one has threads, and a fork may copy a lock that one of them holds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def leave_interrupts() -> None:
    """In a worker: one that heard Ctrl-C as well would print a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def spread(step: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """`map`, over so many processes."""
    with ProcessPoolExecutor(workers, get_context("spawn"), leave_interrupts) as pool:
        try:
            with held():  # what is started meanwhile never hears it, not even before it can say so
                results = pool.map(step, items)
            yield from results
        except BaseException:
            with held():
                stop()
                pool.shutdown(cancel_futures=True)
            raise


def beside(step: Callable[[T], R], item: T) -> Future[R]:
    """One step in a process of its own, which ends with it."""
    pool = ProcessPoolExecutor(1, get_context("spawn"), leave_interrupts)
    with held():
        future = pool.submit(step, item)
    pool.shutdown(wait=False)
    return future


def stop() -> None:
    """End all of them, in the midst of what they do."""
    for worker in multiprocessing.active_children():
        worker.terminate()


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Ctrl-C waits until this is done, where the system can have it wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
