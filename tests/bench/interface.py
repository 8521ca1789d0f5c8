"""The interface beside a bare DRF project: the same server, database, durability and kind of token check."""

import contextlib
import json
import random
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.bench.clients import Call, ask
from tests.bench.result import Row, faster
from tests.bench.servers import bare_server, run
from tests.bench.timing import Cost, in_turns
from tests.support.environment import FORGOTTEN
from tests.support.postgres import fresh_postgres
from tests.support.stack import Stack, running_stack

PUTS = {1: 80, 8: 200}
BATCH = 500
READS = 60
BARE = "tests.bench.reference.diary.wsgi:application"
Tick = Callable[[str], None]


class Sides:
    """Both servers, and what to ask of them."""

    def __init__(self, house: Stack, seeded: dict[str, Any], bare_port: int, bare_token: str) -> None:
        self.house, self.seeded, self.bare_port = house, seeded, bare_port
        self.bare_headers = _headers(bare_token)
        self.chance = random.Random(11)
        self.numbers = count()

    def look(self, lump: str) -> dict[str, Any]:
        """An entry's body; each a minute after the one before, and not in the future."""
        at = datetime.now(UTC) - timedelta(days=6) + timedelta(minutes=next(self.numbers) % 8000)
        return {
            "lump": lump, "measured_at": at.isoformat(), "length_mm": round(20 * self.chance.lognormvariate(0, 0.04), 1),
            "width_mm": 15.1, "method": "caliper", "pain": 1, "redness": 0, "note": "as before",
        }  # fmt: skip

    def puts(self, times: int, clients: int) -> Cost:
        """`times` new entries of as many people as there are clients, each lump in its turn."""
        writers, calls = self.seeded["writers"], []
        for number in range(times):
            writer = writers[number % clients]
            lump = writer["lumps"][number // clients % len(writer["lumps"])]
            calls.append(self._call("PUT", f"/api/entries/{uuid.uuid4()}/", writer["token"], self.look(lump)))
        return ask(self.house.port, calls, clients)

    def creates(self, times: int, clients: int) -> Cost:
        """The same bodies to the bare diary."""
        lump = str(uuid.uuid4())
        calls = [
            Call("POST", "/entries/", self.bare_headers, json.dumps(self.look(lump)).encode()) for _ in range(times)
        ]
        return ask(self.bare_port, calls, clients)

    def batch(self) -> Cost:
        """One batch of 500 into a new lump."""
        writer, lump = self.seeded["writers"][0], str(uuid.uuid4())
        made = {"person": writer["person"], "name": "batch", "site": "other"}
        ask(self.house.port, [self._call("PUT", f"/api/lumps/{lump}/", writer["token"], made)])
        entries = [{"id": str(uuid.uuid4()), **self.look(lump)} for _ in range(BATCH)]
        return ask(self.house.port, [self._call("POST", "/api/entries/batch/", writer["token"], {"entries": entries})])

    def read(self, who: str, path: str, times: int) -> Cost:
        """The same GET again and again by one client."""
        token = self.seeded[who]["token"]
        return ask(self.house.port, [Call("GET", path, _headers(token), right=(200,))] * times)

    def bare_list(self, rows: int, times: int) -> Cost:
        """So many newest rows of the bare diary's table."""
        return ask(self.bare_port, [Call("GET", f"/entries/?limit={rows}", self.bare_headers, right=(200,))] * times)

    def _call(self, method: str, path: str, token: str, body: Any) -> Call:
        return Call(method, path, _headers(token), json.dumps(body).encode())


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}", "Content-Type": "application/json"}


@contextlib.contextmanager
def both(kind: str) -> Iterator[Sides]:
    """The product and the bare diary running on databases of that kind ("SQLite" or "PostgreSQL")."""
    with tempfile.TemporaryDirectory(prefix="diary-bench-") as folder, contextlib.ExitStack() as stack:
        ours: dict[str, str] = {}
        theirs = f"sqlite:///{folder}/bare.sqlite3"
        if kind == "PostgreSQL":
            url = stack.enter_context(fresh_postgres(durable=True))
            theirs = f"{url}?options=-csearch_path%3Dbare"
            _schema(url)
            ours = {"DATABASE_URL": url}
        house = stack.enter_context(running_stack(Path(folder) / "var", **ours))
        seeded = json.loads(run(["tests.bench.seed"], house.environment))
        plain = {key: value for key, value in house.environment.items() if key not in FORGOTTEN}
        token = run(["tests.bench.reference.diary.seed", "10000"], {**plain, "DATABASE_URL": theirs})
        port = stack.enter_context(bare_server(BARE, "/entries/", DATABASE_URL=theirs))
        yield Sides(house, seeded, port, token)


def _schema(url: str) -> None:
    """The bare diary's tables lie in the same database beside ours."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as line:
        line.execute("CREATE SCHEMA bare")


def rows(kind: str, tick: Tick) -> Iterator[Row]:
    """Every comparison on one kind of database."""
    with both(kind) as sides:
        for clients, times in PUTS.items():
            tick(f"{kind}: entries by {clients}")
            ratio = in_turns(lambda: sides.puts(times, clients), lambda: sides.creates(times, clients))  # noqa: B023
            plural = "client" if clients == 1 else "clients"
            yield faster(f"PUT an entry, {kind}, {clients} {plural}", ratio, times, 0.6)
        tick(f"{kind}: lists")
        ratio = in_turns(lambda: sides.read("reader", "/api/entries/", READS), lambda: sides.bare_list(50, READS))
        yield faster(f"newest 50 of 10,000 entries, {kind}", ratio, READS, 1.0)
        tick(f"{kind}: batches")
        ratio = in_turns(sides.batch, lambda: sides.creates(BATCH, 1))
        yield faster(f"batch of 500 entries, {kind}", ratio, BATCH, 8.0, "entries a second")
        tick(f"{kind}: trends")
        trend = f"/api/lumps/{sides.seeded['looker']['lumps'][0]}/trend/"
        ratio = in_turns(lambda: sides.read("looker", trend, READS), lambda: sides.bare_list(100, READS))
        yield faster(f"trend of 2 years, {kind}", ratio, READS, 0.8)
