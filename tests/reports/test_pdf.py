"""The report on paper: accessible, two pages, every fact of the first screen as text, and nothing that was not asked for."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from tests.cast import Cast, make_cast, make_entry, make_event, make_lump

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from tracker.reports.shapes import LumpReport, Report


@pytest.fixture
def cast(db: Any) -> Cast:
    """Alice with two years of a lump that grows, an examination, a treatment, and a note."""
    cast = make_cast()
    for week in range(0, 104, 4):
        make_entry(
            cast.lump, days_ago=728 - 7 * week, length_mm=20 + week / 10, width_mm=15.0, method="caliper", pain=week // 4 % 4,
            redness=0, firmness="rubbery", note="secret note" if week == 52 else "",
        )  # fmt: skip
    make_event(cast.lump, days_ago=300, kind="ultrasound", detail="told: 26 mm, fat")
    make_event(cast.lump, days_ago=100, kind="antibiotics_started", detail="a week of tablets")
    return cast


def pdf(cast: Cast, **query: Any) -> bytes:
    answer = cast.alice.token.read(f"/api/people/{cast.person.pk}/report.pdf", **query)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def pages(data: bytes) -> list[str]:
    """The text of each page, in one line."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def flat(words: str) -> str:
    return " ".join(words.split())


def first_screen(report: Report, lump: LumpReport) -> list[str]:
    """Every fact that the page's first screen tells of a lump."""
    assert lump.size is not None
    facts = [
        report.who.words,
        lump.where.words,
        lump.where.since_words[1:],
        report.who.conditions_words,
        lump.size.words,
    ]
    facts += [lump.size.volume_words, lump.size.method_words, lump.rate.words, lump.rate.doubling_words]
    facts += [part for change in lump.changes for part in (change.label, change.words)]
    facts += [
        part for seen in lump.symptoms if seen.recorded_at for part in (seen.label, seen.words, seen.change_words)
    ]
    facts += [part for line in lump.findings for part in (line.urgency_words, line.words, line.source)]
    facts += [part for event in lump.examinations for part in (event.label, event.detail)]
    facts += [axis.words for axis in lump.size.axes]
    facts += [part for care in lump.treatments for part in (care.event.label, care.words)]
    return facts


