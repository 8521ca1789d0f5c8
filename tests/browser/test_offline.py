"""Without a signal: what is said to be saved is there after a reload, after a kill, and only for whom it is."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.phone import PHONE, SECONDS, Phone, picture, sha256
from tests.support.stack import Stack

KILLS = 5


def with_a_lump(phone: Phone, who: tuple[str, str]) -> str:
    """Signed in, one lump on the server, ready to work without a signal; the lump's id."""
    phone.sign_in(*who)
    phone.add_first_lump()
    lump = phone.lump
    phone.wait_until_sent()
    phone.wait_until_ready_offline()
    return lump


def log_here(phone: Phone, lump: str, length: float, photo: bytes | None = None) -> None:
    phone.page.goto(f"/app/lumps/{lump}/log")
    phone.fill_entry(length, round(length * 0.8, 1), photo)
    phone.save_entry()


def test_logged_offline_reloaded_offline_sent_once(phone: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page, photo = phone.page, picture(2)
    lump = with_a_lump(phone, account("olga"))
    page.context.set_offline(True)
    log_here(phone, lump, 21, photo)
    expect(page.get_by_text("It is sent as soon as there is a signal.")).to_be_visible()

    page.goto(f"/app/lumps/{lump}")
    expect(page.get_by_text("21 × 16.8 mm").first).to_be_visible()
    expect(page.get_by_text("Waiting to be sent")).to_be_visible()
    expect(page.get_by_role("img", name="Photo of")).to_be_visible()
    kept = phone.kept()
    assert [entry["length_mm"] for entry in kept["entries"]] == [21]
    assert kept["hashes"] == [sha256(photo)]
    assert len(kept["waiting"]) == 2
    assert phone.entries_there(lump) == []

    page.context.set_offline(False)
    phone.wait_until_sent()
    expect(page.get_by_text("Waiting to be sent")).to_have_count(0)
    page.reload()
    phone.wait_until_sent()
    there = phone.entries_there(lump)
    assert [(row["length_mm"], row["revision"], row["hashes"]) for row in there] == [(21, 1, kept["hashes"])]


def test_the_next_person_on_the_phone_sees_nothing_of_it(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page, first, second = phone.page, account("alice"), account("bob")
    lump = with_a_lump(phone, first)
    page.context.set_offline(True)
    log_here(phone, lump, 23)
    page.goto("/app/settings")
    phone.button("Log out").tap()
    expect(page.get_by_role("alert").filter(has_text="1 entry is not sent yet")).to_be_visible()
    page.context.clear_cookies()  # the session ends by another way: without a signal, signing out cannot reach the server
    page.context.set_offline(False)

    phone.sign_in(*second)
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    expect(page.get_by_text("waiting", exact=False)).to_have_count(0)
    for path in (f"/app/lumps/{lump}", f"/app/lumps/{lump}/log", "/app/waiting"):
        page.goto(path)
        expect(page.get_by_role("navigation", name="Main").or_(page.get_by_text("Nothing waits"))).not_to_have_count(0)
        expect(page.get_by_text("Forearm")).to_have_count(0)
        expect(page.get_by_text("23")).to_have_count(0)
    assert phone.ask("/api/entries/")["results"] == []

    page.context.clear_cookies()
    phone.sign_in(*first)
    phone.wait_until_sent()
    assert [row["length_mm"] for row in phone.entries_there(lump)] == [23]


@pytest.fixture
def pocket(playwright: Playwright, browser_type_launch_args: dict[str, Any], house: Stack, tmp_path: Path) -> Any:
    """A maker of browsers that keep their store on the disk, as a phone does; each with its process."""

    @contextlib.contextmanager
    def opened() -> Iterator[tuple[BrowserContext, psutil.Process]]:
        mine = f"--user-data-dir={tmp_path}"
        options: dict[str, Any] = {**browser_type_launch_args, **PHONE, "base_url": house.url}
        context = playwright.chromium.launch_persistent_context(tmp_path, **options)
        context.set_default_timeout(SECONDS * 1000)
        main = [
            p for p in psutil.Process().children(recursive=True) if mine in _words(p) and "--type=" not in _words(p)
        ]
        assert len(main) == 1
        try:
            yield context, main[0]
        finally:
            with contextlib.suppress(Exception):  # it may have been killed
                context.close()

    return opened


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_killed_right_after_saved(pocket: Any, house: Stack, account: Callable[[str], tuple[str, str]]) -> None:
    expect.set_options(timeout=SECONDS * 1000)
    with pocket() as (context, _process):
        lump = with_a_lump(Phone(context.pages[0], house), account("kim"))
    logged: list[float] = []
    for turn in range(KILLS):
        with pocket() as (context, process):
            phone = Phone(context.pages[0], house)
            context.set_offline(True)
            log_here(phone, lump, 30 + turn, picture(turn))
            family = [process, *process.children(recursive=True)]
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.send_signal(signal.SIGKILL)
            psutil.wait_procs(family, timeout=SECONDS)
            logged.append(30 + turn)
    with pocket() as (context, _process):
        phone = Phone(context.pages[0], house)
        context.set_offline(True)
        phone.page.goto(f"/app/lumps/{lump}")
        expect(phone.page.get_by_text("Waiting to be sent")).to_have_count(KILLS)
        kept = phone.kept()
        assert sorted(entry["length_mm"] for entry in kept["entries"]) == logged
        assert len(set(kept["hashes"])) == KILLS
        context.set_offline(False)
        phone.wait_until_sent()
        assert sorted(row["length_mm"] for row in phone.entries_there(lump)) == logged
