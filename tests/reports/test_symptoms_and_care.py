"""Symptoms with the day they changed; treatments with before and after."""

from tests.reports.histories import entry, event, history, on
from tracker.reports.care import examinations_of, treatments_of
from tracker.reports.symptoms import SORTS, symptoms_of
from tracker.rules.facts import Entry


def of(name: str, *entries: Entry, at: float = 60):  # type: ignore[no-untyped-def]
    return next((one for one in symptoms_of(history(*entries), on(at)) if one.name == name), None)


def test_every_symptom_of_an_entry_can_be_told() -> None:
    left_out = {"id", "at", "length_mm", "width_mm", "depth_mm", "method", "size_confirmed", "redness_beyond_mm"}
    assert {sort.name for sort in SORTS} == set(Entry.__slots__) - left_out


def test_a_symptom_says_what_it_is_and_since_when() -> None:
    found = of("redness", entry(0, redness=0), entry(10, redness=1), entry(20, redness=1), entry(30))
    assert (found.now, found.before, found.words) == (1, 0, "slight")
    assert found.changed_at == on(10) and found.recorded_at == on(20)
    assert found.change_words == "since 15 Jan 2026; was none"
    assert found.notable


def test_the_same_from_the_start_is_no_change() -> None:
    found = of("firmness", entry(0, firmness="soft"), entry(10, firmness="soft"))
    assert found.changed_at is None and found.change_words == "same since 5 Jan 2026" and not found.notable


def test_not_recorded_is_not_none() -> None:
    assert of("pain", entry(0)).words == "not recorded"
    assert of("skin", entry(0, skin=frozenset())).words == "none"
    assert of("red_streaks", entry(0)) is None  # a rare one never asked about is left out


def test_a_fever_is_told_when_it_begins_not_at_each_tenth() -> None:
    found = of("temperature_c", entry(0, temperature_c=36.6), entry(1, temperature_c=36.9))
    assert found.changed_at is None and found.words == "36.9 °C"
    hot = of("temperature_c", entry(0, temperature_c=36.6), entry(1, temperature_c=38.0), entry(2, temperature_c=38.7))
    assert hot.changed_at == on(1) and hot.words == "38.7 °C (fever)" and hot.notable


def test_what_is_there_or_new_comes_first() -> None:
    found = symptoms_of(history(entry(0, pain=0, redness=2, warmth=False), entry(50, pain=0, warmth=False)), on(60))
    assert [symptom.name for symptom in found if symptom.notable] == ["redness"]
    assert found[0].name == "redness"


def test_antibiotics_show_before_and_after_three_days() -> None:
    told = history(
        entry(-1, 20, pain=5, redness=3), entry(1.5, 20, pain=4, redness=3), entry(3, 19, pain=2, redness=1),
        entry(6, 17, pain=0, redness=0), event(0, "antibiotics_started"),
    )  # fmt: skip
    (treatment,) = treatments_of(told)
    assert {effect.measure: (effect.before, effect.after) for effect in treatment.effects} == {
        "size": (20, 19), "pain": (5, 2), "redness": (3, 1),
    }  # fmt: skip
    assert "Pain 5 → 2 after 72 hours" in treatment.words and "Redness severe → slight" in treatment.words


def test_what_a_drainage_did_is_not_counted_for_the_antibiotics() -> None:
    told = history(entry(-1, 24), entry(5, 6), event(0, "antibiotics_started"), event(2, "drained"))
    drained, antibiotics = treatments_of(told)
    assert antibiotics.effects == () and "nothing was logged" in antibiotics.words
    assert (drained.effects[0].before, drained.effects[0].after) == (24, 6)


def test_regrowth_after_a_drainage_is_told() -> None:
    told = history(entry(-1, 24), entry(5, 6), entry(60, 11), event(0, "drained"))
    effects = {effect.measure: effect for effect in treatments_of(told)[0].effects}
    assert (effects["size_since"].before, effects["size_since"].after) == (6, 11)
    assert effects["size_since"].words == "since then 6 mm → 11 mm within 7 weeks"


def test_examinations_are_listed_newest_first_with_what_was_told() -> None:
    told = history(
        event(0, "examined", "soft"), event(9, "ultrasound", "12 mm"), event(10, "drained"), event(11, "other")
    )
    assert [(line.label, line.detail) for line in examinations_of(told)] == [
        ("Ultrasound", "12 mm"),
        ("Examined", "soft"),
    ]
