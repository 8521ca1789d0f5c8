"""Why a rule holds, and how often it would have spoken on this person's own history."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.rules.assess import walk
from tracker.rules.catalogue import GRADES, RULES, Rule
from tracker.rules.facts import Finding, History


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding with all that it rests on. ``fired`` are the entries' times at which the rule would have spoken anew."""

    finding: Finding  # its `entries` are the ids of the readings that made it
    rule: Rule  # when, threshold, source, version
    grade: str  # what the source's grade means, in words
    fired: tuple[datetime, ...]


def explain(finding: Finding, history: History, at: datetime) -> Explanation:
    """Why ``finding`` holds at ``at``; walks the whole history, so ask for it only when somebody reads it."""
    rule = RULES[finding.rule]
    return Explanation(finding, rule, GRADES[rule.grade], firings(history, at).get(finding.rule, ()))


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
