"""Entries as a table that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.diary.rows import ENTRY_KEYS

HEAD = ("lump", "lump_name", "entry", "measured_at", *ENTRY_KEYS)


def head() -> str:
    """The first line."""
    return _line(HEAD)


def line(lump_id: str, lump_name: str, entry: Mapping[str, Any]) -> str:
    """One entry, a body of the diary file, as a line."""
    return _line([lump_id, _cell(lump_name), entry["id"], entry["measured_at"], *(_cell(entry[k]) for k in ENTRY_KEYS)])


def lines_of(people: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """All entries of these people, bodies of the diary file, under their head."""
    yield head()
    for person in people:
        for lump in person["lumps"]:
            for entry in lump["entries"]:
                yield line(lump["id"], lump["name"], entry)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """As text; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in sorted(value.items()))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
