"""The soak's own instruments: would it see a loss, a double, an error, a process that grows?"""

from pathlib import Path
from typing import Any

import pytest

from tests.soak import memory, telling
from tests.soak.figures import ANSWERED, Tries, Try, percentile
from tests.soak.ledger import KEPT, SENT, Ledger
from tests.soak.truth import QUERIES, Truth, judge

Rows = dict[str, list[tuple[Any, ...]]]
LINES: list[dict[str, Any]] = [
    {"deed": SENT, "kind": "entry", "id": "e1", "note": "trial e1"},
    {"deed": KEPT, "kind": "entry", "id": "e1", "lump": "l", "length_mm": 20.0, "note": "trial e1"},
    {"deed": SENT, "kind": "entry", "id": "e2", "note": "trial e2"},  # its answer never came
    {"deed": KEPT, "kind": "photo", "id": "p", "entry": "e1", "sha256": "s"},
    {"deed": KEPT, "kind": "link", "id": "k"},
    {"deed": KEPT, "kind": "opening", "id": "k"},
    {"deed": KEPT, "kind": "acknowledgement", "id": "a"},
]
MAILS = ["<d@host>"]


@pytest.fixture
def rows() -> Rows:
    """What the tables hold where all is well."""
    good: Rows = {
        "entry": [("e1", "l", 20.0, "trial e1", 1), ("e2", "l", 21.0, "trial e2", 1)],
        "photo": [("p", "e1", "s", "ready", "m")],
        "link": [("k", 1)],
        "acknowledgement": [("a",)],
        "pressing": [("a",)],
        "notice": [("u", "alert:a:1")],
        "delivery": [("d", "n", "email", None, "sent")],
        "revision": [],
    }
    assert good.keys() == QUERIES.keys()
    return good


def found(truth: Truth) -> dict[str, tuple[int, int]]:
    """(lost, doubled) of what is not as it should be."""
    return {count.what: (count.lost, count.doubled) for count in truth.counts if count.lost or count.doubled}


def test_where_all_is_there_once_nothing_is_said(rows: Rows) -> None:
    truth = judge(LINES, rows, MAILS)
    assert truth.held and found(truth) == {}
    assert truth.counts[0].acknowledged == 1  # that e2 is there as well is no fault: it was sent


@pytest.mark.parametrize(
    ("table", "instead", "what", "counts"),
    [
        ("entry", [("e2", "l", 21.0, "trial e2", 1)], "entries", (1, 0)),
        ("entry", [("e1", "l", 19.0, "trial e1", 1)], "entries", (1, 0)),
        ("entry", [("e1", "l", 20.0, "trial e1", 1), ("e9", "l", 20.0, "trial e1", 1)], "entries", (0, 2)),
        ("entry", [("e1", "l", 20.0, "trial e1", 2)], "entries", (0, 1)),
        ("revision", [("e1",)], "entries", (0, 1)),
        ("photo", [], "photos", (1, 0)),
        ("photo", [("p", "e1", "other", "ready", "m")], "photos", (1, 0)),
        ("photo", [("p", "e1", "s", "processing", "")], "photos", (1, 0)),
        ("photo", [("p", "e1", "s", "ready", "m"), ("p2", "e1", "s", "ready", "m")], "photos", (0, 1)),
        ("link", [], "links and their openings", (2, 0)),
        ("link", [("k", 0)], "links and their openings", (1, 0)),
        ("acknowledgement", [], "answers to alerts", (1, 0)),
        ("notice", [], "alerts that press, each with its notice", (1, 0)),
        ("delivery", [("d", "n", "email", None, "sent"), ("d2", "n", "email", None, "sent")], "messages by mail", (1, 1)),
        ("delivery", [], "messages by mail", (0, 1)),
    ],
)  # fmt: skip
def test_what_is_missing_or_there_twice_is_seen(
    rows: Rows, table: str, instead: list[tuple[Any, ...]], what: str, counts: tuple[int, int]
) -> None:
    truth = judge(LINES, {**rows, table: instead}, MAILS)
    assert found(truth) == {what: counts} and not truth.held


