"""A photo of a diary file, through the one intake that every picture takes."""

import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.actions.errors import NotThere, Wrong
from tracker.actions.keeping import person_of
from tracker.actions.photos import attach_photo, restore_photo, set_never_share
from tracker.diary.incoming import Incoming
from tracker.models import Lump, Photo, User
from tracker.pictures.kinds import kind_of

Done = Literal["added", "changed", "same"]


def import_photo(
    *, user: User, incoming: Incoming, lump: Lump, entry: UUID, pk: UUID, body: dict[str, Any], dry_run: bool
) -> Done:
    """Take one photo of an entry that was taken in; with `dry_run` only say what would come of it.

    Its picture is cleaned and encoded anew like any other, so its `sha256` will be another; `received_sha256` is kept,
    for the phone asks by that whether its picture arrived. Raises Refused with the reason.
    """
    never_share = str(pk) in incoming.never_share
    known = Photo.objects.select_related("entry__lump").filter(pk=pk).first()
    if known is not None:
        if known.entry_id != entry or person_of(known) != lump.person_id:
            raise NotThere
        return _bring(user, known, never_share, dry_run)
    data = _picture(incoming, body)
    if not dry_run:
        taken = body.get("taken_at")
        taken_at = datetime.fromisoformat(taken) if taken else None
        kept = attach_photo(
            user=user, pk=pk, entry_id=entry, data=data, taken_at=taken_at, never_share=never_share
        )  # fmt: skip
        if body.get("received_sha256"):
            Photo.objects.filter(pk=pk).update(received_sha256=body["received_sha256"].lower())
        if not kept.created:  # another request inserted it since we looked
            _bring(user, kept.row, never_share, dry_run)
    return "added"


def _bring(user: User, known: Photo, never_share: bool, dry_run: bool) -> Done:
    """Back from a tombstone, and kept out of links where the file says so; what is kept out here stays so."""
    marks = never_share and not known.never_share
    if not known.is_deleted and not marks:
        return "same"
    if not dry_run:
        with transaction.atomic():  # never seen without its mark
            if known.is_deleted:
                restore_photo(user=user, pk=known.pk)
            if marks:
                set_never_share(user=user, pk=known.pk, never_share=True)
    return "changed"


def _cannot_keep() -> Wrong:
    return Wrong(_("We can keep JPEG, PNG, WebP and HEIC pictures of up to 15 MB."))


def _picture(incoming: Incoming, body: dict[str, Any]) -> bytes:
    name = body.get("file") or ""
    if name in incoming.asked:
        raise Wrong(_("Another photo in this file has the same picture. Each picture is taken once."))
    if incoming.sizes.get(name, 0) > settings.PHOTO_MAX_BYTES:
        raise _cannot_keep()
    data = incoming.picture(name, settings.PHOTO_MAX_BYTES)
    if data is None:
        raise Wrong(_("The picture itself is not in this file."))
    if kind_of(data[:32]) is None:
        raise _cannot_keep()
    if body.get("sha256") and hashlib.sha256(data).hexdigest() != body["sha256"].lower():
        raise Wrong(_("The picture is not the one that was exported."))
    return data
