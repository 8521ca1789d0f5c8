"""A diary file that somebody sends: a zip or a bare JSON, bounded in every dimension, nothing of it ever unpacked to disk.

What is wrong with the file as a whole is refused here; what is wrong with one row of it is said by that row's path, so that
one bad row does not keep out the others.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any

from tracker.diary.besides import never_shared
from tracker.diary.checking import BadDiary, Problem, Twice, problems_in
from tracker.diary.reading import INSIDE, parse_json
from tracker.diary.writing import FORMAT

MOST_JSON = 32 * 2**20  # bytes of diary.json: ten years of daily entries of ten lumps are 25 MB
MOST_ROWS = 300_000  # objects and lists in it: parsed, each weighs fifty times its two characters
MOST_FILES = 20_000
MOST_DIRECTORY = 8 * 2**20  # bytes of a zip's table of contents, which is read whole
BESIDE = "extra.json"
PACKED = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # what exports hold; the others unpack slowly and fail in other ways
LONGEST = {"name": 100, "note": 20_000, "detail": 5_000}
LONGEST_TYPED = 40
CHILDREN = {"person": ("lumps",), "lump": ("entries", "events"), "entry": ("photos",), "event": (), "photo": ()}
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError, ValueError)


@dataclass
class Incoming:
    """What came: people as they stand in the file, not checked; pictures are read when they are asked for."""

    people: list[Any]
    archive: zipfile.ZipFile | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    never_share: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)  # pictures that were asked for: each is unpacked once

    def picture(self, name: str, most: int) -> bytes | None:
        """The bytes of a picture of the archive; None where it is not there, broken, larger than `most`, or was asked
        for before."""
        if name in self.asked or name not in self.sizes or self.sizes[name] > most:
            return None
        self.asked.add(name)
        return self.part(name)

    def part(self, name: str) -> bytes | None:
        """The bytes of a file of the archive; None where it is not there or broken."""
        size = self.sizes.get(name)
        if self.archive is None or size is None:
            return None
        try:
            with self.archive.open(name) as file:
                return file.read(size)  # what it says of itself is the most that is unpacked of it
        except _BROKEN:
            return None


def read_incoming(file: IO[bytes], *, most_pictures: int) -> Incoming:
    """The file as sent. Raises BadDiary for what cannot be read, is too large, or is no diary at all.

    `most_pictures`: bytes of all pictures together, unpacked.
    """
    if file.read(4) == b"PK\x03\x04":
        return _from_zip(file, most_pictures)
    file.seek(0)
    return Incoming(_people(file.read(MOST_JSON + 1)))


def faults(part: str, body: Any) -> list[Problem]:
    """What is wrong with one row, its children left aside: of its keys and values, and of what only a calendar knows."""
    if not isinstance(body, dict):
        return problems_in(body, part)
    alone = body | {name: [] for name in CHILDREN[part] if isinstance(body.get(name), list)}
    if isinstance(body, Twice):
        return [Problem(body.twice, "is there twice")]
    return problems_in(alone, part) or list(_beyond(alone))


def _beyond(body: dict[str, Any]) -> Iterator[Problem]:
    """What a schema does not say: how long words may be, and that a diary knows nothing of the future."""
    for key, most in LONGEST.items():
        if len(body.get(key) or "") > most:
            yield Problem(key, f"must be {most} characters at most")
    if "name" in body and not body["name"].strip():
        yield Problem("name", "must not be empty")
    for axis, text in (body.get("typed") or {}).items():
        if text is not None and len(text) > LONGEST_TYPED:
            yield Problem(f"typed.{axis}", f"must be {LONGEST_TYPED} characters at most")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for key in ("measured_at", "at", "taken_at"):
        if body.get(key) and datetime.fromisoformat(body[key]).date() > tomorrow:
            yield Problem(key, "is still to come")
    if body.get("first_noticed_on") and date.fromisoformat(body["first_noticed_on"]) > tomorrow:
        yield Problem("first_noticed_on", "is still to come")
    if (body.get("birth_year") or 0) > tomorrow.year:
        yield Problem("birth_year", f"must not be after {tomorrow.year}")


def _people(raw: bytes) -> list[Any]:
    if len(raw) > MOST_JSON:
        raise _bad(f"diary.json is over {MOST_JSON // 2**20} MB")
    if raw.count(b"{") + raw.count(b"[") > MOST_ROWS:
        raise _bad("there are more rows than one import takes; import one person at a time")
    body = parse_json(raw)
    if not isinstance(body, dict) or isinstance(body, Twice) or not isinstance(body.get("people"), list):
        raise _bad(f'this is no diary file: it must be an object with "format": "{FORMAT}" and "people"')
    if found := problems_in({**body, "people": []}):
        raise BadDiary(found)
    people: list[Any] = body["people"]
    return people


def _from_zip(file: IO[bytes], most_pictures: int) -> Incoming:
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
        sizes = {info.filename: info.file_size for info in infos}
        if any(info.compress_type not in PACKED for info in infos):
            raise _bad("the zip is packed in a way we do not read; pack it as plain zip (deflate)")
        if len(sizes) != len(infos):
            raise _bad("the zip holds a file twice")
        if INSIDE not in sizes:
            raise _bad("the zip holds no diary.json")
        if sum(size for name, size in sizes.items() if name.startswith("photos/")) > most_pictures:
            raise _bad("the photos are more than one import takes")
        for name in (INSIDE, BESIDE):
            if sizes.get(name, 0) > MOST_JSON:
                raise _bad(f"{name} is over {MOST_JSON // 2**20} MB")
        with archive.open(INSIDE) as inside:
            people = _people(inside.read(MOST_JSON + 1))
        found = Incoming(people, archive, sizes)
        found.never_share = never_shared(found.part(BESIDE) or b"")
    except _BROKEN as error:
        raise _bad("the zip cannot be read: it is damaged, locked, or of a kind we do not know") from error
    return found


def _check_directory(file: IO[bytes]) -> None:
    """Its end says how long a zip's table of contents is: too long a one is refused before it is read."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _bad("the zip did not arrive whole")
    files = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if files > MOST_FILES or directory > MOST_DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise _bad("the zip holds more files than one import takes; import one person at a time")


def _bad(why: str) -> BadDiary:
    return BadDiary([Problem("", why)])
