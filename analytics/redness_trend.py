"""How measured redness (analytics/redness.py) went over time: a weighted straight line with its error, for a doctor's eye."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 3  # readings, below which nothing is said of a trend
SHORTEST = 7.0  # days
MONTH = 30.4
TWO_SIDED = 1.96  # SD on either side of a 95 % interval


@dataclass(frozen=True, slots=True)
class RednessTrend:
    """a* a month, with 95 % limits."""

    per_month: float
    low: float
    high: float


def redness_trend(days: Sequence[float], differences: Sequence[float], sds: Sequence[float]) -> RednessTrend | None:
    """Least squares weighted by the readings' own SDs (all above 0); where they scatter wider than those say, by that.

    ``days`` in any order, counted from any day. None below three readings or a week.
    """
    day, redness, sd = (np.asarray(one, float) for one in (days, differences, sds))
    if len(day) < FEWEST or np.ptp(day) < SHORTEST:
        return None
    weight = sd**-2.0
    apart = day - np.average(day, weights=weight)
    spread = float(np.sum(weight * apart**2))
    slope = float(np.sum(weight * apart * redness)) / spread
    left = redness - np.average(redness, weights=weight) - slope * apart
    scatter = float(np.sum(weight * left**2)) / (len(day) - 2)
    error = TWO_SIDED * float(np.sqrt(max(scatter, 1.0) / spread))
    return RednessTrend(slope * MONTH, (slope - error) * MONTH, (slope + error) * MONTH)
