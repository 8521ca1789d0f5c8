"""Whether antibiotics help: the latest entry against the last one before they were started."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.rules.facts import Entry
from tracker.rules.frames import PAIN_SIGN, is_fever
from tracker.rules.past import GRADED, level
from tracker.rules.view import View

FROM, CHECK_BY, UNTIL = timedelta(hours=48), timedelta(hours=72), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Course:
    """Since ``start``: which signs are lower or higher in the latest entry than in ``before`` (the last entry before)."""

    start: datetime
    before: Entry | None
    lower: tuple[str, ...]
    higher: tuple[str, ...]
    there: tuple[str, ...]  # signs of infection in the latest entry


def course_of(view: View) -> Course | None:
    """The latest course, with what changed; None without one. A sign missing on either side is neither lower nor higher."""
    starts = [event.at for event in view.events if event.kind == "antibiotics_started"]
    if not starts or view.entry is None:
        return None
    start, now = starts[-1], view.entry
    earlier = [entry for entry in view.history.entries[: view.place + 1] if entry.at < start]
    before = earlier[-1] if earlier else None
    both = _both(before, now) if before is not None else {}
    lower = tuple(sign for sign, (was, is_now) in both.items() if is_now < was)
    higher = tuple(sign for sign, (was, is_now) in both.items() if is_now > was)
    there = tuple(sign for sign in GRADED if (level(now, sign) or 0) >= (PAIN_SIGN if sign == "pain" else 1))
    return Course(start, before, lower, higher, there)


def _both(before: Entry, now: Entry) -> dict[str, tuple[float, float]]:
    """The signs that both entries recorded, with their levels."""
    pairs = ((sign, level(before, sign), level(now, sign)) for sign in GRADED)
    return {sign: (was, is_now) for sign, was, is_now in pairs if was is not None and is_now is not None}


def not_helping(view: View) -> bool:
    """At an entry 48 h to 14 days after the start: signs are there, and none is lower or any is higher."""
    course = course_of(view)
    if course is None or view.entry is None or not FROM <= view.entry.at - course.start <= UNTIL:
        return False
    return bool(course.there) and (not course.lower or bool(course.higher))


def not_checked(view: View) -> bool:
    """72 hours have gone by since the start, and there is no entry from 48 hours on."""
    starts = [event.at for event in view.events if event.kind == "antibiotics_started"]
    if not starts or not CHECK_BY <= view.at - starts[-1] <= UNTIL:
        return False
    return view.entry is None or view.entry.at - starts[-1] < FROM


def improving(view: View) -> bool:
    """On antibiotics, no sign higher than before the start (a fever that was not there is higher), and one lower."""
    course = course_of(view)
    if course is None or view.entry is None or course.before is None:
        return False
    stopped = any(event.kind == "antibiotics_stopped" and event.at >= course.start for event in view.events)
    if stopped or view.at - course.start > UNTIL or view.entry.at < course.start:
        return False
    fever = is_fever(view.entry) and not is_fever(course.before)
    return bool(course.lower) and not course.higher and not fever
