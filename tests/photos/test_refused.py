"""A picture that cannot be opened: said at the entry, kept sealed for its owner for 30 days, then thrown away."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import JSONClient, make_member, new_id
from tests.photos import pictures
from tests.photos.deeds import attach, files, settled
from tracker.actions.photo_upkeep import throw_away_deleted, throw_away_refused
from tracker.actions.photo_work import process_photo
from tracker.actions.photos import delete_photo
from tracker.models import Entry, Membership, Photo, User

pytestmark = pytest.mark.django_db
BROKEN = pictures.planted_jpeg()[:900]


def client_of(user: User) -> JSONClient:
    from tracker.actions.people import create_token

    return JSONClient(token=create_token(user=user, name="tests")[1])


def test_its_owner_gets_it_back_as_it_came_and_no_browser_runs_it(alice: User, entry: Entry) -> None:
    photo = settled(alice, entry, BROKEN)
    told = client_of(alice).read(f"/api/photos/{photo.pk}/").json()
    assert (told["state"], told["analysis"], told["measuring"]) == ("refused", None, False)
    assert "could not read" in told["reason"] and told["original_until"] is not None
    answer = client_of(alice).read(f"/api/photos/{photo.pk}/original/")
    assert (answer.status_code, answer.content) == (200, BROKEN)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{photo.pk}.bin"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_carer_who_sees_photos_and_a_stranger_do_not_get_it(alice: User, entry: Entry) -> None:
    photo = settled(alice, entry, BROKEN)
    carol, bob = make_member("carol"), make_member("bob")
    Membership.objects.create(user=carol.user, person=entry.lump.person, role="carer", photos=True)
    path = f"/api/photos/{photo.pk}/original/"
    client_of(alice).read(path)  # warm
    assert carol.token.read(f"/api/photos/{photo.pk}/").status_code == 200
    assert carol.token.read(path).status_code == 403
    assert bob.token.read(path).status_code == 404
    assert JSONClient().read(path).status_code == 401


def test_a_ready_one_a_deleted_one_and_one_under_way_have_no_original(alice: User, entry: Entry) -> None:
    ready, waiting, gone = settled(alice, entry), attach(alice, entry), settled(alice, entry, BROKEN)
    delete_photo(user=alice, pk=gone.pk)
    for photo in (ready, waiting, gone):
        assert client_of(alice).read(f"/api/photos/{photo.pk}/original/").status_code == 404


def test_after_30_days_it_is_thrown_away_and_the_sentence_stays(alice: User, entry: Entry, folder: Path) -> None:
    photo = settled(alice, entry, BROKEN)
    assert throw_away_refused(at=timezone.now() + timedelta(days=29, hours=23)) == 0
    assert len(files(folder)) == 1
    assert throw_away_refused(at=timezone.now() + timedelta(days=30, seconds=1)) == 1
    assert throw_away_refused(at=timezone.now() + timedelta(days=31)) == 0
    photo.refresh_from_db()
    assert (photo.state, photo.original, photo.original_until) == (Photo.REFUSED, "", None)
    assert photo.reason and files(folder) == []
    assert client_of(alice).read(f"/api/photos/{photo.pk}/original/").status_code == 404


def test_it_is_not_served_after_30_days_though_the_clock_stood_still(alice: User, entry: Entry) -> None:
    photo = settled(alice, entry, BROKEN)
    Photo.objects.filter(pk=photo.pk).update(settled_at=timezone.now() - timedelta(days=30, seconds=1))
    assert client_of(alice).read(f"/api/photos/{photo.pk}/original/").status_code == 404


@pytest.mark.parametrize("what", ["photo", "entry", "lump", "person"])
def test_what_was_deleted_for_30_days_is_thrown_away(alice: User, entry: Entry, folder: Path, what: str) -> None:
    photo = settled(alice, entry)
    row: Any = {"photo": photo, "entry": entry, "lump": entry.lump, "person": entry.lump.person}[what]
    now = timezone.now()
    assert throw_away_deleted(at=now + timedelta(days=365)) == 0
    type(row).objects.filter(pk=row.pk).update(deleted_at=now)
    assert throw_away_deleted(at=now + timedelta(days=29)) == 0
    assert throw_away_deleted(at=now + timedelta(days=31)) == 1
    assert not Photo.objects.exists() and files(folder) == []


def test_a_child_that_is_killed_from_outside_does_not_cost_a_good_photo(
    alice: User, entry: Entry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Three times in a row, and it is refused rather than tried for ever."""
    from tracker.pictures import child

    photo = attach(alice, entry)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", _killer(tmp_path))
        for tries in (1, 2):
            with pytest.raises(child.Interrupted):
                process_photo(pk=photo.pk)
            photo.refresh_from_db()
            assert (photo.state, photo.tries) == (Photo.PROCESSING, tries)
    process_photo(pk=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.tries) == (Photo.READY, 0)

    other = attach(alice, entry, pk=new_id())
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", _killer(tmp_path))
        for _ in range(2):
            with pytest.raises(child.Interrupted):
                process_photo(pk=other.pk)
        process_photo(pk=other.pk)
    other.refresh_from_db()
    assert other.state == Photo.REFUSED and other.original


def _killer(folder: Path) -> str:
    """A program that takes what it is given and dies by SIGKILL, as one that the system ends for want of memory."""
    path = folder / "killer.sh"
    path.write_text("#!/bin/sh\nhead -c 100 >/dev/null\nkill -9 $$\n")
    path.chmod(0o700)
    return str(path)
