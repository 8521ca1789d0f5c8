"""The first evening: an account, a lump, an entry with a photo, and later the trend."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.phone import SAVED, Phone, letter_to, picture, sha256

PASSWORD = "quiet-river-stone-44"


def test_from_sign_up_to_the_trend(phone: Phone) -> None:
    page, address = phone.page, f"nora-{phone.house.port}@example.org"
    page.goto("/")
    page.get_by_role("link", name="Start a diary").first.tap()
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").first.fill(PASSWORD)
    phone.button("Start a diary").tap()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    link = re.search(r"http://\S+/accounts/confirm-email/\S+", letter_to(phone.house, address, "confirm-email"))
    assert link
    page.goto(link[0])
    phone.button("Yes, that is mine").tap()
    page.wait_for_url("**/app/")

    phone.add_first_lump()
    photo = picture(1)
    phone.fill_entry(18, 14, photo, note="found it in the shower")
    phone.save_entry()
    expect(page.get_by_text("Saved, and sent.")).to_be_visible()
    page.get_by_role("link", name="Done").tap()
    page.wait_for_url(re.compile(r"/app/lumps/[0-9a-f-]{36}$"))
    expect(page.get_by_text("One measurement so far.")).to_be_visible()
    expect(page.get_by_role("img", name="Photo of")).to_be_visible()
    expect(page.get_by_text("found it in the shower")).to_be_visible()
    phone.wait_until_sent()
    there = [(row["length_mm"], row["width_mm"], row["pain"], row["hashes"]) for row in phone.entries_there(phone.lump)]
    assert there == [(18, 14, 2, [sha256(photo)])]

    log_earlier_weeks(phone, [12, 13, 14, 15, 16, 17])
    page.reload()
    expect(page.get_by_role("figure")).to_contain_text("7 measurements")
    expect(page.locator(".chart-box canvas").first).to_be_visible()
    page.get_by_text("The same numbers as a table").tap()
    expect(page.get_by_role("row")).to_have_count(8)


def test_a_temperature_that_cannot_be_is_asked_about(phone: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page, field = phone.page, phone.page.get_by_label("Temperature")
    phone.sign_in(*account("fay"))
    phone.add_first_lump()
    page.get_by_text("Warm, tender, spreading, leaking").tap()
    phone.fill_entry(19, 15)
    field.fill("385")
    phone.button("Save").tap()
    expect(page.get_by_role("alert").get_by_text("between 30 and 45 °C")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_have_count(0)
    field.fill("38,5")
    phone.save_entry()
    phone.wait_until_sent()
    assert [row["temperature_c"] for row in phone.entries_there(phone.lump)] == [38.5]


def log_earlier_weeks(phone: Phone, lengths: list[int]) -> None:
    """Through the log screen, with another time."""
    start = datetime.now(UTC) - timedelta(weeks=len(lengths))
    lump = phone.lump
    for week, length in enumerate(lengths):
        phone.page.get_by_role("main").get_by_role("link", name="Log", exact=True).tap()
        phone.fill_entry(length, round(length * 0.8, 1))
        phone.page.get_by_role("button", name="Another time").tap()
        phone.page.get_by_label("When").fill((start + timedelta(weeks=week)).strftime("%Y-%m-%dT%H:%M"))
        phone.save_entry()
        phone.page.get_by_role("link", name="Done").tap()
        phone.page.wait_for_url(f"**/app/lumps/{lump}")
    phone.wait_until_sent()
