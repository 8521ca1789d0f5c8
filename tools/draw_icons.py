"""Draw the icon sprite and the name mark: frontend/static/icons/{sprite,mark,favicon}.svg.

Every icon lives on a 24-unit grid with one line weight, round ends and no fill, and takes the colour of the text beside it.
The drawings are ours. Run `python -m tools.draw_icons` after changing one, and commit what it writes.
"""

# ruff: noqa: E501  a path is one line of numbers

from pathlib import Path

ICONS = Path(__file__).resolve().parent.parent / "frontend" / "static" / "icons"
WEIGHT = 1.75

DRAWINGS: dict[str, str] = {
    "add": "M12 5v14M5 12h14",
    "alert": "M12 4 3.2 19.5h17.6zM12 10v4.5M12 17.2v.1",
    "back": "M11 5l-7 7 7 7M4.5 12H20",
    "bell": "M6 17V10.5a6 6 0 0 1 12 0V17l1.5 1.5h-15zM10 21h4M12 4.5V3",
    "calendar": "M4 6.5h16V20H4zM4 11h16M8 4v4M16 4v4M8 15h.1M12 15h.1M16 15h.1",
    "camera": "M3.5 8h4l1.6-2.5h5.8L16.5 8h4v11.5h-17zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    "card": "M3.5 6h17v12h-17zM6.5 9h3v3h-3zM6.5 15h.1M9.5 15h.1M12.5 15h.1M15.5 15h.1M15 9h2.5",
    "caliper": "M3 6h18M5 6v9.5l2 2.5V6M14 6v9.5l-2 2.5V6M17 6V4M20 6V4",
    "chart": "M4 4v16h16M7.5 15.5h.1M11 12.5h.1M14.5 13h.1M18 7.5h.1M7 17.2l12-8",
    "check": "M4.5 12.5 10 18 20 6.5",
    "check-circle": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.3l3 3 5.2-6",
    "chevron-down": "M5.5 9l6.5 6.5L18.5 9",
    "chevron-left": "M15 5.5 8.5 12l6.5 6.5",
    "chevron-right": "M9 5.5l6.5 6.5L9 18.5",
    "chevron-up": "M5.5 15 12 8.5l6.5 6.5",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.3l3.5 2.2",
    "close": "M6 6l12 12M18 6 6 18",
    "compare": "M12 3v18M3.5 6.5H9v11H3.5zM15 6.5h5.5v11H15z",
    "copy": "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
    "delete": "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.9 13h9.2l.9-13M10.2 11v5.5M13.8 11v5.5",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "drop": "M12 3.5s6 6.4 6 10.7a6 6 0 0 1-12 0c0-4.3 6-10.7 6-10.7z",
    "edit": "M4.5 19.5l1-4.5L15.8 4.7l3.5 3.5L9 18.5zM13.5 7l3.5 3.5",
    "eye": "M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
    "eye-off": "M4 4l16 16M9.9 6.3A9.3 9.3 0 0 1 12 6c6 0 9.5 6 9.5 6a17 17 0 0 1-3 3.6M6.5 7.7A16 16 0 0 0 2.5 12s3.5 6 9.5 6a9.6 9.6 0 0 0 4.2-1M10 10.1a2.8 2.8 0 0 0 3.9 3.9",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.3 9.6a2.7 2.7 0 1 1 4 2.4c-.9.5-1.3 1-1.3 2M12 16.9v.1",
    "home": "M4 11l8-7 8 7v9h-5.5v-5.5h-5V20H4z",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.1",
    "key": "M8 19a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM11.3 11.5 19 4M15.5 7.5l3 3M18 5l1.5 1.5",
    "link": "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1",
    "lock": "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 14.8v2",
    "log": "M5 3.5h10.5L19 7v13.5H5zM8.5 9.5h3M12 12v6M9 15h6",
    "log-out": "M14 4.5H5v15h9M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
    "lump": "M2.5 17.5h4.3c1.4 0 1.7-1 2.1-2.3.8-2.6 1.6-4.7 4.1-4.7s3.3 2.1 4.1 4.7c.3 1.3.7 2.3 1.5 2.3h2.9M9 6.5h8M9 5v3M17 5v3",
    "mail": "M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "minus": "M5 12h14",
    "moon": "M19.5 14.5A8 8 0 1 1 9.5 4.5a6.5 6.5 0 0 0 10 10z",
    "more": "M5.5 12h.1M12 12h.1M18.5 12h.1",
    "offline": "M4 4l16 16M7.3 18.5h9.7M19.5 17a4 4 0 0 0-1.8-7.1 5.8 5.8 0 0 0-8.3-3.4M6.9 9.3A4.7 4.7 0 0 0 7.3 18.5",
    "passkey": "M9.5 11.5a3.750 3.750 0 1 0 0-7.5 3.750 3.750 0 0 0 0 7.5zM3 20c0-3.5 2.7-5.5 6.5-5.5 1.3 0 2.5.2 3.5.7M17.5 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM17.5 14.5V21l1.7-1.5M17.5 18l1.5-1.2",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.6-6 6.5-6s6.5 2.4 6.5 6M15.5 4.5a3.3 3.3 0 0 1 0 6.2M17.5 14.3c2.4.6 4 2.6 4 5.7",
    "person": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
    "phone": "M7 2.5h10v19H7zM10.5 18.5h3",
    "photo": "M3.5 5h17v14h-17zM3.5 16l5-5 4 4 3-2.5 5 4.5M15.5 9.5h.1",
    "print": "M7 8.5V3.5h10v5M7 17H3.5V8.5h17V17H17M7 14h10v6.5H7zM17 11.3h.1",
    "redness": "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM9.3 4.2a8.3 8.3 0 0 1 5.4 0M19.8 9.3a8.3 8.3 0 0 1 0 5.4M14.7 19.8a8.3 8.3 0 0 1-5.4 0M4.2 14.7a8.3 8.3 0 0 1 0-5.4",
    "refresh": "M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5",
    "ruler": "M2.5 8h19v8h-19zM6 8v3M9 8v4.5M12 8v3M15 8v4.5M18 8v3",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3l5.2 5.2",
    "settings": "M4 7h9M17.5 7H20M4 17h2.5M11 17h9M15.2 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8.8 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
    "share": "M12 15V3.5M8 7l4-4 4 4M7 10.5H4.5v10h15v-10H17",
    "sun": "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    "sync": "M4.5 10.5A7.7 7.7 0 0 1 18.8 8M19.5 4v4.5H15M19.5 13.5A7.7 7.7 0 0 1 5.2 16M4.5 20v-4.5H9",
    "thermometer": "M10 13.5V5.5a2 2 0 0 1 4 0v8a4 4 0 1 1-4 0zM12 9v8.5",
    "treatment": "M4.5 12.5l8-8a4.2 4.2 0 0 1 6 6l-8 8a4.2 4.2 0 0 1-6-6zM8.5 8.5l6 6",
    "undo": "M8.5 4.5 4 9l4.5 4.5M4.5 9h9.5a5.5 5.5 0 0 1 0 11H9",
    "upload": "M12 15.5V4.5M7 9l5-5 5 5M4.5 20h15",
    "waiting": "M7 3.5h10M7 20.5h10M8 3.5c0 5 4 5.5 4 8.5s-4 3.5-4 8.5M16 3.5c0 5-4 5.5-4 8.5s4 3.5 4 8.5",
    # The four shapes of urgency: told apart without colour and without reading.
    "urgency-emergency": "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5V13M12 16.4v.1",
    "urgency-same-day": "M12 3.5 2.8 19.5h18.4zM12 9.5V14M12 16.9v.1",
    "urgency-soon": "M12 2.8 21.2 12 12 21.2 2.8 12zM12 8v4.5M12 15.7v.1",
    "urgency-routine": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V13M12 16.4v.1",
    "urgency-recheck": "M2.5 9h19v7h-19zM6 9v2.5M9 9v3.5M12 9v2.5M15 9v3.5M18 9v2.5",
}


