"""Short words for what these tests do again and again."""

from pathlib import Path
from typing import Any

from tests.photos import pictures
from tracker.actions.photo_work import process_photo
from tracker.actions.photos import attach_photo
from tracker.models import Entry, Photo, User
from tracker.models.base import uuid7


def attach(user: User, entry: Entry, data: bytes | None = None, **more: Any) -> Photo:
    """A photo sent, as its row stands."""
    pk = more.pop("pk", None) or uuid7()
    photo: Photo = attach_photo(user=user, pk=pk, entry_id=entry.pk, data=data or pictures.jpeg(), **more).row
    return photo


def settled(user: User, entry: Entry, data: bytes | None = None, **more: Any) -> Photo:
    """A photo sent and made clean, or refused."""
    photo = attach(user, entry, data, **more)
    process_photo(pk=photo.pk)
    photo.refresh_from_db()
    return photo


def files(folder: Path) -> list[Path]:
    """All files of a photo store on disk."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
