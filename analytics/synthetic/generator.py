"""Made-up lumps with a known answer: the generator of clinical.md, on which the growth engine is tuned and scored.

One year of readings: gaps gamma(2, 3.5 days) rounded to days (at least one); a longest diameter log-uniform 10-45 mm; a width;
a person's own error; an error shared by the axes of a session; now and then a slip; a size that wanders a little; whole mm.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analytics.series import Floats, Series

YEAR = 365.0
LN2_THIRD = np.log(2.0) / 3.0  # ln(diameter) gained while the volume doubles


@dataclass(frozen=True)
class Recipe:
    """Every number of the generator, with clinical.md's values as defaults."""

    days: float = YEAR
    start_day: float = 20_454.0  # 2026-01-01
    gap_shape: float = 2.0
    gap_scale: float = 3.5  # days
    smallest_mm: float = 10.0
    largest_mm: float = 45.0
    width_mean: float = 0.8  # width over length, lognormal
    width_spread: float = 0.2
    width_missing: float = 0.25  # of the readings
    depth_mean: float = 0.6  # used in the three-axis row only
    axes: int = 2
    relative_mean: float = 0.07  # the person's own error, lognormal
    relative_spread: float = 0.35
    floor_mm: float = 1.0
    session: float = 0.03
    slip_share: float = 0.03
    slips: tuple[float, ...] = (0.65, 1.45)
    walk: float = 0.004  # of ln(diameter) a root day
    rounding_mm: float = 1.0
    slow_low: float = 0.03  # slow growers, of diameter a year
    slow_high: float = 0.12
    fast_low: float = 45.0  # fast growers, days in which the volume doubles
    fast_high: float = 110.0
    onset_low: float = 90.0
    onset_high: float = 200.0
    ten_fold_share: float = 0.0  # readings typed ten times too large
    inches_share: float = 0.0  # readings typed in inches as if they were mm
    dropped_share: float = 0.0  # readings left out
    measurer_factor: float = 1.0  # another measurer from half-way on

    def changed(self, **values: object) -> "Recipe":
        """The same recipe with some numbers changed."""
        return replace(self, **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class MadeLump:
    """One made-up lump and the truth about it."""

    kind: str  # "stable", "slow", "after" or "start"
    series: Series
    onset_day: float | None  # of fast growth; None where there is none
    rate: float  # of ln(diameter) a day, from the onset (or all along in a slow grower)
    relative: float  # the person's own error
    measure: Callable[[float, np.random.Generator], Floats]  # one more reading (3,) on a day of this lump's year
    flat: Floats  # ln true length on each day of the year, the fast growth left out
    shape: Floats  # (3,) ln of each axis over the length


def make_lump(kind: str, rng: np.random.Generator, recipe: Recipe | None = None) -> MadeLump:
    """One lump of a kind: "stable", "slow", "after" (fast after a stable time) or "start" (fast from the first day)."""
    r = recipe or Recipe()
    days = _days(rng, r)
    rate, onset = _truth(kind, rng, r)
    path_days = np.arange(int(r.days) + 2, dtype=np.float64)
    level = rng.uniform(np.log(r.smallest_mm), np.log(r.largest_mm))
    walked = np.concatenate([[0.0], np.cumsum(rng.normal(0.0, r.walk, len(path_days) - 1))])
    growth = rate * np.maximum(0.0, path_days - onset)
    path = level + walked + growth
    flat = path - growth if kind in ("after", "start") else path
    shape = np.array(
        [0.0, rng.normal(np.log(r.width_mean), r.width_spread), rng.normal(np.log(r.depth_mean), r.width_spread)]
    )
    relative = float(rng.lognormal(np.log(r.relative_mean), r.relative_spread))

    def measure(day: float, rng: np.random.Generator) -> Floats:
        return _reading(day - r.start_day, path, shape, relative, rng, r)

    mm = np.array([measure(day + r.start_day, rng) for day in days])
    series = Series(days + r.start_day, mm, ("ruler",) * len(days), np.zeros(len(days), dtype=np.int64))
    fast = kind in ("after", "start")
    return MadeLump(kind, series, r.start_day + onset if fast else None, rate, relative, measure, flat, shape)


def make_lumps(kind: str, count: int, seed: int, recipe: Recipe | None = None) -> list[MadeLump]:
    """``count`` lumps of one kind; the same seed gives the same lumps, and the first k of more are the same k."""
    children = np.random.SeedSequence([seed, sum(map(ord, kind))]).spawn(count)
    return [make_lump(kind, np.random.default_rng(child), recipe) for child in children]


def _days(rng: np.random.Generator, r: Recipe) -> Floats:
    gaps = np.maximum(1.0, np.round(rng.gamma(r.gap_shape, r.gap_scale, int(r.days) + 1)))
    days = np.concatenate([[0.0], np.cumsum(gaps)])
    days = days[days <= r.days]
    if r.dropped_share:
        keep = rng.random(len(days)) >= r.dropped_share
        keep[0] = True
        days = days[keep]
    return days


def _truth(kind: str, rng: np.random.Generator, r: Recipe) -> tuple[float, float]:
    """Rate a day and onset in days from the first reading."""
    if kind == "stable":
        return 0.0, 0.0
    if kind == "slow":
        return float(np.log1p(rng.uniform(r.slow_low, r.slow_high)) / YEAR), 0.0
    if kind not in ("after", "start"):
        raise ValueError(f"no such kind of lump: {kind}")
    rate = float(LN2_THIRD / rng.uniform(r.fast_low, r.fast_high))
    return rate, float(rng.uniform(r.onset_low, r.onset_high)) if kind == "after" else 0.0


def _reading(day: float, path: Floats, shape: Floats, relative: float, rng: np.random.Generator, r: Recipe) -> Floats:
    true = np.exp(path[round(day)] + shape)
    if r.measurer_factor != 1.0 and day >= r.days / 2:
        true = true * r.measurer_factor
    spread = np.sqrt(relative**2 + (r.floor_mm / true) ** 2)
    mm = true * np.exp(rng.normal(0.0, r.session) + rng.normal(0.0, 1.0, 3) * spread)
    if rng.random() < r.slip_share:
        mm = mm * rng.choice(np.array(r.slips))
    mm = np.maximum(np.round(mm / r.rounding_mm) * r.rounding_mm, r.rounding_mm)
    if rng.random() < r.ten_fold_share:
        mm = mm * 10.0
    if rng.random() < r.inches_share:
        mm = np.round(mm / 25.4, 1)
    missing = rng.random() < r.width_missing
    if missing or r.axes < 2:
        mm[1] = np.nan
    if r.axes < 3:
        mm[2] = np.nan
    return np.asarray(np.where(mm > 0, mm, np.nan), dtype=np.float64)
