"""Keys of the photos' own: made once, numbered, changed while everybody goes on working."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from tests.photos import pictures
from tests.photos.deeds import files, settled
from tests.support.threads import meanwhile
from tracker.actions.photo_upkeep import drop_unused_keys, rotate_photo_key
from tracker.actions.photos import open_photo
from tracker.models import Entry, Photo, User
from tracker.pictures import keys, vault


def test_the_first_key_is_made_once_and_only_for_the_owners_eyes(settings: Any) -> None:
    made = keys.ring()
    assert list(made) == [1] and len(made[1]) == 32 and keys.ring() == made
    path = settings.SECRETS_DIR / "photo_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert made[1] not in settings.SECRET_KEY.encode()
    assert not keys.add(1) and keys.ring() == made


def test_a_damaged_key_stops_everything_rather_than_being_replaced(settings: Any) -> None:
    keys.ring()
    path = settings.SECRETS_DIR / "photo_key"
    path.write_text("short")
    (settings.SECRETS_DIR / "touched").touch()
    with pytest.raises(ImproperlyConfigured, match="photo_key"):
        keys.ring()


def test_another_process_sees_a_new_key_at_once(settings: Any) -> None:
    """As after a rotation elsewhere: no restart, and what was sealed with either is read."""
    old = vault.put(b"one")
    assert keys.add(2)
    new = vault.put(b"two")
    assert (vault.key_of(old), vault.key_of(new)) == (1, 2)
    assert (vault.get(old), vault.get(new)) == (b"one", b"two")


@pytest.mark.django_db
def test_the_command_seals_all_anew_and_the_old_key_goes_when_nothing_needs_it(
    alice: User, entry: Entry, folder: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [settled(alice, entry), settled(alice, entry, pictures.jpeg()[:500])]
    before = {path.name: path.read_bytes() for path in files(folder)}
    seen = open_photo(photo=photos[0], size="full")
    call_command("rotate_photo_key")
    told = capsys.readouterr()
    assert "2 photos are sealed with key 2" in told.out and "2 of 2" in told.err
    after = {path.name: path.read_bytes() for path in files(folder)}
    assert not before.keys() & after.keys() and len(after) == len(before) == 4
    assert open_photo(photo=photos[0], size="full") == seen  # a row read before the change still finds its picture
    assert drop_unused_keys() == []  # somebody may still be writing with it
    assert drop_unused_keys(grace=0) == [1]
    assert [path.name for path in sorted(settings.SECRETS_DIR.iterdir())] == ["photo_key_2"]
    assert open_photo(photo=Photo.objects.get(pk=photos[0].pk), size="full") == seen
    call_command("rotate_photo_key")
    assert keys.newest() == 3


@pytest.mark.django_db
def test_a_key_that_a_file_needs_is_never_dropped(alice: User, entry: Entry, folder: Path) -> None:
    photo = settled(alice, entry)
    path = folder / photo.thumb[:2] / photo.thumb
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    rotated = rotate_photo_key()
    assert rotated.unreadable == [photo.pk] and rotated.photos == 0
    assert drop_unused_keys(grace=0) == []
    assert open_photo(photo=photo, size="full")


@pytest.mark.django_db
def test_a_store_that_is_not_mounted_costs_no_key(alice: User, entry: Entry, folder: Path) -> None:
    """As when a changing of the key was cut off, and the machine starts without the disk of the photos."""
    photo = settled(alice, entry)
    assert keys.add(2)
    away = folder.with_name("away")
    folder.rename(away)
    try:
        assert drop_unused_keys(grace=0) == []
    finally:
        away.rename(folder)
    assert open_photo(photo=photo, size="full")


@pytest.mark.django_db(transaction=True)
def test_nobody_notices_while_it_is_changed(alice: User, entry: Entry) -> None:
    """Readers with rows old and new, through five changes."""
    photo = settled(alice, entry)
    done = threading.Event()

    def look(_turn: int) -> None:
        row = Photo.objects.get(pk=photo.pk)
        while not done.is_set():
            assert open_photo(photo=row, size="thumb").startswith(b"\xff\xd8")

    with meanwhile(3, look):
        try:
            for _ in range(5):
                assert not rotate_photo_key().unreadable
        finally:
            done.set()
    assert keys.newest() == 6
