"""The engine's door: readings in, Growth out."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from analytics.growth.alarm import enough, recheck_in, speaks
from analytics.growth.bank import LEVEL
from analytics.growth.doubts import Doubts
from analytics.growth.forecast import intervals
from analytics.growth.plan import Seeing, seeing
from analytics.growth.rates import Rates, onset, rates_of
from analytics.growth.result import Growth, Interval
from analytics.growth.run import Beliefs, Trace, run
from analytics.growth.settings import LN2_THIRD, MONTH, SETTINGS, SLOW_P, Settings
from analytics.growth.tracks import Stop, Tracks, lay, own_factors
from analytics.series import AXES, Flags, Floats, Series, date_of

CHUNK = 2_000  # looks in one pass, to bound memory
LARGEST = float(np.log(500.0))  # mm, docs/format.md
LN10 = float(np.log(10.0))
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
    holds = speaks(trace.odds, tracks, enough(tracks), settings)
    return [(holds[at.track, : at.readings], trace.odds[at.track, : at.readings]) for at in stops]


def _chunk(series: Sequence[Series], asks: Sequence[Ask], settings: Settings) -> list[Growth]:
    tracks, stops = lay(series, settings)
    trace, known = run(tracks, stops, settings)
    if not trace.odds.size:
        return [Growth(readings=0) for _ in series]
    there = [k for k, stop in enumerate(stops) if stop.readings]
    telling = _Telling(tracks, trace, known.only(there), [stops[k] for k in there], settings)
    forecasts = _forecasts(telling.known, [series[k] for k in there], [asks[k] for k in there], telling.stops, settings)
    told = iter(telling.all(forecasts))
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
        ready = enough(tracks)
        holds = speaks(trace.odds, tracks, ready, settings)
        self.doubts = Doubts(trace)
        self.rates: Rates = rates_of(known, settings)
        level = (known.weight * known.state[LEVEL]).sum(axis=(0, 1))
        rows = np.array([stop.track for stop in stops])
        last = np.array([stop.readings - 1 for stop in stops])
        self.ready: Flags = ready[rows, last]
        self.odds: Floats = trace.odds[rows, last]
        # a lump that shrinks fast fits "stable" worst of all, yet it does not grow
        self.rapid: Flags = holds[rows, last] & (self.rates.growing > SINCE_P)
        self.since = self._since()
        longest = np.exp(np.clip(level, 0.0, LARGEST) + np.maximum(known.offset[:, 0], known.offset[:, 1]))
        relative, floor = tracks.relative[rows, last], tracks.floor[rows, last]
        self.seeing: Seeing = seeing(known, longest, relative, floor, settings)

    def _since(self) -> dict[int, list[date]]:
        """The limits of the day of onset, for those looks where fast growth is likely."""
        likely = np.flatnonzero(self.ready & (self.rapid | (self.rates.fast > SINCE_P))).tolist()
        days = onset(self.known.only(likely)).T.tolist() if likely else []
        return {k: [date_of(day) for day in three] for k, three in zip(likely, days, strict=True)}

    def all(self, forecasts: list[Forecast | None]) -> list[Growth]:
        """The Growth of every look."""
        rates, seeing = self.rates, self.seeing
        percent = 100.0 * np.expm1(rates.limits * MONTH)
        columns = (*rates.limits, *percent, rates.growing, rates.rapid, self.odds, *seeing)
        rows = np.stack(columns, axis=1).tolist()
        ready, rapid = self.ready.tolist(), self.rapid.tolist()
        return [
            self._tell(k, _Row(*rows[k]), rapid[k], forecasts[k])
            if ready[k]
            else Growth(readings=stop.readings, next_mm=forecasts[k], doubted=self.doubts.at(stop))
            for k, stop in enumerate(self.stops)
        ]

    def _tell(self, k: int, row: "_Row", rapid: bool, forecast: Forecast | None) -> Growth:
        growing = row.low > 0.0
        since = self.since.get(k, (None, None, None))
        return Growth(
            readings=self.stops[k].readings,
            percent_per_month=row.middle_percent,
            low=row.low_percent,
            high=row.high_percent,
            doubling_days=LN2_THIRD / row.middle if growing else None,
            doubling_low=LN2_THIRD / row.high if growing else None,
            doubling_high=LN2_THIRD / row.low if growing else None,
            p_growing=row.growing,
            p_rapid=row.rapid,
            since_low=since[0],
            since=since[1],
            since_high=since[2],
            next_mm=forecast,
            rapid=rapid,
            slow=row.growing >= SLOW_P and not rapid,
            doubted=self.doubts.at(self.stops[k]),
            evidence=(row.odds - self.s.threshold) / LN10,
            recheck_in_days=None if rapid else recheck_in(row.odds, self.s),
            error_percent=100.0 * row.error,
            smallest_change_mm=row.smallest,
            steady_mm_per_month=row.steady,
            steady_weeks=row.weeks,
        )


class _Row(NamedTuple):
    """The numbers of one look: the rate a day and its limits, the same in percent a month, and the rest of Rates and Seeing."""

    low: float
    middle: float
    high: float
    low_percent: float
    middle_percent: float
    high_percent: float
    growing: float
    rapid: float
    odds: float
    error: float
    smallest: float
    steady: float
    weeks: float
