"""What is told of a person, and the files for a doctor that are made of their diary."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.phone import Phone


def test_sex_is_told_in_the_app_and_stands_in_the_files(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    phone.add_first_lump()
    phone.fill_entry(17, 12, note="after a long walk")
    phone.save_entry()
    phone.wait_until_sent()
    alice = phone.ask("/api/people/")["results"][0]
    assert alice["sex"] is None

    for answer, kept in (("Male", "male"), ("Rather not say", None), ("Female", "female")):
        page.goto(f"/app/people/{alice['id']}")
        page.get_by_text("Change name, age, sex or health").tap()
        phone.pick("Sex", answer)
        phone.button("Save").tap()
        expect(page.get_by_text("Saved on this phone")).to_be_visible()
        phone.wait_until_sent()
        assert phone.ask(f"/api/people/{alice['id']}/")["sex"] == kept

    bundle = json.loads(_taken(phone, "For a doctor’s program (FHIR)"))
    people = [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Patient"]
    assert [person["gender"] for person in people] == ["female"]
    assert "after a long walk" not in json.dumps(bundle)
    page.get_by_label("With notes").tap()
    assert "after a long walk" in _taken(phone, "For a doctor’s program (FHIR)").decode()

    short = _taken(phone, "Report for the doctor (PDF)")
    phone.pick("Paper", "US letter")
    page.get_by_label("With the whole log and every number").tap()
    letter = _taken(phone, "Report for the doctor (PDF)")
    assert short.startswith(b"%PDF") and letter.startswith(b"%PDF")
    assert short != letter


def test_a_new_lump_leaves_what_was_told_of_another_person(
    phone: Phone, account: Callable[[str], tuple[str, str]]
) -> None:
    page = phone.page
    phone.sign_in(*account("alice"))
    page.goto("/app/new")
    page.get_by_label("Part of the body").select_option(label="Forearm")
    phone.button("Next").tap()
    phone.button("Next").tap()
    phone.pick("Sex", "Female")
    phone.pick("Do any of these fit?", "Diabetes")
    phone.button("Save, then measure").tap()
    page.wait_for_url("**/log")
    page.goto("/app/people/new")
    page.get_by_label("Name").fill("Ben")
    phone.button("Save").tap()
    expect(page.get_by_role("heading", level=1, name="Ben")).to_be_visible()

    page.goto("/app/new")
    phone.pick("Whose lump is it?", "Ben")
    page.get_by_label("Part of the body").select_option(label="Hand")
    phone.button("Next").tap()
    phone.button("Next").tap()
    phone.button("Save, then measure").tap()
    page.wait_for_url("**/log")
    phone.wait_until_sent()
    told = {row["name"]: (row["sex"], row["conditions"]) for row in phone.ask("/api/people/")["results"]}
    ben = told.pop("Ben")
    assert ben == (None, None)
    assert list(told.values()) == [("female", ["diabetes"])]


def _taken(phone: Phone, link: str) -> bytes:
    """The file that a link of the person's screen gives."""
    with phone.page.expect_download() as taken:
        phone.page.get_by_role("link", name=link).tap()
    return Path(taken.value.path()).read_bytes()
