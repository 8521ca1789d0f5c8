"""A backup holds photos meanwhile, refuses to spoil anything, and keeps as many as it is told."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from tests.cast import make_cast
from tracker.actions import erasing
from tracker.backups import archive, making, passphrase, restoring
from tracker.backups.sealing import Broken, WrongPassphrase
from tracker.models import ChannelState, ClockRun, User
from tracker.pictures import vault
from tracker.tasks import keep_store

WORDS = "a quiet lake at dusk"
SAID = "Key (email)=(somebody)"  # a database quotes what it was given


@pytest.fixture(autouse=True)
def own_place(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    """A VAR_DIR of this test's own, with nothing in it: other tests leave photos in the one they share."""
    place = tmp_path_factory.mktemp("var")
    settings.VAR_DIR, settings.SECRETS_DIR = place, place / "secrets"
    photos = {"BACKEND": "tracker.pictures.disk.DurableStorage", "OPTIONS": {"location": place / "photos"}}
    settings.STORAGES = {**settings.STORAGES, "photos": photos}
    return place


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A file as a backup is, of nothing."""
    path = tmp_path / "one.age"
    with archive.Writer(path, WORDS) as made:
        made.facts = {"migrations": [], "rows": {}, "fields": {}, "photos": 0, "missing": []}
    return path


@pytest.mark.django_db
def test_a_photo_file_stays_while_a_backup_is_made_and_goes_by_the_sweep() -> None:
    name = vault.put(b"upload")
    with making.photos_held():
        vault.let_go(name)
        assert vault.get(name) == b"upload"
        assert keep_store() is None
        with pytest.raises(making.Busy), making.photos_held():
            pass
    vault.let_go(name)
    with pytest.raises(vault.Damaged):
        vault.get(name)


@pytest.mark.django_db
def test_a_backup_that_died_frees_its_place_when_its_lease_ends() -> None:
    ClockRun.objects.create(name=vault.HOLDER, lease_until=timezone.now() - timedelta(seconds=1))
    with making.photos_held():
        assert vault.is_held()
    assert not vault.is_held()


@pytest.mark.django_db
def test_restore_refuses_where_somebody_is(backup: Path) -> None:
    make_cast()
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(path=backup, passphrase=WORDS)
    assert User.objects.count() == 4


@pytest.mark.django_db
def test_restore_touches_nothing_for_a_wrong_passphrase_or_a_damaged_or_newer_file(backup: Path) -> None:
    make_cast()
    with pytest.raises(WrongPassphrase):
        restoring.restore(path=backup, passphrase=WORDS + "!", overwrite=True)
    whole = backup.read_bytes()
    backup.write_bytes(whole[:-20])
    with pytest.raises(Broken):
        restoring.restore(path=backup, passphrase=WORDS, overwrite=True)
    with archive.Writer(backup, WORDS) as made:
        made.facts = {"migrations": [["tracker", "9999_not_yet"]], "rows": {}, "fields": {}, "photos": 0, "missing": []}
    with pytest.raises(restoring.TooNew):
        restoring.restore(path=backup, passphrase=WORDS, overwrite=True)
    assert User.objects.count() == 4


def test_the_newest_are_kept_and_strangers_are_left(tmp_path: Path) -> None:
    first = datetime(2026, 1, 30, tzinfo=UTC)
    made = [making.dated(tmp_path, first + timedelta(days=day)) for day in range(5)]
    for path in [*made, tmp_path / "lump-diary-mine.backup.age"]:
        path.touch()
    assert making.throw_away_older(tmp_path, 2) == made[:3]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(p.name for p in made[3:]),
        "lump-diary-mine.backup.age",
    ]


def test_a_weak_passphrase_and_a_misused_keep_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    with pytest.raises(passphrase.Weak, match="12"):
        passphrase.given(to_make=True)
    assert passphrase.given(to_make=False) == "short"
    with pytest.raises(CommandError, match="12"):
        call_command("backup", str(tmp_path / "x.age"))
    with pytest.raises(CommandError, match="folder"):
        call_command("backup", str(tmp_path / "x.age"), keep=3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_restore_refuses_while_a_worker_is_at_work(backup: Path) -> None:
    ChannelState.objects.create(channel="email", sender_seen_at=timezone.now() - timedelta(seconds=20))
    with pytest.raises(restoring.AtWork):
        restoring.restore(path=backup, passphrase=WORDS)
    ChannelState.objects.update(sender_seen_at=timezone.now() - timedelta(seconds=40))
    assert not restoring._is_at_work()


BREAKS = [
    ("_put_files", OSError(28, "No space left on device"), "No space left on device"),
    ("_put_files", Broken("The file was cut or changed."), "cut or changed"),
    ("_put_files", AssertionError(SAID), "AssertionError"),
    ("_throw_away_others", vault.Away("ReadTimeout"), "ReadTimeout"),
    ("repeat_erasures", OSError(28, "No space left on device"), "No space left on device"),
    ("repeat_erasures", OperationalError(SAID), "OperationalError"),
    ("repeat_erasures", vault.Damaged(SAID), "Damaged"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("step", "why", "said"), BREAKS)
def test_a_restore_that_breaks_off_does_not_say_that_nothing_was_changed(
    backup: Path, own_place: Path, step: str, why: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object) -> None:
        raise why

    if step != "_put_files":
        monkeypatch.setattr(restoring, "_put_back", lambda *_args: {})
        (own_place / "secrets").mkdir()
        (own_place / "secrets" / "secret_key").write_text("of the backup")
    monkeypatch.setattr(erasing if step == "repeat_erasures" else restoring, step, breaks)
    monkeypatch.setenv("SECRET_KEY", "of this process, which goes on")
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS)
    with pytest.raises(CommandError, match="half-way") as told:
        call_command("restore", str(backup), overwrite=True)
    assert said in str(told.value) and "--overwrite" in str(told.value) and SAID not in str(told.value)


@pytest.mark.django_db
def test_a_restore_without_its_signing_key_is_half_way(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_put_back", lambda *_args: {})
    with pytest.raises(restoring.HalfWay, match="secret_key"):
        restoring.restore(path=backup, passphrase=WORDS)


@pytest.mark.django_db
def test_a_restore_that_cannot_begin_says_why(backup: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS)
    away = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"endpoint_url": "http://127.0.0.1:1", "bucket_name": "b"},
    }
    settings.STORAGES = {**settings.STORAGES, "photos": away}
    with pytest.raises(CommandError, match=r"Nothing was changed\. The photo store is away"):
        call_command("restore", str(backup))


def test_what_a_killed_backup_left_goes_after_a_day(tmp_path: Path) -> None:
    old, young, others = (
        tmp_path / f".{name}.part" for name in ("lump-diary-1.backup.age", "lump-diary-2.backup.age", "x")
    )
    for path in (old, young, others):
        path.touch()
    for path in (old, others):
        os.utime(path, (0, 0))
    making._clear_drafts(tmp_path)
    assert not old.exists() and young.exists() and others.exists()
