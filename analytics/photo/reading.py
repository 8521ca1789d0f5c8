"""Read a photo with the calibration card: is it a good shot, how large is the lump, how red. Needs OpenCV.

reading = read(rgb)
reading.as_dict()            # JSON: what is stored, shown and measured on
flatten(rgb, reading)        # the rectified picture in which a person corrects the outline
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.photo import card, light, markers, print_scale, segment
from analytics.photo import flat as flattening
from analytics.photo.colour import LINEAR, luminance, to_lab
from analytics.photo.dome import Dome, dome_of
from analytics.photo.outline import FLOOR, Ends, feret
from analytics.photo.pose import Pose, fit, tilt_of_one
from analytics.photo.tissue import disc
from analytics.redness import Redness, redness_of

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

VERSION = 1
REASONS = ("too_dark", "too_blurred", "no_card", "one_strip", "too_tilted", "glare", "print_scale", "no_outline")

MOST_TILT = 42.5  # degrees: figures are kept to 40; the phone warns from 20
LEAST_LIGHT = 0.065  # luminance of white paper, linear: below, a phone's noise hides a lump's edge
MOST_BLUR = 0.62  # mm on the skin, SD
MOST_GLARE = 30.0  # mm² of skin in one place, white in the picture: a drop of shine is less
MOST_WASHED = 0.06  # of the markers' black cells
PRINT_OFF = 3.0  # per cent: a bank card in the picture tells it to about 1
MANY = 3  # markers of a strip that are read when it lies whole and sharp in the picture
SHEET_ERROR = 0.006  # relative: paper that is not quite flat on the skin, nor the skin between two strips
DRAWN_ERROR = 0.02  # relative: what the automatic outline as a whole may be too wide or too narrow by


@dataclass(frozen=True)
class PhotoReading:
    """What a photo says. Lengths in mm, angles in degrees, None: not known; `reason` says why a shot is refused.

    `outline` and `ends` lie in the flat picture: mm right of and below its top left corner. `pose` and `frame` are for
    `flatten` and are not stored.
    """

    ok: bool
    reason: str | None
    tilt_deg: float | None = None
    mm_per_px: float | None = None
    print_percent: float | None = None
    flat: dict[str, Any] | None = None
    outline: list[list[float]] | None = None
    ends: dict[str, list[list[float]]] | None = None
    length_mm: float | None = None
    length_sd: float | None = None
    width_mm: float | None = None
    width_sd: float | None = None
    dome_mm: float | None = None
    dome_sd: float | None = None
    redness: float | None = None
    redness_sd: float | None = None
    dark_skin: bool | None = None
    scale_sd: float | None = None
    rim_share: float | None = None
    pose: Pose | None = field(default=None, repr=False, compare=False)
    frame: flattening.Frame | None = field(default=None, repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; the shape is said in docs/photos.md."""
        hidden = ("pose", "frame")
        found = {name: value for name, value in self.__dict__.items() if name not in hidden}
        return {"version": VERSION, **found}


def read(rgb: Bytes) -> PhotoReading:
    """Read an upright sRGB photo (h, w, 3). Raises nothing on odd pictures: `ok` is False and `reason` says why."""
    if min(rgb.shape[:2]) < 64:
        return PhotoReading(False, "no_card")
    found = markers.find(rgb)
    size = (rgb.shape[1], rgb.shape[0])
    pose = fit(found, size)
    if pose is None:
        return PhotoReading(False, _reason_without_pose(rgb, found))
    return _Reader(rgb, found, pose).read()


def flatten(rgb: Bytes, reading: PhotoReading) -> Bytes:
    """The rectified picture (h, w, 3) that `reading.flat` speaks of. Raises ValueError for a reading without one."""
    if reading.pose is None or reading.frame is None:
        raise ValueError("this reading has no flat picture: no card was found")
    return flattening.warp(rgb, reading.pose, reading.frame)


