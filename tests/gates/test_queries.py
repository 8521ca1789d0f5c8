"""However much an account holds, an address asks the database as many questions as for a small one."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_entry, make_event, make_lump, new_id, own_person
from tests.gates.doors import DOORS, Door
from tests.gates.test_everybody import undone
from tests.gates.world import World, make_world
from tracker.actions import people
from tracker.models import (
    AccessToken,
    Alert,
    MeasuringTrial,
    Membership,
    Notice,
    Photo,
    Plan,
    PushSubscription,
    Reminder,
    ShareLink,
    Visit,
    token_hash,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # slow: once is enough, and the count is the ORM's own
MOST = 60  # of any address; the entries' own below
ENTRY_PUT, ENTRY_LIST = 18, 6
# a better measure of one's own hand looks again at every lump of the person
EACH_LUMP = ("POST api/people/<id:pk>/measuring/", "DELETE api/people/<id:pk>/measuring/<id:trial_pk>/")
LUMPS, A_LOOK = 10, 12
SPARE = 2  # a lookup that was remembered the first time, or a row more that is told of


def test_every_address_asks_as_much_of_a_large_account() -> None:
    world = make_world()
    small = _count(world)
    _grow(world)
    large = _count(world)
    for name in EACH_LUMP:
        assert large[name] <= small[name] + A_LOOK * LUMPS
        del small[name], large[name]
    grown = {name: (small[name], large[name]) for name in small if large[name] > small[name] + SPARE}
    assert not grown, "questions to the database grow with the account"
    assert max(large.values()) <= MOST, sorted(large.items(), key=lambda each: -each[1])[:5]
    assert large["PUT api/entries/<id:pk>/ new"] <= ENTRY_PUT
    assert large["GET api/entries/"] <= ENTRY_LIST


def _count(world: World) -> dict[str, int]:
    """Questions of each address and method as its owner asks it; nothing is left changed."""
    found = {f"{door.method} {door.pattern}{door.query}": _one(world, door) for door in DOORS}
    (put,) = (door for door in DOORS if (door.method, door.pattern) == ("PUT", "api/entries/<id:pk>/"))
    found["PUT api/entries/<id:pk>/ new"] = _one(world, put, f"/api/entries/{new_id()}/")
    return found


def _one(world: World, door: Door, address: str = "") -> int:
    address, body = address or door.address(world), door.content(world)
    with undone(), CaptureQueriesContext(connection) as asked:
        answer = world.clients["owner"].ask(door.method, address, body, content_type=door.content_type)
        if answer.streaming:
            b"".join(answer.streaming_content)
        assert answer.status_code < 500, (door, answer.content)
    texts = [query["sql"] or "" for query in asked.captured_queries]  # of a prepared one PostgreSQL's driver tells none
    return sum(not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for text in texts)


def _grow(world: World) -> None:
    """Ten times as much of everything that an account may hold many of, in the diary asked for and in others."""
    cast, now, numbers = world.cast, datetime.now(UTC), count()
    owner = cast.alice.user
    lumps = [make_lump(cast.person, f"lump {number}") for number in range(LUMPS)]
    for lump in [cast.lump, *lumps]:
        for day in range(1, 11):
            entry = make_entry(lump, days_ago=day, width_mm=15.0, method="caliper")
            Photo.objects.create(entry=entry, received_sha256="0" * 64, received_bytes=9, author=owner)
            make_event(lump, days_ago=day)
        for rule in ("growth.slow", "size.jump", "node", "typo"):
            Alert.objects.create(
                lump=lump, rule=rule, version="1", urgency="routine", words="w", because="b", source="s", opened_at=now
            )
            Notice.objects.create(
                user=owner,
                person=cast.person,
                lump=lump,
                kind="alert",
                cause=f"grown {next(numbers)}",
                subject="A note",
            )
        Reminder.objects.create(lump=lump, at="08:30", every=2, starts_on=now.date())
    links = [ShareLink.objects.filter(person=cast.person)[0] for _ in range(10)]
    for number, link in enumerate(links):
        Visit.objects.create(link=link, what=Visit.OPENED, viewer=str(number))
        Plan.objects.create(lump=lumps[number], link=link, by="Dr Lee", written_at=now, words="w", every=14)
        AccessToken.objects.create(user=owner, name=str(number), hash=token_hash(f"grown {number}"))
        PushSubscription.objects.create(
            user=owner, endpoint=f"https://push.example/grown{number}", p256dh="k", auth="a", label=str(number)
        )
        MeasuringTrial.objects.create(person=cast.person, method="ruler", by="self", readings=[20.0, 21.0, 20.5])
        other = people.create_user(email=f"grown{number}@example.org", password="a long enough password")
        Membership.objects.create(person=cast.person, user=other, role=Membership.VIEWER)
        Membership.objects.create(person=own_person(other), user=owner, role=Membership.CARER, until=now + timedelta(9))
