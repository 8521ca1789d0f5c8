"""At the end: is all there that was acknowledged, once, and did every message go out?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.soak.ledger import KEPT, SENT

QUERIES = {
    "entry": "SELECT id, lump_id, length_mm, note, revision FROM tracker_entry WHERE note LIKE 'trial %%'",
    "photo": "SELECT id, entry_id, received_sha256, state, master FROM tracker_photo",
    "link": "SELECT id, opened FROM tracker_sharelink",
    # by the event each leaves: something worse opens the alert anew, to which the answer was none
    "acknowledgement": "SELECT id FROM tracker_alert AS told WHERE state = 'closed' OR EXISTS (SELECT 1 FROM"
    " tracker_careevent WHERE lump_id = told.lump_id AND kind = 'acknowledged' AND detail = told.rule)",
    "pressing": "SELECT id FROM tracker_alert WHERE urgency IN ('same_day', 'emergency') AND opened_at >= %(began)s",
    "notice": "SELECT user_id, cause FROM tracker_notice",
    "delivery": "SELECT id, notice_id, channel, device_id, state FROM tracker_delivery",
    "revision": "SELECT row FROM tracker_revision WHERE kind = 'entry'",
}
Rows = Mapping[str, list[tuple[Any, ...]]]


@dataclass
class Count:
    """A line of the last table. `doubled` counts what is there more than once, or that nobody sent."""

    what: str
    acknowledged: int
    lost: int
    doubled: int
    note: str = ""


@dataclass
class Truth:
    """What was compared; `rest` are figures that are neither a loss nor a double."""

    counts: list[Count] = field(default_factory=list)
    rest: dict[str, int] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        return not any(count.lost or count.doubled for count in self.counts)


def read(database: str, began: datetime) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that matter, straight from the tables; ids as text."""
    found = {}
    with psycopg.connect(database) as line:
        for name, query in QUERIES.items():
            rows = line.execute(query, {"began": began} if "%(began)s" in query else None).fetchall()
            found[name] = [tuple(str(cell) if _is_id(cell) else cell for cell in row) for row in rows]
    return found


def _is_id(cell: object) -> bool:
    return type(cell).__name__ == "UUID"


def judge(lines: Iterable[Mapping[str, Any]], rows: Rows, mails: Iterable[str], photos: Path | None = None) -> Truth:
    """Hold the ledger's lines against the tables, and `mails` (the Message-IDs that arrived) against the deliveries.

    `photos`: the store's folder, whose files are looked for; None looks for none.
    """
    sent, kept = _by_kind(lines)
    truth = Truth()
    truth.counts.append(_entries(sent, kept, rows))
    truth.counts.append(_photos(kept, rows, photos))
    truth.counts.append(_links(kept, rows))
    there = {row[0] for row in rows["acknowledgement"]}
    acknowledged = {line["id"] for line in kept.get("acknowledgement", [])}
    truth.counts.append(Count("answers to alerts", len(acknowledged), len(acknowledged - there), 0))
    truth.counts.append(_alerts(rows))
    truth.counts.append(_mail(rows, list(mails), truth.rest))
    return truth


def _by_kind(lines: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {SENT: {}, KEPT: {}}
    for line in lines:
        found[line["deed"]].setdefault(line["kind"], []).append(line)
    return found[SENT], found[KEPT]


def _entries(sent: Mapping[str, Any], kept: Mapping[str, Any], rows: Rows) -> Count:
    """Lost: not there, or not as it was acknowledged. Doubled: its note in two rows, a row nobody sent, or a second version."""
    there = {row[0]: row[1:4] for row in rows["entry"]}
    lines = {line["id"]: (line["lump"], line["length_mm"], line["note"]) for line in kept.get("entry", [])}
    lost = sum(there.get(pk) != facts for pk, facts in lines.items())
    notes = Counter(row[3] for row in rows["entry"])
    doubled = sum(count - 1 for count in notes.values())
    strangers = len(there.keys() - {line["id"] for line in sent.get("entry", [])})
    versions = sum(row[4] != 1 for row in rows["entry"]) + sum(row[0] in there for row in rows["revision"])
    return Count("entries", len(lines), lost, doubled + strangers + versions)


def _photos(kept: Mapping[str, Any], rows: Rows, folder: Path | None) -> Count:
    """Lost: not there, other bytes, or not ready in the end, or its file is not in the store. Doubled: a hash twice."""
    there = {row[0]: row[1:] for row in rows["photo"]}
    files = None if folder is None else {path.name for path in folder.rglob("*") if path.is_file()}
    lost = 0
    for line in kept.get("photo", []):
        entry, digest, state, master = there.get(line["id"], ("", "", "", ""))
        as_sent = (entry, digest) == (line["entry"], line["sha256"])
        lost += not (as_sent and state == "ready" and (files is None or master in files))
    hashes = Counter(row[2] for row in rows["photo"])
    return Count("photos", len(kept.get("photo", [])), lost, sum(count - 1 for count in hashes.values()), "all ready")


def _links(kept: Mapping[str, Any], rows: Rows) -> Count:
    """Links that were acknowledged, and how often each was opened: as often as it was acknowledged, or oftener where an
    answer was lost on its way. A link nobody was told of is no double: its maker asked twice."""
    opened = {row[0]: row[1] for row in rows["link"]}
    links = {line["id"] for line in kept.get("link", [])}
    openings = Counter(line["id"] for line in kept.get("opening", []))
    lost = len(links - opened.keys()) + sum(opened.get(pk, 0) < count for pk, count in openings.items())
    return Count("links and their openings", len(links) + sum(openings.values()), lost, 0)


def _alerts(rows: Rows) -> Count:
    """Each that presses wrote a notice in its own transaction; no cause twice for one account."""
    causes = {cause.split(":")[1] for _user, cause in rows["notice"] if cause.startswith("alert:")}
    pressing = {row[0] for row in rows["pressing"]}
    twice = sum(count - 1 for count in Counter(rows["notice"]).values())
    return Count("alerts that press, each with its notice", len(pressing), len(pressing - causes), twice)


def _mail(rows: Rows, mails: list[str], rest: dict[str, int]) -> Count:
    """Lost: marked as sent, and never arrived, or not sent at all by the end. Doubled: two deliveries for one notice and
    channel. A second copy under the same Message-ID, which a killed worker may leave, is counted apart."""
    deliveries = {row[0]: row for row in rows["delivery"] if row[2] == "email"}
    arrived = Counter(name.strip("<>").partition("@")[0] for name in mails)
    lost = sum(pk not in arrived for pk, row in deliveries.items() if row[4] != "dropped")
    twice = sum(count - 1 for count in Counter(row[1:4] for row in rows["delivery"]).values())
    strangers = sum(pk not in deliveries for pk in arrived)
    rest["mails that came a second time under the same Message-ID"] = sum(count - 1 for count in arrived.values())
    rest["messages dropped because they were no longer to be told"] = sum(
        row[4] == "dropped" for row in deliveries.values()
    )
    return Count("messages by mail", len(deliveries), lost, twice + strangers)
