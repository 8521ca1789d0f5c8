"""Redness: how much redder a lump is than the skin beside it, in CIELAB a*. A trend with its error, for a doctor's eye.

The difference and never the absolute value: the colour of the light moves both alike (clinical.md, "Photos"). It raises
nothing and reassures nobody. The same redness shows about a third as strongly on dark skin, so a small difference there
says little: `dark_skin` goes with it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

DARK_SKIN = 42.0  # L* of the skin beside the lump below which the note on dark skin is due
LIGHT_SHARE = 0.06  # share of the difference that the light's colour and the white balance leave open
LEFT_OVER = 0.35  # a* units: what remains of light that differs between the lump and the ring


class Redness(NamedTuple):
    """`difference`: a* of the lump minus a* of the skin beside it; its SD; whether the skin is dark."""

    difference: float
    sd: float
    dark_skin: bool


def redness_of(lab: Floats, lump: Mask, beside: Mask) -> Redness | None:
    """From white-balanced CIELAB (h, w, 3), the lump's pixels and those of the skin beside it; None for too few."""
    if lump.sum() < 30 or beside.sum() < 30:
        return None
    inside, outside = lab[lump], lab[beside]
    difference = float(np.median(inside[:, 1]) - np.median(outside[:, 1]))
    noise = np.hypot(_error(inside[:, 1]), _error(outside[:, 1]))
    sd = float(np.sqrt(noise**2 + (LIGHT_SHARE * difference) ** 2 + LEFT_OVER**2))
    return Redness(difference, sd, bool(np.median(outside[:, 0]) < DARK_SKIN))


def _error(values: Floats) -> float:
    """SD of a median of pixels that resemble their neighbours: about one in a hundred says something of its own."""
    spread = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    return float(1.25 * spread / np.sqrt(max(len(values) / 100, 1.0)))
