"""Where a lump may be: places that differ from the skin on all sides of them. Needs OpenCV.

A shadow's edge or a slope of light differs from one side only, so each place is compared with its surroundings in eight
directions, and what counts is the difference that nearly all of them agree on. A lump of the skin's own colour differs by its
shading: it is found by how uneven the brightness is in it.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

COARSE = 1.0  # mm a pixel of the copy that is searched
RADII = (2.5, 3.5, 5.0, 7.0, 10.0, 14.0, 19.0, 25.0)  # mm
SIDES = 8
MIDWAY = 30.0  # mm from the middle between the strips at which a place counts as little as exp(-1/2)


class Place(NamedTuple):
    """A guess: middle (x, y) and radius, in px of the working copy, and how much it stands out, in SDs of skin."""

    middle: Floats
    radius: float
    strength: float


def places(off: Floats, trust: Floats, between: Mask, step: float, most: int) -> tuple[list[Place], list[Place]]:
    """At most so many places that stand out by colour, and by the unevenness of their brightness; best first."""
    shrink = step / COARSE
    weight: Any = cv2.resize(trust * between, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    held: Any = cv2.resize(
        np.clip(off, -8, 8) * (trust * between)[..., None], None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA
    )
    seen = held / np.maximum(weight, 1e-3)[..., None] * (weight > 0.05)[..., None]
    uneven = np.abs(
        seen[..., :1]
        - cv2.GaussianBlur(held[..., 0], (0, 0), 12)[..., None]
        / (cv2.GaussianBlur(weight, (0, 0), 12)[..., None] + 1e-3)
    )
    centre = _midway(between, shrink, weight.shape)
    return _best(seen, weight, centre, shrink, most), _best(uneven, weight, centre, shrink, most)


def _best(seen: Floats, weight: Floats, centre: Floats, shrink: float, most: int) -> list[Place]:
    """The places that stand out most in what is seen (h, w, channels), best first."""
    found = []
    for radius in RADII:
        found += _peaks(_all_round(seen, weight, radius) * centre * radius**0.3, radius)
    found.sort(key=lambda one: -one[0])
    kept: list[Place] = []
    for strength, x, y, radius in found:
        where, size = (np.array([x, y]) + 0.5) / shrink - 0.5, radius / shrink
        near = any(
            np.hypot(*(where - k.middle)) < 0.5 * max(k.radius, size) and 0.6 < k.radius / size < 1.7 for k in kept
        )
        if strength > 0.2 and not near:
            kept.append(Place(where, size, strength))
        if len(kept) == most:
            break
    return kept


def _midway(between: Mask, shrink: float, shape: tuple[int, ...]) -> Floats:
    """1 midway between the strips, less further away."""
    y, x = np.nonzero(between)
    if not len(x):
        return np.zeros(shape[:2])
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    away = np.hypot(columns - x.mean() * shrink, rows - y.mean() * shrink) * COARSE
    return np.asarray(np.exp(-0.5 * (away / MIDWAY) ** 2))


def _all_round(seen: Floats, weight: Floats, radius: float) -> Floats:
    """By how much a disc of this radius (mm) differs from what lies around it, as nearly all sides agree."""
    inside = _mean(seen, weight, 0.45 * radius)
    around = _mean(seen, weight, max(0.30 * radius, 1.0))
    solid = cv2.GaussianBlur(weight, (0, 0), max(0.3 * radius, 1.0))
    differ, there = [], []
    for k in range(SIDES):
        turn = 2 * np.pi * k / SIDES
        shift = np.array([[1, 0, -1.7 * radius * np.cos(turn)], [0, 1, -1.7 * radius * np.sin(turn)]], np.float64)
        size = (weight.shape[1], weight.shape[0])
        moved = cv2.warpAffine(around, shift, size).reshape(around.shape)
        there.append(cv2.warpAffine(solid, shift, size) > 0.25)
        differ.append(inside - moved)
    off, known = np.array(differ), np.array(there)
    many = known.sum(axis=0)
    mean = (off * known[..., None]).sum(axis=0) / np.maximum(many, 1)[..., None]
    toward = mean / np.maximum(np.linalg.norm(mean, axis=-1, keepdims=True), 1e-6)
    step_out = np.where(known, (off * toward).sum(axis=-1), np.inf)
    ranked = np.sort(step_out, axis=0)
    second = np.take_along_axis(ranked, np.clip(many // 4, 0, SIDES - 1)[None], axis=0)[0]
    return np.where((many >= 4) & (weight > 0.3), np.where(np.isfinite(second), second, 0), 0)


def _mean(seen: Floats, weight: Floats, sigma: float) -> Floats:
    sum_ = cv2.GaussianBlur(seen * weight[..., None], (0, 0), sigma).reshape(seen.shape)
    return np.asarray(sum_ / (cv2.GaussianBlur(weight, (0, 0), sigma)[..., None] + 1e-3))


def _peaks(strength: Floats, radius: float) -> list[tuple[float, int, int, float]]:
    """The three highest tops at this radius: strength, x, y, radius in mm."""
    size = 2 * max(1, round(0.6 * radius)) + 1
    tops = (strength >= cv2.dilate(strength, np.ones((size, size)))) & (strength > 0)
    y, x = np.nonzero(tops)
    order = np.argsort(-strength[y, x])[:3]
    return [(float(strength[y[k], x[k]]), int(x[k]), int(y[k]), radius) for k in order]
