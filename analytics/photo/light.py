"""Light in a photo with the card: white balance as a field over the skin, how bright, how blurred, how much glare. Needs OpenCV.

White is what the strips' bare paper sends back. Where it is burnt out, the grey patches beside it stand in for it.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo import card
from analytics.photo.colour import LINEAR, luminance
from analytics.photo.markers import Marker
from analytics.photo.pose import Pose, seen, strip_points

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

PAPER = 0.9  # what office paper sends back, taken as known: the cube root in CIELAB leaves little of an error in it
BURNT = 0.955  # linear light from which a channel may be clipped (sRGB 250)


class White(NamedTuple):
    """What paper would show at each place: ln of linear RGB as a plane over the skin frame. `terms` (3, 3): per 1, x, y."""

    terms: Floats
    level: float  # middle luminance of the paper, linear 0..1
    spread: float  # relative SD of the paper samples about the plane

    def at(self, x: Floats, y: Floats) -> Floats:
        """Linear RGB (…, 3) of paper lying at x, y (…) mm of the skin frame."""
        return np.asarray(np.exp(self.terms[0] + x[..., None] * self.terms[1] + y[..., None] * self.terms[2]))


def _white_places() -> Floats:
    """Middles of bare paper on a strip (n, 2), mm from its top left corner, each with 2 mm of paper around it or more."""
    lefts = [card.MARKER_LEFTS[0] - 2.2, *[left + card.MARKER + 2.2 for left in card.MARKER_LEFTS]]
    places = [(x, y) for x in lefts for y in (4.0, 7.0, 10.0, 13.0, 16.0)]
    for patch in card.patches():
        if patch.grey == card.WHITE:
            box = patch.box
            places.append((box.left + box.width / 2, box.top + box.height / 2))
    return np.array(places)


def _grey_places(grey: int) -> Floats:
    return np.array(
        [(p.box.left + p.box.width / 2, p.box.top + p.box.height / 2) for p in card.patches() if p.grey == grey]
    )


def _sample(rgb: Bytes, pose: Pose, index: int, places: Floats) -> tuple[Floats, Floats]:
    """Linear RGB (n, 3) about places (n, 2) on a strip, and where they lie in the skin frame (n, 2). NaN: out of picture."""
    middle = np.array([card.STRIP_LENGTH, card.STRIP_WIDTH]) / 2
    offsets = np.array([(dx, dy) for dx in (-0.5, 0, 0.5) for dy in (-0.5, 0, 0.5)])
    flat = (places[:, None, :] + offsets - middle).reshape(-1, 2)
    where = strip_points(pose.parameters, index, flat)
    px = np.rint(seen(where, pose.parameters, pose.size)).astype(int)
    w, h = pose.size
    inside = (px[:, 0] >= 0) & (px[:, 1] >= 0) & (px[:, 0] < w) & (px[:, 1] < h)
    found = np.full((len(px), 3), np.nan)
    found[inside] = LINEAR[rgb[px[inside, 1], px[inside, 0]]]
    return np.median(found.reshape(len(places), -1, 3), axis=1), pose.to_skin(where).reshape(len(places), -1, 2).mean(
        axis=1
    )


def white_of(rgb: Bytes, pose: Pose) -> White:
    """White balance from both strips' paper (or their grey patches, where a channel of the paper is burnt out)."""
    both = [_sample(rgb, pose, index, _white_places()) for index in range(len(card.STRIPS))]
    colours, where = np.concatenate([b[0] for b in both]), np.concatenate([b[1] for b in both])
    keep = np.isfinite(colours).all(axis=1)
    colours, where = colours[keep], where[keep]
    if len(colours) and float(np.mean(colours.max(axis=1) > BURNT)) > 0.3:
        colours, where = _from_greys(rgb, pose)
    return _plane(np.clip(colours, 1e-4, None), where)


def _from_greys(rgb: Bytes, pose: Pose) -> tuple[Floats, Floats]:
    """Paper as the light grey patches say it, or the middle ones where those are burnt out too."""
    for grey in (card.LIGHT_GREY, card.MIDDLE_GREY):
        both = [_sample(rgb, pose, index, _grey_places(grey)) for index in range(len(card.STRIPS))]
        colours, where = np.concatenate([b[0] for b in both]), np.concatenate([b[1] for b in both])
        keep = np.isfinite(colours).all(axis=1)
        colours, where = colours[keep], where[keep]
        if len(colours) and float(np.median(colours.max(axis=1))) < BURNT:
            break
    return colours / float(LINEAR[grey]), where


