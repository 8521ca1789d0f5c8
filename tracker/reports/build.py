"""`report_for`: from the rows of some lumps to the frozen facts a doctor is shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.memory import Memory
from analytics.plots import TrendPlot
from tracker.history import histories_of
from tracker.models import Lump, Person
from tracker.reports import labels
from tracker.reports.about import where_of, who_of
from tracker.reports.care import examinations_of, treatments_of
from tracker.reports.changes import changes_of, rate_of
from tracker.reports.charts import chart_of, overview_chart, plot_of, sentence_of, title_of
from tracker.reports.log import log_of, notes_of, photo_days, shared_photos
from tracker.reports.redness import redness_in
from tracker.reports.shapes import Chart, FindingLine, LumpReport, Report, Scope
from tracker.reports.sizes import Readings, readings_of_all, size_now
from tracker.reports.symptoms import symptoms_of
from tracker.rules.assess import assess
from tracker.rules.facts import Finding, History
from tracker.rules.vocabulary import URGENCIES
from tracker.rules.wake import next_change

# a page and its charts are asked for one by one, and each needs the same of every lump
_WORKED_OUT: Memory[tuple[Readings, TrendPlot]] = Memory(48)


@dataclass(frozen=True)
class Gathered:
    """One lump with all that is worked out from the part of its history that is shown."""

    lump: Lump
    whole: History  # what lies before the day allowed, or ahead of the clock, too
    history: History
    readings: Readings
    plot: TrendPlot

    def chart(self) -> Chart:
        """Its chart, without drawing it."""
        return chart_of(self.plot, sentence_of(self.history, self.readings, rate_of(self.readings)))


def report_for(lumps: Sequence[Lump], scope: Scope, *, log: bool = True) -> Report:
    """What the holder of this scope is shown about these lumps, all of one person, whom the caller may see.

    The lump with the most urgent finding comes first. ``log`` False leaves the log empty: it is the longest to write. Needs
    ``lump.person`` on each (select_related). At most five queries. Draws nothing: charts draw when asked. Raises ValueError
    without a lump or with lumps of several people.
    """
    if len({lump.person_id for lump in lumps}) != 1:
        raise ValueError("A report is about one or more lumps of one person.")
    gathered = gather(lumps, scope)
    notes = notes_of(lumps) if scope.notes and log else {}
    photos = list(shared_photos(lumps, scope))
    days, redness = photo_days(lumps, photos), redness_in(lumps, photos)
    person = lumps[0].person
    judged = _judged(gathered, scope)
    parts = [
        replace(
            _lump(one, found, scope),
            photos=days.get(one.lump.pk, ()),
            redness=redness.get(one.lump.pk),
            log=log_of(one.history, notes) if log else (),
        )
        for one, found in judged
    ]
    return Report(
        made_at=scope.at,
        who=who_of(person, scope.at),
        lumps=tuple(parts),
        overview=_overview([one for one, _found in judged]),
        measured_words=_("Sizes were measured at home by the patient, unless another method is named."),
        footer=_("Made by the patient with Lump Diary, not a diagnosis."),
        fingerprint=fingerprint_of(person, gathered, scope),
        since=scope.since,
        photos_shared=scope.photos,
        notes_shared=scope.notes,
        holds_until=_holds_until(gathered, scope.at),
    )


def _holds_until(gathered: list[Gathered], at: datetime) -> datetime | None:
    """Of what is judged, and of all there is: an entry dated ahead of the clock will be shown when its time has come."""
    moments = (next_change(history, at) for one in gathered for history in (one.history, one.whole))
    return min((moment for moment in moments if moment is not None), default=None)


def chart_for(lumps: Sequence[Lump], scope: Scope, key: str, lump: str | None = None) -> Chart | None:
    """One chart of the report on these lumps, the same as in `report_for` without working out the rest of it.

    ``lump`` is the id of one of them, or None for the overview. None where there is no such chart.
    """
    if lump is None:
        several = len(lumps) > 1
        found = _overview([one for one, _found in _judged(gather(lumps, scope), scope)]) if several else None
    else:
        wanted = [one for one in lumps if str(one.pk) == str(lump)]
        found = gather(wanted, scope)[0].chart() if wanted else None
    return found if found is not None and found.key == key else None


def gather(lumps: Sequence[Lump], scope: Scope) -> list[Gathered]:
    """The shown part of each lump's history, its readings and its plot; by name."""
    ordered = sorted(lumps, key=lambda lump: (lump.name, str(lump.pk)))
    found = histories_of(ordered)
    histories = [shown(found[lump.pk], scope) for lump in ordered]
    language = get_language() or ""
    keys = [(history, lump.name, language) for lump, history in zip(ordered, histories, strict=True)]
    rows = zip(ordered, histories, _WORKED_OUT.of(keys, _work_out), strict=True)
    return [Gathered(lump, found[lump.pk], history, *worked) for lump, history, worked in rows]


