"""Find the card's markers in a photo, and their corners to a fraction of a pixel. Needs OpenCV.

Detection runs on a reduced copy. The corners are then taken at full size where straight lines, fitted to the edges of each
black square in linear light, meet: a corner by itself is rounded by blur, and its edge at half of the *encoded* grey lies
too far inside. Each line is fitted robustly, so that a hair across it costs a few samples and not the corner.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo import card
from analytics.photo.colour import LINEAR

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

REDUCED = 2000  # long side of the copy that is searched, px
ALONG, ACROSS = 28, 25  # samples along a side, and along each profile across it
REACH = 0.85  # how far a profile goes to either side, in modules: within the black border and the white margin


class Marker(NamedTuple):
    """A marker that was found. `corners` (4, 2): px, pixel centres at whole numbers, in the order of the printed square
    from its top left, clockwise. `sd`: px, of a corner. `blur`: SD in px of the edges' spread. `dark`, `light`: linear
    light of its ink and of the paper around it."""

    corners: Floats
    sd: float
    blur: float
    dark: float
    light: float


def find(rgb: Bytes) -> dict[int, Marker]:
    """The card's markers by id, as far as they are to be seen."""
    grey: Any = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    rough = _detect(grey)
    linear = LINEAR[grey]
    found = {}
    for number, corners in rough.items():
        marker = _refine(linear, corners)
        if marker is not None:
            found[number] = marker
    return found


def _detect(grey: Bytes) -> dict[int, Floats]:
    """Rough corners by id. A second look with the contrast evened out is taken where the first misses some."""
    scale = min(1.0, REDUCED / max(grey.shape))
    small: Any = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    found = _look(small)
    wanted = sum(len(ids) for ids in card.STRIPS)
    if len(found) < wanted:
        evened: Any = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(cv2.medianBlur(small, 3))
        for number, corners in _look(evened).items():
            found.setdefault(number, corners)
    if 0 < len(found) < wanted or (not found and max(small.shape) < 1200):
        bigger: Any = cv2.resize(small, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
        for number, corners in _look(bigger).items():
            found.setdefault(number, (corners + 0.5) / 1.6 - 0.5)
    return {number: (corners + 0.5) / scale - 0.5 for number, corners in found.items()}


def _look(grey: Bytes) -> dict[int, Floats]:
    options = cv2.aruco.DetectorParameters()
    options.minMarkerPerimeterRate = 0.02
    options.adaptiveThreshWinSizeMin, options.adaptiveThreshWinSizeMax, options.adaptiveThreshWinSizeStep = 5, 53, 12
    options.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    options.errorCorrectionRate = 0.8  # of 12 bits that differ between codes, 4 may be hair
    options.maxErroneousBitsInBorderRate = 0.45
    options.perspectiveRemovePixelPerCell = 6
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, card.DICTIONARY))
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, options).detectMarkers(grey)
    found: dict[int, Floats] = {}
    for square, number in zip(corners, [] if ids is None else ids.ravel(), strict=True):
        if int(number) in card.CODES:
            found.setdefault(int(number), np.asarray(square[0], np.float64))
    return found


def _refine(linear: NDArray[np.float32], corners: Floats) -> Marker | None:
    """The marker with its corners where its edges meet; None where fewer than three sides can be made out."""
    for _ in range(2):
        sides = [_side(linear, corners, k) for k in range(4)]
        lines = [side.line for side in sides]
        moved = [_meet(lines[k - 1], lines[k]) for k in range(4)]
        if any(point is None for point in moved):
            return None
        new = np.array(moved)
        module = np.sqrt(abs(cv2.contourArea(corners.astype(np.float32)))) / card.MODULES
        if np.abs(new - corners).max() > 1.2 * module:
            return None
        corners = new
    return Marker(
        corners=corners,
        sd=float(max(0.02, np.median([side.sd for side in sides]))),
        blur=float(np.median([side.blur for side in sides])),
        dark=float(np.median([side.dark for side in sides])),
        light=float(np.median([side.light for side in sides])),
    )


