"""Sizes from an outline or from end points, in mm of the flat picture. numpy only: the server's web process may load it.

Length is the outline's longest diameter (Feret), width the widest extent at right angles to it, as a ruler would be held.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_MM = 0.1  # what a size is at least (docs/format.md: above nothing, one decimal)
TAP = 0.5  # mm by which a finger or a key sets an end point off, SD
SHARED = 0.3  # of an average's variance, what several shots of one card have in common and averaging does not take away
FLOOR = 0.2  # mm; no photo of skin knows better where a lump ends


class Size(NamedTuple):
    """mm; the SDs are of one reading against the true size. The width may be unknown."""

    length_mm: float
    length_sd: float
    width_mm: float | None
    width_sd: float | None


class Ends(NamedTuple):
    """The two end points of length and of width, each (2, 2) mm in the flat frame."""

    length: Floats
    width: Floats


def feret(outline: Any) -> Ends:
    """The ends of the longest diameter, and of the widest extent at right angles to it.

    `outline`: (n, 2) mm, three points or more, open or closed. Raises ValueError for fewer, or for what is not finite.
    """
    points = np.asarray(outline, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or not np.isfinite(points).all():
        raise ValueError("an outline is three points or more of two finite numbers")
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    i, j = np.unravel_index(int(np.argmax(apart)), apart.shape)
    length = points[[i, j]]
    along = length[1] - length[0]
    size = float(np.hypot(*along))
    across = np.array([-along[1], along[0]]) / (size or 1.0)
    offsets = (points - length[0]) @ across
    low, high = int(np.argmin(offsets)), int(np.argmax(offsets))
    return Ends(length, _across(points[low], points[high], across))


def _across(low: Floats, high: Floats, across: Floats) -> Floats:
    """A segment along `across` as wide as the two points are apart that way, through the middle between them."""
    middle = (low + high) / 2
    half = ((high - low) @ across) / 2
    return np.array([middle - half * across, middle + half * across])


def size_of(analysis: dict[str, Any], *, outline: Any = None, ends: dict[str, Any] | None = None) -> Size:
    """The size of what a person drew or set in the flat picture: an outline (n, 2), or ends {"length": 2 points, "width"}.

    `analysis` is the photo's (PhotoReading.as_dict): it brings the scale's error and the dome. Ends may leave the width
    out. Raises ValueError for an outline or ends that cannot be measured, KeyError when ends have no length.
    """
    width: Floats | None
    if ends is None:
        found = feret(outline)
        length, width = found.length, found.width
    else:
        length = _pair(ends["length"])
        width = _pair(ends["width"]) if ends.get("width") is not None else None
    scale_sd, per_mm = scale_error(analysis), rim_share(analysis)
    long = float(np.linalg.norm(length[1] - length[0])) * (1 - per_mm)
    wide = None if width is None else float(np.linalg.norm(width[1] - width[0])) * (1 - per_mm)
    if long < LEAST_MM or (wide is not None and wide < LEAST_MM):
        raise ValueError("two ends lie on one another: there is no length or no width")
    return Size(
        round(long, 2), round(_sd(long, scale_sd, TAP), 2),
        None if wide is None else round(wide, 2), None if wide is None else round(_sd(wide, scale_sd, TAP), 2),
    )  # fmt: skip


def _pair(points: Any) -> Floats:
    pair = np.asarray(points, np.float64)
    if pair.shape != (2, 2) or not np.isfinite(pair).all():
        raise ValueError("two end points of two finite numbers are needed")
    return pair


def scale_error(analysis: dict[str, Any]) -> float:
    """Relative SD of lengths in a photo's flat picture."""
    return float(analysis.get("scale_sd") or 0.01)


def rim_share(analysis: dict[str, Any]) -> float:
    """By how much of itself a length reads large, since a dome's rim stands nearer to the lens than the skin."""
    return float(analysis.get("rim_share") or 0.0)


def _sd(mm: float, scale_sd: float, end_mm: float) -> float:
    return float(np.sqrt((mm * scale_sd) ** 2 + 2 * end_mm**2 + FLOOR**2))


def average(sizes: Sequence[Size]) -> Size:
    """Several shots as one size: weighted by their errors, the shared part of which does not average away.

    Where the shots differ by more than they say, the SD follows their spread. Raises ValueError for none.
    """
    if not sizes:
        raise ValueError("no sizes to average")
    long = _mean([s.length_mm for s in sizes], [s.length_sd for s in sizes])
    widths = [(s.width_mm, s.width_sd) for s in sizes if s.width_mm is not None and s.width_sd is not None]
    wide = _mean([w for w, _ in widths], [sd for _, sd in widths]) if widths else (None, None)
    return Size(*long, *wide)


def _mean(values: list[float], sds: list[float]) -> tuple[float, float]:
    value, sd = np.array(values), np.maximum(np.array(sds), 1e-6)
    weight = 1 / sd**2
    mean = float((weight * value).sum() / weight.sum())
    own = float(1 / weight.sum())
    if len(value) > 1:
        own = max(own, float((weight * (value - mean) ** 2).sum() / weight.sum()) / (len(value) - 1))
    shared = SHARED * float(np.min(sd) ** 2)
    return round(mean, 2), round(float(np.sqrt((1 - SHARED) * own + shared)), 2)
