"""The one bridge from rows to arrays: what the rules and the growth engine may know of a lump."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Func

from analytics.repeatability import Trial, own_errors
from tracker.models import CareEvent, Entry, Lump, MeasuringTrial
from tracker.models.beside import Beside, beside
from tracker.models.prepared import Prepared
from tracker.rules.facts import Entry as EntryFact
from tracker.rules.facts import Event as EventFact
from tracker.rules.facts import History

_ENTRY_COLUMNS = (
    "id", "measured_at", "length_mm", "width_mm", "depth_mm", "method", "size_confirmed", "pain",
    "pain_out_of_proportion", "tenderness", "redness", "redness_beyond_mm", "spreading", "red_streaks", "warmth",
    "discharge", "temperature_c", "shivery", "shape", "firmness", "mobility", "skin", "unwell",
)  # fmt: skip
ROWS = 8_000  # entries whose facts are remembered, about 1 kB each
# where in that order, which is the order of the facts' own fields
_TEXT = [_ENTRY_COLUMNS.index(key) for key in ("method", "discharge", "shape", "firmness", "mobility")]
_SETS = [_ENTRY_COLUMNS.index(key) for key in ("skin", "unwell")]

_EVENTS = Prepared(
    lambda lump: (
        CareEvent.objects.kept().filter(lump=lump).order_by("at", "id").values_list("id", "at", "kind", "detail")
    ),
    lump=UUID,
)


def history_of(lump: Lump, there: Beside | None = None) -> History:
    """Everything recorded about `lump`, in order of time; `there`: what hangs on it now, where that is known. Needs
    `lump.person`; one to four queries."""
    there = there or beside(lump.pk)
    entries = _ENTRIES.all(lump=lump.pk)
    care = _EVENTS.all(lump=lump.pk) if there.events else []
    events = [EventFact(str(pk), at, kind, detail) for pk, at, kind, detail in care]
    own = own_errors_of([lump.person_id]) if there.trials else {}
    return _history(lump, entries, events, own.get(lump.person_id, ()))


def histories_of(lumps: Iterable[Lump]) -> dict[UUID, History]:
    """The same for many lumps at once, by id; three queries whatever their number."""
    lumps = list(lumps)
    entries: dict[str, list[EntryFact]] = defaultdict(list)  # by the lump's id as text
    events: dict[UUID, list[EventFact]] = defaultdict(list)
    keys = [lump.pk for lump in lumps]
    rows = Entry.objects.kept().filter(lump_id__in=keys).order_by("measured_at", "id")
    plain = {f"plain_{column}": _plain(column) for column in ("lump_id", "id", "skin", "unwell")}
    columns = [f"plain_{column}" if column in ("skin", "unwell") else column for column in _ENTRY_COLUMNS[2:]]
    told = rows.annotate(seen_at=_seen_at(), **plain).values_list("plain_lump_id", "plain_id", "seen_at", *columns)
    for of, key, at, *row in told:
        # a tenth of what it takes to `replace` the zone
        entries[str(of)].append(_entry((key, datetime.combine(at, at.time(), UTC), *row)))
    care = CareEvent.objects.kept().filter(lump_id__in=keys).order_by("at", "id")
    for lump_id, pk, at, kind, detail in care.values_list("lump_id", "id", "at", "kind", "detail"):
        events[lump_id].append(EventFact(str(pk), at, kind, detail))
    own = own_errors_of(lump.person_id for lump in lumps)
    return {
        lump.pk: _history(lump, entries[str(lump.pk)], events[lump.pk], own.get(lump.person_id, ())) for lump in lumps
    }


def _by_postgresql(column: str, template: str, kind: "models.Field[Any, Any]") -> Any:
    """A column as PostgreSQL tells it by `template`; of any other database the column itself."""
    if connection.vendor != "postgresql":
        return F(column)
    return Func(F(column), template=template, output_field=kind)


def _plain(column: str) -> Any:
    """An id or a list as PostgreSQL's own text, which spares a UUID, and asking of each row whether its lists are there."""
    return _by_postgresql(column, "(%(expressions)s::text)", models.TextField())


def _seen_at() -> Any:
    """When an entry was measured, in UTC. Of a time with its zone PostgreSQL's driver would read letter by letter in
    Python, which took a third of the time of reading an entry."""
    return _by_postgresql("measured_at", "(%(expressions)s AT TIME ZONE 'UTC')", models.DateTimeField())


def _entry(row: Sequence[Any]) -> EntryFact:
    values = list(row)
    values[0] = str(values[0])
    for place in _TEXT:
        values[place] = values[place] or None
    for place in _SETS:
        if (words := values[place]) is not None:
            values[place] = _set(words)
    return EntryFact(*values)


def _set(words: Any) -> frozenset[str] | None:
    """A list as it comes, or as the JSON it is kept as."""
    found = json.loads(words) if isinstance(words, str) else words
    return None if found is None else frozenset(found)


_ENTRIES = Prepared(
    lambda lump: Entry.objects.kept().filter(lump=lump).order_by("measured_at", "id").values_list(*_ENTRY_COLUMNS),
    told=_entry,
    remembers=ROWS,
    lump=UUID,
)


def own_errors_of(people: Iterable[UUID]) -> dict[UUID, tuple[tuple[str, float], ...]]:
    """How well each of these people measures by their own trials, as History.own_errors; one query."""
    sets: dict[UUID, list[Trial]] = defaultdict(list)
    for row in MeasuringTrial.objects.filter(person__in=set(people)).order_by("at", "pk"):
        sets[row.person_id].append(trial_of(row))
    return {person: tuple((own.method, own.factor) for own in own_errors(trials)) for person, trials in sets.items()}


def trial_of(row: MeasuringTrial) -> Trial:
    return Trial(row.method, row.by == MeasuringTrial.SELF, tuple(row.readings), row.at)


def _history(
    lump: Lump, entries: list[EntryFact], events: list[EventFact], own_errors: tuple[tuple[str, float], ...]
) -> History:
    person = lump.person
    return History(
        site=lump.site,
        entries=tuple(entries),
        events=tuple(events),
        own_errors=own_errors,
        side=lump.side or None,
        depth=lump.depth or None,
        status=lump.status or None,
        first_noticed_on=lump.first_noticed_on,
        noticed_after=lump.noticed_after or None,
        known_unchanged_over_a_year=lump.known_unchanged_over_a_year,
        birth_year=person.birth_year,
        sex=person.sex or None,
        conditions=None if person.conditions is None else frozenset(person.conditions),
        timezone=person.timezone or "UTC",
    )
