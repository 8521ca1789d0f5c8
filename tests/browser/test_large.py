"""The app's screens at 400 % zoom and with the text spaced out, and the size of everything that is tapped."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.phone import Phone
from tests.browser.test_everybody import OPEN_ALL, SCREENS, SIDEWAYS
from tests.support.stack import Stack

# A window of 1280 x 1024 at 400 % has this many CSS pixels (WCAG 1.4.10).
ZOOMED: dict[str, Any] = {
    "viewport": {"width": 320, "height": 256},
    "has_touch": True,
    "service_workers": "block",
    "bypass_csp": True,
}
# WCAG 1.4.12.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
LEAST = 24
# What is tapped and smaller than 24 px either way; links in a sentence are excepted (2.5.8), a field counts with its label.
SMALL = """(least) => [...document.querySelectorAll('a, button, input, select, textarea, summary, [role=button]')]
  .map((each) => each.matches('input[type=radio], input[type=checkbox], input[type=file]') ? each.closest('label') ?? each : each)
  .filter((each) => !(each.matches('a') && each.closest('p')) && !each.matches('.skip-link'))
  .filter((each) => { const box = each.getBoundingClientRect()
    return box.width > 0 && box.height > 0 && Math.min(box.width, box.height) < least - 0.5 })
  .map((each) => each.outerHTML.slice(0, 120))"""
CUT = """() => [...document.querySelectorAll('main h1, main h2, main p, main button, main label, main summary, header h1')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden')
  .map((each) => each.outerHTML.slice(0, 120))"""


def faults_of(page: Page) -> list[str]:
    page.evaluate(OPEN_ALL)
    wide = page.evaluate(SIDEWAYS)
    said = [f"{wide} px too wide"] if wide > 0 else []
    said += [f"too small to tap: {each}" for each in page.evaluate(SMALL, LEAST)]
    page.add_style_tag(content=SPACED)
    wide = page.evaluate(SIDEWAYS)
    said += [f"spaced out: {wide} px too wide"] if wide > 0 else []
    return said + [f"spaced out: cut off: {each}" for each in page.evaluate(CUT)]


def test_zoomed_and_spaced_out(contexts: Callable[..., BrowserContext], house: Stack, demo: dict[str, Any]) -> None:
    phone = Phone(contexts(**ZOOMED).new_page(), house)
    page = phone.page
    phone.sign_in("sam@example.org", demo["password"])
    expect(page.locator(".lump-card").first).to_be_visible()
    lump = page.locator(".lump-card h2 a").first.get_attribute("href")
    found: dict[str, list[str]] = {}
    for path in [*SCREENS, lump, f"{lump}/log", f"{lump}/event", f"{lump}/edit"]:
        page.goto(str(path))
        expect(page.locator("h1").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        found[str(path)] = faults_of(page)
    assert {path: said for path, said in found.items() if said} == {}
