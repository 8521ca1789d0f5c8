"""What a person does with the app, by the words on the screen."""

import email
import email.policy
import hashlib
import io
import re
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support.stack import Stack

SECONDS = 30  # a busy machine is slow, not broken
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
SAVED = "Saved on this phone"

# What lies in the phone's own store, read by other words than the app's: [[photo's hash, hash of its bytes now], …].
_KEPT = """async () => {
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('')
  const { me } = JSON.parse(localStorage.getItem('lump-diary-account'))
  const open = indexedDB.open('lump-diary-' + me.id)
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail })
  const all = (name) => new Promise((done, fail) => {
    const asked = db.transaction(name).objectStore(name).getAll()
    asked.onsuccess = () => done(asked.result); asked.onerror = fail })
  const [entries, photos, outbox] = await Promise.all(['entries', 'photos', 'outbox'].map(all))
  db.close()
  const hashes = photos.filter((p) => p.bytes).map(async (p) => hex(await crypto.subtle.digest('SHA-256', p.bytes)))
  return { entries: entries.map((e) => e.data), waiting: outbox.map((o) => o.key), hashes: await Promise.all(hashes) }
}"""


def picture(seed: int) -> bytes:
    """A JPEG like no other."""
    out = io.BytesIO()
    Image.effect_noise((640, 480), 20 + seed).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def letter_to(house: Stack, address: str, word: str) -> str:
    """The text of the first letter to `address` with `word` in it, waiting for it to arrive."""
    end = time.monotonic() + SECONDS
    while True:
        for path in (house.var / "mail").glob("*.eml"):
            text = _text(path, address)
            if word in text:
                return text
        assert time.monotonic() < end, f"no letter with {word!r} to {address}"
        time.sleep(0.1)


def _text(path: Path, address: str) -> str:
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None and address in letter["To"] else ""


class Phone:
    """A page of a phone and what a thumb does on it."""

    def __init__(self, page: Page, house: Stack) -> None:
        self.page, self.house = page, house

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def sign_in(self, address: str, password: str) -> None:
        """By the log-in page, until the app shows its home."""
        self.page.goto("/accounts/login/?next=/app/")
        self.page.get_by_label("Email").fill(address)
        self.page.get_by_label("Password").fill(password)
        self.button("Log in").tap()
        self.page.wait_for_url("**/app/")
        expect(self.page.get_by_role("heading", level=1, name="Your lumps")).to_be_visible()

    def add_first_lump(self, site: str = "Forearm") -> None:
        """Three steps; ends on the log screen."""
        self.page.get_by_role("link", name="Add your first lump").tap()
        self.page.get_by_label("Part of the body").select_option(label=site)
        self.pick("Which side", "left")
        self.button("Next").tap()
        expect(self.page.get_by_label("What shall we call it?")).to_have_value(f"{site}, left")
        self.pick("Since when?", "About a month")
        self.button("Next").tap()
        self.button("Save, then measure").tap()
        self.page.wait_for_url("**/log")

    def pick(self, question: str, answer: str) -> None:
        """Tap one of the pills of a question."""
        group = self.page.get_by_role("group", name=question, exact=True)
        group.locator("label", has=self.page.get_by_text(answer, exact=True)).first.tap()

    def fill_entry(self, length: float, width: float, photo: bytes | None = None, note: str = "") -> None:
        self.page.get_by_label("Longest way across", exact=True).fill(str(length))
        self.page.get_by_label("The other way across", exact=True).fill(str(width))
        self.pick("Pain now", "2")
        if note:
            self.page.get_by_label("Note").fill(note)
        if photo is not None:
            file: Any = {"name": "lump.jpg", "mimeType": "image/jpeg", "buffer": photo}
            self.page.get_by_label("Choose photos").set_input_files(files=[file])
            expect(self.page.get_by_role("img", name="Photo 1 of this entry")).to_be_visible()

    def save_entry(self) -> None:
        self.button("Save").tap()
        expect(self.page.get_by_text(SAVED)).to_be_visible()

    def wait_until_sent(self) -> None:
        """Until the phone's queue is empty, by the phone's own store."""
        end = time.monotonic() + SECONDS
        while (kept := self.kept())["waiting"]:
            assert time.monotonic() < end, kept["waiting"]
            self.page.wait_for_timeout(100)

    def wait_until_ready_offline(self) -> None:
        """Until the worker has the whole shell. The page must have been loaded from the server."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def kept(self) -> dict[str, Any]:
        """The phone's own rows: entries (as sent), waiting (keys of the queue), hashes (of the photos' bytes)."""
        found: dict[str, Any] = self.page.evaluate(_KEPT)
        return found

    def ask(self, path: str) -> Any:
        """The server's JSON for whoever is signed in on this phone."""
        answer = self.page.context.request.get(self.house.url + path, headers={"Accept": "application/json"})
        assert answer.status == 200, f"{path}: {answer.status} {answer.text()[:200]}"
        return answer.json()

    def entries_there(self, lump: str) -> list[dict[str, Any]]:
        """The server's entries of a lump, each with `hashes`: the received_sha256 of its photos."""
        rows: list[dict[str, Any]] = self.ask(f"/api/entries/?lump={lump}")["results"]
        for row in rows:
            row["hashes"] = [self.ask(f"/api/photos/{pk}/")["received_sha256"] for pk in row["receipt"]["photos"]]
        return rows

    @property
    def lump(self) -> str:
        """The id of the lump whose screen is shown."""
        found = re.search(r"/app/lumps/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]
