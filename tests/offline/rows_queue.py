"""O1, O3, O4, O6, O8: what the line, the server and other senders may do to the queue."""

import base64
import hashlib
import itertools
import json
import random
import socket
import time
import uuid
from typing import Any

from tests.offline.pocket import Opened
from tests.offline.proxy import by_chance
from tests.offline.trial import Result, Trial, drain, entry, photo, progress
from tests.offline.truth import Held, Saved, balance, held

NAMES = [f"Lump {number}" for number in range(1, 21)]

# Saves one after the other while the app sends; tells of each that was said to be saved.
SAVING = """(items) => { globalThis.saving = (async () => {
  for (const { serial, data, photos, edit, pause } of items) {
    const { id, photos: hashes } = await diary.save(data, photos)
    told({ serial, id, pain: data.pain, photos: hashes })
    diary.poke()
    await new Promise((done) => setTimeout(done, pause))
    if (edit === null) continue
    await diary.save({ ...data, pain: edit }, [], id)
    told({ serial, id, pain: edit, photos: hashes })
  }
  globalThis.allSaved = true
})() }"""


def _items(lumps: list[str], serials: list[int], chance: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "serial": serial,
            "data": entry(lumps[serial % len(lumps)], serial, chance),
            "photos": [photo(serial * 5 + number) for number in range(chance.randrange(5))],
            "edit": chance.randrange(11) if chance.random() < 0.15 else None,
            "pause": chance.randrange(40),
        }
        for serial in serials
    ]


class Log:
    """What the phone told it had saved, by serial; an edit takes the place of what it changed."""

    def __init__(self) -> None:
        self.saved: dict[int, Saved] = {}

    def listen(self, opened: Opened) -> None:
        opened.context.expose_binding("told", lambda _source, said: self._hear(said))

    def _hear(self, said: dict[str, Any]) -> None:
        self.saved[said["serial"]] = Saved(said["id"], said["serial"], said["pain"], said["photos"])


def o1(trial: Trial) -> Result:
    """Entries with photos, a fault of one of fifteen kinds on requests at random, the browser killed in between."""
    plan, chance = trial.plan, random.Random(trial.plan.seed)
    pocket, log = trial.pocket(), Log()
    with trial.phone_with_lumps(pocket, trial.person("olga"), NAMES) as (_opened, lumps):
        pass
    trial.proxy.met.clear()
    trial.proxy.chooses = by_chance(plan.seed, plan.share)
    try:
        serials = itertools.count()  # never used twice: what was being saved at a kill may be there or not
        while pocket.kills < plan.kills:
            batch = list(itertools.islice(serials, max(1, round(plan.entries / plan.kills))))
            with pocket.opened(hurry=True) as opened:
                log.listen(opened)
                opened.open_app(trial.hook)
                opened.page.evaluate(SAVING, _items(lumps, batch, chance))
                opened.page.wait_for_timeout(chance.uniform(50, 1600))
                opened.kill()
            trial.told(f"{progress(len(log.saved), plan.entries)} saved, {pocket.kills} kills")
        rest = list(itertools.islice(serials, max(0, plan.entries - len(log.saved))))
        took = _finish(trial, log, lumps, rest, chance, pocket)
    finally:
        trial.proxy.chooses = lambda _request: None
    found = balance(list(log.saved.values()), held(trial.house))
    met = sum(number for kind, number in trial.proxy.met.items() if kind != "passed")
    return Result(
        found.clean and len(log.saved) >= plan.entries,
        f"{len(log.saved)} entries, {found.photos} photos, {pocket.kills} kills, {met} faults of "
        f"{len(trial.proxy.met) - 1} kinds in {sum(trial.proxy.met.values())} requests: "
        f"lost {found.lost}, doubled {found.doubled}, photo hash mismatch {found.mismatched}; "
        f"queue empty after {took:.0f} s more",
    )


def _finish(trial: Trial, log: Log, lumps: list[str], serials: list[int], chance: random.Random, pocket: Any) -> float:
    """The rest is saved, and all is sent, still through the faults."""
    with pocket.opened(hurry=True) as opened:
        log.listen(opened)
        opened.open_app(trial.hook)
        opened.page.evaluate(SAVING, _items(lumps, serials, chance))
        opened.page.wait_for_function("() => globalThis.allSaved === true", timeout=600_000)
        return drain(opened, trial.told, reopen=trial.hook)


