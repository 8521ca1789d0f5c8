"""Several deeds at the same time, each with a database connection of its own, as requests of a server have."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections

MOST = 16  # threads


@contextmanager
def meanwhile(count: int, deed: Callable[[int], Any]) -> Iterator[list[Future[Any]]]:
    """Do `deed(0)`, `deed(1)`, … while the block runs, and wait for them at its end; what one of them raised is raised."""

    def one(turn: int) -> Any:
        try:
            return deed(turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(min(count, MOST)) as pool:
        deeds = [pool.submit(one, turn) for turn in range(count)]
        yield deeds
    for each in deeds:
        each.result()


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    """What `deed(0)`, `deed(1)`, … answer, done at the same time; what one of them raised is raised."""
    with meanwhile(count, deed) as deeds:
        pass
    return [each.result() for each in deeds]
