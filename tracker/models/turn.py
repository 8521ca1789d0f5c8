"""Whose turn it is to write, where the database itself keeps no queue."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from django.db import connection, transaction

SECONDS = 10.0  # to wait for a turn; whoever waited that long asks SQLite, which has a limit of its own
_turn = Lock()


@contextmanager
def atomic_in_turn() -> Iterator[None]:
    """`transaction.atomic()` for what many do at once.

    SQLite lets one write at a time and wakes nobody who waits: they ask again after ever longer pauses, in which nobody
    may be writing at all. So the threads of a process wait for each other here, and only its first asks SQLite. Inside
    a transaction, which has its turn already, there is nothing to wait for.
    """
    queues = connection.vendor == "sqlite" and not connection.in_atomic_block
    with ExitStack() as turn:
        if queues and _turn.acquire(timeout=SECONDS):
            turn.callback(_turn.release)  # once: at the commit, or here where there was none
        with transaction.atomic():
            if queues:  # before all else that waits for the commit: the broker's bell may take seconds
                transaction.on_commit(turn.close)
            yield
