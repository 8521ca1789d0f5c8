"""What must be true of any history whatever: monotone, blind to arrival, to the unrelated and to the future."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.growth import Growth
from analytics.series import Series
from tests.rules.made import at, entry, event, history
from tracker.rules import trend
from tracker.rules.assess import Look, assess, highest, walk
from tracker.rules.facts import Entry, History
from tracker.rules.vocabulary import CONDITIONS, EVENT_KINDS, SITES, UNWELL, URGENCIES

EXAMPLES = int(os.environ.get("RULES_EXAMPLES", "40"))  # tried with 800
RANK = {urgency: place for place, urgency in enumerate((*URGENCIES, "none"))}
WORSE: dict[str, tuple[Any, ...]] = {
    "pain": tuple(range(11)),
    "tenderness": (0, 1, 2, 3),
    "redness": (0, 1, 2, 3),
    "warmth": (False, True),
    "spreading": (False, True),
    "red_streaks": (False, True),
    "pain_out_of_proportion": (False, True),
    "shivery": (False, True),
    "temperature_c": (36.5, 37.9, 38.0, 39.5),
    "discharge": ("none", "clear", "bloody"),
    "firmness": ("soft", "rubbery", "firm", "hard"),
    "mobility": ("moves", "fixed"),
}
PUS = ("none", "clear", "pus")
SKIN = ("broken", "ulcer", "bruised", "dark_patches", "blisters")


@pytest.fixture(autouse=True)
def quick_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growth is not what is tried here: a lump grows where its latest size is a fifth over its first."""

    def looks_(series: Sequence[Series], **_: Any) -> list[Growth]:
        return [Growth(readings=len(s), rapid=bool(s.mm[-1, 0] > 1.2 * s.mm[0, 0])) for s in series]

    monkeypatch.setattr(trend, "looks", looks_)


def maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.sampled_from(list(values)))


@st.composite
def entries(draw: st.DrawFn, day: float) -> Entry:
    values = {key: draw(maybe(levels)) for key, levels in WORSE.items() if draw(st.booleans())}
    if draw(st.booleans()):
        values["unwell"] = draw(st.lists(st.sampled_from(UNWELL[7:]), max_size=2))
        values["skin"] = draw(st.lists(st.sampled_from(SKIN), max_size=2))
    if draw(st.booleans()):
        values["length_mm"] = draw(st.sampled_from((30.0, 31.0, 33.0, 36.0, 39.0)))
    return replace(entry(day, **values), id=f"entry-{day * 7919 % 101:08.3f}")  # an order of its own


@st.composite
def histories(draw: st.DrawFn) -> History:
    days = sorted(draw(st.sets(st.sampled_from([0, 0.5, 1, 2, 3, 5, 7, 9, 12, 13, 20, 26, 30, 45, 60]), min_size=1)))
    kinds = draw(
        st.lists(st.tuples(st.sampled_from(EVENT_KINDS), st.sampled_from([d + 0.1 for d in range(61)])), max_size=4)
    )
    acknowledged = st.sampled_from(("infection.signs", "infection.one_sign", "pain.rising", "persistent", "node"))
    return history(
        *(draw(entries(day)) for day in days),
        events=tuple(event(day, kind, draw(acknowledged) if kind == "acknowledged" else "") for kind, day in set(kinds)),
        site=draw(st.sampled_from(SITES)),
        conditions=draw(st.one_of(st.none(), st.lists(st.sampled_from(CONDITIONS), max_size=2))),
        birth_year=draw(st.sampled_from((None, 1940, 1980, 2023))),
        noticed_after=draw(st.sampled_from((None, "injury", "nothing"))),
        depth=draw(st.sampled_from((None, "deep"))),
    )  # fmt: skip


def final(of: History) -> Look:
    return list(walk(of))[-1]


def with_last(of: History, **values: Any) -> History:
    return replace(of, entries=(*of.entries[:-1], replace(of.entries[-1], **values)))


@st.composite
def worse_than(draw: st.DrawFn, of: History, key: str) -> dict[str, Any] | None:
    """The latest entry's sign at a higher level. Not recorded is no level: then none below the last recorded one."""
    latest = of.entries[-1]
    if key in ("unwell", "skin"):
        more = draw(st.sampled_from(UNWELL if key == "unwell" else SKIN))
        return {key: (getattr(latest, key) or frozenset()) | {more}}
    levels = PUS if key == "discharge" and draw(st.booleans()) else WORSE[key]
    known = [value for each in of.entries if (value := getattr(each, key)) in levels]
    now = getattr(latest, key)
    lowest = levels.index(known[-1]) if known else 0
    above = levels[lowest:] if now is None else levels[lowest + 1 :] if now in levels else ()
    return {key: draw(st.sampled_from(above))} if above else None


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_a_worse_sign_on_the_latest_entry_never_lowers_the_urgency(data: st.DataObject) -> None:
    of = data.draw(histories())
    key = data.draw(st.sampled_from([*WORSE, "unwell", "skin"]))
    worse = data.draw(worse_than(of, key))
    if worse is not None:
        assert RANK[final(with_last(of, **worse)).urgency] <= RANK[final(of).urgency]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    histories(), st.sampled_from(["pain", "tenderness", "redness", "warmth", "spreading", "unwell", "temperature_c"])
)
def test_a_no_that_was_not_recorded_never_lowers_the_urgency(of: History, key: str) -> None:
    no: Any = frozenset() if key == "unwell" else 36.5 if key == "temperature_c" else 0
    assert RANK[final(with_last(of, **{key: None})).urgency] <= RANK[final(with_last(of, **{key: no})).urgency]


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(of: History, random: Any) -> None:
    shuffled = replace(
        of,
        entries=tuple(random.sample(of.entries, len(of.entries))),
        events=tuple(random.sample(of.events, len(of.events))),
    )
    assert list(walk(of)) == list(walk(shuffled))


@settings(max_examples=EXAMPLES, deadline=None)
@given(histories(), st.sampled_from(["event", "condition", "side", "shape", "sex", "typed"]))
def test_an_unrelated_fact_takes_no_finding_away(of: History, what: str) -> None:
    more = {
        "event": replace(of, events=(*of.events, event(6.2, "other", "a walk"), event(6.3, "chemotherapy"))),
        "condition": replace(of, conditions=(of.conditions or frozenset()) | {"cancer_history"}),
        "side": replace(of, side="left", status="active"),
        "shape": with_last(of, shape="round"),
        "sex": replace(of, sex="female"),
        "typed": with_last(of, redness_beyond_mm=3.0),
    }[what]
    assert final(more).findings == final(of).findings


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(histories())
def test_the_future_is_unseen(of: History) -> None:
    whole = list(walk(of))
    for place, look in enumerate(whole):
        known = replace(
            of, entries=of.entries[: place + 1], events=tuple(each for each in of.events if each.at <= look.at)
        )
        assert final(known).findings == look.findings


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(histories(), st.sampled_from([3.3, 14.0, 61.0]))
def test_one_look_agrees_with_the_walk(of: History, day: float) -> None:
    for look in walk(of):
        assert tuple(assess(of, look.at)) == look.findings
    assert highest(assess(of, at(day))) in RANK


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(histories())
def test_an_emergency_is_never_quiet(of: History) -> None:
    assert not any(f.quiet for look in walk(of) for f in look.findings if f.urgency == "emergency")
