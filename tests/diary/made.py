"""Diary files for the tests of this room."""

from typing import Any

ID = "0198c1a0-0000-7000-8000-{:012d}"


def an_entry(number: int = 3, at: str = "2026-01-10T08:30:00+00:00", **values: Any) -> dict[str, Any]:
    return {"id": ID.format(number), "measured_at": at, **values}


def an_event(kind: str, at: str, number: int = 900, **values: Any) -> dict[str, Any]:
    return {"id": ID.format(number), "at": at, "kind": kind, **values}


def a_diary(*entries: dict[str, Any], events: list[dict[str, Any]] | None = None, **of_lump: Any) -> dict[str, Any]:
    person = of_lump.pop("person", {})
    lump = {"id": ID.format(2), "name": "Lower back", "site": "lower_back", "entries": list(entries)}
    lump |= {"events": events or []} | of_lump
    return {"format": "lump-diary/1", "people": [{"id": ID.format(1), "name": "Sam", **person, "lumps": [lump]}]}
