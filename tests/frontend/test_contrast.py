"""Every pair of ink and ground the style sheets use, light and dark, against WCAG 2.2 AA."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "frontend" / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")

# Text: 4.5 to 1
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-quiet", "accent", "accent-strong") for ground in ("paper", "card", "sunk")],
    ("ink", "accent-soft"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-emergency", "emergency"),
    *[("emergency-ink", ground) for ground in ("paper", "card", "sunk")],
    *[(name, ground) for name in ("same-day", "soon") for ground in ("paper", "card", "sunk", f"{name}-soft")],
    *[(ink, f"{name}-soft") for ink in ("ink", "accent") for name in ("same-day", "soon")],
]
# What is not text but must be made out: edges of controls, focus, marks of a chart, the place on the body: 3 to 1
MARKS = [
    *[("line-strong", ground) for ground in ("paper", "card", "sunk")],
    *[("focus", ground) for ground in ("paper", "card", "sunk", "accent-soft", "same-day-soft", "soon-soft")],
    *[
        (f"chart-{mark}", "card")
        for mark in ("length", "width", "depth", "pain", "redness", "trend", "event", "doubted")
    ],
    *[(f"chart-{mark}", "chart-band") for mark in ("length", "trend")],
    ("body-line", "card"),
    ("body-line", "body-fill"),
    ("body-here", "body-fill"),
    ("emergency-edge", "card"),
    ("emergency-edge", "paper"),
]


def blocks() -> dict[str, dict[str, str]]:
    """The colours of the light block, and of the two dark ones over it."""
    light, by_wish, by_choice = (
        dict(COLOUR.findall(part))
        for part in re.findall(
            r":root \{\n  color-scheme: light;.*?\n\}|:root:not.*?\n  \}|:root\[data-theme=\"dark\"\] \{.*?\n\}",
            TOKENS,
            re.S,
        )
    )
    return {"light": light, "dark": light | by_wish, "chosen dark": light | by_choice}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark", "chosen dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_contrast(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = blocks()[theme]
    poor = {
        f"{ink} on {ground}": round(ratio(colours[ink], colours[ground]), 2)
        for ink, ground in pairs
        if ratio(colours[ink], colours[ground]) < least
    }
    assert poor == {}


def test_both_dark_blocks_are_one() -> None:
    found = blocks()
    assert found["dark"] == found["chosen dark"] != found["light"]


def test_every_colour_is_in_a_pair_or_only_decorates() -> None:
    """A new colour must be given its ground here."""
    decorates = {"line", "chart-grid", "emergency", "same-day-soft", "soon-soft"}
    assert set(blocks()["light"]) - {name for pair in TEXT + MARKS for name in pair} <= decorates


def test_sheets_name_no_token_that_is_not_there() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS))
    sheets = [*CSS.glob("*.css"), CSS.parent / "share" / "doctor.css"]
    missing = {
        (path.name, name)
        for path in sheets
        for name in re.findall(r"var\(--([\w-]+)\)", path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert missing == set()
