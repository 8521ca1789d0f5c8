"""Looks of the clock at lumps that are due: many together, by as many workers as there are.

A worker takes a chunk by putting its next look a little off, so that nobody else takes it, and so that it comes back by
itself where the worker dies; what came back so is taken alone, for it may be what the worker died of. It then reads and
judges without a lock, and writes in one short transaction what it found of those lumps at which nothing was changed
meanwhile: whatever changes a lump looks at it, or raises the number of its person's changes.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tracker.actions import asking
from tracker.actions.assessing import Told, assess_lump, in_words, keep_alerts, next_look, region_by, write_all
from tracker.history import histories_of
from tracker.models import Alert, Lump, Membership, Person, Plan, Reminder
from tracker.models.bulk import update_all
from tracker.rules.assess import assess_many
from tracker.rules.facts import History

log = logging.getLogger(__name__)

CHUNK = 150  # judged together, the more the quicker and the larger; in the last step, under a tenth of a second, who logs waits
STAMP = 999_983  # microseconds, by which the next look of a lump that was taken is told from others
SOON = timedelta(seconds=15)
AFTER_A_FAULT = timedelta(hours=1)


def look_at_due(*, at: datetime, seconds: float) -> dict[str, int]:
    """Look at all that is due at `at`, longest overdue first; after so many seconds begin no more.

    The numbers of lumps `done` and `failed`. One that fails is named by its id, put off for an hour, and stops no other.
    """
    counts, began = {"done": 0, "failed": 0}, monotonic()
    while monotonic() - began < seconds and (taken := take(at=at, limit=CHUNK)).lumps:
        try:
            with _nothing_collected():
                counts["done"] += look_together(taken, at=at)
        except Exception as error:  # noqa: BLE001 - its text may hold somebody's words, so only its kind is logged
            log.warning("%d looks are taken one by one: %s", len(taken.lumps), type(error).__name__)
            failed = _one_by_one(taken, at)
            counts["failed"] += failed
            counts["done"] += len(taken.lumps) - failed
    return counts


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Until this is over Python looks for no garbage: of a chunk's many thousand facts none is, and to look at them again
    and again took a quarter of a scan's time.

    At the end it looks again, whatever was before: so of two scans in one process the last leaves it on.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def due_lumps(at: datetime) -> Any:
    """Lumps that should be looked at now, longest overdue first."""
    due = Lump.objects.kept().filter(Q(next_look_at__lte=at), person__deleted_at__isnull=True)
    return due.order_by("next_look_at")


@dataclass(frozen=True)
class Taken:
    """Lumps with their people, as they were read, and when they come back by themselves: by that time they are known."""

    lumps: list[Lump]
    until: datetime


def take(*, at: datetime, limit: int) -> Taken:
    """Up to `limit` lumps that are due, which nobody else takes for `Lump.TAKEN_FOR`."""
    until = (max(at, timezone.now()) + Lump.TAKEN_FOR).replace(microsecond=STAMP)
    if not due_lumps(at).exists():
        return Taken([], until)  # nothing is written where nothing is to be done
    with transaction.atomic():
        rows = due_lumps(at).select_for_update(of=("self",), no_key=True, skip_locked=True)
        lumps = _apart(list(rows.select_related("person")[:limit]))
        Lump.objects.filter(pk__in=[lump.pk for lump in lumps]).update(next_look_at=until)
    return Taken(lumps, until)


def _apart(due: list[Lump]) -> list[Lump]:
    """The first alone where somebody took it before and died, else all that nobody took."""
    came_back = [lump.next_look_at is not None and lump.next_look_at.microsecond == STAMP for lump in due]
    return due[:1] if any(came_back[:1]) else [lump for lump, again in zip(due, came_back, strict=True) if not again]


@dataclass(frozen=True)
class _Seen:
    """A lump as it was read, with what a look tells of it."""

    lump: Lump
    history: History
    told: list[Told]


def look_together(taken: Taken, *, at: datetime) -> int:
    """One look at `at` at each lump that was taken; at how many. One that somebody changes meanwhile, or holds now, is
    left to its next look: the one that change brought, or the clock's a little later."""
    seen = _judged(taken.lumps, at)
    with transaction.atomic():
        now = timezone.now()
        still = _held(taken)
        found = [each for each in seen if each.lump.pk in still]
        keys = [each.lump.pk for each in found]
        standing: dict[UUID, list[Alert]] = defaultdict(list)
        for alert in Alert.objects.filter(lump__in=keys).not_closed():
            standing[alert.lump_id].append(alert)
        asked = set(Reminder.objects.filter(lump__in=keys).values_list("lump_id", flat=True))
        write_all([keep_alerts(each.lump, each.told, standing[each.lump.pk], now) for each in found], now)
        for each in found:
            if each.lump.pk in asked:
                asking.retime(lump=each.lump, history=each.history, at=now)
            each.lump.looked_at, each.lump.next_look_at = now, next_look(each.lump, each.history, at)
        update_all([each.lump for each in found], ("looked_at", "next_look_at"))
        left = [lump.pk for lump in taken.lumps if lump.pk not in still]
        if left:
            Lump.objects.filter(pk__in=left, next_look_at=taken.until).update(next_look_at=now + SOON)
    return len(found)


