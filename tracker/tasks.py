"""What the clock starts: fetch, call an action, nothing else. Each may run twice, or side by side, without harm."""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

from celery import shared_task
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from tracker import clock
from tracker.actions import assessing, photos, reminders, scanning
from tracker.actions.digest import post_due_digests
from tracker.models import AuditLine
from tracker.notifications import sender, watchdog

log = logging.getLogger(__name__)

CHUNK = 100
LONGEST_RUN = 120.0  # seconds; what is left is taken up at the next turn, well within the lease
AUDIT_DAYS = 365


def _each(keys: Callable[[int], list[Any]], work: Callable[[Any], object], what: str) -> dict[str, int]:
    """Do `work` for every key, chunk after chunk, each on its own: one that fails is named by its id and passed by."""
    done, failed, began = 0, set[Any](), monotonic()
    while monotonic() - began < LONGEST_RUN:
        fresh = [key for key in keys(CHUNK + len(failed)) if key not in failed]
        if not fresh:
            break
        for key in fresh:
            try:
                work(key)
                done += 1
            except Exception as error:  # noqa: BLE001 - its text may hold somebody's words, so only its kind is logged
                failed.add(key)
                log.error("%s %s: %s", what, key, type(error).__name__)
    return {"done": done, "failed": len(failed)}


def sweep() -> dict[str, int] | None:
    """Send what is due."""
    return clock.run("sweep", sender.deliver, alone=False)


def scan() -> dict[str, int] | None:
    """Look again at lumps to which time alone may have brought a finding, then tell the watchdog."""
    at = timezone.now()

    def work() -> dict[str, int]:
        counts = _each(
            lambda most: assessing.due_lumps(at=at, limit=most),
            lambda pk: scanning.look(pk=pk, at=at),
            "Looking at lump",
        )
        watchdog.report()
        return counts

    return clock.run("scan", work)


def remind() -> dict[str, int] | None:
    """Post reminders whose time has come, and the weekly digest."""
    at = timezone.now()

    def work() -> dict[str, int]:
        counts = _each(
            lambda most: reminders.due_reminders(at=at, limit=most),
            lambda pk: reminders.post_reminder(pk=pk, at=at),
            "Reminder",
        )
        return counts | {"digests": post_due_digests(at)}

    return clock.run("remind", work)


def clean_photos() -> dict[str, int] | None:
    """Make received photos clean."""
    return clock.run(
        "photos",
        lambda: _each(lambda most: photos.waiting_photos(limit=most), lambda pk: photos.process_photo(pk=pk), "Photo"),
    )


def tidy() -> dict[str, int] | None:
    """Throw away what has had its time: ended sessions, audit lines after a year."""

    def work() -> dict[str, int]:
        call_command("clearsessions")
        old = AuditLine.objects.filter(at__lt=timezone.now() - timedelta(days=AUDIT_DAYS))
        return {"audit": old.delete()[0]}

    return clock.run("tidy", work)


JOBS: dict[str, Callable[[], Any]] = {
    "sweep": sweep,
    "scan": scan,
    "remind": remind,
    "photos": clean_photos,
    "tidy": tidy,
}


def _fresh_connections(work: Callable[[], Any]) -> None:
    """Run a task's work with no database connection older than it may be: a worker's threads live for weeks."""
    close_old_connections()
    try:
        work()
    finally:
        close_old_connections()


@shared_task(name="tracker.sweep")
def sweep_task() -> None:
    _fresh_connections(sweep)


@shared_task(name="tracker.deliver")
def deliver_task() -> None:
    """The doorbell rang."""
    _fresh_connections(sweep)


@shared_task(name="tracker.scan")
def scan_task() -> None:
    _fresh_connections(scan)


@shared_task(name="tracker.remind")
def remind_task() -> None:
    _fresh_connections(remind)


@shared_task(name="tracker.photos")
def photos_task() -> None:
    _fresh_connections(clean_photos)


@shared_task(name="tracker.tidy")
def tidy_task() -> None:
    _fresh_connections(tidy)
