"""In a real Chromium: axe on every page, no sideways scroll, sizes of targets, focus, print, and the unlock script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from tests.frontend.test_pages import FRESH, OWN, PASSWORD, PUBLIC
from tracker.actions.people import create_user
from tracker.actions.sharing import create_share_link
from tracker.models import CareEvent, Entry, Lump, Membership
from tracker.notifications.mailbox import FolderBackend

TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [("light", 320), ("dark", 320), ("light", 1280)]  # axe at 320 px: what it sees hardly depends on the width
SMALL = """() => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, summary, nav a')]
  .filter(e => e.offsetParent && !e.closest('.choice') && !e.matches('[type=checkbox],[type=radio],.skip-link'))
  .filter(e => e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 80))"""
NO_RING = """() => { const s = getComputedStyle(document.activeElement);
  return document.activeElement !== document.body && (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) }"""


@pytest.fixture
def tab(new_context: Any, live_server: Any) -> Iterator[Any]:
    """A maker of tabs that fail the test when the browser reports anything against our policy."""
    reports: list[str] = []

    def make(scheme: str, width: int, cookie: str = "") -> Any:
        context = new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, base_url=live_server.url)
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: reports.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("pageerror", lambda error: reports.append(str(error)))
        return page

    yield make
    assert reports == []


@pytest.fixture
def session(transactional_db: None) -> str:
    client = Client()
    create_user(email="alice@example.org", password=PASSWORD)
    client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return str(client.cookies["session"].value)


def axe(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=TAGS).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def look_at(page: Any, address: str) -> dict[str, Any]:
    page.goto(address)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    narrow = page.viewport_size["width"] < 400
    found = {"axe": axe(page) if narrow else [], "sideways": sideways, "small": page.evaluate(SMALL)}
    return {kind: fault for kind, fault in found.items() if fault}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_public_pages(tab: Any, settings: Any, scheme: str, width: int) -> None:
    settings.DEBUG = True  # for /look/
    page = tab(scheme, width)
    faults = {address: look_at(page, address) for address in [*PUBLIC, "/look/"]}
    assert {address: fault for address, fault in faults.items() if fault} == {}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_own_pages(tab: Any, session: str, scheme: str, width: int) -> None:
    page = tab(scheme, width, session)
    faults = {address: look_at(page, address) for address in [*OWN, *FRESH]}
    assert {address: fault for address, fault in faults.items() if fault} == {}


def test_text_at_twice_the_size(tab: Any) -> None:
    """WCAG 1.4.4: with the browser's text at 200 % nothing is cut off or pushed out sideways."""
    page = tab("light", 390)
    for address in PUBLIC:
        page.goto(address)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
            address
        )


def test_focus_is_seen_on_all_that_can_be_reached(tab: Any) -> None:
    page = tab("light", 390)
    page.goto("/accounts/signup/")
    page.keyboard.press("Tab")
    assert "skip-link" in page.evaluate("document.activeElement.className")
    seen = 0
    while page.evaluate("document.activeElement !== document.body") and seen < 30:
        assert not page.evaluate(NO_RING), page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
        page.keyboard.press("Tab")
        seen += 1
    assert seen >= 8


def test_reduced_motion(new_context: Any, live_server: Any) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(live_server.url + "/accounts/login/")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.button')).transitionDuration)") < 0.001


def test_a_theme_that_was_chosen_wins(tab: Any) -> None:
    page = tab("light", 390)
    page.goto("/about/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(251, 248, 243)"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(ground) == "rgb(18, 25, 27)"


def test_the_code_of_a_link_goes_from_the_fragment_into_the_form(tab: Any) -> None:
    code = "B7_wHzlQWAATV41Yu3Jse-ROnoXSk11Jnsq9Udzf1T4"
    page = tab("light", 390)
    page.goto(f"/s/#{code}")
    assert page.url.endswith("/s/") and not page.is_visible("#token")
    assert page.input_value("#token") == code
    page.goto("/about/")
    page.goto("/s/")
    assert page.is_visible("#token")
    page.fill("#token", f"https://example.org/s/#{code} ")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.click("button[type=submit]")
    assert re.search(rf"token={code}(&|$)", sent.value.post_data)


@pytest.fixture
def link(transactional_db: None) -> str:
    """The code of a link to a lump with eight readings, an examination and a treatment."""
    user = create_user(email="alice@example.org", password=PASSWORD)
    lump = Lump.objects.create(
        person=Membership.objects.get(user=user).person, name="Back", site="lower_back", side="left", depth="under_skin"
    )
    now = timezone.now()
    for week in range(8):
        at = now - timedelta(days=7 * (8 - week))
        Entry.objects.create(
            lump=lump, measured_at=at, length_mm=20 + week, width_mm=16, method="ruler", pain=week // 2
        )
    for kind in ("examined", "antibiotics_started"):
        CareEvent.objects.create(lump=lump, at=now - timedelta(days=20), kind=kind, detail="told: come back in a month")
    return str(create_share_link(user=user, lump_ids=[lump.pk], passcode=False, answers=True).token)


def test_the_letter(tab: Any, link: str) -> None:
    """Open a link as a doctor does; read it on a phone, on a laptop (also in the dark: it stays black on white), on paper."""
    for scheme, width in (("light", 320), ("dark", 1280)):
        page = tab(scheme, width)
        page.goto(f"/s/#{link}")
        assert axe(page) == []
        page.fill("#viewer", "Dr Lee")
        page.click("button[type=submit]")
        page.wait_for_url("**/s/view/")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.evaluate("[...document.images].every(picture => picture.complete && picture.naturalWidth > 0)")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator(".bodymap .here").count() == 1
        assert axe(page) == []
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    page.click("footer button")
    page.wait_for_url("**/s/")
    page.goto("/s/view/")
    assert page.locator("h1").inner_text() == "This link does not open"


def test_a_mail_is_dressed_and_can_do_nothing(tab: Any, session: str, settings: Any, tmp_path: Any) -> None:
    settings.MAIL_DIR, settings.MAIL_IN_FOLDER = tmp_path, True
    letter = EmailMultiAlternatives("A note", "Plain", "d@example.org", ["alice@example.org"])
    letter.attach_alternative(
        '<p style="color:red" class="go">Hello<script>top.document.title = "x"</script></p>', "text/html"
    )
    FolderBackend().send_messages([letter])
    page = tab("light", 390, session)
    page.goto("/mail/")
    page.click("main .rows a")
    paragraph = page.frame_locator("iframe").locator("p")
    assert paragraph.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(14, 107, 104)"
    assert page.title() == "A note · Lump Diary"
    assert axe(page) == []
