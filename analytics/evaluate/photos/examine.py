"""One scene examined: photographed, read as the product reads it, and set beside the truth."""

import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.photo.outline import size_of
from analytics.photo.reading import read
from analytics.synthetic.scenes import Scene, Truth, scene, take

FINGER = 0.5  # mm a finger puts an end point off, SD each way; only where the stated error is put to the test
NO_CARD_FAULT = (None, "no_outline")  # reasons given though the card was found and the shot was good enough

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What was read from one scene, beside what is true. None where there is nothing to compare; sizes in mm."""

    kind: str
    seed: int
    tone: str
    hue: str
    wide: int
    meant: str | None
    reason: str | None
    seconds: float
    tilt: float
    tilt_read: float | None
    length: float | None = None
    by_ends: float | None = None
    by_finger: float | None = None
    finger_sd: float | None = None
    width: float | None = None
    width_by_ends: float | None = None
    by_outline: float | None = None
    outline_sd: float | None = None
    dome: float | None = None
    dome_read: float | None = None
    overlap: float | None = None
    redness: float | None = None
    redness_read: float | None = None
    redness_sd: float | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def examine(kind: str, seed: int, options: dict[str, Any]) -> Found:
    """Scene ``seed`` of this kind; ``options`` are `scene`'s (tone, hue, width)."""
    return examined(scene(kind, seed, **options))


def examined(facts: Scene) -> Found:
    """Photograph ``facts``, read it, compare."""
    rgb, truth = take(facts)
    began = time.process_time()
    reading = read(rgb).as_dict()
    seconds = time.process_time() - began
    base: dict[str, Any] = {
        "kind": facts.kind, "seed": facts.seed, "tone": facts.tone, "hue": facts.hue, "wide": rgb.shape[1],
        "meant": facts.reason, "reason": reading["reason"], "seconds": seconds,
        "tilt": truth.tilt, "tilt_read": reading["tilt_deg"],
    }  # fmt: skip
    if facts.reason is None and truth.length is not None:
        base |= _sizes(reading, truth, rgb.shape, facts.seed)
    return Found(**base)


def _sizes(reading: dict[str, Any], truth: Truth, shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    """The comparisons of a scene that should have been measured. An outline that was not found overlaps by nothing."""
    found: dict[str, Any] = {
        "length": truth.length, "width": truth.width, "dome": truth.height, "dome_read": reading["dome_mm"],
        "redness": truth.redness, "redness_read": reading["redness"], "redness_sd": reading["redness_sd"],
        "by_outline": reading["length_mm"], "outline_sd": reading["length_sd"],
        "overlap": overlap(reading, truth, shape) if reading["reason"] in NO_CARD_FAULT else None,
    }  # fmt: skip
    if reading["flat"] is None or truth.length_ends is None or truth.width_ends is None:
        return found
    ends = {"length": to_flat(reading, truth.length_ends, shape), "width": to_flat(reading, truth.width_ends, shape)}
    exact = size_of(reading, ends={name: points.tolist() for name, points in ends.items()})
    slips = np.random.default_rng((seed, 9)).normal(0, FINGER, (2, 2))
    slipped = size_of(reading, ends={"length": (ends["length"] + slips).tolist()})
    return found | {
        "by_ends": exact.length_mm, "width_by_ends": exact.width_mm,
        "by_finger": slipped.length_mm, "finger_sd": slipped.length_sd,
    }  # fmt: skip


def _to_picture(reading: dict[str, Any], shape: tuple[int, ...]) -> Floats:
    """Matrix from mm in the flat frame to pixels of the photo."""
    flat = reading["flat"]
    scale = np.diag([1 / flat["mm_per_px"], 1 / flat["mm_per_px"], 1.0])
    return np.asarray(np.diag([shape[1], shape[0], 1.0]) @ np.array(flat["from_flat"]) @ scale)


def _through(matrix: Floats, points: Any) -> Floats:
    there = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))]) @ matrix.T
    return np.asarray(there[:, :2] / there[:, 2:])


def to_flat(reading: dict[str, Any], pixels: Floats, shape: tuple[int, ...]) -> Floats:
    """mm in the flat frame of pixels of the photo (whole numbers at pixel centres)."""
    matrix = np.asarray(np.linalg.inv(_to_picture(reading, shape)), np.float64)
    return _through(matrix, pixels + 0.5)


def seen_outline(reading: dict[str, Any], shape: tuple[int, ...]) -> Floats | None:
    """The found outline in pixels of the photo, None where there is none."""
    if reading["outline"] is None or reading["flat"] is None:
        return None
    return _through(_to_picture(reading, shape), reading["outline"]) - 0.5


def overlap(reading: dict[str, Any], truth: Truth, shape: tuple[int, ...]) -> float:
    """Intersection over union of the found outline and the lump as the lens saw it; 0 where none was found."""
    import cv2

    outline = seen_outline(reading, shape)
    if outline is None:
        return 0.0
    drawn = np.zeros(truth.mask.shape, np.uint8)
    cv2.fillPoly(drawn, [np.round(outline * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    both = float((truth.mask & (drawn > 0)).sum())
    return both / max(float((truth.mask | (drawn > 0)).sum()), 1.0)
