"""Measure a photo file by the card, without a database: what `manage.py measure` prints."""

import warnings
from pathlib import Path
from typing import Any

KEYS = (
    "ok", "reason", "tilt_deg", "mm_per_px", "length_mm", "length_sd", "width_mm", "width_sd", "redness", "redness_sd",
)  # fmt: skip


class NotAPhoto(Exception):
    """The file cannot be measured; the text is a sentence that says why."""


def measure_file(path: str) -> dict[str, Any]:
    """One line of `measure --json` (docs/api.md). The photo is read at the size at which the diary keeps it; `mm_per_px`
    is of the file's own pixels. Raises NotAPhoto."""
    from analytics.photo.reading import read

    rgb, shrunk = _opened(Path(path))
    found = read(rgb).as_dict()
    if found["mm_per_px"] is not None:
        found["mm_per_px"] = round(found["mm_per_px"] * shrunk, 6)
    return {"file": path, **{key: found[key] for key in KEYS}}


def _opened(path: Path) -> tuple[Any, float]:
    """The photo, upright, as uint8 RGB (h, w, 3), and by how much it was made smaller (1: not at all)."""
    import numpy as np
    from PIL import Image

    from tracker.pictures.decode import MAX_PIXELS, fresh_canvas
    from tracker.pictures.kinds import KINDS, kind_of

    try:
        with path.open("rb") as file:
            kind = KINDS.get(kind_of(file.read(32)) or "")
    except OSError as error:
        raise NotAPhoto(f"{path}: {error.strerror}.") from error
    if kind is None:
        raise NotAPhoto(f"{path}: this is not a JPEG, PNG, WebP or HEIC picture.")
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=(kind,)) as image:
                longest = max(image.size)
                if image.width * image.height > MAX_PIXELS:
                    raise NotAPhoto(f"{path}: this picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
                rgb = np.asarray(fresh_canvas(image))
    except NotAPhoto:
        raise
    except Exception as error:  # Pillow answers damage with nearly any error
        raise NotAPhoto(f"{path}: this picture is damaged and cannot be opened.") from error
    return rgb, longest / max(rgb.shape[:2])