def test_one_lump_is_two_pages_with_every_fact_of_the_first_screen_as_text(cast: Cast) -> None:
    from tracker.models import Lump
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    found = pages(pdf(cast))
    assert len(found) <= 2
    text = " ".join(found)
    report = report_for(
        list(Lump.objects.filter(pk=cast.lump.pk).select_related("person")), Scope(at=datetime.now(UTC))
    )
    (lump,) = report.lumps
    assert lump.size is not None
    assert lump.findings
    facts = [*first_screen(report, lump), lump.charts[0].sentence, report.footer, report.fingerprint, "not a diagnosis"]
    missing = [fact for fact in facts if fact and flat(fact) not in text]
    assert not missing
    order = ["Conditions", "Size now", "Symptoms now", "Findings by", "Examinations", "Size over"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_it_is_tagged_and_says_its_title_and_language(cast: Cast) -> None:
    data = pdf(cast)
    assert b"/StructTreeRoot" in data
    assert b"pdfuaid:part>1<" in data
    assert b"/Lang" in data
    assert re.search(rb"/DisplayDocTitle true", data)


def test_plots_are_lines_and_not_pictures(cast: Cast) -> None:
    make_entry(make_lump(cast.person, "Neck", site="neck"), days_ago=3, length_mm=12.0)
    document = pypdfium2.PdfDocument(pdf(cast, plots=1))
    try:
        kinds = [part.type for page in document for part in page.get_objects(max_depth=15)]
    finally:
        document.close()
    assert kinds.count(raw.FPDF_PAGEOBJ_IMAGE) == 0
    assert kinds.count(raw.FPDF_PAGEOBJ_PATH) > 100


def test_what_goes_in_is_chosen(cast: Cast) -> None:
    plain, whole = " ".join(pages(pdf(cast))), " ".join(pages(pdf(cast, numbers=1, log=1, notes=1)))
    assert "secret note" not in " ".join(pages(pdf(cast, log=1)))
    assert "secret note" in whole
    assert len(whole) > 3 * len(plain)
    assert cast.alice.token.read(f"/api/people/{cast.person.pk}/report.pdf", paper="a5").status_code == 400


def test_several_lumps_begin_with_all_of_them_at_a_glance(cast: Cast) -> None:
    for name, site in (("Neck", "neck"), ("Thigh", "thigh")):
        lump = make_lump(cast.person, name, site=site)
        for week in range(5):
            make_entry(lump, days_ago=140 - 28 * week, length_mm=12.0)
    found = pages(pdf(cast))
    assert len(found) <= 3
    assert all(place in found[0] for place in ("Lower back", "Neck", "Thigh", "All lumps at a glance"))


def test_letter_is_another_sheet_and_the_same_facts_are_the_same_bytes(cast: Cast, monkeypatch: Any) -> None:
    a4, letter = (pypdfium2.PdfDocument(pdf(cast, paper=paper)) for paper in ("a4", "letter"))
    assert [round(side) for side in a4[0].get_size()] == [595, 842]
    assert [round(side) for side in letter[0].get_size()] == [612, 792]
    a4.close()
    letter.close()
    moment = datetime.now(UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    assert pdf(cast) == pdf(cast)


def test_photos_come_after_and_only_those_that_may_be_shared(cast: Cast) -> None:
    from tracker.actions import photo_work, photos
    from tracker.models import Photo
    from tracker.models.base import uuid7

    ids = [uuid7() for _ in range(3)]
    for shade, pk in enumerate(ids):
        photos.attach_photo(user=cast.alice.user, pk=pk, entry_id=cast.entry.pk, data=picture(90 + 30 * shade))
        photo_work.process_photo(pk=pk)
    Photo.objects.filter(pk=ids[0]).update(never_share=True)

    def pictures(data: bytes) -> int:
        return data.count(b"/DCTDecode")

    assert pictures(pdf(cast)) == 0
    with_photos = pdf(cast, photos=1)
    assert pictures(with_photos) == 2
    assert "photos side by side, newest first" in pages(with_photos)[-1]
    victors = cast.victor.token.read(f"/api/people/{cast.person.pk}/report.pdf", photos=1)
    assert pictures(bytes(victors.content)) == 0


def test_an_emoji_in_a_note_is_told_by_its_name_and_the_pdf_stays_accessible(cast: Cast) -> None:
    cast.entry.note = "Sore \U0001f62c\U0001f3fd but well \u2764\ufe0f, 5 \u2192 3 \u00b0C"
    cast.entry.save()
    data = pdf(cast, log=1, notes=1)
    assert b"pdfuaid:part>1<" in data
    assert "Sore [grimacing face] but well [heavy black heart], 5 → 3 °C" in " ".join(pages(data))


def test_four_lumps_are_two_pages_with_the_first_screen_of_each(cast: Cast) -> None:
    from tracker.models import Lump
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    for name, site in (("Neck", "neck"), ("Thigh", "thigh"), ("Arm", "forearm")):
        lump = make_lump(cast.person, name, site=site)
        for week in range(0, 52, 2):
            make_entry(
                lump, days_ago=364 - 7 * week, length_mm=12.0 + week / 9, width_mm=11, method="ruler", pain=week // 48,
                tenderness=0, redness=week // 50, warmth=False, discharge="none", temperature_c=36.9, firmness="soft",
                mobility="moves", shape="oval", skin=[], unwell=[],
            )  # fmt: skip
        make_event(lump, days_ago=90, kind="ultrasound", detail="told: looks like fat, no need to come back")
        make_event(lump, days_ago=30, kind="antibiotics_started", detail="a week of tablets")
    for paper in ("a4", "letter"):
        found = pages(pdf(cast, paper=paper))
        assert len(found) == 2
        text = " ".join(found)
        lumps = list(Lump.objects.filter(person=cast.person).select_related("person"))
        report = report_for(lumps, Scope(at=datetime.now(UTC)))
        places = [text.rindex(f"{one.where.words} ({one.name})") for one in report.lumps]
        assert places == sorted(places)  # the most urgent first
        facts = [fact for one in report.lumps for fact in first_screen(report, one) if fact]
        assert [fact for fact in facts if flat(fact) not in text] == []


def test_a_sign_without_a_font_costs_a_box_and_not_the_report() -> None:
    from tracker import typeset

    source = '#set document(title: "t")\n#set text(font: "Atkinson Hyperlegible Next")\n#json("report.json").name'
    for name in ("Wang 王", "😀 lump", "bell \x07", "ไทย"):
        made = typeset.compile(source, files={"report.json": json.dumps({"name": name}).encode()})
        assert made.startswith(b"%PDF-") and b"StructTreeRoot" in made
