"""The rectified picture: the skin with both strips on it, as if seen from straight above, in mm. Needs OpenCV."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo.pose import Pose

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

LONGEST = 1200  # px
EDGE = 4.0  # mm around the strips
WIDEST = 320.0  # mm


class Frame(NamedTuple):
    """Where the flat picture lies: its top left pixel's middle in the skin frame (mm), its size (px) and mm a pixel."""

    left: float
    top: float
    width: int
    height: int
    mm_per_px: float

    def grid(self) -> tuple[Floats, Floats]:
        """Skin frame x and y (height, width) of every pixel."""
        x = self.left + np.arange(self.width) * self.mm_per_px
        y = self.top + np.arange(self.height) * self.mm_per_px
        across, down = np.meshgrid(x, y)
        return across, down

    def from_skin(self, points: Floats) -> Floats:
        """mm in the flat frame (origin: the picture's top left corner) of skin frame points (n, 2)."""
        return np.asarray(points - (self.left, self.top) + self.mm_per_px / 2)

    def to_skin(self, points: Floats) -> Floats:
        return np.asarray(points + np.array([self.left, self.top]) - self.mm_per_px / 2)


def frame_of(pose: Pose, longest: int = LONGEST) -> Frame:
    """The frame around both strips, as fine as the photo is at the lump, but no more than `longest` px."""
    corners = np.concatenate([pose.strip_corners(1, EDGE), pose.strip_corners(2, EDGE)])
    low, high = np.maximum(corners.min(axis=0), -WIDEST / 2), np.minimum(corners.max(axis=0), WIDEST / 2)
    across = high - low
    step = max(pose.mm_per_px(np.zeros(2)), float(across.max()) / longest)
    width, height = (max(8, int(np.ceil(side / step))) for side in across)
    return Frame(float(low[0]), float(low[1]), width, height, step)


def warp(rgb: Bytes, pose: Pose, frame: Frame) -> Bytes:
    """The photo seen through the frame; black where the photo does not reach. The lens's bend is taken out as well."""
    x, y = _places(pose, frame)
    seen = cv2.remap(_blunted(rgb, pose, frame), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(seen, np.uint8)


def _blunted(rgb: Bytes, pose: Pose, frame: Frame) -> Bytes:
    """Blurred a little where the frame is coarser than the photo, so that hair and noise do not alias."""
    coarser = frame.mm_per_px / pose.mm_per_px(np.zeros(2))
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 0.45 * coarser), np.uint8) if coarser > 1.3 else rgb


def _places(pose: Pose, frame: Frame) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where in the photo each pixel of the frame lies; worked out on a coarse mesh, which the lens is smooth enough for."""
    mesh = 24
    x = frame.left + np.linspace(0, frame.width - 1, mesh) * frame.mm_per_px
    y = frame.top + np.linspace(0, frame.height - 1, mesh) * frame.mm_per_px
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    px = pose.project(points).reshape(mesh, mesh, 2).astype(np.float32)
    columns = np.linspace(0, mesh - 1, frame.width, dtype=np.float32)
    rows = np.linspace(0, mesh - 1, frame.height, dtype=np.float32)
    at = np.meshgrid(columns, rows)
    full = cv2.remap(px, at[0], at[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(full[..., 0]), np.ascontiguousarray(full[..., 1])


def mask_of(pose: Pose, frame: Frame, margin: float = 1.5) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two masks of the frame: skin that is in the photo and not under a strip; and of that, what lies between the strips."""

    def filled(points: Floats) -> Bytes:
        canvas = np.zeros((frame.height, frame.width), np.uint8)
        px = (points - (frame.left, frame.top)) / frame.mm_per_px
        cv2.fillPoly(canvas, [np.rint(px).astype(np.int32)], 1)
        return canvas

    strips = [pose.strip_corners(number, margin) for number in (1, 2)]
    paper = filled(strips[0]) | filled(strips[1])
    x, y = _places(pose, frame)
    w, h = pose.size
    inside = (x > 1) & (y > 1) & (x < w - 2) & (y < h - 2)
    hull = cv2.convexHull(np.concatenate(strips).astype(np.float32))[:, 0].astype(np.float64)
    skin = inside & (paper == 0)
    return skin, skin & (filled(hull) > 0)


def from_flat(pose: Pose, frame: Frame) -> Floats:
    """The homography (3, 3) from flat pixels to fractions of the photo's width and height, best between the strips."""
    mesh = np.stack(np.meshgrid(np.linspace(0.1, 0.9, 9), np.linspace(0.1, 0.9, 9)), axis=-1).reshape(-1, 2)
    flat = mesh * (frame.width, frame.height)
    photo = pose.project(np.array([frame.left, frame.top]) + flat * frame.mm_per_px)
    matrix, _ = cv2.findHomography(flat + 0.5, (photo + 0.5) / np.array(pose.size))
    return np.asarray(matrix, np.float64)
