"""A process that writes into a diary without a pause: entries, and photos with every file that a photo has.

`python -m tests.backups.writer PEOPLE PAUSE` prints a line for each deed once it is kept, and ends when its standard input does.
The database is migrated first.
"""

import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command


def main(people_wanted: int, pause: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from tests.cast import PASSWORD, own_person
    from tests.photos.pictures import jpeg
    from tracker.actions.people import create_user
    from tracker.models import Lump, Person

    ended = threading.Event()
    threading.Thread(target=_until_told, args=(ended,), daemon=True).start()
    lumps = []
    for number in range(people_wanted):
        user = create_user(email=f"writer{number}@example.org", password=PASSWORD)
        person = own_person(user)
        lump = Lump.objects.create(
            person=person, name=f"Lump {number}", site="neck", change=Person.next_change(person.pk)
        )
        lumps.append((user, lump))
    at = datetime.now(UTC) - timedelta(days=300)
    count = 0
    while not ended.is_set():
        user, lump = lumps[count % len(lumps)]
        pk = _entry(user, lump, at + timedelta(minutes=count))
        if count % 5 == 0:
            _photo(user, pk, jpeg())
        count += 1
        print(count, flush=True)
        ended.wait(pause)  # a load, and not the whole machine


def _until_told(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def _entry(user: Any, lump: Any, at: datetime) -> UUID:
    from tracker.actions.entries import log_entry
    from tracker.models.base import uuid7

    pk = uuid7()
    log_entry(user=user, pk=pk, lump_id=lump.pk, body={"measured_at": at, "length_mm": 20.0, "note": "ünchanged"})
    return pk


def _photo(user: Any, entry: UUID, data: bytes) -> None:
    """As a worker leaves it: the upload becomes three files and goes itself, which is what a backup must withstand."""
    from tracker.actions import photo_work
    from tracker.actions.photos import attach_photo
    from tracker.models.base import uuid7
    from tracker.pictures.decode import Clean

    setattr(photo_work, "clean", lambda _data: Clean(320, 200, data, data[:500], data[:100]))  # noqa: B010
    pk = uuid7()
    attach_photo(user=user, pk=pk, entry_id=entry, data=data)
    photo_work.process_photo(pk=pk)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
