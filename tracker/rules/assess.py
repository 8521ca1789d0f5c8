"""The rules' door: a history and a time in, findings out. Pure; the same history always gives the same findings."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from analytics.growth import Growth
from tracker.rules.catalogue import ORDER, RULES
from tracker.rules.facts import Entry, Finding, History
from tracker.rules.past import local_day, zone
from tracker.rules.quiet import ends_week, is_quiet, was_quiet_since
from tracker.rules.rulebook import Rulebook
from tracker.rules.trend import Ask, fetch_all
from tracker.rules.view import Hit, View
from tracker.rules.vocabulary import EXAMINATIONS, URGENCIES

TOGETHER = 2_000  # looks
COVERS = (*EXAMINATIONS, "acknowledged")
_BY_TIME = attrgetter("at", "id")


@dataclass(frozen=True, slots=True)
class When:
    """A look to take: at an entry (``place`` in the order of entries, which has then been seen), or at a time alone."""

    at: datetime
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What was known and what held at one moment. ``entry`` is None where time alone led to the look."""

    at: datetime
    entry: Entry | None
    findings: tuple[Finding, ...]
    urgency: str  # of the findings that are not quiet, or "none"
    growth: Growth


def assess(history: History, at: datetime) -> list[Finding]:
    """Every rule that holds at ``at``, highest urgency first; what lies after ``at`` is unseen.

    "New" is against the look before: the last entry's, or the entry's before that when ``at`` is the last entry's time.
    """
    return assess_many([(history, at)])[0]


def assess_many(asked: Sequence[tuple[History, datetime]]) -> list[list[Finding]]:
    """`assess` for each history and time, in their order; the growth of all in one call, which is much quicker."""
    opened = [_opened(in_order(history), at) for history, at in asked]
    fetch_all([(book.trend, _likely_asks(book, looks)) for book, looks in opened])
    found = []
    for book, looks in opened:
        before = _findings(book, looks[-2], None) if len(looks) > 1 else ()
        found.append(_findings(book, looks[-1], before))
    return found


def _opened(history: History, at: datetime) -> tuple[Rulebook, list[View]]:
    """The rules over a history in order, with the look at ``at`` and, where there is one, the look before it."""
    book = Rulebook(history)
    seen = bisect_right(book.fold.past.times, at)
    looks = [book.view(history.entries[place].at, place) for place in range(max(0, seen - 2), seen)]
    if not looks or looks[-1].at < at:
        looks.append(book.view(at, seen - 1))
    return book, looks[-2:]


def _likely_asks(book: Rulebook, looks: list[View]) -> list[Ask]:
    """Where growth will be asked for: at these looks, before each examination, and each week since the latest."""
    times = book.fold.past.times
    places = [bisect_left(times, event.at) - 1 for event in looks[-1].events if event.kind in COVERS]
    latest = max(places, default=looks[-1].place)
    if latest >= 0:
        places += [place for place in range(latest + 1, looks[-1].place) if ends_week(times, place, times[latest])]
    seen = [Ask(place, book.fold.frames[place].segment) for place in dict.fromkeys(places) if place >= 0]
    return [*seen, *(Ask(view.place, view.segment) for view in looks)]


def growth_at(history: History, at: datetime, following: Entry | None = None) -> Growth:
    """The engine's answer at ``at``, from the sizes the rules let count; with a forecast for ``following`` if given."""
    history = in_order(history)
    book = Rulebook(history)
    place = sum(entry.at <= at for entry in history.entries) - 1
    return book.trend.fetch([Ask(place, book.view(at, place).segment, following)])[0]


def walk(history: History, looks: Iterable[When] | None = None) -> Iterator[Look]:
    """The looks in order of time, as the diary would have seen them; by default one an entry.

    Growth of all looks is worked out in one call. ``Look.growth.next_mm`` forecasts the next entry (docs/format.md).
    """
    return walks([(history, looks)]).__next__()


