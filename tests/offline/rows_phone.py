"""O2, O5, O7, O9: what the phone itself, a new version, and other people on it may do."""

import base64
import contextlib
import random
import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.phone import SAVED
from tests.offline.pocket import Opened
from tests.offline.proxy import Request
from tests.offline.rows_queue import Log
from tests.offline.trial import Result, Trial, drain, entry, photo, progress
from tests.offline.truth import held


def o2(trial: Trial) -> Result:
    """The browser killed 0 to 500 ms after "Saved on this phone"; no server the while."""
    plan, chance, pocket = trial.plan, random.Random(2), trial.pocket()
    with trial.phone_with_lumps(pocket, trial.person("kim"), ["Arm"]) as (_opened, lumps):
        pass
    trial.proxy.go_away()
    logged: list[float] = []
    try:
        for turn in range(plan.after_saved):
            length = round(10 + turn / 10, 1)
            with pocket.opened() as opened:
                opened.page.goto(f"/app/lumps/{lumps[0]}/log")
                _fill(opened.page, length)
                opened.page.evaluate(AT_SAVED)
                opened.phone.button("Save").tap()
                opened.page.wait_for_function("() => globalThis.savedAt !== undefined", polling=5)
                opened.page.wait_for_timeout(chance.uniform(0, 500))
                opened.kill()
            logged.append(length)
            trial.told(progress(turn + 1, plan.after_saved))
    finally:
        trial.proxy.come_back()
    with pocket.opened() as opened:
        opened.open_app(trial.hook, f"/app/lumps/{lumps[0]}")
        here = sorted(row["length_mm"] for row in opened.phone.kept()["entries"])
        drain(opened, trial.told)
    there = sorted(row["length_mm"] for row in held(trial.house).entries.values() if row["length_mm"] in set(logged))
    found = len(set(logged) & set(here))
    return Result(
        here == logged and there == logged,
        f"{found} of {len(logged)} there on the phone, {len(set(logged) & set(there))} on the server, "
        f"doubled {len(there) - len(set(there))}",
    )


# Notes the moment the words are on the screen.
AT_SAVED = f"""() => {{
  const look = () => {{ if (document.body.innerText.includes({SAVED!r})) {{ globalThis.savedAt ??= performance.now() }} }}
  new MutationObserver(look).observe(document.body, {{ childList: true, subtree: true, characterData: true }}) }}"""


def _fill(page: Page, length: float) -> None:
    page.get_by_label("Longest way across", exact=True).fill(str(length))
    page.get_by_label("The other way across", exact=True).fill("8")
    keep = page.get_by_role("button", name=re.compile("is right"))  # only where a slip is asked about
    expect(keep).to_have_count(0)


def o5(trial: Trial) -> Result:
    """A new version arrives while a form is half filled: in the tab, in another tab, and after "Reload"."""
    pocket, turns, lost, reloads = trial.pocket(), trial.plan.turns, 0, 0
    version = ["0"]

    def newer(request: Request, answer: bytes) -> bytes:
        if not request.path.startswith("/sw.js"):
            return answer
        head, body = answer.split(b"\r\n\r\n", 1)
        return (
            re.sub(rb"(?i)content-length: \d+", b"Content-Length: %d" % (len(body) + 20), head)
            + b"\r\n\r\n"
            + body
            + b"\n//%17s\n" % version[0].encode()
        )

    trial.proxy.rewrite = newer
    try:
        with trial.phone_with_lumps(pocket, trial.person("vera"), ["Arm"]) as (opened, lumps):
            for turn in range(turns):
                page = opened.page
                page.goto(f"/app/lumps/{lumps[0]}/log")
                before = _half_fill(opened, turn)
                mark = page.evaluate("performance.timeOrigin")
                version[0] = f"version {turn + 1}"
                page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration('/app/')).update() }")
                expect(page.get_by_text("A new version is ready.")).to_be_visible()
                page.wait_for_timeout(700)
                lost += _fields(page) != before
                reloads += page.evaluate("performance.timeOrigin") != mark
                page.get_by_role("button", name="Reload").tap()
                page.wait_for_function("(mark) => performance.timeOrigin !== mark", arg=mark)
                expect(page.get_by_label("Longest way across", exact=True)).to_be_visible()
                lost += _fields(page) != before
                page.get_by_role("button", name="Save", exact=True).tap()
                expect(page.get_by_text(SAVED)).to_be_visible()
    finally:
        trial.proxy.rewrite = None
    return Result(
        lost == 0 and reloads == 0,
        f"{turns} new versions over a half-filled form: fields lost {lost} (before and after the person's "
        f"own reload), reloads by itself {reloads}",
    )


