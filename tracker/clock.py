"""The clock inside the worker: what beat starts is started here as well, whether or not the broker is there.

The work is in the tables, so two clocks (or a clock and beat) do no harm: what must not overlap takes a lease on its
ClockRun row. Nothing of Django is imported before the worker has set it up.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from celery import bootsteps

log = logging.getLogger(__name__)

# seconds between two runs of each; beat's own turns come on top
EVERY = {
    "sweep": 15.0,
    "remind": 15.0,
    "scan": 15.0,
    "photos": 15.0,
    "readings": 15.0,
    "store": 3600.0,
    "tidy": 3600.0,
    "nightly": 900.0,
}
LEASE = timedelta(seconds=90)
RENEW = 20.0  # seconds, while the work goes on: one that was killed frees its place soon, a long one keeps it


def run(name: str, work: Callable[[], dict[str, int]], *, alone: bool = True) -> dict[str, int] | None:
    """Do `work` and write down when it ran and what came of it. With `alone`, None where it is running elsewhere.

    A run that died frees its place when its lease ends.
    """
    from django.db.models import Q
    from django.utils import timezone

    from tracker.models import ClockRun

    at = timezone.now()
    ClockRun.objects.get_or_create(name=name)
    row = ClockRun.objects.filter(name=name)
    # a lease that ends later than a lease can was given by a clock that has been set back since
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at) | Q(lease_until__gt=at + 3 * LEASE)
    if alone and not row.filter(free).update(lease_until=at + LEASE, started_at=at):
        return None
    counts = {"failed": 1}
    try:
        with _renewed(name, at) if alone else nullcontext():
            counts = work()
        return counts
    finally:
        mine = row.filter(started_at=at) if alone else row  # another may have taken a place that was lost meanwhile
        mine.update(lease_until=None, started_at=at, finished_at=timezone.now(), counts=counts)


@contextmanager
def _renewed(name: str, started_at: datetime) -> Iterator[None]:
    """Keep the lease of a run that began at `started_at` for as long as this process lives and the work goes on."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(name, started_at, done), name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(name: str, started_at: datetime, done: threading.Event) -> None:
    from django.db import Error, connections
    from django.utils import timezone

    from tracker.models import ClockRun

    mine = ClockRun.objects.filter(name=name, started_at=started_at, lease_until__isnull=False)
    while not done.wait(RENEW):
        try:
            mine.update(lease_until=timezone.now() + LEASE)
        except Error as error:  # the next turn may find the database back
            log.warning("The lease of %s was not renewed: %s", name, type(error).__name__)
        finally:
            connections.close_all()


class Clock:
    """One thread for each kind of work, so that none waits for another."""

    def __init__(self, jobs: dict[str, Callable[[], Any]], every: dict[str, float] | None = None) -> None:
        self._jobs = jobs
        self._every = every or EVERY
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for name, work in self._jobs.items():
            thread = threading.Thread(target=self._loop, args=(name, work), name=f"clock-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, patience: float = 10.0) -> None:
        """Begin nothing new, and let what is being done end."""
        self._stopped.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _loop(self, name: str, work: Callable[[], Any]) -> None:
        from django.db import close_old_connections

        while not self._stopped.is_set():
            close_old_connections()
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the next turn may find the database back
                log.error("The clock's %s failed: %s", name, type(error).__name__)
            close_old_connections()
            self._stopped.wait(self._every[name])


class ClockStep(bootsteps.StartStopStep):
    """Starts the clock with a Celery worker, before the worker looks for its broker."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **kwargs: Any) -> None:
        super().__init__(worker, **kwargs)
        self._clock: Clock | None = None

    def start(self, worker: Any) -> None:
        from tracker import tasks

        self._clock = Clock(tasks.JOBS)
        self._clock.start()

    def stop(self, worker: Any) -> None:
        if self._clock is not None:
            self._clock.stop()

    def terminate(self, worker: Any) -> None:
        self.stop(worker)
