"""The examination in words: one markdown page and one JSON file, with the goals beside what was reached."""

import json
import math
from pathlib import Path
from typing import Any

from analytics.evaluate.photos.plan import LIGHTS, SCORING, TUNING
from analytics.synthetic.scenes.tones import GRADE, grade

CARD, REFUSED, OVERLAP, TONE_OVERLAP, REDNESS = 0.99, 0.95, 0.90, 0.85, 0.15
FLAT, DOME = (0.01, 0.03), (0.03, 0.07)
DECODE_TIME, DECODE_MEMORY, ACCEPT = 1.6, 1.5, 1.5
HEAD = "| figure | goal | reached | |\n|---|---|---|---|"


def write(found: dict[str, Any], folder: Path) -> None:
    """Write photos.json and photos.md into ``folder``; what could not be told is null."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = _plain(found)
    (folder / "photos.json").write_text(json.dumps(plain, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "photos.md").write_text(page(plain), encoding="utf-8")


def _plain(value: Any) -> Any:
    """The same with None for what is not a number, and five figures of what is."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.5g}")
    return value


def page(found: dict[str, Any]) -> str:
    """The whole markdown page."""
    parts = [
        "# Measuring with the card, examined\n",
        _origin(found),
        HEAD,
        *_rows(found),
        *_speed_rows(found.get("speed")),
        "\n![scenes with the outline found (green) and the true one (white)](photos.jpg)\n",
        "## Bad shots, by reason\n",
        "| reason | shots | refused for it | said instead (seed) |\n|---|---|---|---|",
        *(_refusal(name, row) for name, row in found["refused"].items() if name != "all"),
        "\nGood shots in which the card was not found or not trusted: "
        + (", ".join(found["missed"]) or "none")
        + ".\n",
        "## Sizes\n",
        "| size | shots | mean error | 95th percentile | bias |\n|---|---|---|---|---|",
        *(_errors(name, found[key]) for name, key in SIZES),
        "\nAre the stated errors honest? An error of one SD should hold 68 %, of two 95 %.\n",
        "| length from | shots | within 1 SD | within 2 SD | median SD |\n|---|---|---|---|---|",
        *(_honest(name, row) for name, row in found["honest"].items()),
        "\n## The outline before any finger\n",
        "Intersection over union; a lump that was not found counts as 0.\n",
        "| scenes | shots | median | 10th percentile | not found |\n|---|---|---|---|---|",
        *(_overlap(name, row) for name, row in _overlap_rows(found["overlap"])),
        "\n## Redness\n",
        (
            f"One grade is {GRADE:.1f} a* on very light skin and less on darker skin, as it shows there (docs/photos.md). SD of"
            " lump less nearby skin over the lights.\n"
        ),
        "| skin | shots read | SD, a* | one grade, a* | SD, share of a grade | bias, a* |\n|---|---|---|---|---|---|",
        *(_redness(tone, row) for tone, row in found["redness"].items()),
        f"\nReading one picture took {_number(found['seconds'], 2)} s of processor time (median, where this page was made).\n",
    ]
    return "\n".join(parts)


def _origin(found: dict[str, Any]) -> str:
    scenes = found["scenes"]
    seeds = "tuning" if found["first_seed"] == TUNING else "scoring"
    return (
        "Made by `make evaluate-photos`; do not edit. Rendered scenes with known truth (docs/photos.md says how, and what"
        f" they leave out): {scenes['good']} that should be measured, {scenes['bad']} that should be refused, {scenes['lit']}"
        f" of single lumps under {LIGHTS} lights each. Seeds from {found['first_seed']}, the {seeds} range"
        f" (tuning from {TUNING}, scoring from {SCORING}).\n"
    )


SIZES = (
    ("flat, length, ends given", "flat"), ("flat, width, ends given", "flat_width"),
    ("dome, length, ends given", "dome"), ("dome, width, ends given", "dome_width"),
    ("flat, length, automatic", "flat_automatic"), ("dome, length, automatic", "dome_automatic"),
)  # fmt: skip


