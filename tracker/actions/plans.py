"""A doctor's answer: offered through a link, confirmed or declined by the person, ended when it has had its day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.assessing import assess_lump
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.events import save_event
from tracker.actions.reminders import save_reminder
from tracker.actions.sharing import tell_owner
from tracker.models import Lump, Person, Plan, Reminder, Visit
from tracker.rules.plan import SIGNS
from tracker.wallclock import instant_of, zone_named

MORNING = time(9)
MOST_OFFERS = 10  # through one link
FURTHEST = timedelta(days=3 * 366)  # of a booking; what lies beyond was a slip of the keyboard


@dataclass(frozen=True)
class PlanWords:
    """What a doctor wrote. ``None`` and empty: not asked for; at least one thing must be."""

    by: str
    words: str = ""
    every: int | None = None
    above_mm: float | None = None
    signs: tuple[str, ...] = ()
    urgency: str = "same_day"
    visit: str = ""
    visit_on: date | None = None


def offer_plan(*, visit: Visit, lump_id: UUID, plan: PlanWords) -> Plan:
    """Keep a doctor's plan for the person to decide on, and tell them there is one.

    Raises NotThere (the link does not show this lump), MayOnlyLook (it takes no answer), Wrong.
    """
    link, now = visit.link, timezone.now()
    if not link.answers:
        raise MayOnlyLook(_("The patient has not asked for an answer through this link."))
    _check(plan, now.astimezone(zone_named(link.person.timezone)).date())
    with transaction.atomic():
        lump = link.lumps.kept().select_for_update(of=("self",)).filter(pk=lump_id).first()
        if lump is None:
            raise NotThere
        if Plan.objects.filter(link=link).count() >= MOST_OFFERS:
            raise Wrong(_("Many answers came through this link already. Ask the patient for a new one."), "words")
        row = Plan.objects.create(
            lump=lump, link=link, by=plan.by.strip(), written_at=now, words=plan.words.strip(), every=plan.every,
            above_mm=plan.above_mm, signs=[sign for sign in SIGNS if sign in plan.signs], urgency=plan.urgency,
            visit=plan.visit, visit_on=plan.visit_on,
        )  # fmt: skip
        Visit.objects.create(link=link, at=now, what=Visit.ANSWERED, viewer=visit.viewer, detail=str(row.pk))
        tell_owner(link, f"plan:{row.pk}", "answered")
    return row


def _check(plan: PlanWords, today: date) -> None:
    if not plan.by.strip():
        raise Wrong(_("Sign with your name, so that the patient knows who answered."), "by")
    if not (plan.words.strip() or plan.every or plan.above_mm is not None or plan.signs or plan.visit):
        raise Wrong(_("Write what the patient should do, or choose something below."), "words")
    if bool(plan.visit) != (plan.visit_on is not None):
        raise Wrong(_("A booking has a kind and a day. Give both, or neither."), "visit_on")
    if plan.visit_on is not None and plan.visit_on < today:
        raise Wrong(_("That day is over. Give a day to come."), "visit_on")
    if plan.visit_on is not None and plan.visit_on > today + FURTHEST:
        raise Wrong(_("That day is too far away. Look at the year again."), "visit_on")


def confirm_plan(*, user: Any, pk: UUID) -> Plan:
    """The person takes the plan: it becomes a reminder, limits of their own, and events. It ends the one before.

    Raises NotThere, MayOnlyLook, Wrong (declined or ended before).
    """
    with transaction.atomic():
        plan = _to_decide(user, pk)
        if plan.state == Plan.CONFIRMED:
            return plan
        if plan.state != Plan.OFFERED:
            raise Wrong(_("This plan was declined or has ended. Ask for a new one."), "state")
        for before in Plan.objects.filter(lump=plan.lump_id, state=Plan.CONFIRMED):
            _end(before, user)
        _decide(plan, user, Plan.CONFIRMED)
        if plan.every is not None:
            save_reminder(user=user, pk=_made("reminder", plan), lump_id=plan.lump_id, at=MORNING, every=plan.every)
        _write_events(user, plan)
        assess_lump(lump=plan.lump)
    return plan


def decline_plan(*, user: Any, pk: UUID) -> Plan:
    """The person does not take it. Raises NotThere, MayOnlyLook, Wrong (it is in force: end it)."""
    with transaction.atomic():
        plan = _to_decide(user, pk)
        if plan.state == Plan.CONFIRMED:
            raise Wrong(_("This plan is in force. End it instead."), "state")
        if plan.state == Plan.OFFERED:
            _decide(plan, user, Plan.DECLINED)
    return plan


def end_plan(*, user: Any, pk: UUID) -> Plan:
    """A confirmed plan has had its day: its reminder goes, its limits hold no more. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        plan = _to_decide(user, pk)
        if plan.state == Plan.CONFIRMED:
            _end(plan, user)
            assess_lump(lump=plan.lump)
    return plan


