"""Where the two strips and the skin between them lie before the camera, from the markers' corners. Needs OpenCV and scipy.

Nothing is known of the camera and the strips are loose, so one fit finds all of it together: the lens (focal length and
radial distortion), each strip's place, turn and bend, and how much the ink has spread. What pictures of one kind cannot tell
apart (a long lens from a small tilt, say) is held by what is likely: a phone's lens, two strips that lie nearly in one plane.
Its covariance says how well the scale at the lump is known.

Camera frame: mm, x right, y down, z away from the camera. Skin frame: mm in the plane of the skin, x right and y down as in
the photo, its origin halfway between the strips.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from analytics.photo import card
from analytics.photo.markers import Marker

Floats = NDArray[np.float64]

# What is likely: (middle, SD). A phone's main lens is 24-28 mm on 36 x 24; its wide and its long one lie within 2.3 SD.
FOCAL = (np.log(0.77), 0.32)  # ln of focal length over the long side
DISTORTION = (0.0, 0.06)
INK = (0.0, 0.1)  # mm by which each edge of a black square stands further out
APART_TILT, APART_HEIGHT = 0.10, 3.0  # radians, mm: strip 2 against the plane of strip 1
BEND = 0.005  # 1/mm
CORNER = 0.12  # px at 2,000 px long side: what the corners do not say about themselves (paper, lens, rounding)

# The parameters: 0 ln focal, 1 distortion, 2 ink, 3-8 strip 1 (turn, place), 9-11 strip 2 in the plane of strip 1
# (x, y, turn), 12-14 out of it (height, two tilts), 15-16 bend of each, 17-18 ln print scale (strip 2, along over across)
COUNT = 17
STRIP_2_SCALE, ASPECT = 17, 18


@dataclass(frozen=True)
class Pose:
    """A fit. `size` (w, h) px; `parameters` as above; `covariance` of the same; `misfit`: of the corners,
    in their SDs; `strain`: what the whole fit costs, the unlikely included (half the sum of squared SDs)."""

    size: tuple[int, int]
    parameters: Floats
    covariance: Floats
    misfit: float
    strain: float

    @property
    def focal(self) -> float:
        """Focal length in px."""
        return float(np.exp(self.parameters[0]) * max(self.size))

    def plane(self) -> tuple[Floats, Floats]:
        """The skin: its origin (3,) and its axes as rows (3, 3): right, down, into the skin; camera frame."""
        return skin_plane(self.parameters)

    def project(self, skin: Floats) -> Floats:
        """Pixels (n, 2) of points (n, 2) or (n, 3) of the skin frame; the third is mm above the skin."""
        origin, axes = self.plane()
        points = np.asarray(skin, np.float64)
        where = origin + points[:, :2] @ axes[:2]
        if points.shape[1] == 3:
            where = where - points[:, 2:] * axes[2]
        return seen(where, self.parameters, self.size)

    def strip_corners(self, number: int, margin: float = 0.0) -> Floats:
        """The four corners of strip 1 or 2 in the skin frame (4, 2), mm, as if it lay in the skin's plane."""
        half = np.array([card.STRIP_LENGTH, card.STRIP_WIDTH]) / 2 + margin
        flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        return self.to_skin(strip_points(self.parameters, number - 1, flat))

    def to_skin(self, where: Floats) -> Floats:
        """Skin frame (n, 2) of points of the camera frame, straight down onto the plane."""
        origin, axes = self.plane()
        return np.asarray((where - origin) @ axes[:2].T)

    def to_skin_by_sight(self, pixels: Floats) -> Floats:
        """Skin frame (n, 2) of pixels (n, 2): where the line of sight meets the plane."""
        origin, axes = self.plane()
        rays = self.rays(pixels)
        along = (origin @ axes[2]) / (rays @ axes[2])
        return self.to_skin(rays * along[:, None])

    def rays(self, pixels: Floats) -> Floats:
        """Directions (n, 3) with z = 1 of pixels (n, 2)."""
        flat = (np.asarray(pixels, np.float64) - _middle(self.size)) / self.focal
        straight = flat.copy()
        for _ in range(8):
            straight = flat / (1 + self.parameters[1] * (straight**2).sum(axis=1, keepdims=True))
        return np.column_stack([straight, np.ones(len(straight))])

    def tilt(self, skin: Floats) -> float:
        """Degrees between the line of sight to a point (2,) of the skin frame and the skin's normal."""
        origin, axes = self.plane()
        sight = origin + skin @ axes[:2]
        return float(np.degrees(np.arccos(min(1.0, abs(sight @ axes[2]) / np.linalg.norm(sight)))))

    def distance(self, skin: Floats) -> float:
        """mm from the camera to a point (2,) of the skin frame."""
        origin, axes = self.plane()
        return float(np.linalg.norm(origin + skin @ axes[:2]))

    def mm_per_px(self, skin: Floats) -> float:
        """Side in mm of the square of skin that one pixel shows at a point (2,) of the skin frame."""
        return scale_at(self.parameters, self.size, skin)

    def scale_sd(self, skin: Floats) -> float:
        """Relative SD of lengths near a point (2,), from the fit's covariance."""
        base = np.log(scale_at(self.parameters, self.size, skin))
        steps = np.sqrt(np.diag(self.covariance)) * 0.1
        slope = np.zeros(len(self.parameters))
        for k, step in enumerate(steps):
            if step > 0:
                moved = self.parameters.copy()
                moved[k] += step
                slope[k] = (np.log(scale_at(moved, self.size, skin)) - base) / step
        return float(np.sqrt(slope @ self.covariance @ slope))


