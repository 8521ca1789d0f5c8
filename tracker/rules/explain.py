"""How often the rules would have spoken on this person's own history."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from tracker.rules.assess import walk
from tracker.rules.facts import History


def firings(history: History, at: datetime) -> dict[str, tuple[datetime, ...]]:
    """For each rule that ever spoke up to ``at``: the entries at which it was new and not quiet."""
    known = replace(
        history,
        entries=tuple(entry for entry in history.entries if entry.at <= at),
        events=tuple(event for event in history.events if event.at <= at),
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for look in walk(known):
        for finding in look.findings:
            if finding.new and not finding.quiet:
                found[finding.rule].append(look.at)
    return {rule: tuple(times) for rule, times in found.items()}
