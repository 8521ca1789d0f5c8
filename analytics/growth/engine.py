"""The engine's door: readings in, Growth out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analytics.growth.alarm import enough, recheck_in, speaks
from analytics.growth.bank import LEVEL
from analytics.growth.doubts import Doubts
from analytics.growth.forecast import intervals
from analytics.growth.plan import Seeing, seeing
from analytics.growth.rates import Rates, rates_of
from analytics.growth.result import Doubt, Growth, Interval
from analytics.growth.run import Beliefs, Trace, run
from analytics.growth.settings import LN2_THIRD, MONTH, SETTINGS, SLOW_P, Settings
from analytics.growth.tracks import Stop, Tracks, lay, own_factors
from analytics.series import AXES, Flags, Floats, Series, date_of

CHUNK = 2_000  # looks in one pass, to bound memory
LARGEST = float(np.log(500.0))  # mm, docs/format.md
SINCE_P = 0.5  # onset is told where fast growth is more likely than not
Forecast = dict[str, dict[str, Interval]]


class Ask(NamedTuple):
    """The reading a forecast is wanted for; no ``day``, no forecast."""

    day: float | None
    method: str | None
    axes: Sequence[str] | None


def look(
    series: Series,
    *,
    next_day: float | None = None,
    next_method: str | None = None,
    next_axes: Sequence[str] | None = None,
) -> Growth:
    """What is known from all the readings in ``series`` (its last segment), with a forecast for ``next_day`` if given."""
    return looks([series], next_days=[next_day], next_methods=[next_method], next_axes=[next_axes])[0]


def looks(
    series: Sequence[Series],
    *,
    next_days: Sequence[float | None] | None = None,
    next_methods: Sequence[str | None] | None = None,
    next_axes: Sequence[Sequence[str] | None] | None = None,
    settings: Settings = SETTINGS,
) -> list[Growth]:
    """One Growth for each series, in the same order; the ``next_...`` lists run beside ``series``.

    Give all the looks of a replay in one call: series that begin alike are walked once. Without ``next_axes`` the
    forecast is for the axes measured so far. Raises KeyError for a method that is none.
    """
    nothing: list[None] = [None] * len(series)
    asks = [Ask(*ask) for ask in zip(next_days or nothing, next_methods or nothing, next_axes or nothing, strict=True)]
    found: list[Growth] = []
    for begin in range(0, len(series), CHUNK):
        part = slice(begin, begin + CHUNK)
        found += _chunk(series[part], asks[part], settings)
    return found


def alarms(series: Sequence[Series], settings: Settings = SETTINGS) -> list[tuple[Flags, Floats]]:
    """For each series (its last segment), after each of its readings: whether rapid growth held, and the log odds.

    What ``look`` would have said each time, without the rest: for "on your own history", and for scoring.
    """
    tracks, stops = lay(series, settings)
    trace, _ = run(tracks, [], settings)
    holds = speaks(trace.odds, tracks, settings)
    return [(holds[at.track, : at.readings], trace.odds[at.track, : at.readings]) for at in stops]


def _chunk(series: Sequence[Series], asks: Sequence[Ask], settings: Settings) -> list[Growth]:
    tracks, stops = lay(series, settings)
    trace, known = run(tracks, stops, settings)
    if not trace.odds.size:
        return [Growth(readings=0) for _ in series]
    there = [k for k, stop in enumerate(stops) if stop.readings]
    telling = _Telling(tracks, trace, known.only(there), [stops[k] for k in there], settings)
    forecasts = _forecasts(telling.known, [series[k] for k in there], [asks[k] for k in there], telling.stops, settings)
    told = iter(telling.tell(place, forecasts[place]) for place in range(len(there)))
    return [next(told) if stop.readings else Growth(readings=0) for stop in stops]


def _forecasts(
    known: Beliefs, series: list[Series], asks: list[Ask], stops: list[Stop], settings: Settings
) -> list[Forecast | None]:
    wanted = [k for k, ask in enumerate(asks) if ask.day is not None]
    if not wanted:
        return [None] * len(asks)
    days = np.array([ask.day for ask in asks if ask.day is not None], dtype=np.float64)
    methods = [asks[k].method for k in wanted]
    own = np.concatenate([own_factors([method], series[k]) for method, k in zip(methods, wanted, strict=True)])
    ends = intervals(known.only(wanted), days, methods, own, settings)
    found: list[Forecast | None] = [None] * len(asks)
    for k, axes in zip(wanted, ends, strict=True):
        axes_seen = np.flatnonzero(np.isfinite(series[k].mm[stops[k].places]).any(axis=0)).tolist()
        names = asks[k].axes if asks[k].axes is not None else [AXES[axis] for axis in axes_seen]
        found[k] = {name: axes[AXES.index(name)] for name in names or ()}
    return found


class _Telling:
    """All that L looks need to be told, computed together, and then told one by one."""

    def __init__(self, tracks: Tracks, trace: Trace, known: Beliefs, stops: list[Stop], settings: Settings) -> None:
        self.s, self.known, self.stops = settings, known, stops
        self.ready = enough(tracks)
        self.holds = speaks(trace.odds, tracks, settings)
        self.doubts = Doubts(tracks, trace)
        self.rates: Rates = rates_of(known, settings)
        level = (known.weight * known.state[LEVEL]).sum(axis=(0, 1))
        rows = np.array([stop.track for stop in stops])
        last = np.array([stop.readings - 1 for stop in stops])
        self.odds: Floats = trace.odds[rows, last]
        longest = np.exp(np.clip(level, 0.0, LARGEST) + np.maximum(known.offset[:, 0], known.offset[:, 1]))
        relative, floor = tracks.relative[rows, last], tracks.floor[rows, last]
        self.seeing: Seeing = seeing(known, longest, relative, floor, settings)

    def tell(self, k: int, forecast: Forecast | None) -> Growth:
        """The Growth of look ``k``."""
        stop, rates = self.stops[k], self.rates
        at = stop.track, stop.readings - 1
        doubted: tuple[Doubt, ...] = self.doubts.at(stop)
        if not self.ready[at]:
            return Growth(readings=stop.readings, next_mm=forecast, doubted=doubted)
        low, middle, high = (float(rate) for rate in rates.limits[:, k])
        growing = low > 0.0
        odds, p_growing = float(self.odds[k]), float(rates.growing[k])
        # a lump that shrinks fast fits "stable" worst of all, yet it does not grow
        rapid = bool(self.holds[at]) and p_growing > SINCE_P
        since = [date_of(day) for day in rates.since[:, k]] if rates.fast[k] > SINCE_P or rapid else [None] * 3
        return Growth(
            readings=stop.readings,
            percent_per_month=_percent(middle),
            low=_percent(low),
            high=_percent(high),
            doubling_days=LN2_THIRD / middle if growing else None,
            doubling_low=LN2_THIRD / high if growing else None,
            doubling_high=LN2_THIRD / low if growing else None,
            p_growing=p_growing,
            p_rapid=float(rates.rapid[k]),
            since_low=since[0],
            since=since[1],
            since_high=since[2],
            next_mm=forecast,
            rapid=rapid,
            slow=p_growing >= SLOW_P and not rapid,
            doubted=doubted,
            evidence=(odds - self.s.threshold) / float(np.log(10.0)),
            recheck_in_days=None if rapid else recheck_in(odds, self.s),
            error_percent=100.0 * float(self.seeing.error[k]),
            smallest_change_mm=float(self.seeing.smallest[k]),
            steady_mm_per_month=float(self.seeing.steady[k]),
            steady_weeks=float(self.seeing.weeks[k]),
        )


def _percent(rate: float) -> float:
    """A rate of ln(diameter) a day as percent a month."""
    return 100.0 * float(np.expm1(rate * MONTH))
