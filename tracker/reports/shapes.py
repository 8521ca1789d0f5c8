"""What a doctor sees, as frozen facts: the page, the PDF, the CSV and FHIR print these and work nothing out themselves.

Every line comes twice: as numbers (mm, ml, %, days; ``None`` = not recorded or not known) for programs, and as
``words`` in the reader's language for people. Nothing here touches the database, so a template may read all of it.
Order of the fields is the order of the page: who and where, size, symptoms, findings, examinations, treatments, charts,
photos, the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cached_property
from typing import Any

from analytics.redness_trend import RednessTrend


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be shown, and when the report is made. ``at`` is aware; ``since`` hides all that happened before it."""

    at: datetime
    since: date | None = None
    photos: bool = False
    notes: bool = False
    region: str = "generic"

    def starts_at(self, zone: tzinfo) -> datetime | None:
        """The moment from which on things are shown: midnight of ``since`` where the person lives; None = no limit."""
        return None if self.since is None else datetime.combine(self.since, time(), zone)


@dataclass(frozen=True, slots=True)
class Who:
    """The person. ``age`` is in whole years by the year of birth alone, so it may be one too high."""

    name: str
    words: str  # "Sam, about 42 years, female"
    birth_year: int | None = None
    age: int | None = None
    sex: str | None = None
    conditions: tuple[str, ...] | None = None  # vocabulary CONDITIONS; None = not asked, () = asked, none
    conditions_words: str = ""  # "diabetes, blood thinners" / "none" / "not recorded"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Where:
    """Where the lump is, since when, and after what."""

    site: str
    side: str | None
    depth: str | None
    words: str  # "Lower back, left side, under the skin"
    first_noticed_on: date | None
    noticed_after: str | None
    since_words: str  # "Noticed on 3 January 2026 (10 months ago), after nothing in particular"
    known_unchanged_over_a_year: bool | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One axis of one reading: ``mm`` and half the width of its 95 % interval, by the error of its method."""

    axis: str  # vocabulary AXES
    label: str  # "Length"
    mm: float
    plus_minus_mm: float
    words: str  # "24 mm ± 4"


@dataclass(frozen=True, slots=True)
class SizeNow:
    """The latest reading that has a size. ``volume_*`` (ml, an ellipsoid; 95 % limits) only where three axes are there
    or two (the third taken as the smaller one: ``volume_words`` says so)."""

    at: datetime
    method: str | None
    method_words: str  # "ruler (about 7 % error), measured at home by the patient"
    axes: tuple[Size, ...]
    words: str  # "24 × 19 mm on 3 May 2026"
    volume_ml: float | None = None
    volume_low_ml: float | None = None
    volume_high_ml: float | None = None
    volume_words: str = ""
    doubted: str | None = None  # why this reading is doubted, in words
    earlier_words: str = ""  # axes this reading lacks, as last measured: "Depth 15 mm ± 3 on 19 Oct 2026 (ultrasound)"


@dataclass(frozen=True, slots=True)
class Change:
    """Change of mean diameter up to the latest reading; ``percent`` is None where nothing can be compared, and
    ``words`` says why ("too early to say", "no measurement then", "drained since")."""

    span: str  # "first", "12_weeks", "4_weeks"
    label: str  # "Since the first" (measurement), "Since treatment", "Over 12 weeks"
    words: str  # "+12 % (−4 to +30), from 21 × 17 mm on 3 Jan 2026"
    short: str = ""  # "+12 % (−4 to +30)", for a table of several lumps
    percent: float | None = None
    low: float | None = None  # 95 % limits
    high: float | None = None
    from_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The fitted trend. All numbers None and ``words`` "too early to say" below four readings or 21 days."""

    words: str  # "About 9 % a month in diameter (90 % limits 4 to 15), since about 20 January 2026"
    doubling_words: str  # "Volume doubles in about 79 days (50 to 176)" / "not clearly growing"
    short: str = ""  # "+9 % a month (+4 to +15)" / "too early to say"
    readings: int = 0
    percent_per_month: float | None = None
    low: float | None = None
    high: float | None = None
    doubling_days: float | None = None
    doubling_low: float | None = None
    doubling_high: float | None = None
    p_growing: float | None = None
    since: date | None = None
    too_early: bool = False


