"""One number for a lump's size from up to three axes. Missing axes are NaN; lengths are mm, volumes mm³."""

import numpy as np
from numpy.typing import ArrayLike

from analytics.series import Floats

ELLIPSOID = np.pi / 6.0  # volume of an ellipsoid over the product of its three axes


def volume(length: ArrayLike, width: ArrayLike, depth: ArrayLike) -> Floats:
    """Volume in mm³ of an ellipsoid, π/6·l·w·d.

    A missing axis is taken as the geometric mean of those that are there, so the volume never jumps by more than
    the shape explains. That is a convention for comparing a lump with itself: height is often less than width, so
    a volume without depth reads large (clinical.md: "W for H overstates volume"). No axis at all: NaN.
    """
    return np.asarray(ELLIPSOID * mean_diameter(length, width, depth) ** 3, dtype=np.float64)


def mean_diameter(length: ArrayLike, width: ArrayLike, depth: ArrayLike) -> Floats:
    """Geometric mean in mm of the axes that are there; NaN where none is."""
    axes = np.stack(np.broadcast_arrays(*(np.asarray(axis, dtype=np.float64) for axis in (length, width, depth))))
    there = np.isfinite(axes)
    count = there.sum(axis=0)
    total = np.where(there, np.log(np.where(there, axes, 1.0)), 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, np.exp(total / np.maximum(count, 1)), np.nan), dtype=np.float64)


def longest(length: ArrayLike, width: ArrayLike) -> Floats:
    """The longer of length and width in mm, whichever is there; NaN where neither is."""
    return np.asarray(np.fmax(np.asarray(length, dtype=np.float64), np.asarray(width, dtype=np.float64)))


def doubling_days(percent_per_month: float) -> float | None:
    """Days in which the volume doubles at a growth of mean diameter in percent per 30.4 days; None unless growing."""
    if percent_per_month <= 0:
        return None
    return float(np.log(2.0) / 3.0 / (np.log1p(percent_per_month / 100.0) / 30.4))
