"""The ladder: who is told again, and who next, while nobody answers an alert (docs/decisions/0015-the-ladder.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.models import Alert, Entry, LadderStep, Membership, Person, User
from tracker.notifications import messages
from tracker.notifications.hours import zone_of
from tracker.notifications.outbox import PRESSING, alert_hearers, post_to
from tracker.wallclock import next_day_at, zone_named

# minutes from the opening of the alert, by who it is
USUAL_MINUTES = {
    Membership.OWNER: {"same_day": 240, "emergency": 30},
    Membership.CARER: {"same_day": 480, "emergency": 60},
}
LATEST = timedelta(days=8)  # longer than any ladder: what stood still for so long begins anew with the next look


@dataclass(frozen=True)
class Step:
    """One rung: this member, so many minutes after an alert of either urgency; None: not told of it."""

    member: Membership
    same_day: int | None
    emergency: int | None

    def minutes(self, urgency: str) -> int | None:
        return self.emergency if urgency == "emergency" else self.same_day

    @property
    def agreed(self) -> bool:
        """The owner need not agree to be told of their own diary."""
        return self.member.role == Membership.OWNER or self.member.agreed_at is not None


def steps_of(person_id: UUID, *, at: datetime) -> list[Step]:
    """The rungs as the person set them, else the usual ones: the owner again, then every carer.

    Only of members who may write; whether each agreed (or has an account yet) is another question.
    """
    able = {row.pk: row for row in able_members(person_id, at=at)}
    rows = list(LadderStep.objects.filter(person=person_id))
    if rows:
        return [
            Step(able[row.member_id], row.same_day_minutes, row.emergency_minutes)
            for row in rows
            if row.member_id in able
        ]
    usual = [(row, USUAL_MINUTES[row.role]) for row in sorted(able.values(), key=lambda row: row.role != "owner")]
    return [Step(row, minutes["same_day"], minutes["emergency"]) for row, minutes in usual]


def able_members(person_id: UUID, *, at: datetime) -> list[Membership]:
    """Who may stand on the ladder: the owner and carers, invited ones too; never a viewer. In order of joining."""
    members = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=at), person=person_id, ended_at__isnull=True
    )
    members = members.filter(Q(user__isnull=True) | Q(user__is_active=True)).exclude(role=Membership.VIEWER)
    return list(members.select_related("user").order_by("created_at", "pk"))


def begin(alert: Alert, *, at: datetime) -> None:
    """After `alert` was told: set when the ladder's first rung comes, and take those that come at once."""
    alert.next_step_at = at
    _go_on(alert, at)


def ask_again_tomorrow(alert: Alert, *, at: datetime) -> None:
    """A finding that one more look can settle is asked about on the next day at this time of day."""
    zone = zone_named(alert.lump.person.timezone)
    _set(alert, next_day_at(at, at.astimezone(zone).time(), zone))


def end(alert: Alert) -> None:
    """Somebody answered, or there is nothing to answer any more."""
    _set(alert, None)


def start_over(person_id: UUID, *, at: datetime) -> None:
    """The ladder or somebody's consent changed: the clock looks at every alert that stands, at once."""
    standing = Alert.objects.filter(lump__person=person_id, urgency__in=PRESSING, state=Alert.OPEN)
    standing.filter(acknowledged_at__isnull=True, opened_at__gt=at - LATEST).update(next_step_at=at)


def due_alerts(*, at: datetime, limit: int = 200) -> list[UUID]:
    """Ids of alerts whose next rung has come, the most pressing first."""
    due = Alert.objects.filter(
        next_step_at__lte=at, lump__person__deleted_at__isnull=True, lump__deleted_at__isnull=True
    )
    return list(due.order_by("next_step_at").values_list("pk", flat=True)[:limit])


def climb(*, pk: UUID, at: datetime) -> int:
    """Take the rungs of one alert that have come by `at`; the number of notices written.

    However often this runs and by however many clocks, each rung tells its member once: the notice's cause names it.
    """
    with transaction.atomic():
        due = Alert.objects.select_for_update(of=("self",)).select_related("lump__person", "entry")
        alert = due.filter(pk=pk, next_step_at__lte=at).first()
        if alert is None:
            return 0
        if alert.state != Alert.OPEN or alert.acknowledged_at is not None:
            end(alert)
            return 0
        return _go_on(alert, at) if alert.urgency in PRESSING else _ask(alert, at)


def _go_on(alert: Alert, at: datetime) -> int:
    """Tell everybody whose rung has come, each by the latest of theirs, and say when the next one comes."""
    rungs = _rungs(alert, at)
    latest = {user.pk: (user, number, step) for user, number, step, when in rungs if when <= at}
    posted = sum(_tell(alert, user, number, step, at) for user, number, step in latest.values())
    _set(alert, min((when for *_rest, when in rungs if when > at), default=None))
    return posted


def _rungs(alert: Alert, at: datetime) -> list[tuple[User, int, Step, datetime]]:
    """Who is told, for which time of theirs, by which step, and when: of those who agreed, in order of time."""
    timed = []
    for step in steps_of(alert.lump.person_id, at=at):
        minutes = step.minutes(alert.urgency)
        if minutes is not None and step.agreed:
            timed.append((alert.opened_at + timedelta(minutes=minutes), step))
    rungs: list[tuple[User, int, Step, datetime]] = []
    for when, step in sorted(timed, key=lambda pair: pair[0]):
        user: Any = step.member.user
        rungs.append((user, 1 + sum(rung[0].pk == user.pk for rung in rungs), step, when))
    return rungs


def _tell(alert: Alert, user: User, number: int, step: Step, at: datetime) -> int:
    zone = zone_of(user, alert.lump.person)
    if step.member.role == Membership.OWNER:
        words = messages.for_repeat(alert, zone)
    else:
        words = messages.for_carer(alert, name_of(alert.lump.person), zone)
    cause = f"alert:{alert.pk}:{alert.told}:{number}"
    return len(post_to([user], words, alert, cause=cause, at=at))


def _ask(alert: Alert, at: datetime) -> int:
    """The kind request of the day after, unless somebody looked meanwhile."""
    _set(alert, None)
    if Entry.objects.kept().filter(lump=alert.lump_id, created_at__gt=alert.opened_at).exists():
        return 0
    cause = f"alert:{alert.pk}:{alert.told}:again"
    return len(post_to(alert_hearers(alert, at=at), messages.for_recheck(alert), alert, cause=cause, at=at))


def _set(alert: Alert, when: datetime | None) -> None:
    alert.next_step_at = when
    alert.save(update_fields=["next_step_at"])


def name_of(person: Person) -> str:
    """What somebody else calls this person: the name, or the owner's address where the name is only "Me"."""
    if person.name != _("Me"):
        return person.name
    owner = Membership.objects.filter(person=person, role=Membership.OWNER, ended_at__isnull=True).first()
    return owner.user.email if owner is not None and owner.user is not None else person.name
