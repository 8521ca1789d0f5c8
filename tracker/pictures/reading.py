"""Measure a clean picture (`measure`), in a child process (`python -m tracker.pictures.reading`).

It is a child of its own, after the picture is ready: OpenCV takes longer to load than the renditions take to make, and
it is given our own master, never the bytes that came.
"""

import io
import sys
from dataclasses import dataclass
from typing import Any

from tracker.pictures import child

FLAT_QUALITY = 88


class Unread(Exception):
    """The picture could not be measured for a reason of ours; the picture itself is well."""


@dataclass(frozen=True)
class Reading:
    """``analysis``: PhotoReading.as_dict(); ``flat``: JPEG of the rectified picture around the lump, or None."""

    analysis: dict[str, Any]
    flat: bytes | None


def measure(master: bytes) -> Reading:
    """Look for the card in a master and measure by it. Raises Unread, child.Interrupted."""
    try:
        made = child.run("tracker.pictures.reading", master)
    except child.Failed as error:
        raise Unread(str(error)) from None
    if not isinstance(made.head.get("version"), int) or len(made.parts) > 1:
        raise Unread("damaged")
    return Reading(made.head, made.parts[0] if made.parts else None)


def _read(master: bytes) -> tuple[child.Head, list[bytes]]:
    """In the child."""
    import numpy as np
    from PIL import Image

    from analytics.photo.reading import flatten, read

    with Image.open(io.BytesIO(master), formats=("JPEG",)) as image:
        rgb = np.asarray(image.convert("RGB"))
    reading = read(rgb)
    head = reading.as_dict()
    if head.get("flat") is None:
        return head, []
    out = io.BytesIO()
    Image.fromarray(flatten(rgb, reading)).save(out, "JPEG", quality=FLAT_QUALITY)
    return head, [out.getvalue()]


if __name__ == "__main__":
    sys.exit(child.main(_read))