def _work_out(keys: list[tuple[History, str, str]]) -> list[tuple[Readings, TrendPlot]]:
    """Readings and plot of each (history, name, language in force)."""
    rows = zip(keys, readings_of_all([history for history, _name, _language in keys]), strict=True)
    return [(readings, plot_of(history, readings, title_of(name))) for (history, name, _language), readings in rows]


def shown(history: History, scope: Scope) -> History:
    """The history without what lies before ``scope.since`` (in the person's zone) or after ``scope.at``.

    The rules then judge only what is shown: a finding never tells of days that are not shared.
    """
    start = scope.starts_at(labels.zone_of(history.timezone))

    def is_shown(at: datetime) -> bool:
        return at <= scope.at and (start is None or at >= start)

    return replace(
        history,
        entries=tuple(entry for entry in history.entries if is_shown(entry.at)),
        events=tuple(event for event in history.events if is_shown(event.at)),
    )


def _judged(gathered: list[Gathered], scope: Scope) -> list[tuple[Gathered, tuple[FindingLine, ...]]]:
    """Each lump with its findings, the most urgent first, by name where they tie: everywhere in the report alike."""
    found = [(one, findings_of(one.history, scope.at)) for one in gathered]
    return sorted(found, key=lambda pair: _rank(pair[1]))


def _overview(gathered: list[Gathered]) -> Chart | None:
    """Small multiples, where there are several lumps."""
    if len(gathered) < 2:
        return None
    return overview_chart([one.lump.name for one in gathered], [one.plot for one in gathered])


def _lump(one: Gathered, findings: tuple[FindingLine, ...], scope: Scope) -> LumpReport:
    """Without its photos and its log."""
    history = one.history
    return LumpReport(
        id=str(one.lump.pk),
        name=one.lump.name,
        where=where_of(history, scope.at),
        size=size_now(one.readings),
        changes=changes_of(one.readings),
        rate=rate_of(one.readings),
        symptoms=symptoms_of(history, scope.at),
        findings=findings,
        findings_words="" if findings else _("No rule matched. That is not the same as a check-up."),
        examinations=examinations_of(history),
        treatments=treatments_of(history),
        charts=(one.chart(),),
        photos=(),
        log=(),
        entries=len(history.entries),
        last_at=history.entries[-1].at if history.entries else None,
    )


def findings_of(history: History, at: datetime) -> tuple[FindingLine, ...]:
    """What holds at that moment, loud before quiet, then by urgency."""
    found = sorted(
        assess(history, at), key=lambda finding: (finding.quiet, URGENCIES.index(finding.urgency), finding.rule)
    )
    return tuple(_finding(finding) for finding in found)


def _rank(findings: tuple[FindingLine, ...]) -> int:
    """Place in the list of urgencies of the most urgent loud finding; after all of them where there is none."""
    return min((URGENCIES.index(line.urgency) for line in findings if not line.quiet), default=len(URGENCIES))


def _finding(finding: Finding) -> FindingLine:
    return FindingLine(
        rule=finding.rule,
        version=finding.version,
        urgency=finding.urgency,
        urgency_words=labels.word(labels.URGENCIES, finding.urgency),
        words=finding.because,
        source=finding.source,
        quiet=finding.quiet,
        quiet_words=_("already looked at") if finding.quiet else "",
        threshold=finding.threshold,
    )


def fingerprint_of(person: Person, gathered: list[Gathered], scope: Scope) -> str:
    """SHA-256 over the facts shown, so that a print-out can be compared with the page; the first 16 hex digits."""
    facts = {
        "who": [person.name, person.birth_year, person.sex, person.conditions],
        "lumps": {str(one.lump.pk): one.history for one in gathered},
        "scope": [scope.since, scope.photos, scope.notes],
    }
    text = json.dumps(facts, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """One layer of a fact as JSON can say it; what lies inside is asked for in its turn (`asdict` would copy all of it)."""
    if is_dataclass(value):
        return {part.name: getattr(value, part.name) for part in fields(value)}
    return sorted(value) if isinstance(value, frozenset) else str(value)
