"""How messages reach somebody, as the app shows it: that none can, a calendar to follow, who is told next."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.phone import Phone


def test_the_app_says_when_no_message_can_arrive(phone: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    page.goto("/app/settings")
    page.get_by_label("Advice by e-mail").tap()
    expect(page.get_by_label("Advice by e-mail")).not_to_be_checked()
    page.goto("/app/")
    expect(page.get_by_text("No message can reach you")).to_be_visible()
    page.get_by_role("link", name="How we reach you").tap()
    page.get_by_label("Advice by e-mail").tap()
    with page.expect_response("**/api/channels/"):
        page.goto("/app/")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    expect(page.get_by_text("No message can reach you")).to_have_count(0)


def test_reminders_can_be_followed_by_a_calendar_until_that_is_ended(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    page.goto("/app/settings")
    phone.button("Make the address").tap()
    feed = page.locator("code.secret").inner_text()
    assert page.context.request.get(feed).text().startswith("BEGIN:VCALENDAR")
    page.reload()
    expect(phone.button("Make a new address")).to_be_visible()
    expect(page.locator("code.secret")).to_have_count(0)
    phone.button("End it").tap()
    expect(phone.button("Make the address")).to_be_visible()
    assert page.context.request.get(feed).status == 404


def test_the_owner_changes_who_is_told_and_when(phone: Phone, account: Callable[[str], tuple[str, str]]) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    phone.wait_until_sent()
    person: Any = phone.ask("/api/people/")["results"][0]["id"]
    page.goto(f"/app/people/{person}")
    page.get_by_text("Change who is told, and when").tap()
    you = page.get_by_role("group", name="You, once more")
    you.get_by_label("Should not wait: told").select_option(label="after 2 hours")
    you.get_by_label("Emergency: told").select_option(label="never")
    page.get_by_role("button", name="Save", exact=True).last.tap()
    expect(page.get_by_text("Kept. The sentences above say it.")).to_be_visible()
    expect(page.get_by_text("you are told after 2 hours")).to_be_visible()
    (step,) = phone.ask(f"/api/people/{person}/ladder/")["steps"]
    assert (step["same_day_minutes"], step["emergency_minutes"]) == (120, None)
    phone.button("Back to the usual").tap()
    expect(page.get_by_text("you are told after 4 hours")).to_be_visible()