def _half_fill(opened: Opened, turn: int) -> dict[str, Any]:
    page = opened.page
    page.get_by_label("Longest way across", exact=True).fill(str(20 + turn))
    page.get_by_label("Note").fill(f"half a thought {turn}")
    opened.phone.pick("Pain now", "4")
    _attach(page, base64.b64decode(photo(turn)))
    page.wait_for_timeout(400)
    return _fields(page)


def _attach(page: Page, picture: bytes) -> None:
    file: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture}
    page.get_by_label("Choose photos").set_input_files(files=[file])
    expect(page.get_by_role("img", name="Photo 1 of this entry")).to_be_visible()


def _fields(page: Page) -> dict[str, Any]:
    """Every field of the form as it stands."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const fields = [...document.querySelectorAll('main input, main textarea, main select')]
          const said = ({ type, checked, value }) => ['radio', 'checkbox'].includes(type) ? checked : type === 'file' ? '' : value
          const photos = document.querySelectorAll('main .photos img, main .photos canvas').length
          return { photos, ...Object.fromEntries(fields.map((field, place) => [place, said(field)])) }
        }"""
    )
    return found


def o7(trial: Trial) -> Result:
    """No room, a store closed underneath, and a browser that will not promise to keep it."""
    figures, good = [], 0
    troubles = TROUBLES[-1:] if trial.plan.quick else TROUBLES
    for trouble in troubles:
        pocket = trial.pocket()
        with trial.phone_with_lumps(pocket, trial.person("ines"), ["Arm"]) as (_opened, lumps):
            pass
        with pocket.opened() as opened:
            trouble.before(opened, trial.address)
            page = opened.page
            page.goto(f"/app/lumps/{lumps[0]}/log")
            page.get_by_label("Longest way across", exact=True).fill("21")
            page.get_by_label("Note").fill("the text that must stay")
            trouble.spoil(page)
            page.get_by_role("button", name="Save", exact=True).tap()
            expect(page.get_by_role("alert").get_by_text(trouble.words)).to_be_visible()
            page.wait_for_timeout(500)
            kept = (
                page.get_by_label("Note").input_value(),
                page.get_by_label("Longest way across", exact=True).input_value(),
            )
            false = page.get_by_text(SAVED).count()
            trouble.mend(opened, trial.address)
            _save_again(page)
            good += kept == ("the text that must stay", "21") and not false
            figures.append(
                f"{trouble.name}: said, text {'there' if all(kept) else 'GONE'}, false \u201cSaved\u201d {false}"
            )
    told = trial.plan.quick or _persistence(trial)
    figures.append(f"persistence refused: {'said on the screen' if told else 'NOT SAID'}")
    return Result(good == len(troubles) and told, "; ".join(figures))


def _save_again(page: Page) -> None:
    """As somebody does who has made room; the browser itself may take half a minute to see it."""
    end = time.monotonic() + 60
    while not page.get_by_text(SAVED).count():
        assert time.monotonic() < end, page.get_by_role("alert").all_inner_texts()
        with contextlib.suppress(PlaywrightError):  # saved meanwhile, and the button gone
            page.get_by_role("button", name="Save", exact=True).tap(timeout=1000)
        page.wait_for_timeout(1000)


def _quota(opened: Opened, address: str, size: int) -> None:
    """What the browser allows this site to keep, in bytes."""
    line = opened.context.new_cdp_session(opened.page)
    line.send("Storage.overrideQuotaForOrigin", {"origin": address, "quotaSize": size})


# The connection dies at the very transaction of the save, as when the system takes the store away.
CLOSED = """() => { const real = IDBDatabase.prototype.transaction
  globalThis.mend = () => { IDBDatabase.prototype.transaction = real }
  IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
    if (mode === 'readwrite' && [stores].flat().includes('entries')) this.close()
    return real.call(this, stores, mode, ...more) } }"""


@dataclass(frozen=True)
class Trouble:
    """A way in which a phone does not keep what it is given, and what the screen must say then."""

    name: str
    words: re.Pattern[str]
    before: Callable[[Opened, str], None]
    spoil: Callable[[Page], None]
    mend: Callable[[Opened, str], None]


