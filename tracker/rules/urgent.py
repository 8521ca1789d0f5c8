"""The evaluator of the table of urgent rules: small, so that the phone can have the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("tables") / "urgent.json"


@dataclass(frozen=True, slots=True)
class Match:
    """A row that holds: ``signs`` are those of its first list that is complete, then those of any other, each once."""

    rule: str
    urgency: str
    signs: tuple[str, ...]


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The table as shipped to the phone."""
    found: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _named() -> frozenset[str]:
    """Every sign that the table names."""
    return frozenset(name for row in table()["rows"] for names in row["when"] for name in names)


def matches(signs: frozenset[str], rows: list[Mapping[str, Any]] | None = None) -> list[Match]:
    """The rules whose row holds for these signs, in the table's order, each rule once (its first row that holds)."""
    found: dict[str, Match] = {}
    if rows is None and signs.isdisjoint(_named()):
        return []  # as at most looks
    for row in table()["rows"] if rows is None else rows:
        complete = [names for names in row["when"] if signs.issuperset(names)] if row["rule"] not in found else []
        if complete:
            made_by = dict.fromkeys(name for names in complete for name in names)
            found[row["rule"]] = Match(row["rule"], row["urgency"], tuple(made_by))
    return list(found.values())
