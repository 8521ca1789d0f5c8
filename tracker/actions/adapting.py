"""When an adaptive reminder asks: by what the rules and the growth engine make of the lump."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.actions.slots import Plan, plan_of
from tracker.models import Alert, Reminder
from tracker.models.reminders import WEEKDAYS
from tracker.rules.assess import growth_at
from tracker.rules.facts import History

WEEK = timedelta(days=7)
SOONEST = timedelta(days=4)  # between two readings of a steady lump, where the plan's days are not a week apart
READINGS, SPAN = 4, timedelta(days=21)  # from here on the engine can tell steady from growing


@dataclass(frozen=True)
class Slot:
    """The next slot, and why it is that one ("": because the plan says so)."""

    at: datetime | None
    why: str = ""


@dataclass(frozen=True)
class Known:
    """What an adaptive reminder goes by, worked out once for all reminders of a lump."""

    daily: bool  # an infection finding is open
    useful_on: date | None  # a reading on this day would tell most
    steady: bool
    last_day: date | None  # of the newest entry
    this_week: int  # entries of the last seven days


def known_of(history: History, alerts: list[Alert], at: datetime, zone: ZoneInfo) -> Known:
    """`alerts`: those of the lump that are not closed."""
    days = [entry.at.astimezone(zone).date() for entry in history.entries]
    last, today = max(days, default=None), at.astimezone(zone).date()
    rules = {alert.rule: alert for alert in alerts}
    growth = growth_at(history, at)
    useful = None
    if last is not None and growth.recheck_in_days is not None:
        useful = last + timedelta(days=math.ceil(growth.recheck_in_days))
    if last is not None and any(alert.urgency == "recheck" and not alert.quiet for alert in alerts):
        useful = min(useful or date.max, last + timedelta(days=1))
    growing = {"growth.rapid", "growth.slow", "size.jump"} & rules.keys()
    return Known(
        daily=any(rule.startswith("infection.") and not alert.quiet for rule, alert in rules.items()),
        useful_on=useful,
        steady=not growing and growth.readings >= READINGS and bool(days) and max(days) - min(days) >= SPAN,
        last_day=last,
        this_week=sum(today - WEEK < day <= today for day in days),
    )


def next_slot(row: Reminder, known: Known, after: datetime) -> Slot:
    """The first slot later than `after` that is worth asking for. Needs `row.lump.person`."""
    plan = plan_of(row)
    asked_on = row.asked_at.astimezone(plan.zone).date() if row.asked_at else None
    if known.daily:
        return Slot(_every_day(plan).next_after(after), _("Once a day while there are signs of an infection."))
    if known.useful_on is not None and (asked_on is None or asked_on < known.useful_on):
        return Slot(_first_from(_every_day(plan), known.useful_on, after), _("One more reading soon would tell most."))
    base = max([day for day in (known.last_day, asked_on) if day], default=None)
    if not known.steady or base is None:
        return Slot(plan.next_after(after))
    slot = _about_a_week_on(plan, base, after)
    return Slot(slot, _why_weekly(known, slot, plan.zone) if slot else "")


def _about_a_week_on(plan: Plan, base: date, after: datetime) -> datetime | None:
    """The plan's slot nearest to a week after `base`: not so soon that it tells nothing new."""
    later = _first_from(plan, base + WEEK, after)
    sooner, found = None, _first_from(plan, base + SOONEST, after)
    while found is not None and later is not None and found < later:
        sooner, found = found, plan.next_after(found)
    if sooner is None or later is None:
        return later
    wanted = base + WEEK
    days = [abs((slot.astimezone(plan.zone).date() - wanted).days) for slot in (sooner, later)]
    return sooner if days[0] < days[1] else later


def _why_weekly(known: Known, slot: datetime, zone: ZoneInfo) -> str:
    day = format_date(slot.astimezone(zone), "l")
    if known.this_week < 2:
        return _("It is steady, so once a week is enough: next on %(day)s.") % {"day": day}
    often = ngettext(
        "You measured %(count)d time this week, and the next useful one is %(day)s.",
        "You measured %(count)d times this week, and the next useful one is %(day)s.",
        known.this_week,
    )
    return often % {"count": known.this_week, "day": day}


def _every_day(plan: Plan) -> Plan:
    return Plan(
        at=plan.at, zone=plan.zone, starts_on=plan.starts_on, days=WEEKDAYS, paused_until=plan.paused_until
    )  # fmt: skip


def _first_from(plan: Plan, day: date, after: datetime) -> datetime | None:
    """The plan's first slot on or after `day` that is later than `after`."""
    slot = plan.next_after(after)
    while slot is not None and slot.astimezone(plan.zone).date() < day:
        slot = plan.next_after(slot)
    return slot
