"""Rules about size, feel, place and time: one case that fires, one that just misses."""

from typing import Any

import pytest

from analytics.growth import Growth
from tests.rules.made import entry, event, history, last, looks
from tracker.rules import trend
from tracker.rules.facts import Entry, History


def sizes(*readings: tuple[float, float], **values: Any) -> tuple[Entry, ...]:
    return tuple(entry(day, length_mm=mm, method="ruler", **values) for day, mm in readings)


GROWING = sizes(*((7 * week, round(20 * 1.05**week, 1)) for week in range(14)))
STEADY = sizes(*((7 * week, 20 + week % 2) for week in range(14)))


def rules(of: History) -> set[str]:
    return set(last(of))


CASES: list[tuple[str, str, History, History]] = [
    ("growth.rapid", "steady", history(*GROWING), history(*STEADY)),
    ("size.golf_ball", "42 mm", history(*sizes((0, 43))), history(*sizes((0, 42.9)))),
    (
        "size.golf_ball", "median of three",
        history(*sizes((0, 43), (7, 40), (14, 44))), history(*sizes((0, 40), (7, 42), (14, 60))),
    ),
    (
        "size.golf_ball", "two readings are no median: the latest counts",
        history(*sizes((0, 40), (7, 43))), history(*sizes((0, 43), (7, 40))),
    ),
    (
        "size.golf_ball", "known unchanged", history(*sizes((0, 50)), known_unchanged_over_a_year=False),
        history(*sizes((0, 50)), known_unchanged_over_a_year=True),
    ),
    (
        "feel.hard_fixed", "each as last recorded",
        history(entry(0, firmness="hard"), entry(9, mobility="fixed"), entry(12)),
        history(entry(0, firmness="hard"), entry(9, mobility="fixed", firmness="firm"), entry(12)),
    ),
    ("feel.hard_fixed", "ulcer", history(entry(0, skin=["ulcer"])), history(entry(0, skin=["broken"]))),
    ("feel.hard_fixed", "bloody", history(entry(0, discharge="bloody")), history(entry(0, discharge="clear"))),
    ("feel.hard_fixed", "deep and growing", history(*GROWING, depth="deep"), history(*STEADY, depth="deep")),
    ("feel.hard_fixed", "growing, deep", history(*GROWING, depth="deep"), history(*GROWING, depth="skin")),
    (
        "returned", "28 days", history(*sizes((0, 20), (38, 9)), events=(event(10, "removed"),)),
        history(*sizes((0, 20), (37.9, 9)), events=(event(10, "removed"),)),
    ),
    (
        "returned", "against the latest removal",
        history(*sizes((0, 20), (38, 9)), events=(event(10, "removed"),)),
        history(*sizes((0, 20), (38, 9)), entry(50), events=(event(10, "removed"), event(40, "removed"))),
    ),
    ("site.breast_testicle", "site", history(entry(0), site="breast"), history(entry(0), site="chest")),
    ("site.breast_testicle", "site", history(entry(0), site="testicle"), history(entry(0), site="groin")),
    ("site.breast_testicle", "site", history(entry(0), site="vulva"), history(entry(0), site="groin")),
    ("node", "collarbone", history(entry(0), site="above_collarbone"), history(entry(0), site="neck")),
    ("node", "20 mm", history(*sizes((0, 20.1)), site="neck"), history(*sizes((0, 20)), site="neck")),
    ("node", "width too", history(entry(0, width_mm=21), site="groin"), history(entry(0, depth_mm=21), site="groin")),
    (
        "node", "night sweats", history(entry(0, unwell=["night_sweats"]), site="armpit"),
        history(entry(0, unwell=["aches"]), site="armpit"),
    ),
    (
        "node", "weight loss", history(entry(0, unwell=["weight_loss"]), site="armpit"),
        history(entry(0, unwell=["weight_loss"]), site="hip"),
    ),
    (
        "node", "3 weeks", history(entry(0), entry(22), site="neck"), history(entry(0), entry(21), site="neck"),
    ),
    (
        "node", "first noticed long ago", history(entry(0), site="neck", noticed_day=-22),
        history(entry(0), site="neck", noticed_day=-21),
    ),
    ("persistent", "2 weeks", history(entry(0), entry(15)), history(entry(0), entry(14))),
    ("persistent", "first noticed", history(entry(0), noticed_day=-15), history(entry(0), noticed_day=-14)),
    (
        "injury.not_settling", "day 42",
        history(*sizes((0, 30), (42, 28)), noticed_after="injury"),
        history(*sizes((0, 30), (41, 30)), noticed_after="injury"),
    ),
    (
        "injury.not_settling", "smaller beyond noise",
        history(*sizes((0, 30), (42, 25.5)), noticed_after="injury"),
        history(*sizes((0, 30), (42, 20)), noticed_after="injury"),
    ),
    (
        "injury.not_settling", "an event",
        history(*sizes((0, 30), (3, 30), (45, 30)), events=(event(1, "injury"),)),
        history(*sizes((0, 30), (3, 30), (45, 30)), events=(event(5, "injury"),)),
    ),
    (
        "injury.not_settling", "growing",
        history(*GROWING[:6], noticed_after="injury"), history(*GROWING[:6], noticed_after="nothing"),
    ),
    (
        "pain.rising", "two entries",
        history(entry(0, pain=1), entry(5, pain=1), entry(9, pain=3), entry(12, pain=3)),
        history(entry(0, pain=1), entry(5, pain=1), entry(9, pain=1), entry(12, pain=3)),
    ),
    (
        "pain.rising", "within 7 days",
        history(entry(0, pain=1), entry(5, pain=1), entry(9, pain=3), entry(16, pain=3)),
        history(entry(0, pain=1), entry(5, pain=1), entry(9, pain=3), entry(16.1, pain=3)),
    ),
    (
        "pain.rising", "30 per cent",
        history(entry(0, pain=6), entry(5, pain=6), entry(9, pain=8), entry(10, pain=8), events=(event(9, "drained"),)),
        history(entry(0, pain=7), entry(5, pain=7), entry(9, pain=9), entry(10, pain=9), events=(event(9, "drained"),)),
    ),
    (
        "size.jump", "20 % and 5 mm",
        history(*sizes((0, 25), (7, 25), (14, 25), (21, 30))), history(*sizes((0, 25), (7, 25), (14, 25), (21, 29.9))),
    ),
    ("size.jump", "5 mm", history(*sizes((0, 10), (7, 15))), history(*sizes((0, 10), (7, 14.9)))),
    (
        "size.jump", "agrees with the new level",
        history(*sizes((0, 25), (7, 25), (14, 25), (21, 35))),
        history(*sizes((0, 25), (7, 25), (14, 25), (21, 35), (22, 34))),
    ),
    (
        "size.jump", "agrees with neither",
        history(*sizes((0, 20), (7, 20), (14, 20), (21, 40), (22, 29))),
        history(*sizes((0, 20), (7, 20), (14, 20), (21, 40), (22, 20))),
    ),
    (
        "typo", "ten times",
        history(*sizes((0, 21), (7, 20), (14, 22), (21, 210))), history(*sizes((0, 21), (7, 20), (14, 22), (21, 150))),
    ),
    (
        "typo", "inches", history(*sizes((0, 21), (7, 20), (14, 22), (21, 0.8))),
        history(*sizes((0, 21), (7, 20), (14, 22), (21, 1.2))),
    ),
    (
        "typo", "confirmed", history(*sizes((0, 21), (7, 210))),
        history(*sizes((0, 21)), *sizes((7, 210), size_confirmed=True)),
    ),
    (
        "typo", "an injury", history(*sizes((0, 21), (7, 210)), events=(event(-1, "injury"),)),
        history(*sizes((0, 21), (7, 210)), events=(event(6, "injury"),)),
    ),
    (
        "typo", "blood thinners", history(*sizes((0, 21), (7, 210)), conditions=["diabetes"]),
        history(*sizes((0, 21), (7, 210)), conditions=["blood_thinners"]),
    ),
    (
        "typo", "an infection sign", history(*sizes((0, 21), (7, 210), redness=0)),
        history(*sizes((0, 21), redness=0), entry(3, redness=1), *sizes((7, 210), redness=0)),
    ),
    (
        "typo", "a second reading agrees", history(*sizes((0, 21), (7, 210), (8, 21.5), (9, 210))),
        history(*sizes((0, 21), (7, 210), (8, 215))),
    ),
    (
        "typo", "length and width exchanged",
        history(entry(0, length_mm=40, width_mm=15), entry(7, length_mm=15, width_mm=40)),
        history(entry(0, length_mm=40, width_mm=30), entry(7, length_mm=30, width_mm=40)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "holds", "misses"), [(rule, *two) for rule, _, *two in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_fires_and_just_misses(rule: str, holds: History, misses: History) -> None:
    assert rule in rules(holds)
    assert rule not in rules(misses)


def test_a_doubted_size_counts_in_no_rule_and_no_trend() -> None:
    doubted = looks(history(*sizes((0, 21), (7, 20), (14, 22), (21, 210))))[-1]
    assert "size.golf_ball" not in {finding.rule for finding in doubted.findings}
    assert doubted.growth.readings == 3


def test_a_doubted_size_counts_once_a_second_agrees() -> None:
    agreed = looks(history(*sizes((0, 21), (7, 20), (14, 210), (21, 212))))[-1]
    assert agreed.growth.readings == 4


def test_a_jump_that_nobody_confirms_does_not_stand_for_ever() -> None:
    found = [
        "size.jump" in {finding.rule for finding in look.findings}
        for look in looks(history(*sizes((0, 30), (7, 30), (14, 30), (21, 60), (28, 20), (35, 20), (42, 20))))
    ]
    assert found == [False, False, False, True, True, False, False]


def test_a_fifth_and_five_mm_are_exact() -> None:
    assert "size.jump" in rules(history(*sizes((0, 25.3), (7, 30.4))))
    assert "size.jump" in rules(history(*sizes((0, 20.3), (7, 25.3))))


def test_a_drainage_starts_anew() -> None:
    drained = history(*sizes((0, 50), (7, 50), (14, 50), (21, 5)), events=(event(20, "drained"),))
    assert rules(drained) == {"persistent"}
    assert looks(drained)[-1].growth.readings == 1


def test_pain_is_not_said_beside_an_infection() -> None:
    calm = entry(0, pain=1, redness=0), entry(5, pain=1, redness=0), entry(9, pain=4, redness=0)
    assert "pain.rising" in rules(history(*calm, entry(12, pain=4, redness=0)))
    assert "pain.rising" not in rules(history(*calm, entry(12, pain=4, redness=1)))


def test_slow_growth_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Growth(readings=9, percent_per_month=1.0, low=0.5, high=1.5, slow=True)
    monkeypatch.setattr(trend, "looks", lambda series, **_: [slow] * len(series))
    found = last(history(*STEADY))
    assert found["growth.slow"].urgency == "note"
    assert "growth.rapid" not in found