def _plane(colours: Floats, where: Floats) -> White:
    """ln colour as a plane over the places, robustly: ink, hair and glare on a sample must not tip it."""
    terms = np.column_stack([np.ones(len(where)), where])
    wanted = np.log(colours)
    hold = np.diag([0.0, 20.0, 20.0])  # 1/mm: few samples on one line must not make a steep slope
    weight = np.ones(len(where))
    fitted: Floats = np.zeros((3, 3))
    for _ in range(8):
        weighted = terms * weight[:, None]
        fitted = np.asarray(np.linalg.solve(weighted.T @ terms + hold + 1e-9 * np.eye(3), weighted.T @ wanted))
        off = np.abs(wanted - terms @ fitted).max(axis=1)
        scale = max(float(np.median(off)), 0.01)
        weight = 1 / (1 + (off / (2 * scale)) ** 2) ** 2
    level = float(luminance(np.exp(np.median(wanted, axis=0))))
    return White(fitted, level, float(scale))


def blur_mm(found: dict[int, Marker], pose: Pose) -> float:
    """SD of the edges' spread on the skin, mm, of the direction that is blurred most."""
    return float(np.median([m.blur for m in found.values()])) * pose.mm_per_px(np.zeros(2))


def washed_out(rgb: Bytes, pose: Pose, found: dict[int, Marker]) -> float:
    """Share of the markers' black cells that are nearly as bright as paper: glare lies over the card."""
    shares = []
    for index, ids in enumerate(card.STRIPS):
        middle = np.array([card.STRIP_LENGTH, card.STRIP_WIDTH]) / 2
        for marker in ids:
            cells = _black_cells(marker) - middle
            where = strip_points(pose.parameters, index, cells)
            px = np.rint(seen(where, pose.parameters, pose.size)).astype(int)
            w, h = pose.size
            px = px[(px >= 0).all(axis=1) & (px[:, 0] < w) & (px[:, 1] < h)]
            if not len(px):
                continue
            light = luminance(LINEAR[rgb[px[:, 1], px[:, 0]]])
            paper = np.median([m.light for m in found.values()])
            shares.append(float(np.mean(light > 0.55 * paper)))
    return float(np.mean(shares)) if shares else 0.0


def _black_cells(marker: int) -> Floats:
    box = card.marker_box(marker)
    cell = card.MARKER / card.MODULES
    white = {(round((c.left - box.left) / cell), round((c.top - box.top) / cell)) for c in card.marker_cells(marker)}
    every = [(x, y) for x in range(card.MODULES) for y in range(card.MODULES) if (x, y) not in white]
    return np.array([(box.left + (x + 0.5) * cell, box.top + (y + 0.5) * cell) for x, y in every])


def widest_burnt(rgb: Bytes, where: NDArray[np.bool_], step: float) -> float:
    """mm², the largest connected place under a mask that is clipped in every channel; a pixel is `step` mm."""
    burnt = ((rgb.min(axis=2) >= 248) & where).astype(np.uint8)
    _, _, facts, _ = cv2.connectedComponentsWithStats(burnt)
    return float(facts[1:, cv2.CC_STAT_AREA].max()) * step * step if len(facts) > 1 else 0.0


def look_without_card(rgb: Bytes) -> str:
    """Why no marker was found: `too_dark`, `too_blurred` (strips are there, but cannot be read) or `no_card`."""
    scale = min(1.0, 1000 / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = luminance(LINEAR[small])
    if float(np.percentile(light, 97)) < 0.05:
        return "too_dark"
    return "too_blurred" if _strips_of_paper(np.log(light + 0.02)) else "no_card"


def _strips_of_paper(light: Floats) -> bool:
    """Whether something bright, long and straight-sided lies free in the picture, as a strip does whose squares have run
    together. `light`: ln luminance (h, w), long side 1,000 px."""
    level = cv2.morphologyEx(cv2.GaussianBlur(light, (0, 0), 2.0), cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    low, high = (float(v) for v in np.percentile(level, (1, 99.8)))
    steps = np.clip((level - low) / max(high - low, 1e-3) * 255, 0, 255).astype(np.uint8)
    first, _ = cv2.threshold(steps, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    brighter = steps[steps > first]
    second = first if not len(brighter) else cv2.threshold(brighter, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    h, w = steps.shape
    for limit in (first, second, (first + second) / 2):
        shapes, _ = cv2.findContours((steps > limit).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for shape in shapes:
            x, y, wide, high_ = cv2.boundingRect(shape)
            if x <= 1 or y <= 1 or x + wide >= w - 1 or y + high_ >= h - 1:
                continue
            area, sides = cv2.contourArea(shape), sorted(cv2.minAreaRect(shape)[1])
            if 0.004 < area / (h * w) < 0.15 and area > 0.7 * sides[0] * sides[1] and 2.2 < sides[1] / sides[0] < 7:
                return True
    return False
