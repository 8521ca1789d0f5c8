"""What is said when something was not answered: to the person again, to a carer who agreed, and as a kind request."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from tracker.models import Alert, CareEvent, Reminder
from tracker.notifications.messages.words import ALERT, FOLLOW_UP, Words, for_alert


def for_repeat(alert: Alert, zone: ZoneInfo) -> Words:
    """To one who was told before: the same words, and when they were told first. `zone`: the reader's."""
    told = for_alert(alert)
    opening = _("You were told this on %(day)s at %(time)s, and nobody has answered it yet. Here it is again.")
    ending = _("Have you done something about it? Then open your diary and say so, and this will stop.")
    body = "\n\n".join([opening % _when(alert.opened_at, zone), told.body, ending])
    return Words(ALERT, told.subject, body, told.link)


def for_carer(alert: Alert, name: str, zone: ZoneInfo) -> Words:
    """To a carer who agreed, about the diary of `name`: what was told there, as it was told. `zone`: the carer's."""
    told = for_alert(alert)
    opening = _(
        "You agreed to be told when something in a diary should not wait and nobody answers. This is about %(name)s."
    )
    if alert.urgency == "emergency":
        request = _("It came up on %(day)s at %(time)s. Please get in touch with them now.")
    else:
        request = _("It came up on %(day)s at %(time)s. Please get in touch with them today.")
    parts = [opening % {"name": name}, request % _when(alert.opened_at, zone), _("The diary said:"), told.body]
    return Words(ALERT, told.subject, "\n\n".join(parts), told.link)


def for_recheck(alert: Alert) -> Words:
    """A day after a finding that one more look can settle."""
    body = for_alert(alert).body
    if alert.rule == "infection.one_sign":
        body = "\n\n".join(
            [
                _("Your last entry for “%(name)s” had one sign that can come with an infection.")
                % {"name": alert.lump.name},
                _("Please look again today and make a new entry. Is it worse? Then do not wait: ask for help today."),
            ]
        )
    return Words(FOLLOW_UP, _("A reminder from your diary"), body, f"/app/lumps/{alert.lump_id}/log")


def for_follow_up(reminder: Reminder) -> Words:
    """A day after a reminder that nothing came of: once, and kindly."""
    body = _(
        "Your reminder for “%(name)s” came and went. That is fine. If you have a minute, make an entry today. "
        "We will not ask again before the next reminder."
    )
    return Words(
        FOLLOW_UP, _("A reminder from your diary"), body % {"name": reminder.lump.name}, _log(reminder.lump_id)
    )  # fmt: skip


def for_check(event: CareEvent) -> Words:
    """Some days after a treatment or a test: is it better, or what did they say?"""
    if event.kind == "antibiotics_started":
        body = _(
            "Antibiotics were started two days ago for “%(name)s”. Please make an entry today, to see if it is getting "
            "better. Is it worse, or no better? Then ask for help today."
        )
        link = _log(event.lump_id)
    else:
        body = _(
            "A test was done two weeks ago for “%(name)s”, and the diary does not hold what came of it. If you know, "
            "write it down. If you have not heard, ask the place that did the test."
        )
        link = f"/app/lumps/{event.lump_id}"
    return Words(FOLLOW_UP, _("A reminder from your diary"), body % {"name": event.lump.name}, link)


def for_ask(name: str) -> Words:
    """To a carer whom the ladder of `name` names, and who has not agreed yet."""
    body = _(
        "%(name)s would like you to be told when something in their diary should not wait and nobody answers it.\n\n"
        "Please say yes or no in Settings. Until you say yes, you are not told."
    )
    return Words("member", _("A question from a diary you help with"), body % {"name": name}, "/app/settings")


def overdue_line(reminder: Reminder, asked_at: datetime, zone: ZoneInfo) -> str:
    """A line of the digest: a reminder that was not answered."""
    line = _("“%(name)s”: the reminder of %(day)s is still open. One short entry is enough.")
    return line % {"name": reminder.lump.name, "day": _when(asked_at, zone)["day"]}


def _when(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    local = at.astimezone(zone)
    return {"day": format_date(local, "l j F"), "time": format_date(local, "H:i")}


def _log(lump_id: object) -> str:
    return f"/app/lumps/{lump_id}/log"
