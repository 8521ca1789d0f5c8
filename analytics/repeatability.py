"""How well somebody measures, from several readings of one lump in a row, and how far a second person's are from theirs.

The error of one reading is the within-set standard deviation (Bland & Altman, "Measurement error", BMJ 1996;313:744),
here of ln(size), pooled over sets by their degrees of freedom. It is not taken at its word: four readings tell an SD to
within a factor of about two, so it is joined with what is known of the method, as the growth engine itself does:

    e ~ N(0, (k r)² + (f / size)²)    r, f: the method's error (analytics/noise.py); k: this person's factor
    ln k ~ N(0, 0.35²)                the engine's own spread between people (analytics/growth/settings.py)
    4 % of readings are slips, with 0.40² more variance

and the posterior of k is walked on a grid. A second person's shift is the difference of the two sets' means, drawn towards 0
by what is known of two observers (Borgbjerg: 8.0 % between, 4.9 % within, so 6.3 % each: clinical.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from analytics.growth.plan import smallest_change, weeks_until_seen
from analytics.growth.settings import SETTINGS
from analytics.growth.tracks import method_errors
from analytics.noise import SESSION
from analytics.series import Floats

SPREAD = SETTINGS.error_spread
GRID = np.linspace(-2.5 * SPREAD, 4.5 * SPREAD, 141)  # ln k
OBSERVERS = 0.063 * float(np.sqrt(2.0))  # SD of the difference of two observers' levels
SAME_SITTING = timedelta(hours=24)
REMEMBERED = 0.5  # in a row one remembers the last reading: being better than usual is half believed (our judgement)
STEADY_MM = 2.0  # mm a month, of which is told when it would be seen


@dataclass(frozen=True)
class Trial:
    """One set: ``readings`` of one lump in a row, mm, two or more, all above 0; ``own`` where by who usually measures."""

    method: str
    own: bool
    readings: tuple[float, ...]
    at: datetime


@dataclass(frozen=True)
class OwnError:
    """What a person's own sets by one method tell.

    ``factor``: times the method's relative error, for the growth engine. ``error``, ``low``, ``high``: SD of one reading
    at ``size_mm`` as a share of it, with 90 % limits; ``usual``: the method's own. ``smallest_mm``: the change between two
    readings on different days that is beyond noise. ``weeks``: of weekly readings until growth of 2 mm a month is seen.
    ``shift``: how much more a second person reads, a share, with 90 % limits; None without their set.
    """

    method: str
    sets: int
    readings: int
    size_mm: float
    factor: float
    error: float
    low: float
    high: float
    usual: float
    smallest_mm: float
    weeks: int
    shift: float | None
    shift_low: float | None
    shift_high: float | None


def own_errors(trials: Iterable[Trial]) -> list[OwnError]:
    """One for each method with a set of the person's own, in order of its name."""
    by_method: dict[str, list[Trial]] = {}
    for trial in trials:
        by_method.setdefault(trial.method, []).append(trial)
    found = (_own_error(method, sets) for method, sets in sorted(by_method.items()))
    return [one for one in found if one is not None]


def _own_error(method: str, sets: Sequence[Trial]) -> OwnError | None:
    own = [trial for trial in sets if trial.own]
    if not own:
        return None
    relative, floor = (float(part[0]) for part in method_errors([method], SETTINGS)[:2])
    weight = _posterior([np.log(trial.readings) for trial in own], relative, floor)
    size = float(np.exp(np.mean([np.log(trial.readings).mean() for trial in own])))
    ln_k = float(weight @ GRID)
    factor = float(np.exp(ln_k if ln_k > 0 else REMEMBERED * ln_k))
    tails = np.interp([0.05, 0.95], np.cumsum(weight), GRID)
    low, error, high, usual = (
        float(np.hypot(k * relative, floor / size)) for k in (*np.exp(tails[:1]), np.exp(ln_k), *np.exp(tails[1:]), 1.0)
    )
    day = np.array([np.hypot(np.hypot(factor * relative, floor / size), SESSION)])
    at = np.array([size])
    shift = _shift(sets, error)
    return OwnError(
        method, len(own), sum(len(trial.readings) for trial in own), size, factor, error, low, high, usual,
        float(smallest_change(at, day)[0]), int(weeks_until_seen(at, day, np.array([STEADY_MM]))[0]), *shift,
    )  # fmt: skip


def _posterior(sets: Sequence[Floats], relative: float, floor: float) -> Floats:
    """Weights on GRID adding to 1."""
    log_weight = -0.5 * (GRID / SPREAD) ** 2
    for y in sets:
        variance = (np.exp(GRID) * relative) ** 2 + (floor / np.exp(np.median(y))) ** 2
        log_weight = log_weight + _log_likelihood(y, variance)
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def _log_likelihood(y: Floats, variance: Floats) -> Floats:
    """Of one set's spread about its own unknown mean, where at most one reading is a slip; same shape as ``variance``."""
    n, share = len(y), SETTINGS.slip_share
    clean = n * np.log1p(-share) + _spread_alone(y, variance)
    terms = [clean]
    for j in range(n):
        rest = np.delete(y, j)
        far = variance * (1 + 1 / (n - 1)) + SETTINGS.slip_size**2
        slipped = -0.5 * (np.log(2 * np.pi * far) + (y[j] - rest.mean()) ** 2 / far)
        terms.append(np.log(share) + (n - 1) * np.log1p(-share) + slipped + _spread_alone(rest, variance))
    return np.asarray(np.logaddexp.reduce(terms, axis=0))


def _spread_alone(y: Floats, variance: Floats) -> Floats:
    """Log density of n readings but for their mean, which is taken to be anywhere."""
    n = len(y)
    squares = float(((y - y.mean()) ** 2).sum())
    return np.asarray(-0.5 * ((n - 1) * np.log(2 * np.pi * variance) + np.log(n) + squares / variance))


def _shift(sets: Sequence[Trial], error: float) -> tuple[float | None, float | None, float | None]:
    """A second person's level over one's own, a share, with 90 % limits, from sets of one sitting."""
    precision, total = 1 / OBSERVERS**2, 0.0
    pairs = 0
    for other in (trial for trial in sets if not trial.own):
        near = [trial for trial in sets if trial.own and abs(trial.at - other.at) <= SAME_SITTING]
        if not near:
            continue
        own = min(near, key=lambda trial: abs(trial.at - other.at))
        apart = float(np.median(np.log(other.readings)) - np.median(np.log(own.readings)))
        # each holds the lump and the ruler in their own way for the whole set, as on a day of its own
        variance = error**2 * (1 / len(other.readings) + 1 / len(own.readings)) + 2 * SESSION**2
        precision, total, pairs = precision + 1 / variance, total + apart / variance, pairs + 1
    if not pairs:
        return None, None, None
    middle, half = total / precision, 1.645 / float(np.sqrt(precision))
    return tuple(float(np.expm1(value)) for value in (middle, middle - half, middle + half))  # type: ignore[return-value]