def _reason_without_pose(rgb: Bytes, found: dict[int, markers.Marker]) -> str:
    """Why the two strips could not both be placed."""
    if not found:
        return light.look_without_card(rgb)
    if np.median([m.light for m in found.values()]) < LEAST_LIGHT:
        return "too_dark"
    side = np.median([np.sqrt(abs(cv2.contourArea(m.corners.astype(np.float32)))) for m in found.values()])
    blur = np.median([m.blur for m in found.values()]) * 16.0 / side
    if blur > MOST_BLUR or (
        max(len([n for n in ids if n in found]) for ids in card.STRIPS) < MANY
        and light.look_without_card(rgb) == "too_blurred"
    ):
        return "too_blurred"
    return "too_tilted" if tilt_of_one(found, (rgb.shape[1], rgb.shape[0])) > MOST_TILT + 8 else "one_strip"


class _Reader:
    """One photo whose two strips are placed."""

    def __init__(self, rgb: Bytes, found: dict[int, markers.Marker], pose: Pose) -> None:
        self.rgb, self.found, self.pose = rgb, found, pose
        self.frame = flattening.frame_of(pose)
        self.here: Floats = np.zeros(
            2
        )  # the lump's place in the skin frame; halfway between the strips until it is found

    def read(self) -> PhotoReading:
        white = light.white_of(self.rgb, self.pose)
        small, balanced, skin, between = self._view(white)
        percent = None
        reason = self._bad_light(white, small, between)
        if reason is None:
            percent = self._print_percent()
            if percent is not None and abs(percent - 100) > PRINT_OFF:
                reason = "print_scale"
        proposed = segment.propose(balanced, skin, between, segment.STEP) if reason is None else None
        if reason is None and proposed is None:
            reason = "no_outline"
        facts: dict[str, Any] = {}
        if proposed is not None:
            facts = self._lump(proposed, balanced, skin)
        return PhotoReading(
            ok=reason is None, reason=reason, print_percent=_round(percent, 1),
            tilt_deg=_round(self.pose.tilt(self.here), 1), mm_per_px=_round(self.pose.mm_per_px(self.here), 5),
            flat=self._flat(), scale_sd=_round(self._scale_sd(), 5), pose=self.pose, frame=self.frame, **facts,
        )  # fmt: skip

    def _view(self, white: light.White) -> tuple[Bytes, NDArray[np.float32], segment.Mask, segment.Mask]:
        """The working copy: as it is, balanced and linear, and where there is skin, and where the lump may be."""
        step, whole = segment.STEP, self.frame
        w, h = (max(8, int(side * whole.mm_per_px / step)) for side in (whole.width, whole.height))
        self.work = flattening.Frame(whole.left, whole.top, w, h, step)
        small = flattening.warp(self.rgb, self.pose, self.work)
        balanced = (LINEAR[small] / white.at(*self.work.grid())).astype(np.float32)
        return small, balanced, *flattening.mask_of(self.pose, self.work)

    def _bad_light(self, white: light.White, small: Bytes, between: segment.Mask) -> str | None:
        """The first thing that is wrong with the shot itself, in the order in which a person would mend it."""
        if white.level < LEAST_LIGHT:
            return "too_dark"
        if light.blur_mm(self.found, self.pose) > MOST_BLUR:
            return "too_blurred"
        if self.pose.tilt(self.here) > MOST_TILT:
            return "too_tilted"
        burnt = light.widest_burnt(small, between, segment.STEP)
        if burnt > MOST_GLARE or light.washed_out(self.rgb, self.pose, self.found) > MOST_WASHED:
            return "glare"
        return None

    def _print_percent(self) -> float | None:
        unlike = print_scale.unlike_scales(self.found, self.pose)
        return unlike if unlike is not None else print_scale.by_bank_card(self.rgb, self.pose)

    def _scale_sd(self) -> float:
        return float(np.hypot(self.pose.scale_sd(self.here), SHEET_ERROR))

    def _flat(self) -> dict[str, Any]:
        matrix = flattening.from_flat(self.pose, self.frame)
        return {
            "width": self.frame.width, "height": self.frame.height, "mm_per_px": round(self.frame.mm_per_px, 6),
            "from_flat": [[float(f"{v:.9g}") for v in row] for row in matrix],
        }  # fmt: skip

    def _lump(self, proposed: segment.Found, balanced: NDArray[np.float32], skin: segment.Mask) -> dict[str, Any]:
        """Sizes, dome and redness of the outline that was proposed."""
        on_skin = proposed.outline + np.array([self.work.left, self.work.top])
        self.here = on_skin.mean(axis=0)
        outline = self.frame.from_skin(on_skin)
        ends = feret(outline)
        lump, beside = _lump_and_beside(proposed.outline, skin)
        dome = dome_of(balanced, lump, beside, ends, self.pose.distance(self.here))
        red = redness_of(
            to_lab(balanced * light.PAPER * _out_of_shadow(balanced, beside, self._by_the_strips(skin))),
            lump & skin,
            beside,
        )
        return {
            "outline": np.round(outline, 2).tolist(),
            "ends": {"length": np.round(ends.length, 2).tolist(), "width": np.round(ends.width, 2).tolist()},
            **self._sizes(ends, proposed.edge, dome), **_reds(red),
        }  # fmt: skip

    def _by_the_strips(self, skin: segment.Mask) -> segment.Mask:
        """Skin within 8 mm of the paper, where the light is known."""
        bare, _ = flattening.mask_of(self.pose, self.work, margin=8.0)
        return skin & ~bare

    def _sizes(self, ends: Ends, edge: float, dome: Dome) -> dict[str, Any]:
        found: dict[str, Any] = {
            "dome_mm": _round(dome.height, 1), "dome_sd": _round(dome.sd, 1), "rim_share": _round(dome.rim_share, 5),
        }  # fmt: skip
        scale = np.sqrt(self._scale_sd() ** 2 + dome.rim_sd**2 + DRAWN_ERROR**2)
        for name, pair in (("length", ends.length), ("width", ends.width)):
            mm = float(np.linalg.norm(pair[1] - pair[0])) * (1 - dome.rim_share)
            found[f"{name}_mm"] = _round(mm, 1)
            found[f"{name}_sd"] = _round(float(np.sqrt((mm * scale) ** 2 + 2 * edge**2 + FLOOR**2)), 2)
        return found


