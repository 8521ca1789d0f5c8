"""Propose a lump's outline in the flat picture. Needs OpenCV.

What is skin is learnt from the skin around: its colour as a smooth field, and how much it varies. Each pixel then says how
unlike skin it is (and, from the second round on, how like the lump so far), by its brightness and by two colour ratios that
shade does not change. The outline is the closed line about the lump's middle that gathers the most of that: one radius in
each direction, smooth, found exactly by dynamic programming around the circle. At last each radius goes to where the colour
is halfway between lump and skin.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo.colour import luminance

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEP = 0.4  # mm a pixel of the copy that is worked on
DIRECTIONS = 96
SMALLEST, LARGEST = 1.5, 60.0  # radius, mm
ROUNDS = 6
FADE = 0.35  # mm: what the picture is blurred by before its colours are compared
STIFF = 0.9  # what a bend of the outline costs, in the pixels' own measure
FAINTEST = 1.1  # mean unlikeness to skin (in SDs of skin) below which nothing is proposed


class Found(NamedTuple):
    """`outline` (n, 2) mm in the working copy's frame, origin its first pixel's middle; `edge`: SD in mm of its place."""

    outline: Floats
    edge: float
    contrast: float


class Skin(NamedTuple):
    """`off` (h, w, 3): how far each pixel is from the skin's field, in SDs; `trust` (h, w): 0 under hair, paper, outside."""

    off: Floats
    trust: Floats


def propose(balanced: NDArray[np.float32], skin: Mask, between: Mask, step: float) -> Found | None:
    """The outline in a balanced linear picture (h, w, 3) of `step` mm a pixel; None where nothing stands out.

    `skin`: pixels that may be skin; `between`: those where the lump may be.
    """
    features, trust = _features(balanced, skin, step)
    model = _skin(features, trust, between, step)
    middle = _middle(model, between, step)
    if middle is None:
        return None
    radii = np.full(DIRECTIONS, np.nan)
    gain = _unlike(model)
    for turn in range(ROUNDS):
        radii = _circle(gain * between, middle, step)
        middle, radii = _recentred(middle, radii, step)
        inside = _filled(middle, radii, gain.shape, step)
        if inside.sum() * step * step < np.pi * SMALLEST**2:
            return None
        wide = cv2.dilate(inside.astype(np.uint8), disc(4.0 / step)) > 0
        model = _skin(features, trust * ~wide, between, step, trust)
        gain = _unlike(model) if turn == 0 else _likelier(model, inside, wide)
    contrast = _contrast(model, inside)
    if contrast < FAINTEST:
        return None
    radii, edge = _halfway(model, middle, radii, inside, step)
    return Found(_points(middle, radii) * step, edge, contrast)


def _features(balanced: NDArray[np.float32], skin: Mask, step: float) -> tuple[Floats, Floats]:
    """Brightness and two colour ratios (h, w, 3), all as logarithms; and trust without hair."""
    light = np.clip(balanced, 0.002, None)
    tone = np.log(luminance(light))
    hair = _hair(tone, step)
    trust = (skin & ~hair).astype(np.float64)
    logs = np.log(light)
    stack = np.stack([tone, logs[..., 0] - logs[..., 1], logs[..., 1] - logs[..., 2]], axis=-1)
    return _blur(stack, trust, FADE / step), trust


