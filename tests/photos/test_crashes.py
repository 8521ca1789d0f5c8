"""A process killed by SIGKILL between any two steps: nothing is lost, nothing is orphaned, nothing stands for ever."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tests.photos import pictures
from tests.photos.deeds import attach, files
from tracker.actions import photo_upkeep, photo_work, photos
from tracker.actions.photo_upkeep import drop_unused_keys, rotate_photo_key, sweep_store
from tracker.actions.photo_work import process_photo, read_photo
from tracker.actions.photos import attach_photo, open_photo
from tracker.models import Entry, Photo, User
from tracker.models.base import uuid7
from tracker.models.photos import FILES
from tracker.pictures import keys, vault
from tracker.pictures.decode import Clean
from tracker.pictures.reading import Reading

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=2)
STEPS = ("put", "get", "forget")


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that kills itself at the `step`-th place where one can be killed; False if there are fewer.

    The places are before and after each call of the photo store, and before and after each commit.
    """
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            _mine(step)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _mine(step: int) -> None:
    count = 0

    def reach() -> None:
        nonlocal count
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    def around(call: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            reach()
            answer = call(*args, **kwargs)
            reach()
            return answer

        return wrapped

    for name in STEPS:
        setattr(vault, name, around(getattr(vault, name)))
    for wrapper in connections.all():
        wrapper.commit = around(wrapper.commit)  # type: ignore[method-assign]


def every_step(work: Callable[[], Callable[[], object]], check: Callable[[], None]) -> int:
    """`work()` prepares and returns what is to be killed; `check` looks after each killing. How many places there were."""
    step = 0
    while killed_at(step, work()):
        check()
        step += 1
    check()
    return step


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The children are not what is tried here."""
    made = Clean(32, 20, pictures.jpeg(quality=90), pictures.jpeg(quality=50), pictures.jpeg(quality=20))
    monkeypatch.setattr(photo_work, "clean", lambda data: made)
    reading = Reading({"version": 1, "ok": False, "reason": "no_card", "flat": None}, pictures.jpeg(quality=10))
    monkeypatch.setattr(photo_work, "measure", lambda data: reading)


def orphans(folder: Path) -> set[str]:
    """Files that no row names."""
    named = {getattr(row, column) for row in Photo.objects.all() for column in FILES}
    return {path.name for path in files(folder)} - named


def test_while_an_upload_is_taken_in(alice: User, entry: Entry, folder: Path) -> None:
    settings_free = partial(attach_photo, user=alice, entry_id=entry.pk)

    def prepare() -> Callable[[], object]:
        Photo.objects.all().delete()
        sweep_store(at=timezone.now() + LATER)
        return partial(settings_free, pk=uuid7(), data=pictures.jpeg())

    def check() -> None:
        for photo in Photo.objects.all():
            assert vault.get(photo.original) == pictures.jpeg()
        sweep_store(at=timezone.now() + LATER)
        assert orphans(folder) == set() and len(files(folder)) == Photo.objects.count()

    assert every_step(prepare, check) >= 4


def test_while_it_is_made_clean(alice: User, entry: Entry, folder: Path) -> None:
    pks: list[Any] = []

    def prepare() -> Callable[[], object]:
        Photo.objects.all().delete()
        sweep_store(at=timezone.now() + LATER)
        pks.append(attach(alice, entry).pk)
        return partial(process_photo, pk=pks[-1])

    def check() -> None:
        photo = Photo.objects.get(pk=pks[-1])
        if photo.state == Photo.PROCESSING:  # the upload must still be there
            assert vault.get(photo.original) == pictures.jpeg()
        process_photo(pk=photo.pk)
        photo.refresh_from_db()
        assert photo.state == Photo.READY
        assert all(open_photo(photo=photo, size=size) for size in ("thumb", "screen", "full"))
        sweep_store(at=timezone.now() + LATER)
        assert orphans(folder) == set() and len(files(folder)) == 3

    assert every_step(prepare, check) >= 10


def test_while_it_is_measured(alice: User, entry: Entry, folder: Path) -> None:
    pks: list[Any] = []

    def prepare() -> Callable[[], object]:
        Photo.objects.all().delete()
        sweep_store(at=timezone.now() + LATER)
        pks.append(attach(alice, entry).pk)
        process_photo(pk=pks[-1])
        return partial(read_photo, pk=pks[-1])

    def check() -> None:
        assert Photo.objects.get(pk=pks[-1]).state == Photo.READY
        read_photo(pk=pks[-1])
        photo = Photo.objects.get(pk=pks[-1])
        assert (
            not photo.measuring
            and (photo.analysis or {})["reason"] == "no_card"
            and open_photo(photo=photo, size="flat")
        )
        sweep_store(at=timezone.now() + LATER)
        assert orphans(folder) == set() and len(files(folder)) == 4

    assert every_step(prepare, check) >= 5


def test_while_the_key_is_changed(alice: User, entry: Entry, folder: Path) -> None:
    """Each killing is gone on from: the same key number, until it is through."""
    ready, waiting = attach(alice, entry), attach(alice, entry, pictures.jpeg(quality=30))
    process_photo(pk=ready.pk)
    numbers: list[int] = []

    def prepare() -> Callable[[], object]:
        numbers.append(keys.newest())
        return rotate_photo_key

    def check() -> None:
        photo = Photo.objects.get(pk=ready.pk)
        assert all(open_photo(photo=photo, size=size) for size in ("thumb", "screen", "full"))
        assert vault.get(Photo.objects.get(pk=waiting.pk).original)
        rotated = rotate_photo_key()
        assert rotated.key == keys.newest() <= numbers[-1] + 2 and not rotated.unreadable
        sweep_store(at=timezone.now() + LATER)
        assert orphans(folder) == set() and len(files(folder)) == 4
        assert {vault.key_of(path.name) for path in files(folder)} == {rotated.key}
        assert keys.newest() not in drop_unused_keys(grace=0)
        assert list(keys.ring()) == [rotated.key]

    assert every_step(prepare, check) >= 12


def test_the_store_away_while_it_is_made_clean_is_no_fault_of_the_photo(
    alice: User, entry: Entry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = attach(alice, entry)

    def away(data: bytes) -> str:
        raise vault.Away("OSError")

    with monkeypatch.context() as patch:
        patch.setattr(vault, "put", away)
        with pytest.raises(vault.Away):
            process_photo(pk=photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.PROCESSING and len(files(folder)) == 1
    process_photo(pk=photo.pk)
    assert Photo.objects.get(pk=photo.pk).state == Photo.READY


def test_a_master_that_does_not_read_back_costs_nothing(
    alice: User, entry: Entry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload is deleted only after the master was read back as it was written."""
    photo = attach(alice, entry)
    whole = vault.get

    def spoilt(name: str) -> bytes:
        data = whole(name)
        return data if name == photo.original else data[:-1]

    with monkeypatch.context() as patch:
        patch.setattr(vault, "get", spoilt)
        with pytest.raises(vault.Damaged):
            process_photo(pk=photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.PROCESSING and vault.get(photo.original) == pictures.jpeg()
    assert len(files(folder)) == 1


def test_a_stranger_in_the_store_is_left_alone_and_counted(alice: User, entry: Entry, folder: Path) -> None:
    """A file older than a week is no accident: perhaps the database is from a backup."""
    photo = attach(alice, entry)
    Photo.objects.filter(pk=photo.pk).delete()
    now = timezone.now()
    assert sweep_store(at=now + timedelta(minutes=59)) == photo_upkeep.Swept(0, 0)
    assert sweep_store(at=now + timedelta(days=8)) == photo_upkeep.Swept(0, 1)
    assert len(files(folder)) == 1
    assert sweep_store(at=now + timedelta(days=8), foreign_too=True) == photo_upkeep.Swept(1, 0)
    assert files(folder) == []
    assert photos.COLUMNS.keys() == {"thumb", "screen", "full", "flat"}
