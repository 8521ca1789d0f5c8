"""`manage.py replay` as another program sees it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.diary.made import ID, a_diary, an_entry, an_event

ROOT = Path(__file__).parents[2]
WEEKS = [an_entry(10 + n, f"2026-{1 + n // 4:02d}-{3 + 7 * (n % 4):02d}T08:30:00+00:00", length_mm=20 + n, method="ruler")
         for n in range(8)]  # fmt: skip


def replayed(tmp_path: Path, body: Any, *options: str) -> list[dict[str, Any]]:
    path = tmp_path / "diary.json"
    path.write_text(json.dumps(body))
    out = io.StringIO()
    call_command("replay", str(path), "--jsonl", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_the_documented_keys(tmp_path: Path) -> None:
    lines = replayed(tmp_path, a_diary(*WEEKS))
    assert [line["entry"] for line in lines] == [entry["id"] for entry in WEEKS]
    for line in lines:
        assert list(line) == ["lump", "at", "entry", "findings", "urgency", "growth"]
        assert list(line["growth"]) == [
            "readings", "percent_per_month", "low", "high", "doubling_days", "doubling_low", "doubling_high", "p_growing",
            "p_rapid", "since", "next_mm",
        ]  # fmt: skip
        for finding in line["findings"]:
            assert list(finding) == ["rule", "version", "urgency", "new", "quiet", "because", "source"]
            assert finding["because"]
    assert [line["growth"]["readings"] for line in lines] == list(range(1, 9))
    assert [line["growth"]["percent_per_month"] is None for line in lines] == [True] * 3 + [False] * 5


def test_at_stands_as_in_the_file_and_time_orders_the_looks(tmp_path: Path) -> None:
    late, early = an_entry(3, "2026-01-10T09:00:00+05:30", pain=1), an_entry(4, "2026-01-10T03:29:00.5Z", pain=1)
    lines = replayed(tmp_path, a_diary(late, early))
    assert [line["at"] for line in lines] == ["2026-01-10T03:29:00.5Z", "2026-01-10T09:00:00+05:30"]


def test_lumps_come_in_the_files_order(tmp_path: Path) -> None:
    body = a_diary(an_entry(3, "2026-02-10T09:00:00Z"))
    other = {**body["people"][0]["lumps"][0], "id": ID.format(70), "entries": [an_entry(71, "2026-01-01T09:00:00Z")]}
    body["people"][0]["lumps"].append(other)
    assert [line["lump"] for line in replayed(tmp_path, body)] == [ID.format(2), ID.format(70)]


def test_entries_of_one_time_are_each_a_look(tmp_path: Path) -> None:
    same = [an_entry(n, "2026-01-10T08:30:00Z", length_mm=20) for n in (5, 4, 3)]
    lines = replayed(tmp_path, a_diary(*same))
    assert [line["growth"]["readings"] for line in lines] == [1, 2, 3]
    assert lines == replayed(tmp_path, a_diary(*reversed(same)))


def test_next_mm(tmp_path: Path) -> None:
    entries = [an_entry(3, "2026-01-01T08:30:00Z", length_mm=20, width_mm=15), an_entry(4, "2026-01-08T08:30:00Z", length_mm=20),
               an_entry(5, "2026-01-15T08:30:00Z", pain=1), an_entry(6, "2026-01-22T08:30:00Z", length_mm=20, width_mm=9),
               an_entry(7, "2026-01-29T08:30:00Z", length_mm=5)]  # fmt: skip
    cut = an_event("drained", "2026-01-25T00:00:00Z")
    nexts = [line["growth"]["next_mm"] for line in replayed(tmp_path, a_diary(*entries, events=[cut]))]
    assert list(nexts[0]) == ["length"]
    assert nexts[1] is None  # the next entry has no size
    assert set(nexts[2]) == {"length", "width"}
    assert nexts[3] is None  # across a segment
    assert nexts[4] is None  # the last
    for low, high in nexts[0]["length"].values():
        assert 0 < low < 20 < high
    widths = [high - low for low, high in nexts[0]["length"].values()]
    assert list(nexts[0]["length"]) == ["50", "80", "95"]
    assert widths == sorted(widths)


def test_daily_looks(tmp_path: Path) -> None:
    body = a_diary(an_entry(3, "2026-03-28T08:30:00+00:00", length_mm=20), person={"timezone": "Europe/London"})
    lines = replayed(tmp_path, body, "--daily", "--until", "2026-04-13")
    assert [line["entry"] for line in lines[:2]] == [ID.format(3), None]
    assert [line["at"] for line in lines[1:3]] == ["2026-03-28T12:00:00+00:00", "2026-03-29T12:00:00+01:00"]
    assert lines[-1]["at"] == "2026-04-13T12:00:00+01:00"
    assert len(lines) == 18
    assert all(line["growth"]["next_mm"] is None for line in lines)
    new = [line["at"][:10] for line in lines if any(f["new"] and f["rule"] == "persistent" for f in line["findings"])]
    assert new == ["2026-04-12"]  # the fifteenth day after


def test_daily_looks_end_with_the_last_fact(tmp_path: Path) -> None:
    body = a_diary(an_entry(3, "2026-01-01T13:00:00Z"), events=[an_event("other", "2026-01-03T01:00:00Z")])
    assert [line["at"] for line in replayed(tmp_path, body, "--daily")] == [
        "2026-01-01T13:00:00Z", "2026-01-02T12:00:00+00:00", "2026-01-03T12:00:00+00:00",
    ]  # fmt: skip


def test_a_lump_without_entries_has_no_look(tmp_path: Path) -> None:
    assert replayed(tmp_path, a_diary(events=[an_event("injury", "2026-01-01T00:00:00Z")]), "--daily") == []


def test_text_for_people(tmp_path: Path) -> None:
    path = tmp_path / "diary.json"
    path.write_text(json.dumps(a_diary(an_entry(3, discharge="pus"))))
    out = io.StringIO()
    call_command("replay", str(path), stdout=out)
    assert "same_day  infection.spreading [new]: pus" in out.getvalue()


def test_a_bad_file_prints_nothing_on_standard_output(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        replayed(tmp_path, a_diary(an_entry(3), an_entry(4, pain=11)))
    assert caught.value.returncode == 2
    assert str(caught.value).startswith("people[0].lumps[0].entries[1].pain: ")


def run(path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "replay", str(path), *options], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_as_a_process_without_a_database(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(a_diary(*WEEKS)))
    bad.write_text(json.dumps(a_diary(an_entry(3, lenght_mm=2))))
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "VAR_DIR": str(tmp_path / "var")}
    done = run(good, "--jsonl", **nowhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == len(WEEKS)
    for path in (bad, tmp_path / "none.json"):
        refused = run(path, "--jsonl", **nowhere)
        assert (refused.returncode, refused.stdout) == (2, "")
    assert "people[0].lumps[0].entries[0].lenght_mm: is not a key of this format" in run(bad, **nowhere).stderr
    assert not list((tmp_path / "var").glob("*.sqlite3"))
