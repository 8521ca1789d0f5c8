"""What is shared by choice: a carer let in and out, a token for a program, a link as a code; and advice answered."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import cv2
import numpy as np
from playwright.sync_api import BrowserContext, expect

from tests.browser.phone import PHONE, Phone


def test_a_carer_is_let_in_and_out(
    phone: Phone, contexts: Callable[..., BrowserContext], account: Callable[[str], tuple[str, str]]
) -> None:
    alice, carol = account("alice"), account("carol")
    page = phone.page
    phone.sign_in(*alice)
    phone.add_first_lump()
    phone.wait_until_sent()
    page.goto("/app/settings")
    page.get_by_role("link", name="People and carers").tap()
    page.get_by_role("main").get_by_role("link").first.tap()
    page.get_by_text("Let somebody in").tap()
    page.get_by_label("Their e-mail address").fill(carol[0])
    phone.button("Let them in").tap()
    expect(page.get_by_text("Carer: sees, logs, is told · without photos")).to_be_visible()

    other = Phone(contexts(**PHONE).new_page(), phone.house)
    other.sign_in(*carol)
    expect(other.page.get_by_role("link", name="Open Forearm, left")).to_be_visible()
    expect(other.page.get_by_role("group", name="Whose lumps")).to_be_visible()

    phone.button(f"End access of {carol[0]}").tap()
    phone.button("End access").tap()
    expect(page.get_by_text("Nobody but you.")).to_be_visible()
    other.page.reload()
    expect(other.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


def test_a_token_is_made_used_and_ended(phone: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    page.goto("/app/tokens")
    page.get_by_label("What is it for?").fill("my sheet")
    phone.button("Make a token").tap()
    secret = page.locator("code.secret").inner_text()
    assert _status(phone, secret) == 200
    phone.button("End the token my sheet").tap()
    expect(page.get_by_text("No tokens yet.")).to_be_visible()
    assert _status(phone, secret) == 401


def _status(phone: Phone, secret: str) -> int:
    try:
        asked = Request(phone.house.url + "/api/people/", headers={"Authorization": f"Token {secret}"})
        with urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as fault:
        return fault.code


def read_code(png: bytes) -> set[str]:
    """What a QR code says. OpenCV's reader misses some codes at one size and reads them at another, as phones move."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    picture = cv2.copyMakeBorder(picture, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    sizes = (
        cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA) for zoom in (1.0, 0.5, 0.75, 1.5, 2.0)
    )
    return {cv2.QRCodeDetector().detectAndDecode(each)[0] for each in sizes}


def test_the_code_is_the_link_and_its_secret_stays_here(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    phone.wait_until_sent()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto("/app/share")
    phone.pick("Which lumps", "Forearm, left")
    phone.button("Make the link").tap()
    link = page.locator("code.secret").first.inner_text()
    code = page.get_by_role("img", name="The link as a code to point a camera at")
    assert link in read_code(code.screenshot())
    token = link.split("#")[1]
    assert len(token) == 43
    assert [url for url in asked if token in url] == []

    page.emulate_media(media="print")
    slip = page.locator(".slip")
    expect(slip).to_be_visible()
    expect(slip).to_contain_text(link)
    groups = slip.locator(".typed").inner_text().split()
    assert "".join(groups) == token and len(groups) == 11
    assert page.locator("code.secret").nth(1).inner_text() not in slip.inner_text()  # the passcode goes another way


def test_advice_is_answered_with_the_day_a_doctor_looked(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    lump = phone.lump
    phone.fill_entry(20, 16)
    phone.pick("Redness", "Severe")
    phone.save_entry()
    phone.wait_until_sent()
    page.goto("/app/")
    today = datetime.now(UTC).date().isoformat()
    advice = page.get_by_role("region", name="Today")
    expect(advice).to_contain_text("the same day")
    expect(advice.get_by_text("Found on this phone.")).to_have_count(0)  # the server's own by now
    advice.get_by_role("button", name="A doctor has seen it").tap()
    advice.get_by_label("Which day was it seen?").fill(today)
    advice.get_by_role("button", name="Save").tap()
    expect(advice).to_have_count(0)
    phone.wait_until_sent()
    alert = next(row for row in phone.ask("/api/alerts/")["results"] if row["rule"] == "infection.signs")
    assert (alert["state"], alert["how"], alert["on"]) == ("acknowledged", "examined", today)
    assert [event["kind"] for event in phone.ask(f"/api/events/?lump={lump}")["results"]] == ["examined"]
