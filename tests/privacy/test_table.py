"""A spreadsheet's table as entries: columns, units and dates guessed, shown first, and taken once."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tracker.diary.sheet import KEYS, Sheet, read_sheet
from tracker.models import Entry

LUMP, ZONE = UUID("0198c1a0-0000-7000-8000-000000000002"), ZoneInfo("Europe/London")


def read(text: str, **how: Any) -> Sheet:
    return read_sheet(text, lump=LUMP, zone=ZONE, **how)


def first(text: str, **how: Any) -> dict[str, Any]:
    body = read(text, **how).rows[0][1]
    assert body is not None
    return body


@pytest.mark.parametrize(
    ("head", "unit"),
    [("Date,Length (cm)", "cm"), ("date,size in mm", "mm"), ("day,Diameter [inches]", "in"), ("date,length_mm", "mm"),
     ("date,length", "mm")],
)  # fmt: skip
def test_the_unit_of_a_column_stands_in_its_name(head: str, unit: str) -> None:
    assert read(f"{head}\n2026-01-03,2\n").unit == unit


@pytest.mark.parametrize(
    ("cells", "at", "sure"),
    [
        (["2026-01-03"], "2026-01-03T12:00:00+00:00", True),
        (["03/01/2026"], "2026-01-03T12:00:00+00:00", False),
        (["03/01/2026", "25/01/2026"], "2026-01-03T12:00:00+00:00", True),
        (["03/01/2026", "01/25/2026"], "2026-03-01T12:00:00+00:00", True),
        (["3.7.26 08:05"], "2026-07-03T08:05:00+01:00", False),
        (["3 Jan 2026"], "2026-01-03T12:00:00+00:00", True),
        (["January 3, 2026 9:30 pm"], "2026-01-03T21:30:00+00:00", True),
        (["2026-01-03T08:30:00+05:45"], "2026-01-03T08:30:00+05:45", True),
    ],
)
def test_days_are_read_as_people_write_them(cells: list[str], at: str, sure: bool) -> None:
    sheet = read("date;length\n" + "".join(f"{cell};21\n" for cell in cells))
    assert sheet.rows[0][1] is not None and sheet.rows[0][1]["measured_at"] == at
    assert sheet.sure is sure


def test_sizes_keep_what_was_typed_and_a_cells_own_unit_wins() -> None:
    body = first('date\tLength (cm)\twidth\tpain\ttemp\tnotes\n2026-01-03\t2,1\t0.5 in\t3\t98.6\t"a, b"\n')
    assert (body["length_mm"], body["width_mm"]) == (21.0, 12.7)
    assert body["typed"] == {"length": "2.1 cm", "width": "0.5 in"}
    assert (body["pain"], body["temperature_c"], body["note"]) == (3, 37.0, "a, b")


def test_what_cannot_be_read_is_named_by_its_line() -> None:
    sheet = read(
        "date,length\n2026-01-03,21\nsoon,21\n2026-02-30,21\n2026-01-05,huge\n2026-01-06,999\n\n2099-01-01,3\n"
    )
    assert [(line, body is not None) for line, body, _why in sheet.rows] == [
        (2, True), (3, False), (4, False), (5, False), (6, False), (8, False),
    ]  # fmt: skip
    assert all(why for _line, body, why in sheet.rows if body is None)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read_or_named(text: str) -> None:
    sheet = read(text)
    assert set(sheet.columns) <= set(KEYS)
    read(f"date,length\n{text}")


def test_it_is_shown_first_taken_once_and_only_by_who_may_write(cast: Cast) -> None:
    table = {"text": "When,Size (cm)\n03/01/2026,2.1\n04/01/2026,2.2\nnonsense,1\n"}
    path = f"/api/import/table/?lump={cast.lump.pk}"
    before = Entry.objects.count()
    shown = cast.carol.token.post_json(f"{path}&dry_run=1", table).json()
    assert (shown["added"], shown["columns"], shown["unit"], shown["sure"]) == (
        2,
        {"date": 0, "length": 1},
        "cm",
        False,
    )
    assert shown["rows"][0]["length_mm"] == 21.0 and shown["refused"][0]["path"] == "line 4"
    assert Entry.objects.count() == before
    told = cast.carol.token.post_json(path, {**table, "dates": "mdy"}).json()
    assert (told["added"], told["rows"][0]["measured_at"][:10]) == (2, "2026-03-01")
    assert cast.carol.token.post_json(path, {**table, "dates": "mdy"}).json()["same"] == 2
    assert cast.victor.token.post_json(path, table).status_code == 403
    assert cast.bob.token.post_json(path, table).status_code == 404
    none = cast.carol.token.post_json(path, {"text": "a,b\n1,2\n"}).json()
    assert none["added"] == 0 and none["refused"][0]["path"] == ""
    assert cast.carol.token.post_json(path, {**table, "columns": {"date": 60}}).status_code == 400
