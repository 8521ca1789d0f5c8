"""Measure your measuring: sets of readings in a row, and what they say of a person's own error."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.repeatability import STEADY_MM, OwnError, own_errors
from tracker.actions.assessing import assess_lump
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.keeping import Kept, find_to_write
from tracker.actions.photos import Differs
from tracker.diary.rows import offset_of
from tracker.history import trial_of
from tracker.models import Lump, MeasuringTrial, Person
from tracker.reports import labels

MOST = 100  # sets a person


def log_trial(
    *, user: Any, person_id: UUID, pk: UUID, method: str, by: str, readings: list[float], at: datetime | None
) -> Kept:
    """Keep one set of readings (mm) and look at this person's lumps anew: their own error has changed.

    The same id and set twice is one. Raises NotThere, MayOnlyLook, Wrong (too many), Differs.
    """
    with transaction.atomic():
        person = find_to_write(Person, person_id, user)
        Person.next_change(person.pk)  # holds the person's row: two sets at a time come one after another
        found = MeasuringTrial.objects.filter(pk=pk).first()
        if found is not None:
            return _again(found, person.pk, (method, by, readings, at))
        if MeasuringTrial.objects.filter(person=person).count() >= MOST:
            raise Wrong(_("There are a hundred sets already. Delete some old ones first."))
        when = at or timezone.now()
        row = MeasuringTrial(
            pk=pk, person=person, method=method, by=by, readings=readings, at=when, at_offset=offset_of(when)
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # somebody else's, inserted since we looked
            raise NotThere from None
        _look_again(person)
    return Kept(row, created=True, changed=True)


def _again(found: MeasuringTrial, person_id: UUID, sent: tuple[str, str, list[float], datetime | None]) -> Kept:
    if found.person_id != person_id:
        raise NotThere
    method, by, readings, at = sent
    if (found.method, found.by, found.readings) != (method, by, readings) or at not in (None, found.at):
        raise Differs(_("Another set was kept under this id. Send this one under a new id."))
    return Kept(found, created=False, changed=False)


def delete_trial(*, user: Any, person_id: UUID, pk: UUID) -> None:
    """Delete a set for good. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        row = MeasuringTrial.objects.visible_to(user).filter(pk=pk, person=person_id).select_related("person").first()
        if row is None:
            raise NotThere
        if not MeasuringTrial.objects.visible_to(user, to_write=True).filter(pk=pk).exists():
            raise MayOnlyLook
        # holds the person's row, and tells what was worked out with this set from what comes
        Person.next_change(row.person_id)
        row.delete()
        _look_again(row.person)


def _look_again(person: Person) -> None:
    """What the growth engine says may have changed for every lump."""
    for lump in Lump.objects.kept().filter(person=person, status__in=("", "active")).select_related("person"):
        assess_lump(lump=lump)


def own_errors_of(person: Person) -> list[OwnError]:
    """What this person's own sets tell, method by method."""
    rows = MeasuringTrial.objects.filter(person=person).order_by("at", "pk")
    return own_errors(trial_of(row) for row in rows)


def sentences_of(own: OwnError) -> list[str]:
    """The same in plain words: the error, what change could be seen, and when; and what a second person's set adds."""
    words = {
        "method": labels.word(labels.METHODS, own.method), "percent": round(100 * own.error),
        "mm": f"{own.error * own.size_mm:.1f}", "size": f"{own.size_mm:.0f}", "low": round(100 * own.low),
        "high": round(100 * own.high), "change": f"{own.smallest_mm:.0f}", "steady": f"{STEADY_MM:.0f}",
        "weeks": own.weeks,
    }  # fmt: skip
    found = [
        _("One of your readings ({method}) is off by about {percent} %: {mm} mm on a lump of {size} mm.").format(
            **words
        )
        + " "
        + _("From so few readings, it could be {low} to {high} %.").format(**words),
        _("Between two readings, a change of {change} mm or more could be seen.").format(**words),
        _("With one reading a week, growth of {steady} mm a month could be seen after about {weeks} weeks.").format(
            **words
        ),
    ]
    return found + _shift_sentences(own)


def _shift_sentences(own: OwnError) -> list[str]:
    if own.shift is None or own.shift_low is None or own.shift_high is None:
        return []
    if own.shift_low <= 0 <= own.shift_high:
        return [_("The second person's readings and yours agree, as far as so few can tell.")]
    percent = round(100 * abs(own.shift))
    if own.shift > 0:
        words = _("The second person reads about {percent} % larger than you. Let the same person measure each time.")
    else:
        words = _("The second person reads about {percent} % smaller than you. Let the same person measure each time.")
    return [words.format(percent=percent)]
