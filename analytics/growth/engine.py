"""The engine's door: readings in, Growth out."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from scipy import stats

from analytics.growth.result import LEVELS, BandPoint, Doubt, Growth, Interval
from analytics.noise import SESSION, errors_of
from analytics.series import AXES, Floats, Series, date_of
from analytics.size import doubling_days

MONTH = 30.4
MIN_READINGS = 4
MIN_DAYS = 21.0
WINDOW_DAYS = 180.0
STUDENT = 4.0
RATE_SD = 0.004  # prior SD of the growth rate, per day of ln(diameter)
WALK = 0.004  # clinical.md: the true size walks 0.004 a root day
RAPID = np.log(2.0) / 3.0 / 200.0


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
) -> list[Growth]:
    """One Growth for each series, in the same order; the ``next_...`` lists run beside ``series``."""
    days = next_days or [None] * len(series)
    methods = next_methods or [None] * len(series)
    axes = next_axes or [None] * len(series)
    return [_one(*args) for args in zip(series, days, methods, axes, strict=True)]


def band(series: Series, days: Sequence[float], *, axis: str = "length") -> list[BandPoint]:
    """The likely true size of one axis on each of ``days``: middle and 90 % limits; [] without a reading of it."""
    now = _current(series)
    if not len(now) or not np.isfinite(now.mm[:, AXES.index(axis)]).any():
        return []
    mean, cov, _, _ = _fit(now)
    column = AXES.index(axis)
    points = []
    for day in days:
        middle = mean[column] + mean[3] * (day - now.day[-1])
        row = np.eye(4)[column] + np.array([0, 0, 0, day - now.day[-1]])
        spread = 1.645 * np.sqrt(row @ cov @ row)
        points.append(BandPoint(float(day), *(float(np.exp(middle + k * spread)) for k in (-1, 0, 1))))
    return points


def _current(series: Series) -> Series:
    keep = np.isfinite(series.mm).any(axis=1)
    if len(series):
        keep &= series.segment == series.segment[-1]
    return series.without(np.flatnonzero(~keep).tolist())


def _fit(now: Series) -> tuple[Floats, Floats, Floats, Floats]:
    """Level of each axis at the last day and the common rate: mean (4,), covariance (4, 4), weights (n,3), errors (n,3)."""
    back = now.day - now.day[-1]
    there = np.isfinite(now.mm) & (back >= -WINDOW_DAYS)[:, None]
    relative, floor = errors_of(now.method)
    size = np.nanmedian(np.where(there, now.mm, np.nan)[there.any(axis=1)], axis=None)
    sigma = np.sqrt(relative[:, None] ** 2 + (floor[:, None] / size) ** 2 + SESSION**2 + WALK**2 * -back[:, None] / 2)
    sigma = np.broadcast_to(sigma, now.mm.shape)
    rows, columns = np.nonzero(there)
    y = np.log(now.mm[rows, columns])
    design = np.zeros((len(y), 4))
    design[np.arange(len(y)), columns] = 1.0
    design[:, 3] = back[rows]
    prior = np.diag([1e-4, 1e-4, 1e-4, RATE_SD**-2])
    start = np.append(np.full(3, np.log(size)), 0.0)
    weight = np.ones(len(y))
    mean, s = start, sigma[rows, columns]
    for _ in range(12):
        precision = design.T * (weight / s**2)
        cov = np.linalg.inv(precision @ design + prior)
        mean = cov @ (precision @ y + prior @ start)
        z = (y - design @ mean) / s
        weight = (STUDENT + 1) / (STUDENT + z**2)
    weights = np.full(now.mm.shape, np.nan)
    weights[rows, columns] = weight
    return mean, cov, weights, sigma


def _one(series: Series, next_day: float | None, next_method: str | None, next_axes: Sequence[str] | None) -> Growth:
    now = _current(series)
    if not len(now):
        return Growth(readings=0)
    mean, cov, weights, _ = _fit(now)
    forecast = None
    if next_day is not None:
        chosen = next_axes or [axis for k, axis in enumerate(AXES) if np.isfinite(now.mm[:, k]).any()]
        forecast = {axis: _interval(mean, cov, now, next_day, next_method, axis) for axis in chosen}
    kept = np.flatnonzero(np.isfinite(series.mm).any(axis=1) & (series.segment == series.segment[-1]))
    low_weight = np.nanmin(weights, axis=1, initial=1.0, where=np.isfinite(weights)) < 0.3
    doubted = tuple(Doubt(int(index), "jump") for index in kept[low_weight])
    if len(now) < MIN_READINGS or now.day[-1] - now.day[0] < MIN_DAYS:
        return Growth(readings=len(now), next_mm=forecast, doubted=doubted)
    return _known(now, float(mean[3]), float(np.sqrt(cov[3, 3])), forecast, doubted)


def _known(
    now: Series, rate: float, sd: float, forecast: dict[str, dict[str, Interval]] | None, doubted: tuple[Doubt, ...]
) -> Growth:
    low, high = rate - 1.645 * sd, rate + 1.645 * sd
    percent, percent_low, percent_high = (float(np.expm1(r * MONTH) * 100.0) for r in (rate, low, high))
    growing = low > 0
    p_growing, p_rapid = float(stats.norm.sf(0, rate, sd)), float(stats.norm.sf(RAPID, rate, sd))
    rapid = p_rapid > 0.95
    since: date | None = date_of(max(now.day[0], now.day[-1] - WINDOW_DAYS)) if p_growing > 0.9 else None
    return Growth(
        readings=len(now),
        percent_per_month=percent,
        low=percent_low,
        high=percent_high,
        doubling_days=doubling_days(percent) if growing else None,
        doubling_low=doubling_days(percent_high) if growing else None,
        doubling_high=doubling_days(percent_low) if growing else None,
        p_growing=p_growing,
        p_rapid=p_rapid,
        since=since,
        next_mm=forecast,
        rapid=rapid,
        slow=p_growing >= 0.975 and not rapid,
        doubted=doubted,
    )


def _interval(
    mean: Floats, cov: Floats, now: Series, day: float, method: str | None, axis: str
) -> dict[str, Interval]:
    column, ahead = AXES.index(axis), day - now.day[-1]
    row = np.eye(4)[column] + np.array([0, 0, 0, ahead])
    relative, floor = errors_of([method])
    middle = float(row @ mean)
    noise = relative[0] ** 2 + (floor[0] / np.exp(middle)) ** 2 + SESSION**2 + WALK**2 * max(ahead, 0.0)
    spread = float(np.sqrt(row @ cov @ row + noise))
    return {
        name: (float(np.exp(middle - q * spread)), float(np.exp(middle + q * spread)))
        for name, level in LEVELS
        for q in [stats.t.ppf(0.5 + level / 2, 5)]
    }
