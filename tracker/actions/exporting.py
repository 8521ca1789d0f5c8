"""Everything of one's own, as the diary file holds it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from tracker.diary.rows import entry_body, event_body, lump_body, person_body, photo_body
from tracker.models import CareEvent, Entry, Lump, Membership, Person, Photo


def own_diaries(*, user: Any) -> list[dict[str, Any]]:
    """The people whose diary is `user`'s own, with lumps, entries, photos and events; five queries, oldest first.

    What was deleted is left out. A photo is there once it is ready; its bytes are not in it.
    """
    own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).values("person_id")
    people = list(Person.objects.visible_to(user).kept().filter(pk__in=own).order_by("created_at", "pk"))
    lumps = list(Lump.objects.kept().filter(person__in=people).order_by("created_at", "pk"))
    keys = [lump.pk for lump in lumps]
    entries = list(Entry.objects.kept().filter(lump__in=keys).order_by("measured_at", "pk"))
    events = CareEvent.objects.kept().filter(lump__in=keys).order_by("at", "pk")
    photos = Photo.objects.kept().filter(entry__lump__in=keys, entry__deleted_at__isnull=True, state=Photo.READY)
    photos_of = _grouped(photos.order_by("created_at", "pk"), "entry_id", photo_body)
    for_lump: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        for_lump[entry.lump_id].append({**entry_body(entry), "photos": photos_of[entry.pk]})
    events_of = _grouped(events, "lump_id", event_body)
    of_person: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for lump in lumps:
        of_person[lump.person_id].append(
            {**lump_body(lump), "entries": for_lump[lump.pk], "events": events_of[lump.pk]}
        )
    return [{**person_body(person), "lumps": of_person[person.pk]} for person in people]


def _grouped(rows: Iterable[Any], by: str, body: Callable[[Any], dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(body(row))
    return found
