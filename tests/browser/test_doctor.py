"""A link from the phone to the doctor's own browser, and its end."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.phone import Phone


def test_the_doctor_opens_the_link_until_it_is_ended(
    phone: Phone, surgery: Page, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("rosa"))
    phone.add_first_lump()
    lump = phone.lump
    phone.fill_entry(17, 12, note="not for the doctor")
    phone.save_entry()
    phone.wait_until_sent()
    page.goto(f"/app/share?lump={lump}")
    phone.button("Make the link").tap()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    link, passcode = page.locator("code.secret").all_inner_texts()
    assert lump not in link

    surgery.goto(link)
    surgery.get_by_label("Passcode").fill("000000" if passcode != "000000" else "000001")
    surgery.get_by_role("button", name="Open the notes").click()
    expect(surgery.get_by_role("alert")).to_be_visible()
    surgery.get_by_label("Passcode").fill(passcode)
    surgery.get_by_label("Your name or practice").fill("Dr Lee")
    surgery.get_by_role("button", name="Open the notes").click()
    surgery.wait_for_url("**/s/view/")
    expect(surgery.get_by_text("17 × 12 mm").first).to_be_visible()
    expect(surgery.get_by_text("not for the doctor")).to_have_count(0)
    plot = surgery.locator("img[src*='/s/chart/'], object, figure svg").first
    expect(plot).to_be_visible()
    assert surgery.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")

    with surgery.expect_download():
        surgery.get_by_role("link", name="Download as PDF").click()

    page.reload()
    expect(page.get_by_text("Opened once")).to_be_visible()
    page.route("**/visits/", lambda route: route.continue_(url=route.request.url + "?limit=2"))  # as of a long list
    phone.button("Who opened it").tap()
    expect(page.get_by_text("file downloaded: the report (PDF) · Dr Lee")).to_be_visible()
    expect(page.get_by_text("wrong passcode")).to_have_count(0)
    while phone.button("More").is_visible():
        shown = page.locator("ul.small li")
        before = shown.count()
        phone.button("More").tap()
        expect(shown.nth(before)).to_be_visible()
    for what in ("opened · Dr Lee", "wrong passcode"):
        expect(page.get_by_text(what)).to_be_visible()
    phone.button("End this link").tap()
    expect(page.get_by_text("The link is ended.")).to_be_visible()
    surgery.reload()
    expect(surgery.get_by_role("heading", name="This link does not open")).to_be_visible()
    surgery.goto(link)
    surgery.get_by_label("Passcode").fill(passcode)
    surgery.get_by_role("button", name="Open the notes").click()
    expect(surgery.get_by_role("heading", name="Notes made by the patient")).to_have_count(0)
    expect(surgery.get_by_text("17 × 12 mm")).to_have_count(0)
