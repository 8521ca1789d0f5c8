"""What is remembered between looks at one diary changes how long a look takes, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.growth import run
from tests.rules.test_clinical_cases import _person
from tracker.diary.reading import lumps_of, parse_diary
from tracker.rules import folding
from tracker.rules.assess import assess, growth_at, in_order
from tracker.rules.facts import Finding, History

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "clinical_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    run._stood.clear()
    folding._stood.clear()


def histories() -> Iterator[History]:
    for case in CASES[::2]:
        diary = parse_diary(json.dumps({"format": "lump-diary/1", "people": [_person(case)]}).encode())
        for read in lumps_of(diary):
            yield in_order(read.history)


def look(history: History) -> tuple[list[Finding], Any]:
    return assess(history, history.entries[-1].at), growth_at(history, history.entries[-1].at)


def test_a_diary_that_grows_entry_by_entry_is_told_the_same_as_one_read_at_once() -> None:
    looks = 0
    for history in histories():
        for n in range(1, len(history.entries) + 1):
            part = replace(history, entries=history.entries[:n])
            warm = look(part)
            kept = run._stood._things.copy(), folding._stood._things.copy()
            forget()
            assert look(part) == warm
            run._stood._things, folding._stood._things = kept
            looks += 1
    assert looks > 500


def test_a_reading_mended_afterwards_is_not_taken_for_the_one_it_was() -> None:
    history = max(histories(), key=lambda each: len(each.entries))
    before = look(history)
    mended = replace(history.entries[1], length_mm=77, pain=9, warmth=True)
    other = replace(history, entries=(history.entries[0], mended, *history.entries[2:]))
    warm = look(other)
    forget()
    assert look(other) == warm
    assert look(history) == before
