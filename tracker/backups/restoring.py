"""Putting a backup back: the whole file is checked before anything is touched."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tracker.actions import erasing
from tracker.backups import archive, rows
from tracker.backups.making import ERASURES, PHOTOS, SECRETS
from tracker.backups.sealing import Broken
from tracker.models import ChannelState
from tracker.pictures import vault

AT_WORK = timedelta(seconds=30)  # a sender says twice as often that it is there


class NotEmpty(Exception):
    """Somebody's data is here."""


class TooNew(Exception):
    """The backup was made by a newer version."""


class AtWork(Exception):
    """A worker is running here."""


class HalfWay(Exception):
    """What was here is gone, and not all of the backup is back."""


@dataclass(frozen=True)
class Restored:
    """How many came back; ``erased`` accounts and diaries that had been erased since the backup and were again;
    ``ownerless``: ids of diaries that somebody now erased had handed on since, to whom this backup cannot tell."""

    rows: int
    photos: int
    missing: int
    erased: int
    ownerless: tuple[UUID, ...]
    signing_key_differs: bool


def restore(*, path: Path, passphrase: str, overwrite: bool = False) -> Restored:
    """Put everything back as it was, then bring the tables to this version and repeat erasures.

    Raises sealing.WrongPassphrase, sealing.Broken, NotEmpty, TooNew, AtWork, vault.Away and faults of disk and database, all
    of them before anything was touched; and from then on HalfWay, whatever happened. Stop web and workers first. Cut off
    half-way, it is begun anew with `overwrite`.
    """
    manifest = archive.verified(path, passphrase)
    targets = [(app, name) for app, name in manifest["migrations"]]
    unknown = set(targets) - set(MigrationExecutor(connection).loader.disk_migrations or {})
    if unknown:
        raise TooNew("The backup was made by a newer version of Lump Diary. Install that version, then restore.")
    if not overwrite and not is_empty():
        raise NotEmpty(
            "There is a diary here already, and it would be lost. Restore into an empty VAR_DIR and database, or say "
            "--overwrite if everything here is to go."
        )
    if _is_at_work():
        raise AtWork(
            "A worker is at work here, or was a moment ago. Stop web, workers and beat, wait half a minute, try again."
        )
    erased_here = list(erasing.read_erasures())
    given = os.environ.get("SECRET_KEY")
    try:
        counts = _put_back(path, passphrase, manifest, targets)
        if overwrite:
            _throw_away_others(manifest)
        kept = (Path(settings.SECRETS_DIR) / "secret_key").read_text().strip()
        if not given:
            settings.SECRET_KEY = kept  # sessions that an erasure ends were signed with it
        again = erasing.repeat_erasures({*erased_here, *erasing.read_erasures()})
    except Exception as why:  # until the erasures are repeated, erased people are back
        # a database's own words may quote somebody's
        raise HalfWay(str(why) if isinstance(why, OSError | vault.Away | Broken) else type(why).__name__) from why
    return Restored(
        rows=sum(counts.values()),
        photos=manifest["photos"],
        missing=len(manifest["missing"]),
        erased=again.count,
        ownerless=again.ownerless,
        signing_key_differs=bool(given) and given != kept,
    )


def is_empty() -> bool:
    """No account in the database, no file in the photo store."""
    tables = connection.introspection.table_names()
    if "tracker_user" in tables:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tracker_user LIMIT 1")
            if cursor.fetchone():
                return False
    return next(vault.all_names(), None) is None


def _is_at_work() -> bool:
    """Did a sender say so just now? Tables that are dropped under a worker would be filled by it meanwhile."""
    if "tracker_channelstate" not in connection.introspection.table_names():
        return False
    fresh = timezone.now() - AT_WORK
    return ChannelState.objects.filter(sender_seen_at__gt=fresh).exists()


def _put_back(path: Path, passphrase: str, manifest: dict[str, Any], targets: list[tuple[str, str]]) -> dict[str, int]:
    """Files, tables as they were, rows, and the tables of today; how many rows of each label."""
    _put_files(path, passphrase)
    state = _rebuild(targets)
    with transaction.atomic(), connection.constraint_checks_disabled():
        rows.empty_tables(state)
        counts = rows.write(_parts(path, passphrase), manifest["fields"], state)
        rows.continue_counting(state)
        connection.check_constraints()
    if counts != manifest["rows"]:
        raise AssertionError("not every row came back")
    call_command("migrate", interactive=False, verbosity=0)
    return counts


def _rebuild(targets: list[tuple[str, str]]) -> Any:
    """Make the tables as they stood when the backup was made; their models of then."""
    rows.drop_tables()
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def _parts(path: Path, passphrase: str) -> Iterator[tuple[str, bytes]]:
    for name, data in archive.members(path, passphrase):
        if name.startswith(rows.LINES):
            yield name.removeprefix(rows.LINES).partition("/")[0], data


def _put_files(path: Path, passphrase: str) -> None:
    folder: Path = settings.SECRETS_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, data in archive.members(path, passphrase):
        kind, _, rest = name.partition("/")
        if kind == PHOTOS[:-1]:
            vault.put_sealed(rest, data)
        elif kind == SECRETS[:-1]:
            _write_private(folder / Path(rest).name, data)
        elif name == ERASURES:
            _write_private(erasing.erasures_path(), _joined(erasing.erasures_path(), data))


def _joined(path: Path, data: bytes) -> bytes:
    """The list that is here and the one of the backup: what was erased on either side stays erased."""
    here = path.read_bytes().splitlines() if path.is_file() else []
    return b"".join(line + b"\n" for line in sorted({*here, *data.splitlines()}))


def _write_private(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _throw_away_others(manifest: dict[str, Any]) -> None:
    """After --overwrite: photo files that the backup does not know."""
    for name in [name for name in vault.all_names() if PHOTOS + name not in manifest["sha256"]]:
        vault.forget(name)
