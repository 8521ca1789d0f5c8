"""What makes a finding quiet, and what opens it again (clinical.md, "Quiet").

An emergency is never quiet. Everything is worked out anew from the history: an examination is compared with the last
entry before it, and each entry after it may open a finding again for good, until the next examination.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.rules.antibiotics import improving
from tracker.rules.facts import Event
from tracker.rules.frames import Frame
from tracker.rules.past import noticed_on
from tracker.rules.rulebook import Rulebook
from tracker.rules.view import Hit, View
from tracker.rules.vocabulary import EXAMINATIONS, URGENCIES
from tracker.rules.worse import is_worse, newly_there

SHORT, LONG = timedelta(hours=48), timedelta(days=28)
WEEK = timedelta(days=7)
JUST_BEFORE = timedelta(microseconds=1)
WATCHED = ("persistent", "node", "site.breast_testicle")  # quiet after any examination since the lump was noticed
UNTIL_GROWING = ("size.golf_ball", "returned", "injury.not_settling")


@dataclass(frozen=True, slots=True)
class Cover:
    """An examination or acknowledgement that made a finding quiet; ``seen`` is the look before it."""

    at: datetime
    seen: View
    hit: Hit


def is_quiet(book: Rulebook, view: View, hit: Hit) -> bool:
    """Whether a finding that holds at this look is silenced."""
    if hit.urgency == "emergency":
        return False
    if _is_infection(hit.rule) and hit.rule != "infection.spreading" and improving(view):
        return True
    if hit.rule in WATCHED and _examined_since_noticed(book, view, hit.rule):
        return True
    cover = _latest_cover(book, view, hit.rule)
    return cover is not None and not _reopened(view, hit, cover)


def was_quiet_since(book: Rulebook, view: View, hit: Hit, since: datetime) -> bool:
    """Whether an examination or the like after ``since`` made this finding quiet, be it open again by now."""
    if hit.urgency == "emergency":
        return False
    if hit.rule in WATCHED and any(exam > since for exam in _exams_since_noticed(view)):
        return True
    cover = _latest_cover(book, view, hit.rule)
    return cover is not None and cover.at > since


def _is_infection(rule: str) -> bool:
    return rule.startswith("infection.")


def _latest_cover(book: Rulebook, view: View, rule: str) -> Cover | None:
    for event in reversed(view.events):
        if not _may_cover(event, rule):
            continue
        seen = before(book, view, event.at)
        hit = _held(book, seen, event, rule) if seen.place >= 0 else None
        if hit is not None:
            return Cover(event.at, seen, hit)
    return None


def _may_cover(event: Event, rule: str) -> bool:
    if event.kind == "acknowledged":
        named = event.detail.strip()
        return named == rule or (rule == "infection.one_sign" and named == "infection.signs")
    return event.kind in EXAMINATIONS and rule not in WATCHED


def before(book: Rulebook, view: View, at: datetime) -> View:
    """The look at the last entry before ``at`` (place -1 where there is none)."""
    place = min(bisect_left(view.fold.past.times, at) - 1, view.place)
    return book.view(view.history.entries[place].at if place >= 0 else at - JUST_BEFORE, place)


def _held(book: Rulebook, seen: View, event: Event, rule: str) -> Hit | None:
    """The rule at the last entry before; infection.signs stands for one_sign.

    An acknowledgement names its rule, so it also answers what time alone had brought by then.
    """
    names = (rule, "infection.signs") if rule == "infection.one_sign" else (rule,)
    by_time = [book.view(event.at - JUST_BEFORE, seen.place)] if event.kind == "acknowledged" else []
    for look in [seen, *by_time]:
        hits = book.hits(look)
        for name in names:
            if name in hits:
                return hits[name]
    return None


def _reopened(view: View, hit: Hit, cover: Cover) -> bool:
    if URGENCIES.index(hit.urgency) < URGENCIES.index(cover.hit.urgency):
        return True
    if hit.rule in UNTIL_GROWING and not cover.seen.growing:
        return _ever_growing(view, cover.seen)
    short = _is_infection(hit.rule) or hit.urgency == "same_day"
    if view.at - cover.at >= (SHORT if short else LONG):
        return True
    return is_worse(hit.rule, view, cover.seen) or (_rests_on_growth(hit, view) and _ever_growing(view, cover.seen))


def _rests_on_growth(hit: Hit, view: View) -> bool:
    """Growth that was not there is a sign newly there, for the rules that name it."""
    named = hit.rule in WATCHED or (hit.rule == "feel.hard_fixed" and view.history.depth == "deep")
    return named and not hit.rule.startswith("growth.")


def _examined_since_noticed(book: Rulebook, view: View, rule: str) -> bool:
    exams = _exams_since_noticed(view)
    if not exams:
        return False
    seen = before(book, view, exams[-1])
    if newly_there(("night_sweats", "weight_loss"), view, seen):
        return False
    if rule == "node" and newly_there(("node size",), view, seen):
        return False
    return not _ever_growing(view, seen)


def _exams_since_noticed(view: View) -> list[datetime]:
    first = noticed_on(view.history) if view.days_present is not None else None
    return [exam for exam in view.fold.exams if exam <= view.at and (first is None or view.day_of(exam) >= first)]


def _ever_growing(view: View, seen: View) -> bool:
    """Growing at this look, or at a week's last entry since ``seen``, where it was not growing at ``seen``.

    Once a week, for the engine is asked for each: a look at a diary of years must not take seconds.
    """
    if seen.growing:
        return False
    return view.growing or seen.first_since("growing", view.place - 1, _grew_by_week) < view.place


def _grew_by_week(_sign: str, frame: Frame, seen: View) -> bool:
    """Whether it was growing at this entry, if it is the last of its week since ``seen`` (an entry follows it)."""
    if not ends_week(seen.fold.past.times, frame.place, seen.at):
        return False
    return seen.trend.growing_at(frame.place, frame.segment)


def ends_week(times: Sequence[datetime], place: int, start: datetime) -> bool:
    """Whether the entry at ``place`` is the last of its week since ``start``; the latest entry never is, yet."""
    return (times[place] - start) // WEEK != (times[place + 1] - start) // WEEK