TROUBLES = [
    Trouble(
        "quota exceeded", re.compile("no room left"), lambda opened, address: _quota(opened, address, 1),
        lambda _page: None, lambda opened, address: _quota(opened, address, 10**9),
    ),
    Trouble(
        "IndexedDB closed", re.compile("would not let us write"), lambda _opened, _address: None,
        lambda page: page.evaluate(CLOSED), lambda opened, _address: opened.page.evaluate("globalThis.mend()"),
    ),
]  # fmt: skip


def _persistence(trial: Trial) -> bool:
    pocket = trial.pocket()
    with trial.phone_with_lumps(pocket, trial.person("petra"), ["Arm"]) as (opened, _lumps):
        opened.context.add_init_script(
            "StorageManager.prototype.persist = async () => false; StorageManager.prototype.persisted = async () => false"
        )
        opened.page.goto("/app/settings")
        said = opened.page.get_by_text(re.compile("not promised", re.IGNORECASE))
        expect(said.first).to_be_visible()
        return True


def o9(trial: Trial) -> Result:
    """Somebody signs out, or the session runs out, or another person signs in, while entries wait."""
    chance, log = random.Random(9), Log()
    seen, lost, turns = 0, 0, trial.plan.turns
    for turn in range(turns):
        pocket = trial.pocket()
        first, second = trial.person("alice"), trial.person("bob")
        with trial.phone_with_lumps(pocket, first, ["Secret spot"]) as (opened, lumps):
            log.listen(opened)
            trial.proxy.go_away()
            ids = [
                opened.page.evaluate(
                    "async ([data, photos]) => (await diary.save(data, photos)).id",
                    [entry(lumps[0], number, chance), [photo(number)]],
                )
                for number in range(3)
            ]
            way = ("signed out offline", "session ended on the server", "cookies gone")[turn % 3]
            _end_session(trial, opened, way)
            trial.proxy.come_back()
            seen += _seen_by(opened, second, lumps[0])
            opened.context.clear_cookies()
            opened.phone.sign_in(*first)
            opened.page.evaluate(trial.hook)
            drain(opened, trial.told)
        there = held(trial.house)
        lost += sum(pk not in there.entries for pk in ids)
        lost += sum(sum(entry_id == pk for entry_id, _sha in there.photos.values()) != 1 for pk in ids)
        trial.told(progress(turn + 1, turns))
    return Result(
        seen == lost == 0,
        f"{turns} times, 3 entries with photos waiting (signed out offline, session ended, cookies gone): seen by "
        f"the next person {seen}, lost {lost}",
    )


def _end_session(trial: Trial, opened: Opened, way: str) -> None:
    page = opened.page
    if way == "signed out offline":
        page.goto("/app/settings")
        page.get_by_role("button", name="Log out").tap()
        page.get_by_role("alert").get_by_role("button", name="Log out").tap()
        expect(page.get_by_text("Log in to open your diary")).to_be_visible()
        trial.proxy.come_back()
        page.goto("/app/")  # the session's cookie is still there: whoever opens the app must not be let in by it
        expect(page.get_by_text("Log in to open your diary")).to_be_visible()
        expect(page.get_by_text("Secret spot")).to_have_count(0)
    elif way == "cookies gone":
        opened.context.clear_cookies()
    else:
        with sqlite3.connect(trial.house.var / "diary.sqlite3", timeout=20) as base:
            base.execute("DELETE FROM django_session")
        trial.proxy.come_back()
        page.goto("/app/")
        expect(page.get_by_text("You were signed out.")).to_be_visible()


def _seen_by(opened: Opened, who: tuple[str, str], lump: str) -> int:
    """How often anything of the first person's is on a screen of the second."""
    page = opened.page
    opened.phone.sign_in(*who)
    seen = 0
    for path in (
        "/app/",
        f"/app/lumps/{lump}",
        f"/app/lumps/{lump}/log",
        "/app/waiting",
        "/app/share",
        "/app/settings",
    ):
        page.goto(path)
        page.wait_for_timeout(250)
        seen += sum(page.get_by_text(words).count() for words in ("Secret spot", "serial ", "waiting, oldest"))
    seen += len(opened.phone.ask("/api/entries/")["results"])
    return seen


__all__ = ["o2", "o5", "o7", "o9"]
