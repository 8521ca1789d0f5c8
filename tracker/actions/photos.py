"""Photos: in by one way, out through the gate."""

import hashlib
import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import MayOnlyLook, NotThere, Refused, Wrong
from tracker.actions.keeping import Kept, delete, find_to_write, restore
from tracker.diary.rows import offset_of
from tracker.models import Entry, Membership, Person, Photo
from tracker.notifications.bell import nudge_on_commit
from tracker.pictures import vault
from tracker.pictures.decode import Undecodable, clean
from tracker.pictures.kinds import kind_of

log = logging.getLogger(__name__)


class TooLarge(Refused):
    """More bytes than we take (413)."""


class WrongKind(Refused):
    """Not a picture of a kind we take (415)."""


class Differs(Refused):
    """Another photo was sent under this id before (409)."""


def attach_photo(
    *, user: Any, pk: UUID, entry_id: UUID, data: bytes, sha256: str | None = None, taken_at: datetime | None = None
) -> Kept:
    """Take a photo in: check and store it, sealed, in quarantine; a worker makes it clean.

    The same id with the same bytes is one photo. Raises NotThere, MayOnlyLook, TooLarge, WrongKind, Wrong (empty, cut
    or too many), Differs.
    """
    digest = _checked(data, sha256)
    with transaction.atomic():
        entry = find_to_write(Entry, entry_id, user, field="entry")
        person_id = entry.lump.person_id
        if not Membership.objects.live().for_user(user, to_write=True, photos=True).filter(person=person_id).exists():
            raise MayOnlyLook(_("The owner of this diary has not opened its photos to you."))
        found = Photo.objects.filter(pk=pk).select_related("entry__lump").first()
        if found is not None:
            return _again(found, entry, digest)
        _room_for(entry, len(data))
        photo = Photo(
            pk=pk, entry=entry, taken_at=taken_at, taken_offset=offset_of(taken_at) if taken_at else 0,
            received_sha256=digest, received_bytes=len(data), author=user, original=vault.put(data),
            change=Person.next_change(person_id),
        )  # fmt: skip
        photo.save(force_insert=True)
        nudge_on_commit("tracker.photos")
    return Kept(photo, created=True, changed=True)


def _checked(data: bytes, sha256: str | None) -> str:
    if not data:
        raise Wrong(_("The photo arrived empty. Please send it again."))
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise TooLarge(_("A photo can be at most 15 MB."))
    digest = hashlib.sha256(data).hexdigest()
    if sha256 is not None and sha256.strip().lower() != digest:
        raise Wrong(_("The photo did not arrive whole. Please send it again."), "X-Content-SHA256")
    if kind_of(data[:32]) is None:
        raise WrongKind(_("We can keep JPEG, PNG, WebP and HEIC pictures. This is none of them."))
    return digest


def _again(found: Photo, entry: Entry, digest: str) -> Kept:
    if found.entry.lump.person_id != entry.lump.person_id:
        raise NotThere
    if found.entry_id != entry.pk or found.received_sha256 != digest:
        raise Differs(_("Another photo was kept under this id. Send this one under a new id."))
    return Kept(found, created=False, changed=False)


def _room_for(entry: Entry, size: int) -> None:
    if Photo.objects.kept().filter(entry=entry).count() >= settings.PHOTOS_PER_ENTRY:
        raise Wrong(_("An entry can hold four photos. Make a new entry for more."), "entry")
    of_person = Photo.objects.kept().filter(entry__lump__person=entry.lump.person_id)
    used = of_person.aggregate(sum=Sum("received_bytes"))["sum"] or 0
    if used + size > settings.PHOTO_QUOTA_BYTES:
        raise TooLarge(_("There is no more room for photos in this diary. Delete some old ones first."))


def waiting_photos(*, limit: int = 50) -> list[UUID]:
    """Ids of photos that are still to be made clean, oldest first."""
    rows = Photo.objects.filter(state=Photo.PROCESSING).order_by("created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def process_photo(*, pk: UUID) -> None:
    """Make one received photo clean. Doing it twice does no harm: the second finds nothing to do."""
    photo = Photo.objects.filter(pk=pk, state=Photo.PROCESSING).first()
    if photo is None:
        return
    try:
        made = clean(vault.get(photo.original))
    except (Undecodable, vault.Damaged) as error:
        _refuse(photo, str(error))
        return
    names = {"master": vault.put(made.master), "screen": vault.put(made.screen), "thumb": vault.put(made.thumb)}
    digest = hashlib.sha256(made.master).hexdigest()
    if hashlib.sha256(vault.get(names["master"])).hexdigest() != digest:
        raise vault.Damaged("a photo did not read back as it was written")
    with transaction.atomic():
        change = Person.next_change(photo.entry.lump.person_id)
        taken = Photo.objects.filter(pk=pk, state=Photo.PROCESSING).update(
            state=Photo.READY, sha256=digest, bytes=sum(map(len, (made.master, made.screen, made.thumb))),
            width=made.width, height=made.height, original="", change=change, updated_at=timezone.now(), **names,
        )  # fmt: skip
    for name in [photo.original] if taken else names.values():  # a twin worker was first: ours are not needed
        vault.forget(name)


def _refuse(photo: Photo, why: str) -> None:
    """Say so at the entry; the upload stays, sealed, for its owner to download for 30 days."""
    sentences = {
        "too_large": _("This picture is too large for us to open. The entry is kept."),
        "took_too_long": _("This picture took too long to open. The entry is kept."),
    }
    reason = sentences.get(why, _("We could not read that picture; the entry is kept."))
    log.warning("photo %s refused: %s", photo.pk, why)
    with transaction.atomic():
        change = Person.next_change(photo.entry.lump.person_id)
        Photo.objects.filter(pk=photo.pk, state=Photo.PROCESSING).update(
            state=Photo.REFUSED, reason=reason, change=change, updated_at=timezone.now()
        )


def open_photo(*, photo: Photo, size: str) -> bytes:
    """The JPEG of a ready photo: "thumb", "screen" or "full". Raises NotThere until it is ready, or if damaged."""
    name = {"thumb": photo.thumb, "screen": photo.screen, "full": photo.master}.get(size, "")
    if photo.state != Photo.READY or photo.is_deleted or not name:
        raise NotThere
    try:
        return vault.get(name)
    except vault.Damaged:
        log.error("photo %s cannot be read from the store", photo.pk)
        raise NotThere from None


def delete_photo(*, user: Any, pk: UUID) -> None:
    """A tombstone, undoable for 30 days."""
    with transaction.atomic():
        delete(row=_photo_to_write(pk, user))


def restore_photo(*, user: Any, pk: UUID) -> Photo:
    with transaction.atomic():
        row = _photo_to_write(pk, user)
        restore(row=row)
    return row


def _photo_to_write(pk: UUID, user: Any) -> Photo:
    row = Photo.objects.visible_to(user, to_write=True).filter(pk=pk).select_related("entry__lump").first()
    if row is None:
        raise MayOnlyLook if Photo.objects.visible_to(user).filter(pk=pk).exists() else NotThere
    return row
