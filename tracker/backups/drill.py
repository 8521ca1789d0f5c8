"""A fire drill: the newest backup is put back into a temporary place, and every photo is opened there.

The place is a folder with SQLite in it, whatever the backup came from: it needs no right on the server, and shows that
the file opens, is whole, fits the tables with all their constraints, and that each photo's key came along.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tracker.models import ClockRun, Photo
from tracker.models.photos import FILES
from tracker.pictures import vault

ALONE = ("DATABASE_URL", "STORAGE_URL", "SECRET_KEY", "REDIS_URL", "EMAIL_URL", "SENTRY_DSN")


@dataclass(frozen=True)
class Drill:
    """What a drill found: ``unreadable`` are photo files that did not open, ``trouble`` is empty where all was well."""

    rows: int = 0
    photos: int = 0
    unreadable: int = 0
    seconds: float = 0.0
    trouble: str = ""


def drill(path: Path, passphrase: str) -> Drill:
    """Restore `path` by `manage.py restore` in a process and a folder of its own, which goes afterwards.

    What came of it is written down where /healthz, the metrics and `manage.py doctor` find it.
    """
    began = timezone.now()
    found = _drill(path, passphrase)
    counts = {
        "rows": found.rows,
        "photos": found.photos,
        "unreadable": found.unreadable,
        "failed": int(bool(found.trouble)),
    }
    ClockRun.objects.update_or_create(
        name="drill", defaults={"started_at": began, "finished_at": timezone.now(), "counts": counts}
    )
    return found


def _drill(path: Path, passphrase: str) -> Drill:
    with tempfile.TemporaryDirectory(prefix="lump-drill-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in ALONE}
        environment |= {"VAR_DIR": folder, "ENV_FILE": "", "BACKUP_PASSPHRASE": passphrase}
        done = subprocess.run(
            [sys.executable, "manage.py", "restore", str(path.resolve()), "--as-drill"],
            cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        return Drill(trouble=(done.stderr.strip().splitlines() or ["no word of why"])[-1])
    return Drill(**json.loads(done.stdout.strip().splitlines()[-1]))


def look_through(rows: int, seconds: float) -> str:
    """Inside the temporary place, after the restore: open every photo; the Drill as JSON."""
    photos = unreadable = 0
    for column in FILES:
        names = Photo.objects.exclude(**{column: ""}).values_list(column, flat=True)
        for name in names.iterator(chunk_size=500):
            photos += 1
            try:
                vault.get(name)
            except vault.Damaged:
                unreadable += 1
    trouble = f"{unreadable} of {photos} photo files do not open" if unreadable else ""
    return json.dumps(asdict(Drill(rows, photos, unreadable, seconds, trouble)))
