"""Making a backup while everybody goes on working.

First photos are held (no file that a row names goes until the end), then a snapshot of the database is opened, then its
rows, the secrets and every file that the snapshot names are written. So what is in the file belongs together.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from tracker.actions import erasing
from tracker.backups import rows
from tracker.backups.archive import Writer
from tracker.models import ClockRun, Photo
from tracker.models.photos import FILES
from tracker.pictures import keys, vault

HOLD = timedelta(minutes=5)
RENEWED_EVERY = 60.0  # seconds
DRAFT = timedelta(days=1)
PHOTOS, SECRETS = "photos/", "secrets/"
ERASURES = "erasures"
ENDING = ".backup.age"


class Busy(Exception):
    """Another backup is being made."""


@dataclass(frozen=True)
class Made:
    """``rows`` and ``photos`` (files) in the backup; ``missing`` files that rows name and the store does not have."""

    path: Path
    rows: int
    photos: int
    missing: list[str]
    bytes: int
    seconds: float


def make_backup(
    *, path: Path, passphrase: str, progress: Callable[[str, int], None] = lambda what, count: None
) -> Made:
    """Write everything into `path`, sealed; it is there only once it is whole. Raises Busy, rows.NotMigrated, vault.Away.

    `progress(what, count)` is called after each part. What is in it: every row of every table, the sealed photo files,
    all secrets (the signing key, the photos' keys, the push key) and the list of erasures.
    """
    with photos_held():
        _clear_drafts(path.parent)
        made = None
        try:
            made = _write(path, passphrase, progress)
        finally:
            counts = {"failed": int(made is None)}
            if made is not None:
                counts |= {"rows": made.rows, "photos": made.photos, "missing": len(made.missing), "bytes": made.bytes}
            ClockRun.objects.filter(name=vault.HOLDER).update(finished_at=timezone.now(), counts=counts)
    return made


def _write(path: Path, passphrase: str, progress: Callable[[str, int], None]) -> Made:
    began = timezone.now()
    missing: list[str] = []
    with rows.snapshot() as using, Writer(path, passphrase) as archive:
        archive.facts = {"made_at": began.isoformat(), "migrations": rows.state(using), "rows": {}, "fields": {}}
        for label, count, part in rows.read(using):
            counts = archive.facts["rows"]
            archive.add(f"{rows.LINES}{label}/{counts.get(label, 0):09d}.jsonl.gz", part)
            counts[label] = counts.get(label, 0) + count
            progress("rows", sum(counts.values()))
        archive.facts["fields"] = {m._meta.label_lower: rows.columns(m) for m in rows.models_of(apps)}
        _add_secrets(archive)
        photos = 0
        for name in _named(using):
            try:
                archive.add(PHOTOS + name, vault.as_kept(name))
                photos += 1
            except vault.Damaged:
                missing.append(name)
            progress("photos", photos)
        missing = [name for name in missing if _is_still_named(name)]
        archive.facts |= {"photos": photos, "missing": missing}
    taken = (timezone.now() - began).total_seconds()
    return Made(path, sum(archive.facts["rows"].values()), photos, missing, path.stat().st_size, taken)


def _clear_drafts(folder: Path) -> None:
    """Throw away what a backup left that was killed half-way: nobody writes at one for a day."""
    before = (timezone.now() - DRAFT).timestamp()
    for draft in folder.glob(f".lump-diary-*{ENDING}.part"):
        if draft.stat().st_mtime < before:
            draft.unlink(missing_ok=True)


def _add_secrets(archive: Writer) -> None:
    keys.ring()  # makes the first where nobody sent a photo yet
    folder: Path = settings.SECRETS_DIR
    held = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    held["secret_key"] = settings.SECRET_KEY.encode()  # it may come from the environment
    for name, data in held.items():
        if not name.startswith("."):  # a draft of somebody who is rotating
            archive.add(SECRETS + name, data)
    if erasing.erasures_path().is_file():
        archive.add(ERASURES, erasing.erasures_path().read_bytes())


def _named(using: str) -> Iterator[str]:
    """Names of all files that the photos of the snapshot need."""
    for column in FILES:
        found = Photo.objects.using(using).exclude(**{column: ""}).order_by("pk")
        yield from found.values_list(column, flat=True).iterator(chunk_size=rows.PART)


def _is_still_named(name: str) -> bool:
    """Does a row of now want this file? Else it was erased meanwhile, and is rightly gone."""
    return any(Photo.objects.filter(**{column: name}).exists() for column in FILES)


@contextmanager
def photos_held() -> Iterator[None]:
    """Let no photo file go meanwhile (erasures excepted). A process that dies here lets go when its lease ends."""
    at = timezone.now()
    ClockRun.objects.get_or_create(name=vault.HOLDER)
    row = ClockRun.objects.filter(name=vault.HOLDER)
    free = row.exclude(lease_until__gt=at)
    if not free.update(lease_until=at + HOLD, started_at=at):
        raise Busy("Another backup is being made. Wait for it to end; if it died, its place is free in five minutes.")
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(ended,), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        row.update(lease_until=None)


def _renew(ended: threading.Event) -> None:
    while not ended.wait(RENEWED_EVERY):
        close_old_connections()
        ClockRun.objects.filter(name=vault.HOLDER).update(lease_until=timezone.now() + HOLD)
    connection.close()


def dated(folder: Path, at: datetime) -> Path:
    """The name of a backup made now, in a folder of them."""
    return folder / f"lump-diary-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


def throw_away_older(folder: Path, keep: int) -> list[Path]:
    """Keep the newest `keep` backups of the folder; those that went. What is not named as `dated` names is not touched."""
    old = sorted(folder.glob(f"lump-diary-????????T??????Z{ENDING}"))[:-keep]
    for path in old:
        path.unlink()
    return old
