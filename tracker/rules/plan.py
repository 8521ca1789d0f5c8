"""A doctor's own plan for one lump, confirmed by the person: what they asked to be called about. Pure.

It stands beside the rules and never changes one: a plan's findings have names of their own ("plan.…") and a doctor's
name for a source. A replay knows no plans.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.rules.catalogue import Rule
from tracker.rules.facts import Entry, Finding, History
from tracker.rules.frames import is_fever
from tracker.rules.language import _, gettext_noop
from tracker.rules.quiet import LONG, SHORT
from tracker.rules.sizes import is_beyond, longest
from tracker.rules.vocabulary import EXAMINATIONS

SIZE, FEVER, SPREADING, PUS, PAIN = "size", "fever", "spreading", "pus", "pain"
SIGNS = (FEVER, SPREADING, PUS, PAIN)
STRONG_PAIN = 7
WORSE_PAIN = 2
VERSION = "1"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a confirmed plan asks. ``above_mm``: call when the longest axis is over it, None = no such limit; ``signs``:
    of SIGNS; ``urgency``: "same_day" or "soon"; ``since``: when the person confirmed it, aware."""

    by: str
    on: date
    urgency: str
    since: datetime
    above_mm: float | None = None
    signs: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return _("your plan with %(doctor)s, %(day)s") % {"doctor": self.by, "day": self.on.isoformat()}


_SIGN: dict[str, Callable[[Entry], bool]] = {
    FEVER: is_fever,
    SPREADING: lambda entry: bool(entry.spreading or entry.red_streaks),
    PUS: lambda entry: entry.discharge == "pus",
    PAIN: lambda entry: (entry.pain or 0) >= STRONG_PAIN,
}
_SAW = {
    FEVER: gettext_noop("a temperature of 38 °C or more, or shivering"),
    SPREADING: gettext_noop("spreading redness, or streaks from the lump"),
    PUS: gettext_noop("pus"),
    PAIN: gettext_noop("pain of 7 or more"),
}


def plan_rule(name: str, source: str) -> Rule:
    """A plan's finding as a rule, for whoever asks why it is there."""
    what = name.removeprefix("plan.")
    when = _("the longest side is over the limit in the plan") if what == SIZE else _(_SAW[what])
    return Rule(name, "same_day", when, when, source, "L", VERSION)


def plan_findings(plan: PlanFacts, history: History, at: datetime) -> list[Finding]:
    """What the plan asks to be called about and holds at the last entry up to ``at`` that came after it was confirmed.

    A size holds until another size is recorded. An examination or an answer makes a finding quiet until it is worse or,
    still holding, until the time is over after which every rule of its urgency speaks again (clinical.md, "Quiet").
    """
    entries = [entry for entry in history.entries if plan.since <= entry.at <= at]
    sized = [entry for entry in entries if longest(entry.sizes_mm) is not None]
    wanted = [*((SIZE,) if plan.above_mm is not None else ()), *plan.signs]
    told = [(sign, sized if sign == SIZE else entries) for sign in wanted]
    return [
        _finding(plan, sign, seen, history, at) for sign, seen in told if seen and _holds(plan, sign, seen[-1])
    ]  # fmt: skip


def _holds(plan: PlanFacts, sign: str, entry: Entry) -> bool:
    if sign != SIZE:
        return _SIGN[sign](entry)
    size = longest(entry.sizes_mm)
    return size is not None and plan.above_mm is not None and size > plan.above_mm


def _finding(plan: PlanFacts, sign: str, seen: list[Entry], history: History, at: datetime) -> Finding:
    held = seen[-1:]
    for entry in reversed(seen[:-1]):
        if not _holds(plan, sign, entry):
            break
        held.insert(0, entry)
    rule = f"plan.{sign}"
    answers = [
        event.at
        for event in history.events
        if held[0].at < event.at <= at
        and (event.kind in EXAMINATIONS or (event.kind == "acknowledged" and event.detail == rule))
    ]
    again = bool(answers) and _speaks_again(plan, sign, held, max(answers), at)
    return Finding(
        rule, VERSION, plan.urgency, new=len(held) == 1 or again, quiet=bool(answers) and not again,
        because=_because(plan, sign, seen[-1]), source=plan.source, entries=tuple(entry.id for entry in held), at=at,
    )  # fmt: skip


def _speaks_again(plan: PlanFacts, sign: str, held: list[Entry], answered: datetime, at: datetime) -> bool:
    if at - answered >= (SHORT if plan.urgency == "same_day" else LONG):
        return True
    now, then = held[-1], [entry for entry in held if entry.at <= answered][-1]
    if sign == PAIN:
        return (now.pain or 0) - (then.pain or 0) >= WORSE_PAIN
    sizes = longest(now.sizes_mm), longest(then.sizes_mm)
    return sign == SIZE and None not in sizes and is_beyond(sizes[0] or 0.0, sizes[1] or 0.0, now.method)


def _because(plan: PlanFacts, sign: str, entry: Entry) -> str:
    if sign != SIZE:
        return _(_SAW[sign])
    sizes = {"now": f"{longest(entry.sizes_mm) or 0:g}", "limit": f"{plan.above_mm or 0:g}"}
    return _("%(now)s mm, over the %(limit)s mm in the plan") % sizes


def plan_words(plan: PlanFacts, finding: Finding) -> str:
    """What the person reads."""
    words = {"doctor": plan.by, "because": finding.because}
    if finding.urgency == "same_day":
        return _("Your last entry has %(because)s. %(doctor)s asked to be called about this. Call them today.") % words
    return _("Your last entry has %(because)s. %(doctor)s asked to be told of this. Call them this week.") % words
