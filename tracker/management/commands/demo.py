"""Make the demo: three accounts, a year of made-up lumps with drawn photos, a carer, and a link for a doctor. Once."""

import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone, translation

from analytics.synthetic.demo import make_demo
from analytics.synthetic.skin import SkinPhoto, draw_skin
from analytics.synthetic.story import MadeEntry, MadePerson, MadeStory
from tracker.actions.assessing import assess_lump
from tracker.actions.entries import log_entry
from tracker.actions.keeping import keep
from tracker.actions.lumps import save_lump
from tracker.actions.people import create_user, invite_member, save_person, start_own_diary
from tracker.actions.photos import attach_photo, process_photo
from tracker.actions.sharing import create_share_link
from tracker.diary.rows import entry_columns, event_columns
from tracker.models import CareEvent, Entry, Lump, Membership, Person, ShareLink, User
from tracker.models.base import uuid7

ACCOUNTS = (  # key of the story, address, who it is, in words for the console
    ("sam", "sam@example.org", "owner of a diary with four lumps"),
    ("carol", "carol@example.org", "carer in Sam's diary"),
    ("bob", "bob@example.org", "a stranger with a diary of his own"),
)
LINK_DAYS = 90
Waiting = tuple[User, UUID, SkinPhoto, datetime]  # a photo still to be taken in


class Command(BaseCommand):
    """`manage.py demo`: running it again changes nothing but a link that has run out or a lost password."""

    help = "Make the demo accounts sam, carol and bob @example.org, and print their log-ins and a link for a doctor."

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            found = make()
        if options["verbosity"]:
            for account in found["accounts"]:
                self.stdout.write(f"{account['email']}  password: {account['password']}  ({account['who']})")
            self.stdout.write(f"Link for a doctor: {settings.PUBLIC_URL}{found['share_path']}")


def make() -> dict[str, Any]:
    """Bring the demo into being, or what is missing of it; what was made, as it is kept in ``VAR_DIR/demo.json``."""
    told = _read()
    password = told.get("password") or f"demo-{secrets.token_hex(5)}"
    photos: list[Waiting] = []
    with transaction.atomic():
        if not User.objects.filter(email=ACCOUNTS[0][1]).exists():
            photos = _make_everything(password)
        elif not told.get("password"):
            _set_password(password)
        share_path = told.get("share_path") if _is_live(told.get("link")) else None
        link = told.get("link")
        if share_path is None:
            link, share_path = _share()
    _take_photos(photos)
    accounts = [{"email": email, "password": password, "who": who} for _key, email, who in ACCOUNTS]
    found = {"accounts": accounts, "password": password, "share_path": share_path, "link": link}
    _write(found)
    return found


def _make_everything(password: str) -> list[Waiting]:
    """Accounts, people, lumps, entries, events, the carer; the photos still to be taken in."""
    users = {key: create_user(email=email, password=password) for key, email, _who in ACCOUNTS}
    photos: list[Waiting] = []
    for made in make_demo(timezone.now() - timedelta(minutes=5)):
        person = start_own_diary(user=users[made.key])
        photos += _keep_person(users[made.key], person, made)
    own = start_own_diary(user=users["sam"])
    invite_member(user=users["sam"], person_id=own.pk, email=ACCOUNTS[1][1], role=Membership.CARER, photos=True)
    return photos


def _keep_person(user: User, person: Person, made: MadePerson) -> list[Waiting]:
    save_person(user=user, pk=person.pk, body=made.fields)
    photos: list[Waiting] = []
    for story in made.stories:
        kept = _keep_story(user, person, story)
        photos += [(user, pk, entry.photo, entry.at) for pk, entry in kept if entry.photo is not None]
    return photos


def _keep_story(user: User, person: Person, story: MadeStory) -> list[tuple[UUID, MadeEntry]]:
    """A lump with all that happened to it. Only the newest entry may speak: a year of old messages helps nobody."""
    lump: Lump = save_lump(user=user, pk=uuid7(), person_id=person.pk, body=story.fields).row
    ids = [uuid7() for _entry in story.entries]
    for event in story.events:
        fields = event_columns({"at": event.at, "kind": event.kind, "detail": event.detail})
        keep(model=CareEvent, pk=uuid7(), user=user, person_id=person.pk, fields={**fields, "lump_id": lump.pk})
    for pk, entry in list(zip(ids, story.entries, strict=True))[:-1]:
        fields = {**entry_columns(entry.fields), "lump_id": lump.pk}
        keep(model=Entry, pk=pk, user=user, person_id=person.pk, fields=fields, first={"author": user})
    assess_lump(lump=lump, silent=True)
    log_entry(user=user, pk=ids[-1], lump_id=lump.pk, body=story.entries[-1].fields)
    return list(zip(ids, story.entries, strict=True))


def _take_photos(photos: list[Waiting]) -> None:
    """Draw the photos, take them in as a phone's would be, and make them clean at once."""
    if connection.in_atomic_block:  # a test's transaction, which other threads could not see into
        for waiting in photos:
            _take(waiting)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(_take_in_thread, photos))


def _take_in_thread(waiting: Waiting) -> None:
    try:
        _take(waiting)
    finally:
        connection.close()


def _take(waiting: Waiting) -> None:
    user, entry_id, photo, at = waiting
    process_photo(pk=attach_photo(user=user, pk=uuid7(), entry_id=entry_id, data=draw_skin(photo), taken_at=at).row.pk)


def _share() -> tuple[str, str]:
    """A link to all of Sam's lumps, with photos and notes, without a passcode: its id and its path."""
    sam = User.objects.get(email=ACCOUNTS[0][1])
    lumps = Lump.objects.kept().filter(person=start_own_diary(user=sam))
    made = create_share_link(
        user=sam,
        lump_ids=[lump.pk for lump in lumps],
        expires_at=timezone.now() + timedelta(days=LINK_DAYS) - timedelta(minutes=1),
        passcode=False,
        photos=True,
        notes=True,
    )
    return str(made.link.pk), f"/s/#{made.token}"


def _is_live(link: str | None) -> bool:
    found = ShareLink.objects.filter(pk=link).first() if link else None
    return found is not None and found.is_live()


def _set_password(password: str) -> None:
    """The file with the password is gone: the demo accounts get a new one."""
    for user in User.objects.filter(email__in=[email for _key, email, _who in ACCOUNTS]):
        user.set_password(password)
        user.save(update_fields=["password"])


def _file() -> Path:
    return Path(settings.VAR_DIR) / "demo.json"


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(found: dict[str, Any]) -> None:
    """For `make run`, which prints it, and for the next call; readable by the operator alone."""
    path = _file()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(found, out, indent=1)
