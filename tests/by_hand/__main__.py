"""`python -m tests.by_hand`: PostgreSQL, Valkey, two webs, two workers, beat and Caddy (HTTPS) on this machine, one after the
other; entries go in over HTTPS while a worker is killed, a web is killed and Valkey starts anew. Prints what was seen.

Wants a `caddy` (Debian: apt-get install caddy). Status 1 where something was lost.
"""

import contextlib
import json
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from uuid_utils import uuid7

from ops.place import PYTHON, ROOT
from tests.support.house import House
from tests.support.ports import free_port
from tests.support.postgres import fresh_postgres
from tests.support.valkey import Valkey

ENTRIES = 120
PASSWORD = "a quiet lake at dusk"
METRICS = "figures-for-the-trial-alone"
TRIES = 5


class OnHttps(House):
    """The house with Caddy before it, and how to ask it."""

    def __init__(self, folder: Path, database: str, valkey: Valkey) -> None:
        caddy = free_port()
        self.url = f"https://localhost:{caddy}"
        super().__init__(
            folder, database, valkey, PUBLIC_URL=self.url, TRUSTED_PROXIES="1", METRICS_TOKEN=METRICS, THROTTLE="0",
            BACKUP_PASSPHRASE=PASSWORD, SITE=self.url,
            XDG_DATA_HOME=str(folder / "caddy"), XDG_CONFIG_HOME=str(folder / "caddy"),
        )  # fmt: skip
        self.ports["caddy"] = caddy
        self.token = ""

    def words(self, name: str) -> list[str]:
        return super().words(name) if name != "caddy" else self._caddy()

    def _caddy(self) -> list[str]:
        """The file that is deployed, with the two webs' addresses in the place of a name that stands for both."""
        text = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
        begin, end = text.index("\t\tdynamic a {"), text.index("\t\t# a web process")
        ours = f"\t\tto 127.0.0.1:{self.ports['web 1']} 127.0.0.1:{self.ports['web 2']}\n"
        head = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\tlocal_certs\n}\n"
        path = self.folder / "Caddyfile"
        path.write_text(
            head + text[:begin] + ours + text[end:].replace("fail_duration", "lb_policy round_robin\n\t\tfail_duration")
        )
        return ["caddy", "run", "--config", str(path), "--adapter", "caddyfile"]

    def ask(self, method: str, path: str, body: Any = None, port: str = "caddy", **headers: str) -> tuple[int, Any]:
        """Status and JSON (or text); 0 where nobody answers."""
        url = self.url if port == "caddy" else f"http://localhost:{self.ports[port]}"
        data = None if body is None else json.dumps(body).encode()
        own = {"Content-Type": "application/json", **headers}
        if self.token:
            own.setdefault("Authorization", f"Token {self.token}")
        request = urllib.request.Request(url + path, data, own, method=method)
        trust = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(
                    text
                ) if answer.headers.get_content_type() == "application/json" else text
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read().decode(errors="replace")
        except OSError as fault:
            return 0, str(fault)


@contextlib.contextmanager
def house() -> Iterator[OnHttps]:
    valkey = Valkey()
    folder = Path(tempfile.mkdtemp(prefix="by-hand-"))
    with fresh_postgres(durable=True) as database:
        made = OnHttps(folder, database, valkey)
        try:
            valkey.start()
            yield made
        finally:
            made.kill_all()
            valkey.close()
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run it once; what is seen goes to standard output as a list."""
    if not shutil.which("caddy"):
        print("This wants a caddy: apt-get install caddy", file=sys.stderr)
        return 2
    with house() as made:
        done = subprocess.run([str(PYTHON), "-m", "ops.serve", "migrate"], cwd=ROOT, env=made.settings, check=False)
        say("migrate", f"exit status {done.returncode}")
        for name in ("web 1", "web 2", "worker 1", "worker 2", "beat", "caddy"):
            made.start(name)
        seconds = made.wait(lambda: made.ask("GET", "/healthz")[0] == 200, "/healthz over HTTPS")
        say("all up, /healthz 200 over HTTPS", f"{seconds:.1f} s")
        made.wait(lambda: made.ask("GET", "/healthz")[1]["sender"]["ok"], "a sender")
        lost = _trial(made)
        say("doctor", "")
        print("".join(f"      {line}\n" for line in made.manage("doctor").splitlines() if line), end="")
        return int(lost > 0)


def _trial(made: OnHttps) -> int:
    made.manage("create_user", "hand@example.org", text=PASSWORD + "\n")
    made.token = made.manage("create_token", "hand@example.org").strip()
    person = made.ask("GET", "/api/people/")[1]["results"][0]["id"]
    lump, statuses, ids = str(uuid7()), dict[int, int](), list[str]()
    made.ask("PUT", f"/api/lumps/{lump}/", {"person": person, "name": "Trial", "site": "knee"})
    for number in range(ENTRIES):
        if number == ENTRIES // 4:
            made.kill("worker 1")
            made.start("worker 1")
        if number == ENTRIES // 2:
            made.valkey.stop()
        if number == ENTRIES // 2 + 10:
            made.valkey.start()
        if number == 3 * ENTRIES // 4:
            made.kill("web 1")
        ids.append(str(uuid7()))
        body = {"lump": lump, "measured_at": f"2026-01-10T08:{number // 60:02}:{number % 60:02}+00:00", "length_mm": 20}
        for _ in range(TRIES):  # as the phone does: the same id, until there is a receipt
            status = made.ask("PUT", f"/api/entries/{ids[-1]}/", body)[0]
            statuses[status] = statuses.get(status, 0) + 1
            if status in {200, 201}:
                break
    there = _entries_of(made, lump)
    say(
        f"{ENTRIES} entries over HTTPS; a worker killed, Valkey away for ten of them, a web killed",
        f"answers {statuses}",
    )
    say("lost / doubled", f"{len(set(ids) - there)} / {len(there - set(ids))}")
    made.start("web 1")
    made.wait(
        lambda: made.ask("GET", "/healthz", port="web 1", **{"X-Forwarded-Proto": "https"})[0] == 200, "the web again"
    )
    secret = {"Authorization": f"Bearer {METRICS}", "X-Forwarded-Proto": "https"}
    figures = made.ask("GET", "/metrics", port="web 2", **secret)[1]
    kept = [
        line
        for line in str(figures).splitlines()
        if line.startswith(('diary_requests_total{method="PUT"', "diary_scan_lag"))
    ]
    for line in kept:
        say("web 2 counts", line)
    say("/metrics from outside", str(made.ask("GET", "/metrics", **secret)[0]))
    say(
        "backup, drill",
        made.manage("backup", str(made.folder), "--drill").strip().replace("\n", "; ").replace(str(made.folder), ""),
    )
    return len(set(ids) ^ there)


def _entries_of(made: OnHttps, lump: str) -> set[str]:
    """Ids of all its entries. Caddy still tries the killed web now and then (502), so a page may be asked for again."""
    there, cursor = set[str](), f"/api/entries/?lump={lump}&limit=100"
    while cursor:
        answers = (made.ask("GET", cursor) for _ in range(TRIES))
        page = next((page for status, page in answers if status == 200), None)
        if page is None:
            raise RuntimeError(f"{cursor} was not answered in {TRIES} tries")
        there |= {row["id"] for row in page["results"]}
        cursor = (page["next"] or "").removeprefix(made.url)
    return there


def say(what: str, seen: str) -> None:
    print(f"  {what}: {seen}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
