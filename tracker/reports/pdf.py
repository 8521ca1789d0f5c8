"""The report on paper: the page's facts in the page's order, as an accessible PDF (docs/decisions, Typst)."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker import typeset
from tracker.models import Lump
from tracker.reports import labels
from tracker.reports.build import report_for
from tracker.reports.place import map_of
from tracker.reports.shapes import Chart, FindingLine, LumpReport, Report, Scope, Table

PAPERS = {"a4": "a4", "letter": "us-letter"}
MOST_PHOTOS = 48  # of a lump: more would be a book, and all are held at once
SOURCE = Path(__file__).with_name("report.typ")
MODIFIERS = "\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
EMOJI = re.compile(rf"[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff{MODIFIERS}]")
Picture = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Contents:
    """What goes in beside the first screen and the plots: of one lump its own, of several the small multiples."""

    plots: bool = False  # each lump's own plot, where there are several
    numbers: bool = False  # the tables of the plots
    log: bool = False
    photos: bool = True  # where the report shares them


@dataclass
class _Files:
    """The pictures a document is made of, by the names it calls them."""

    found: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> str:
        self.found[name] = data
        return name


def pdf_of(report: Report, *, picture: Picture, paper: str = "a4", contents: Contents | None = None) -> bytes:
    """The report as PDF/UA: two pages for one lump with its plot, and for up to four with the small multiples and the
    first screen of each; then what ``contents`` asks for.

    ``picture`` gives a photo's JPEG by its id (None: its file is gone) and is asked only for photos the report shares.
    ``paper`` is a key of PAPERS. The same report gives the same bytes.
    """
    files = _Files()
    body = _body(report, files, picture, contents or Contents())
    body["paper"] = PAPERS[paper]
    files.add("report.json", json.dumps(spoken(body)).encode())
    return typeset.compile(SOURCE.read_text(encoding="utf-8"), files=files.found, at=report.made_at)


def enclosed_pdf(lumps: Sequence[Lump], scope: Scope) -> bytes:
    """The report to lie in a bundle beside the photos themselves, so without them and without the log; as `report_for`."""
    return pdf_of(report_for(lumps, scope, log=False), picture=lambda _pk: None, contents=Contents(photos=False))


def spoken(value: Any) -> Any:
    """The same with emoji by their names, "😀" as "[grinning face]": no small font has them, and read aloud it is the same.

    Signs that only change the one before (skin tones, joiners, variants) are left out.
    """
    if isinstance(value, dict):
        return {key: spoken(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [spoken(part) for part in value]
    return EMOJI.sub(_by_name, value) if isinstance(value, str) else value


def _by_name(found: re.Match[str]) -> str:
    name = unicodedata.name(found[0][0], "").lower()
    return "" if not name or found[0][0] in MODIFIERS else f"[{name}]"


def _body(report: Report, files: _Files, picture: Picture, contents: Contents) -> dict[str, Any]:
    zone = labels.zone_of(report.who.timezone)
    made = labels.moment_words(report.made_at, zone)
    since = (
        _("The patient shares what happened from %(day)s on.") % {"day": labels.day(report.since)}
        if report.since
        else ""
    )
    several = len(report.lumps) > 1
    mark = _("Fingerprint of these facts: %(mark)s.") % {"mark": report.fingerprint}
    return {
        "lang": (get_language() or "en").split("-")[0],
        "title": _("Notes made by a patient"),
        "who": report.who.words,
        "made": _("Notes made by the patient, as of %(time)s.") % {"time": made},
        "conditions": [_("Conditions that raise risk:"), f"{report.who.conditions_words}."],
        "measured": f"{report.measured_words} {since}".strip(),
        "footer": f"{report.footer} {made}. {mark}",
        "none": _("None recorded."),
        "summary": _summary(report) if several else None,
        "overview": _chart(report.overview, "overview", files) if report.overview else None,
        "lumps": [_lump(lump, report, number, files, picture, contents) for number, lump in enumerate(report.lumps)],
    }


def _summary(report: Report) -> dict[str, Any]:
    rows = []
    for lump in report.lumps:
        weeks = next((change.short for change in lump.changes if change.span == "12_weeks"), "–")
        first = next((f"{line.urgency_words}: {_finding_words(line)}" for line in lump.findings), _("none"))
        size = lump.size.words if lump.size else _("not recorded")
        rows.append([f"{lump.where.words} ({lump.name})", size, weeks, lump.rate.short, first])
    header = [_("Where"), _("Size now"), _("Over 12 weeks"), _("Rate, in diameter"), _("Most urgent finding")]
    return {"header": header, "rows": rows}


def _lump(
    lump: LumpReport, report: Report, number: int, files: _Files, picture: Picture, contents: Contents
) -> dict[str, Any]:
    zone = labels.zone_of(report.who.timezone)
    charts = lump.charts if contents.plots or len(report.lumps) == 1 else ()
    drawing = map_of(lump.where.site, lump.where.side, styled=True)
    return {
        "where": lump.where.words,
        "name": lump.name,
        "since": f"{capfirst(lump.where.since_words)}.",
        "map": files.add(f"place-{number}.svg", drawing.encode()),
        "size": _size(lump),
        "symptoms": _symptoms(lump),
        "findings": _findings(lump),
        "exams": {
            "title": _("Examinations, as told by the patient"),
            "rows": [[labels.day(one.at, zone), _told(one.label, one.detail)] for one in lump.examinations],
        },
        "care": {"title": _("Treatments, before and after"), "rows": _care(lump, report)},
        "charts": [_chart(chart, f"chart-{number}-{chart.key}", files) for chart in charts],
        "redness": _redness(lump) if contents.photos else None,
        "numbers": _numbers(lump) if contents.numbers else None,
        "log": _log(lump, report) if contents.log else None,
        "photos_title": f"{lump.where.words}: {_photos_title(lump)}",
        "photos_start": not any(one.photos for one in report.lumps[:number]),  # the first of them begins a page
        "photos": _photos(lump, files, picture) if contents.photos else [],
    }


def _size(lump: LumpReport) -> dict[str, Any]:
    title = _("Size now and change in diameter (95 % limits)")
    if lump.size is None:
        return {"title": title, "words": "", "detail": _("No size was recorded."), "lines": []}
    size = lump.size
    axes = "; ".join(f"{axis.label} {axis.words}" for axis in size.axes)
    detail = "; ".join(part for part in (axes, size.volume_words) if part)
    detail += "."
    if size.earlier_words:
        detail += " " + _("Before that: %(sizes)s.") % {"sizes": size.earlier_words}
    detail += " " + _("Method: %(method)s.") % {"method": size.method_words}
    rows = [[change.label, change.words] for change in lump.changes] + [[_("Rate"), lump.rate.words]]
    if lump.rate.doubling_words:
        rows.append([_("Doubling"), lump.rate.doubling_words])
    if size.doubted:
        rows.insert(0, [_("In doubt"), size.doubted])
    return {"title": title, "words": size.words, "detail": detail, "lines": rows}


def _symptoms(lump: LumpReport) -> dict[str, Any]:
    told = [symptom for symptom in lump.symptoms if symptom.recorded_at is not None]
    missing = ", ".join(symptom.label for symptom in lump.symptoms if symptom.recorded_at is None)
    return {
        "title": _("Symptoms now, and when each changed"),
        "header": [_("Symptom"), _("Now"), _("Change")],
        "rows": [[symptom.label, symptom.words, symptom.change_words] for symptom in told],
        "notable": [symptom.notable for symptom in told],
        "below": _("Never recorded: %(names)s.") % {"names": missing} if missing else "",
    }


def _findings(lump: LumpReport) -> dict[str, Any]:
    rows = [
        [
            line.urgency_words,
            _finding_words(line),
            f"{line.source} ({line.rule} {line.version})",
        ]
        for line in lump.findings
    ]
    return {
        "title": _("Findings by published rules"),
        "header": [_("Urgency"), _("Finding"), _("Source")],
        "rows": rows,
        "words": lump.findings_words,
    }


def _finding_words(line: FindingLine) -> str:
    return f"{line.words} ({line.quiet_words})" if line.quiet_words else line.words


def _care(lump: LumpReport, report: Report) -> list[list[str]]:
    zone = labels.zone_of(report.who.timezone)
    return [
        [
            labels.day(one.event.at, zone),
            ". ".join(part for part in (_told(one.event.label, one.event.detail).rstrip("."), one.words) if part),
        ]
        for one in lump.treatments
    ]


def _told(label: str, detail: str) -> str:
    return f"{label}: {detail}" if detail else label


def _chart(chart: Chart, name: str, files: _Files) -> dict[str, str]:
    return {"title": chart.title, "sentence": chart.sentence, "file": files.add(f"{name}.svg", chart.svg())}


def _numbers(lump: LumpReport) -> dict[str, Any] | None:
    tables = [chart.table for chart in lump.charts if chart.table.rows]
    return _table(tables[0]) if tables else None


def _table(table: Table) -> dict[str, Any]:
    return {"title": table.caption, "header": list(table.header), "rows": [list(row) for row in table.rows]}


def _log(lump: LumpReport, report: Report) -> dict[str, Any]:
    zone = labels.zone_of(report.who.timezone)
    rows = []
    for line in lump.log:
        head = "" if line.kind == "entry" else f"{line.title}."
        note = f"“{line.note}”" if line.note else ""
        rows.append([labels.moment_words(line.at, zone), " ".join(part for part in (head, line.words, note) if part)])
    title = _("%(where)s: the log, newest first") % {"where": lump.where.words}
    return {"title": title, "header": [_("When"), _("Recorded")], "rows": rows}


def _redness(lump: LumpReport) -> dict[str, Any] | None:
    found = lump.redness
    return None if found is None else {**_table(found.table), "words": found.words, "note": found.note}


def _photos_title(lump: LumpReport) -> str:
    photos = sum(len(day.photos) for day in lump.photos)
    if photos <= MOST_PHOTOS:
        return _("photos side by side, newest first")
    return _("photos side by side, the newest %(n)s of %(all)s") % {"n": MOST_PHOTOS, "all": photos}


def _photos(lump: LumpReport, files: _Files, picture: Picture) -> list[Mapping[str, str]]:
    lines = [photo for day in lump.photos for photo in day.photos][:MOST_PHOTOS]
    found = [(photo, data) for photo in lines if (data := picture(photo.id)) is not None]
    return [
        {"words": photo.words, "size": photo.size, "file": files.add(f"photo-{photo.id}.jpg", data)}
        for photo, data in found
    ]
