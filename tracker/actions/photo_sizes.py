"""Sizes from photos: a person's own outline, and what an entry's photos say together. Nothing here writes an entry."""

import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.noise import NO_METHOD, sigma_log
from analytics.photo.outline import Size, average, size_of
from tracker.actions.errors import Wrong
from tracker.actions.photos import photo_to_write, save_next
from tracker.models import Entry, Photo

Point = list[float]
Ends = dict[str, list[Point]]  # "length", and "width" where it was given: two points each
BEYOND_ERROR = 1.645  # SD: what the errors of both readings do not explain (clinical.md, "size up beyond noise")
AXES = ("length_mm", "width_mm")


@dataclass(frozen=True)
class PhotoSize:
    """What an entry's photos say; sizes in mm, None while none says anything.

    ``photos``: ids of those used; ``waiting``: how many are still to be opened or measured; ``typed``: what the entry
    holds; ``differs``: that is further from the photos' size than both errors explain.
    """

    size: Size | None
    photos: list[UUID]
    waiting: int
    typed: dict[str, Any] | None
    differs: bool


def correct_outline(*, user: Any, pk: UUID, outline: list[Point] | None = None, ends: Ends | None = None) -> Photo:
    """Keep the outline or the end points a person drew, mm in the flat picture, and the size they make.

    Just one of the two. Raises NotThere, MayOnlyLook, Wrong (no card in it, a point outside, no size).
    """
    with transaction.atomic():
        photo = photo_to_write(pk, user)
        analysis = _measurable(photo)
        drawn = outline if outline is not None else [point for pair in (ends or {}).values() for point in pair]
        key = "outline" if outline is not None else "ends"
        _check_inside(drawn, analysis["flat"], key)
        try:
            size = size_of(analysis, outline=outline, ends=ends)
        except ValueError:
            raise Wrong(_("These points lie on one another. Draw them apart."), key) from None
        photo.analysis = {**analysis, "corrected": {"outline": outline, "ends": ends, **_as_dict(size)}}
        save_next(photo, "analysis")
    return photo


def take_back_outline(*, user: Any, pk: UUID) -> Photo:
    """Forget what a person drew; the automatic outline counts again. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        photo = photo_to_write(pk, user)
        analysis = photo.analysis or {}
        if analysis.get("corrected"):
            photo.analysis = {**analysis, "corrected": None}
            save_next(photo, "analysis")
    return photo


def size_of_entry(*, user: Any, entry: Entry) -> PhotoSize:
    """What those photos of the entry that `user` may see say together, a person's outline before the automatic one."""
    photos = list(Photo.objects.visible_to(user).kept().filter(entry=entry).order_by("created_at", "pk"))
    found = [(photo.pk, size) for photo in photos if (size := _size_in(photo)) is not None]
    waiting = sum(photo.measuring or photo.state == Photo.PROCESSING for photo in photos)
    size = average([size for _pk, size in found]) if found else None
    typed = _typed(entry)
    differs = size is not None and any(_apart(size, axis, entry) for axis in AXES)
    return PhotoSize(size, [pk for pk, _size in found], waiting, typed, differs)


def _measurable(photo: Photo) -> dict[str, Any]:
    analysis = photo.analysis if photo.state == Photo.READY else None
    if not analysis or not analysis.get("flat"):
        raise Wrong(_("This photo cannot be measured: the card was not found in it."))
    found: dict[str, Any] = analysis
    return found


def _check_inside(points: list[Point], flat: dict[str, Any], key: str) -> None:
    wide, high = (float(flat[side]) * float(flat["mm_per_px"]) for side in ("width", "height"))
    if not all(0 <= x <= wide and 0 <= y <= high for x, y in points):
        raise Wrong(_("A point lies outside the picture."), key)


def _as_dict(size: Size) -> dict[str, float | None]:
    return {key: getattr(size, key) for key in ("length_mm", "length_sd", "width_mm", "width_sd")}


def _size_in(photo: Photo) -> Size | None:
    """The size a ready photo gives; None where it gives none."""
    analysis = photo.analysis or {}
    if photo.state != Photo.READY:
        return None
    told = analysis.get("corrected") or (analysis if analysis.get("ok") else None)
    if not told or told.get("length_mm") is None:
        return None
    return Size(told["length_mm"], told["length_sd"], told.get("width_mm"), told.get("width_sd"))


def _typed(entry: Entry) -> dict[str, Any] | None:
    if entry.length_mm is None and entry.width_mm is None:
        return None
    return {"length_mm": entry.length_mm, "width_mm": entry.width_mm, "method": entry.method or None}


def _apart(size: Size, axis: str, entry: Entry) -> bool:
    """Whether one axis of the entry is further from the photos' than their errors explain."""
    typed, seen, sd = getattr(entry, axis), getattr(size, axis), getattr(size, axis.replace("_mm", "_sd"))
    if typed is None or seen is None or sd is None:
        return False
    own = float(sigma_log(typed, entry.method or NO_METHOD, session=False)) * typed
    return bool(abs(typed - seen) > BEYOND_ERROR * math.hypot(own, sd))
