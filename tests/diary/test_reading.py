"""From the file to what the rules know, and back to a file."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.diary.made import a_diary, an_entry, an_event
from tracker.diary.checking import BadDiary
from tracker.diary.reading import lumps_of, read_diary
from tracker.diary.writing import diary_bytes, write_archive

DIARY = a_diary(
    an_entry(3, "2026-01-10T10:30:00+02:00", length_mm=20.32, skin=[], unwell=["aches"], pain=2.0),
    events=[an_event("injury", "2026-01-09T08:30:00Z", detail=None)],
    person={"conditions": ["diabetes"], "timezone": None},
    first_noticed_on="2026-01-03",
)


def test_facts_are_as_recorded() -> None:
    (lump,) = lumps_of(DIARY)
    of = lump.history
    (entry,) = of.entries
    assert entry.at == datetime(2026, 1, 10, 8, 30, tzinfo=UTC)
    assert (entry.length_mm, entry.width_mm, entry.pain) == (20.3, None, 2)
    assert (entry.skin, entry.unwell, entry.warmth) == (frozenset(), frozenset({"aches"}), None)
    assert of.events[0].detail == ""
    assert (of.conditions, of.timezone, of.first_noticed_on) == (frozenset({"diabetes"}), "UTC", date(2026, 1, 3))
    assert lump.stamp(entry) == "2026-01-10T10:30:00+02:00"


def test_a_folder_a_zip_and_a_bare_file_are_the_same(tmp_path: Path) -> None:
    bare = tmp_path / "diary.json"
    bare.write_bytes(diary_bytes(DIARY["people"]))
    with (tmp_path / "all.zip").open("wb") as target:
        write_archive(target, DIARY["people"], [("photos/a.jpg", b"picture")])
    assert read_diary(bare) == read_diary(tmp_path) == read_diary(tmp_path / "all.zip") == DIARY
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.read("photos/a.jpg") == b"picture"


def test_the_same_facts_are_the_same_archive() -> None:
    one, two = io.BytesIO(), io.BytesIO()
    for target in (one, two):
        write_archive(target, DIARY["people"], [("photos/a.jpg", b"picture")])
    assert one.getvalue() == two.getvalue()


def test_a_bad_diary_is_never_written() -> None:
    with pytest.raises(BadDiary, match=r"people\[0\]\.name"):
        diary_bytes([{**DIARY["people"][0], "name": None}])


@pytest.mark.parametrize("content", [{"photos/a.jpg": b""}, {"diary.json": b"{"}])
def test_a_wrong_zip_is_refused(tmp_path: Path, content: dict[str, bytes]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    with pytest.raises(BadDiary):
        read_diary(tmp_path / "a.zip")


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as target:
        write_archive(target, DIARY["people"])
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[:40] + b"#" * 20 + whole[60:])
    with pytest.raises(BadDiary):
        read_diary(tmp_path / "a.zip")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.json", tmp_path):
        with pytest.raises(BadDiary, match="cannot read"):
            read_diary(path)


def test_what_was_written_is_plain_json() -> None:
    assert json.loads(diary_bytes(DIARY["people"])) == DIARY