def walks(lumps: Iterable[tuple[History, Iterable[When] | None]]) -> Iterator[Iterator[Look]]:
    """The walks of many lumps, in their order; growth of about 2,000 looks at a time is worked out in one call."""
    waiting: list[_Planned] = []
    for history, looks in lumps:
        waiting.append(_plan(in_order(history), looks))
        if sum(len(plan.whens) for plan in waiting) >= TOGETHER:
            yield from _walked(waiting)
            waiting = []
    yield from _walked(waiting)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A walk with all its looks, before growth is known."""

    book: Rulebook
    whens: list[When]
    views: list[View]


def _plan(history: History, looks: Iterable[When] | None) -> _Planned:
    book = Rulebook(history)
    whens = entry_looks(history) if looks is None else sorted(looks, key=lambda when: when.at)
    return _Planned(book, whens, [_view(book, when) for when in whens])


def _walked(plans: list[_Planned]) -> Iterator[Iterator[Look]]:
    asks = [[_ask(view, when) for view, when in zip(plan.views, plan.whens, strict=True)] for plan in plans]
    growths = fetch_all([(plan.book.trend, each) for plan, each in zip(plans, asks, strict=True)])
    return (_steps(plan, each) for plan, each in zip(plans, growths, strict=True))


def _steps(plan: _Planned, growths: list[Growth]) -> Iterator[Look]:
    before: Sequence[Finding] = ()
    for view, when, growth in zip(plan.views, plan.whens, growths, strict=True):
        findings = _findings(plan.book, view, before)
        entry = None if when.place is None else plan.book.history.entries[when.place]
        yield Look(when.at, entry, tuple(findings), highest(findings), growth)
        before = findings


def in_order(history: History) -> History:
    """The history with entries and events in order of time; at equal times by id, so that arrival does not matter."""
    entries = tuple(sorted(history.entries, key=_BY_TIME))
    events = tuple(sorted(history.events, key=_BY_TIME))
    if entries == history.entries and events == history.events:
        return history  # as from the database
    return replace(history, entries=entries, events=events)


def entry_looks(history: History) -> list[When]:
    """One look an entry, for a history in order."""
    return [When(entry.at, place) for place, entry in enumerate(history.entries)]


def daily_looks(history: History, until: date | None = None) -> list[When]:
    """12:00 in the person's zone on every day from the first entry to ``until`` (default: the last entry or event)."""
    if not history.entries:
        return []
    first = history.entries[0].at
    last = max([history.entries[-1].at, *(event.at for event in history.events)])
    day, end = local_day(history.timezone, first), until or local_day(history.timezone, last)
    noons = []
    while day <= end:
        noons.append(datetime.combine(day, time(12), zone(history.timezone)))
        day += timedelta(days=1)
    return [When(noon) for noon in noons if noon >= first]


def highest(findings: Sequence[Finding]) -> str:
    """The highest urgency of the findings that are not quiet, or "none"."""
    loud = {finding.urgency for finding in findings if not finding.quiet}
    return next((urgency for urgency in URGENCIES if urgency in loud), "none")


def _view(book: Rulebook, when: When) -> View:
    if when.place is not None:
        return book.view(when.at, when.place)
    return book.view(when.at, bisect_right(book.fold.past.times, when.at) - 1)


def _ask(view: View, when: When) -> Ask:
    """A forecast is asked for at an entry, where another follows in the same segment and has a size."""
    entries = view.history.entries
    if when.place is None or when.place + 1 >= len(entries):
        return Ask(view.place, view.segment)
    following = entries[when.place + 1]
    cut = any(view.at < at <= following.at for at in view.fold.cuts)
    return Ask(view.place, view.segment, following if following.has_size and not cut else None)


def _findings(book: Rulebook, view: View, before: Sequence[Finding] | None) -> list[Finding]:
    """Every rule that holds; ``before`` are the findings of the look before (None: nobody will ask what is new)."""
    hits = book.hits(view)
    quiet = {rule: is_quiet(book, view, hit) for rule, hit in hits.items()}
    if "pain.rising" in hits and _hidden(quiet):
        hits = {rule: hit for rule, hit in hits.items() if rule != "pain.rising"}
    known = {finding.rule: finding for finding in before or ()}
    found = []
    for rule, hit in hits.items():
        new = before is not None and _is_new(book, view, hit, quiet[rule], known.get(rule))
        found.append(_finding(hit, view, quiet[rule], new))
    return sorted(found, key=lambda finding: (URGENCIES.index(finding.urgency), ORDER[finding.rule]))


def _hidden(quiet: dict[str, bool]) -> bool:
    """pain.rising is not said beside an infection finding; one that is quiet does not silence pain that is not."""
    infections = [silent for rule, silent in quiet.items() if rule.startswith("infection.")]
    return bool(infections) and (quiet["pain.rising"] or not all(infections))


def _is_new(book: Rulebook, view: View, hit: Hit, quiet: bool, before: Finding | None) -> bool:
    """It did not hold at the look before, has opened again since, or is more urgent than it was."""
    if before is None or URGENCIES.index(hit.urgency) < URGENCIES.index(before.urgency):
        return True
    if quiet:
        return False
    return before.quiet or (before.at is not None and was_quiet_since(book, view, hit, before.at))


def _finding(hit: Hit, view: View, quiet: bool, new: bool) -> Finding:
    rule = RULES[hit.rule]
    return Finding(
        hit.rule, rule.version, hit.urgency, new, quiet, hit.because, f"{rule.source} ({rule.grade})",
        hit.entries, rule.threshold, view.at, tuple(hit.values.items()),
    )  # fmt: skip
