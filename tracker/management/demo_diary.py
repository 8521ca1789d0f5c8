"""What `manage.py demo` makes on its first run. Apart from the command, so that a second run need not load the numbers."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from analytics.synthetic.demo import make_demo
from analytics.synthetic.skin import SkinPhoto, draw_skin
from analytics.synthetic.story import MadeEntry, MadePerson, MadeStory
from tracker.actions.assessing import assess_lump
from tracker.actions.entries import log_entry
from tracker.actions.keeping import keep
from tracker.actions.lumps import save_lump
from tracker.actions.people import create_user, invite_member, save_person, start_own_diary
from tracker.actions.photo_work import process_photo
from tracker.actions.photos import attach_photo
from tracker.actions.sharing import create_share_link
from tracker.diary.rows import entry_columns, event_columns
from tracker.models import CareEvent, Entry, Lump, Membership, Person, User
from tracker.models.base import uuid7

LINK_DAYS = 90
Waiting = tuple[User, UUID, SkinPhoto, datetime]  # a photo still to be taken in


def make_everything(addresses: Mapping[str, str], password: str) -> list[Waiting]:
    """Accounts, people, lumps, entries, events, the carer; the photos still to be taken in."""
    users = {key: create_user(email=email, password=password) for key, email in addresses.items()}
    photos: list[Waiting] = []
    for made in make_demo(timezone.now() - timedelta(minutes=5)):
        person = start_own_diary(user=users[made.key])
        photos += _keep_person(users[made.key], person, made)
    own = start_own_diary(user=users["sam"])
    invite_member(
        user=users["sam"],
        person_id=own.pk,
        email=addresses["carol"],
        role=Membership.CARER,
        photos=True,
        letter=False,
    )
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


def take_photos(photos: list[Waiting]) -> None:
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


def share(email: str) -> tuple[str, str]:
    """A link to all lumps of that account's own diary, with photos and notes, without a passcode: its id and its path."""
    owner = User.objects.get(email=email)
    lumps = Lump.objects.kept().filter(person=start_own_diary(user=owner))
    made = create_share_link(
        user=owner,
        lump_ids=[lump.pk for lump in lumps],
        expires_at=timezone.now() + timedelta(days=LINK_DAYS) - timedelta(minutes=1),
        passcode=False,
        photos=True,
        notes=True,
    )
    return str(made.link.pk), f"/s/#{made.token}"
