"""What the clock starts: fetch, call an action, nothing else. Each may run twice, or side by side, without harm."""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any

from celery import current_task, shared_task
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from tracker import clock
from tracker.actions import (
    accounts,
    asking,
    digest,
    erasing,
    health_links,
    inviting,
    ladder,
    photo_upkeep,
    photo_work,
    scanning,
    treatment,
)
from tracker.actions.errors import GONE
from tracker.backups.nightly import nightly
from tracker.models import AuditLine
from tracker.notifications import invitations, pruning, sender, watchdog
from tracker.pictures import vault

log = logging.getLogger(__name__)

CHUNK = 100
LONGEST_RUN = 120.0  # seconds; what is left is taken up at the next turn
AUDIT_DAYS = 365


def _each(keys: Callable[[int], list[Any]], work: Callable[[Any], object], what: str) -> dict[str, int]:
    """Do `work` for every key, chunk after chunk, each on its own and once.

    One that fails is named by its id and passed by, and counted, so that it is seen; one that was erased meanwhile is done.
    """
    seen, failed, began = set[Any](), 0, monotonic()
    while monotonic() - began < LONGEST_RUN:
        fresh = [key for key in keys(CHUNK + failed) if key not in seen]
        if not fresh:
            break
        for key in fresh:
            seen.add(key)
            try:
                work(key)
            except GONE:
                pass
            except Exception as error:  # noqa: BLE001 - its text may hold somebody's words, so only its kind is logged
                failed += 1
                log.error("%s %s: %s", what, key, type(error).__name__)
    return {"done": len(seen) - failed, "failed": failed}


def sweep() -> dict[str, int] | None:
    """Send what is due, and then letters of invitation, which nobody waits for as for an alert."""
    return clock.run("sweep", lambda: sender.deliver() | invitations.send_due(), alone=False)


_scanning = Lock()  # a second scan of one process would only take turns with the first


def scan() -> dict[str, int] | None:
    """Look again at lumps to which time alone may have brought a finding, then tell the watchdog.

    Any number of processes at once: each takes lumps of its own.
    """
    if not _scanning.acquire(blocking=False):
        return None
    at = timezone.now()

    def work() -> dict[str, int]:
        counts = scanning.look_at_due(at=at, seconds=LONGEST_RUN)
        watchdog.report()
        return counts

    try:
        return clock.run("scan", work, alone=False)
    finally:
        _scanning.release()


def remind() -> dict[str, int] | None:
    """What is asked or told again because its time has come: ladders first, then reminders, checks, the digest."""
    at = timezone.now()

    def work() -> dict[str, int]:
        parts = [
            _each(lambda most: ladder.due_alerts(at=at, limit=most), lambda pk: ladder.climb(pk=pk, at=at), "Alert"),
            _each(
                lambda most: asking.due_reminders(at=at, limit=most),
                lambda pk: asking.post_reminder(pk=pk, at=at),
                "Reminder",
            ),
            _each(
                lambda most: treatment.due_checks(at=at, limit=most),
                lambda pk: treatment.post_check(pk=pk, at=at),
                "Check",
            ),
            _each(
                lambda most: digest.readers_waiting(at=at, limit=most),
                lambda pk: digest.post_digest(user_id=pk, at=at),
                "Digest",
            ),
        ]
        return {key: sum(part[key] for part in parts) for key in ("done", "failed")}

    return clock.run("remind", work)


def clean_photos() -> dict[str, int] | None:
    """Make received photos clean."""
    return clock.run(
        "photos",
        lambda: _each(
            lambda most: photo_work.waiting_photos(limit=most), lambda pk: photo_work.process_photo(pk=pk), "Photo"
        ),
    )


def read_photos() -> dict[str, int] | None:
    """Measure photos that are ready; apart from making them ready, so that nobody waits for it."""
    return clock.run(
        "readings",
        lambda: _each(
            lambda most: photo_work.unread_photos(limit=most),
            lambda pk: photo_work.read_photo(pk=pk),
            "Measuring photo",
        ),
    )


def keep_store() -> dict[str, int] | None:
    """Throw away photo files that have had their time or belong to nobody, and keys that nothing needs.

    Not while a backup is being made, which may need them: the next hour does it.
    """
    if vault.is_held():
        return None
    at = timezone.now()

    def work() -> dict[str, int]:
        return {
            "refused": photo_upkeep.throw_away_refused(at=at),
            "deleted": photo_upkeep.throw_away_deleted(at=at),
            "orphans": photo_upkeep.sweep_store(at=at).deleted,
            "keys": len(photo_upkeep.drop_unused_keys()),
        }

    return clock.run("store", work)


def tidy() -> dict[str, int] | None:
    """Throw away what has had its time: log-ins that are over, messages after half a year, audit lines after a year, the
    sealed files of links that have ended, accounts and diaries whose erasing can no longer be taken back."""

    def work() -> dict[str, int]:
        call_command("clearsessions")
        ended = accounts.forget_ended_sessions()
        at = timezone.now()
        old = AuditLine.objects.forget_before(at - timedelta(days=AUDIT_DAYS))
        gone = [
            _each(
                lambda most: erasing.due_accounts(at=at, limit=most), lambda pk: erasing.erase_account(pk=pk), "Erasing"
            ),
            _each(
                lambda most: erasing.due_people(at=at, limit=most), lambda pk: erasing.erase_person(pk=pk), "Erasing"
            ),
        ]
        erased = {"erased": sum(part["done"] for part in gone), "failed": sum(part["failed"] for part in gone)}
        rest = {
            "sessions": ended,
            "audit": old,
            "files": health_links.forget_files(at),
            "invitations": inviting.forget_old(at),
        }
        return erased | rest | pruning.forget_old(at)

    return clock.run("tidy", work)


def back_up() -> bool:
    """The nightly backup, where it is time for it."""
    return nightly(at=timezone.now())


JOBS: dict[str, Callable[[], Any]] = {
    "sweep": sweep,
    "scan": scan,
    "remind": remind,
    "photos": clean_photos,
    "readings": read_photos,
    "store": keep_store,
    "tidy": tidy,
    "nightly": back_up,
}


def _fresh_connections(work: Callable[[], Any]) -> None:
    """Run a task's work with no database connection older than it may be: a worker's threads live for weeks.

    A fault is told by its kind and its place and ends here: Celery would write its text into the log. Only who calls the
    task as a function, as tests do, is told.
    """
    close_old_connections()
    try:
        work()
    except Exception:  # the clock's next turn does it again
        log.exception("A task failed")
        if not current_task or current_task.request.called_directly:
            raise
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


@shared_task(name="tracker.readings")
def readings_task() -> None:
    _fresh_connections(read_photos)


@shared_task(name="tracker.store")
def store_task() -> None:
    _fresh_connections(keep_store)


@shared_task(name="tracker.tidy")
def tidy_task() -> None:
    _fresh_connections(tidy)


@shared_task(name="tracker.nightly")
def nightly_task() -> None:
    _fresh_connections(back_up)
