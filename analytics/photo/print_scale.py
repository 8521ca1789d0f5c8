"""Was the card printed at its true size? Needs OpenCV.

Markers by themselves cannot tell: a card printed at 94 % looks like one that lies a little further away. Three things can:
a bank card beside it in the picture, which is 85.60 by 53.98 mm everywhere; two strips of unlike scale; a strip stretched
one way. Without any of them the printed page's own check stays the only one (docs/photos.md, "Print scale").
"""

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo import card
from analytics.photo.markers import Marker
from analytics.photo.pose import ASPECT, STRIP_2_SCALE, Pose, fit

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

STEP = 0.4  # mm a pixel of the flat copy that is searched for a bank card
AROUND = 190.0  # mm from the lump
LIKELY = 0.17  # a print further off than this share would be seen on paper; and any rectangle would do for a bank card
MISFIT = 1.2  # mm: how well a bank card must fit the four corners
LEAN = 22.0  # degrees: how far it may lean against the skin between the strips
UNLIKE = 0.025  # ln: from here two strips, or two directions, are of unlike scale
CLEARER = 16.0  # by how much the fit must gain (in squares of SDs) from unlike scales to be believed
WORTH_ASKING = 6.0  # cost above which the markers do not fit well enough to leave the question


def unlike_scales(found: dict[int, Marker], pose: Pose) -> float | None:
    """Per cent at which the smaller strip (or direction) was printed, against the other; None where they agree."""
    if pose.strain < WORTH_ASKING:
        return None
    freer = fit(found, pose.size, scales=True)
    if freer is None or pose.strain - freer.strain < CLEARER / 2:
        return None
    worst = max((freer.parameters[STRIP_2_SCALE], freer.parameters[ASPECT]), key=abs)
    return float(100 * np.exp(-abs(worst))) if abs(worst) > UNLIKE else None


def by_bank_card(rgb: Bytes, pose: Pose) -> float | None:
    """Per cent at which the strips were printed, by a bank card beside them; None where none is to be seen."""
    flat, corner = _wide_view(rgb, pose)
    paper = [(pose.strip_corners(number, 1.0) - corner) / STEP for number in (1, 2)]
    best = None
    for quad in _quads(flat):
        centre = quad.mean(axis=0).astype(np.float32)
        if any(
            cv2.pointPolygonTest(p.astype(np.float32), (float(centre[0]), float(centre[1])), False) >= 0 for p in paper
        ):
            continue
        percent, off = _as_bank_card(quad * STEP + corner, pose)
        if percent is not None and (best is None or off < best[1]):
            best = (percent, off)
    return None if best is None else best[0]


def _wide_view(rgb: Bytes, pose: Pose) -> tuple[Bytes, Floats]:
    """All the photo shows within reach, from straight above, and the skin frame place of its top left pixel."""
    from analytics.photo.flat import Frame, warp

    w, h = pose.size
    rim = np.array([(x, y) for x in (0, w / 2, w - 1) for y in (0, h / 2, h - 1)], np.float64)
    reach = np.clip(pose.to_skin_by_sight(rim), -AROUND, AROUND)
    low, high = reach.min(axis=0), reach.max(axis=0)
    width, height = (max(8, int(side / STEP)) for side in high - low)
    return warp(rgb, pose, Frame(float(low[0]), float(low[1]), width, height, STEP)), low


