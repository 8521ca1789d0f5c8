"""The nightly backup and its drill: where BACKUP_DIR is set, a worker makes both, once a night."""

import logging
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from tracker.models import ClockRun

log = logging.getLogger(__name__)

NAME = "nightly"
APART = timedelta(hours=20)
OVERDUE = timedelta(hours=26)  # a machine that sleeps at night does it when it wakes
LONGEST = 6 * 3600.0  # seconds


def nightly(*, at: datetime) -> bool:
    """Make a backup and try it out where it is time for it; whether that was so.

    In a process of its own, since it reads in a transaction as long as the backup takes. What came of it stands at
    the clock's runs "backup" and "drill".
    """
    if not settings.BACKUP_DIR or not _claim(at):
        return False
    words = ["backup", settings.BACKUP_DIR, "--drill", "--keep", str(settings.BACKUP_KEEP)]
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        failed, said = done.returncode != 0, done.stderr.strip().splitlines()
    except subprocess.TimeoutExpired:
        failed, said = True, [f"it took longer than {LONGEST / 3600:.0f} hours"]
    if failed:
        log.error("The nightly backup failed: %s", (said or ["no word of why"])[-1])
    ClockRun.objects.filter(name=NAME).update(finished_at=datetime.now(at.tzinfo), counts={"failed": int(failed)})
    return True


def _claim(at: datetime) -> bool:
    """One worker a night: at BACKUP_HOUR (UTC), at once where there never was one, or late where a night was missed."""
    ClockRun.objects.get_or_create(name=NAME)
    due = Q(started_at__isnull=True) | Q(started_at__lt=at - OVERDUE)
    if at.hour == settings.BACKUP_HOUR:
        due |= Q(started_at__lt=at - APART)
    return bool(ClockRun.objects.filter(due, name=NAME).update(started_at=at))
