"""What `manage.py doctor` looks at: each check says what it found, and how to mend what is wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tracker.backups import passphrase
from tracker.models import ClockRun, Photo, User
from tracker.notifications import health
from tracker.pictures import keys, vault

WELL, LOOK, BAD = "well", "look", "bad"
LITTLE_ROOM = 1_000_000_000
LATE = {"scan": timedelta(minutes=15), "backup": timedelta(hours=30), "drill": timedelta(hours=30)}
SKEW = timedelta(seconds=10)


@dataclass(frozen=True)
class Found:
    """``state``: well, look (it works, and may not be meant so) or bad; ``mend`` says what to do, or is empty."""

    what: str
    state: str
    says: str
    mend: str = ""


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
    loose = [path.name for path in settings.SECRETS_DIR.iterdir() if path.stat().st_mode & 0o077]
    if loose:
        yield Found("secrets", BAD, f"Others may read {', '.join(loose)}.", f"chmod 600 {settings.SECRETS_DIR}/*")
    else:
        yield Found("secrets", WELL, f"{count} photo key(s), readable by this account alone.")


def _address() -> Iterator[Found]:
    url, proxies = settings.PUBLIC_URL, settings.TRUSTED_PROXIES
    local = any(url.startswith(f"http://{name}") for name in ("localhost", "127.0.0.1"))
    if not settings.HTTPS:
        yield Found(
            "address", LOOK if local else BAD, f"{url} is not HTTPS: cookies go in the clear, phones install nothing from it.",
            "Put a proxy with HTTPS before it and set PUBLIC_URL=https://… (docs/deploy.md).",
        )  # fmt: skip
    elif not proxies:
        yield Found(
            "address", BAD, "PUBLIC_URL is https, and no proxy is trusted: everybody seems to come from one address.",
            "Set TRUSTED_PROXIES to the number of proxies before this server, usually 1.",
        )  # fmt: skip
    else:
        yield Found("address", WELL, f"{url}, behind {proxies} proxy(s).")


def _switches() -> Iterator[Found]:
    for name, wrong, mend in (
        ("DEBUG", settings.DEBUG, "Set DEBUG=0: its error pages show settings and rows."),
        ("THROTTLE", not settings.THROTTLE, "Set THROTTLE=1: nothing slows down whoever guesses passwords."),
    ):
        if wrong:
            yield Found(name, BAD, f"{name} is set for tests.", mend)


def _mail() -> Iterator[Found]:
    if settings.MAIL_IN_FOLDER:
        yield Found("mail", LOOK, f"No mail goes out: it is kept in {settings.MAIL_DIR}.", "Set EMAIL_URL.")
        return
    try:
        line = get_connection()
        line.open()
        line.close()
    except (OSError, ValueError) as why:  # smtplib's own errors are OSErrors
        yield Found(
            "mail",
            BAD,
            f"The mail server does not take us: {type(why).__name__}.",
            "Check EMAIL_URL, and its password.",
        )
    else:
        yield Found("mail", WELL, "The mail server takes us.")


def _broker() -> Iterator[Found]:
    if not settings.REDIS_URL:
        yield Found("broker", WELL, "A private Valkey, started with the server.")
        return
    import redis

    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as why:
        yield Found(
            "broker", LOOK, f"REDIS_URL does not answer ({type(why).__name__}): work waits up to 15 s.", "Start it."
        )
    else:
        yield Found("broker", WELL, "Redis or Valkey answers.")


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
            "database", BAD, f"It cannot be used: {type(why).__name__}.", "Check DATABASE_URL, and that it runs."
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
    if len(os.environ.get("BACKUP_PASSPHRASE", "")) < passphrase.SHORTEST:
        yield Found(
            "backup",
            BAD,
            "BACKUP_PASSPHRASE is missing or too short.",
            "Set twelve characters or more; keep them elsewhere too.",
        )
    yield from _ran("backup", at, "No backup has been made since the day before yesterday.", "Read the worker's log.")
    yield from _ran("drill", at, "No backup was tried out since the day before yesterday.", "Read the worker's log.")


def _ran(name: str, at: datetime, late: str, mend: str) -> Iterator[Found]:
    run = ClockRun.objects.filter(name=name, finished_at__isnull=False).first()
    if run is None or run.finished_at is None or at - run.finished_at > LATE[name]:
        yield Found(name, BAD, late, mend)
    elif run.counts.get("failed"):
        yield Found(name, BAD, f"The last {name} counted failures: {run.counts}.", "Read the worker's log.")
    else:
        yield Found(name, WELL, f"The last {name} ended {run.finished_at:%Y-%m-%d %H:%M} UTC: {run.counts}.")


BEFORE: tuple[Callable[[], Iterator[Found]], ...] = (_folder, _secrets, _address, _switches, _mail, _broker, _files)
WITH_DATABASE: tuple[Callable[[datetime], Iterator[Found]], ...] = (_demo, _clocks, _photos, _backups)
