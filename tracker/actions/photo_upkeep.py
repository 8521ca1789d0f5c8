"""Keeping the photo store in order: what has had its time, what belongs to nobody, and keys."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from tracker.actions.keeping import RESTORE_DAYS
from tracker.models import Photo
from tracker.models.photos import FILES, ORIGINAL_DAYS
from tracker.pictures import keys, vault

log = logging.getLogger(__name__)

FRESH = timedelta(hours=1)  # a file may be on its way into a row
FOREIGN = timedelta(days=7)  # an accident leaves its file within minutes; an older one has some other cause
GRACE = 3600.0  # seconds a key outlives its successor's making: a process may still be writing with it
CHUNK = 50
HEX = "0123456789abcdef"


def throw_away_refused(*, at: datetime) -> int:
    """Delete refused uploads whose 30 days are over; the sentence at the entry stays."""
    refused = Photo.objects.filter(state=Photo.REFUSED).exclude(original="")
    over = refused.annotate(since=Coalesce("settled_at", "updated_at")).filter(
        since__lte=at - timedelta(days=ORIGINAL_DAYS)
    )
    count = 0
    for photo in over.iterator(chunk_size=CHUNK):
        vault.forget(photo.original)  # first: should we end here, the next turn does it again
        count += Photo.objects.filter(pk=photo.pk, original=photo.original).update(original="")
    return count


def throw_away_deleted(*, at: datetime) -> int:
    """Delete photos that can no longer be brought back: deleted for 30 days, or their entry, lump or person was."""
    before = at - timedelta(days=RESTORE_DAYS)
    gone = Q(deleted_at__lt=before)
    for above in ("entry", "entry__lump", "entry__lump__person"):
        gone |= Q(**{f"{above}__deleted_at__lt": before})
    count = 0
    for photo in Photo.objects.filter(gone).iterator(chunk_size=CHUNK):
        vault.forget(*(getattr(photo, column) for column in FILES))
        photo.delete()
        count += 1
    return count


@dataclass(frozen=True)
class Swept:
    """Files that belonged to no photo: ``deleted``, and ``foreign`` ones that were left where they are."""

    deleted: int
    foreign: int


def sweep_store(*, at: datetime, foreign_too: bool = False) -> Swept:
    """Delete files that no row names: what a process left that was killed between two steps.

    One younger than an hour may be on its way into a row. One older than a week is no accident of ours (a bucket shared
    by two diaries, a database from a backup): it is only counted, unless `foreign_too`.
    """
    deleted = foreign = 0
    for digit in HEX:  # in sixteen parts, to bound memory
        names = set(vault.all_names(digit))
        for name in sorted(names - set(_named(digit))):
            written = vault.written_at(name)
            if written is None or written > at - FRESH:
                continue
            if written < at - FOREIGN and not foreign_too:
                foreign += 1
                continue
            vault.forget(name)
            deleted += 1
    if foreign:
        log.warning("%s files of the photo store belong to no photo; see manage.py sweep_photos", foreign)
    return Swept(deleted, foreign)


def _named(starting: str) -> Iterator[str]:
    for column in FILES:
        rows = Photo.objects.filter(**{f"{column}__startswith": starting}).values_list(column, flat=True)
        yield from rows.iterator(chunk_size=2_000)


@dataclass(frozen=True)
class Rotated:
    """``key``: the number all is sealed with now; ``photos`` sealed anew; ``unreadable`` ids whose files are damaged."""

    key: int
    photos: int
    unreadable: list[UUID]


def rotate_photo_key(*, progress: Callable[[int, int], None] = lambda done, total: None) -> Rotated:
    """Seal every photo with a new key, while everybody goes on working. One that was cut off is taken up, not begun anew.

    `progress(done, total)` is called after each chunk. The old key stays until `drop_unused_keys` finds it unused.
    """
    number = keys.newest()
    if not _behind(number).exists():
        keys.add(number + 1)
        number = keys.newest()
    total, done, unreadable = _behind(number).count(), 0, list[UUID]()
    while chunk := list(_behind(number).exclude(pk__in=unreadable).order_by("pk")[:CHUNK]):
        for photo in chunk:
            try:
                done += _seal_anew(photo, number)
            except vault.Damaged as error:
                if Photo.objects.filter(pk=photo.pk, **_old_names(photo, number)).exists():  # else it moved: look again
                    log.error("photo %s cannot be sealed anew: %s", photo.pk, error)
                    unreadable.append(photo.pk)
        progress(done, total)
    return Rotated(number, done, unreadable)


def _behind(number: int) -> "QuerySet[Photo]":
    """Photos with a file that is sealed with an older key than this."""
    if number == 1:
        return Photo.objects.none()
    behind = Q()
    for column in FILES:
        behind |= ~Q(**{column: ""}) & ~Q(**{f"{column}__endswith": f"-{number}"})
    return Photo.objects.filter(behind)


def _old_names(photo: Photo, number: int) -> dict[str, str]:
    names = {column: getattr(photo, column) for column in FILES}
    return {column: name for column, name in names.items() if name and vault.key_of(name) != number}


def _seal_anew(photo: Photo, number: int) -> bool:
    """Copy its files under new names, read them back, point the row at them, and only then delete the old ones."""
    old = _old_names(photo, number)
    new: dict[str, str] = {}
    with vault.together() as names:
        for column, name in old.items():
            data = vault.get(name)
            names.append(vault.put(data))
            new[column] = names[-1]
            if vault.get(names[-1]) != data:
                raise vault.Damaged("a photo did not read back as it was written")
        taken = Photo.objects.filter(pk=photo.pk, **old).update(**new)
        if not taken:  # a worker or a deed was first: the row comes again as it is now, if it must
            vault.forget(*names)
            return False
    vault.let_go(*old.values())
    return True


def drop_unused_keys(*, grace: float = GRACE) -> list[int]:
    """Throw away keys that neither a file of the store nor a photo needs any more; the numbers of those that went.

    The photos are asked too: a store that is not mounted just now looks empty, and its keys can never be made again.
    """
    older = set(keys.ring()) - {keys.newest()}
    if not older or keys.age_of_newest() < grace:
        return []
    named = {vault.key_of(name) for digit in HEX for name in _named(digit)}
    unused = sorted(older - named - vault.still_used(older))
    for number in unused:
        keys.drop(number)
        log.info("photo key %s is used by nothing any more and was dropped", number)
    return unused