def _quads(flat: Bytes) -> list[Floats]:
    """Corners (4, 2) of things with four straight sides of about a bank card's size, px."""
    found = []
    lab = cv2.cvtColor(cv2.GaussianBlur(flat, (0, 0), 1.2), cv2.COLOR_RGB2LAB)
    for channel in range(3):
        across, down = (cv2.Sobel(lab[..., channel], cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
        steep: Any = cv2.magnitude(across, down)
        for low, high in ((15, 40), (40, 100)):
            edges = cv2.dilate(cv2.Canny(lab[..., channel], low, high), np.ones((3, 3), np.uint8))
            lines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            for line in lines:
                quad = _quad(line, steep)
                if quad is not None:
                    found.append(quad)
    return found


def _quad(line: Any, steep: NDArray[np.float32]) -> Floats | None:
    """The four sides of a closed line as straight lines fitted away from its (rounded) corners, or None.

    `steep`: how steep the picture is; the sides go to where it is steepest, a closed line running outside of that.
    """
    area = cv2.contourArea(line)
    whole = card.BANK_CARD[0] * card.BANK_CARD[1] / STEP**2
    if not (1 - LIKELY) ** 2 * 0.9 < area / whole < (1 + LIKELY) ** 2 * 1.1:
        return None
    box = cv2.minAreaRect(line)
    corners = cv2.boxPoints(box).astype(np.float64)
    if area < 0.9 * box[1][0] * box[1][1]:
        return None
    points = line[:, 0].astype(np.float64)
    sides = []
    for start, end in pairwise([*corners, corners[0]]):
        along = (end - start) / np.linalg.norm(end - start)
        run = (points - start) @ along / np.linalg.norm(end - start)
        off = np.abs((points - start) @ np.array([-along[1], along[0]]))
        near = points[(run > 0.12) & (run < 0.88) & (off < 4 / STEP)]
        if len(near) < 20:
            return None
        near = _steepest(near, np.array([-along[1], along[0]]), steep)
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        sides.append(np.cross([x, y, 1.0], [x + vx, y + vy, 1.0]))
    meets = [np.cross(sides[k - 1], sides[k]) for k in range(4)]
    return np.array([m[:2] / m[2] for m in meets]) if all(abs(m[2]) > 1e-9 for m in meets) else None


def _steepest(points: Floats, normal: Floats, steep: NDArray[np.float32]) -> Floats:
    """Points (n, 2) moved along a normal to the middle of the steep place they lie at."""
    reach = np.arange(-5, 5.01, 0.5)
    places = (points[:, None, :] + reach[None, :, None] * normal).astype(np.float32)
    seen = cv2.remap(steep, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    weight = np.maximum(seen - 0.5 * seen.max(axis=1, keepdims=True), 0) + 1e-6
    return np.asarray(points + ((weight * reach).sum(axis=1) / weight.sum(axis=1))[:, None] * normal)


def _as_bank_card(quad: Floats, pose: Pose) -> tuple[float | None, float]:
    """Per cent at which the strips were printed if this quad (4, 2; skin frame, mm) is a bank card; and its misfit.

    The card may lean another way than the skin between the strips, so it is placed by its own four corners. At its edge
    nearest to the strips it lies on the same skin: there the two distances must agree.
    """
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    turned = quad if sides[0] + sides[2] > sides[1] + sides[3] else np.roll(quad, -1, axis=0)
    half = np.array(card.BANK_CARD) / 2
    solid = np.column_stack([np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half, np.zeros(4)])
    rays = pose.rays(pose.project(turned))
    _, turns, places, _ = cv2.solvePnPGeneric(solid, rays[:, :2].copy(), np.eye(3), None, flags=cv2.SOLVEPNP_IPPE)
    best: tuple[float | None, float] = (None, np.inf)
    normal = pose.plane()[1][2]
    for turn, place in zip(turns, places, strict=True):
        there = solid @ cv2.Rodrigues(turn)[0].T + np.asarray(place).ravel()
        off = float(np.abs(there[:, :2] / there[:, 2:] - rays[:, :2]).max() * there[:, 2].mean())
        lean = np.degrees(np.arccos(min(1.0, abs(float(cv2.Rodrigues(turn)[0][:, 2] @ normal)))))
        if off > MISFIT or lean > LEAN:
            continue
        near = np.argsort((turned**2).sum(axis=1))[:2]
        origin = pose.plane()[0]
        on_skin = (origin @ normal) / (rays[near] @ normal)
        share = float(np.mean(there[near, 2] / on_skin))
        if abs(np.log(share)) < LIKELY and lean + 10 * off < best[1]:
            best = (100 * share * (1 + card.BANK_CARD_THICK / 2 / float(on_skin.mean())), lean + 10 * off)
    return best
