"""Photos from upload to gate, through the deeds: sealed at rest, clean, and only for those who may."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import make_cast, new_id
from tests.photos import pictures
from tests.photos.conftest import PASSWORD
from tests.photos.deeds import attach, files
from tracker.actions.errors import MayOnlyLook, NotThere, Refused, Wrong
from tracker.actions.people import create_user, invite_member
from tracker.actions.photo_work import process_photo, waiting_photos
from tracker.actions.photos import (
    Differs,
    TooLarge,
    WrongKind,
    delete_photo,
    open_photo,
    restore_photo,
)
from tracker.models import Entry, Photo, User
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db


def test_a_photo_arrives_is_cleaned_and_can_be_seen(alice: User, entry: Entry, folder: Path) -> None:
    data = pictures.planted_jpeg()
    photo = attach(alice, entry, data, sha256=hashlib.sha256(data).hexdigest())
    assert photo.state == Photo.PROCESSING and waiting_photos() == [photo.pk]
    with pytest.raises(NotThere):
        open_photo(photo=photo, size="thumb")
    process_photo(pk=photo.pk)
    process_photo(pk=photo.pk)  # a second ring of the bell
    photo.refresh_from_db()
    assert photo.state == Photo.READY and (photo.width, photo.height) == (320, 200)
    assert hashlib.sha256(open_photo(photo=photo, size="full")).hexdigest() == photo.sha256
    assert photo.received_sha256 == hashlib.sha256(data).hexdigest()
    kept = files(folder)
    assert len(kept) == 3  # the upload is gone
    for path in kept:
        sealed = path.read_bytes()
        assert b"\xff\xd8\xff" not in sealed[:40] and pictures.SECRET not in sealed


def test_a_swapped_file_is_not_shown(alice: User, entry: Entry, folder: Path) -> None:
    one, two = attach(alice, entry), attach(alice, entry, pictures.jpeg(quality=40))
    for photo in (one, two):
        process_photo(pk=photo.pk)
        photo.refresh_from_db()
    (folder / one.thumb[:2] / one.thumb).write_bytes((folder / two.thumb[:2] / two.thumb).read_bytes())
    with pytest.raises(NotThere):
        open_photo(photo=one, size="thumb")


def test_the_same_photo_twice_is_one_and_another_under_its_id_is_refused(alice: User, entry: Entry) -> None:
    pk = uuid7()
    for _ in range(10):
        attach(alice, entry, pk=pk)
    assert Photo.objects.count() == 1
    with pytest.raises(Differs):
        attach(alice, entry, pictures.jpeg(quality=30), pk=pk)


@pytest.mark.parametrize(
    ("data", "more", "refusal"),
    [
        (b"<html>", {}, WrongKind),
        (pictures.jpeg(), {"sha256": "0" * 64}, Wrong),
        (b"\xff\xd8\xff" + b"\0" * (15 * 1024 * 1024), {}, TooLarge),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    data: bytes, more: dict[str, Any], refusal: type[Refused], alice: User, entry: Entry, folder: Path
) -> None:
    with pytest.raises(refusal):
        attach(alice, entry, data, **more)
    assert not Photo.objects.exists() and not files(folder)


def test_a_fifth_photo_and_a_full_diary_are_refused(alice: User, entry: Entry, settings: Any) -> None:
    for quality in (90, 80, 70, 60):
        attach(alice, entry, pictures.jpeg(quality=quality))
    with pytest.raises(Wrong):
        attach(alice, entry)
    settings.PHOTO_QUOTA_BYTES = 100
    other = Entry.objects.create(lump=entry.lump, measured_at=timezone.now())
    with pytest.raises(TooLarge):
        attach(alice, other)


def test_one_that_cannot_be_read_is_said_and_stays_sealed(alice: User, entry: Entry, folder: Path) -> None:
    photo = attach(alice, entry, pictures.jpeg()[:700])
    process_photo(pk=photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.REFUSED and "could not read" in photo.reason
    assert len(files(folder)) == 1 and Entry.objects.kept().filter(pk=entry.pk).exists()


def test_who_may_see_and_add(alice: User, entry: Entry) -> None:
    photo = attach(alice, entry)
    people = {}
    for name, role, photos in (("carol", "carer", True), ("dan", "carer", False), ("victor", "viewer", True)):
        people[name] = create_user(email=f"{name}@example.org", password=PASSWORD)
        invite_member(user=alice, person_id=entry.lump.person_id, email=f"{name}@example.org", role=role, photos=photos)
    bob = create_user(email="bob@example.org", password=PASSWORD)
    seen = {name: Photo.objects.visible_to(user).filter(pk=photo.pk).exists() for name, user in people.items()}
    assert seen == {"carol": True, "dan": False, "victor": True}
    assert not Photo.objects.visible_to(bob).exists()
    attach(people["carol"], entry)
    for user, refusal in ((people["dan"], MayOnlyLook), (people["victor"], MayOnlyLook), (bob, NotThere)):
        with pytest.raises(refusal):
            attach(user, entry)


def test_delete_and_undo(alice: User, entry: Entry) -> None:
    photo = attach(alice, entry)
    process_photo(pk=photo.pk)
    delete_photo(user=alice, pk=photo.pk)
    photo.refresh_from_db()
    with pytest.raises(NotThere):
        open_photo(photo=photo, size="thumb")
    restore_photo(user=alice, pk=photo.pk)
    photo.refresh_from_db()
    assert open_photo(photo=photo, size="thumb")


def test_another_device_hears_of_a_photo_that_came_or_went_after_its_entry() -> None:
    cast = make_cast()
    path, entry = "/api/entries/", str(cast.entry.pk)

    def news(cursor: str) -> tuple[list[dict[str, Any]], str]:
        body = cast.carol.token.read(path, since=cursor).json()
        return [each["receipt"]["photos"] for each in body["results"] if each["id"] == entry], body["cursor"]

    _first, cursor = news(cast.carol.token.read(path).json()["cursor"])
    pk = str(new_id())
    sent = cast.alice.token.ask("PUT", f"/api/photos/{pk}/?entry={entry}", pictures.jpeg(), content_type="image/jpeg")
    assert sent.status_code == 201
    came, cursor = news(cursor)
    assert [list(photos) for photos in came] == [[pk]]
    assert news(cursor)[0] == []
    assert cast.alice.token.remove(f"/api/photos/{pk}/").status_code == 204
    went, cursor = news(cursor)
    assert went == [{}]
    assert cast.alice.token.post_json(f"/api/photos/{pk}/restore/").status_code == 200
    assert [list(photos) for photos in news(cursor)[0]] == [[pk]]