def o3(trial: Trial) -> Result:
    """Each write ten times; and the same id with other content."""
    pocket, log, chance = trial.pocket(), Log(), random.Random(3)
    with trial.phone_with_lumps(pocket, trial.person("rita"), NAMES[:2]) as (opened, lumps):
        log.listen(opened)
        trial.proxy.seen.clear()
        trial.proxy.chooses = lambda request: (
            "tenfold" if request.method != "GET" and request.path.startswith("/api/") else None
        )
        try:
            opened.page.evaluate(SAVING, _items(lumps, list(range(trial.plan.replayed)), chance))
            opened.page.wait_for_function("() => globalThis.allSaved === true")
            drain(opened, trial.told)
        finally:
            trial.proxy.chooses = lambda _request: None
        there = held(trial.house)
        found = balance(list(log.saved.values()), there)
        sent = sum(1 for kind, _method, _path in trial.proxy.seen if kind == "tenfold")
        both = _other_content(opened, there, log)
    rows = sum(
        str(row["note"]).startswith("serial ")
        for row in there.entries.values()
        if row["lump_id"].replace("-", "") in {lump.replace("-", "") for lump in lumps}
    )
    return Result(
        found.clean and rows == len(log.saved) and both == len(log.saved),
        f"{sent} writes delivered 10 times each: {rows} rows for {len(log.saved)} entries, lost {found.lost}, doubled "
        f"{found.doubled}; same id, other content: 1 row and both versions readable in {both} of {len(log.saved)}",
    )


def _other_content(opened: Opened, there: Held, log: Log) -> int:
    """How many entries still are one row with both versions kept after another content came under their id."""
    good = 0
    for saved in log.saved.values():
        good += opened.page.evaluate(
            """async (id) => {
              const me = await (await fetch('/api/me/')).json()
              const one = await (await fetch(`/api/entries/${id}/`)).json()
              const { id: _id, revision, receipt, advice, photos, ...body } = one
              const send = (json) => fetch(`/api/entries/${id}/`, { method: 'PUT', body: JSON.stringify(json),
                headers: { 'Content-Type': 'application/json', 'X-CSRFToken': me.csrf } })
              const other = await send({ ...body, note: 'other content' })
              const stale = await send({ ...body, note: 'late content', base_revision: revision })
              const versions = (await (await fetch(`/api/entries/${id}/revisions/`)).json()).results
              const notes = versions.map((version) => (version.body ?? version).note)
              return other.status === 200 && stale.status === 409 && notes.includes(one.note) && notes.includes('late content')
            }""",
            saved.id,
        )
    return good


def o4(trial: Trial) -> Result:
    """Two tabs, one of them without Web Locks, and the service worker, all sending the same queue."""
    pocket, log, chance = trial.pocket(), Log(), random.Random(4)
    number = trial.plan.together
    with trial.phone_with_lumps(pocket, trial.person("tom"), NAMES[:4]) as (opened, lumps):
        log.listen(opened)
        other = opened.context.new_page()
        other.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }); delete Navigator.prototype.locks"
        )
        other.goto("/app/")
        other.evaluate(trial.hook)
        worker = opened.context.service_workers[0]
        trial.proxy.chooses = by_chance(4, 0.2, only=("reset_after", "doubled", "error_after", "cut_down"))
        trial.proxy.seen.clear()
        try:
            opened.page.evaluate(SAVING, _items(lumps, list(range(0, number, 2)), chance))
            other.evaluate(SAVING, _items(lumps, list(range(1, number, 2)), chance))
            by_worker = 0
            while not (
                opened.page.evaluate("globalThis.allSaved === true") and other.evaluate("globalThis.allSaved === true")
            ):
                by_worker += worker.evaluate(WORKER_SENDS)
                other.evaluate("diary.poke()")
            by_worker += worker.evaluate(WORKER_SENDS)
            drain(opened, trial.told)
        finally:
            trial.proxy.chooses = lambda _request: None
    found = balance(list(log.saved.values()), held(trial.house))
    puts = sum(method == "PUT" for _kind, method, _path in trial.proxy.seen)
    return Result(
        found.clean and len(log.saved) == number and by_worker > 0,
        f"{number} entries saved in two tabs (one without Web Locks), {puts} PUTs, {by_worker} of them by the service worker: "
        f"doubled {found.doubled}, lost {found.lost}, photo hash mismatch {found.mismatched}",
    )


# A third sender: the worker brings what waits, as the page does, without asking anybody.
WORKER_SENDS = """async () => {
  const me = await (await fetch('/api/me/')).json().catch(() => null)
  if (!me?.csrf) return 0
  const open = indexedDB.open(`lump-diary-${me.id}`)
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail })
  const all = (name) => new Promise((done, fail) => {
    const asked = db.transaction(name).objectStore(name).getAll()
    asked.onsuccess = () => done(asked.result); asked.onerror = fail })
  const [ops, entries] = await Promise.all([all('outbox'), all('entries')])
  db.close()
  let sent = 0
  for (const op of ops.filter((each) => each.kind === 'entry' && each.deed === 'put').slice(0, 5)) {
    const row = entries.find((each) => each.id === op.id)
    const base = row.revision === null ? {} : { base_revision: row.revision }
    await fetch(`/api/entries/${op.id}/`, { method: 'PUT', body: JSON.stringify({ ...row.data, ...base }),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': me.csrf } }).catch(() => null)
    sent += 1
  }
  return sent
}"""


