"""Writing what became of a message: it must succeed, and it need not wait for the disk."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

TRIES = 6


def mark(work: Callable[[], object]) -> None:
    """Write what became of a message, and insist: an unmarked message is sent twice."""
    for attempt in range(TRIES):
        try:
            work()
            return
        except (OperationalError, InterfaceError):
            if attempt == TRIES - 1 or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.2 * 2**attempt)


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """On SQLite, write marks without a sync of their own; the next claim, which syncs, carries them.

    A process killed loses none. After a power cut a batch may go out a second time, under the same Message-IDs; the
    other way round would cost a sync a message, which on a slow disk halves what a sender gets done.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    _synchronous("NORMAL")
    try:
        yield
    finally:
        _synchronous("FULL")


def _synchronous(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