def _middle(size: tuple[int, int]) -> Floats:
    return (np.array(size, np.float64) - 1) / 2


def _turned(vector: Any) -> Floats:
    return np.asarray(cv2.Rodrigues(np.asarray(vector, np.float64).ravel())[0], np.float64)


def strip_pose(p: Floats, index: int) -> tuple[Floats, Floats]:
    """Rotation (3, 3), strip to camera, and place (3,) of a strip's middle."""
    turn, place = _turned(p[3:6]), p[6:9]
    if index == 0:
        return turn, place
    own = _turned(np.array([p[13], p[14], 0.0])) @ _turned(np.array([0.0, 0.0, p[11]]))
    return turn @ own, place + turn @ np.array([p[9], p[10], p[12]])


def strip_points(p: Floats, index: int, flat: Floats) -> Floats:
    """Camera frame (n, 3) of points (n, 2) in mm from a strip's middle; the strip bends along its length.

    A positive bend lifts the ends towards the camera (a strip's z axis points away from it).
    """
    turn, place = strip_pose(p, index)
    bend = p[15 + index]
    x = flat[:, 0] * (1 - (bend * flat[:, 0]) ** 2 / 6)
    y = flat[:, 1]
    if len(p) > COUNT:
        size = np.exp(p[STRIP_2_SCALE]) if index else 1.0
        x, y = x * size * np.exp(p[ASPECT] / 2), y * size * np.exp(-p[ASPECT] / 2)
    bent = np.column_stack([x, y, -bend * flat[:, 0] ** 2 / 2])
    return np.asarray(bent @ turn.T + place)


def seen(where: Floats, p: Floats, size: tuple[int, int]) -> Floats:
    """Pixels (n, 2) of camera-frame points (n, 3)."""
    flat = where[:, :2] / where[:, 2:]
    bend = 1 + p[1] * (flat**2).sum(axis=1, keepdims=True)
    return np.asarray(flat * bend * np.exp(p[0]) * max(size) + _middle(size))


def skin_plane(p: Floats) -> tuple[Floats, Floats]:
    """See Pose.plane. The plane holds both strips' middles and leans as the two strips do on average."""
    (turn_1, one), (turn_2, two) = strip_pose(p, 0), strip_pose(p, 1)
    between = two - one
    normal = turn_1[:, 2] + turn_2[:, 2]
    normal = normal - between * (normal @ between) / max(float(between @ between), 1e-9)
    normal /= np.linalg.norm(normal)
    right = np.array([1.0, 0.0, 0.0]) - normal[0] * normal
    right /= np.linalg.norm(right)
    return (one + two) / 2, np.array([right, np.cross(normal, right), normal])


def scale_at(p: Floats, size: tuple[int, int], skin: Floats) -> float:
    origin, axes = skin_plane(p)
    step = 0.5
    around = np.array([[step, 0], [-step, 0], [0, step], [0, -step]]) + skin
    px = seen(origin + around @ axes[:2], p, size)
    side, down = (px[0] - px[1]) / (2 * step), (px[2] - px[3]) / (2 * step)
    return float(1 / np.sqrt(max(abs(float(side[0] * down[1] - side[1] * down[0])), 1e-12)))


def corners_on_strip(marker: int, ink: float) -> Floats:
    """A marker's corners (4, 2), mm from its strip's middle, clockwise from the top left; `ink` mm further out."""
    left, top, side, _ = card.marker_box(marker)
    middle = np.array([left + side / 2 - card.STRIP_LENGTH / 2, top + side / 2 - card.STRIP_WIDTH / 2])
    return middle + (side / 2 + ink) * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