def _rows(found: dict[str, Any]) -> list[str]:
    tones = {name: row["median"] for name, row in found["overlap"]["tones"].items() if row["median"] is not None}
    worst = min(tones, key=lambda name: tones[name]) if tones else None
    red = {name: row["share"] for name, row in found["redness"].items() if row["share"] is not None}
    reddest = max(red, key=lambda name: red[name]) if red else None
    flat, dome = found["flat"], found["dome"]
    return [
        _row("card found in acceptable shots", "≥ 99 %", _percent(found["card_found"]), found["card_found"], least=CARD),
        _row(
            "bad shots refused for the right reason", "≥ 95 %", _percent(found["refused"]["all"]), found["refused"]["all"],
            least=REFUSED,
        ),
        _row("length, flat, ends given: mean error", "≤ 1 %", _percent(flat["mean"], 2), flat["mean"], most=FLAT[0]),
        _row("… 95th percentile", "≤ 3 %", _percent(flat["p95"], 2), flat["p95"], most=FLAT[1]),
        _row("length, dome, after correction: mean error", "≤ 3 %", _percent(dome["mean"], 2), dome["mean"], most=DOME[0]),
        _row("… 95th percentile", "≤ 7 %", _percent(dome["p95"], 2), dome["p95"], most=DOME[1]),
        _row(
            "automatic outline, median overlap", "≥ 0.90", _number(found["overlap"]["all"]["median"], 3),
            found["overlap"]["all"]["median"], least=OVERLAP,
        ),
        _row(
            f"… on the worst skin tone ({worst})", "≥ 0.85", _number(tones.get(worst or ""), 3), tones.get(worst or ""),
            least=TONE_OVERLAP,
        ),
        _row(
            f"redness, SD over lights, worst skin tone ({reddest})", "≤ 15 % of a grade", _percent(red.get(reddest or "")),
            red.get(reddest or ""), most=REDNESS,
        ),
    ]  # fmt: skip


def _speed_rows(speed: dict[str, Any] | None) -> list[str]:
    if speed is None:
        return ["| speed | | not measured in this run | |"]
    rows = (
        ("12-megapixel JPEG to renditions, time against bare Pillow", "decode_time", DECODE_TIME),
        ("… memory", "decode_memory", DECODE_MEMORY),
        ("accept 3 MB, time against a bare Django view", "accept_time", ACCEPT),
    )
    return [_row(name, f"≤ {most} ×", f"{_number(speed[key], 2)} ×", speed[key], most=most) for name, key, most in rows]


def _row(
    name: str, goal: str, text: str, value: float | None, *, least: float = -math.inf, most: float = math.inf
) -> str:
    if value is None:
        return f"| {name} | {goal} | nothing to tell from | **missed** |"
    return f"| {name} | {goal} | {text} | {'met' if least <= value <= most else '**missed**'} |"


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _refusal(name: str, row: dict[str, Any]) -> str:
    return f"| {name.replace('_', ' ')} | {row['count']} | {_percent(row['right'], 0)} | {', '.join(row['instead']) or '–'} |"


def _errors(name: str, row: dict[str, Any]) -> str:
    return f"| {name} | {row['count']} | {_percent(row['mean'], 2)} | {_percent(row['p95'], 2)} | {_percent(row['bias'], 2)} |"


def _honest(name: str, row: dict[str, Any]) -> str:
    return f"| {name} | {row['count']} | {_percent(row['one'], 0)} | {_percent(row['two'], 0)} | {_percent(row['stated'])} |"


def _overlap_rows(overlap: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    tones = [(f"{tone} skin", row) for tone, row in overlap["tones"].items()]
    names = {"skin": "skin-coloured domes"}
    return [
        ("all", overlap["all"]),
        *tones,
        *((names.get(hue, f"{hue} lumps"), row) for hue, row in overlap["hues"].items()),
    ]


def _overlap(name: str, row: dict[str, Any]) -> str:
    return f"| {name} | {row['count']} | {_number(row['median'], 3)} | {_number(row['p10'], 3)} | {row['none']} |"


def _redness(tone: str, row: dict[str, Any]) -> str:
    return (
        f"| {tone} | {row['read']} | {_number(row['sd'], 2)} | {grade(tone):.2f} | {_percent(row['share'], 0)}"
        f" | {_number(row['bias'], 2)} |"
    )
