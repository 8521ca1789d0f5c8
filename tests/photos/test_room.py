"""Four an entry and a quota a person, also when many arrive at once; and whose time a photo has."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from tests.photos import pictures
from tests.photos.deeds import attach, files, settled
from tests.support.threads import at_once
from tracker.actions.errors import Refused, Wrong
from tracker.actions.photos import TooLarge, delete_photo
from tracker.models import Entry, Person, Photo, User


def all_at_once(user: User, entry: Entry, bodies: list[bytes]) -> list[str]:
    """Send all of them in parallel; the kinds of refusal."""
    start = threading.Barrier(len(bodies))

    def send(turn: int) -> str:
        start.wait()
        try:
            attach(user, entry, bodies[turn])
        except Refused as error:
            return type(error).__name__
        return ""

    return [refused for refused in at_once(len(bodies), send) if refused]


@pytest.mark.django_db(transaction=True)
def test_of_twelve_at_once_an_entry_takes_four(alice: User, entry: Entry, folder: Path) -> None:
    bodies = [pictures.jpeg(quality=30 + 5 * place) for place in range(12)]
    assert all_at_once(alice, entry, bodies) == ["Wrong"] * 8
    assert Photo.objects.count() == 4 and len(files(folder)) == 4


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_a_full_diary_takes_what_fits(alice: User, entry: Entry, folder: Path, settings: Any) -> None:
    body = pictures.jpeg()
    settings.PHOTO_QUOTA_BYTES, settings.PHOTOS_PER_ENTRY = 3 * len(body), 100
    assert all_at_once(alice, entry, [body] * 8) == ["TooLarge"] * 5
    assert Photo.objects.count() == 3 and len(files(folder)) == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_eight_times_at_once_is_one(alice: User, entry: Entry, folder: Path) -> None:
    from tests.cast import new_id

    pk, start = new_id(), threading.Barrier(8)

    def send(_turn: int) -> Any:
        start.wait()
        return attach(alice, entry, pk=pk).pk

    assert at_once(8, send) == [pk] * 8
    assert Photo.objects.count() == 1 and len(files(folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_photo_deleted_while_it_is_settled_waits_its_turn(alice: User, entry: Entry, folder: Path) -> None:
    """Both hold the person first: on PostgreSQL each would else wait for the other, and one of the two would fail."""
    photo = settled(alice, entry)
    wrong: list[str] = []

    def remove() -> None:
        try:
            delete_photo(user=alice, pk=photo.pk)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
            wrong.append(repr(error))
        finally:
            connection.close()

    thread = threading.Thread(target=remove)
    with transaction.atomic():
        Person.next_change(entry.lump.person_id)
        thread.start()
        time.sleep(0.5)
        assert Photo.objects.filter(pk=photo.pk).update(to_read=False) == 1
    thread.join()
    assert wrong == [] and Photo.objects.get(pk=photo.pk).is_deleted


@pytest.mark.django_db
def test_deleting_makes_room_but_not_without_end(alice: User, entry: Entry, settings: Any) -> None:
    body = pictures.jpeg()
    settings.PHOTO_QUOTA_BYTES = 2 * len(body)
    one, two = attach(alice, entry), attach(alice, entry)
    with pytest.raises(TooLarge, match="Delete some old ones"):
        attach(alice, entry)
    for photo in (one, two):
        delete_photo(user=alice, pk=photo.pk)
        attach(alice, entry)
    with pytest.raises(TooLarge, match="Delete some old ones"):
        attach(alice, entry)
    delete_photo(user=alice, pk=Photo.objects.kept()[0].pk)
    with pytest.raises(TooLarge, match="kept for 30 days"):
        attach(alice, entry)


@pytest.mark.django_db
def test_four_an_entry_counts_no_deleted_one(alice: User, entry: Entry) -> None:
    photos = [attach(alice, entry) for _ in range(4)]
    with pytest.raises(Wrong):
        attach(alice, entry)
    delete_photo(user=alice, pk=photos[0].pk)
    assert attach(alice, entry)


def dated(when: str, offset: str = "", form: str = "JPEG") -> bytes:
    """A picture with DateTimeOriginal, and its offset where given."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = when
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    return pictures.encoded(pictures.picture(), form, exif=exif.tobytes())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "when", "offset", "zone", "expected"),
    [
        ("JPEG", "2026:01:10 08:30:20", "+02:00", "Asia/Tokyo", "2026-01-10T08:30:20+02:00"),
        ("HEIF", "2026:01:10 08:30:20", "-03:30", "", "2026-01-10T08:30:20-03:30"),
        ("PNG", "2026:01:10 08:30:20", "", "America/New_York", "2026-01-10T08:30:20-05:00"),
        ("WEBP", "2026:01:10 08:30:20", "nonsense", "", "2026-01-10T08:30:20+00:00"),
    ],
)
def test_the_cameras_time_where_the_phone_tells_none(
    alice: User, entry: Entry, form: str, when: str, offset: str, zone: str, expected: str
) -> None:
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    Person.objects.filter(pk=entry.lump.person_id).update(timezone=zone)
    photo = settled(alice, entry, dated(when, offset, form))
    at = datetime.fromisoformat(expected)
    offset_minutes = (at.utcoffset() or timedelta()).total_seconds() / 60
    assert (photo.taken_at, photo.taken_offset) == (at, offset_minutes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "when", ["0000:00:00 00:00:00", "1899:01:01 00:00:00", "9999:12:31 23:59:59", "yesterday", "2026-01-10", "    "]
)
def test_a_time_that_cannot_be_is_none(alice: User, entry: Entry, when: str) -> None:
    photo = settled(alice, entry, dated(when))
    assert (photo.state, photo.taken_at) == (Photo.READY, None)


@pytest.mark.django_db
def test_what_the_phone_said_stands(alice: User, entry: Entry) -> None:
    said = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)
    assert settled(alice, entry, dated("2026:01:10 08:30:20"), taken_at=said).taken_at == said
    coming = (timezone.now() + timedelta(days=3)).strftime("%Y:%m:%d %H:%M:%S")
    assert settled(alice, entry, dated(coming)).taken_at is None
