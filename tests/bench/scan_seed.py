"""Lumps for the scan, as quickly as the database can copy: some hundred different stories, told for many people."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

ENTRIES = 50
STORIES = 400
KINDS = ("still", "still", "still", "slow", "fast", "flare", "flare", "injury")
DAY = timedelta(days=1)
FIRST = "uuid_extract_version({}) = 7"  # the stories themselves: a copy's ids are of version 4


def seed_idle(number: int) -> None:
    """`number` lumps of as many people in all, none with an entry, none due before a month is over."""
    from tracker.models import Lump, Person

    if not Lump.objects.exists():
        person = Person.objects.create(name="Bench", timezone="Europe/London")
        Lump.objects.create(person=person, name="l", site="knee", next_look_at=datetime.now(UTC) + timedelta(days=30))
    _copy([Person, Lump], number)


def seed_due(number: int) -> None:
    """`number` lumps in all, each with a person, an owner, ENTRIES entries of a story, what was done about it, and the
    alerts that stand since the clock's look of yesterday; and make all of them due."""
    from tracker.actions import scanning
    from tracker.models import Alert, CareEvent, Entry, Lump, Membership, Person, User

    if not Lump.objects.exists():
        chance, yesterday = random.Random(11), datetime.now(UTC) - DAY
        for place in range(STORIES):
            _tell(place, KINDS[place % len(KINDS)], yesterday, chance)
        scanning.look_at_due(at=yesterday, seconds=600.0)
    _copy([User, Person, Membership, Lump, Entry, CareEvent, Alert], number)
    make_due()


def make_due() -> None:
    """Every lump's turn has come."""
    from tracker.models import Lump

    Lump.objects.update(next_look_at=datetime.now(UTC) - timedelta(minutes=1))


def _tell(place: int, kind: str, until: datetime, chance: random.Random) -> None:
    """One person with one lump and its story, a look a week until `until`."""
    from tracker.models import CareEvent, Entry, Lump, Membership, Person, User

    user = User.objects.create(email=f"p{place}@example.org")
    person = Person.objects.create(name="Bench", timezone="Europe/London", birth_year=chance.randint(1930, 2015))
    Membership.objects.create(person=person, user=user, role=Membership.OWNER)
    lump = Lump.objects.create(
        person=person, name="l", site=chance.choice(("knee", "neck", "lower_back", "breast", "forearm")),
        noticed_after="injury" if kind == "injury" else "", next_look_at=until,
    )  # fmt: skip
    begin = until - timedelta(days=7 * ENTRIES)
    size, flare = chance.uniform(9, 35), chance.randint(20, ENTRIES - 2)
    week = {"slow": 1.002, "fast": 1.02, "injury": 0.97}.get(kind, 1.0)
    entries = []
    for number in range(ENTRIES):
        size *= week if kind != "fast" or number > flare else 1.0
        red = kind == "flare" and flare <= number < flare + 4
        entries.append(_entry(lump, begin + timedelta(days=7 * number + chance.random()), size, red, chance))
    Entry.objects.bulk_create(entries)
    what = {"flare": ("examined", "antibiotics_started"), "injury": ("injury",), "fast": ("examined",)}.get(kind, ())
    when = entries[flare + 1 if kind != "injury" else 0].measured_at
    CareEvent.objects.bulk_create([CareEvent(lump=lump, at=when + DAY, kind=word) for word in what])


def _entry(lump: Any, at: datetime, size: float, red: bool, chance: random.Random) -> Any:
    from tracker.models import Entry

    seen: dict[str, Any] = {"pain": chance.choice((0, 0, 0, 1, 2, None)), "redness": chance.choice((0, None))}
    if red:
        seen = {"pain": chance.randint(3, 7), "redness": chance.randint(1, 3), "warmth": True, "tenderness": 2}
    if chance.random() < 0.9:
        seen |= {"length_mm": round(size * chance.lognormvariate(0, 0.06), 1), "method": "ruler"}
    if chance.random() < 0.7:
        seen |= {"width_mm": round(0.8 * size * chance.lognormvariate(0, 0.06), 1), "method": "ruler"}
    return Entry(lump=lump, measured_at=at, **seen)


def _copy(models: list[Any], number: int) -> None:
    """Tell the stories again for others, a little larger or smaller, until there are `number` lumps, a multiple of them.

    A copy's ids are made from the ids of what it copies, so that what hung together does so again.
    """
    from django.db import connection

    from tracker.models import Lump

    there = Lump.objects.count()
    if number <= there:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {Lump._meta.db_table} WHERE {FIRST.format('id')}")
        [stories] = cursor.fetchone()
        for model in models:
            cursor.execute(_copying(model, models), [there // stories, -(-number // stories) - 1])
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # or a scan's commit waits for what the copying left to be written


def _copying(model: Any, models: list[Any]) -> str:
    fields = list(model._meta.concrete_fields)
    values, ours = [], []
    for field in fields:
        kin = field.remote_field.model if field.remote_field else None
        if field.primary_key or kin in models:
            values.append(f"overlay(md5({field.column}::text || n) placing '4' from 13)::uuid")
            ours.append(f"({field.column} IS NULL OR {FIRST.format(field.column)})")  # an alert of a copy is no story
        elif field.name == "email" and model._meta.model_name == "user":
            values.append("n || email")
        elif field.name in ("length_mm", "width_mm"):
            values.append(f"{field.column} * (1 + (n %% 97) / 1000.0)")
        else:
            values.append(f'"{field.column}"')
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    first = f"SELECT * FROM {table} WHERE {' AND '.join(ours)}"
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM ({first}) f, generate_series(%s, %s) n"
