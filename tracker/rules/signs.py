"""The named signs of a look, for the table of urgent rules (tables/urgent.json).

A sign is there or it is not known to be there: what was not recorded is never a "no", it only makes no sign. The phone
has a twin of this file; tables/urgent_cases.json drives the tests of both.
"""

from datetime import timedelta

from tracker.rules.antibiotics import not_checked, not_helping
from tracker.rules.facts import Entry
from tracker.rules.frames import PAIN_SIGN, Frame, is_fever
from tracker.rules.past import noticed_on
from tracker.rules.view import View

INJURY_SPAN = timedelta(days=28)
YOUNG, OLD = 5, 75


def signs(view: View) -> frozenset[str]:
    """Every sign that is there at this look."""
    found = {f"site_{view.history.site}"} | _of_person(view) | _of_time(view)
    if view.frame is not None:
        found |= _of_entry(view.frame.entry) | _of_frame(view, view.frame)
    return frozenset(found)


def _of_person(view: View) -> set[str]:
    found = set(view.history.conditions or ())
    if view.age is not None and view.age < YOUNG:
        found.add("age_under_5")
    if view.age is not None and view.age >= OLD:
        found.add("age_75_or_more")
    return found


def _of_time(view: View) -> set[str]:
    found = set()
    if injured_lately(view):
        found.add("injury_28_days")
    if not_helping(view):
        found.add("antibiotics_not_helping")
    if not_checked(view):
        found.add("antibiotics_not_checked")
    return found


def injured_lately(view: View) -> bool:
    """An injury in the last 28 days: an event, or a lump noticed after an injury in that time."""
    if view.since("injury", INJURY_SPAN):
        return True
    first = noticed_on(view.history) if view.days_present is not None else None
    return view.history.noticed_after == "injury" and first is not None and (view.today - first) <= INJURY_SPAN


def _of_entry(entry: Entry) -> set[str]:
    found = set(entry.unwell or ()) | set(entry.skin or ())
    for name in ("pain_out_of_proportion", "spreading", "red_streaks"):
        if getattr(entry, name):
            found.add(name)
    if entry.discharge in ("pus", "bloody"):
        found.add(entry.discharge)
    if (entry.pain or 0) >= PAIN_SIGN:
        found.add("pain_4")
    if is_fever(entry):
        found.add("fever")
    return found


def _of_frame(view: View, frame: Frame) -> set[str]:
    found = set()
    if is_inflamed(frame):
        found.add("inflamed")
    if view.far_pain:
        found.add("pain_far_over_usual")
    if frame.size_up and frame.segment == view.segment:
        found.add("size_up")
    if view.counted:
        found.add("infection_sign")
    if view.worth == 1:
        found.add("infection_worth_one")
    if view.worth >= 2:
        found.add("infection_worth_two")
    return found


def is_inflamed(frame: Frame) -> bool:
    """Redness or tenderness 2 or more, warmth, spreading; size up beyond noise only beside pain, redness, tenderness."""
    entry = frame.entry
    redness, tenderness = entry.redness or 0, entry.tenderness or 0
    beside = (entry.pain or 0) >= PAIN_SIGN or redness >= 1 or tenderness >= 1
    return bool(redness >= 2 or entry.warmth or tenderness >= 2 or entry.spreading or (frame.own_size_up and beside))
