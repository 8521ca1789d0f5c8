"""What the server holds, read from its database, and what the phone said it had saved."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.support.stack import Stack


@dataclass
class Saved:
    """An entry of which the phone said that it is saved."""

    id: str
    serial: int
    pain: int
    photos: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """What the server has of it all."""

    entries: dict[str, dict[str, Any]]
    photos: dict[str, tuple[str, str]]  # id -> entry, received_sha256


def held(house: Stack) -> Held:
    """The server's rows that are not deleted. Ids with dashes."""
    with sqlite3.connect(f"file:{house.var / 'diary.sqlite3'}?mode=ro", uri=True) as base:
        base.row_factory = sqlite3.Row
        rows = base.execute("SELECT * FROM tracker_entry WHERE deleted_at IS NULL").fetchall()
        pictures = base.execute(
            "SELECT id, entry_id, received_sha256 FROM tracker_photo WHERE deleted_at IS NULL"
        ).fetchall()
    entries = {_dashed(row["id"]): dict(row) for row in rows}
    return Held(entries, {_dashed(row["id"]): (_dashed(row["entry_id"]), row["received_sha256"]) for row in pictures})


def _dashed(text: str) -> str:
    return text if "-" in text else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(frozen=True)
class Balance:
    """Lost: said to be saved and not on the server as saved. Doubled: more than one row of the same serial."""

    lost: int
    doubled: int
    mismatched: int
    photos: int

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.mismatched)


def balance(saved: list[Saved], there: Held) -> Balance:
    """Each entry by id, content and photos; `note` holds the serial."""
    lost = mismatched = photos = 0
    for entry in saved:
        row = there.entries.get(entry.id)
        lost += row is None or row["pain"] != entry.pain or row["note"] != f"serial {entry.serial}"
        for pk, sha in entry.photos.items():
            photos += 1
            mismatched += there.photos.get(pk) != (entry.id, sha)
    own = {there.entries[entry.id]["lump_id"] for entry in saved if entry.id in there.entries}
    notes = Counter((row["lump_id"], row["note"]) for row in there.entries.values() if row["lump_id"] in own)
    expected = {pk for entry in saved for pk in entry.photos}
    ids = {entry.id for entry in saved}
    extra = sum(entry_id in ids and pk not in expected for pk, (entry_id, _sha) in there.photos.items())
    return Balance(lost, sum(number - 1 for number in notes.values()) + extra, mismatched, photos)