def o6(trial: Trial) -> Result:
    """The server goes away in several ways while entries are made; it comes back, and nobody touches the phone."""
    pocket, chance, log, worst, figures = trial.pocket(), random.Random(6), Log(), 0.0, []
    serial = 0
    with trial.phone_with_lumps(pocket, trial.person("uma"), NAMES[:2]) as (opened, lumps):
        log.listen(opened)
        mark = opened.page.evaluate("performance.timeOrigin")
        for way in WAYS:
            _leave(trial, way)
            opened.page.evaluate(SAVING, _items(lumps, list(range(serial, serial + 8)), chance))
            serial += 8
            opened.page.wait_for_timeout(trial.plan.away * 1000)
            waited = len(opened.page.evaluate("diary.queue()"))
            trial.proxy.chooses = lambda _request: None
            trial.proxy.come_back()
            back = time.monotonic()
            while opened.page.evaluate("diary.queue()"):
                assert time.monotonic() - back < 120, opened.page.evaluate("diary.queue()")
                opened.page.wait_for_timeout(100)
            took = time.monotonic() - back
            worst = max(worst, took)
            figures.append(f"{way}: {waited} waiting, empty {took:.1f} s after")
            trial.told(figures[-1])
        same = opened.page.evaluate("performance.timeOrigin") == mark
    found = balance(list(log.saved.values()), held(trial.house))
    return Result(
        worst <= 60 and found.clean and same,
        f"away {trial.plan.away:.0f} s each, without a reload: {'; '.join(figures)}; lost {found.lost}",
    )


WAYS = ("refused", "no answer", "503, Retry-After 120")


def _leave(trial: Trial, way: str) -> None:
    if way == "refused":
        trial.proxy.go_away()
    elif way == "no answer":
        trial.proxy.swallow()
    else:
        trial.proxy.chooses = lambda _request: "busy_long"


def o8(trial: Trial) -> Result:
    """Bodies that are empty, cut, or wrapped as multipart, as they stand on the wire."""
    pocket, chance = trial.pocket(), random.Random(8)
    with trial.phone_with_lumps(pocket, trial.person("una"), NAMES[:1]) as (opened, lumps):
        csrf = opened.page.evaluate("async () => (await (await fetch('/api/me/')).json()).csrf")
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in opened.context.cookies())
        (saved,) = _one_entry(opened, lumps[0], chance)
        drain(opened, trial.told)
    before = held(trial.house)
    whose = (lumps[0], saved, csrf, cookies)
    statuses = [_send_broken(trial, number, whose, chance) for number in range(trial.plan.cut)]
    time.sleep(0.5)
    after = held(trial.house)
    accepted = sum(200 <= status < 300 for status in statuses)
    crashed = sum(status >= 500 for status in statuses)
    same = before == after
    return Result(
        not accepted and not crashed and same,
        f"{trial.plan.cut} empty, cut and multipart bodies to entries and photos: accepted {accepted}, HTTP 500 {crashed}, "
        f"database {'unchanged' if same else 'CHANGED'}",
    )


def _one_entry(opened: Opened, lump: str, chance: random.Random) -> list[str]:
    data = entry(lump, 1, chance)
    return [opened.page.evaluate("async ([data]) => (await diary.save(data)).id", [data])]


def _send_broken(trial: Trial, number: int, whose: tuple[str, str, str, str], chance: random.Random) -> int:
    """One request whose body did not come whole; its status, 0 where the server only hung up."""
    lump, entry_id, csrf, cookies = whose
    picture = base64.b64decode(photo(number))
    text = json.dumps(entry(lump, number, chance)).encode()
    to_photo = number % 2 == 0
    whole = picture if to_photo else text
    way = ("empty", "cut", "short", "multipart")[number // 2 % 4]
    kind = "image/jpeg" if to_photo else "application/json"
    path = f"/api/photos/{uuid.uuid4()}/?entry={entry_id}" if to_photo else f"/api/entries/{uuid.uuid4()}/"
    body, length = whole, len(whole)
    if way == "empty":
        body, length = b"", 0
    elif way == "cut":
        body = whole[: chance.randrange(1, len(whole))]
    elif way == "short":
        body = whole[: chance.randrange(1, len(whole))]
        length = len(body)
    else:
        kind = "multipart/form-data; boundary=x"
        body = b"" if number % 8 < 4 else b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
        length = len(body)
    head = [
        f"PUT {path} HTTP/1.1", f"Host: localhost:{trial.house.port}", f"Origin: {trial.house.url}", f"Cookie: {cookies}",
        f"X-CSRFToken: {csrf}", f"Content-Type: {kind}", f"X-Content-SHA256: {hashlib.sha256(whole).hexdigest()}",
        f"Content-Length: {length}", "Connection: close", "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", trial.house.port), timeout=10) as line:
        line.sendall("\r\n".join(head).encode() + body)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while more := line.recv(4096):
            answer += more
    return int(answer.split(b" ", 2)[1]) if answer else 0