@dataclass(frozen=True, slots=True)
class Symptom:
    """One symptom as last recorded. ``now`` is a value of docs/format.md or None (never recorded)."""

    name: str  # key of docs/format.md: "pain", "redness" ...
    label: str  # "Pain (0–10)"
    words: str  # "4" / "clear" / "yes" / "not recorded"
    now: Any = None
    recorded_at: datetime | None = None
    changed_at: datetime | None = None  # when it took its present value; None = always so since it was first recorded
    before: Any = None
    change_words: str = ""  # "since 12 Mar 2026; was 1" / "same since 3 Jan 2026"
    notable: bool = False  # there now, or changed in the last four weeks: print these first


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A rule that holds today, with its source. Quiet ones are shown too, marked."""

    rule: str
    version: str
    urgency: str  # vocabulary URGENCIES
    urgency_words: str
    words: str  # for a clinician: what holds, with the person's numbers
    source: str
    quiet: bool
    quiet_words: str = ""  # "quiet after an examination" / ""
    threshold: str = ""


@dataclass(frozen=True, slots=True)
class EventLine:
    """An examination or another event; ``detail`` is what the patient was told or wrote."""

    id: str
    at: datetime
    kind: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure before and after a treatment; None = not recorded on that side."""

    measure: str  # "size", "pain", "redness"
    label: str
    before: float | None
    after: float | None
    words: str  # "Pain 6 → 2 after 48 hours"


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment with what was there before and after. ``effects`` is empty where no entry lies on either side."""

    event: EventLine
    effects: tuple[Effect, ...]
    words: str  # all effects in one sentence, or "nothing was logged soon after"


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart. Every row has as many cells as the header; an empty cell is "" (not recorded)."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str


@dataclass(frozen=True)
class Chart:
    """A picture, a sentence and a table of the same numbers. Drawing waits until ``svg()`` or ``png()`` is called, for
    matplotlib takes seconds to load: a page prints ``<img>`` with a URL of its own and only that URL draws.

    The same facts always give the same bytes. ``width`` and ``height`` are CSS pixels for the ``<img>``.
    """

    key: str  # "trend" (each lump), "overview" (the report, several lumps); used in the image's URL
    title: str
    sentence: str  # also the image's alt text
    tell: Callable[[], Table]
    width: int
    height: int
    draw: Callable[[str], bytes]  # "svg" or "png"
    narrow: "Chart | None" = None  # the same, drawn for a phone

    @cached_property
    def table(self) -> Table:
        """The same numbers; written when first asked for, since whoever wants only the picture does without."""
        return self.tell()

    def svg(self) -> bytes:
        """An SVG document, without script; for <img> or a PDF."""
        return self.draw("svg")

    def png(self) -> bytes:
        """A PNG at twice the CSS size, for mail and for old browsers."""
        return self.draw("png")


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A photo that may be shown, by its id alone: whoever serves the bytes checks access again."""

    id: str
    entry: str
    taken_at: datetime
    words: str  # "Tuesday 3 March 2026"
    size: str = ""  # what was measured with it: "24 × 19 mm"


@dataclass(frozen=True, slots=True)
class PhotoDay:
    """The photos of one day in the person's zone."""

    day: date
    words: str
    photos: tuple[PhotoLine, ...]


@dataclass(frozen=True, slots=True)
class RednessReading:
    """One photo with the card: a* of the lump less that of the skin beside it, and half the width of its 95 % interval."""

    photo: str
    at: datetime
    difference: float
    plus_minus: float


@dataclass(frozen=True, slots=True)
class PhotoRedness:
    """Redness measured in photos, oldest reading first. ``trend`` is None while it is too early."""

    readings: tuple[RednessReading, ...]
    words: str  # "Latest: 4.2 ± 1.2 on 3 March 2026. Trend: too early to say."
    note: str  # what is measured, and on dark skin how little it says
    table: Table  # newest first
    trend: RednessTrend | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry or event of the log, newest first. ``facts`` are (label, words) of all that was recorded."""

    id: str
    at: datetime
    kind: str  # "entry" or a vocabulary EVENT_KINDS value
    title: str  # "Entry", "Ultrasound"
    facts: tuple[tuple[str, str], ...]
    note: str = ""  # only when the scope allows notes
    words: str = ""  # facts in one line


@dataclass(frozen=True, slots=True)
class LumpReport:
    """All about one lump. ``size`` is None where no size was ever recorded."""

    id: str
    name: str
    where: Where
    size: SizeNow | None
    changes: tuple[Change, ...]  # first, 12 weeks, 4 weeks; empty without a size
    rate: Rate
    symptoms: tuple[Symptom, ...]  # notable ones first
    findings: tuple[FindingLine, ...]  # highest urgency first; may be empty
    findings_words: str  # "" or "No rule matched. That is not the same as a check-up."
    examinations: tuple[EventLine, ...]
    treatments: tuple[Treatment, ...]
    charts: tuple[Chart, ...]
    photos: tuple[PhotoDay, ...]  # newest day first; () when photos are not shared
    log: tuple[LogLine, ...]
    redness: PhotoRedness | None = None  # None where photos are not shared, or none of them was measured
    entries: int = 0
    last_at: datetime | None = None

    def chart(self, key: str) -> Chart | None:
        """The chart of that key, or None."""
        return next((chart for chart in self.charts if chart.key == key), None)


@dataclass(frozen=True, slots=True)
class Report:
    """What one doctor is shown about one person. ``fingerprint`` is SHA-256 (hex, 16 characters) of the facts shown."""

    made_at: datetime
    who: Who
    lumps: tuple[LumpReport, ...]
    overview: Chart | None  # small multiples, when there are several lumps
    measured_words: str  # "All sizes were measured at home by the patient, unless another method is named."
    footer: str  # "Made by the patient with Lump Diary, not a diagnosis."
    fingerprint: str = ""
    since: date | None = None  # when set, nothing from before this day is shown
    photos_shared: bool = False
    notes_shared: bool = False
    holds_until: datetime | None = None  # from then on time alone may bring or end a finding; None: it will not

    def lump(self, lump_id: str) -> LumpReport | None:
        """The lump of that id, or None where it is not in this report."""
        return next((lump for lump in self.lumps if lump.id == str(lump_id)), None)
