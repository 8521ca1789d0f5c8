"""The body map: a region for every site, left where left is, and fit to stand twice on a page."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from frontend.templatetags.marks import bodymap
from tracker.rules.vocabulary import SITES

DRAWING = Path(__file__).resolve().parents[2] / "frontend" / "static" / "pictures" / "bodymap.svg"
SVG = "{http://www.w3.org/2000/svg}"
MIDDLE = 110.0  # of one figure


def regions() -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(DRAWING.read_text(encoding="utf-8"))
    return {element.attrib["id"]: element for element in root.iter() if "data-site" in element.attrib}


def centre(region: ElementTree.Element) -> float:
    """Mean x of the region's points."""
    numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", region.attrib["d"])]
    return sum(numbers[::2]) / len(numbers[::2])


def test_every_site_has_a_region() -> None:
    assert {element.attrib["data-site"] for element in regions().values()} == set(SITES)


def test_every_region_is_named_and_sits_on_the_right_side() -> None:
    for name, element in regions().items():
        assert element.find(f"{SVG}title") is not None, name
        side, view = element.attrib["data-side"], element.attrib["data-view"]
        if side in ("left", "right"):
            viewers_right = (side == "left") == (view == "front")
            assert (centre(element) > MIDDLE) == viewers_right, name
        elif side == "middle":
            assert centre(element) == pytest.approx(MIDDLE), name


def marked(site: str, side: str | None) -> int:
    return str(bodymap(site, side, "x")).count('class="site here"')


@pytest.mark.parametrize(
    ("site", "side", "count"),
    [
        ("lower_back", "left", 1),
        ("lower_back", "middle", 1),
        ("lower_back", "both", 2),
        ("lower_back", None, 3),
        ("thigh", "left", 2),  # seen from the front and from behind
        ("thigh", "middle", 4),  # no such region: all of the site rather than a wrong place
        ("vulva", "left", 1),
        ("other", None, 1),
        ("nowhere", "left", 0),
    ],
)
def test_marks(site: str, side: str | None, count: int) -> None:
    assert marked(site, side) == count


def test_a_marked_map_is_sound_and_harmless() -> None:
    text = str(bodymap("neck", "left", '"><script>'))
    root = ElementTree.fromstring(text)
    assert root.attrib["aria-label"] == '"><script>'
    assert "<script>" not in text


def test_two_maps_on_a_page_share_no_id() -> None:
    one, two = (set(re.findall(r' id="([^"]+)"', str(bodymap("neck", "left", "x", key)))) for key in (1, 2))
    assert one and two and not one & two
    assert not re.findall(r"#body-(?:outline|clip)\b(?!-1)", str(bodymap("neck", "left", "x", 1)))
