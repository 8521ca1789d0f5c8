"""Photos: in by one way, out through the gate."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.errors import MayOnlyLook, NotThere, Refused, Wrong
from tracker.actions.keeping import Kept, delete, find_to_write, is_there, restore
from tracker.diary.rows import offset_of
from tracker.models import Entry, Membership, Person, Photo, User
from tracker.models.prepared import Prepared, insert_new
from tracker.notifications.bell import nudge_on_commit
from tracker.pictures import vault
from tracker.pictures.kinds import kind_of

log = logging.getLogger(__name__)
COLUMNS = {"thumb": "thumb", "screen": "screen", "full": "master", "flat": "flat"}


class TooLarge(Refused):
    """More bytes than we take (413)."""


class WrongKind(Refused):
    """Not a picture of a kind we take (415)."""


class Differs(Refused):
    """Something else was sent under this id before (409)."""


class Place(NamedTuple):
    """An entry that somebody may add photos to, and whose it is."""

    entry_id: UUID
    person_id: UUID


def _open_to(entry: UUID, user: UUID, at: datetime) -> QuerySet[Any]:
    who = User(pk=user)
    sees = Membership.objects.live(at).for_user(who, to_write=True, photos=True).values("person_id")
    rows = Entry.objects.visible_to(who, to_write=True, at=at).filter(pk=entry, lump__person_id__in=sees)
    return rows.values_list("lump__person_id")


def _room_taken(person: UUID, entry: UUID) -> QuerySet[Any]:
    """What a person's photos take in bytes, with and without what is deleted, and how many an entry has."""
    here = Q(deleted_at__isnull=True, entry__deleted_at__isnull=True, entry__lump__deleted_at__isnull=True)
    rows = Photo.objects.filter(entry__lump__person=person).values("entry__lump__person").annotate(
        kept=Sum("received_bytes", filter=here), all=Sum("received_bytes"),
        of_entry=Count("pk", filter=Q(entry=entry, deleted_at__isnull=True)),
    )  # fmt: skip
    return rows.values_list("kept", "all", "of_entry")


_PLACE = Prepared(_open_to, entry=UUID, user=UUID, at=datetime)
_ROOM = Prepared(_room_taken, person=UUID, entry=UUID)


def place_for(*, user: Any, entry_id: UUID) -> Place:
    """The gate for a photo, in one narrow query. Raises NotThere, MayOnlyLook."""
    found = _PLACE.first(entry=entry_id, user=user.pk, at=timezone.now()) if user.is_authenticated else None
    if found is None:
        find_to_write(Entry, entry_id, user, field="entry")
        raise MayOnlyLook(_("The owner of this diary has not opened its photos to you."))
    return Place(entry_id, found[0])


def attach_photo(
    *,
    user: Any,
    pk: UUID,
    entry_id: UUID,
    data: bytes,
    sha256: str | None = None,
    taken_at: datetime | None = None,
    never_share: bool = False,
    place: Place | None = None,
) -> Kept:
    """Take a photo in: check and store it, sealed, in quarantine; a worker makes it clean.

    The same id with the same bytes is one photo. `place`: what `place_for` said, where the caller has asked. Raises
    NotThere, MayOnlyLook, TooLarge, WrongKind, Wrong (empty, cut or too many), Differs.
    """
    _check_length(data)
    place = place or place_for(user=user, entry_id=entry_id)
    found, kind = _known(pk), kind_of(data[:32])
    # outside the transaction: a store far away must not hold up the database
    with vault.together() as names, ThreadPoolExecutor(1) as beside:
        hashing = beside.submit(hashlib.sha256, data)  # while the disk takes them
        if kind is not None and found is None:
            names.append(vault.put(data))
        digest = _digest(hashing.result().hexdigest(), sha256)
        if kind is None:
            raise WrongKind(_("We can keep JPEG, PNG, WebP and HEIC pictures. This is none of them."))
        if found is not None:
            return _again(found, place, digest)
        photo = Photo(
            pk=pk, entry_id=place.entry_id, taken_at=taken_at, taken_offset=offset_of(taken_at) if taken_at else 0,
            received_sha256=digest, received_bytes=len(data), author=user, original=names[0],
            never_share=never_share,
        )  # fmt: skip
        twin = _insert(photo, place.person_id)
        if twin is not None:
            vault.forget(*names)
            return _again(twin, place, digest)
    return Kept(photo, created=True, changed=True)


def _known(pk: UUID) -> Photo | None:
    if not is_there(Photo, pk):  # most are new, and asking so is cheap
        return None
    return Photo.objects.filter(pk=pk).select_related("entry__lump").first()


def _insert(photo: Photo, person_id: UUID) -> Photo | None:
    """Insert the row, or return the one that was there already. Uploads to one person are counted one after another."""
    with transaction.atomic():
        photo.change = Person.next_change(person_id)  # holds the person's row until the end
        if found := _known(photo.pk):
            return found
        _room_for(photo.entry_id, person_id, photo.received_bytes)
        if not insert_new(photo):  # another person's, inserted since we looked
            raise NotThere
        _entry_changed(photo)
        nudge_on_commit("tracker.photos")
    return None


def _check_length(data: bytes) -> None:
    if not data:
        raise Wrong(_("The photo arrived empty. Please send it again."))
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise TooLarge(_("A photo can be at most 15 MB."))


