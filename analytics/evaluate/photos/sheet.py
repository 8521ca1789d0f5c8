"""A sheet of examples: scenes around their lump, with the outline found (green) over the true one (white)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.photos.examine import seen_outline
from analytics.evaluate.photos.plan import Job
from analytics.photo.reading import read
from analytics.synthetic.scenes import scene, take

Picture = NDArray[np.uint8]
TILE = (400, 300)
COLUMNS = 4


def draw(jobs: list[Job], path: Path) -> None:
    """Write a JPEG of these scenes, four a row."""
    import cv2

    tiles = [tile(kind, seed, options) for kind, seed, options in jobs]
    while len(tiles) % COLUMNS:
        tiles.append(np.full((TILE[1], TILE[0], 3), 255, np.uint8))
    rows = [np.hstack(tiles[k : k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])


def tile(kind: str, seed: int, options: dict[str, Any]) -> Picture:
    """One scene, cut around the strips, with outlines and a line of words."""
    import cv2

    facts = scene(kind, seed, **options)
    rgb, truth = take(facts)
    reading = read(rgb).as_dict()
    marked = rgb.copy()
    edges, _ = cv2.findContours(truth.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    thick = max(1, round(rgb.shape[1] / 900))
    cv2.drawContours(marked, edges, -1, (255, 255, 255), thick)
    outline = seen_outline(reading, rgb.shape)
    if outline is not None:
        cv2.polylines(marked, [np.round(outline).astype(np.int32)], True, (0, 235, 90), thick)
    cut = cv2.resize(marked[_around(truth.mask, rgb.shape)], TILE, interpolation=cv2.INTER_AREA)
    small = np.asarray(cut, np.uint8)
    _write(small, f"{facts.kind}, {facts.tone}: {_words(reading, truth.length)}")
    return small


def _around(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """A window of 4:3 around the lump, 4 times its size and a quarter of the frame at least; the whole frame without one."""
    rows, columns = np.nonzero(mask)
    if rows.size == 0:
        return np.s_[0 : shape[0], 0 : shape[1]]
    across, down = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    wide = min(max(4 * across, 5 * down, shape[1] // 3), shape[1])
    high = wide * 3 // 4
    left = int(np.clip(columns.mean() - wide / 2, 0, shape[1] - wide))
    top = int(np.clip(rows.mean() - high / 2, 0, shape[0] - high))
    return np.s_[top : top + high, left : left + wide]


def _words(reading: dict[str, Any], length: float | None) -> str:
    if reading["reason"] is not None or reading["length_mm"] is None:
        return str(reading["reason"]).replace("_", " ")
    true = f", true {length:.1f}" if length is not None else ""
    return f"{reading['length_mm']:.1f} mm{true}"


def _write(picture: Picture, words: str) -> None:
    import cv2

    picture[-24:] = picture[-24:] // 3
    cv2.putText(picture, words, (6, TILE[1] - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
