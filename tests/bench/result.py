"""What a bench found: rows for the table and for `var/bench.json`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.timing import Ratio


@dataclass(frozen=True)
class Row:
    """One line of the table. `ours` and `reference` are in `unit`; where nothing is compared, those are None."""

    name: str
    unit: str
    ours: float
    reference: float | None
    ratio: float | None
    goal: str
    ok: bool


def faster(name: str, found: Ratio, times: int, least: float, unit: str = "a second") -> Row:
    """`times` pieces of work took `found` seconds; the rate must be at least `least` times the reference's."""
    ours, bare = times / found.ours.seconds, times / found.bare.seconds
    return Row(name, unit, ours, bare, ours / bare, f">= {least:g}", ours / bare >= least)


def quicker(name: str, found: Ratio, most: float) -> Row:
    """It may take at most `most` times as long as the reference."""
    ours, bare = found.ours.seconds * 1000, found.bare.seconds * 1000
    return Row(name, "ms", ours, bare, ours / bare, f"<= {most:g}", ours / bare <= most)


def at_most(name: str, unit: str, ours: float, most: float) -> Row:
    """A figure without a reference that may be at most `most`."""
    return Row(name, unit, ours, None, None, f"<= {most:g} {unit}", ours <= most)


def at_least(name: str, unit: str, ours: float, least: float) -> Row:
    """A figure without a reference that must be at least `least`."""
    return Row(name, unit, ours, None, None, f">= {least:g} {unit}", ours >= least)


def table(rows: Sequence[Row]) -> str:
    """For a terminal and for Markdown alike."""
    heads = ("work", "ours", "reference", "unit", "ratio", "goal", "met")
    lines = [heads, *((row.name, *_figures(row), row.goal, "yes" if row.ok else "NO") for row in rows)]
    wide = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    shown = [
        "| " + " | ".join(word.ljust(width) for word, width in zip(line, wide, strict=True)) + " |" for line in lines
    ]
    return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in wide) + "|", *shown[1:]])


def _figures(row: Row) -> tuple[str, str, str, str]:
    return _short(row.ours), _short(row.reference), row.unit, "–" if row.ratio is None else f"{row.ratio:.2f}"


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write(rows: Iterable[Row], place: Path) -> None:
    """As a JSON list."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
