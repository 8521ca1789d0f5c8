"""Propose a lump's outline in the flat picture. Needs OpenCV.

From each place that may be a lump (`seek`) a closed line grows: the skin just outside it and the lump inside it say how each
of both looks, each pixel says which of the two it is more like, and the line moves to where it gathers the most of that
(`circle`); a few rounds. At last each radius goes to where the colour is halfway from lump to skin. Of all places the one
whose edge is clearest all the way round is proposed, and none if no edge is clear.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo.circle import OUTSIDE, along_rays, best_circle, filled, points_of, recentred, without_short_waves
from analytics.photo.seek import Place, places
from analytics.photo.tissue import features_of, log_likelihood, off_skin

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEP = 0.4  # mm a pixel of the copy that is worked on
TRIES = 3
ROUNDS = 5
LEAST = 2.8  # mm, radius of the area: what is smaller may be a freckle, and is left to the person's finger
SMALL, CLEAR = 6.5, 4.0  # mm, radius: below this a mole's edge must be this clear to be taken for the lump's
MOST = 55.0  # mm, radius
RING = (1.2, 10.0)  # mm outside the line: where the skin beside it is looked at
FAINTEST = 1.4  # how clear an edge must be, see `_clarity`
GLOSSY = 0.3  # what the edge of a bright pale place counts: mostly it is gloss on a dome
FAINTEST_SHADE, ALONE = 1.0, 1.7  # the same for a lump seen by its shade; and where nothing else speaks for it


class Found(NamedTuple):
    """`outline` (n, 2) mm in the working copy's frame, origin its first pixel's middle; `edge`: SD in mm of its place;
    `clarity`: how clear its edge is, in SDs of skin; `inside`: its pixels; `mostly_shade`: it is brighter or darker than
    skin rather than of another colour."""

    outline: Floats
    edge: float
    clarity: float
    inside: Mask
    mostly_shade: bool


Gain = Callable[[Floats, Mask, Mask], Floats]


class _Line(NamedTuple):
    middle: Floats
    radii: Floats
    off: Floats


def propose(balanced: NDArray[np.float32], skin: Mask, between: Mask, step: float) -> Found | None:
    """The outline in a balanced linear picture (h, w, 3) of `step` mm a pixel; None where no edge is clear.

    `skin`: pixels that may be skin; `between`: those where the lump may be.
    """
    features, trust = features_of(balanced, skin, step)
    known = (trust > 0) & between
    try:
        off = off_skin(features, known, step, bent=True)
    except ValueError:
        return None
    coloured: list[Found] = []
    shaded: list[Found] = []
    by_colour, by_shade = places(off, trust, between, step, TRIES)
    for place in by_colour:
        line = _grown(place, _colour_gain, features, trust, between, step)
        found = None if line is None else _finished(line, trust, step)
        if found is not None and _radius(found.outline) >= LEAST:
            coloured.append(found)
    for place in by_shade + by_colour[:2]:
        line = _grown(place, _shade_gain, features, trust, between, step)
        if line is not None:
            shaded.append(_finished(line, trust, step, shaded=True))
    return _chosen(coloured, shaded)


def _chosen(coloured: list[Found], shaded: list[Found]) -> Found | None:
    """The clearest by colour; but the clearest by shade where that one is only its bright or its dark side, or faint."""
    by_colour = max(coloured, key=lambda one: one.clarity, default=None)
    by_shade = max(shaded, key=lambda one: one.clarity, default=None)
    if by_shade is not None and by_shade.clarity >= FAINTEST_SHADE:
        if by_colour is None or by_colour.clarity < FAINTEST:
            return by_shade if by_shade.clarity >= ALONE else None
        part = by_colour.inside.sum()
        within = float((by_colour.inside & by_shade.inside).sum()) / part
        if within > 0.8 and part < 0.75 * by_shade.inside.sum() and by_colour.mostly_shade:
            return by_shade
    if by_colour is None:
        return None
    return by_colour if by_colour.clarity >= (CLEAR if _radius(by_colour.outline) < SMALL else FAINTEST) else None


def _radius(outline: Floats) -> float:
    """mm, of the circle of the same area."""
    return float(np.sqrt(cv2.contourArea(outline.astype(np.float32)) / np.pi))


def _grown(place: Place, gain_of: Gain, features: Floats, trust: Floats, between: Mask, step: float) -> _Line | None:
    """The line that a place grows into; None where it vanishes, or swallows what is between the strips."""
    middle, radii = place.middle, np.full(len(_ANGLES), place.radius)
    off = features
    for turn in range(ROUNDS):
        inside = filled(middle, radii * (0.85 if turn == 0 else 1.0), between.shape)
        ring = _ring(filled(middle, radii, between.shape), step) & (trust > 0) & between
        sure = inside & (trust > 0)
        if sure.sum() < 20:
            return None
        try:
            off = off_skin(features, ring, step, bent=False)
        except ValueError:
            return None
        gain = gain_of(off, sure, ring) * trust
        gain = np.where(between, gain, OUTSIDE)
        size = float(np.sqrt(inside.sum() / np.pi))
        radii = best_circle(gain, middle, 0.5 * LEAST / step, min(2.0 * size + 5 / step, MOST / step))
        middle, radii = recentred(middle, radii)
    area = filled(middle, radii, between.shape).sum() * step * step
    if area < np.pi * LEAST**2 or area > 0.8 * between.sum() * step * step:
        return None
    return _Line(middle, radii, off)


_ANGLES = np.arange(96)


def _ring(inside: Mask, step: float) -> Mask:
    size = float(np.sqrt(inside.sum() / np.pi)) * step
    whole = inside.astype(np.uint8)
    wide = RING[0] + float(np.clip(0.6 * size, 4.0, RING[1]))
    return np.asarray((_widened(whole, wide / step) > 0) & (_widened(whole, RING[0] / step) == 0))


def _widened(mask: NDArray[np.uint8], by: float) -> NDArray[np.uint8]:
    """A mask grown by so many px, any number of them at the same cost."""
    far = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
    return np.asarray(far <= by, np.uint8)


def _colour_gain(off: Floats, sure: Mask, ring: Mask) -> Floats:
    """How much more each pixel is like the lump than like the skin around it, -2.5 to 2.5."""
    lump = np.median(off[sure], axis=0)
    beyond = np.maximum((off @ lump) / max(float(lump @ lump), 1e-6), 1.0)  # a rim darker still belongs to a dark lump
    ahead = log_likelihood(off / beyond[..., None], off[sure]) - log_likelihood(off, off[ring])
    return np.clip(ahead, -2.5, 2.5)


def _shade_gain(off: Floats, _sure: Mask, ring: Mask) -> Floats:
    """The same for a lump that is only shaded: brighter here, darker there, and like skin in between."""
    tone = off[..., 0] / max(1.0, 1.4826 * float(np.median(np.abs(off[ring][:, 0]))))
    return np.clip(0.45 * tone**2 - 0.9, -0.35, 2.0)


def _finished(line: _Line, trust: Floats, step: float, *, shaded: bool = False) -> Found:
    """Each radius moved to where the colour is halfway from lump to skin, as far as its neighbours agree."""
    inside = filled(line.middle, line.radii, trust.shape) & (trust > 0)
    lump = np.median(line.off[inside], axis=0) if inside.any() else np.zeros(3)
    toward = lump / max(float(np.linalg.norm(lump)), 1e-6)
    values = (np.abs(line.off[..., 0]) if shaded else line.off @ toward).astype(np.float32)
    reach = np.linspace(-3.0, 3.0, 31) / step
    profile: Any = along_rays(values, line.middle, np.maximum(line.radii[:, None] + reach, 0))
    wrapped = np.concatenate([profile[-6:], profile, profile[:6]])
    profile = cv2.GaussianBlur(wrapped, (1, 7), 0, sigmaY=1.5)[6:-6]
    held, out = profile[:, :8].mean(axis=1), profile[:, -8:].mean(axis=1)
    level = (held + out)[:, None] / 2
    passing = (profile[:, :-1] >= level) & (profile[:, 1:] < level)
    index = np.argmin(np.where(passing, np.abs(reach[:-1]), np.inf), axis=1)
    clear = passing[_ANGLES, index] & (held - out > 1.5)
    moved = np.where(clear, reach[index] + (reach[1] - reach[0]) / 2, 0.0)
    smooth = without_short_waves(line.radii + np.clip(moved, -2 / step, 2 / step), 9)
    rough = float(np.std(smooth - (line.radii + moved)) * step)
    edge = float(np.hypot(0.35 + 0.7 * rough, 1.5 * (1 - float(clear.mean()))))
    pale = lump[0] > 0 and lump[1] < 0 and lump[2] > lump[1]  # brighter and nearer to white, as a mirrored light is
    clarity = _clarity(line, smooth, step) * (GLOSSY if pale else 1.0)
    mostly_shade = bool(abs(lump[0]) > 1.2 * np.hypot(lump[1], lump[2])) or bool(pale)
    return Found(points_of(line.middle, smooth) * step, edge, clarity, inside, mostly_shade)


def _clarity(line: _Line, radii: Floats, step: float) -> float:
    """How far lump and skin are apart across the edge, in SDs of skin, as most of the directions have it."""
    inner = np.linspace(-3.0, -0.7, 8) / step
    outer = np.linspace(0.7, 3.0, 8) / step
    apart = []
    for k in range(3):
        image = np.ascontiguousarray(line.off[..., k], np.float32)
        within = along_rays(image, line.middle, np.maximum(radii[:, None] + inner, 0.2 * radii[:, None]))
        beyond = along_rays(image, line.middle, radii[:, None] + outer)
        apart.append(np.median(within, axis=1) - np.median(beyond, axis=1))
    steps = np.array(apart).T
    mean = np.median(steps, axis=0)
    toward = mean / max(float(np.linalg.norm(mean)), 1e-6)
    coloured = float(np.percentile(steps @ toward, 15))
    shaded = float(np.percentile(np.linalg.norm(steps, axis=1), 25))
    return max(coloured, 0.5 * shaded)