def fit(found: dict[int, Marker], size: tuple[int, int], *, scales: bool = False) -> Pose | None:
    """The pose from markers of both strips; None where a strip has none, or no fit is to be had.

    With `scales` the strips may also be printed at unlike scales: of strip 2 against 1, and along against across.
    """
    groups = [[number for number in ids if number in found] for ids in card.STRIPS]
    if not all(groups):
        return None
    data = _Data(found, groups, size, scales)
    best = None
    for start in _starts(data):
        if start is None:
            continue
        done = least_squares(
            data.misfits, start, method="trf", loss="soft_l1", f_scale=2.0, x_scale=data.steps, max_nfev=60
        )
        if best is None or done.cost < best.cost:
            best = done
    if best is None or not np.all(np.isfinite(best.x)):
        return None
    rows = best.fun[: data.corners * 2]
    misfit = float(np.sqrt(np.mean(rows**2)))
    covariance = np.linalg.pinv(best.jac.T @ best.jac) * max(1.0, misfit) ** 2
    return Pose(size, best.x, covariance, misfit, float(best.cost))


def tilt_of_one(found: dict[int, Marker], size: tuple[int, int]) -> float:
    """Degrees of tilt as the markers of one strip alone tell it, by the lens that is likely; 0 where none is there."""
    for ids in card.STRIPS:
        seen_here = [number for number in ids if number in found]
        if seen_here:
            turns = [turn for turn, _ in _ways(found, seen_here, size)[:1]]
            return float(np.degrees(np.arccos(min(1.0, abs(float(turns[0][2, 2]))))))
    return 0.0


def _ways(found: dict[int, Marker], ids: list[int], size: tuple[int, int]) -> list[tuple[Floats, Floats]]:
    """The two ways, the likelier first, in which a strip may lie: its rotation and its middle's place."""
    focal = np.exp(FOCAL[0]) * max(size)
    middle = _middle(size)
    camera = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1]])
    flat = np.concatenate([corners_on_strip(n, 0.0) for n in ids])
    solid = np.column_stack([flat, np.zeros(len(flat))])
    corners = np.concatenate([found[n].corners for n in ids])
    _, turns, places, _ = cv2.solvePnPGeneric(solid, corners, camera, None, flags=cv2.SOLVEPNP_IPPE)
    return [(_turned(turn), np.asarray(place, np.float64).ravel()) for turn, place in zip(turns, places, strict=True)]


class _Data:
    """What the fit compares: corners seen and expected, and what is likely."""

    def __init__(self, found: dict[int, Marker], groups: list[list[int]], size: tuple[int, int], scales: bool) -> None:
        self.found, self.size, self.groups, self.scales = found, size, groups, scales
        self.seen = [np.concatenate([found[n].corners for n in ids]) for ids in groups]
        floor = CORNER * max(size) / 2000
        self.sd = [np.concatenate([[np.hypot(found[n].sd, floor)] * 4 for n in ids]) for ids in groups]
        self.corners = sum(len(points) for points in self.seen)
        self.steps = np.array([0.1, 0.05, 0.1, *[0.1] * 3, *[30.0] * 3, 20, 20, 0.1, 3, 0.1, 0.1, 0.005, 0.005])
        if scales:
            self.steps = np.append(self.steps, [0.05, 0.05])

    def misfits(self, p: Floats) -> Floats:
        parts = []
        for index, ids in enumerate(self.groups):
            flat = np.concatenate([corners_on_strip(n, p[2]) for n in ids])
            off = seen(strip_points(p, index, flat), p, self.size) - self.seen[index]
            parts.append((off / self.sd[index][:, None]).ravel())
        likely = [
            (p[0] - FOCAL[0]) / FOCAL[1], (p[1] - DISTORTION[0]) / DISTORTION[1], (p[2] - INK[0]) / INK[1],
            p[12] / APART_HEIGHT, p[13] / APART_TILT, p[14] / APART_TILT, p[15] / BEND, p[16] / BEND,
        ]  # fmt: skip
        if self.scales:
            likely += [p[STRIP_2_SCALE] / 0.1, p[ASPECT] / 0.1]
        return np.concatenate([*parts, likely])


def _starts(data: _Data) -> list[Floats | None]:
    """Two beginnings: a small flat thing seen from afar may lean either way."""
    ways = [_ways(data.found, ids, data.size) for ids in data.groups]
    return [_start(data, turn, place, ways[1]) for turn, place in ways[0]]


def _start(data: _Data, turn: Floats, place: Floats, others: list[tuple[Floats, Floats]]) -> Floats | None:
    """Parameters with strip 2 laid into strip 1's plane along the line of sight to it."""
    other_turn, other = max(others, key=lambda way: float(way[0][:, 2] @ turn[:, 2]))
    if place[2] <= 0 or other[2] <= 0:
        return None
    along = (place @ turn[:, 2]) / (other @ turn[:, 2])
    where = turn.T @ (other * along - place) if 0.5 < along < 2 else turn.T @ (other - place)
    spun = turn.T @ other_turn
    start = np.zeros(COUNT + 2 * data.scales)
    start[0] = FOCAL[0]
    start[3:6] = cv2.Rodrigues(turn)[0].ravel()
    start[6:9] = place
    start[9:12] = where[0], where[1], np.arctan2(spun[1, 0], spun[0, 0])
    return start
