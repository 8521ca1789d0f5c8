"""The bytes of photos that a report may show."""

from collections.abc import Callable, Sequence

from tracker.actions.errors import NotThere
from tracker.actions.photos import open_photo
from tracker.models import Lump, Photo
from tracker.reports.log import shared_photos
from tracker.reports.shapes import Scope


def picture_for(photo: Photo) -> bytes | None:
    """Its JPEG at screen size; None where the file is gone or damaged: a report is made without it."""
    try:
        return open_photo(photo=photo, size="screen")
    except NotThere:
        return None


def pictures_of(lumps: Sequence[Lump], scope: Scope) -> Callable[[str], bytes | None]:
    """The JPEG of a photo by its id; None for every photo this scope does not share. One query."""
    shared = {str(photo.pk): photo for photo in shared_photos(lumps, scope)}
    return lambda pk: picture_for(shared[pk]) if pk in shared else None