def _hair(tone: NDArray[np.float32], step: float) -> Mask:
    """Thin dark lines, and thin bright ones."""
    size = disc(1.0 / step)
    smooth = cv2.GaussianBlur(tone, (0, 0), 0.5)
    thin = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, size)
    limit = max(0.06, 5 * float(np.median(thin)))
    return cv2.dilate((thin > limit).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def _blur(stack: Floats, trust: Floats, sigma: float) -> Floats:
    """Blurred over what is trusted only."""
    weight = cv2.GaussianBlur(trust, (0, 0), max(sigma, 0.6)) + 1e-6
    blurred = cv2.GaussianBlur(stack * trust[..., None], (0, 0), max(sigma, 0.6)) / weight[..., None]
    wide = cv2.GaussianBlur(trust, (0, 0), 3 * max(sigma, 0.6)) + 1e-6
    wider = cv2.GaussianBlur(stack * trust[..., None], (0, 0), 3 * max(sigma, 0.6)) / wide[..., None]
    return np.where((weight > 0.1)[..., None], blurred, wider)


def disc(radius: float) -> NDArray[np.uint8]:
    size = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def _skin(features: Floats, known: Floats, between: Mask, step: float, trust: Floats | None = None) -> Skin:
    """Skin's colour as a smooth field through the pixels `known` as skin, and how far every pixel is from it in SDs."""
    h, w = known.shape
    every = max(1, round(1.2 / step))
    y, x = np.mgrid[0:h, 0:w]
    x, y = x / max(h, w) - 0.5 * w / max(h, w), y / max(h, w) - 0.5 * h / max(h, w)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    rows = (slice(None, None, every), slice(None, None, every))
    picked = known[rows] > 0
    base, wanted = terms[rows][picked], features[rows][picked]
    field = np.zeros_like(features)
    spread = np.ones(3)
    hold = np.diag([0, 1, 1, 6, 6, 6]) * 0.02 * len(base) / 100
    for k in range(3):
        weight = np.ones(len(base))
        fitted = np.zeros(6)
        for _ in range(10):
            weighted = base * weight[:, None]
            fitted = np.linalg.solve(weighted.T @ base + hold + 1e-6 * np.eye(6), weighted.T @ wanted[:, k])
            off = wanted[:, k] - base @ fitted
            scale = 1.4826 * float(np.median(np.abs(off))) + 1e-4
            weight = 1 / (1 + (off / (2 * scale)) ** 2) ** 2
        field[..., k] = terms @ fitted
        spread[k] = scale
    floor = np.array([0.02, 0.008, 0.012])
    off = (features - field) / np.hypot(spread, floor)
    return Skin(off, known if trust is None else trust)


def _strength(off: Floats) -> Floats:
    """How unlike skin (h, w), in SDs; shade and light alone count less than colour."""
    return np.sqrt((0.7 * off[..., 0] ** 2 + off[..., 1] ** 2 + off[..., 2] ** 2) / 2.2)


def _middle(model: Skin, between: Mask, step: float) -> Floats | None:
    """Where the lump most likely is, px (x, y): the heart of what is most unlike skin, rather midway than aside."""
    strong = np.clip(_strength(model.off) - 1.2, 0, 3) * model.trust * between
    heap = sum(cv2.GaussianBlur(strong, (0, 0), size / step) * size**0.6 for size in (2.0, 4.0, 8.0))
    y, x = np.nonzero(between)
    if not len(x):
        return None
    away = np.hypot(*np.meshgrid(np.arange(strong.shape[1]) - x.mean(), np.arange(strong.shape[0]) - y.mean())) * step
    heap = heap * np.exp(-0.5 * (away / 22.0) ** 2) * between
    best = np.unravel_index(int(np.argmax(heap)), heap.shape)
    return np.array([best[1], best[0]], np.float64) if heap[best] > 0 else None


def _unlike(model: Skin) -> Floats:
    """First measure of each pixel: positive where unlike skin, negative where like it."""
    return np.clip((_strength(model.off) ** 2 - 2.6) / 3, -0.8, 2.5) * model.trust


def _likelier(model: Skin, inside: Mask, wide: Mask) -> Floats:
    """Log-likelihood of lump against skin by what both look like so far; heavy tails on both sides."""
    sure = model.trust > 0
    lump, rest = model.off[inside & sure], model.off[~wide & sure]
    if len(lump) < 20 or len(rest) < 20:
        return _unlike(model)
    ahead = _student(model.off, lump) - _student(model.off, rest)
    blend = 0.75 * ahead + 0.25 * (_strength(model.off) ** 2 - 2.6) / 3
    return np.clip(blend, -2.5, 2.5) * model.trust


def _student(off: Floats, sample: Floats) -> Floats:
    """Log density of a Student-t (4 degrees) with the sample's median and robust covariance."""
    middle = np.median(sample, axis=0)
    near = sample - middle
    scale = 1.4826 * np.median(np.abs(near), axis=0) + 0.25
    clipped = np.clip(near, -3 * scale, 3 * scale)
    spread = clipped.T @ clipped / len(clipped) + 0.1 * np.eye(3)
    inverse, log_size = np.linalg.inv(spread), np.linalg.slogdet(spread)[1]
    away = off - middle
    far = np.einsum("...i,ij,...j->...", away, inverse, away)
    return -0.5 * log_size - 3.5 * np.log1p(far / 4)


_TURNS = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
_OUT = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])


def _circle(gain: Floats, middle: Floats, step: float) -> Floats:
    """Radii (px) of the closed smooth line about `middle` that holds the most gain."""
    reach = np.arange(1.0, LARGEST / step)
    points = (middle + reach[None, :, None] * _OUT[:, None, :]).astype(np.float32)
    seen = cv2.remap(
        gain.astype(np.float32), points, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-0.8
    )
    held = np.cumsum(seen * reach, axis=1) * (2 * np.pi / DIRECTIONS)
    held[:, : max(1, int(SMALLEST / step * 0.6))] = -1e9
    return reach[_best_path(held, STIFF)]


