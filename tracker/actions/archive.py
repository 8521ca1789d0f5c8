"""The whole export as a zip that is made while it is sent: one photo at a time is in memory, whatever there are."""

import zipfile
from collections.abc import Iterator
from typing import IO, Any, cast
from uuid import UUID

from django.template.loader import render_to_string

from tracker.actions import audit
from tracker.actions.errors import NotThere
from tracker.actions.exporting import own_diaries
from tracker.actions.photos import open_photo
from tracker.diary import besides, table
from tracker.diary.reading import history_from
from tracker.diary.writing import diary_bytes, member
from tracker.models import Photo, User
from tracker.reports import labels
from tracker.reports.log import log_of

Body = dict[str, Any]
LINES = 500


class _Sink:
    """A file that only writes, and gives away what was written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to wait for."""

    def take(self) -> bytes:
        whole, self._parts = b"".join(self._parts), []
        return whole


def diary_file(*, user: User) -> bytes:
    """`diary.json` alone, for a program: everything of one's own but the bytes of photos."""
    audit.note("export.made", actor=user, what=user.pk)
    return diary_bytes(own_diaries(user=user))


def export_everything(*, user: User) -> tuple[Iterator[bytes], int]:
    """The archive of docs/format.md in pieces, and about how many bytes it will have. Raises BadDiary.

    Photos go first: what could not be read is then not promised by the diary file that follows them.
    """
    people = own_diaries(user=user)
    photos = {photo["id"]: photo for entry in _entries(people) for photo in entry["photos"]}
    rows = Photo.objects.filter(pk__in=list(photos)) if photos else Photo.objects.none()
    about = sum(rows.values_list("bytes", flat=True)) + len(diary_bytes(people)) // 4
    audit.note("export.made", actor=user, what=user.pk)
    return _pieces(user, people, photos), about


def _pieces(user: User, people: list[Body], photos: dict[str, Body]) -> Iterator[bytes]:
    sink = _Sink()
    damaged = []
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as archive:
        for photo in photos.values():
            data = _picture(photo["id"])
            if data is None:
                photo["file"] = photo["sha256"] = None
                damaged.append(photo["id"])
                continue
            archive.writestr(member(photo["file"], zipfile.ZIP_STORED), data)
            yield sink.take()
        keys = [UUID(person["id"]) for person in people]
        archive.writestr(member("diary.json", zipfile.ZIP_DEFLATED), diary_bytes(people))
        archive.writestr(member("extra.json", zipfile.ZIP_DEFLATED), besides.extra_bytes(user, keys, damaged))
        yield sink.take()
        for name, parts in (("entries.csv", table.lines_of(people)), ("diary.html", _page(people))):
            with archive.open(member(name, zipfile.ZIP_DEFLATED), "w") as file:
                for count, part in enumerate(parts):
                    file.write(part.encode())
                    if count % LINES == 0:
                        yield sink.take()
    yield sink.take()


def _picture(pk: str) -> bytes | None:
    photo = Photo.objects.kept().filter(pk=pk).first()
    if photo is None:
        return None
    try:
        return open_photo(photo=photo, size="full")
    except NotThere:
        return None


def _page(people: list[Body]) -> Iterator[str]:
    """A page that opens from the folder, without a network: the same facts in words."""
    yield render_to_string("export/head.html", {"people": people})
    for person in people:
        zone = labels.zone_of(person["timezone"] or "")
        for lump in person["lumps"]:
            notes = {entry["id"]: entry["note"] or "" for entry in lump["entries"]}
            photos = {entry["id"]: entry["photos"] for entry in lump["entries"]}
            log = [
                {"line": line, "when": labels.moment_words(line.at, zone), "photos": photos.get(line.id, [])}
                for line in log_of(history_from(person, lump), notes)
            ]
            place = [labels.word(labels.SITES, lump["site"]), *([labels.SIDES[lump["side"]]] if lump["side"] else [])]
            yield render_to_string(
                "export/lump.html", {"person": person, "lump": lump, "log": log, "place": ", ".join(map(str, place))}
            )
    yield render_to_string("export/foot.html")


def _entries(people: list[Body]) -> Iterator[Body]:
    return (entry for person in people for lump in person["lumps"] for entry in lump["entries"])
