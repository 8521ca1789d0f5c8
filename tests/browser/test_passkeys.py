"""A passkey is added, and then opens the diary by itself: Chromium's own authenticator, the real pages."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.phone import DESKTOP
from tests.support.stack import Stack


def test_a_passkey_opens_the_diary(
    contexts: Callable[..., BrowserContext], house: Stack, account: Callable[[str], tuple[str, str]]
) -> None:
    address, password = account("alice")
    page = contexts(**DESKTOP).new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    told = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    authenticator = wire.send("WebAuthn.addVirtualAuthenticator", {"options": told})["authenticatorId"]

    page.goto("/accounts/login/?next=/account/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/account/")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/webauthn/add/**")
    page.get_by_label("Name").fill("this laptop")
    page.get_by_label("Log in with this passkey alone").check()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    assert len(wire.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/account/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/account/**")
    expect(page.get_by_text(address)).to_be_visible()
