"""`python -m tests.soak`: a town's week. PostgreSQL, Valkey, two webs, two workers, beat and a mail server on this machine;
a seeded town; eight clients at once; a worker and a web killed and Valkey restarted on the way.

Prints Markdown and writes var/soak.json; with --keep also docs/evidence/load.md and load.png. Status 1 where something
acknowledged was lost, doubled or told wrongly, or (in ten minutes or more) where a process's memory grew.
"""

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from ops.place import PYTHON, ROOT
from tests.soak import pictures, telling, truth
from tests.soak.figures import Tries
from tests.soak.ledger import Ledger
from tests.soak.line import Line
from tests.soak.memory import Clock, Watch, courses
from tests.soak.phone import Phone, Resident
from tests.support.house import House
from tests.support.ports import free_port
from tests.support.postgres import fresh_postgres
from tests.support.smtp import Mailbox
from tests.support.valkey import Valkey

PROCESSES = ("web 1", "web 2", "worker 1", "worker 2", "beat")
AWAY = 5.0  # seconds that something stays away
SETTLE = 600.0  # seconds for photos and messages that still wait at the end
LONG_ENOUGH = 10.0  # minutes, to speak of memory
WAITING = (
    "SELECT (SELECT count(*) FROM tracker_photo WHERE state = 'processing' OR to_read)"
    " + (SELECT count(*) FROM tracker_delivery WHERE state IN ('waiting', 'claimed'))"
)
ROOM = (
    "SELECT pg_database_size(current_database()), pg_total_relation_size('tracker_entry')::float / "
    "(SELECT count(*) FROM tracker_entry), (SELECT count(*) FROM tracker_photo WHERE state = 'ready')"
)


def main() -> int:
    """Seed, run, compare, tell."""
    given = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it half-way leaves nothing lying about
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, _house(Path(folder)) as (house, mailbox):
        _say("tables")
        subprocess.run([str(PYTHON), "-m", "ops.serve", "migrate"], cwd=ROOT, env=house.settings, check=True)
        residents = _seed(house, given)
        for name in PROCESSES:
            house.start(name)
        house.wait(lambda: all(_well(house, name) for name in house.ports), "two webs and a sender")
        run, watch = _run(house, mailbox, residents, given)
    place, text = ROOT / "var" / "soak.png", telling.markdown(run)
    sys.stdout.write(text)
    telling.write(run, place.with_suffix(".json"))
    telling.draw(run, watch.samples, place)
    if given.keep:
        page = ROOT / "docs" / "evidence" / "load.md"
        telling.put_into(page, text)
        shutil.copyfile(place, page.with_suffix(".png"))
    grew = given.minutes >= LONG_ENOUGH and not run.flat
    return int(grew or not run.kept_its_word)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.2, help="mean seconds a client waits before a request")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", action="store_true", help="write what was seen into docs/evidence/load.md and load.png"
    )
    return parser.parse_args()


@contextlib.contextmanager
def _house(folder: Path) -> Iterator[tuple[House, Mailbox]]:
    """PostgreSQL that waits for the disk, Valkey, a mail server; the processes are started by name."""
    valkey, mailbox = Valkey(), Mailbox()
    with fresh_postgres(durable=True) as database:
        mail = f"smtp://127.0.0.1:{mailbox.port}?timeout=30"
        house = House(folder, database, valkey, EMAIL_URL=mail, PUBLIC_URL=f"http://127.0.0.1:{free_port()}")
        try:
            valkey.start()
            mailbox.start()
            yield house, mailbox
        finally:
            house.kill_all()
            mailbox.stop()
            valkey.close()


def _seed(house: House, given: argparse.Namespace) -> list[Resident]:
    """The town, by the command an operator has; its bars show. Nobody sleeps there, so that mail goes out at any hour."""
    tokens = house.folder / "town.jsonl"
    wishes = ("people", "entries", "seed")
    words = [word for wish in wishes for word in (f"--{wish}", str(getattr(given, wish)))]
    command = [str(PYTHON), "manage.py", "seed_town", *words, "--tokens", str(tokens)]
    subprocess.run(command, cwd=ROOT, env=house.settings, check=True, stdout=sys.stderr)
    with psycopg.connect(house.database, autocommit=True) as line:
        line.execute("UPDATE tracker_user SET quiet_from = NULL, quiet_until = NULL")
        line.execute("VACUUM ANALYZE")  # as a database that has been up for a while
    return [Resident(**json.loads(line)) for line in tokens.read_text(encoding="utf-8").splitlines()]


def _well(house: House, name: str) -> bool:
    """Does this web answer, and has a sender been seen?"""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.ports[name]}/healthz", timeout=5) as answer:
            return bool(json.load(answer)["sender"]["ok"])
    except OSError:
        return False


