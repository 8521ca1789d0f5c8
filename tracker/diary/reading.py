"""Reads a diary file (docs/format.md) strictly: a bare JSON, a folder or a zip; and turns it into what the rules know."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tracker.diary.checking import BadDiary, NotANumber, Problem, Twice, problems_in
from tracker.rules.facts import Entry, Event, History

INSIDE = "diary.json"
MAX_BYTES = 512 * 1024 * 1024
_SETS = ("skin", "unwell")
_SIZES = ("length_mm", "width_mm", "depth_mm")
_PLAIN = (
    "method", "size_confirmed", "pain_out_of_proportion", "redness_beyond_mm", "spreading", "red_streaks", "warmth",
    "discharge", "temperature_c", "shivery", "shape", "firmness", "mobility",
)  # fmt: skip
_WHOLE = ("pain", "tenderness", "redness")


@dataclass(frozen=True, slots=True)
class LumpRead:
    """One lump of a file: its ids and names, what the rules may know, and each entry's time as it stood in the file."""

    id: str
    name: str
    person_id: str
    person_name: str
    history: History
    stamps: dict[tuple[str, datetime], str]

    def stamp(self, entry: Entry) -> str:
        """The entry's `measured_at`, letter for letter."""
        return self.stamps[entry.id, entry.at]


def read_diary(path: Path | str) -> dict[str, Any]:
    """The checked body of a diary file, folder or zip. Raises BadDiary with the path to each wrong key."""
    return parse_diary(_bytes_of(Path(path)))


def parse_diary(raw: bytes) -> dict[str, Any]:
    """The checked body of a diary file's bytes. Raises BadDiary."""
    body = parse_json(raw)
    found = problems_in(body) or list(_out_of_time(body))
    if found:
        raise BadDiary(found)
    checked: dict[str, Any] = body
    return checked


def parse_json(raw: bytes) -> Any:
    """What the bytes hold, not checked yet; what JSON has no word for stands there marked. Raises BadDiary."""
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, parse_constant=NotANumber, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise _bad(f"the file is not UTF-8 text (byte {error.start})") from error
    except RecursionError as error:
        raise _bad("the file is nested too deeply") from error
    except ValueError as error:
        raise _bad(f"the file is not JSON: {error}") from error


def lumps_of(body: dict[str, Any]) -> Iterator[LumpRead]:
    """Every lump of a checked body, in the file's order."""
    for person in body["people"]:
        for lump in person["lumps"]:
            yield _lump(person, lump)


def history_from(person: dict[str, Any], lump: dict[str, Any]) -> History:
    """What the rules may know of a checked lump. Entries and events stay in the file's order."""
    noticed = lump.get("first_noticed_on")
    conditions = person.get("conditions")
    return History(
        site=lump["site"],
        entries=tuple(entry_from(entry) for entry in lump["entries"]),
        events=tuple(event_from(event) for event in lump["events"]),
        side=lump.get("side"),
        depth=lump.get("depth"),
        status=lump.get("status"),
        first_noticed_on=date.fromisoformat(noticed) if noticed else None,
        noticed_after=lump.get("noticed_after"),
        known_unchanged_over_a_year=lump.get("known_unchanged_over_a_year"),
        birth_year=None if person.get("birth_year") is None else int(person["birth_year"]),
        sex=person.get("sex"),
        conditions=None if conditions is None else frozenset(conditions),
        timezone=person.get("timezone") or "UTC",
    )


def entry_from(body: dict[str, Any]) -> Entry:
    """One checked entry; sizes to one decimal, times in UTC."""
    values: dict[str, Any] = {key: body.get(key) for key in _PLAIN}
    for key in _SIZES:
        values[key] = None if body.get(key) is None else round(float(body[key]), 1)
    for key in _WHOLE:
        values[key] = None if body.get(key) is None else int(body[key])
    for key in _SETS:
        values[key] = None if body.get(key) is None else frozenset(body[key])
    return Entry(id=body["id"], at=moment(body["measured_at"]), **values)


def event_from(body: dict[str, Any]) -> Event:
    """One checked event."""
    return Event(body["id"], moment(body["at"]), body["kind"], body.get("detail") or "")


def moment(text: str) -> datetime:
    """A checked time, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _lump(person: dict[str, Any], lump: dict[str, Any]) -> LumpRead:
    stamps = {(entry["id"], moment(entry["measured_at"])): entry["measured_at"] for entry in lump["entries"]}
    return LumpRead(lump["id"], lump["name"], person["id"], person["name"], history_from(person, lump), stamps)


def _bytes_of(path: Path) -> bytes:
    """The bytes of diary.json in a folder or a zip, or of the file itself."""
    try:
        if path.is_dir():
            path = path / INSIDE
        if zipfile.is_zipfile(path):
            return _from_zip(path)
        if path.stat().st_size > MAX_BYTES:
            raise _bad(f"the file is over {MAX_BYTES // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise _bad(f"cannot read {path}: {error.strerror or error}") from error


def _from_zip(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(INSIDE).file_size > MAX_BYTES:
                raise _bad(f"{INSIDE} in the zip is over {MAX_BYTES // 2**20} MB")
            return archive.read(INSIDE)
    except KeyError as error:
        raise _bad(f"the zip holds no {INSIDE}") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _bad(f"the zip cannot be read: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) == len(pairs):
        return body
    seen: set[str] = set()
    marked = Twice(body)
    marked.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return marked


def _out_of_time(body: dict[str, Any]) -> Iterator[Problem]:
    """Years of birth that are still to come, which a schema cannot say."""
    this_year = datetime.now(UTC).year
    for place, person in enumerate(body["people"]):
        if (person.get("birth_year") or 0) > this_year:
            yield Problem(f"people[{place}].birth_year", f"must not be after {this_year}")


def _bad(why: str) -> BadDiary:
    return BadDiary([Problem("", why)])
