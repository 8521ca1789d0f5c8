"""What skin looks like in a flat picture, and how unlike it each pixel is. Needs OpenCV.

A pixel is told by its brightness and by two colour ratios that shade does not change, all as logarithms. Skin's own is a
smooth field through pixels known as skin; distances from it are counted in SDs of skin.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo.colour import luminance

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FADE = 0.35  # mm: what the picture is blurred by before its colours are compared
HAIR = 0.4  # mm, radius: what is thinner than this kernel, and darker, is a hair; the dark rim of a dome is wider
GLOSS = 0.25  # ln: what is brighter than its surroundings by this is a mirrored light
AROUND = 20.0  # mm: how wide those surroundings are
LEAST_SD = np.array([0.025, 0.009, 0.014])  # of brightness and of the two ratios, skin's own unevenness


def disc(radius: float) -> NDArray[np.uint8]:
    """A round kernel of a radius in px."""
    size = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def features_of(balanced: NDArray[np.float32], skin: Mask, step: float) -> tuple[Floats, Floats]:
    """Brightness and two colour ratios (h, w, 3); and trust (h, w): 1, or 0 under hair, gloss and what is no skin."""
    light = np.clip(balanced, 0.002, None)
    tone = np.log(luminance(light))
    logs = np.log(light)
    stack = np.stack([tone, logs[..., 0] - logs[..., 1], logs[..., 1] - logs[..., 2]], axis=-1).astype(np.float64)
    trust = (skin & ~_hair(tone, step) & ~_gloss(tone, skin, step)).astype(np.float64)
    return _smooth(stack, trust, max(FADE / step, 0.6)), trust


def _hair(tone: NDArray[np.float32], step: float) -> Mask:
    """Thin dark lines."""
    smooth = cv2.GaussianBlur(tone, (0, 0), 0.5)
    thin = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, disc(HAIR / step))
    limit = max(0.06, 5 * float(np.median(thin)))
    return np.asarray(cv2.dilate((thin > limit).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _gloss(tone: NDArray[np.float32], skin: Mask, step: float) -> Mask:
    """Small spots far brighter than what lies around them."""
    known = np.where(skin, tone, np.float32(np.median(tone[skin]) if skin.any() else 0))
    small = cv2.resize(known, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    low, high = float(small.min()), float(small.max()) + 1e-3
    steps = np.rint((small - low) / (high - low) * 255).astype(np.uint8)  # a wide median is made for bytes only
    around = cv2.medianBlur(steps, 2 * round(AROUND / (8 * step)) + 1).astype(np.float32) / 255 * (high - low) + low
    around = cv2.resize(around, tone.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.dilate((tone - around > GLOSS).astype(np.uint8), disc(0.8 / step)) > 0)


def _smooth(stack: Floats, trust: Floats, sigma: float) -> Floats:
    """Blurred over what is trusted; where next to nothing is, over a wider place."""
    found = stack
    for size in (4 * sigma, sigma):
        weight = cv2.GaussianBlur(trust, (0, 0), size)[..., None]
        blurred = cv2.GaussianBlur(stack * trust[..., None], (0, 0), size) / (weight + 1e-6)
        found = np.where(weight > 0.1, blurred, found)
    return np.asarray(found)


def off_skin(features: Floats, known: Mask, step: float, *, bent: bool) -> Floats:
    """How far each pixel (h, w, 3) is from the field through the pixels `known` as skin, in SDs of skin.

    The field is a plane, or `bent` a curved one. Raises ValueError for too few known pixels.
    """
    h, w = known.shape
    every = max(1, round(0.8 / step))
    y, x = np.mgrid[0:h, 0:w] / (100.0 / step)  # tenths of a metre
    terms = np.stack([np.ones_like(x), x, y, *((x * x, x * y, y * y) if bent else ())], axis=-1)
    rows = (slice(None, None, every), slice(None, None, every))
    picked = known[rows]
    if picked.sum() < 25:
        raise ValueError("too little skin is known")
    base, wanted = terms[rows][picked], features[rows][picked]
    hold = np.diag([0.0] + [0.003] * (terms.shape[-1] - 1)) * len(base)
    off = np.empty_like(features)
    for k in range(3):
        fitted, scale = _robust(base, wanted[:, k], hold)
        off[..., k] = (features[..., k] - terms @ fitted) / np.hypot(scale, LEAST_SD[k])
    return off


def _robust(base: Floats, wanted: Floats, hold: Floats) -> tuple[Floats, float]:
    """Coefficients of a fit that outliers do not move, and the SD about it."""
    weight = np.ones(len(base))
    fitted: Floats = np.zeros(base.shape[1])
    scale = 1.0
    for _ in range(8):
        weighted = base * weight[:, None]
        fitted = np.asarray(
            np.linalg.solve(weighted.T @ base + hold + 1e-9 * np.eye(base.shape[1]), weighted.T @ wanted)
        )
        away = wanted - base @ fitted
        scale = 1.4826 * float(np.median(np.abs(away))) + 1e-4
        weight = 1 / (1 + (away / (2 * scale)) ** 2) ** 2
    return fitted, scale


def log_likelihood(off: Floats, sample: Floats) -> Floats:
    """Log density (h, w) of a Student-t (4 degrees) with the middle and the robust covariance of a sample (n, 3)."""
    middle = np.median(sample, axis=0)
    near = sample - middle
    scale = 1.4826 * np.median(np.abs(near), axis=0) + 0.25
    clipped = np.clip(near, -3 * scale, 3 * scale)
    spread = clipped.T @ clipped / len(clipped) + 0.15 * np.eye(3)
    inverse, log_size = np.linalg.inv(spread), float(np.linalg.slogdet(spread)[1])
    away = off - middle
    far = ((away @ inverse) * away).sum(axis=-1)
    return np.asarray(-0.5 * log_size - 3.5 * np.log1p(far / 4))
