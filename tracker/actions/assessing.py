"""From what is recorded to what is told: findings become alerts, alerts become notices."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tracker.actions import asking, ladder
from tracker.diary.lines import finding_body
from tracker.history import history_of
from tracker.models import Alert, Entry, Lump, Membership, Plan
from tracker.models.beside import Beside, beside
from tracker.models.bulk import update_all
from tracker.models.people import wording_pack
from tracker.models.prepared import Prepared
from tracker.notifications.outbox import PRESSING, post_alert
from tracker.rules.assess import assess, highest
from tracker.rules.facts import Finding, History
from tracker.rules.plan import PlanFacts, plan_findings, plan_words
from tracker.rules.vocabulary import URGENCIES
from tracker.rules.wake import next_change
from tracker.rules.words import words_for
from tracker.wallclock import zone_named

Told = tuple[Finding, str, str | None]  # with its words, and the number to call

JUST_AFTER = timedelta(seconds=1)

_PLAN = Prepared(lambda lump: Plan.objects.filter(lump=lump, state=Plan.CONFIRMED).order_by("pk")[:1], lump=UUID)
_STANDING = Prepared(lambda lump: Alert.objects.filter(lump=lump).not_closed(), lump=UUID)


@dataclass(frozen=True)
class Advice:
    """What the diary says to a look: the highest urgency that is not quiet, and every finding with its words."""

    urgency: str
    findings: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        return {"urgency": self.urgency, "findings": self.findings}


def assess_lump(
    *, lump: Lump, entry: Entry | None = None, at: datetime | None = None, silent: bool = False,
    there: Beside | None = None,
) -> Advice:  # fmt: skip
    """Assess `lump` and bring its alerts in line; call inside a transaction.

    The look is taken at `at`, by default at the newest entry (a phone may send Monday's entry on Wednesday). `entry`
    is the one that led here. `silent` opens no notices (an import of old entries). `there`: what hangs on the lump,
    where the caller asked already.
    """
    now = timezone.now()
    there = there or beside(lump.pk)
    history = history_of(lump, there)
    if at is not None:
        judged_until = at
    else:
        at = max((fact.at for fact in history.entries), default=now)
        seen = max(now, at + JUST_AFTER)  # an answer stands just after the entry that it answers
        at = max([at, *(event.at for event in history.events if event.at <= seen)])
        judged_until = min(now, at + JUST_AFTER)
    told = _look(lump, history, at, there)
    standing = _STANDING.all(lump=lump.pk) if there.alerts else []
    if at < now:
        standing = _less_what_came_later(lump, history, at, now, there, told, standing)
    write_all([keep_alerts(lump, told, standing, now, entry=entry, silent=silent)], now)
    if there.reminders:
        asking.retime(lump=lump, history=history, at=now)
    # what time brought since the moment that was judged is the clock's to find, at its next turn
    lump.looked_at, lump.next_look_at = now, next_look(lump, history, judged_until)
    lump.set_looks()
    return _advice(told)


def _less_what_came_later(
    lump: Lump, history: History, at: datetime, now: datetime, there: Beside, told: list[Told], standing: list[Alert]
) -> list[Alert]:
    """The standing alerts less those that a look at a moment gone by cannot end: opened since, and they hold now."""
    rules = {finding.rule for finding, _, _ in told}
    if all(alert.rule in rules or alert.opened_at <= at for alert in standing):
        return standing
    hold = {finding.rule for finding, _, _ in _look(lump, history, now, there)} - rules
    return [alert for alert in standing if alert.rule not in hold or alert.opened_at <= at]


def advice_at(*, lump: Lump, at: datetime) -> Advice:
    """What the diary says to a look at `at`; writes nothing. Needs `lump.person`."""
    there = beside(lump.pk)
    return _advice(_look(lump, history_of(lump, there), at, there))


def _look(lump: Lump, history: History, at: datetime, there: Beside) -> list[Told]:
    plan = _PLAN.first(lump=lump.pk) if there.plan else None
    return in_words(lump, history, at, assess(history, at), wording_pack(there.region, lump.person.timezone), plan)


def in_words(
    lump: Lump, history: History, at: datetime, findings: list[Finding], region: str, plan: Plan | None
) -> list[Told]:
    """The findings of a look, and those of the confirmed plan, with their words; highest urgency first."""
    told: list[Told] = [(finding, *words_for(finding, region, history)) for finding in findings]
    of_plan = _of_the_plan(plan, lump, history, at) if plan is not None else []
    return sorted([*told, *of_plan], key=lambda each: URGENCIES.index(each[0].urgency))


def _of_the_plan(row: Plan, lump: Lump, history: History, at: datetime) -> list[Told]:
    """What a doctor asked to be called about, where the person confirmed their plan."""
    if row.decided_at is None:
        return []
    written_on = row.written_at.astimezone(zone_named(lump.person.timezone)).date()
    plan = PlanFacts(row.by, written_on, row.urgency, row.decided_at, row.above_mm, tuple(row.signs))
    return [(finding, plan_words(plan, finding), None) for finding in plan_findings(plan, history, at)]


def _advice(told: list[Told]) -> Advice:
    findings = [{**finding_body(finding), "words": words, "call": call} for finding, words, call in told]
    return Advice(highest([finding for finding, _, _ in told]), findings)


def region_by(owner: Membership | None, lump: Lump) -> str:
    """The wording pack of the diary's owner, whose membership comes with its user."""
    return owner.user.region_for(lump.person.timezone) if owner and owner.user else "generic"


@dataclass(frozen=True)
class Owed:
    """What is left to write after a look's alerts: those that changed, with the names of what did, and those that ended."""

    changed: list[tuple[Alert, tuple[str, ...]]]
    ended: list[Alert]


def keep_alerts(
    lump: Lump, told: list[Told], standing: Iterable[Alert], now: datetime, *, entry: Entry | None = None,
    silent: bool = False,
) -> Owed:  # fmt: skip
    """Bring a lump's standing alerts in line with what a look told, and tell of those that open; write what this returns."""
    left = {alert.rule: alert for alert in standing}
    owed: list[tuple[Alert, tuple[str, ...]]] = []
    for finding, words, call in told:
        alert = left.pop(finding.rule, None)
        if alert is None and finding.quiet:
            continue
        opens = alert is None or (alert.state == Alert.ACKNOWLEDGED and finding.new and not finding.quiet)
        alert = alert or Alert(rule=finding.rule, opened_at=now, entry=entry)
        alert.lump = lump  # not to be fetched anew
        as_kept = vars(alert).copy()
        worse = not opens and URGENCIES.index(finding.urgency) < URGENCIES.index(alert.urgency or "note")
        _bring_up(alert, finding, words, call)
        if opens or worse:
            alert.state, alert.opened_at, alert.told = Alert.OPEN, now, alert.told + 1
            alert.acknowledged_at, alert.acknowledged_by = None, None  # that answer was to what was told before
            alert.entry, alert.next_step_at = entry, None
        elif finding.quiet and alert.state == Alert.OPEN:
            alert.state, alert.acknowledged_at, alert.next_step_at = Alert.ACKNOWLEDGED, now, None
        changed = tuple(name for name, value in vars(alert).items() if name != "_state" and as_kept.get(name) != value)
        if opens:
            alert.save()
        elif worse:
            alert.save(update_fields=changed)
        elif changed:
            owed.append((alert, changed))
        if (opens or worse) and not silent and not lump.is_deleted:
            _tell(alert, now)
    return Owed(owed, list(left.values()))


def write_all(owed: Iterable[Owed], now: datetime) -> None:
    """Write what looks at lumps have left to write, by a statement for each set of names that changed."""
    alike: dict[tuple[str, ...], list[Alert]] = defaultdict(list)
    ended: list[UUID] = []
    for each in owed:
        for alert, changed in each.changed:
            alike[changed].append(alert)
        ended += [alert.pk for alert in each.ended]
    for names, alerts in alike.items():
        update_all(alerts, names)
    if ended:
        Alert.objects.filter(pk__in=ended).update(state=Alert.CLOSED, closed_at=now, next_step_at=None)


def _tell(alert: Alert, now: datetime) -> None:
    """Say it now, and set what follows while nobody answers. Whoever just logged was answered on the screen, so a
    recheck is asked for on the next day."""
    if alert.urgency == "recheck" and alert.entry is not None:
        ladder.ask_again_tomorrow(alert, at=now)
        return
    post_alert(alert, at=now)
    if alert.urgency in PRESSING:
        ladder.begin(alert, at=now)
    elif alert.rule == "infection.one_sign":
        ladder.ask_again_tomorrow(alert, at=now)


def _bring_up(alert: Alert, finding: Finding, words: str, call: str | None) -> None:
    alert.version, alert.urgency, alert.quiet = finding.version, finding.urgency, finding.quiet
    alert.words, alert.call, alert.because, alert.source = words, call or "", finding.because, finding.source


def next_look(lump: Lump, history: History, judged_until: datetime) -> datetime | None:
    """When to look again though nobody logs: when time may next change something after what was judged, within a day;
    never at a lump that is gone or has no entry."""
    if not history.entries or lump.status in ("resolved", "removed"):
        return None
    latest = judged_until + Lump.LOOK_EVERY
    return min(next_change(history, judged_until) or latest, latest)
