"""axe (WCAG 2.2 A and AA) and no sideways scroll at 320 px, in light and dark, on every page and screen of a full diary.

tests/frontend/test_in_browser.py does the same for every account page by itself; here are the pages as people meet them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.phone import SAVED, Phone
from tests.support.stack import Stack

TAGS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
NARROW: dict[str, Any] = {
    "viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True, "service_workers": "block",
    "reduced_motion": "reduce",
}  # fmt: skip
PAGES = [
    "/",
    "/about/",
    "/help/",
    "/privacy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/s/",
]
OWN = ["/account/", "/account/history/", "/mail/", "/accounts/email/"]
SCREENS = [
    "/app/",
    "/app/new",
    "/app/share",
    "/app/reminders",
    "/app/settings",
    "/app/help",
    "/app/waiting",
    "/app/people",
    "/app/people/new",
    "/app/tokens",
    "/app/data",
]
OPEN_ALL = "document.querySelectorAll('main details').forEach((part) => { part.open = true })"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=["light", "dark"])
def narrow(request: pytest.FixtureRequest, contexts: Callable[..., BrowserContext], house: Stack) -> Phone:
    """A phone 320 px wide."""
    return Phone(contexts(**NARROW, color_scheme=request.param).new_page(), house)


class Faults:
    """What axe and the width say of each page that was looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.looked: dict[str, list[str]] = {}

    def look(self, name: str = "") -> None:
        """At what is shown now, with every part of it open."""
        # a colour that is still on its way to another is no colour of ours
        self.page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)")
        self.page.evaluate(OPEN_ALL)
        found = Axe().run(self.page, options=TAGS).response["violations"]
        said = [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]
        if (wide := self.page.evaluate(SIDEWAYS)) > 0:
            said.append(f"{wide} px too wide")
        self.looked[name or self.page.url.split("/", 3)[3]] = said

    def visit(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(path)
            expect(self.page.locator("h1").first).to_be_visible()
            if path.startswith("/app"):
                expect(self.page.locator(".skeleton")).to_have_count(0)
            self.look(path)

    def check(self, at_least: int) -> None:
        assert {name: said for name, said in self.looked.items() if said} == {}
        assert len(self.looked) >= at_least


def test_before_signing_in(narrow: Phone, demo: dict[str, Any]) -> None:
    page, faults = narrow.page, Faults(narrow.page)
    faults.visit(*PAGES, "/app/")
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password").fill("not this one")
    narrow.button("Log in").tap()
    expect(page.locator("[aria-invalid=true], .error, [role=alert]").first).to_be_visible()
    faults.look("log-in refused")
    page.goto(demo["share_path"])
    narrow.button("Open the notes").tap()
    page.wait_for_url("**/s/view/")
    page.wait_for_load_state("load")
    faults.look("doctor's page")
    narrow.button("Close these notes").tap()
    expect(page.get_by_label("Code of the link")).to_be_visible()
    page.goto("/s/view/")
    expect(page.get_by_role("heading", name="This link does not open")).to_be_visible()
    faults.look("link gone")
    faults.check(12)


def test_a_full_diary(narrow: Phone, demo: dict[str, Any]) -> None:
    page, faults = narrow.page, Faults(narrow.page)
    narrow.sign_in("sam@example.org", demo["password"])
    expect(page.locator(".lump-card").first).to_be_visible()
    lump = page.locator(".lump-card h2 a").first.get_attribute("href")
    assert lump
    faults.visit(*OWN, *SCREENS)
    page.goto(lump)
    expect(page.locator(".chart-box canvas, .chart-box svg").first).to_be_visible()
    faults.look("a lump")
    page.goto(f"{lump}/log")
    expect(narrow.button("Save")).to_be_visible()
    narrow.button("Save").tap()
    expect(page.get_by_text("There is nothing to save yet.")).to_be_visible()
    faults.look("log, with a fault")
    for part in ("event", "edit"):
        page.goto(f"{lump}/{part}")
        expect(page.get_by_role("main").get_by_role("combobox")).to_be_visible()
        faults.look(f"lump: {part}")
    page.goto("/app/settings")  # a letter of its own: by night the demo's alerts wait for the morning
    with page.expect_response("**/api/channels/email/test/") as answer:
        narrow.button("Send a test e-mail").tap()
    assert answer.value.ok, answer.value.text()
    page.goto("/mail/")
    page.locator("main .rows a").first.tap()
    expect(page.locator("iframe")).to_be_visible()
    faults.look("a letter")
    faults.check(15)


def test_the_first_run(narrow: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page, faults = narrow.page, Faults(narrow.page)
    narrow.sign_in(*account("first"))
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    faults.look("empty home")
    page.goto("/app/share")
    expect(page.get_by_role("link", name="Add a lump")).to_be_visible()
    expect(narrow.button("Make the link")).to_have_count(0)
    faults.look("nothing to share")
    page.goto("/app/new")
    narrow.button("Next").tap()
    faults.look("first run, 1, with a fault")
    page.get_by_label("Part of the body").select_option(label="Breast")
    narrow.pick("Which side", "left")
    narrow.button("Next").tap()
    narrow.pick("Since when?", "A day I know")
    faults.look("first run, 2")
    narrow.button("Next").tap()
    faults.look("first run, 3")
    narrow.button("Save, then measure").tap()
    page.wait_for_url("**/log")
    expect(narrow.button("Save")).to_be_visible()
    faults.look("first log")
    narrow.pick("Redness is spreading outwards", "Yes")
    narrow.fill_entry(30, 24, None)
    narrow.save_entry()
    expect(page.get_by_text(SAVED)).to_be_visible()
    faults.look("saved, with advice")
    page.get_by_role("link", name="Done").tap()
    page.get_by_role("main").get_by_role("link", name="Log", exact=True).tap()
    page.get_by_text("How you feel in yourself").tap()
    narrow.pick("Tick what is there today.", "Confused, or not making sense")
    narrow.save_entry()
    expect(page.get_by_role("link", name="Call 112")).to_be_visible()
    faults.look("saved, with an emergency")
    page.goto("/app/share")
    narrow.pick("Which lumps", "Breast, left")
    narrow.button("Make the link").tap()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    faults.look("link made")
    faults.check(9)
