"""`python -m tests.bench.seed`: people with tokens, lumps and entries, straight into the product's database.

Prints JSON: `writers` [{token, lumps}], `reader` (10,000 entries) and `looker` (three lumps measured weekly for two years).
"""

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

WRITERS, LUMPS, HISTORY = 8, 5, 50
READ, WEEKS = 10_000, 104


def main() -> None:
    """Make everybody and tell their ids."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    chance = random.Random(7)
    now = datetime.now(UTC)
    writers = [_person(f"writer{number}@example.org", LUMPS) for number in range(WRITERS)]
    for writer in writers:
        for lump in writer["lumps"]:
            _entries(lump, HISTORY, now - timedelta(days=7 * HISTORY), timedelta(days=7), chance)
    reader = _person("reader@example.org", 10)
    for lump in reader["lumps"]:
        _entries(lump, READ // 10, now - timedelta(days=700), timedelta(hours=16), chance)
    looker = _person("looker@example.org", 3)
    for lump in looker["lumps"]:
        _entries(lump, WEEKS, now - timedelta(days=7 * WEEKS), timedelta(days=7), chance)
    sys.stdout.write(json.dumps({"writers": writers, "reader": reader, "looker": looker}))


def _person(email: str, lumps: int) -> dict[str, Any]:
    from tracker.models import AccessToken, Lump, Membership, Person, User, token_hash

    user = User.objects.create_user(email)
    person = Person.objects.create(name="Bench", timezone="Europe/London", birth_year=1980)
    Membership.objects.create(user=user, person=person, role=Membership.OWNER, photos=True)
    secret = AccessToken.new_secret()
    AccessToken.objects.create(user=user, hash=token_hash(secret))
    made = [Lump.objects.create(person=person, name=f"lump {n}", site="lower_leg") for n in range(lumps)]
    return {"token": secret, "person": str(person.pk), "lumps": [str(lump.pk) for lump in made]}


def _entries(lump: str, count: int, since: datetime, step: timedelta, chance: random.Random) -> None:
    from tracker.models import Entry

    Entry.objects.bulk_create(
        [
            Entry(
                lump_id=lump, measured_at=since + place * step, length_mm=round(20 * chance.lognormvariate(0, 0.04), 1),
                width_mm=round(15 * chance.lognormvariate(0, 0.04), 1), method="caliper", pain=chance.randint(0, 2),
                redness=0, note="as before", change=place + 1,
            )
            for place in range(count)
        ],
        batch_size=500,
    )  # fmt: skip


if __name__ == "__main__":
    main()