def mark() -> str:
    """The name mark as path data on the 24-unit grid: a ring lying on a ruler, the long ticks where the ring begins and ends."""
    ring = "M12 13a5.3 5.3 0 1 0 0-10.6 5.3 5.3 0 0 0 0 10.6z"
    ticks = [f"M{x:g} 21.6V{16.4 if x in (6.7, 17.3) else 18.8:g}" for x in (3.17, 6.7, 10.23, 13.77, 17.3, 20.83)]
    return ring + "".join(ticks)


def symbol(name: str, path: str, weight: float = WEIGHT) -> str:
    """One icon of the sprite."""
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="{weight:g}" '
        f'stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></symbol>'
    )


def sprite() -> str:
    """The whole sprite, one symbol a line."""
    rows = [symbol(name, path) for name, path in sorted(DRAWINGS.items())]
    rows.append(symbol("mark", mark()))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(rows) + "\n</svg>\n"


def tile(*, size: int, corner: float, share: float) -> str:
    """The mark in paper colour on a teal tile: favicon and app icons.

    `corner` is the radius of the tile's corners (0: the phone masks it), `share` the part of the side the mark fills.
    """
    side = size * share
    offset = (size - side) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" rx="{corner:g}" fill="#0e6b68"/>'
        f'<g transform="translate({offset:g} {offset:g}) scale({side / 24:.5f})" fill="none" stroke="#fbf8f3" '
        f'stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"><path d="{mark()}"/></g></svg>\n'
    )


def main() -> None:
    ICONS.mkdir(parents=True, exist_ok=True)
    (ICONS / "sprite.svg").write_text(sprite())
    (ICONS / "favicon.svg").write_text(tile(size=32, corner=7, share=0.84))
    (ICONS / "mark.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0e6b68" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round"><path d="{mark()}"/></svg>\n'
    )


if __name__ == "__main__":
    main()
