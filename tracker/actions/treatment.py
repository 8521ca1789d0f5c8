"""After a treatment or a test: to ask, once, how it went."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from tracker.models import CareEvent, Entry
from tracker.notifications import messages
from tracker.notifications.outbox import post, told_about
from tracker.wallclock import instant_of, zone_named

# antibiotics show by the third day whether they help; a result is due two weeks on, if nobody wrote it down
TESTS = frozenset(("ultrasound", "mri", "ct", "biopsy", "needle_aspiration"))
HELPING_BY, RESULT_BY = timedelta(hours=48), timedelta(days=14)
MORNING = time(9)
LATEST = timedelta(days=1)  # later than that it would only confuse


def check_time(event: CareEvent, *, at: datetime) -> datetime | None:
    """When to ask about an event, None for never: one that asks for nothing, or whose time was over when it was told.

    At nine in the morning where the person lives: of the third day of antibiotics, or two weeks after a test. Needs
    `event.lump.person`.
    """
    if event.is_deleted or (event.kind != "antibiotics_started" and (event.kind not in TESTS or event.detail.strip())):
        return None
    wait = HELPING_BY if event.kind == "antibiotics_started" else RESULT_BY
    zone = zone_named(event.lump.person.timezone)
    ripe = event.at + wait
    found = instant_of(ripe.astimezone(zone).date(), MORNING, zone) or ripe
    if event.kind == "antibiotics_started" and found < ripe:
        found = min(ripe, instant_of(ripe.astimezone(zone).date(), time(20), zone) or ripe)
    return found if found > at - LATEST else None


def set_check(event: CareEvent, *, at: datetime) -> None:
    """After an event was kept, changed, deleted or restored. Call inside a transaction."""
    CareEvent.objects.filter(pk=event.pk).update(check_at=check_time(event, at=at))


def due_checks(*, at: datetime, limit: int = 200) -> list[UUID]:
    """Ids of events that are to be asked about now, longest overdue first."""
    due = CareEvent.objects.kept().filter(
        check_at__lte=at, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True
    )
    return list(due.order_by("check_at").values_list("pk", flat=True)[:limit])


def post_check(*, pk: UUID, at: datetime) -> int:
    """Ask about one event, unless the diary holds the answer by now; the number of notices written.

    Asked once however often this runs: the notice's cause names the event.
    """
    with transaction.atomic():
        rows = CareEvent.objects.kept().select_for_update(of=("self",)).select_related("lump__person")
        event = rows.filter(pk=pk, check_at__lte=at).first()
        if event is None or event.check_at is None:
            return 0
        wanted = event.check_at > at - LATEST and not _is_answered(event)
        event.check_at = None
        event.save(update_fields=["check_at"])
        if not wanted:
            return 0
        words, person = messages.for_check(event), event.lump.person
        posted = [
            post(
                user=user, kind=words.kind, cause=f"check:{event.pk}", subject=words.subject, body=words.body,
                link=words.link, at=at, person=person, lump=event.lump,
            )
            for user in told_about(person.pk, at=at, who_write=True)
        ]  # fmt: skip
    return sum(notice is not None for notice in posted)


def _is_answered(event: CareEvent) -> bool:
    """Antibiotics: they were stopped or started anew, or an entry shows how it went. A test: a doctor told since."""
    since = CareEvent.objects.kept().filter(lump=event.lump_id, at__gt=event.at)
    if event.kind == "antibiotics_started":
        looked = Entry.objects.kept().filter(lump=event.lump_id, measured_at__gte=event.at + HELPING_BY)
        return looked.exists() or since.filter(kind__in=("antibiotics_started", "antibiotics_stopped")).exists()
    return since.filter(kind__in=("examined", *TESTS, "removed", "surgery")).exists()
