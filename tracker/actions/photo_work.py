"""What a worker does with photos: make those that came clean, then measure those that are ready."""

import hashlib
import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.diary.rows import offset_of
from tracker.models import Person, Photo
from tracker.notifications.bell import nudge_on_commit
from tracker.pictures import vault
from tracker.pictures.child import Interrupted
from tracker.pictures.decode import Clean, Undecodable, clean
from tracker.pictures.reading import Reading, Unread, measure

log = logging.getLogger(__name__)

MOST_TRIES = 3  # a child that is killed from outside so often is killed by what it was given
_OFFSET = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")


def waiting_photos(*, limit: int = 50) -> list[UUID]:
    """Ids of photos that are still to be made clean, oldest first."""
    rows = Photo.objects.filter(state=Photo.PROCESSING).order_by("created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def unread_photos(*, limit: int = 50) -> list[UUID]:
    """Ids of ready photos that are still to be measured, oldest first."""
    rows = Photo.objects.kept().filter(state=Photo.READY, to_read=True).order_by("created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def process_photo(*, pk: UUID) -> None:
    """Make one received photo clean. Doing it twice does no harm: the second finds nothing to do.

    Whatever happens on the way, the upload stays until a master was written and read back. Raises Interrupted where the
    child was killed: the photo waits for another turn.
    """
    photo = Photo.objects.filter(pk=pk, state=Photo.PROCESSING).select_related("entry__lump__person").first()
    if photo is None:
        return
    try:
        made = clean(vault.get(photo.original))
    except Interrupted as error:
        if _try_again(photo):
            raise
        _refuse(photo, str(error))
    except (Undecodable, vault.Damaged) as error:
        _refuse(photo, str(error))
    else:
        _keep(photo, made)


def _keep(photo: Photo, made: Clean) -> None:
    with vault.together() as names:
        for part in (made.master, made.screen, made.thumb):
            names.append(vault.put(part))
        digest = hashlib.sha256(made.master).hexdigest()
        if hashlib.sha256(vault.get(names[0])).hexdigest() != digest:
            raise vault.Damaged("a photo did not read back as it was written")
        fields: dict[str, Any] = dict(zip(("master", "screen", "thumb"), names, strict=True))
        if photo.taken_at is None and (at := _taken_at(made, photo.entry.lump.person)) is not None:
            fields |= {"taken_at": at, "taken_offset": offset_of(at)}
        taken = _settle(
            photo, state=Photo.READY, sha256=digest, bytes=sum(map(len, (made.master, made.screen, made.thumb))),
            width=made.width, height=made.height, original="", to_read=True, tries=0, **fields,
        )  # fmt: skip
        if not taken:  # a twin was first, or the upload was sealed anew meanwhile: then another turn makes it
            vault.forget(*names)
            return
    vault.let_go(photo.original)


def _settle(photo: Photo, **fields: Any) -> bool:
    """Bring the row to its end, unless it has moved since it was read."""
    with transaction.atomic():
        change = Person.next_change(photo.entry.lump.person_id)
        rows = Photo.objects.filter(pk=photo.pk, state=Photo.PROCESSING, original=photo.original)
        now = timezone.now()
        taken = rows.update(settled_at=now, updated_at=now, change=change, **fields)
        if taken and fields.get("to_read"):
            nudge_on_commit("tracker.readings")
    return bool(taken)


def _refuse(photo: Photo, why: str) -> None:
    """Say so at the entry; the upload stays, sealed, for its owner to download for 30 days."""
    sentences = {
        "too_large": _("This picture is too large for us to open. The entry is kept."),
        "took_too_long": _("This picture took too long to open. The entry is kept."),
    }
    reason = sentences.get(why, _("We could not read that picture; the entry is kept."))
    if _settle(photo, state=Photo.REFUSED, reason=reason):
        log.warning("photo %s refused: %s", photo.pk, why)


def _try_again(photo: Photo) -> bool:
    """Count a try that was cut off; False once there were enough."""
    photo.tries += 1
    Photo.objects.filter(pk=photo.pk).update(tries=photo.tries)
    return photo.tries < MOST_TRIES


def _taken_at(made: Clean, person: Person) -> datetime | None:
    """The time the camera wrote, by its offset or else the person's zone; None where it is none or cannot be."""
    try:
        at = datetime.strptime(made.taken, "%Y:%m:%d %H:%M:%S").replace(tzinfo=ZoneInfo(person.timezone or "UTC"))
        if match := _OFFSET.fullmatch(made.taken_offset):
            east = timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
            at = at.replace(tzinfo=timezone.get_fixed_timezone(east))
        possible = datetime(1900, 1, 2, tzinfo=UTC) <= at <= timezone.now() + timedelta(days=1)
    except (ValueError, OverflowError, OSError):
        return None
    return at if possible else None


def read_photo(*, pk: UUID) -> None:
    """Look for the card in a ready photo and measure by it. The photo is well whatever comes of it.

    Nothing is written into the entry: the person confirms. Raises Interrupted where the child was killed: another turn.
    """
    photo = Photo.objects.filter(pk=pk, state=Photo.READY, to_read=True).select_related("entry__lump").first()
    if photo is None:
        return
    try:
        reading = measure(vault.get(photo.master))
    except Interrupted as error:
        if _try_again(photo):
            raise
        _give_up(photo, str(error))
    except vault.Damaged as error:
        if not Photo.objects.exclude(master=photo.master).filter(pk=pk).exists():  # else sealed anew: another turn
            _give_up(photo, str(error))
    except Unread as error:
        _give_up(photo, str(error))
    else:
        _keep_reading(photo, reading)


def _keep_reading(photo: Photo, reading: Reading) -> None:
    with vault.together() as names:
        if reading.flat is not None:
            names.append(vault.put(reading.flat))
        flat = names[0] if names else ""
        with transaction.atomic():
            change = Person.next_change(photo.entry.lump.person_id)
            taken = Photo.objects.filter(pk=photo.pk, to_read=True).update(
                analysis=reading.analysis, flat=flat, to_read=False, tries=0, change=change, updated_at=timezone.now()
            )
        if not taken:
            vault.forget(*names)


def _give_up(photo: Photo, why: str) -> None:
    log.warning("photo %s was not measured: %s", photo.pk, why)
    Photo.objects.filter(pk=photo.pk, to_read=True).update(to_read=False)