def _to_decide(user: Any, pk: UUID) -> Plan:
    """The plan, locked, after its person: a decision and a new entry come one after the other."""
    person_id = (
        Plan.objects.visible_to(user, to_write=True).filter(pk=pk).values_list("lump__person", flat=True).first()
    )
    if person_id is not None:
        Person.hold(person_id)
    rows = Plan.objects.visible_to(user, to_write=True).select_for_update(of=("self",)).select_related("lump__person")
    plan = rows.filter(pk=pk).first()
    if plan is None:
        raise MayOnlyLook if Plan.objects.visible_to(user).filter(pk=pk).exists() else NotThere
    return plan


def _decide(plan: Plan, user: Any, state: str) -> None:
    plan.state, plan.decided_at, plan.decided_by = state, timezone.now(), user
    plan.save(update_fields=["state", "decided_at", "decided_by"])
    audit.note(f"plan.{state}", actor=user, person=plan.lump.person_id, what=plan.pk)


def _end(plan: Plan, user: Any) -> None:
    Reminder.objects.filter(pk=_made("reminder", plan), lump=plan.lump_id).delete()
    _decide(plan, user, Plan.ENDED)


def _made(what: str, plan: Plan) -> UUID:
    """The id of what a plan makes: confirmed twice, it is made once."""
    return uuid5(plan.pk, what)


def _write_events(user: Any, plan: Plan) -> None:
    """The plan in the lump's timeline, signed, and the booking on its day. Neither counts as an examination."""
    now = timezone.now()
    zone = zone_named(plan.lump.person.timezone)
    day = plan.written_at.astimezone(zone).date()
    detail = _("Plan by %(doctor)s, %(day)s: %(words)s") % {
        "doctor": plan.by,
        "day": date_format(day, "j F Y"),
        "words": plan_line(plan),
    }
    body = {"at": now, "kind": "other", "detail": detail}
    save_event(user=user, pk=_made("event", plan), lump_id=plan.lump_id, body=body)
    if plan.visit_on is not None:
        at: datetime = instant_of(plan.visit_on, MORNING, zone) or now
        words = {"visit": visit_words(plan.visit), "doctor": plan.by}
        booked = {"at": at, "kind": "other", "detail": _("Booked: %(visit)s (plan by %(doctor)s)") % words}
        save_event(user=user, pk=_made("booking", plan), lump_id=plan.lump_id, body=booked)


def visit_words(visit: str) -> str:
    """What is booked, in words."""
    known = {
        "examined": _("an appointment"), "ultrasound": _("an ultrasound"), "mri": _("an MRI scan"),
        "ct": _("a CT scan"), "biopsy": _("a biopsy"), "needle_aspiration": _("a needle test"),
    }  # fmt: skip
    return known[visit]


def plan_line(plan: Plan) -> str:
    """All of a plan in one line, as the person reads it."""
    signs = {
        "fever": _("fever or shivering"), "spreading": _("spreading redness"), "pus": _("pus"),
        "pain": _("strong pain (7 or more)"),
    }  # fmt: skip
    calls = [_("over %(mm)s mm") % {"mm": f"{plan.above_mm:g}"}] if plan.above_mm is not None else []
    calls += [signs[sign] for sign in plan.signs]
    parts = [plan.words]
    if plan.every is not None:
        parts.append(_("Measure every %(n)s days.") % {"n": plan.every} if plan.every > 1 else _("Measure every day."))
    if calls:
        soon = _("today") if plan.urgency == "same_day" else _("this week")
        parts.append(_("Call %(soon)s if: %(what)s.") % {"soon": soon, "what": ", ".join(calls)})
    if plan.visit_on is not None:
        booked = {"visit": visit_words(plan.visit), "day": date_format(plan.visit_on, "j F Y")}
        parts.append(_("Booked: %(visit)s on %(day)s.") % booked)
    return " ".join(part for part in parts if part)


def plans_of(lumps: list[Lump]) -> dict[UUID, list[Plan]]:
    """Plans by lump, newest first; one query."""
    found: dict[UUID, list[Plan]] = {lump.pk: [] for lump in lumps}
    for plan in Plan.objects.filter(lump__in=lumps).order_by("-written_at"):
        found[plan.lump_id].append(plan)
    return found
