"""Between two moments that `next_change` names, time alone changes nothing."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.rules.made import at, entry, event, history
from tracker.rules.assess import When, walk
from tracker.rules.facts import History
from tracker.rules.wake import next_change

STEP = timedelta(hours=3)
SIGNS: tuple[dict[str, Any], ...] = (
    {"discharge": "pus"}, {"redness": 2, "pain": 5}, {"redness": 1}, {"warmth": True, "tenderness": 2},
    {"length_mm": 20.0, "method": "ruler"}, {"length_mm": 45.0, "method": "ruler"}, {"pain": 6}, {"spreading": True},
    {"length_mm": 28.0, "method": "ruler", "redness": 1}, {"temperature_c": 38.5},
)  # fmt: skip
EVENTS = ("antibiotics_started", "examined", "injury", "removed", "drained", "acknowledged", "antibiotics_stopped")
SITES = ("lower_back", "neck", "breast", "face")


def made_up(seed: int) -> History:
    chance = random.Random(seed)
    days = sorted(chance.uniform(0, 12) for _ in range(chance.randint(1, 4)))
    entries = [entry(day, **{**chance.choice(SIGNS), **chance.choice(SIGNS)}) for day in days]
    kinds = [chance.choice(EVENTS) for _ in range(chance.randint(0, 3))]
    events = sorted(
        (event(chance.uniform(0, 13), kind, "infection.signs" if kind == "acknowledged" else "") for kind in kinds),
        key=lambda each: each.at,
    )
    more: dict[str, Any] = {
        "site": chance.choice(SITES), "noticed_after": chance.choice((None, "injury")), "birth_year": 1951,
        "conditions": chance.choice(((), ("blood_thinners",), ("diabetes",))), "timezone": "Europe/London",
    }  # fmt: skip
    return history(*entries, events=tuple(events), **more)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_changes_unnoticed(seed: int) -> None:
    told = made_up(seed)
    start = at(14)
    looks = [When(start + STEP * number) for number in range(50 * 8)]
    before: Any = None
    for look in walk(told, looks):
        said = {(finding.rule, finding.urgency, finding.quiet) for finding in look.findings}
        if before is not None and said != before[1]:
            moment = next_change(told, before[0])
            assert moment is not None and moment <= look.at, (before, look.at, said ^ before[1], moment)
        before = (look.at, said)


def test_there_is_an_end_to_it() -> None:
    old = history(entry(0, length_mm=20.0, method="ruler"))
    assert next_change(old, at(60)) is None
    assert next_change(history(), at(0)) is None


def test_antibiotics_and_two_weeks() -> None:
    told = history(entry(0, redness=1), events=(event(0.5, "antibiotics_started"),))
    moments, now = [], at(0.6)
    while (moment := next_change(told, now)) is not None and moment < at(29):
        moments.append((moment - at(0)).total_seconds() / 86400)
        now = moment
    assert [round(days, 2) for days in moments] == [2.5, 3.5, 13.65, 14.0, 14.5, 14.65, 21.65, 27.65, 28.5, 28.65]
