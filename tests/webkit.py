"""`make webkit`: install, an entry without a signal and its later sending, in WebKitGTK: the nearest thing here to Safari.

No part of `make test`. It needs Debian's packages `webkit2gtk-driver` and `xvfb`, and says so where they are missing. The
browser is driven by W3C WebDriver over plain HTTP. `python -m tests.webkit [--keep]` writes docs/evidence/phone.md.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ops.children import die_with_parent
from tests.browser.phone import SAVED
from tests.offline.evidence import keep
from tests.offline.proxy import Proxy
from tests.offline.trial import PASSWORD
from tests.offline.truth import held
from tests.support.environment import isolate
from tests.support.ports import free_port
from tests.support.stack import Stack, running_stack

NEEDED = "make webkit needs WebKitGTK and a screen of its own: apt-get install webkit2gtk-driver xvfb"
BROWSERS = (
    "/usr/lib/*/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/*/webkit2gtk-4.0/MiniBrowser",
)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
SECONDS = 60.0
WHO = "wanda@example.org"


class Driver:
    """One browser, by WebDriver."""

    def __init__(self, port: int, binary: str) -> None:
        self.root = f"http://127.0.0.1:{port}"
        options = {"binary": binary, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        told = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{told['sessionId']}"
        self.version = f"{told['capabilities']['browserName']} {told['capabilities']['browserVersion']}"

    def call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        ask = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(ask, timeout=SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as fault:
            raise RuntimeError(fault.read().decode()) from None

    def go(self, address: str) -> None:
        self.call("POST", f"{self.session}/url", {"url": address})

    def run(self, script: str, *words: object) -> Any:
        """What the function body `script` returns; a promise is waited for."""
        return self.call("POST", f"{self.session}/execute/sync", {"script": script, "args": list(words)})

    def find(self, css: str) -> str:
        self.wait(lambda: self.run("return document.querySelector(arguments[0]) !== null", css), f"{css} to be there")
        found: dict[str, str] = self.call("POST", f"{self.session}/element", {"using": "css selector", "value": css})
        return found[ELEMENT]

    def write(self, css: str, text: str) -> None:
        self.call("POST", f"{self.session}/element/{self.find(css)}/value", {"text": text})

    def press(self, words: str) -> None:
        """A button or link by its words, with its own click event."""
        mark = "document.querySelectorAll('main button, main a, main label, footer button, footer a')"
        script = f"return [...{mark}].find((each) => each.innerText.trim() === arguments[0] && each.getClientRects().length > 0)"
        self.wait(lambda: self.run(script, words) is not None, f"“{words}” to be there")
        self.run("arguments[0].click()", self.run(script, words))

    def shows(self, words: str) -> None:
        self.wait(lambda: words in self.run("return document.body.innerText"), f"“{words}” to be shown")

    def wait(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(RuntimeError):  # between two pages
                if true():
                    return
            assert time.monotonic() < end, (
                f"waited {SECONDS:.0f} s for {what}\n{self.run('return document.body.innerText')}"
            )
            time.sleep(0.2)

    def end(self) -> None:
        with contextlib.suppress(RuntimeError, OSError):
            self.call("DELETE", self.session)


@contextlib.contextmanager
def screen(folder: Path) -> Iterator[str]:
    """A screen nobody looks at; its DISPLAY."""
    seen = folder / "display"
    with seen.open("w") as out:
        words = ["Xvfb", "-displayfd", str(out.fileno()), "-screen", "0", "430x900x24", "-nolisten", "tcp"]
        process = subprocess.Popen(
            words, pass_fds=[out.fileno()], stderr=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
    try:
        end = time.monotonic() + SECONDS
        while not seen.read_text().strip():
            assert time.monotonic() < end, "Xvfb did not start"
            time.sleep(0.05)
        yield f":{seen.read_text().strip()}"
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def webkit(folder: Path, binary: str) -> Iterator[Driver]:
    """A browser with a profile of its own."""
    port = free_port()
    with screen(folder) as display:
        places = {
            name: str(folder / name.lower()) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
        }
        for place in places.values():
            Path(place).mkdir(mode=0o700)
        settings = {
            "PATH": "/usr/bin:/bin", "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
            "NO_AT_BRIDGE": "1", "LANG": "C.UTF-8", "GDK_BACKEND": "x11", **places,
        }  # fmt: skip
        words = ["WebKitWebDriver", f"--port={port}"]
        process = subprocess.Popen(words, env=settings, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        driver = None
        try:
            driver = _when_ready(port, binary)
            yield driver
        finally:
            if driver is not None:
                driver.end()
            process.terminate()
            process.wait(10)


def _when_ready(port: int, binary: str) -> Driver:
    end = time.monotonic() + SECONDS
    while True:
        try:
            return Driver(port, binary)
        except urllib.error.URLError:
            assert time.monotonic() < end, "WebKitWebDriver did not start"
            time.sleep(0.2)


KEPT = """return (async () => {
  const { me } = JSON.parse(localStorage.getItem('lump-diary-account'))
  const open = indexedDB.open('lump-diary-' + me.id)
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail })
  const asked = db.transaction('outbox').objectStore('outbox').getAllKeys()
  const keys = await new Promise((done, fail) => { asked.onsuccess = () => done(asked.result); asked.onerror = fail })
  db.close()
  return keys
})()"""
PHOTO = """return (async () => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 64
  canvas.getContext('2d').fillRect(8, 8, 40, 40)
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'))
  const bytes = new DataTransfer()
  bytes.items.add(new File([blob], 'lump.jpg', { type: 'image/jpeg' }))
  const field = document.querySelector('input[type=file][multiple]')
  field.files = bytes.files
  field.dispatchEvent(new Event('change', { bubbles: true }))
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(hash)].map((each) => each.toString(16).padStart(2, '0')).join('')
})()"""


def journey(driver: Driver, house: Stack, proxy: Proxy) -> str:
    """Sign in, install, log offline, reload offline, come back; what was seen."""
    at = f"http://localhost:{proxy.port}"
    house.manage("create_user", WHO, text=PASSWORD + "\n")
    driver.go(f"{at}/accounts/login/?next=/app/")
    driver.write("input[type=email]", WHO)
    driver.write("input[type=password]", PASSWORD)
    driver.run("arguments[0].closest('form').requestSubmit()", {ELEMENT: driver.find("input[type=password]")})
    driver.shows("Nothing here yet")
    driver.run("return navigator.serviceWorker.ready.then(() => true)")
    driver.press("Add your first lump")
    driver.run(
        "const field = arguments[0]; field.value = [...field.options].find((each) => each.text === 'Forearm').value;"
        "field.dispatchEvent(new Event('change', { bubbles: true }))",
        {ELEMENT: driver.find("main select")},
    )
    driver.press("left")
    for words in ("Next", "About a month", "Next", "Save, then measure"):
        driver.press(words)
    driver.wait(lambda: driver.run(KEPT) == [], "the lump to be sent")
    log = driver.run("return location.pathname")
    proxy.go_away()
    driver.go(at + log)
    driver.write("main .stepper input", "21")
    sha = driver.run(PHOTO)
    driver.wait(
        lambda: driver.run("return document.querySelectorAll('.photos li').length") == 1, "the photo to be taken in"
    )
    driver.press("Save")
    driver.shows(SAVED)
    driver.go(at + log.removesuffix("/log"))
    driver.shows("Waiting to be sent")
    waiting = len(driver.run(KEPT))
    proxy.come_back()
    back = time.monotonic()
    driver.wait(lambda: driver.run(KEPT) == [], "the queue to be empty")
    took = time.monotonic() - back
    there = held(house)
    lengths = [row["length_mm"] for row in there.entries.values()]
    hashes = [found for _entry, found in there.photos.values()]
    assert (lengths, hashes) == ([21], [sha]), (lengths, hashes, sha)
    return (
        f"{driver.version}: installed, 1 entry with a photo logged without a signal, {waiting} waiting after a reload "
        f"without a signal, sent {took:.1f} s after it came back; 1 row on the server, photo hash equal"
    )


def main(words: list[str]) -> int:
    binary = next((str(found) for place in BROWSERS for found in Path("/").glob(place[1:])), None)
    if binary is None or not shutil.which("WebKitWebDriver") or not shutil.which("Xvfb"):
        print(NEEDED, file=sys.stderr)
        return 2
    isolate()
    with tempfile.TemporaryDirectory(prefix="webkit-") as folder:
        place = Path(folder)
        with running_stack(place / "var") as house, webkit(place, binary) as driver:
            proxy = Proxy(house.port, free_port())
            proxy.start()
            try:
                figures = journey(driver, house, proxy)
            finally:
                proxy.close()
    print(figures)
    if "--keep" in words:
        keep("WebKit", True, figures, "make webkit")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
