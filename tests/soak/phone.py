"""One client: it visits one resident's diary after the other, logs, reads, uploads, shares, and holds the house to its word."""

import json
import random
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from uuid_utils import uuid7

from tests.soak import pictures
from tests.soak.ledger import Ledger
from tests.soak.line import Answer, Ask, Line

BATCH = 20
# how often in a visit
AGAIN, PHOTO, SOME_AT_ONCE, SHARE, SVG, INFECTED, LOOK_AT_PHOTO = 0.25, 0.06, 0.05, 0.03, 0.2, 0.03, 0.5
SOURCE = re.compile(r'src="(/s/(?:chart|photo)/[^"]+)"')
PICTURES_OF_A_PAGE = 6
CALM = {"pain": 1, "redness": 0, "warmth": False}
# redness that spreads, warm, with fever: told the same day, at any hour
RED = {"pain": 6, "redness": 3, "warmth": True, "spreading": True, "temperature_c": 38.7}


@dataclass(frozen=True)
class Resident:
    """A line of what seed_town wrote."""

    email: str
    token: str
    person: str
    lumps: list[str]


class Phone(threading.Thread):
    """Until `ended`: a visit, then the next. `complaints` counts what the house said against its word."""

    def __init__(
        self, line: Line, residents: Sequence[Resident], photos: Sequence[bytes], ledger: Ledger, ended: threading.Event,
        *, seed: int, pause: float,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.line, self.residents, self.photos, self.ledger = line, residents, photos, ledger
        self.ended, self.pause, self.chance = ended, pause, random.Random(seed)
        self.complaints: Counter[str] = Counter()
        self.fault: BaseException | None = None
        self.token, self.wrote = "", set[str]()

    def run(self) -> None:
        try:
            while not self.ended.is_set():
                self._visit(self.chance.choice(self.residents))
        except Exception as fault:  # noqa: BLE001 - told by whoever started this thread
            self.fault = fault
        finally:
            self.line.close()

    def _visit(self, resident: Resident) -> None:
        """As somebody opens the app, looks, logs and puts it away."""
        self.line.turn()
        self.token, self.wrote = resident.token, set()
        lump = self.chance.choice(resident.lumps)
        self._get("people", "/api/people/")
        self._get("lumps", f"/api/lumps/?person={resident.person}")
        newest = self._get("entries, newest 50", f"/api/entries/?lump={lump}&limit=50")
        cursor = newest.json()["cursor"] if newest else None
        entry = self._log(lump)
        self._get("trend", f"/api/lumps/{lump}/trend/")
        if entry and self._happens(PHOTO):
            self._upload(entry)
        if self._happens(SOME_AT_ONCE):
            self._batch(lump)
        if self._happens(SVG):
            self._get("trend.svg", f"/api/lumps/{lump}/trend.svg")
        self._answer_alerts(lump)
        if self._happens(SHARE):
            self._share(resident)
        if cursor:
            self._sync(lump, cursor)

    def _log(self, lump: str) -> str | None:
        """PUT an entry, sometimes a second time; its id once there is a receipt."""
        body = self._entry(lump)
        pk = body["id"]
        self.ledger.sent("entry", pk, note=body["note"])
        answer = self._ask("PUT entry", "PUT", f"/api/entries/{pk}/", body)
        if not self._receipt(answer, pk, body):
            return None
        if self._happens(AGAIN):
            again = self._ask("PUT entry again", "PUT", f"/api/entries/{pk}/", body)
            if again and (again.status != 200 or again.json()["revision"] != 1):
                self.complaints["the same entry twice was another version"] += 1
        return str(pk)

    def _receipt(self, answer: Answer | None, pk: str, body: dict[str, Any]) -> bool:
        if answer is None or answer.status not in (200, 201):
            return False
        if answer.json()["receipt"]["id"] != pk:
            self.complaints["a receipt for another entry"] += 1
            return False
        self._kept_entry(body)
        return True

    def _kept_entry(self, body: dict[str, Any]) -> None:
        self.ledger.kept("entry", body["id"], **{key: body[key] for key in ("lump", "length_mm", "note")})
        self.wrote.add(body["id"])

    def _batch(self, lump: str) -> None:
        """Twenty at once, now and then all of them a second time."""
        entries = [self._entry(lump, calm=True) for _ in range(BATCH)]
        for body in entries:
            self.ledger.sent("entry", body["id"], note=body["note"])
        for endpoint in ("batch of 20", "batch of 20 again")[: 2 if self._happens(AGAIN) else 1]:
            answer = self._ask(endpoint, "POST", "/api/entries/batch/", {"entries": entries})
            results = answer.json()["results"] if answer and answer.status == 200 else []
            if results and any(result["status"] not in (200, 201) for result in results):
                self.complaints["an entry of a batch was refused"] += 1
            if endpoint == "batch of 20":
                for body, result in zip(entries, results, strict=False):
                    if result["status"] in (200, 201):
                        self._kept_entry(body)

    def _upload(self, entry: str) -> None:
        """A photo with its hash, sometimes a second time; then a look at what became of it."""
        data, pk = pictures.another(self.chance, self.photos), str(uuid7())
        digest = sha256(data).hexdigest()
        path, more = f"/api/photos/{pk}/?entry={entry}", {"Content-Type": "image/jpeg", "X-Content-SHA256": digest}
        self.ledger.sent("photo", pk, sha256=digest)
        for endpoint in ("PUT photo", "PUT photo again")[: 2 if self._happens(AGAIN) else 1]:
            answer = self._send(Ask(endpoint, "PUT", path, data, self._headers() | more))
            if answer is None or answer.status not in (200, 201):
                return
            if answer.json()["received_sha256"] != digest:
                self.complaints["a receipt for other bytes"] += 1
                return
            if endpoint == "PUT photo":
                self.ledger.kept("photo", pk, entry=entry, sha256=digest)
        if self._happens(LOOK_AT_PHOTO):
            state = self._get("photo's state", f"/api/photos/{pk}/")
            if state and state.json()["state"] == "ready":
                self._get("photo's file", f"/api/photos/{pk}/file/?size=thumb")

    def _answer_alerts(self, lump: str) -> None:
        found = self._get("alerts", f"/api/alerts/?lump={lump}")
        waiting = [row for row in found.json()["results"] if row["state"] == "open"] if found else []
        if waiting and self._happens(AGAIN):
            pk = waiting[0]["id"]
            answer = self._ask("acknowledge", "POST", f"/api/alerts/{pk}/acknowledge/", {"how": "appointment"})
            if answer and answer.status == 200:
                self.ledger.kept("acknowledgement", pk)

    def _share(self, resident: Resident) -> None:
        """A link with a passcode is made; somebody opens it, looks at the page and its pictures, and leaves."""
        made = self._ask("make a link", "POST", "/api/share-links/", {"lumps": resident.lumps, "notes": True})
        if made is None or made.status != 201:
            return
        link = made.json()
        self.ledger.kept("link", link["id"])
        form = {"token": link["token"], "passcode": link["passcode"], "viewer": "A practice"}
        plain = {"Content-Type": "application/x-www-form-urlencoded"}
        opened = self._send(Ask("open the link", "POST", "/s/", urlencode(form).encode(), plain, right=(303,)))
        if opened is None or opened.status != 303:
            return
        self.ledger.kept("opening", link["id"])
        cookie = {"Cookie": opened.headers.get("Set-Cookie", "").partition(";")[0]}
        page = self._send(Ask("doctor's page", "GET", "/s/view/", headers=cookie, right=(200,)))
        if page is not None and page.status == 200:
            for source in SOURCE.findall(page.body.decode())[:PICTURES_OF_A_PAGE]:
                self._send(Ask("doctor's chart", "GET", source, headers=cookie, right=(200,)))
        self._send(Ask("leave the link", "POST", "/s/leave/", b"", cookie, right=(303,)))

    def _sync(self, lump: str, cursor: str) -> None:
        """What changed since the visit began must hold all that was written in it."""
        seen, path = set[str](), f"/api/entries/?lump={lump}&since={cursor}&limit=100"
        while path:
            answer = self._get("entries since a cursor", path)
            if answer is None or answer.status != 200:
                return
            page = answer.json()
            seen |= {row["id"] for row in page["results"]}
            path = re.sub(r"^https?://[^/]+", "", page["next"] or "")
        self.complaints["written, and not found since the cursor"] += len(self.wrote - seen)

    def _entry(self, lump: str, *, calm: bool = False) -> dict[str, Any]:
        pk = str(uuid7())
        feels = RED if not calm and self._happens(INFECTED) else CALM
        return {
            "id": pk, "lump": lump, "measured_at": datetime.now(UTC).isoformat(), "method": "ruler",
            "length_mm": round(self.chance.uniform(18, 24), 1), "note": f"trial {pk}", **feels,
        }  # fmt: skip

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _get(self, endpoint: str, path: str) -> Answer | None:
        answer = self._send(Ask(endpoint, "GET", path, headers=self._headers(), right=(200,)))
        return answer if answer is not None and answer.status == 200 else None

    def _ask(self, endpoint: str, method: str, path: str, body: Any) -> Answer | None:
        return self._send(Ask(endpoint, method, path, json.dumps(body).encode(), self._headers()))

    def _send(self, what: Ask) -> Answer | None:
        self.ended.wait(self.chance.expovariate(1 / self.pause) if self.pause else 0)
        return self.line.ask(what)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
