"""The report on paper: the page's facts in the page's order, as an accessible PDF (docs/decisions, Typst)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker import typeset
from tracker.reports import labels
from tracker.reports.place import map_of
from tracker.reports.shapes import Chart, LumpReport, Report, Table

PAPERS = {"a4": "a4", "letter": "us-letter"}
MOST_PHOTOS = 48  # of a lump: more would be a book, and all are held at once
SOURCE = Path(__file__).with_name("report.typ")
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
    """The report as PDF/UA: about two pages a lump, then what ``contents`` asks for.

    ``picture`` gives a photo's JPEG by its id (None: its file is gone) and is asked only for photos the report shares.
    ``paper`` is a key of PAPERS. The same report gives the same bytes.
    """
    files = _Files()
    body = _body(report, files, picture, contents or Contents())
    body["paper"] = PAPERS[paper]
    files.add("report.json", json.dumps(body).encode())
    return typeset.compile(SOURCE.read_text(encoding="utf-8"), files=files.found, at=report.made_at)


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
        weeks = next((change.words for change in lump.changes if change.span == "12_weeks"), "")
        first = next((f"{line.urgency_words}: {line.words}" for line in lump.findings), _("none"))
        size = lump.size.words if lump.size else _("not recorded")
        rows.append([f"{lump.where.words} ({lump.name})", size, weeks, lump.rate.words, first])
    header = [_("Where"), _("Size now"), _("Over 12 weeks"), _("Rate"), _("Most urgent finding")]
    return {"header": header, "rows": rows}


def _lump(
    lump: LumpReport, report: Report, number: int, files: _Files, picture: Picture, contents: Contents
) -> dict[str, Any]:
    zone = labels.zone_of(report.who.timezone)
    photos = sum(len(day.photos) for day in lump.photos)
    charts = lump.charts if contents.plots or len(report.lumps) == 1 else ()
    drawing = map_of(lump.where.site, lump.where.side, styled=True)
    return {
        "where": lump.where.words,
        "about": _about(lump, report),
        "map": files.add(f"place-{number}.svg", drawing.encode()),
        "size": _size(lump),
        "symptoms": _symptoms(lump, brief=len(report.lumps) > 1),
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
        "photos_title": _("Photos, newest first")
        if photos <= MOST_PHOTOS
        else _("Photos, the newest %(n)s of %(all)s") % {"n": MOST_PHOTOS, "all": photos},
        "photos": _photos(lump, files, picture) if contents.photos else [],
    }


def _about(lump: LumpReport, report: Report) -> list[list[str]]:
    since = lump.where.since_words
    return [
        [_("Since"), since],
        [_("Conditions"), report.who.conditions_words],
        [_("Name in the diary"), lump.name],
    ]


def _size(lump: LumpReport) -> dict[str, Any]:
    title = _("Size now and change")
    if lump.size is None:
        return {"title": title, "words": "", "detail": _("No size was recorded."), "lines": []}
    size = lump.size
    axes = "; ".join(f"{axis.label} {axis.words}" for axis in size.axes)
    detail = "; ".join(part for part in (axes, size.volume_words) if part)
    detail += ". " + _("Method: %(method)s.") % {"method": size.method_words}
    rows = [[change.label, change.words] for change in lump.changes] + [[_("Rate"), lump.rate.words]]
    if lump.rate.doubling_words:
        rows.append([_("Doubling"), lump.rate.doubling_words])
    if size.doubted:
        rows.insert(0, [_("In doubt"), size.doubted])
    return {"title": title, "words": size.words, "detail": detail, "lines": rows}


def _symptoms(lump: LumpReport, *, brief: bool) -> dict[str, Any]:
    """A table; ``brief``: what is there or changed lately in the table, the rest in one line below it."""
    told = [symptom for symptom in lump.symptoms if symptom.recorded_at is not None]
    missing = ", ".join(symptom.label for symptom in lump.symptoms if symptom.recorded_at is None)
    rest = [symptom for symptom in told if brief and not symptom.notable]
    below = []
    if rest:
        names = "; ".join(f"{symptom.label}: {symptom.words}" for symptom in rest)
        below.append(_("Unchanged for four weeks or more: %(names)s.") % {"names": names})
    if missing:
        below.append(_("Never recorded: %(names)s.") % {"names": missing})
    return {
        "title": _("Symptoms now, and when each changed"),
        "header": [_("Symptom"), _("Now"), _("Change")],
        "rows": [[symptom.label, symptom.words, symptom.change_words] for symptom in told if symptom not in rest],
        "below": " ".join(below),
    }


def _findings(lump: LumpReport) -> dict[str, Any]:
    rows = [
        [
            line.urgency_words,
            f"{line.words} ({line.quiet_words})" if line.quiet_words else line.words,
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


def _care(lump: LumpReport, report: Report) -> list[list[str]]:
    zone = labels.zone_of(report.who.timezone)
    return [
        [
            labels.day(one.event.at, zone),
            ". ".join(part for part in (_told(one.event.label, one.event.detail), one.words) if part),
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


def _photos(lump: LumpReport, files: _Files, picture: Picture) -> list[Mapping[str, str]]:
    lines = [photo for day in lump.photos for photo in day.photos][:MOST_PHOTOS]
    found = [(photo, data) for photo in lines if (data := picture(photo.id)) is not None]
    return [{"words": photo.words, "file": files.add(f"photo-{photo.id}.jpg", data)} for photo, data in found]
