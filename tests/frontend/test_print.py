"""The doctor's page of four lumps in a real Chromium: on a narrow phone, and on two sheets with the facts still on them."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from tests.frontend.test_in_browser import axe
from tracker.actions.people import create_user
from tracker.actions.sharing import create_share_link
from tracker.models import CareEvent, Entry, Lump, Membership
from tracker.reports.build import report_for
from tracker.reports.shapes import LumpReport, Scope

SITES = ("lower_leg", "thigh", "lower_back", "shoulder")
SIGNS: dict[str, Any] = {
    "tenderness": 0, "redness": 0, "warmth": False, "discharge": "none", "temperature_c": 36.8, "firmness": "soft",
    "mobility": "moves", "shape": "round", "skin": [], "unwell": [],
}  # fmt: skip


@pytest.fixture
def four(transactional_db: None) -> tuple[Any, list[Lump]]:
    """Alice with four lumps, a year of readings each, every symptom recorded, examinations and treatments."""
    user = create_user(email="alice@example.org", password="a long pass phrase")
    person = Membership.objects.get(user=user).person
    now = timezone.now()
    for number, site in enumerate(SITES):
        lump = Lump.objects.create(person=person, name=f"Lump {number}", site=site, side="left", depth="under_skin")
        Entry.objects.bulk_create(
            Entry(
                lump=lump, measured_at=now - timedelta(days=14 * (26 - step)), length_mm=20 + number * step / 5, width_mm=16,
                method="ruler", pain=step // 24, **{**SIGNS, "redness": step // 25}, change=step + 1,
            )
            for step in range(26)
        )  # fmt: skip
        for days, kind in ((200, "examined"), (90, "ultrasound"), (60, "antibiotics_started")):
            told = "told: solid, 24 by 16 mm, come back in a month"
            CareEvent.objects.create(lump=lump, at=now - timedelta(days=days), kind=kind, detail=told)
    return user, list(Lump.objects.filter(person=person).select_related("person"))


def first_screen(lump: LumpReport) -> list[str]:
    """Every fact of a lump that must be on paper."""
    assert lump.size is not None and lump.findings
    facts = [lump.where.words, lump.where.since_words[1:], lump.size.words, lump.size.volume_words, lump.rate.words]
    facts += [lump.size.method_words, *(axis.words for axis in lump.size.axes)]
    facts += [part for change in lump.changes for part in (change.label, change.words)]
    facts += [
        part for seen in lump.symptoms if seen.recorded_at for part in (seen.label, seen.words, seen.change_words)
    ]
    facts += [part for line in lump.findings for part in (line.urgency_words, line.words, line.source)]
    facts += [part for event in lump.examinations for part in (event.label, event.detail)]
    return facts + [part for care in lump.treatments for part in (care.event.label, care.words)]


def test_four_lumps_fit_a_narrow_phone_and_two_sheets_with_the_first_screen_of_each(
    new_context: Any, live_server: Any, four: tuple[Any, list[Lump]], monkeypatch: Any
) -> None:
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)  # the page's facts and ours are of one moment
    user, lumps = four
    link = create_share_link(user=user, lump_ids=[lump.pk for lump in lumps], passcode=False)
    page = new_context(base_url=live_server.url).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"/s/#{link.token}")
    page.click("button[type=submit]")
    page.wait_for_url("**/s/view/")
    page.wait_for_load_state("networkidle")
    page.set_viewport_size({"width": 320, "height": 800})  # where the table of all lumps is a list
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert axe(page) == []
    for paper in ("A4", "Letter"):
        sheets = pypdfium2.PdfDocument(page.pdf(format=paper))
        text = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in sheets]
        sheets.close()
        assert len(text) <= 2, paper
        for lump in report_for(lumps, Scope(at=moment)).lumps:
            missing = [fact for fact in first_screen(lump) if "".join(fact.split()) not in "".join(text)]
            assert not missing
        assert "theyareonthescreen" in text[-1] and "Thelog" not in "".join(text)