def _run(
    house: House, mailbox: Mailbox, residents: list[Resident], given: argparse.Namespace
) -> tuple[telling.Run, Watch]:
    """The clients' time, the accidents in it, and the comparison after it."""
    photos, ledger, tries, ended = pictures.draw(), Ledger(house.folder / "ledger"), Tries(), threading.Event()
    began, clock = datetime.now(UTC), Clock()
    watch, ports = Watch(house, clock), list(house.ports.values())
    phones = [
        Phone(
            Line(ports, number, tries, clock), residents[number :: given.clients], photos, ledger, ended,
            seed=given.seed * 1000 + number, pause=given.pause,
        )
        for number in range(given.clients)
    ]  # fmt: skip
    for thread in (watch, *phones):
        thread.start()
    accidents = _pass_the_time(house, phones, tries, clock, given.minutes * 60)
    ended.set()
    for phone in phones:
        phone.join()
        if phone.fault is not None:
            raise phone.fault
    died = Counter(f"{name} ended by itself" for name, process in house.processes.items() if process.poll() is not None)
    seconds, lasted = _settle(house), clock.now()
    watch.stop()
    rows = truth.read(house.database, began)
    mails = [str(each.message["Message-ID"]) for each in mailbox.received]
    found = truth.judge(ledger.lines(), rows, mails, house.folder / "data" / "photos")
    ledger.close()
    complaints = sum((phone.complaints for phone in phones), died)
    about = _about(given, lasted - seconds, len(tries.all), seconds, len(mails)) | {"room": _room(house)}
    table = tries.table()
    return telling.Run(
        about, table, accidents, found, dict(complaints), courses(watch.samples), tries.over_time()
    ), watch


def _pass_the_time(
    house: House, phones: list[Phone], tries: Tries, clock: Clock, length: float
) -> list[telling.Accident]:
    """Until the time is over; at a third a worker is killed, at half a web, at two thirds Valkey. Each comes back."""
    plans = [(length / 3, "worker 1 killed"), (length / 2, "web 1 killed"), (length * 2 / 3, "Valkey killed")]
    accidents: list[telling.Accident] = []
    while clock.now() < length and all(phone.is_alive() for phone in phones):
        if plans and clock.now() >= plans[0][0]:
            accidents.append(_accident(house, plans.pop(0)[1], clock))
        _bar(clock.now(), length, tries)
        time.sleep(0.5)  # what paces the bar, and nothing else
    for one in accidents:
        one.errors = tries.errors_between(one.at, one.whole + 1)
    return accidents


def _accident(house: House, what: str, clock: Clock) -> telling.Accident:
    """It goes, stays away for some seconds, comes back; ends when it is there again."""
    name, happened = what.removesuffix(" killed"), telling.Accident(what, clock.now())
    stop, start = (house.valkey.stop, house.valkey.start) if name == "Valkey" else (
        lambda: house.kill(name), lambda: house.start(name))  # fmt: skip
    stop()
    time.sleep(AWAY)  # the accident itself
    start()
    if name in house.ports:
        house.wait(lambda: _well(house, name), f"{name} again")
    happened.whole = clock.now()
    return happened


def _settle(house: House) -> float:
    """Until no photo waits to be opened or read and no message to be sent; the seconds it took, SETTLE where it did not."""
    began = time.monotonic()
    with psycopg.connect(house.database, autocommit=True) as line:
        while time.monotonic() - began < SETTLE:
            (waiting,) = line.execute(WAITING).fetchone() or (0,)
            _say(f"{waiting} photos and messages still wait")
            if not waiting:
                break
            time.sleep(1)  # how often the tables are asked
    return time.monotonic() - began


def _about(given: argparse.Namespace, lasted: float, requests: int, settling: float, mails: int) -> dict[str, str]:
    """What the figures are of."""
    return {
        "when": f"{datetime.now(UTC):%-d %B %Y}, {given.minutes:g} minutes, {psutil.cpu_count()} cores that the clients share",
        "town": f"{given.people:,} people, {given.entries:,} entries (`seed_town`, seed {given.seed})",
        "house": "2 webs of 2 processes, 2 workers, beat, PostgreSQL that waits for the disk, Valkey, an SMTP server",
        "clients": f"{given.clients}, each waiting {given.pause:g} s in the mean before a request",
        "requests": f"{requests:,} tries, {requests / lasted:.1f} a second; {mails} mails arrived",
        "afterwards": f"{settling:.0f} s until the last photo was read and the last message sent",
    }


def _room(house: House) -> str:
    """What lies on the disk at the end."""
    with psycopg.connect(house.database) as line:
        whole, each, photos = line.execute(ROOM).fetchone() or (0, 0, 0)
    files = sum(path.stat().st_size for path in (house.folder / "data" / "photos").rglob("*") if path.is_file())
    kept = f"; a photo with all its sizes {files / photos / 1e6:.1f} MB, sealed" if photos else ""
    return f"database {whole / 1e6:.0f} MB, of which an entry is {each:.0f} bytes with its indexes{kept}"


def _bar(now: float, length: float, tries: Tries) -> None:
    full, left = int(30 * min(1.0, now / length)), max(0.0, length - now)
    left_words = f"{int(left) // 60}:{int(left) % 60:02} left"
    sys.stderr.write(f"\r[{'#' * full}{'.' * (30 - full)}] {left_words}, {len(tries.all):,} tries   ")
    sys.stderr.flush()


def _say(what: str) -> None:
    sys.stderr.write(f"\r{what:<70}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
