"""The calibration card on paper and as pictures: the geometry of analytics/photo/card.py, typeset."""

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from analytics.photo import card
from tracker import typeset

HERE = Path(__file__).parent
LOWEST_DPI, HIGHEST_DPI = 72, 2400


def geometry() -> dict[str, Any]:
    """What strip.typ draws: the card's geometry with its cells, ticks and numbers, all in mm."""
    found = card.as_dict()
    for ids in found["strips"]:
        for marker in ids:
            marker["cells"] = [list(cell) for cell in card.marker_cells(marker["id"])]
    labels = [
        {"x": card.RULER_LEFT + mm, "text": str(mm // 10)} for mm in range(10, card.RULER_MM, 10)
    ]  # the ends bear none: they would not fit on the strip
    found["ruler"] = {
        "ticks": [list(tick) for tick in card.ticks()],
        "labels": labels,
        "base": card.NUMBER_BASE,
        "high": card.NUMBER_HIGH,
    }
    return found


@lru_cache(maxsize=1)
def files() -> dict[str, bytes]:
    """The files a source that draws strips may read."""
    return {"card.json": json.dumps(geometry()).encode(), "strip.typ": (HERE / "strip.typ").read_bytes()}


def strip_picture(number: int, dpi: int) -> bytes:
    """Strip 1 or 2 as a PNG at true scale: 4 by 1 inch, so exactly 4·dpi by dpi pixels, with the dpi stored in it."""
    from PIL import Image

    source = (
        '#import "strip.typ": strip\n'
        f"#set page(width: {card.STRIP_LENGTH}mm, height: {card.STRIP_WIDTH}mm, margin: 0mm)\n#strip({number})"
    )
    picture = Image.open(io.BytesIO(typeset.picture(source, ppi=dpi, files=files()))).convert("RGB")
    exact = (4 * dpi, dpi)
    if picture.size != exact:  # a page of 101.6 mm is a hair over or under 4·dpi pixels in floating point
        picture = picture.crop((0, 0, *exact))
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()