def _out_of_shadow(balanced: NDArray[np.float32], beside: segment.Mask, by_strips: segment.Mask) -> float:
    """What to brighten the lump's surroundings by, so that skin is there as bright as beside the paper.

    A shadow between the strips would make all colour there look weaker; the skin's own brightness hardly changes.
    """
    if beside.sum() < 30 or by_strips.sum() < 30:
        return 1.0
    here, there = (float(np.median(luminance(balanced[where]))) for where in (beside, by_strips))
    return float(np.clip(there / max(here, 1e-4), 0.6, 1.8))


def _lump_and_beside(outline: Floats, skin: segment.Mask) -> tuple[segment.Mask, segment.Mask]:
    """Pixels of the working copy well inside the outline, and of the skin beside it."""
    whole = np.zeros(skin.shape, np.uint8)
    cv2.fillPoly(whole, [np.rint(outline / segment.STEP * 16).astype(np.int32)], 1, shift=4)
    near, far = (cv2.dilate(whole, disc(mm / segment.STEP)) for mm in (2.5, 9.0))
    inner = cv2.erode(whole, disc(1.0 / segment.STEP))
    return (inner if inner.sum() > 60 else whole) > 0, (far > 0) & (near == 0) & skin


def _reds(red: Redness | None) -> dict[str, Any]:
    if red is None:
        return {}
    return {"redness": _round(red.difference, 2), "redness_sd": _round(red.sd, 2), "dark_skin": red.dark_skin}


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