def _judged(lumps: list[Lump], at: datetime) -> list[_Seen]:
    """What each lump's look tells; three questions for their histories, one call of the rules."""
    histories = histories_of(lumps)
    plans = {plan.lump_id: plan for plan in Plan.objects.filter(lump__in=lumps, state=Plan.CONFIRMED).order_by("-pk")}
    owning = Membership.objects.filter(
        person__in={lump.person_id for lump in lumps}, role=Membership.OWNER, ended_at__isnull=True
    )
    owners = {owner.person_id: owner for owner in owning.select_related("user")}
    findings = assess_many([(histories[lump.pk], at) for lump in lumps])
    return [
        _Seen(
            lump,
            history := histories[lump.pk],
            in_words(lump, history, at, found, region_by(owners.get(lump.person_id), lump), plans.get(lump.pk)),
        )
        for lump, found in zip(lumps, findings, strict=True)
    ]


def _held(taken: Taken) -> set[UUID]:
    """Hold the people of these lumps, as everybody does who writes; which lumps are as they were when taken.

    Somebody who is held elsewhere is passed by: who waits for nobody cannot wait in a circle.
    """
    people = Person.objects.kept().select_for_update(no_key=True, skip_locked=True)
    changes = dict(people.filter(pk__in={lump.person_id for lump in taken.lumps}).values_list("pk", "last_change"))
    same = [lump.pk for lump in taken.lumps if changes.get(lump.person_id) == lump.person.last_change]
    rows = Lump.objects.kept().filter(pk__in=same, next_look_at=taken.until)
    return set(rows.values_list("pk", flat=True))


def _one_by_one(taken: Taken, at: datetime) -> int:
    """Look at each in a transaction of its own; how many failed."""
    mine = Lump.objects.filter(pk__in=[lump.pk for lump in taken.lumps], next_look_at=taken.until)
    mine.update(next_look_at=at)
    failed = 0
    for lump in taken.lumps:
        try:
            look(pk=lump.pk, at=at)
        except Exception as error:  # noqa: BLE001 - as above
            failed += 1
            log.error("Looking again at %s: %s", lump.pk, type(error).__name__)
    return failed


def look(*, pk: UUID, at: datetime) -> None:
    """Assess a lump at `at` in a transaction of its own, if it is due. One that cannot be assessed is put off, so that it
    does not stand first in the scan for ever, and the fault is raised."""
    try:
        with transaction.atomic():
            scan_lump(pk=pk, at=at)
    except Exception:
        Lump.objects.filter(pk=pk, next_look_at__lte=at).update(next_look_at=at + AFTER_A_FAULT)
        raise


def scan_lump(*, pk: UUID, at: datetime) -> None:
    """One look of the clock at one lump, at `at`; call inside a transaction."""
    person_id = Lump.objects.filter(pk=pk).values_list("person_id", flat=True).first()
    if person_id is not None:
        Person.hold(person_id)
    lump = (
        Lump.objects.kept().select_for_update(of=("self",), no_key=True).select_related("person").filter(pk=pk).first()
    )
    if lump is not None and lump.next_look_at is not None and lump.next_look_at <= at:
        assess_lump(lump=lump, at=at)
