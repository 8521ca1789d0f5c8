"""Draw the body map: frontend/static/pictures/bodymap.svg, a front and a back with one region a site.

The figure is drawn once, as the half with x > 0, and mirrored. Regions are rough polygons cut to the outline by a clip path, so
neighbours always meet and nothing spills. Each region is a `<path class="site">` with `data-site` (a word of
tracker/rules/vocabulary.SITES), `data-side` (left, right, middle: the person's own, not the viewer's), `data-view` and an id
`<view>-<site>-<side>`. The dress comes from CSS (`.bodymap`); the attributes here are what print and PDF fall back on.
"""

from pathlib import Path

PICTURE = Path(__file__).resolve().parent.parent / "frontend" / "static" / "pictures" / "bodymap.svg"

Point = tuple[float, float]

WIDTH, HEIGHT = 220.0, 500.0  # of one figure
CENTRE = WIDTH / 2

# The outline of one half in runs of smooth curve; where two runs meet there is a corner.
OUTLINE: list[list[Point]] = [
    [(0, 9), (12, 11.5), (21, 21), (24, 37), (21.5, 53), (15, 64), (11, 70), (11, 78), (17, 86), (34, 92), (49, 98), (57, 110),
     (60, 130), (64, 158), (69, 184), (75, 212), (80, 236), (86, 250), (90, 264), (89, 279), (83, 289), (77, 285), (74, 268),
     (71, 252), (69, 238), (61, 212), (54, 186), (49, 160), (44, 130)],
    [(44, 130), (41, 152), (38, 178), (39, 198), (44, 222), (47, 246), (47.5, 272), (45, 304), (40, 336), (40, 358),
     (39, 384), (33, 418), (30, 440), (32, 452), (41, 463), (43, 470), (36, 474), (22, 473), (15, 468), (15.5, 452),
     (17, 436), (14, 404), (14, 376), (13, 352), (11, 334), (8, 306), (3.5, 276), (0, 264)],
]  # fmt: skip

Region = tuple[str, list[Point]]

# Sites that come as a left and a right, as polygons of the half with x > 0. Later ones lie on top.
LIMBS: list[Region] = [
    ("upper_arm", [(44, 120), (75, 112), (80, 186), (50, 190)]),
    ("forearm", [(50, 188), (80, 184), (90, 238), (60, 243)]),
    ("hand", [(60, 243), (90, 237), (100, 300), (60, 300)]),
    ("thigh", [(0, 262), (60, 250), (60, 340), (0, 340)]),
    ("lower_leg", [(0, 350), (60, 350), (60, 444), (0, 444)]),
    ("knee", [(0, 326), (25, 321), (60, 326), (60, 356), (25, 363), (0, 358)]),
    ("foot", [(0, 444), (60, 444), (60, 500), (0, 500)]),
]
FRONT: list[Region] = [
    ("scalp", [(6, 0), (30, 0), (30, 33), (19, 30), (6, 27)]),
    ("face", [(6, 27), (19, 30), (30, 33), (30, 60), (12, 70), (6, 70)]),
    ("neck", [(5, 70), (16, 66), (18, 85), (12, 91), (5, 93)]),
    ("chest", [(6, 103), (42, 102), (42, 118), (40, 132), (48, 162), (6, 162)]),
    ("abdomen", [(7, 162), (48, 162), (47, 210), (30, 218), (14, 226), (7, 228)]),
    ("hip", [(30, 218), (52, 206), (52, 256), (36, 262), (35, 240)]),
    ("groin", [(7, 228), (14, 226), (30, 218), (35, 240), (36, 262), (22, 270), (0, 274)]),
    ("above_collarbone", [(6, 93), (12, 91), (18, 84), (40, 91), (42, 102), (6, 103)]),
    ("shoulder", [(40, 88), (75, 95), (75, 121), (62, 125), (50, 123), (42, 117)]),
    ("armpit", [(44, 119), (51, 128), (50, 145), (43, 152), (39, 144), (38, 129)]),
    ("breast", [(8, 139), (13, 128), (24, 124), (35, 129), (37.5, 141), (32, 152), (22, 156), (12, 151)]),
    ("testicle", [(0, 246), (8, 246), (11.5, 252), (10, 262), (0, 270)]),
]
BACK: list[Region] = [
    ("scalp", [(6, 0), (30, 0), (30, 56), (6, 60)]),
    ("neck", [(6, 60), (30, 56), (18, 86), (12, 90), (6, 90)]),
    ("upper_back", [(7, 90), (18, 84), (42, 92), (42, 118), (46, 130), (48, 166), (7, 166)]),
    ("lower_back", [(7, 166), (48, 166), (47, 210), (30, 216), (7, 220)]),
    ("hip", [(30, 216), (52, 206), (52, 252), (40, 258), (37, 236)]),
    ("buttock", [(0, 220), (7, 220), (30, 216), (37, 236), (40, 258), (30, 270), (0, 274)]),
    ("shoulder", [(42, 88), (75, 95), (75, 121), (62, 125), (46, 127), (42, 117)]),
]
# Sites with a middle as well: half the outline of a strip over the middle line.
FRONT_MIDDLE: list[Region] = [
    ("scalp", [(0, 0), (6, 0), (6, 27), (0, 26)]),
    ("face", [(0, 26), (6, 27), (6, 70), (0, 70)]),
    ("neck", [(0, 70), (5, 70), (5, 93), (0, 94)]),
    ("chest", [(0, 94), (6, 93), (6, 162), (0, 162)]),
    ("abdomen", [(0, 162), (7, 162), (7, 228), (0, 228)]),
    ("vulva", [(0, 228), (7, 228), (12, 227.5), (10, 238), (8, 246), (0, 247)]),
]
BACK_MIDDLE: list[Region] = [
    ("scalp", [(0, 0), (6, 0), (6, 60), (0, 60)]),
    ("neck", [(0, 60), (6, 60), (6, 90), (0, 90)]),
    ("upper_back", [(0, 90), (7, 90), (7, 166), (0, 166)]),
    ("lower_back", [(0, 166), (7, 166), (7, 220), (0, 220)]),
]
ROUND = {"breast", "armpit"}
SEXED = {"vulva": "female", "testicle": "male"}
NAMES = {"above_collarbone": "Above the collarbone"}


