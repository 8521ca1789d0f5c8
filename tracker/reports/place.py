"""The body map with one place marked, drawn by us (settings.BODYMAP)."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

# For where no style sheet reaches the drawing: paper.
STYLE = (
    "<style>.body-edge{fill:none;stroke:#56666a;stroke-width:2}.site{fill:#f6f2ea;stroke:#cfc8ba;stroke-width:.7}"
    ".site.here{fill:#0e6b68;stroke:#0e6b68;stroke-width:3}.word{font-size:26px}</style>"
)


@lru_cache(maxsize=1)
def _drawing() -> str:
    return Path(settings.BODYMAP).read_text(encoding="utf-8")


def _regions(drawing: str, site: str, side: str) -> list[str]:
    """Ids of the regions to mark. A side the site has no region for marks all of the site: never a wrong place."""
    found = re.findall(r'id="([^"]+)" data-site="([^"]+)" data-side="([^"]*)"', drawing)
    of_site = [(region, its_side) for region, name, its_side in found if name == site]
    wanted = {"left", "right"} if side == "both" else {side}
    return [region for region, its_side in of_site if its_side in wanted] or [region for region, _side in of_site]


def map_of(site: str, side: str | None, *, key: int = 1, styled: bool = False) -> str:
    """The drawing as SVG, its words in the reader's language; English titles are left out.

    ``key`` tells the maps of one page apart: an id may stand on a page only once. ``styled``: with its colours inside.
    """
    drawing = re.sub(r"<title>.*?</title>", "", _drawing())
    for region in _regions(drawing, site, side or ""):
        drawing = drawing.replace(f'class="site" id="{region}"', f'class="site here" id="{region}"')
    for word, name in (("front", _("Front")), ("back", _("Back")), ("left", _("Left")), ("right", _("Right"))):
        drawing = re.sub(rf'(data-word="{word}"[^>]*>)[^<]*<', lambda found, name=name: f"{found[1]}{name}<", drawing)  # type: ignore[misc]
    drawing = re.sub(r' id="(?!body-)[^"]+"', "", drawing)
    drawing = re.sub(r"\b(body-(?:outline|clip))\b", rf"\1-{key}", drawing)
    return re.sub(r"(<svg [^>]*>)", rf"\1{STYLE}", drawing, count=1) if styled else drawing
