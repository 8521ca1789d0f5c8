"""The doctor's page from made-up facts: its order, its pictures, and what it leaves out."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string

from tests.frontend.test_templates import faults, words
from tracker.reports.shapes import (
    Change,
    Chart,
    EventLine,
    FindingLine,
    LogLine,
    LumpReport,
    PhotoDay,
    PhotoLine,
    Rate,
    Report,
    Size,
    SizeNow,
    Symptom,
    Table,
    Treatment,
    Where,
    Who,
)  # fmt: skip

AT = datetime(2026, 5, 3, 8, 30, tzinfo=UTC)
LUMP = "01a203d0-9905-78d9-8a0b-cf88fc4fca43"
HOSTILE = "<script>alert(1)</script>"

EXAM = EventLine("e1", AT, "ultrasound", "Ultrasound", "told: solid")
CHART = Chart("trend", "Size over time", "It grew.", lambda: Table(("Day", "mm"), (("3 May", "24"),), "Sizes"), 960, 560,
              lambda form: form.encode())  # fmt: skip
ONE = LumpReport(
    id=LUMP,
    name=HOSTILE,
    where=Where(
        "lower_back", "left", "under_skin", "Lower back, left side", date(2026, 1, 3), "nothing", "noticed in January"
    ),
    size=SizeNow(AT, "ruler", "ruler", (Size("length", "Length", 24, 4, "24 mm ± 4"),), "24 mm on 3 May 2026"),
    changes=(Change("first", "Since the first", "+12 %"), Change("12_weeks", "Over 12 weeks", "+9 %")),
    rate=Rate("about 9 % a month", "doubles in 79 days"),
    symptoms=(
        Symptom("pain", "Pain (0–10)", "4", 4, AT, change_words="before that 1", notable=True),
        Symptom("warmth", "Warmth", "not recorded"),
    ),
    findings=(FindingLine("growth.rapid", "1", "soon", "Soon", "8 readings", "NICE NG12", False),),
    findings_words="",
    examinations=(EXAM,),
    treatments=(Treatment(replace(EXAM, kind="drained", label="Drained"), (), "pain 6 to 2"),),
    charts=(CHART,),
    photos=(PhotoDay(date(2026, 5, 3), "3 May 2026", (PhotoLine(LUMP, "e", AT, "Sunday 3 May 2026"),)),),
    log=(LogLine("l", AT, "entry", "Entry", (), note=HOSTILE, words="24 mm"),),
)
REPORT = Report(AT, Who("Sam", "Sam, about 42 years", conditions_words="diabetes", timezone="Europe/London"), (ONE,), None,
                "Measured at home.", "Made by the patient, not a diagnosis.", "abc123", photos_shared=True)  # fmt: skip

ORDER = ["Sam, about 42 years", "diabetes", "Lower back, left side", "Noticed in January", "Size now and change",
         "24 mm on 3 May 2026", "+12 %", "about 9 % a month", "Symptoms now", "before that 1", "Findings", "NICE NG12",
         "Examinations", "told: solid", "Treatments", "pain 6 to 2", "Over time", "It grew.", "Photos", "The log"]  # fmt: skip


def page(report: Report, **more: Any) -> str:
    return render_to_string("share/view.html", {"report": report, **more})


def test_order() -> None:
    body = page(REPORT)
    places = [body.find(word, body.index("<main")) for word in ORDER]
    assert -1 not in places and places == sorted(places)


def test_nothing_inline_no_script_no_card_no_icon() -> None:
    body = page(REPORT)
    assert faults(body) == set() == words(body)
    assert "<script" not in body and "sprite.svg" not in body and 'class="card' not in body
    assert "&lt;script&gt;" in body  # the patient's own words, as words


def test_times_are_the_patients() -> None:
    assert "3 May 2026, 09:30" in page(REPORT)  # British summer time


def test_what_was_never_recorded_takes_one_line() -> None:
    body = page(REPORT)
    assert "Never recorded: Warmth." in body and body.count("Warmth") == 1


def test_every_chart_has_its_sentence_as_alt_text_and_its_table() -> None:
    body = page(REPORT)
    assert f'src="/s/chart/{LUMP}/trend.svg"' in body and 'alt="It grew."' in body
    assert re.search(r"<caption>Sizes</caption>.*?<td>24</td>", body, re.S)


def test_tables_scroll_in_a_box_that_a_keyboard_reaches() -> None:
    body = page(REPORT)
    boxes = re.findall(r'<div class="scroll"([^>]*)>\s*<table', body)
    assert len(boxes) == body.count("<table") >= 4
    assert all('tabindex="0"' in box and 'role="region"' in box and "aria-label" in box for box in boxes)


@pytest.mark.parametrize("shared", [True, False])
def test_photos_only_where_they_are_shared(shared: bool) -> None:
    body = page(replace(REPORT, photos_shared=shared, lumps=(replace(ONE, photos=ONE.photos if shared else ()),)))
    assert (f"/s/photo/{LUMP}/thumb.jpg" in body) == shared == ("Photos side by side" in body)


def test_several_lumps_begin_with_one_table() -> None:
    two = replace(
        ONE,
        id="01a203d0-9905-78d9-8a0b-cf88fc4fca44",
        size=None,
        changes=(),
        findings=(),
        examinations=(),
        treatments=(),
    )
    body = page(replace(REPORT, lumps=(ONE, two), overview=replace(CHART, key="overview")))
    start = body.index('class="summary"')
    summary = body[start : body.index("</table>", start)]
    assert summary.count("<tr ") == 3 and 'href="#lump-2"' in summary and "<strong>Soon:</strong> 8 readings" in summary
    assert 'src="/s/chart/overview.svg"' in body
    assert "No size was recorded." in body and body.count("None recorded.") == 2
    ids = re.findall(r'\sid="([^"]+)"', body)
    assert len(ids) == len(set(ids))


def test_unlock_page_works_without_script_and_keeps_the_code_after_a_wrong_passcode(rf: Any) -> None:
    told = {"error": "No.", "token": 'a"b', "viewer": "Dr Lee"}
    body = render_to_string("share/unlock.html", told, request=rf.post("/s/"))
    assert re.search(r'<input type="text" id="token" name="token" value="a&quot;b"', body)
    assert 'value="Dr Lee"' in body and 'role="alert"' in body
    assert faults(body) == set() == words(body)
    assert re.findall(r"<script[^>]*>", body) == ['<script src="/static/share/unlock.js">']
