"""How high a lump stands, guessed from its shading, and what that does to a length measured in the skin's plane.

A dome has a bright side and a dark side, a flat mark has neither. How steep the light falls is not known, so this tells
"flat" from "raised" well and a height only roughly; the error it states is as large as that makes it. The rim of a lump
stands on the skin, where the scale is right; only what bulges over the rim is nearer to the lens.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.photo.colour import luminance
from analytics.photo.outline import Ends

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PER_SHADE = 0.9  # height over radius, per unit of shade from rim to rim (ln of luminance)
FLAT_SHADE = 0.06  # shade that skin has by itself
RIM = 0.05  # of a dome's height: how far above the skin the outline is seen


class Dome(NamedTuple):
    """`height` and `sd` in mm, None where taken as flat; `rim_share`: what a length is too large by, and its SD."""

    height: float | None
    sd: float | None
    rim_share: float
    rim_sd: float


def dome_of(balanced: NDArray[np.float32], lump: Mask, beside: Mask, ends: Ends, distance: float) -> Dome:
    """From the balanced linear working copy, the lump's pixels, the skin beside it, its ends (mm) and the distance (mm)."""
    area = int(lump.sum())
    if area < 60 or beside.sum() < 30:
        return Dome(None, None, 0.0, 0.0)
    tone = np.log(np.clip(luminance(balanced), 0.002, None))
    field = _slope(tone, beside)
    inner = _slope(tone, lump)
    radius = np.sqrt(area / np.pi)
    shade = float(np.hypot(*(inner - field))) * radius
    mean_radius = float(np.linalg.norm(np.diff(ends.length, axis=0)) + np.linalg.norm(np.diff(ends.width, axis=0))) / 4
    if shade < FLAT_SHADE:
        return Dome(None, None, 0.0, 0.1 * mean_radius * RIM / distance)
    height = min(PER_SHADE * (shade - 0.5 * FLAT_SHADE), 0.8) * mean_radius
    share = RIM * height / distance
    return Dome(height, 0.5 * height + 0.5, share, max(share, 0.1 * height / distance))


def _slope(tone: NDArray[np.float32], where: Mask) -> Floats:
    """ln luminance per px, right and down, of the plane through the pixels under a mask."""
    y, x = np.nonzero(where)
    terms = np.column_stack([np.ones(len(x)), x - x.mean(), y - y.mean()])
    found, *_ = np.linalg.lstsq(terms, tone[y, x].astype(np.float64), rcond=None)
    return np.asarray(found[1:], np.float64)
