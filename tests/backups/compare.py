"""Is a restored diary the one that was backed up, though everybody went on writing?

Each person's rows carry change numbers that grow by one under a lock on the person. So the person's own number in the
restored place says exactly what must be there: everything up to it, unchanged, and nothing after it.
"""

from dataclasses import dataclass
from typing import Any

from tests.backups.places import Place

SYNCED = ("tracker_lump", "tracker_entry", "tracker_photo", "tracker_careevent")
LOG_INS = {"django_session", "usersessions_usersession"}  # no backup holds them
FILES = ("original", "master", "screen", "thumb", "flat")


@dataclass(frozen=True)
class Difference:
    """What was compared and what differs; all zeros are wanted in the last three."""

    rows: int
    photos: int
    rows_different: int
    photos_different: int
    secrets_different: int


def under_load(live: Place, restored: Place) -> Difference:
    """Hold the restored place against the live one, which went on after the backup."""
    now, then = live.tables(), restored.tables()
    counters = {pk: row["last_change"] for pk, row in then["tracker_person"].items()}
    owner = _owners(now)
    rows = different = 0
    for table in SYNCED:
        for pk in now[table].keys() | then[table].keys():
            mine, theirs = now[table].get(pk), then[table].get(pk)
            limit = counters.get(owner(table, mine or theirs), 0)
            if mine is not None and mine["change"] <= limit:
                rows += 1
                different += _kept(mine) != _kept(theirs)
            elif theirs is not None and (mine is None or theirs["change"] > limit):
                different += 1
    files, changed = _photos(live, restored, then)
    return Difference(rows, files, different, changed, _secrets(live, restored))


def at_rest(live: Place, restored: Place) -> Difference:
    """Every table whole, the clock's own leases and open log-ins apart."""
    now, then = live.tables(), restored.tables()
    rows = different = 0
    for table in (now.keys() | then.keys()) - LOG_INS:
        for pk in now.get(table, {}).keys() | then.get(table, {}).keys():
            mine, theirs = now.get(table, {}).get(pk), then.get(table, {}).get(pk)
            rows += 1
            if table == "django_migrations":  # its times are those of the restore
                different += _without(mine, "applied") != _without(theirs, "applied")
            elif table != "tracker_clockrun":
                different += mine != theirs
    files, changed = _photos(live, restored, then)
    return Difference(rows, files, different, changed, _secrets(live, restored))


def _kept(row: dict[str, Any] | None) -> dict[str, Any]:
    """Without the clock's own marks on a lump, which change with no change number."""
    return {key: value for key, value in (row or {}).items() if key not in {"looked_at", "next_look_at"}}


def _without(row: dict[str, Any] | None, name: str) -> dict[str, Any]:
    return {key: value for key, value in (row or {}).items() if key not in {name, "id"}}


def _owners(tables: dict[str, Any]) -> Any:
    def of(table: str, row: dict[str, Any]) -> str:
        if table == "tracker_photo":
            row = tables["tracker_entry"][str(row["entry_id"])]
        if table in {"tracker_photo", "tracker_entry", "tracker_careevent"}:
            row = tables["tracker_lump"][str(row["lump_id"])]
        return str(row["person_id"])

    return of


def _photos(live: Place, restored: Place, then: dict[str, Any]) -> tuple[int, int]:
    """Files that the restored rows name: how many, and how many of them are missing or not the bytes they were."""
    named = {row[column] for row in then["tracker_photo"].values() for column in FILES if row[column]}
    here, there = live.photos(), restored.photos()
    return len(named), sum(there.get(name) is None or here.get(name) != there[name] for name in named)


def _secrets(live: Place, restored: Place) -> int:
    here, there = live.secrets(), restored.secrets()
    return sum(here.get(name) != there.get(name) for name in here.keys() | there.keys())
