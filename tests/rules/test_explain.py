"""Every finding can say what it rests on, and how often its rule would have spoken."""

from tests.rules.made import at, entry, event, history, last
from tracker.rules.catalogue import RULES
from tracker.rules.explain import firings

CALM = {"redness": 0, "warmth": False}
OF = history(
    entry(0, **CALM), entry(5, redness=2, warmth=True), entry(6, **CALM), entry(20, redness=3, warmth=False),
    events=(event(0.5, "other"),),
)  # fmt: skip


def test_times_fired_on_the_own_history() -> None:
    assert firings(OF, at(30)) == {"infection.signs": (at(5), at(20)), "persistent": (at(20),)}
    assert firings(OF, at(6)) == {"infection.signs": (at(5),)}


def test_what_a_finding_rests_on() -> None:
    found = last(OF)["infection.signs"]
    assert found.entries == (OF.entries[-1].id,)
    assert found.at == at(20)
    assert found.threshold == RULES["infection.signs"].threshold == "worth two"


def test_readings_that_made_it() -> None:
    sizes = history(*(entry(day, length_mm=50) for day in (0, 1, 2, 3)))
    assert last(sizes)["size.golf_ball"].entries == tuple(each.id for each in sizes.entries[1:])
