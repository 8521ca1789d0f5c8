"""Looks as the lines that `replay --jsonl` prints and the API answers with (docs/format.md, "Replay")."""

from typing import Any

from analytics.growth import Growth
from tracker.rules.assess import Look
from tracker.rules.facts import Finding


def line_of(lump_id: str, at: str, look: Look) -> dict[str, Any]:
    """One look; `at` as it stood in the file."""
    return {
        "lump": lump_id,
        "at": at,
        "entry": look.entry.id if look.entry else None,
        "findings": [finding_body(finding) for finding in look.findings],
        "urgency": look.urgency,
        "growth": growth_body(look.growth),
    }


def finding_body(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "version": finding.version,
        "urgency": finding.urgency,
        "new": finding.new,
        "quiet": finding.quiet,
        "because": finding.because,
        "source": finding.source,
    }


def growth_body(growth: Growth) -> dict[str, Any]:
    """The `growth` object: JSON-ready, every key there, null where nothing is known."""
    return {
        "readings": growth.readings,
        "percent_per_month": _rounded(growth.percent_per_month, 2),
        "low": _rounded(growth.low, 2),
        "high": _rounded(growth.high, 2),
        "doubling_days": _rounded(growth.doubling_days, 1),
        "doubling_low": _rounded(growth.doubling_low, 1),
        "doubling_high": _rounded(growth.doubling_high, 1),
        "p_growing": _rounded(growth.p_growing, 4),
        "p_rapid": _rounded(growth.p_rapid, 4),
        "since": growth.since.isoformat() if growth.since else None,
        "next_mm": _next(growth),
    }


def _next(growth: Growth) -> dict[str, dict[str, list[float]]] | None:
    if not growth.next_mm:
        return None
    return {
        axis: {level: [round(float(low), 2), round(float(high), 2)] for level, (low, high) in levels.items()}
        for axis, levels in growth.next_mm.items()
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
