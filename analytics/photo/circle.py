"""A closed line around a point, one radius in each of 96 directions: the best one through a map of gains. Needs OpenCV."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DIRECTIONS = 96
STIFF = 1.4  # what a bend of the line costs, in the gains' own measure
STRETCH = 7  # px by which the radius may change from one direction to the next
OUTSIDE = -0.8  # gain of a pixel beyond the map

TURNS = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
OUT = np.column_stack([np.cos(TURNS), np.sin(TURNS)])


def points_of(middle: Floats, radii: Floats) -> Floats:
    """The line's points (n, 2), px."""
    return np.asarray(middle + radii[:, None] * OUT)


def along_rays(image: NDArray[np.float32], middle: Floats, radii: Floats) -> NDArray[np.float32]:
    """An image's values at radii (n, m) px from `middle`, a row of m for each direction."""
    places = (middle + radii[:, :, None] * OUT[:, None, :]).astype(np.float32)
    seen = cv2.remap(
        image, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=OUTSIDE
    )
    return np.asarray(seen, np.float32)


def best_circle(gain: Floats, middle: Floats, least: float, most: float) -> Floats:
    """Radii (px) of the smooth closed line about `middle` that holds the most gain; each from `least` to `most` px."""
    reach = np.arange(1.0, max(most, least + 4))
    seen = along_rays(gain.astype(np.float32), middle, np.tile(reach, (DIRECTIONS, 1)))
    held = np.cumsum(seen * reach, axis=1) * (2 * np.pi / DIRECTIONS)
    held[:, reach < least] = -1e9
    return np.asarray(reach[_best_path(held)])


def _best_path(held: Floats) -> NDArray[np.int64]:
    """Index in each direction that maximises what is held less the bends, the last direction joining the first.

    Two passes: an open one, then one that is pinned where the first was halfway round, far from its loose ends.
    """
    start, half = int(np.argmax(np.max(held, axis=1))), len(held) // 2
    turned = np.roll(held, -start, axis=0)
    first = _path(turned, None)
    path = _path(np.roll(turned, -half, axis=0), int(first[half]))
    return np.roll(path, half + start)


def _path(held: Floats, pinned: int | None) -> NDArray[np.int64]:
    """The best open path; `pinned`: where it begins, and next to where it ends."""
    window = np.arange(-STRETCH, STRETCH + 1)
    cost = STIFF * window.astype(np.float64) ** 2
    n, m = held.shape
    total = held[0].copy()
    if pinned is not None:
        total = np.full(m, -1e12)
        total[pinned] = held[0, pinned]
    back = np.zeros((n, m), np.int64)
    every = np.arange(m)
    for k in range(1, n):
        padded = np.pad(total, STRETCH, constant_values=-1e12)
        options = np.lib.stride_tricks.sliding_window_view(padded, len(window)) - cost
        choice = options.argmax(axis=1)
        back[k] = np.clip(every + window[choice], 0, m - 1)
        total = options[every, choice] + held[k]
    near = every if pinned is None else np.clip(pinned + window, 0, m - 1)
    path = np.zeros(n, np.int64)
    path[-1] = int(near[np.argmax(total[near] - (0.0 if pinned is None else cost))])
    for k in range(n - 1, 0, -1):
        path[k - 1] = back[k, path[k]]
    return path


def filled(middle: Floats, radii: Floats, shape: tuple[int, ...]) -> Mask:
    """The pixels within the line."""
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(canvas, [np.rint(points_of(middle, radii) * 16).astype(np.int32)], (1,), shift=4)
    return canvas > 0


def recentred(middle: Floats, radii: Floats) -> tuple[Floats, Floats]:
    """The same line about its own centre of area."""
    points = points_of(middle, radii)
    x, y = points[:, 0], points[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = float(cross.sum()) / 2
    if abs(area) < 1:
        return middle, radii
    centre = np.array([((x + np.roll(x, -1)) * cross).sum(), ((y + np.roll(y, -1)) * cross).sum()]) / (6 * area)
    off = points - centre
    turn = np.arctan2(off[:, 1], off[:, 0])
    order = np.argsort(turn)
    return centre, np.interp(TURNS, turn[order], np.hypot(off[:, 0], off[:, 1])[order], period=2 * np.pi)


def without_short_waves(radii: Floats, waves: int) -> Floats:
    """Smoothed: no wave shorter than a `waves`-th of the circle."""
    spectrum = np.fft.rfft(radii)
    spectrum[waves + 1 :] = 0
    return np.asarray(np.fft.irfft(spectrum, len(radii)))