def test_a_mail_that_never_came_is_lost_and_a_second_copy_is_counted_apart(rows: Rows) -> None:
    assert found(judge(LINES, rows, [])) == {"messages by mail": (1, 0)}
    truth = judge(LINES, rows, MAILS * 2)
    assert truth.held and truth.rest["mails that came a second time under the same Message-ID"] == 1


def test_a_photo_whose_file_is_gone_is_lost(rows: Rows, tmp_path: Path) -> None:
    assert found(judge(LINES, rows, MAILS, tmp_path)) == {"photos": (1, 0)}
    (tmp_path / "m").touch()
    assert judge(LINES, rows, MAILS, tmp_path).held


def test_the_ledger_gives_back_what_was_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.sent("entry", "1", note="ünchanged")
    ledger.kept("entry", "1", length_mm=20.5)
    assert [line["deed"] for line in ledger.lines()] == [SENT, KEPT]
    assert next(iter(ledger.lines()))["note"] == "ünchanged"
    ledger.close()


def test_percentiles_errors_and_second_tries() -> None:
    assert [percentile(range(1, 101), share) for share in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7], 99) == 7 and percentile([], 50) == 0
    tries = Tries()
    for place in range(10):
        tries.add(Try("PUT", place, 0.1, ANSWERED))
    tries.add(Try("PUT", 12, 9.0, "503"))
    tries.add(Try("PUT", 13, 0.2, ANSWERED, first=False))
    tries.add(Try("GET", 14, 0.3, "cut"))
    tries.give_up("GET")
    get, put, both = tries.table()
    assert (put.requests, put.retries, put.errors, put.given_up) == (11, 1, {"503": 1}, 0)
    assert put.slowest == 200  # what failed is counted apart
    assert (get.errors, get.given_up, both.requests, both.given_up) == ({"cut": 1}, 1, 12, 1)
    assert tries.errors_between(11, 14) == {"503": 1}
    assert tries.over_time() == [(5.0, 100.0), (15.0, 200.0)]


def test_a_process_that_grows_is_told_from_one_that_does_not() -> None:
    def life(name: str, pid: int, size: float, each: float, samples: int = 60) -> list[memory.Sample]:
        return [memory.Sample(10.0 * place, name, pid, size + each * place, 5.0 * place) for place in range(samples)]

    told = memory.courses(
        [*life("a", 1, 100, 0), *life("b", 2, 100, 2), *life("c", 3, 100, 0, 3), *life("b", 4, 90, 0)]
    )
    assert [(one.name, one.flat) for one in told] == [("a", True), ("b", False), ("b", True), ("c", None)]
    assert told[1].an_hour == pytest.approx(720) and told[1].core == pytest.approx(0.5)


def test_a_run_is_told_whole_and_put_in_its_place(tmp_path: Path, rows: Rows) -> None:
    tries = Tries()
    tries.add(Try("PUT entry", 1, 0.1, ANSWERED))
    samples = [memory.Sample(10.0 * place, "web 1", 1, 100) for place in range(20)]
    run = telling.Run(
        {"when": "today"}, tries.table(), [telling.Accident("worker 1 killed", 65, 70, {"503": 2})],
        judge(LINES, rows, MAILS), {"a receipt for other bytes": 0}, memory.courses(samples), tries.over_time(),
    )  # fmt: skip
    text = telling.markdown(run)
    assert "| PUT entry | 1 | 100 | 100 | 100 | 100 | 0 | 0 | 0 |" in text
    assert "| worker 1 killed | 1:05 | 5 s | 2 503 |" in text and "| entries | 1 | 0 | 0 |" in text
    assert run.kept_its_word and run.flat
    page = tmp_path / "load.md"
    page.write_text(f"before\n{telling.BEGIN}\nthe former run\n{telling.END}\nafter\n")
    telling.put_into(page, text)
    telling.put_into(page, text)
    told = page.read_text()
    assert told.startswith("before") and told.endswith("after\n") and "former" not in told and told.count(text) == 1
    telling.write(run, tmp_path / "soak.json")
    telling.draw(run, samples, tmp_path / "load.png")
    assert (tmp_path / "load.png").stat().st_size > 5_000
    page.write_text("no place")
    with pytest.raises(ValueError, match="no place"):
        telling.put_into(page, text)
