"""What the product can say about measuring: the smallest change it could see, and how long steady growth would take."""

from typing import NamedTuple

import numpy as np

from analytics.growth.run import Beliefs
from analytics.growth.settings import MONTH, Settings, error_grid
from analytics.noise import SESSION
from analytics.series import Floats

BEYOND_NOISE = 1.645 * np.sqrt(2.0)  # clinical.md, "size up beyond noise"
SEEN_AT = 3.0  # standard errors of a steady slope at which the engine has usually spoken
MOST_WEEKS = 52
WEEKS = np.arange(2, MOST_WEEKS + 1)
SLOPE_ERROR = (
    SEEN_AT * np.sqrt(12.0 / ((WEEKS + 1) * WEEKS * (WEEKS + 2))) / 7.0
)  # of a slope, where one reading's is 1


class Seeing(NamedTuple):
    """For L looks: the person's own ``error`` of one reading (a share), the ``smallest`` change in mm between two
    readings that is beyond it, a ``steady`` growth in mm a month and the ``weeks`` after which it would be seen."""

    error: Floats
    smallest: Floats
    steady: Floats
    weeks: Floats


def seeing(known: Beliefs, size: Floats, relative: Floats, floor: Floats, settings: Settings) -> Seeing:
    """``size`` (L,) the longest axis now in mm; ``relative`` and ``floor`` (L,) the error of the last reading's method."""
    factors, _ = error_grid(settings)
    own = np.exp((known.weight.sum(axis=0) * np.log(factors)[:, None]).sum(axis=0)) * relative
    error = np.sqrt(own**2 + (floor / size) ** 2 + SESSION**2)
    steady = np.maximum(1.0, np.round(0.1 * size))
    return Seeing(error, smallest_change(size, error), steady, weeks_until_seen(size, error, steady))


def smallest_change(size: Floats, error: Floats) -> Floats:
    """The change in mm between two readings that is beyond their noise; ``error`` is of one reading, a share."""
    return np.asarray(size * np.expm1(BEYOND_NOISE * error))


def weeks_until_seen(size: Floats, error: Floats, mm_per_month: Floats) -> Floats:
    """Weeks of weekly readings after which steady growth would be seen; 52 where it would take longer."""
    rate = np.log1p(mm_per_month / size) / MONTH
    return np.asarray(np.minimum(WEEKS[0] + np.searchsorted(-SLOPE_ERROR, -rate / error), MOST_WEEKS), dtype=np.float64)
