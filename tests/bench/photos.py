"""`python -m tests.bench.photos [FILE]`: the two speed rows of photos, as ratios in one run.

Ours and the bare way in turns, each once unmeasured, then the median of five. Printed, and written to FILE as JSON.
The bare view too answers 201 only when the bytes lie on the disk, under their name: a receipt lets the phone drop its
copy. It checks no token, hashes and seals nothing, and writes no row.
"""

import argparse
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ops.place import PYTHON, ROOT
from tests.bench.result import Row, at_most, quicker
from tests.bench.servers import bare_server
from tests.bench.timing import Cost, Ratio, in_turns, process
from tests.support.stack import Stack, running_stack

MEGABYTES = 3
WAIT = 60.0
UPLOADS = 200
FLAT = 12.0  # MB: each of a process's four threads may come to hold room for one photo more; a leak would show as 150
BARE = "tests.bench.reference.bare_view:application"
CLEAN = {"LANG": "C.UTF-8", "PATH": os.defpath, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def picture(megapixels: int) -> bytes:
    """A rendered scene as a phone stores it. Made in another process: a child's peak of memory is never less than what
    its parent had when it was started, so this one stays small.
    """
    words = [str(PYTHON), "-m", "tests.bench.picture", str(megapixels)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout


def three_megabytes() -> bytes:
    """A good JPEG of just 3 MB: behind its end it carries bytes that nobody reads."""
    small = picture(3)
    return small + secrets.token_bytes(MEGABYTES * 1_000_000 - len(small))


def decoding(photo: bytes) -> Ratio:
    """The product's decoding process against bare Pillow in a process of its own."""
    ours = [sys.executable, "-B", "-m", "tracker.pictures.decode"]
    bare = [sys.executable, "-B", "-m", "tests.bench.reference.bare_pillow"]
    return in_turns(lambda: process(ours, photo, ROOT, CLEAN), lambda: process(bare, photo, ROOT, CLEAN))


def accepting(body: bytes) -> Ratio:
    """PUT of a photo to the whole product against a PUT to a bare view under the same server."""
    with tempfile.TemporaryDirectory(prefix="diary-bench-") as folder:
        store = Path(folder) / "store"
        store.mkdir()
        with running_stack(Path(folder) / "var") as house, bare_server(BARE, "/store/", STORE=str(store)) as port:
            for number in range(256):  # as in a store that is in use: the first file of a folder waits for it too
                (house.var / "photos" / f"{number:02x}").mkdir(parents=True, exist_ok=True)
            person = Person(house)

            def ours() -> Cost:
                photo, entry = str(uuid.uuid4()), person.entry()
                cost = put(house.port, f"/api/photos/{photo}/?entry={entry}", body, person.headers)
                person.wait_until_ready(photo)  # its decoding must not slow the next
                return cost

            return in_turns(ours, lambda: put(port, "/store/", body, {}))


def growth(body: bytes, tick: Callable[[str], None]) -> float:
    """MB by which the larger web process's memory grew from one half of the uploads to the other, at their highest.

    The first half fills what the threads keep for the next photo. The worker, which makes photos clean in processes of its
    own, stands still meanwhile: its part is not measured, and 200 photos would take it minutes.
    """
    with tempfile.TemporaryDirectory(prefix="diary-bench-") as folder, running_stack(Path(folder) / "var") as house:
        person, web, worker = Person(house), house.child("web").children(), house.child("worker")
        still = [worker, *worker.children(recursive=True)]
        highest = [0.0, 0.0]
        for one in still:
            one.suspend()
        try:
            for number in range(UPLOADS):
                if number % 4 == 0:  # an entry holds four
                    entry = person.entry()
                    tick(f"photos taken in: {number} of {UPLOADS}")
                put(house.port, f"/api/photos/{uuid.uuid4()}/?entry={entry}", body, person.headers)
                half = 2 * number // UPLOADS
                highest[half] = max(highest[half], *(one.memory_info().rss / 1e6 for one in web))
        finally:
            for one in still:
                one.resume()
    return max(0.0, highest[1] - highest[0])


def put(port: int, path: str, body: bytes, headers: dict[str, str]) -> Cost:
    """Seconds from the connection to the whole answer; AssertionError unless it is 201."""
    began = time.perf_counter()
    line = http.client.HTTPConnection("localhost", port, timeout=WAIT)
    line.request("PUT", path, body, {"Content-Type": "image/jpeg", **headers})
    answer = line.getresponse()
    said = answer.read()
    seconds = time.perf_counter() - began
    line.close()
    assert answer.status == 201, said
    return Cost(seconds)


class Person:
    """Somebody with a lump, and a token to write by."""

    def __init__(self, house: Stack) -> None:
        self.port = house.port
        house.manage("create_user", "bench@example.org", text="a long pass phrase\n")
        token = house.manage("create_token", "bench@example.org").strip()
        self.headers = {"Authorization": f"Token {token}"}
        (person,) = self.ask("GET", "/api/people/")["results"]
        self.lump = str(uuid.uuid4())
        self.ask("PUT", f"/api/lumps/{self.lump}/", {"person": person["id"], "name": "bench", "site": "knee"})

    def entry(self) -> str:
        """A new entry's id."""
        made = str(uuid.uuid4())
        self.ask("PUT", f"/api/entries/{made}/", {"lump": self.lump, "measured_at": _now(), "length_mm": 20.0})
        return made

    def wait_until_ready(self, photo: str) -> None:
        """Until this photo is decoded and measured; AssertionError if it is refused."""
        end = time.monotonic() + WAIT
        while (row := self.ask("GET", f"/api/photos/{photo}/"))["state"] == "processing" or row.get("measuring"):
            assert time.monotonic() < end, "the worker does not get on"
            time.sleep(0.1)
        assert row["state"] == "ready", row

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A JSON question to the product."""
        line = http.client.HTTPConnection("localhost", self.port, timeout=WAIT)
        sent = json.dumps(body) if body is not None else None
        line.request(method, path, sent, {"Content-Type": "application/json", **self.headers})
        answer = line.getresponse()
        said = answer.read()
        line.close()
        assert answer.status in (200, 201), (method, path, said)
        return json.loads(said)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def figures() -> dict[str, float]:
    """The ratios, and the seconds and MiB they come from."""
    decoded, accepted = decoding(picture(12)), accepting(three_megabytes())
    return {
        "decode_time": decoded.time, "decode_memory": decoded.memory, "accept_time": accepted.time,
        "decode_seconds": decoded.ours.seconds, "bare_decode_seconds": decoded.bare.seconds,
        "decode_mib": decoded.ours.memory, "bare_decode_mib": decoded.bare.memory,
        "accept_seconds": accepted.ours.seconds, "bare_accept_seconds": accepted.bare.seconds,
    }  # fmt: skip


def rows(tick: Callable[[str], None]) -> Iterator[Row]:
    """For `make bench`."""
    tick("accepting a photo of 3 MB")
    body = three_megabytes()
    yield quicker("accept a photo of 3 MB", accepting(body), 1.5)
    yield at_most(f"memory of a web process over {UPLOADS} photos of 3 MB, growth", "MB", growth(body, tick), FLAT)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    options = parser.parse_args()
    found = figures()
    for name, value in found.items():
        sys.stdout.write(f"{name:22} {value:.3f}\n")
    if options.file is not None:
        options.file.parent.mkdir(parents=True, exist_ok=True)
        options.file.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
