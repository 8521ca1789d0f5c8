"""Who has the lump, where it is, and since when."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from tracker.models import Person
from tracker.reports import labels
from tracker.reports.shapes import Where, Who
from tracker.rules.facts import History


def who_of(person: Person, at: datetime) -> Who:
    """The person, with what raises a risk."""
    age = at.astimezone(labels.zone_of(person.timezone)).year - person.birth_year if person.birth_year else None
    parts = [_("The patient") if person.name == _("Me") else person.name]  # "Me": nobody gave a name yet
    parts.append(_("about %(age)d years") % {"age": age} if age is not None else _("age not recorded"))
    parts.append(labels.word(labels.SEXES, person.sex) if person.sex else _("sex not recorded"))
    conditions = None if person.conditions is None else tuple(person.conditions)
    return Who(
        name=person.name,
        words=", ".join(parts),
        birth_year=person.birth_year,
        age=age,
        sex=person.sex or None,
        conditions=conditions,
        conditions_words=labels.listed(labels.CONDITIONS, conditions),
        timezone=person.timezone or "UTC",
    )


def where_of(history: History, at: datetime) -> Where:
    """The place of the lump, since when it is there, and after what it came."""
    place = [labels.word(labels.SITES, history.site)]
    place += [labels.word(labels.SIDES, history.side)] if history.side else []
    place += [labels.word(labels.DEPTHS, history.depth)] if history.depth else []
    return Where(
        site=history.site,
        side=history.side,
        depth=history.depth,
        words=", ".join(place),
        first_noticed_on=history.first_noticed_on,
        noticed_after=history.noticed_after,
        since_words=since_words(history, at),
        known_unchanged_over_a_year=history.known_unchanged_over_a_year,
    )


def since_words(history: History, at: datetime) -> str:
    """Since when it is there and after what it came, in one line."""
    zone = labels.zone_of(history.timezone)
    day: date | None = history.first_noticed_on
    if day is None and not history.entries:
        return _("not recorded when it was noticed")
    start = day or history.entries[0].at.astimezone(zone).date()
    words = _("noticed on %(day)s") if day else _("first logged on %(day)s")
    parts = [words % {"day": labels.day(start)}]
    parts[0] += " " + _("(%(span)s ago)") % {"span": labels.span((at.astimezone(zone).date() - start).days)}
    if history.noticed_after:
        parts.append(labels.word(labels.NOTICED_AFTER, history.noticed_after))
    if history.known_unchanged_over_a_year:
        parts.append(_("known to the patient for over a year without change"))
    return ", ".join(parts)
