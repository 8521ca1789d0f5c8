"""The doctor's page of 3 lumps over 2 years, warm, beside the very same bytes from a bare Django view."""

import http.client
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.clients import Call, ask
from tests.bench.result import Row, faster
from tests.bench.servers import bare_server, run
from tests.bench.timing import in_turns
from tests.support.stack import Stack, running_stack

READS = 40
BARE = "tests.bench.reference.bare_view:application"


def rows(tick: Callable[[str], None]) -> Iterator[Row]:
    """One row: pages a second by one client, every page's drawings known already."""
    with tempfile.TemporaryDirectory(prefix="diary-bench-") as folder:
        tick("doctor's page")
        page = Path(folder) / "page.html"
        with running_stack(Path(folder) / "var") as house:
            cookie = _opened(house)
            page.write_bytes(_asked(house.port, "GET", "/s/view/", {"Cookie": cookie})[1])
            ours = [Call("GET", "/s/view/", {"Cookie": cookie}, right=(200,))] * READS
            with bare_server(BARE, "/page/", STORE=folder) as port:
                bare = [Call("GET", "/page/", {}, right=(200,))] * READS
                found = in_turns(lambda: ask(house.port, ours), lambda: ask(port, bare))
    yield faster("doctor's page, 3 lumps × 2 years, warm", found, READS, 0.3)


def _opened(house: Stack) -> str:
    """The cookie of a doctor who has unlocked a link to all three lumps."""
    looker = json.loads(run(["tests.bench.seed"], house.environment))["looker"]
    headers = {"Authorization": f"Token {looker['token']}", "Content-Type": "application/json"}
    body = json.dumps({"lumps": looker["lumps"]})
    made = json.loads(_asked(house.port, "POST", "/api/share-links/", headers, body)[1])
    form = urlencode({"token": made["token"], "passcode": made["passcode"] or "", "viewer": "Dr Lee"})
    answer, _said = _asked(house.port, "POST", "/s/", {"Content-Type": "application/x-www-form-urlencoded"}, form)
    return (answer.getheader("Set-Cookie") or "").split(";")[0]


def _asked(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    line = http.client.HTTPConnection("localhost", port, timeout=60)
    line.request(method, path, body, headers)
    answer = line.getresponse()
    said = answer.read()
    line.close()
    assert answer.status in (200, 201, 303), (method, path, answer.status, said[:300])
    return answer, said
