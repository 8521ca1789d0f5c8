"""Keyboard only, focus always seen: log an entry with a photo, make a link, end it, set a reminder."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.phone import DESKTOP, SAVED, Phone, picture, sha256
from tests.support.stack import Stack

# The ring is drawn on the element itself, on the pill beside a hidden radio button, or on the label around a file field.
RING = """() => {
  const here = document.activeElement
  const drawn = (e) => { if (!e) return false; const s = getComputedStyle(e)
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }
  const box = here.getBoundingClientRect()
  const seen = box.bottom > 0 && box.top < innerHeight
  const inner = here.matches('input[type=time]') // the browser draws the ring of its own little button inside
  return seen &&
    (inner || drawn(here) || drawn(here.nextElementSibling) || drawn(here.closest('label')) || drawn(here.closest('article')))
}"""


# What had the focus is gone; the focus is near where it was, not at the top of the page.
KEPT = "document.activeElement !== document.body"


class Keys:
    """Tab, Enter, Space and arrows; never a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wanted: Locator) -> None:
        """Tab until `wanted` has the focus; every stop on the way must show a ring."""
        expect(wanted).to_be_visible()
        for _step in range(120):
            if wanted.evaluate("(e) => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            name = self.page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
            assert self.page.evaluate("document.activeElement.id === 'main'") or self.page.evaluate(RING), name
        raise AssertionError(f"never reached {wanted}; now at {name}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.reach(wanted)
        self.page.keyboard.press(key)

    def write(self, wanted: Locator, text: str) -> None:
        self.reach(wanted)
        self.page.keyboard.type(text)


@pytest.fixture
def desk(contexts: Callable[..., BrowserContext], house: Stack, account: Callable[[str], tuple[str, str]]) -> Phone:
    """A signed-in computer with one lump."""
    phone = Phone(contexts(**{**DESKTOP, "has_touch": True}).new_page(), house)
    phone.sign_in(*account("kay"))
    phone.add_first_lump()
    phone.wait_until_sent()
    phone.page.goto("/app/")
    return phone


def test_log_share_and_end_by_keyboard(desk: Phone) -> None:
    page, keys = desk.page, Keys(desk.page)
    keys.press(page.get_by_role("link", name="Log Forearm, left"))
    expect(page.get_by_label("Longest way across", exact=True)).to_be_visible()
    keys.write(page.get_by_label("Longest way across", exact=True), "19")
    keys.write(page.get_by_label("The other way across", exact=True), "15")
    pain = page.get_by_role("group", name="Pain now", exact=True)
    keys.press(pain.get_by_role("radio").first, "Space")
    page.keyboard.press("ArrowRight")
    expect(pain.get_by_role("radio", name="1", exact=True)).to_be_checked()
    keys.reach(page.get_by_label("Choose photos"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    photo = picture(9)
    files: Any = [{"name": "lump.jpg", "mimeType": "image/jpeg", "buffer": photo}]
    chooser.value.set_files(files)
    expect(page.get_by_role("img", name="Photo 1 of this entry")).to_be_visible()
    keys.write(page.get_by_label("Note"), "by keys")
    keys.press(desk.button("Save"))
    expect(page.get_by_text(SAVED)).to_be_visible()
    keys.press(page.get_by_role("link", name="Done"))
    expect(page.get_by_text("by keys")).to_be_visible()
    desk.wait_until_sent()
    row = desk.entries_there(desk.lump)[0]
    assert (row["length_mm"], row["width_mm"], row["pain"], row["note"]) == (19, 15, 1, "by keys")
    assert row["hashes"] == [sha256(photo)]

    keys.press(page.get_by_role("link", name="Share with a doctor"))
    keys.press(desk.button("Make the link"))
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    keys.press(desk.button("End this link"))
    expect(page.get_by_text("The link is ended.")).to_be_visible()
    assert [link["live"] for link in desk.ask("/api/share-links/")["results"]] == [False]
    page.wait_for_function(KEPT)


def test_a_diary_is_offered_and_taken_back_by_keyboard(desk: Phone) -> None:
    page, keys = desk.page, Keys(desk.page)
    page.goto("/app/people")
    keys.press(page.get_by_role("main").get_by_role("listitem").get_by_role("link").first)
    keys.press(page.get_by_text("Hand this diary over"))
    keys.write(page.get_by_label("E-mail address of the new owner"), "heir@example.org")
    page.keyboard.press("Enter")
    keys.press(desk.button("Take it back"))
    expect(page.get_by_label("E-mail address of the new owner")).to_have_count(1)
    page.wait_for_function(KEPT)


def test_a_reminder_by_keyboard(desk: Phone) -> None:
    page, keys = desk.page, Keys(desk.page)
    keys.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Reminders"))
    keys.reach(page.get_by_label("At what time"))
    page.keyboard.type("0815AM")
    days = page.get_by_role("group", name="On which days", exact=True)
    for day in days.get_by_role("checkbox").all():
        if not day.is_checked():
            keys.press(day, "Space")
            break
    keys.press(desk.button("Add a reminder"))
    expect(page.get_by_role("list").get_by_text("08:15")).to_be_visible()
    desk.wait_until_sent()
    assert [row["at"] for row in desk.ask("/api/reminders/")["results"]] == ["08:15"]
