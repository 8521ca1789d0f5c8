"""A backup holds photos meanwhile, refuses to spoil anything, and keeps as many as it is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.cast import make_cast
from tracker.backups import archive, making, passphrase, restoring
from tracker.backups.sealing import Broken, WrongPassphrase
from tracker.models import ClockRun, User
from tracker.pictures import vault
from tracker.tasks import keep_store

WORDS = "a quiet lake at dusk"


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
