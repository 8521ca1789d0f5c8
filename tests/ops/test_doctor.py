"""`manage.py doctor` names what is wrong and how to mend it, and its exit status tells a script."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.cast import make_cast
from tracker import clock
from tracker.backups.nightly import nightly
from tracker.management import checkup
from tracker.models import ChannelState, ClockRun, Photo
from tracker.notifications.channels import CHANNELS

pytestmark = pytest.mark.django_db


def told() -> dict[str, str]:
    return {found.what: found.state for found in checkup.look(timezone.now())}


@pytest.fixture
def well(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set-up in which nothing is wrong."""
    settings.PUBLIC_URL, settings.HTTPS, settings.TRUSTED_PROXIES, settings.THROTTLE = (
        "https://d.example",
        True,
        1,
        True,
    )
    settings.MAIL_IN_FOLDER, settings.EMAIL_BACKEND = False, "django.core.mail.backends.locmem.EmailBackend"
    settings.BACKUP_DIR, settings.PWA_DIST, settings.STATIC_ROOT = str(tmp_path), tmp_path, tmp_path
    (tmp_path / "staticfiles.json").touch()
    monkeypatch.setenv("BACKUP_PASSPHRASE", "a quiet lake at dusk")
    for name in CHANNELS:
        ChannelState.objects.update_or_create(channel=name, defaults={"sender_seen_at": timezone.now()})
    for name in ("scan", "backup", "drill"):
        clock.run(name, lambda: {"failed": 0})
    return tmp_path


def test_nothing_is_wrong_where_nothing_is(well: Path) -> None:
    assert set(told().values()) == {checkup.WELL}, [f for f in checkup.look(timezone.now()) if f.state != checkup.WELL]
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "Nothing to mend" in out.getvalue()


def test_each_fault_is_named_with_what_to_do(well: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    settings.TRUSTED_PROXIES, settings.DEBUG, settings.THROTTLE = 0, True, False
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    (well / "staticfiles.json").unlink()
    Photo.objects.create(
        entry=cast.entry, received_sha256="0" * 64, received_bytes=1, state=Photo.READY, sha256="0" * 64,
        master="a" * 32, screen="b" * 32, thumb="c" * 32,
    )  # fmt: skip
    ChannelState.objects.update(sender_seen_at=timezone.now() - timedelta(minutes=5))
    ClockRun.objects.filter(name="scan").update(finished_at=timezone.now() - timedelta(hours=1))
    ClockRun.objects.filter(name="drill").update(counts={"failed": 1})
    found = {each.what: each for each in checkup.look(timezone.now()) if each.state == checkup.BAD}
    assert set(found) == {
        "address",
        "DEBUG",
        "THROTTLE",
        "mail",
        "pages",
        "photos",
        "sender",
        "scan",
        "drill",
        "backup",
    }
    assert all(each.mend for each in found.values())
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1 and "10 to mend" in out.getvalue()


def test_a_night_is_taken_once_and_its_failure_is_written_down(settings: Any, tmp_path: Path) -> None:
    at = timezone.now().replace(hour=settings.BACKUP_HOUR)
    settings.BACKUP_DIR = ""
    assert not nightly(at=at)
    settings.BACKUP_DIR = str(tmp_path / "is not there")
    settings.BASE_DIR = tmp_path  # no manage.py lies there, so that this is quick
    assert nightly(at=at)
    assert ClockRun.objects.get(name="nightly").counts == {"failed": 1}
    assert not nightly(at=at + timedelta(minutes=15))
    assert not nightly(at=at + timedelta(hours=22)), "not by day"
    assert nightly(at=at + timedelta(hours=24))
    assert nightly(at=at + timedelta(hours=53)), "late, where the machine slept"