def curve(points: list[Point], *, closed: bool = False) -> str:
    """Cubic path segments through `points` after the first (Catmull-Rom; open ends doubled, a closed run wraps round)."""
    around = [points[-2], *points, points[1]] if closed else [points[0], *points, points[-1]]
    parts = []
    for before, a, b, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        c1 = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        c2 = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        parts.append(f"C{c1[0]:.1f} {c1[1]:.1f} {c2[0]:.1f} {c2[1]:.1f} {b[0]:.1f} {b[1]:.1f}")
    return "".join(parts)


def moved(points: list[Point], *, mirror: bool) -> list[Point]:
    """From half-body coordinates to one figure's: the middle line at CENTRE."""
    return [(CENTRE + (-x if mirror else x), y) for x, y in points]


def outline() -> str:
    """The whole silhouette as one closed path: down one side, up the other."""
    start = moved(OUTLINE[0][:1], mirror=False)[0]
    down = "".join(curve(moved(run, mirror=False)) for run in OUTLINE)
    up = "".join(curve(moved(run, mirror=True)[::-1]) for run in reversed(OUTLINE))
    return f"M{start[0]:g} {start[1]:g}{down}{up}z"


def region(site: str, side: str, view: str, points: list[Point]) -> str:
    """One region, its name as a title (English; whoever shows the map may put another in its place)."""
    name = NAMES.get(site, site.replace("_", " ").capitalize())
    sex = f' data-sex="{SEXED[site]}"' if site in SEXED else ""
    if site in ROUND:
        path = f"M{points[0][0]:g} {points[0][1]:g}" + curve([*points, points[0]], closed=True) + "z"
    else:
        path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z"
    return (
        f'<path class="site" id="{view}-{site}-{side}" data-site="{site}" data-side="{side}" data-view="{view}"{sex} '
        f'd="{path}"><title>{name}, {side}</title></path>'
    )


def figure(view: str, sided: list[Region], middles: list[Region]) -> str:
    """One view with its regions. In front the person's left is on the viewer's right; from behind it is not."""
    left_is_mirrored = view == "back"
    rows = []
    for site, points in LIMBS + sided:
        for side in ("left", "right"):
            mirror = (side == "left") == left_is_mirrored
            rows.append(region(site, side, view, moved(points, mirror=mirror)))
    for site, points in middles:
        rows.append(region(site, "middle", view, moved(points, mirror=False) + moved(points, mirror=True)[::-1]))
    offset = 0 if view == "front" else WIDTH
    sides = ("Right", "Left") if view == "front" else ("Left", "Right")
    return "\n".join([
        f'<g class="figure" data-view="{view}" transform="translate({offset:g} 0)">',
        '<g clip-path="url(#body-clip)" fill="#f6efe4" stroke="#cfc6b6" stroke-width="0.8" stroke-linejoin="round">',
        *rows,
        "</g>",
        '<use href="#body-outline" class="body-edge" fill="none" stroke="#857f72" stroke-width="1.4" pointer-events="none"/>',
        f'<text class="word" data-word="{view}" x="{CENTRE:g}" y="494" text-anchor="middle">{view.capitalize()}</text>',
        f'<text class="word" data-word="{sides[0].lower()}" x="14" y="60" text-anchor="start">{sides[0]}</text>',
        f'<text class="word" data-word="{sides[1].lower()}" x="{WIDTH - 14:g}" y="60" text-anchor="end">{sides[1]}</text>',
        "</g>",
    ])  # fmt: skip


def elsewhere() -> str:
    """The region for every place that has no other: a small ring between the figures."""
    return (
        '<g class="elsewhere"><circle class="site" id="other" data-site="other" data-side="" data-view="" '
        'cx="220" cy="420" r="17" '
        'fill="#fff" fill-opacity="0" stroke="#857f72" stroke-width="1"><title>Somewhere else</title></circle>'
        '<path d="M212 420h.1M220 420h.1M228 420h.1" stroke="#857f72" stroke-width="3" stroke-linecap="round" '
        'pointer-events="none"/></g>'
    )


def picture() -> str:
    return "\n".join([
        (f'<svg xmlns="http://www.w3.org/2000/svg" class="bodymap" viewBox="0 0 {2 * WIDTH:g} {HEIGHT:g}" font-size="12" '
        'font-family="Atkinson Hyperlegible Next, sans-serif" fill="#56666a">'),
        f'<defs><path id="body-outline" d="{outline()}"/><clipPath id="body-clip"><use href="#body-outline"/></clipPath></defs>',
        figure("front", FRONT, FRONT_MIDDLE),
        figure("back", BACK, BACK_MIDDLE),
        elsewhere(),
        "</svg>",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture())