def _digest(found: str, stated: str | None) -> str:
    """The bytes' SHA-256 as hex, if it is the one the sender stated."""
    if stated is not None and stated.strip().lower() != found:
        raise Wrong(_("The photo did not arrive whole. Please send it again."), "X-Content-SHA256")
    return found


def _again(found: Photo, place: Place, digest: str) -> Kept:
    if found.entry.lump.person_id != place.person_id:
        raise NotThere
    if found.entry_id != place.entry_id or found.received_sha256 != digest:
        raise Differs(_("Another photo was kept under this id. Send this one under a new id."))
    return Kept(found, created=False, changed=False)


def _room_for(entry_id: UUID, person_id: UUID, size: int) -> None:
    kept, everything, of_entry = _ROOM.first(person=person_id, entry=entry_id) or (0, 0, 0)
    if of_entry >= settings.PHOTOS_PER_ENTRY:
        raise Wrong(_("An entry can hold four photos. Make a new entry for more."), "entry")
    if (kept or 0) + size > settings.PHOTO_QUOTA_BYTES:
        raise TooLarge(_("There is no more room for photos in this diary. Delete some old ones first."))
    if everything + size > 2 * settings.PHOTO_QUOTA_BYTES:  # else deleting and sending would fill the disk
        raise TooLarge(
            _("There is no more room for photos in this diary. Deleted ones are kept for 30 days and take room too.")
        )


def open_photo(*, photo: Photo, size: str) -> bytes:
    """The JPEG of a ready photo: "thumb", "screen", "full" or "flat". Raises NotThere until it is ready, or if damaged."""
    if photo.state != Photo.READY or photo.is_deleted or size not in COLUMNS:
        raise NotThere
    return _bytes_of(photo, COLUMNS[size])


def open_original(*, user: Any, photo: Photo, at: datetime) -> bytes:
    """A refused upload as it came, for the diary's owner while it is kept. Raises NotThere, MayOnlyLook."""
    if photo.is_deleted or photo.original_until is None or photo.original_until <= at:
        raise NotThere
    if not _owns(user, photo):
        raise MayOnlyLook(_("Only the owner of this diary can have this file back."))
    return _bytes_of(photo, "original")


def _bytes_of(photo: Photo, column: str) -> bytes:
    """What lies under the name in this column; where it was sealed anew since the row was read, under its new name."""
    name = getattr(photo, column)
    if not name:
        raise NotThere
    try:
        return vault.get(name)
    except vault.Damaged:
        newer = Photo.objects.filter(pk=photo.pk).values_list(column, flat=True).first()
        if newer and newer != name:
            photo.refresh_from_db(fields=[column])
            return _bytes_of(photo, column)
        log.error("photo %s cannot be read from the store", photo.pk)
        raise NotThere from None


def set_never_share(*, user: Any, pk: UUID, never_share: bool) -> Photo:
    """Keep a photo out of every link and report. Only the diary's owner may take that back. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        photo = photo_to_write(pk, user)
        if photo.never_share == never_share:
            return photo
        if not never_share and not _owns(user, photo):
            raise MayOnlyLook(_("Only the owner of this diary can allow this photo to be shared again."))
        photo.never_share = never_share
        save_next(photo, "never_share")
    return photo


def save_next(photo: Photo, *fields: str) -> None:
    """Write these fields as the photo's next revision; call inside a transaction."""
    photo.change = Person.next_change(photo.entry.lump.person_id)
    photo.revision += 1
    photo.save(update_fields=[*fields, "change", "revision", "updated_at"])


def _owns(user: Any, photo: Photo) -> bool:
    parts = Membership.objects.live().for_user(user).filter(role=Membership.OWNER)
    return parts.filter(person=photo.entry.lump.person_id).exists()


def delete_photo(*, user: Any, pk: UUID) -> None:
    """A tombstone, undoable for 30 days."""
    with transaction.atomic():
        row = photo_to_write(pk, user, deleted=True)
        delete(row=row)
        audit.note("photo.deleted", actor=user, person=row.entry.lump.person_id, what=pk)
        _entry_changed(row)


def restore_photo(*, user: Any, pk: UUID) -> Photo:
    with transaction.atomic():
        row = photo_to_write(pk, user, deleted=True)
        restore(row=row)
        audit.note("photo.restored", actor=user, person=row.entry.lump.person_id, what=pk)
        _entry_changed(row)
    return row


def _entry_changed(photo: Photo) -> None:
    """Other devices learn of an entry's photos with the entry, so it comes by `since=` once more; its revision stays."""
    Entry.objects.filter(pk=photo.entry_id).update(change=photo.change)


def photo_to_write(pk: UUID, user: Any, *, deleted: bool = False) -> Photo:
    """The photo, locked, if `user` may change it. Raises NotThere, MayOnlyLook. `deleted`: also one that is deleted."""
    rows = Photo.objects if deleted else Photo.objects.kept()
    found = rows.visible_to(user, to_write=True).filter(pk=pk)
    person_id = found.values_list("entry__lump__person", flat=True).first()
    if person_id is not None:
        Person.hold(person_id)  # before the photo, as the worker does that settles it: neither waits for the other
    row = found.select_for_update(of=("self",)).select_related("entry__lump").first()
    if row is None:
        raise MayOnlyLook if rows.visible_to(user).filter(pk=pk).exists() else NotThere
    return row
