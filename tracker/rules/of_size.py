"""Rules about size over time: growth, large lumps, one odd reading, a lump that came back, an injury that does not settle."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import log

from tracker.rules.language import _
from tracker.rules.past import noticed_on
from tracker.rules.sizes import BEYOND_NOISE, Reading, sigma, with_longest
from tracker.rules.view import Hit, View

GOLF_BALL_MM = 43.0
BACK_AFTER = timedelta(days=28)
SETTLED_BY, EARLY_GROWTH = 42, 14  # days


def ids(readings: list[Reading]) -> tuple[str, ...]:
    return tuple(reading.id for reading in readings)


def growth_rapid(view: View) -> Hit | None:
    """NICE NG12 "increasing in size"; the threshold is the engine's."""
    if not view.growth.rapid:
        return None
    values = growth_values(view)
    return Hit("growth.rapid", "soon", growth_words(values), ids(view.readings), values=values)


def growth_slow(view: View) -> Hit | None:
    """P(growing) 0.975 or more, but not rapid: a note."""
    if not view.growth.slow:
        return None
    values = growth_values(view)
    return Hit("growth.slow", "note", growth_words(values), ids(view.readings), values=values)


def growth_values(view: View) -> dict[str, float]:
    growth = view.growth
    return {
        "count": growth.readings, "rate": growth.percent_per_month or 0.0,
        "low": growth.low or 0.0, "high": growth.high or 0.0,
    }  # fmt: skip


def growth_words(values: Mapping[str, float]) -> str:
    return _("%(count)d readings: %(rate).1f %% a month in diameter, 90 %% limits %(low).1f to %(high).1f") % values


def golf_ball(view: View) -> Hit | None:
    """Grimer 2006: 4.27 cm."""
    size = view.level
    if size is None or size < GOLF_BALL_MM:
        return None
    if view.history.known_unchanged_over_a_year and not view.growing:
        return None
    values = {"mm": size}
    because = _("longest axis %(mm)g mm") % values
    return Hit("size.golf_ball", "soon", because, ids(with_longest(view.readings)[-3:]), values=values)


def size_jump(view: View) -> Hit | None:
    """One reading far over those before it: measure again."""
    frame = view.frame
    if frame is None or frame.jump is None or frame.segment != view.segment or view.growth.rapid:
        return None
    values = {"now": frame.jump.now, "before": frame.jump.before}
    because = _("%(now).0f mm against %(before).0f mm in the readings before") % values
    return Hit("size.jump", "recheck", because, (frame.jump.id,), values=values)


def typo(view: View) -> Hit | None:
    """A size that fits once a slip of the pen is undone: asked before it counts."""
    frame = view.frame
    if frame is None or not frame.slip or frame.segment != view.segment:
        return None
    slip = _("length, width or depth exchanged") if frame.slip == "swap" else frame.slip
    return Hit("typo", "recheck", _("the size fits once this is undone: %(slip)s") % {"slip": slip}, (frame.slip_id,))


def returned(view: View) -> Hit | None:
    """A size 28 days or more after the latest removal."""
    removals = [event.at for event in view.events if event.kind == "removed"]
    if not removals:
        return None
    back = [reading for reading in view.fold.counting(view.place) if reading.at - removals[-1] >= BACK_AFTER]
    if not back:
        return None
    values = {"days": (back[-1].at - removals[-1]).days}
    return Hit("returned", "soon", _("a size %(days)d days after the removal") % values, ids(back), values=values)


def injury_not_settling(view: View) -> Hit | None:
    """A lump after an injury that is not smaller from day 42 on, or grows after two weeks."""
    for start in _injuries(view):
        days = (view.today - start).days
        if days >= EARLY_GROWTH and view.growing:
            because = _("growing %(days)d days after the injury") % {"days": days}
            return Hit("injury.not_settling", "soon", because, ids(view.readings))
        first, latest = _first_and_latest(view, start)
        if days < SETTLED_BY or first is None or latest is None:
            continue
        if not _is_smaller(latest, first):
            because = _("%(now).0f mm on day %(days)d after the injury; at first %(first).0f mm") % {
                "now": latest.longest or 0.0, "first": first.longest or 0.0, "days": days,
            }  # fmt: skip
            return Hit("injury.not_settling", "soon", because, (first.id, latest.id))
    return None


def _injuries(view: View) -> list[date]:
    starts = [view.day_of(event.at) for event in view.events if event.kind == "injury"]
    first = noticed_on(view.history)
    if view.history.noticed_after == "injury" and first is not None and view.days_present is not None:
        starts.append(first)
    return sorted(starts)


def _first_and_latest(view: View, start: date) -> tuple[Reading | None, Reading | None]:
    """The first reading since the injury and the latest; one reading alone tells nothing until it is of day 42 or later."""
    since = [r for r in with_longest(view.readings) if view.day_of(r.at) >= start]
    if not since:
        return None, None
    alone_and_early = len(since) == 1 and (view.day_of(since[0].at) - start).days < SETTLED_BY
    return (None, None) if alone_and_early else (since[0], since[-1])


def _is_smaller(now: Reading, first: Reading) -> bool:
    assert now.longest is not None and first.longest is not None
    return log(first.longest / now.longest) > BEYOND_NOISE * sigma(now.longest, now.method)
