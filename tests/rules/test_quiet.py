"""Quiet: what an examination, an acknowledgement or antibiotics silence, and what opens a finding again."""

from collections.abc import Sequence
from typing import Any

import pytest

from analytics.growth import Growth
from analytics.series import Series
from tests.rules.made import at, entry, event, history, last, looks
from tracker.rules import trend
from tracker.rules.assess import When, walk
from tracker.rules.facts import Entry, Finding, History

CALM: dict[str, Any] = {"redness": 0, "warmth": False, "tenderness": 0, "pain": 1, "unwell": [], "skin": []}
ILL: dict[str, Any] = {**CALM, "redness": 2, "warmth": True}
BEFORE = tuple(entry(day, **CALM) for day in (0, 5))


@pytest.fixture
def growing_at_44(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that calls a lump growing when its latest reading is between 44 and 60 mm."""

    def looks_(series: Sequence[Series], **_: Any) -> list[Growth]:
        return [Growth(readings=len(s), rapid=bool(len(s) and 44 <= s.mm[-1, 0] < 60)) for s in series]

    monkeypatch.setattr(trend, "looks", looks_)


def state(finding: Finding | None) -> str:
    if finding is None:
        return "gone"
    return ("quiet" if finding.quiet else "loud") + (" new" if finding.new else "")


def states(rule: str, of: History) -> list[str]:
    """What became of a rule, entry by entry."""
    return [state(next((f for f in look.findings if f.rule == rule), None)) for look in looks(of)]


def ill(*days: float, **more: Any) -> tuple[Entry, ...]:
    return tuple(entry(day, **{**ILL, **more}) for day in days)


EXAMINED = (event(10.1, "examined"),)


def test_an_examination_quietens_for_48_hours() -> None:
    found = states("infection.signs", history(*BEFORE, *ill(10, 11, 12, 12.2, 13), events=EXAMINED))
    assert found[2:] == ["loud new", "quiet", "quiet", "loud new", "loud"]


def test_only_what_held_at_the_last_entry_before() -> None:
    found = states("infection.signs", history(*BEFORE, *ill(10.2, 11), events=EXAMINED))
    assert found[2:] == ["loud new", "loud"]


def test_an_event_at_the_time_of_an_entry_comes_before_it() -> None:
    found = states("infection.signs", history(*BEFORE, *ill(10.1, 11), events=EXAMINED))
    assert found[2:] == ["loud new", "loud"]


def test_a_lapse_does_not_end_the_quiet() -> None:
    of = history(*BEFORE, *ill(10), entry(10.5, **CALM), *ill(11), events=EXAMINED)
    assert states("infection.signs", of)[2:] == ["loud new", "gone", "quiet new"]


@pytest.mark.parametrize("worse", [{"redness": 3}, {"tenderness": 1}, {"pain": 4}])
def test_a_sign_that_worsens_opens_it_for_good(worse: dict[str, Any]) -> None:
    of = history(*BEFORE, *ill(10), *ill(10.5, **worse), *ill(11), events=EXAMINED)
    assert states("infection.signs", of)[2:] == ["loud new", "loud new", "loud"]


@pytest.mark.parametrize("same", [{"redness": 1}, {"pain": 2}, {"pain": 3}, {"pain": None, "redness": None}])
def test_less_than_a_step_does_not(same: dict[str, Any]) -> None:
    of = history(*BEFORE, *ill(10), *ill(10.5, **same, tenderness=0), events=EXAMINED)
    assert "loud" not in states("infection.signs", of)[-1]


def test_a_size_beyond_noise_opens_it() -> None:
    calm = [entry(day, **CALM, length_mm=20) for day in (0, 5)]
    grown, same = (history(*calm, *ill(10, length_mm=20), *ill(11, length_mm=mm), events=EXAMINED) for mm in (30, 22))
    assert states("infection.signs", grown)[-1] == "loud new"
    assert states("infection.signs", same)[-1] == "quiet"


def test_an_emergency_is_never_quiet() -> None:
    of = history(*(entry(day, unwell=["confused"]) for day in (0, 1)), events=(
        event(0.5, "examined"), event(0.6, "acknowledged", "sepsis.signs"),
    ))  # fmt: skip
    assert states("sepsis.signs", of) == ["loud new", "loud"]


def test_a_same_day_rule_that_becomes_an_emergency_is_new_and_loud() -> None:
    of = history(entry(0, unwell=["leg_weakness"]), entry(0.5, unwell=["leg_weakness"]),
                 entry(1, unwell=["leg_weakness", "saddle_numb"]), events=(event(0.1, "examined"),))  # fmt: skip
    assert states("nerve.spine", of) == ["loud new", "quiet", "loud new"]


def test_acknowledging_names_one_rule() -> None:
    of = history(*BEFORE, *ill(10, 11, discharge="pus"), events=(event(10.1, "acknowledged", "infection.signs"),))
    assert states("infection.signs", of)[-1] == "quiet"
    assert states("infection.spreading", of)[-1] == "loud"


def test_quieting_signs_covers_one_sign() -> None:
    for kind, detail in (("examined", ""), ("acknowledged", "infection.signs")):
        of = history(*BEFORE, *ill(10), *ill(11, warmth=False), events=(event(10.1, kind, detail),))
        assert states("infection.one_sign", of)[-1] == "quiet new"


def test_other_rules_are_quiet_for_28_days() -> None:
    hard = [entry(day, firmness="hard", mobility="fixed") for day in (0, 28, 28.2)]
    of = history(*hard, events=(event(0.1, "examined"),))
    assert states("feel.hard_fixed", of) == ["loud new", "quiet", "loud new"]


def test_a_new_sore_opens_hard_and_fixed() -> None:
    of = history(
        entry(0, firmness="hard", mobility="fixed", skin=[]), entry(5, skin=["ulcer"]), events=(event(0.1, "ct"),)
    )
    assert states("feel.hard_fixed", of) == ["loud new", "loud new"]


def test_persistent_is_quiet_after_any_examination_since_noticed() -> None:
    early = history(entry(3), entry(20), entry(400), noticed_day=0, events=(event(1, "ultrasound"),))
    assert states("persistent", early) == ["gone", "quiet new", "quiet"]
    before_noticed = history(entry(3), entry(20), noticed_day=2, events=(event(1, "ultrasound"),))
    assert states("persistent", before_noticed) == ["gone", "loud new"]


@pytest.mark.parametrize("rule_site", [("persistent", "hip"), ("node", "neck"), ("site.breast_testicle", "breast")])
def test_general_signs_open_what_was_watched(rule_site: tuple[str, str]) -> None:
    rule, site = rule_site
    of = history(*(entry(d, unwell=w) for d, w in ((0, []), (30, []), (60, ["weight_loss"]), (90, []))),
                 site=site, events=(event(1, "examined"),))  # fmt: skip
    assert states(rule, of)[1:] in (["quiet new", "loud new", "loud"], ["quiet", "loud new", "loud"])


def test_general_signs_that_were_there_do_not() -> None:
    of = history(*(entry(d, unwell=["weight_loss"]) for d in (0, 30)), site="neck", events=(event(1, "examined"),))
    assert states("node", of)[1] == "quiet"


def test_a_node_that_is_larger_opens() -> None:
    sizes = ((0, 21), (30, 22), (60, 30), (61, 30))
    of = history(*(entry(d, length_mm=mm) for d, mm in sizes), site="neck", events=(event(1, "examined"),))
    assert states("node", of) == ["loud new", "quiet", "quiet", "loud new"]


@pytest.mark.usefixtures("growing_at_44")
def test_a_golf_ball_is_quiet_until_growing() -> None:
    sizes = ((0, 43), (1, 43), (200, 43), (207, 45), (214, 43), (221, 43))
    of = history(*(entry(d, length_mm=mm) for d, mm in sizes), events=(event(0.5, "mri"),))
    assert states("size.golf_ball", of) == ["loud new", "quiet", "quiet", "loud new", "loud", "loud"]


@pytest.mark.usefixtures("growing_at_44")
def test_a_golf_ball_that_grew_already_is_quiet_for_28_days() -> None:
    of = history(*(entry(d, length_mm=50) for d in (0, 1, 40)), events=(event(0.5, "mri"),))
    assert states("size.golf_ball", of) == ["loud new", "quiet", "loud new"]


@pytest.mark.usefixtures("growing_at_44")
def test_growing_opens_persistent() -> None:
    of = history(*(entry(d, length_mm=mm) for d, mm in ((0, 40), (20, 40), (40, 45), (60, 40))),
                 events=(event(1, "examined"),))  # fmt: skip
    assert states("persistent", of) == ["gone", "quiet new", "loud new", "loud"]


def test_antibiotics_that_help_quieten_all_but_spreading() -> None:
    of = history(*BEFORE, *ill(10, discharge="pus"), *ill(11, redness=1, discharge="pus"),
                 events=(event(10.1, "antibiotics_started"),))  # fmt: skip
    found = last(of)
    assert found["infection.signs"].quiet
    assert not found["infection.spreading"].quiet


@pytest.mark.parametrize("now", [{"redness": 2}, {"redness": 1, "tenderness": 1}, {"redness": 1, "shivery": True}])
def test_antibiotics_that_do_not_help(now: dict[str, Any]) -> None:
    of = history(*BEFORE, *ill(10), *ill(11, **now), events=(event(10.1, "antibiotics_started"),))
    assert not last(of)["infection.signs"].quiet


def test_stopped_antibiotics_quieten_nothing() -> None:
    of = history(*BEFORE, *ill(10), *ill(12, redness=1),
                 events=(event(10.1, "antibiotics_started"), event(11, "antibiotics_stopped")))  # fmt: skip
    assert not last(of)["infection.signs"].quiet


def test_time_alone_opens_again() -> None:
    of = history(*BEFORE, *ill(10), events=EXAMINED)
    whens = [When(at(0), 0), When(at(5), 1), When(at(10), 2), When(at(11)), When(at(12.5)), When(at(13))]
    found = [state(next((f for f in look.findings if f.rule == "infection.signs"), None)) for look in walk(of, whens)]
    assert found[2:] == ["loud new", "quiet", "loud new", "loud"]


def test_a_finding_that_time_brought_can_be_acknowledged() -> None:
    of = history(entry(0), events=(event(16, "acknowledged", "persistent"),))
    found = [look.findings for look in walk(of, [When(at(0), 0), When(at(15)), When(at(17))])]
    assert [state(findings[0]) if findings else "gone" for findings in found] == ["gone", "loud new", "quiet"]


def test_the_latest_examination_counts() -> None:
    of = history(*BEFORE, *ill(10), *ill(10.5, redness=3), *ill(11, redness=3),
                 events=(event(10.1, "examined"), event(10.6, "examined")))  # fmt: skip
    assert states("infection.signs", of)[2:] == ["loud new", "loud new", "quiet"]


def test_what_an_examination_silenced_between_two_looks_is_new_when_it_opens() -> None:
    of = history(*BEFORE, *ill(10, 17), events=EXAMINED)
    assert states("infection.signs", of)[2:] == ["loud new", "loud new"]