class _Side(NamedTuple):
    line: Floats  # a, b, c of ax + by + c = 0 with a² + b² = 1
    sd: float
    blur: float
    dark: float
    light: float


def _side(linear: NDArray[np.float32], corners: Floats, k: int) -> _Side:
    """The edge from corner k to the next: profiles across it, the place of half light in each, a robust line through."""
    start, end = corners[k], corners[(k + 1) % 4]
    along = end - start
    outward = np.array([along[1], -along[0]]) / np.linalg.norm(along)
    module = np.linalg.norm(along) / card.MODULES
    reach = REACH * module
    steps = np.linspace(-reach, reach, ACROSS)
    places = start + np.linspace(0.08, 0.92, ALONG)[:, None] * along
    points = (places[:, None, :] + steps[None, :, None] * outward).astype(np.float32)
    profile: Any = cv2.remap(linear, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ends = max(3, ACROSS // 6)
    dark, light = np.median(profile[:, :ends]), np.median(profile[:, -ends:])
    offset, width = _crossings(profile, steps, dark, light)
    good = np.isfinite(offset)
    if good.sum() < ALONG // 3:
        return _Side(_line(start, end), 0.5 * float(module), float(reach), float(dark), float(light))
    line, sd = _robust_line(places[good] + offset[good, None] * outward)
    spread = width[good & np.isfinite(width)]
    blur = float(np.median(spread)) if spread.size else float(reach)
    return _Side(line, sd, blur, float(dark), float(light))


def _crossings(profile: Floats, steps: Floats, dark: float, light: float) -> tuple[Floats, Floats]:
    """Where each profile passes half light, and the SD of its spread (a Gaussian edge takes 1.35 SD from 25 to 75 %)."""
    if light - dark < 0.01:
        return np.full(len(profile), np.nan), np.full(len(profile), np.nan)
    level = (profile - dark) / (light - dark)
    half = _passes(level, steps, 0.5)
    spread = (_passes(level, steps, 0.75) - _passes(level, steps, 0.25)) / 1.349
    return half, spread


def _passes(level: Floats, steps: Floats, at: float) -> Floats:
    """The step at which each row first stays above `at`, between samples; NaN where it does not pass exactly there."""
    below, above = level[:, :-1] < at, level[:, 1:] >= at
    passing = below & above
    middle = np.abs(steps[:-1])[None, :]
    index = np.argmin(np.where(passing, middle, np.inf), axis=1)
    rows = np.arange(len(level))
    low, high = level[rows, index], level[rows, index + 1]
    share = (at - low) / np.where(high > low, high - low, 1.0)
    place = steps[index] + share * (steps[1] - steps[0])
    return np.where(passing[rows, index], place, np.nan)


def _robust_line(points: Floats) -> tuple[Floats, float]:
    """Line through points by repeatedly weighting down what lies off it; and the SD in px of the line's place."""
    weight = np.ones(len(points))
    for _ in range(6):
        total = weight.sum()
        middle = (weight[:, None] * points).sum(axis=0) / total
        spread = (points - middle) * np.sqrt(weight)[:, None]
        direction = np.linalg.svd(spread, full_matrices=False)[2][0]
        normal = np.array([-direction[1], direction[0]])
        off = (points - middle) @ normal
        scale = max(1.4826 * float(np.median(np.abs(off))), 0.02)
        weight = 1 / (1 + (off / (1.5 * scale)) ** 2) ** 2
    line = np.array([normal[0], normal[1], -float(normal @ middle)])
    return line, scale * 2 / np.sqrt(len(points))


def _line(start: Floats, end: Floats) -> Floats:
    along = (end - start) / np.linalg.norm(end - start)
    normal = np.array([-along[1], along[0]])
    return np.array([normal[0], normal[1], -float(normal @ start)])


def _meet(one: Floats, other: Floats) -> Floats | None:
    at = np.cross(one, other)
    return None if abs(at[2]) < 1e-6 else np.asarray(at[:2] / at[2])
