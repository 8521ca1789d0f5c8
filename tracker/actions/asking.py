"""What the clock does with reminders: asks once a slot, once more if nothing came of it, and no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from tracker.actions.adapting import Known, known_of, next_slot
from tracker.actions.slots import plan_of
from tracker.history import history_of
from tracker.models import Alert, Entry, Lump, Membership, Reminder
from tracker.notifications import messages
from tracker.notifications.outbox import post, told_about
from tracker.rules.facts import History
from tracker.wallclock import next_day_at, zone_named

# none under a day old is missed, and an older one would only confuse; three hours more, since a clock that was wrong
# may be set back and find a slot young again
OLDEST_SLOT = timedelta(hours=27)
FOLLOWED_UP = timedelta(days=3)  # where the next slot is nearer than that, it is follow-up enough


def due_reminders(*, at: datetime, limit: int = 200) -> list[UUID]:
    """Ids of reminders that have something to ask now, longest overdue first."""
    return list(Reminder.objects.due(at).order_by("next_at").values_list("pk", flat=True)[:limit])


def post_due_reminders(at: datetime) -> int:
    """All that is due at `at`, one transaction each; the number of notices written."""
    return sum(post_reminder(pk=pk, at=at) for pk in due_reminders(at=at))


def post_reminder(*, pk: UUID, at: datetime) -> int:
    """Post all that one reminder has to ask by `at` and is not older than OLDEST_SLOT; the number of notices written.

    A slot whose day has an entry already is done. One notice a slot and account, however often this runs and whatever
    the clock did in between: the notice's cause names the slot.
    """
    with transaction.atomic():
        rows = Reminder.objects.due(at).select_for_update(of=("self",)).select_related("lump__person")
        row = rows.filter(pk=pk).first()
        if row is None:
            return 0
        posted = _ask_again(row, at) + _ask_slots(row, at)
        row.save()
    return posted


def _ask_slots(row: Reminder, at: datetime) -> int:
    posted, known = 0, None
    # after a long absence begin at the first slot that still matters
    if row.next_at is not None and row.next_at <= at - OLDEST_SLOT:
        known = set_next(row, after=at - OLDEST_SLOT, known=known)
    while row.next_at is not None and row.next_at <= at:
        slot = row.next_at
        if _is_done(row, slot):
            known = set_next(row, after=slot, known=known)
            continue
        posted += _post(row, messages.for_reminder(row), _cause(row, slot), at)
        row.overdue = row.asked_at is not None
        row.asked_at, row.snoozed_until = slot, None
        known = set_next(row, after=slot, known=known)
        row.follow_up_at = _follow_up_of(row, slot)
    return posted


def _ask_again(row: Reminder, at: datetime) -> int:
    """What was put off, or the one follow-up. One that is a day late comes no more."""
    posted = 0
    until, again = row.snoozed_until, row.follow_up_at
    if until is not None and until <= at:
        row.snoozed_until = None
        if until > at - OLDEST_SLOT and not _is_done(row, until):
            posted += _post(row, messages.for_reminder(row), _cause(row, until), at)
            row.asked_at = row.asked_at or until
    if again is not None and again <= at:
        row.follow_up_at, row.overdue = None, True
        if again > at - OLDEST_SLOT and row.asked_at is not None:
            posted += _post(row, messages.for_follow_up(row), f"{_cause(row, row.asked_at)}:again", at)
    return posted


def why_of(row: Reminder) -> str:
    """Why it asks when it does, where that is not simply its plan, in a sentence. Needs `row.lump.person`."""
    zone = zone_named(row.lump.person.timezone)
    if row.snoozed_until is not None and (row.next_at is None or row.snoozed_until <= row.next_at):
        return _("You put it off until %(time)s.") % {"time": format_date(row.snoozed_until.astimezone(zone), "l H:i")}
    if row.paused_until is not None and row.paused_until > timezone.now().astimezone(zone).date():
        return _("You paused it until %(day)s.") % {"day": format_date(row.paused_until, "j F")}
    return row.why


def settle(row: Reminder) -> None:
    """What was asked is answered, or need not be any more. Saves nothing."""
    row.asked_at = row.snoozed_until = row.follow_up_at = None
    row.overdue = False


def set_next(row: Reminder, *, after: datetime, known: Known | None = None) -> Known | None:
    """Set the slot that follows `after`, and why it is that one. Saves nothing. Needs `row.lump.person`.

    Returns what an adaptive reminder went by (worked out here unless `known`), so that a loop need not ask again.
    """
    if not row.adaptive:
        row.next_at, row.why = plan_of(row).next_after(after), ""
        return known
    known = known or _known(row.lump, history_of(row.lump), timezone.now())
    slot = next_slot(row, known, after)
    row.next_at, row.why = slot.at, slot.why
    return known


def entry_logged(*, lump: Lump, measured_at: Iterable[datetime]) -> None:
    """Entries of these times answer what was asked on their days or before, and do the rest of their days.

    Call inside a transaction, before the lump is assessed: that look sets the adaptive ones anew.
    """
    newest = max(measured_at, default=None)
    if newest is None:
        return
    rows = list(Reminder.objects.select_for_update(of=("self",)).filter(lump=lump))
    now, zone = timezone.now(), zone_named(lump.person.timezone)
    day = newest.astimezone(zone).date()
    for row in rows:
        row.lump = lump
        if row.asked_at is not None and row.asked_at.astimezone(zone).date() <= day:
            settle(row)
        # a slot that has come is for the clock to look at; one later on this day is done
        coming = row.next_at if row.next_at is not None and row.next_at > now else None
        if coming is not None and coming.astimezone(zone).date() == day and not row.adaptive:
            set_next(row, after=coming)
        row.save()


def retime(*, lump: Lump, history: History, at: datetime) -> None:
    """Set adaptive reminders by what a look at `lump` has found. Call inside a transaction, after its alerts."""
    rows = list(Reminder.objects.select_for_update(of=("self",)).filter(lump=lump, adaptive=True, next_at__gt=at))
    if not rows:
        return
    known = _known(lump, history, at)
    for row in rows:
        row.lump = lump
        before = (row.next_at, row.why)
        set_next(row, after=at, known=known)
        if row.next_at is not None and _is_done(row, row.next_at):
            set_next(row, after=row.next_at, known=known)
        if (row.next_at, row.why) != before:
            row.save(update_fields=["next_at", "why"])


def _known(lump: Lump, history: History, at: datetime) -> Known:
    alerts = list(Alert.objects.filter(lump=lump).not_closed())
    return known_of(history, alerts, at, zone_named(lump.person.timezone))


def _follow_up_of(row: Reminder, slot: datetime) -> datetime | None:
    if row.next_at is not None and row.next_at - slot < FOLLOWED_UP:
        return None
    return next_day_at(slot, row.at, zone_named(row.lump.person.timezone))


def _cause(row: Reminder, slot: datetime) -> str:
    return f"reminder:{row.pk}:{slot:%Y%m%dT%H%MZ}"


def _post(row: Reminder, words: messages.Words, cause: str, at: datetime) -> int:
    """To all who help; at the very hour to the owner, whose clock it was set by."""
    person = row.lump.person
    owner = Membership.objects.filter(person=person, role=Membership.OWNER, ended_at__isnull=True)
    owners = set(owner.values_list("user_id", flat=True))
    posted = [
        post(
            user=user, kind=words.kind, cause=cause, subject=words.subject, body=words.body, link=words.link, at=at,
            person=person, lump=row.lump, at_any_hour=user.pk in owners,
        )
        for user in told_about(person.pk, at=at, who_write=True)
    ]  # fmt: skip
    return sum(notice is not None for notice in posted)


def _is_done(row: Reminder, slot: datetime) -> bool:
    """Is there an entry of this local day up to the slot?"""
    local = slot.astimezone(zone_named(row.lump.person.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return Entry.objects.kept().filter(lump=row.lump_id, measured_at__gte=midnight, measured_at__lte=slot).exists()
