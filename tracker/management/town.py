"""What `manage.py seed_town` makes: people with made-up lumps, written in bulk. For trials of load alone; nobody is real."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from analytics.synthetic.generator import Recipe, make_lump
from tracker.actions.assessing import assess_lump
from tracker.diary.rows import offset_of
from tracker.models import AccessToken, Entry, Lump, Membership, Person, User, token_hash
from tracker.models.base import uuid7

CHUNK = 100  # people written in one transaction: some 10,000 entries, and the most that is held in memory
BATCH = 2_000  # rows in one statement
ZONE = "Europe/London"
KINDS, SHARES = ("stable", "slow", "after", "start"), (0.82, 0.12, 0.04, 0.02)
LUMPS, OFTEN = (1, 2, 3), (0.35, 0.4, 0.25)
SITES = ("lower_leg", "thigh", "lower_back", "shoulder", "upper_arm", "neck", "breast", "armpit")
LARGEST_MM = 300.0
DAYS_BETWEEN = 7.0  # the generator's mean
Told = Callable[[int], object]  # is told how many more are done


@dataclass
class Rows:
    """What is written in one transaction, in the order in which one hangs on the other."""

    users: list[User] = field(default_factory=list)
    addresses: list[EmailAddress] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    tokens: list[AccessToken] = field(default_factory=list)
    lumps: list[Lump] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def address(seed: int, number: int) -> str:
    """Of the resident of that number."""
    return f"{_town(seed)}{number}@example.org"


def _town(seed: int) -> str:
    return f"town-{seed}-"


def settle(*, people: int, entries: int, seed: int, told: Told) -> Iterator[dict[str, Any]]:
    """Write them, a hundred people a transaction; `told` hears of entries. Yields each resident as
    {email, token, person, lumps}: the token cannot be read again, and nobody has a password.

    Each has entries // people entries, the first few one more, of one to three lumps. No lump was looked at so far.
    """
    each, more = divmod(entries, people)
    for begin in range(0, people, CHUNK):
        rows, numbers = Rows(), range(begin, min(begin + CHUNK, people))
        residents = [_resident(rows, seed, number, each + (number < more)) for number in numbers]
        _write(rows)
        told(len(rows.entries))
        yield from residents


def look_at_all(*, seed: int, told: Told) -> int:
    """Assess every lump of theirs, silently: what stands in a year of entries was told long ago, and five thousand letters
    would help nobody. Then the looks of the next day are spread over it. `told` hears of lumps; how many they were."""
    chance = np.random.default_rng(seed)
    owners = Membership.objects.filter(user__email__startswith=_town(seed))
    due = Lump.objects.filter(person__in=owners.values("person"), looked_at__isnull=True).select_related("person")
    done = 0
    while chunk := list(due[:CHUNK]):
        with transaction.atomic():
            for lump in chunk:
                assess_lump(lump=lump, silent=True)
                if lump.next_look_at is not None:
                    lump.next_look_at = timezone.now() + float(chance.random()) * Lump.LOOK_EVERY
                    lump.set_looks()
        done += len(chunk)
        told(len(chunk))
    return done


def _resident(rows: Rows, seed: int, number: int, entries: int) -> dict[str, Any]:
    """One account with its diary, as a log-in and an operator would have made them."""
    chance, now = np.random.default_rng([seed, number]), timezone.now()
    email, secret = address(seed, number), AccessToken.new_secret()
    user = User(pk=uuid7(), email=email, password=make_password(None))
    person = Person(
        pk=uuid7(), name=f"Resident {number}", birth_year=int(chance.integers(1935, 2006)), timezone=ZONE,
        sex=str(chance.choice(["female", "male"])), conditions=[], change=1,
    )  # fmt: skip
    count = min(entries, int(chance.choice(LUMPS, p=OFTEN)))
    places = [list(range(entries))[place::count] for place in range(count)]  # as even as can be
    person.last_change = 1
    lumps = [_lump(rows, person, user, len(share), chance, now) for share in places]
    rows.users.append(user)
    rows.addresses.append(EmailAddress(user=user, email=email, primary=True, verified=True))
    rows.people.append(person)
    rows.members.append(Membership(person=person, user=user, role=Membership.OWNER, photos=True))
    rows.tokens.append(AccessToken(user=user, name="trial", hash=token_hash(secret)))
    return {"email": email, "token": secret, "person": str(person.pk), "lumps": [str(lump.pk) for lump in lumps]}


def _lump(rows: Rows, person: Person, user: User, entries: int, chance: np.random.Generator, now: datetime) -> Lump:
    """A lump of some kind with its readings, the newest within the last week; numbers its changes."""
    kind = str(chance.choice(KINDS, p=SHARES))
    days = 1.3 * DAYS_BETWEEN * entries + 120  # some more than are wanted
    series = make_lump(kind, chance, Recipe(days=days)).series.first(entries)
    ages = series.day[-1] - series.day + chance.uniform(0.2, 7.0) + chance.uniform(0.0, 0.1, len(series))
    times = [(now - timedelta(days=float(age))).astimezone(ZoneInfo(ZONE)) for age in ages]
    lump = Lump(
        pk=uuid7(), person=person, name="Lump", site=str(chance.choice(SITES)), depth="under_skin", status="active",
        first_noticed_on=times[0].date(), noticed_after="nothing", change=person.last_change + 1,
    )  # fmt: skip
    person.last_change += 1
    pains = chance.choice([0, 0, 0, 0, 1, 2], len(series))
    for at, (length, width, _depth), pain in zip(times, np.minimum(series.mm, LARGEST_MM), pains, strict=True):
        person.last_change += 1
        rows.entries.append(
            Entry(
                pk=uuid7(), lump=lump, author=user, measured_at=at, measured_offset=offset_of(at), method="ruler",
                length_mm=float(length), width_mm=None if np.isnan(width) else float(width), pain=int(pain),
                tenderness=0, redness=0, warmth=False, firmness="soft", mobility="moves", change=person.last_change,
            )
        )  # fmt: skip
    rows.lumps.append(lump)
    return lump


def _write(rows: Rows) -> None:
    with transaction.atomic():
        User.objects.bulk_create(rows.users)
        EmailAddress.objects.bulk_create(rows.addresses)
        Person.objects.bulk_create(rows.people)
        Membership.objects.bulk_create(rows.members)
        AccessToken.objects.bulk_create(rows.tokens)
        Lump.objects.bulk_create(rows.lumps)
        Entry.objects.bulk_create(rows.entries, batch_size=BATCH)
