"""The answer back: from the phone to the doctor's own browser, and from there into the diary."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.phone import Phone


def write_plan(surgery: Page) -> None:
    """As Dr Lee does, first without her name and with half a booking."""
    surgery.get_by_label("What the patient should do").fill("Keep it dry.")
    surgery.get_by_label("Measure every (days)").fill("14")
    surgery.get_by_label("Longest side over (mm)").fill("15")
    surgery.get_by_label("Fever").check()
    surgery.get_by_label("What", exact=True).select_option(label="Ultrasound")
    surgery.get_by_label("Your name and practice").fill("")
    surgery.get_by_role("button", name="Hand it to the patient").click()
    name = surgery.get_by_label("Your name and practice")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Sign with your name, so that the patient knows who answered.")
    surgery.get_by_label("What", exact=True).select_option(label="Nothing booked")
    name.fill("Dr Lee")
    surgery.keyboard.press("Enter")
    surgery.wait_for_url("**/s/view/#answer")
    expect(surgery.get_by_text("Waits for the patient.")).to_be_visible()


def test_a_plan_written_back_becomes_a_reminder_once_the_person_takes_it(
    phone: Phone, surgery: Page, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    lump = phone.lump
    phone.fill_entry(17, 12)
    phone.save_entry()
    phone.wait_until_sent()
    page.goto(f"/app/share?lump={lump}")
    page.get_by_role("switch", name="Let the doctor write a plan back").tap()
    phone.button("Make the link").tap()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    link, passcode = page.locator("code.secret").all_inner_texts()
    expect(page.get_by_text("may write a plan")).to_be_visible()

    surgery.goto(link)
    surgery.get_by_label("Passcode").fill(passcode)
    surgery.get_by_label("Your name or practice").fill("Dr Lee")
    surgery.get_by_role("button", name="Open the notes").click()
    surgery.wait_for_url("**/s/view/")
    write_plan(surgery)

    phone.button("Who opened it").tap()
    expect(page.get_by_text("wrote a plan · Dr Lee")).to_be_visible()
    page.goto("/app/")
    plan = page.get_by_role("region", name=re.compile("Dr Lee wrote a plan for .*Forearm, left"))
    expect(plan).to_contain_text("Keep it dry. Measure every 14 days. Call today if: over 15 mm, fever or shivering.")
    assert phone.ask(f"/api/reminders/?lump={lump}")["results"] == []
    page.context.set_offline(True)
    plan.get_by_role("button", name="Use this plan").tap()
    expect(plan.get_by_role("alert")).to_have_text("This needs a signal. The plan waits for you.")
    page.context.set_offline(False)
    plan.get_by_role("button", name="Use this plan").tap()
    expect(plan).to_have_count(0)
    expect(page.get_by_text("Next in 14 days")).to_be_visible()
    assert [row["every"] for row in phone.ask(f"/api/reminders/?lump={lump}")["results"]] == [14]
    surgery.reload()
    expect(surgery.get_by_text("Confirmed by the patient.")).to_be_visible()

    page.goto(f"/app/lumps/{lump}/log")
    phone.fill_entry(18, 12)
    phone.save_entry()
    phone.wait_until_sent()
    page.goto(f"/app/lumps/{lump}")
    expect(page.get_by_text("Dr Lee asked to be called about this. Call them today.").first).to_be_visible()
    kept = page.get_by_role("region", name="Your plan with Dr Lee")
    kept.get_by_role("button", name="End this plan").tap()
    kept.get_by_role("button", name="End this plan").tap()
    expect(kept).to_have_count(0)
    assert phone.ask(f"/api/reminders/?lump={lump}")["results"] == []
