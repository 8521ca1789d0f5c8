"""What every row of the contract needs: a house, a proxy before it, phones, and a line that says how far it is."""

import base64
import contextlib
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Playwright

from tests.offline.pocket import Opened, Pocket, build_hook
from tests.offline.proxy import Proxy
from tests.support.ports import free_port
from tests.support.stack import Stack

PASSWORD = "a quiet lake at dusk"
NUMBER = count(1)


@dataclass(frozen=True)
class Plan:
    """How much of everything; the defaults are the figures of the contract."""

    entries: int = 1000
    kills: int = 50
    share: float = 0.4  # of requests that meet a fault
    after_saved: int = 200  # kills right after "Saved on this phone"
    replayed: int = 20
    together: int = 60
    away: float = 30.0
    cut: int = 60
    turns: int = 5
    quick: bool = False  # O7: only what needs no waiting
    seed: int = 6


@dataclass(frozen=True)
class Result:
    """Did the figure hold, and what it was."""

    held: bool
    figures: str


@dataclass
class Trial:
    """One house with a proxy in front; rows make their own people and phones."""

    house: Stack
    proxy: Proxy
    playwright: Playwright
    launch: dict[str, Any]
    hook: str
    folder: Path
    plan: Plan
    told: Callable[[str], None] = field(default=lambda _text: None)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.proxy.port}"

    def person(self, name: str) -> tuple[str, str]:
        """A confirmed account: (address, password)."""
        email = f"{name}.trial-{next(NUMBER)}@example.org"  # the other browser tests of this house count their own
        self.house.manage("create_user", email, text=PASSWORD + "\n")
        return email, PASSWORD

    def pocket(self) -> Pocket:
        folder = Path(tempfile.mkdtemp(prefix="pocket-", dir=self.folder))
        return Pocket(self.playwright, self.launch, folder, self.house, self.address)

    @contextlib.contextmanager
    def phone_with_lumps(
        self, pocket: Pocket, who: tuple[str, str], names: list[str]
    ) -> Iterator[tuple[Opened, list[str]]]:
        """Signed in, lumps on the server, the shell ready offline."""
        with pocket.opened() as opened:
            sign_in(opened, who)
            opened.page.evaluate(self.hook)
            lumps: list[str] = opened.page.evaluate("(names) => diary.people(names)", names)
            drain(opened, self.told)
            yield opened, lumps


def sign_in(opened: Opened, who: tuple[str, str]) -> None:
    opened.phone.sign_in(*who)
    opened.phone.wait_until_ready_offline()


def photo(seed: int) -> str:
    """A small JPEG like no other, in base64."""
    out = io.BytesIO()
    Image.effect_noise((48, 48), 30 + seed % 60).convert("RGB").save(
        out, "JPEG", quality=80, comment=str(seed).encode()
    )
    return base64.b64encode(out.getvalue()).decode()


def entry(lump: str, serial: int, chance: random.Random) -> dict[str, Any]:
    """The data of an entry that says its serial."""
    day = f"2026-{1 + serial % 10:02}-{1 + serial // 10 % 28:02}T{serial % 24:02}:{chance.randrange(60):02}:00+00:00"
    return {
        "lump": lump, "measured_at": day, "length_mm": round(chance.uniform(14, 16), 1), "width_mm": 12.5,
        "method": "ruler", "pain": chance.randrange(11), "note": f"serial {serial}",
    }  # fmt: skip


def drain_page(page: Page) -> None:
    """The same without faults, where only a page is at hand."""
    while page.evaluate("() => { diary.poke(); return diary.left() }"):
        page.wait_for_timeout(100)


def drain(opened: Opened, told: Callable[[str], None], seconds: float = 3600, reopen: str = "") -> float:
    """Until the phone's queue is empty; how long it took. `reopen`: the hook, where the app is to be opened anew now and
    then, as a person does (what was refused is tried again then)."""
    began = time.monotonic()
    turn = 0
    while waiting := opened.page.evaluate("() => { diary.poke(); return diary.left() }"):
        took = time.monotonic() - began
        turn += 1
        if turn % 10 == 0:
            told(f"{waiting} still waiting, {took:.0f} s")
        if turn % 100 == 0 or took > seconds:
            queue = opened.page.evaluate("diary.queue()")
            assert took < seconds, queue[:20]
            if reopen and any(state == "refused" for _key, state, _problem in queue):
                opened.open_app(reopen)
        opened.page.wait_for_timeout(300)
    return time.monotonic() - began


@contextlib.contextmanager
def running_trial(
    house: Stack, playwright: Playwright, launch: dict[str, Any], folder: Path, plan: Plan
) -> Iterator[Trial]:
    proxy = Proxy(house.port, free_port(), late=1.6)
    proxy.start()
    try:
        yield Trial(house, proxy, playwright, launch, build_hook(folder), folder, plan)
    finally:
        proxy.close()


def bar(name: str) -> Callable[[str], None]:
    """A line that is written over, on a terminal; quiet elsewhere."""
    if not sys.stderr.isatty():
        return lambda _text: None
    return lambda text: print(f"\r\x1b[K{name}: {text}", end="", file=sys.stderr, flush=True)


def progress(done: int, of: int) -> str:
    filled = round(24 * done / of)
    return f"[{'#' * filled}{'.' * (24 - filled)}] {done}/{of}"
