"""Which scenes are examined: so many of each kind, tone and hue; and two separate ranges of seeds."""

from typing import Any

from analytics.synthetic.scenes import BAD
from analytics.synthetic.scenes.tones import TONES

TUNING = 1  # seeds from here, fewer than SPACE: anybody may look at them, and the reader's settings were chosen on them
SCORING = 640_001  # seeds from here: looked at only to write the evidence
SPACE = 10_000

HUES = ("red", "brown", "purple")
WIDE = 4032  # a 12-megapixel picture
LIGHTS = 6  # of each lump in the row on redness

Job = tuple[str, int, dict[str, Any]]


def jobs(first: int, share: float) -> list[Job]:
    """(kind, seed, options) of every scene but the series of lights, from seed ``first``; ``share`` 1 is all of them."""
    found: list[Job] = []

    def add(kind: str, many: float, **options: Any) -> None:
        for _ in range(max(1, round(many * share))):
            found.append((kind, first + len(found), options))

    for tone in TONES:
        for hue in HUES:
            add("flat", 8, tone=tone, hue=hue)
        add("dome", 9, tone=tone)
        add("dome", 4, tone=tone, hue="skin")
    for kind in BAD:
        add(kind, 14)
    add("flat", 4, width=WIDE)
    return found


def lumps(first: int, share: float) -> list[tuple[str, int]]:
    """(tone, seed) of the lumps photographed under many lights."""
    each = max(1, round(4 * share))
    return [(tone, first + 5_000 + 10 * k + n) for k, tone in enumerate(TONES) for n in range(each)]
