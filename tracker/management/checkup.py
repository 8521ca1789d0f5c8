"""What `manage.py doctor` looks at: each check says what it found, and how to mend what is wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tracker.backups import passphrase
from tracker.backups.making import ENDING
from tracker.management import outside
from tracker.management.found import BAD, LOOK, WELL, Found
from tracker.models import ClockRun, Photo, PushSubscription, User
from tracker.notifications import health
from tracker.notifications.channels import vapid
from tracker.pictures import keys, vault
from tracker.rules.words.regions import PACKS

LITTLE_ROOM = 1_000_000_000
LATE = {"scan": timedelta(minutes=15), "backup": timedelta(hours=30), "drill": timedelta(hours=30)}
SKEW = timedelta(seconds=10)


def look(at: datetime) -> Iterator[Found]:
    """Every check; those that need the database are left out where it is away."""
    for check in BEFORE:
        yield from check()
    database = list(_database())
    yield from database
    if any(found.state == BAD for found in database):
        return
    for wanting in WITH_DATABASE:
        yield from wanting(at)


def _folder() -> Iterator[Found]:
    folder = Path(settings.VAR_DIR)
    if not os.access(folder, os.W_OK):
        yield Found(
            "folder", BAD, f"{folder} cannot be written.", f"chown -R it to the account that runs this: {os.geteuid()}"
        )
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM:
        yield Found("disk", BAD, f"{free // 1_000_000} MB are free below {folder}.", "Free some room, or move VAR_DIR.")
    else:
        yield Found("disk", WELL, f"{free // 1_000_000_000} GB are free below {folder}.")


def _secrets() -> Iterator[Found]:
    try:
        count = len(keys.ring())
    except ImproperlyConfigured as why:
        yield Found("secrets", BAD, str(why), "Take the folder secrets from your newest backup.")
        return
    except OSError as why:
        yield Found(
            "secrets", BAD, f"{why.filename} cannot be read or written ({why.strerror}).",
            f"chown -R {os.geteuid()} {settings.SECRETS_DIR}",
        )  # fmt: skip
        return
    loose = [path.name for path in settings.SECRETS_DIR.iterdir() if path.stat().st_mode & 0o077]
    if loose:
        yield Found("secrets", BAD, f"Others may read {', '.join(loose)}.", f"chmod 600 {settings.SECRETS_DIR}/*")
    else:
        yield Found("secrets", WELL, f"{count} photo key(s), readable by this account alone.")


def _switches() -> Iterator[Found]:
    for name, wrong, mend in (
        ("DEBUG", settings.DEBUG, "Set DEBUG=0: its error pages show settings and rows."),
        ("THROTTLE", not settings.THROTTLE, "Set THROTTLE=1: nothing slows down whoever guesses passwords."),
    ):
        if wrong:
            yield Found(name, BAD, f"{name} is set for tests.", mend)
    if settings.REGION and settings.REGION not in PACKS:
        yield Found("REGION", BAD, f"There are no words for REGION={settings.REGION}.", f"One of: {', '.join(PACKS)}.")


def _files() -> Iterator[Found]:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Found("pages", BAD, "Styles and scripts were not collected.", "manage.py collectstatic --noinput")
    elif not settings.PWA_DIST.is_dir():
        yield Found("pages", BAD, "The phone app was not built.", "make setup, or take the built image.")
    else:
        yield Found("pages", WELL, "Styles, scripts and the phone app are there.")


def _database() -> Iterator[Found]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseFault as why:
        yield Found(
            "database",
            BAD,
            f"It cannot be used: {str(why).strip() or type(why).__name__}"[:300],
            "Check DATABASE_URL, and that it runs.",
        )
        return
    if plan:
        yield Found("database", BAD, f"{len(plan)} migrations are still to run.", "manage.py migrate")
    else:
        yield Found("database", WELL, f"{connection.vendor}, migrated.")


def _demo(_at: datetime) -> Iterator[Found]:
    if settings.HTTPS and User.objects.filter(email="sam@example.org").exists():
        yield Found(
            "demo",
            BAD,
            "The demo accounts are here, and their passwords are known.",
            "Set DEMO=0 and begin with an empty VAR_DIR.",
        )


def _clocks(at: datetime) -> Iterator[Found]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs(cursor.fetchone()[0] - timezone.now())
        if skew > SKEW:
            yield Found(
                "time",
                BAD,
                f"Database and server are {skew.total_seconds():.0f} s apart.",
                "Run chrony or systemd-timesyncd on both.",
            )
    ended = ClockRun.objects.filter(finished_at__gt=at + SKEW).values_list("name", flat=True)
    if ended:
        yield Found(
            "time", BAD, f"By this clock {', '.join(ended)} ended in the future: it was set back, or another machine's is fast.",
            "Run chrony or systemd-timesyncd on every machine.",
        )  # fmt: skip
    seen = health.health()
    if not seen["sender"]["ok"]:
        yield Found("sender", BAD, "Nobody has sent messages for two minutes.", "Start the worker, and read its log.")
    else:
        yield Found("sender", WELL, "A sender is at work.")
    for channel in seen["sender"]["channels_down"]:
        yield Found(channel, BAD, f"The way out “{channel}” is down.", "docs/operate.md, diary_channel_down_seconds.")
    waiting = seen["oldest_waiting_seconds"]
    if waiting and waiting > 300:
        yield Found(
            "outbox", BAD, f"A message has waited for {waiting} s.", "docs/operate.md, diary_outbox_age_seconds."
        )
    yield from _ran("scan", at, "No scan has ended for a quarter of an hour.", "Start a worker, and read its log.")


def _photos(_at: datetime) -> Iterator[Found]:
    try:
        probe = vault.put(b"doctor")
        vault.get(probe)
        vault.forget(probe)
    except (vault.Away, vault.Damaged, OSError) as why:
        yield Found(
            "photos",
            BAD,
            f"The photo store takes nothing: {why}.",
            "Check STORAGE_URL, or the folder photos in VAR_DIR.",
        )
        return
    newest = Photo.objects.filter(state=Photo.READY).order_by("-created_at").values_list("master", flat=True)[:20]
    broken = sum(not _opens(name) for name in newest)
    if broken:
        yield Found(
            "photos",
            BAD,
            f"{broken} of the newest photos do not open.",
            "Restore the folder secrets or the photos from a backup.",
        )
    else:
        yield Found("photos", WELL, "The photo store takes and gives.")


def _push(_at: datetime) -> Iterator[Found]:
    """The key that browsers know us by. The first device that asks makes it; a second one nobody would know."""
    file: Path = settings.VAPID_KEY_FILE
    devices = PushSubscription.objects.filter(gone_at__isnull=True).count()
    if not file.exists() and not devices:
        return
    try:
        if file.exists():
            vapid.public_key()
            yield Found("push", WELL, f"The key for push messages is there, for {devices} device(s).")
            return
        why = "is gone"
    except Exception as fault:  # noqa: BLE001 - whatever a damaged file makes the libraries say
        why = f"holds no key ({type(fault).__name__})"
    yield Found(
        "push", BAD, f"{file} {why}, and {devices} device(s) know us by it: no push message reaches them.",
        "Take it from a backup. Else delete it, and ask people to switch notifications off and on again in Settings.",
    )  # fmt: skip


def _opens(name: str) -> bool:
    try:
        vault.get(name)
    except vault.Damaged:
        return False
    return True


def _backups(at: datetime) -> Iterator[Found]:
    folder = settings.BACKUP_DIR
    if not folder:
        yield Found(
            "backup", LOOK, "No backup is made at night.", "Set BACKUP_DIR and BACKUP_PASSPHRASE (docs/operate.md)."
        )
        return
    if not os.access(folder, os.W_OK):
        yield Found(
            "backup", BAD, f"{folder} cannot be written.", "Make it, and give it to the account that runs the worker."
        )
    else:
        yield from _room_for_another(Path(folder))
    if len(os.environ.get("BACKUP_PASSPHRASE", "")) < passphrase.SHORTEST:
        yield Found(
            "backup",
            BAD,
            "BACKUP_PASSPHRASE is missing or too short.",
            "Set twelve characters or more; keep them elsewhere too.",
        )
    yield from _ran("backup", at, "No backup has been made since the day before yesterday.", "Read the worker's log.")
    yield from _ran("drill", at, "No backup was tried out since the day before yesterday.", "Read the worker's log.")


def _room_for_another(folder: Path) -> Iterator[Found]:
    newest = max((path.stat().st_size for path in folder.glob(f"*{ENDING}")), default=0)
    free = shutil.disk_usage(folder).free
    if free < newest + LITTLE_ROOM:
        yield Found(
            "backup", BAD, f"{free // 1_000_000} MB are free below {folder}, and the largest backup has {newest // 1_000_000}.",
            "Move older ones to another machine, lower BACKUP_KEEP, or take a larger disk.",
        )  # fmt: skip


def _ran(name: str, at: datetime, late: str, mend: str) -> Iterator[Found]:
    run = ClockRun.objects.filter(name=name, finished_at__isnull=False).first()
    if run is None or run.finished_at is None or at - run.finished_at > LATE[name]:
        yield Found(name, BAD, late, mend)
    elif run.counts.get("failed"):
        yield Found(name, BAD, f"The last {name} counted failures: {run.counts}.", "Read the worker's log.")
    else:
        yield Found(name, WELL, f"The last {name} ended {run.finished_at:%Y-%m-%d %H:%M} UTC: {run.counts}.")


BEFORE: tuple[Callable[[], Iterator[Found]], ...] = (
    _folder, _secrets, outside.address, _switches, outside.mail, outside.broker, _files,
)  # fmt: skip
WITH_DATABASE: tuple[Callable[[datetime], Iterator[Found]], ...] = (_demo, _clocks, _push, _photos, _backups)
