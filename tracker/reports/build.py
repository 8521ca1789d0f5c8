"""`report_for`: from the rows of some lumps to the frozen facts a doctor is shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from tracker.history import histories_of
from tracker.models import Lump, Person
from tracker.reports import labels
from tracker.reports.care import examinations_of, treatments_of
from tracker.reports.charts import overview_chart, plot_of, trend_chart
from tracker.reports.log import log_of, notes_of, photo_days
from tracker.reports.shapes import FindingLine, LumpReport, PhotoDay, Report, Scope, Where, Who
from tracker.reports.sizes import Readings, changes_of, rate_of, readings_of, size_now
from tracker.reports.symptoms import symptoms_of
from tracker.rules.assess import assess
from tracker.rules.facts import Finding, History
from tracker.rules.vocabulary import URGENCIES


def report_for(lumps: Sequence[Lump], scope: Scope) -> Report:
    """What the holder of this scope is shown about these lumps, all of one person, whom the caller may see.

    The lump with the most urgent finding comes first.

    Needs ``lump.person`` on each (select_related). At most four queries. Draws nothing: charts draw when asked.
    Raises ValueError without a lump or with lumps of several people.
    """
    if len({lump.person_id for lump in lumps}) != 1:
        raise ValueError("A report is about one or more lumps of one person.")
    histories = {key: shown(history, scope) for key, history in histories_of(lumps).items()}
    readings = {key: readings_of(history) for key, history in histories.items()}
    findings = {key: findings_of(history, scope.at) for key, history in histories.items()}
    lumps = sorted(lumps, key=lambda lump: (_rank(findings[lump.pk]), lump.name, str(lump.pk)))
    notes = notes_of(lumps) if scope.notes else {}
    photos = photo_days(lumps, scope)
    person = lumps[0].person
    overview = None
    if len(lumps) > 1:
        plots = [plot_of(histories[lump.pk], readings[lump.pk]) for lump in lumps]
        overview = overview_chart([lump.name for lump in lumps], plots)
    parts = [
        _lump(lump, histories[lump.pk], readings[lump.pk], findings[lump.pk], scope, notes, photos.get(lump.pk, ()))
        for lump in lumps
    ]
    return Report(
        made_at=scope.at,
        who=_who(person, scope.at),
        lumps=tuple(parts),
        overview=overview,
        measured_words=_("Sizes were measured at home by the patient, unless another method is named."),
        footer=_("Made by the patient with Lump Diary, not a diagnosis."),
        fingerprint=_fingerprint(person, histories, scope),
        since=scope.since,
        photos_shared=scope.photos,
        notes_shared=scope.notes,
    )


def shown(history: History, scope: Scope) -> History:
    """The history without what lies before ``scope.since`` (in the person's zone) or after ``scope.at``.

    The rules then judge only what is shown: a finding never tells of days that are not shared.
    """
    zone = labels.zone_of(history.timezone)
    start = datetime.combine(scope.since, time(), zone) if scope.since else None

    def is_shown(at: datetime) -> bool:
        return at <= scope.at and (start is None or at >= start)

    return replace(
        history,
        entries=tuple(entry for entry in history.entries if is_shown(entry.at)),
        events=tuple(event for event in history.events if is_shown(event.at)),
    )


def _lump(
    lump: Lump,
    history: History,
    readings: Readings,
    findings: tuple[FindingLine, ...],
    scope: Scope,
    notes: dict[str, str],
    photos: tuple[PhotoDay, ...],
) -> LumpReport:
    rate = rate_of(readings)
    return LumpReport(
        id=str(lump.pk),
        name=lump.name,
        where=where_of(history, scope.at),
        size=size_now(readings),
        changes=changes_of(readings),
        rate=rate,
        symptoms=symptoms_of(history, scope.at),
        findings=findings,
        findings_words="" if findings else _("No rule matched. That is not the same as a check-up."),
        examinations=examinations_of(history),
        treatments=treatments_of(history),
        charts=(trend_chart(history, readings, rate, lump.name),),
        photos=photos,
        log=log_of(history, notes),
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
        quiet_words=_("already looked at, so the patient is not reminded") if finding.quiet else "",
        threshold=finding.threshold,
    )


def _who(person: Person, at: datetime) -> Who:
    age = at.astimezone(labels.zone_of(person.timezone)).year - person.birth_year if person.birth_year else None
    parts = [person.name]
    parts.append(_("about %(age)d years") % {"age": age} if age is not None else _("age not recorded"))
    parts.append(labels.word(labels.SEXES, person.sex) if person.sex else _("sex not recorded"))
    conditions = None if person.conditions is None else tuple(person.conditions)
    return Who(
        name=person.name,
        words=", ".join(parts),
        birth_year=person.birth_year,
        age=age,
        sex=person.sex or None,
        conditions=conditions,
        conditions_words=labels.listed(labels.CONDITIONS, conditions),
        timezone=person.timezone or "UTC",
    )


def where_of(history: History, at: datetime) -> Where:
    """The place of the lump, since when it is there, and after what it came."""
    place = [labels.word(labels.SITES, history.site)]
    place += [labels.word(labels.SIDES, history.side)] if history.side else []
    place += [labels.word(labels.DEPTHS, history.depth)] if history.depth else []
    return Where(
        site=history.site,
        side=history.side,
        depth=history.depth,
        words=", ".join(place),
        first_noticed_on=history.first_noticed_on,
        noticed_after=history.noticed_after,
        since_words=_since(history, at),
        known_unchanged_over_a_year=history.known_unchanged_over_a_year,
    )


def _since(history: History, at: datetime) -> str:
    zone = labels.zone_of(history.timezone)
    day: date | None = history.first_noticed_on
    if day is None and not history.entries:
        return _("not recorded when it was noticed")
    start = day or history.entries[0].at.astimezone(zone).date()
    words = _("noticed on %(day)s") if day else _("first logged on %(day)s")
    parts = [words % {"day": labels.day(start)}]
    parts[0] += " " + _("(%(span)s ago)") % {"span": labels.span((at.astimezone(zone).date() - start).days)}
    if history.noticed_after:
        parts.append(labels.word(labels.NOTICED_AFTER, history.noticed_after))
    if history.known_unchanged_over_a_year:
        parts.append(_("known to the patient for over a year without change"))
    return ", ".join(parts)


def _fingerprint(person: Person, histories: dict[UUID, History], scope: Scope) -> str:
    """SHA-256 over the facts shown, so that a print-out can be compared with the page; the first 16 hex digits."""
    facts = {
        "who": [person.name, person.birth_year, person.sex, person.conditions],
        "lumps": {str(key): asdict(history) for key, history in histories.items()},
        "scope": [scope.since, scope.photos, scope.notes],
    }
    text = json.dumps(
        facts, sort_keys=True, default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value)
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
