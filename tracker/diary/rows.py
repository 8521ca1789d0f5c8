"""Rows of the database to and from the keys of the diary file. One place, so that API, export and import agree."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from tracker.models import CareEvent, Entry, Lump, Person, Photo

# Columns whose names and values are those of the file; text columns hold "" where the file holds null.
PERSON_KEYS = ("name", "birth_year", "sex", "conditions", "timezone")
LUMP_KEYS = (
    "name", "site", "side", "depth", "status", "first_noticed_on", "noticed_after", "known_unchanged_over_a_year",
)  # fmt: skip
ENTRY_KEYS = (
    "length_mm", "width_mm", "depth_mm", "method", "typed", "size_confirmed", "pain", "pain_out_of_proportion",
    "tenderness", "redness", "redness_beyond_mm", "spreading", "red_streaks", "warmth", "discharge", "temperature_c",
    "shivery", "shape", "firmness", "mobility", "skin", "unwell", "note",
)  # fmt: skip
EMPTY_IS_NULL = frozenset(
    ("sex", "timezone", "side", "depth", "status", "noticed_after", "method", "discharge", "shape", "firmness",
     "mobility", "detail")
)  # fmt: skip


def at_offset(at: datetime, minutes: int) -> datetime:
    """The instant as the person's clock showed it."""
    return at.astimezone(timezone(timedelta(minutes=minutes)))


def stamp(at: datetime, minutes: int = 0) -> str:
    """ISO 8601 with an offset."""
    return at_offset(at, minutes).isoformat()


def offset_of(at: datetime) -> int:
    """Minutes east of UTC of an aware time."""
    delta = at.utcoffset()
    return 0 if delta is None else round(delta.total_seconds() / 60)


def _plain(row: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    body = {}
    for key in keys:
        value = getattr(row, key)
        if value == "" and key in EMPTY_IS_NULL:
            value = None
        elif key == "first_noticed_on" and value is not None:
            value = value.isoformat()
        body[key] = value
    return body


def person_body(row: Person) -> dict[str, Any]:
    return {"id": str(row.pk), **_plain(row, PERSON_KEYS)}


def lump_body(row: Lump) -> dict[str, Any]:
    return {"id": str(row.pk), **_plain(row, LUMP_KEYS)}


def entry_body(row: Entry) -> dict[str, Any]:
    return {"id": str(row.pk), "measured_at": stamp(row.measured_at, row.measured_offset), **_plain(row, ENTRY_KEYS)}


def event_body(row: CareEvent) -> dict[str, Any]:
    return {"id": str(row.pk), "at": stamp(row.at, row.at_offset), "kind": row.kind, "detail": row.detail or None}


def photo_body(row: Photo) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "taken_at": stamp(row.taken_at, row.taken_offset) if row.taken_at else None,
        "sha256": row.sha256 or None,
        "received_sha256": row.received_sha256,
        "file": f"photos/{row.pk}.jpg" if row.state == Photo.READY else None,
    }


_BODIES: dict[type, Callable[[Any], dict[str, Any]]] = {
    Person: person_body, Lump: lump_body, Entry: entry_body, CareEvent: event_body,
}  # fmt: skip


def body_of(row: Any) -> dict[str, Any]:
    """The row with the keys of the diary file, without nested lists; JSON-ready."""
    return _BODIES[type(row)](row)


def columns(body: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Checked values of the file's keys -> columns: what is absent is null, what is null is empty where text is."""
    return {key: _column(key, body.get(key)) for key in keys}


def _column(key: str, value: Any) -> Any:
    if value is None and key in EMPTY_IS_NULL:
        return ""
    if key in ("skin", "unwell", "conditions") and value is not None:
        return sorted(set(value))
    if value is not None and key.endswith("_mm"):
        return round(float(value), 1)
    if value is not None and key == "temperature_c":
        return round(float(value), 2)
    return value


def person_columns(body: dict[str, Any]) -> dict[str, Any]:
    return columns(body, PERSON_KEYS)


def lump_columns(body: dict[str, Any]) -> dict[str, Any]:
    """`first_noticed_on` is a date already (the serializer's or the reader's duty)."""
    return columns(body, LUMP_KEYS)


def entry_columns(body: dict[str, Any]) -> dict[str, Any]:
    """`measured_at` is an aware datetime already."""
    at = body["measured_at"]
    return {"measured_at": at, "measured_offset": offset_of(at), **columns(body, ENTRY_KEYS)}


def event_columns(body: dict[str, Any]) -> dict[str, Any]:
    """`at` is an aware datetime already."""
    at = body["at"]
    return {"at": at, "at_offset": offset_of(at), "kind": body["kind"], "detail": body.get("detail") or ""}