def _best_path(held: Floats, stiff: float) -> NDArray[np.int64]:
    """Index per direction that maximises what is held minus stiff·(change)², the last direction joining the first."""
    window = np.arange(-7, 8)
    cost = stiff * window.astype(np.float64) ** 2
    start = int(np.argmax(np.max(held, axis=1)))
    turned = np.roll(held, -start, axis=0)
    first = _path(turned, window, cost, None)
    again = np.roll(turned, -(len(held) // 2), axis=0)
    half = np.roll(first, -(len(held) // 2))
    path = _path(again, window, cost, int(half[0]))
    return np.roll(path, len(held) // 2 + start)


def _path(held: Floats, window: NDArray[np.int64], cost: Floats, pinned: int | None) -> NDArray[np.int64]:
    """The best open path; `pinned`: where it must begin and end."""
    n, m = held.shape
    total = held[0].copy()
    if pinned is not None:
        total = np.full(m, -1e12)
        total[pinned] = held[0, pinned]
    back = np.zeros((n, m), np.int64)
    for k in range(1, n):
        padded = np.pad(total, len(window) // 2, constant_values=-1e12)
        options = np.lib.stride_tricks.sliding_window_view(padded, len(window)) - cost
        choice = options.argmax(axis=1)
        back[k] = np.arange(m) + window[choice]
        total = options[np.arange(m), choice] + held[k]
    path = np.zeros(n, np.int64)
    if pinned is None:
        path[-1] = int(total.argmax())
    else:
        near = np.clip(pinned + window, 0, m - 1)
        path[-1] = int(near[np.argmax(total[near] - cost)])
    for k in range(n - 1, 0, -1):
        path[k - 1] = back[k, path[k]]
    return path


def _points(middle: Floats, radii: Floats) -> Floats:
    return middle + radii[:, None] * _OUT


def _filled(middle: Floats, radii: Floats, shape: tuple[int, int], step: float) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.rint(_points(middle, radii) * 16).astype(np.int32)], 1, shift=4)
    return canvas > 0


def _recentred(middle: Floats, radii: Floats, step: float) -> tuple[Floats, Floats]:
    """The same line about its own centre of area."""
    points = _points(middle, radii)
    x, y = points[:, 0], points[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = cross.sum() / 2
    if abs(area) < 1:
        return middle, radii
    centre = np.array([((x + np.roll(x, -1)) * cross).sum(), ((y + np.roll(y, -1)) * cross).sum()]) / (6 * area)
    off = points - centre
    turn = np.arctan2(off[:, 1], off[:, 0])
    order = np.argsort(turn)
    return centre, np.interp(_TURNS, turn[order], np.hypot(off[:, 0], off[:, 1])[order], period=2 * np.pi)


def _contrast(model: Skin, inside: Mask) -> float:
    held = inside & (model.trust > 0)
    return float(np.sqrt(np.mean(np.minimum(_strength(model.off[held]), 5) ** 2))) if held.any() else 0.0


def _halfway(model: Skin, middle: Floats, radii: Floats, inside: Mask, step: float) -> tuple[Floats, float]:
    """Each radius moved to where the colour is halfway from skin to lump, as far as its neighbours agree; and the SD in mm."""
    lump = np.median(model.off[inside & (model.trust > 0)], axis=0)
    toward = lump / max(float(np.linalg.norm(lump)), 1e-6)
    line = (model.off @ toward).astype(np.float32)
    reach = np.linspace(-3.0, 3.0, 31) / step
    points = (middle + (radii[:, None] + reach)[:, :, None] * _OUT[:, None, :]).astype(np.float32)
    profile = cv2.remap(line, points, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profile = cv2.GaussianBlur(np.concatenate([profile[-6:], profile, profile[:6]]), (1, 7), 0, sigmaY=1.5)[6:-6]
    held, out = profile[:, :8].mean(axis=1), profile[:, -8:].mean(axis=1)
    drop = held - out
    level = (held + out)[:, None] / 2
    passing = (profile[:, :-1] >= level) & (profile[:, 1:] < level)
    index = np.argmin(np.where(passing, np.abs(reach[:-1]), np.inf), axis=1)
    clear = passing[np.arange(len(radii)), index] & (drop > 1.5)
    moved = np.where(clear, reach[index] + (reach[1] - reach[0]) / 2, 0.0)
    smooth = _low(radii + np.clip(moved, -2 / step, 2 / step), 9)
    rough = float(np.std(smooth - (radii + moved)) * step)
    unclear = 1 - float(clear.mean())
    return smooth, float(np.hypot(0.25 + 0.5 * rough, 0.9 * unclear))


def _low(radii: Floats, waves: int) -> Floats:
    """Without the waves shorter than a `waves`-th of the circle."""
    spectrum = np.fft.rfft(radii)
    spectrum[waves + 1 :] = 0
    return np.asarray(np.fft.irfft(spectrum, len(radii)))
