"""One's own data: out as a file that the page counts, in again from it, and in from a spreadsheet."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.phone import Phone


def test_a_diary_goes_out_and_comes_in_and_a_table_too(
    phone: Phone, account: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    phone.wait_until_sent()
    page.goto("/app/settings")
    page.get_by_role("link", name="Your data").tap()
    with page.expect_download() as coming:
        phone.button("Export everything").tap()
    archive = tmp_path / coming.value.suggested_filename
    coming.value.save_as(archive)
    page.get_by_label("The file").set_input_files(archive)
    expect(page.get_by_text("There is nothing new in this file.")).to_be_visible()

    table = tmp_path / "sizes.csv"
    table.write_text("When,Size (cm)\n03/01/2026,2.1\n04/01/2026,2.2\nsoon,1\n")
    page.get_by_label("Which lump is it about?").select_option(index=1)
    page.get_by_label("The table (CSV)").set_input_files(table)
    expect(page.get_by_text("It could be either.")).to_be_visible()
    expect(page.get_by_text("“soon” is no day we can read")).to_be_visible()
    phone.button("Take in 2 entries").tap()
    expect(page.get_by_text("Done: 2 new entries.")).to_be_visible()
