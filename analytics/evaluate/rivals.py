"""What the engine is measured against: textbook rules, and a clairvoyant who knows all but the onset.

Every rule gives a value after each reading, -inf while it has fewer than four readings or 21 days, so that each can be
set to the same false-alarm rate. They look at the length, as the textbooks do, unless the name says otherwise.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import logsumexp

from analytics.growth.settings import LN2_THIRD, MIN_DAYS, MIN_READINGS
from analytics.noise import SESSION, errors_of
from analytics.series import Flags, Floats, Series
from analytics.synthetic import MadeLump

WINDOW_DAYS = 120.0
BASE = 4  # readings that set CUSUM's level
SLACK = 0.5
ROUNDING = 1.0 / np.sqrt(12.0)


def _ready(day: Floats) -> Flags:
    return np.asarray((np.arange(len(day)) >= MIN_READINGS - 1) & (day - day[0] >= MIN_DAYS))


def last_against_first(series: Series) -> Floats:
    """ln(last / first); the textbook's bar is ln 1.2."""
    y = np.log(series.mm[:, 0])
    return np.where(_ready(series.day), y - y[0], -np.inf)


def recist(series: Series) -> Floats:
    """ln(last / smallest so far) where it is also 5 mm more; the textbook's bar is ln 1.2."""
    mm = series.mm[:, 0]
    low = np.minimum.accumulate(mm)
    return np.where(_ready(series.day) & (mm - low >= 5.0), np.log(mm / low), -np.inf)


def slope_t(series: Series) -> Floats:
    """t of a straight line through the last 120 days of lengths."""
    return _slope_t(series.day, np.log(series.mm[:, 0]))


def slope_t_both(series: Series) -> Floats:
    """The same through the mean of length and width, a missing width filled in by the lump's mean shape so far."""
    y = np.log(series.mm[:, :2])
    there = np.isfinite(y[:, 1])
    gap = np.where(there, np.nan_to_num(y[:, 1] - y[:, 0]), 0.0)
    mean = np.cumsum(gap) / np.maximum(np.cumsum(there), 1)
    return _slope_t(series.day, 0.5 * (y[:, 0] + np.where(there, y[:, 1], y[:, 0] + mean)))


def _slope_t(day: Floats, y: Floats) -> Floats:
    value = np.full(len(day), -np.inf)
    for k in np.flatnonzero(_ready(day)):
        window = slice(int(np.searchsorted(day, day[k] - WINDOW_DAYS)), k + 1)
        x, v = day[window] - day[window].mean(), y[window] - y[window].mean()
        sxx = float(x @ x)
        if len(x) > 2 and sxx > 0:
            slope = float(x @ v) / sxx
            error = np.sqrt(max(float(v @ v) - slope**2 * sxx, 1e-9) / (len(x) - 2) / sxx)
            value[k] = slope / error
    return value


def cusum(series: Series) -> Floats:
    """One-sided CUSUM of ln length against the mean of the first four, in units of a ruler's error, slack one half."""
    y = np.log(series.mm[:, 0])
    level = y[:BASE].mean()
    relative, floor = errors_of(["ruler"])
    sigma = np.sqrt(relative[0] ** 2 + (floor[0] / np.exp(level)) ** 2 + SESSION**2)
    total, value = 0.0, np.full(len(y), -np.inf)
    for k in range(min(BASE, len(y)), len(y)):
        total = max(0.0, total + (y[k] - level) / sigma - SLACK)
        value[k] = total
    return np.where(_ready(series.day), value, -np.inf)


def mann_kendall(series: Series) -> Floats:
    """z of the Mann-Kendall trend test over the last 120 days of lengths."""
    day, mm = series.day, series.mm[:, 0]
    signs = np.sign(mm[None, :] - mm[:, None])
    value = np.full(len(day), -np.inf)
    for k in np.flatnonzero(_ready(day)):
        begin = int(np.searchsorted(day, day[k] - WINDOW_DAYS))
        n = k + 1 - begin
        total = np.triu(signs[begin : k + 1, begin : k + 1], 1).sum()
        spread = np.sqrt(max(n * (n - 1) * (2 * n + 5) / 18.0, 1e-9))
        value[k] = (total - np.sign(total)) / spread
    return value


RULES: dict[str, Callable[[Series], Floats]] = {
    "last against first": last_against_first,
    "RECIST (20 % and 5 mm over the lowest)": recist,
    "straight-line t-test, 120 days": slope_t,
    "straight-line t-test, both axes": slope_t_both,
    "CUSUM": cusum,
    "Mann-Kendall, 120 days": mann_kendall,
}
TEXTBOOK = {"last against first": float(np.log(1.2)), "RECIST (20 % and 5 mm over the lowest)": float(np.log(1.2))}


def clairvoyant(lump: MadeLump, rng: np.random.Generator, start_share: float, hazard: float) -> Floats:
    """Log odds of growth for one who knows this lump's true size without growth on every day, its shape, the person's
    error and the rate to look for, and lacks only whether and when growth began. A quiet lump gets a rate at random."""
    day = lump.series.day - lump.series.day[0]
    rate = lump.rate if lump.onset_day is not None else LN2_THIRD / rng.uniform(45.0, 110.0)
    flat = lump.flat[np.round(day).astype(int)][:, None] + lump.shape
    there = np.isfinite(lump.series.mm)
    error = np.where(there, np.nan_to_num(np.log(lump.series.mm)) - flat, 0.0)
    count = there.sum(axis=1)
    floor = (1.0 + ROUNDING**2) / np.exp(2.0 * flat)
    variance = np.where(there, lump.relative**2 + floor, 0.0).sum(axis=1) / count**2 + SESSION**2
    begun = np.concatenate([[0.0], day[:-1] + 0.5 * np.diff(day)])
    prior = np.log(np.concatenate([[start_share], (1.0 - start_share) * -np.expm1(-hazard * np.diff(day))]) + 1e-300)
    grown = rate * np.maximum(0.0, day[:, None] - begun)
    off = error.sum(axis=1) / count
    gain = _log_density(off[:, None] - grown, variance[:, None]) - _log_density(off, variance)[:, None]
    odds = np.array([logsumexp(prior[: k + 1] + gain[: k + 1, : k + 1].sum(axis=0)) for k in range(len(day))])
    return np.where(_ready(lump.series.day), odds, -np.inf)


def _log_density(off: Floats, variance: Floats) -> Floats:
    """Log density of one error: a plain one, or a slip by 0.65 or 1.45."""
    slips = [np.exp(-0.5 * (off - np.log(by)) ** 2 / variance) for by in (0.65, 1.45)]
    plain = 0.97 * np.exp(-0.5 * off**2 / variance) + 0.015 * (slips[0] + slips[1])
    return np.asarray(np.log(plain / np.sqrt(variance) + 1e-300))
