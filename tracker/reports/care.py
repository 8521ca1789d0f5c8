"""Examinations, and treatments with what was there before and after."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from tracker.reports import labels
from tracker.reports.shapes import Effect, EventLine, Treatment
from tracker.rules.facts import Entry, Event, History

EXAMINED = ("examined", "ultrasound", "mri", "ct", "biopsy", "needle_aspiration")
TREATED = (
    "antibiotics_started", "antibiotics_stopped", "drained", "removed", "surgery", "radiotherapy", "chemotherapy",
)  # fmt: skip
Read = Callable[[Entry], float | None]
BEFORE = timedelta(days=14)
# After what time the answer is looked for, and until when. Antibiotics: NICE NG141, no better after 2-3 days is a
# reason to be seen again; a wound needs two days before its pain counts (docs/clinical.md); radiation works over weeks.
AFTER = {
    "antibiotics_started": (timedelta(hours=24), timedelta(days=7), timedelta(hours=72)),
    "radiotherapy": (timedelta(days=14), timedelta(days=90), timedelta(days=42)),
    "chemotherapy": (timedelta(days=14), timedelta(days=90), timedelta(days=42)),
}
AFTER_OTHERS = (timedelta(hours=48), timedelta(days=28), timedelta(days=7))
CUT = ("drained", "removed", "surgery")


def event_line(event: Event) -> EventLine:
    """An event with its name in words."""
    return EventLine(event.id, event.at, event.kind, labels.word(labels.EVENTS, event.kind), event.detail)


def examinations_of(history: History) -> tuple[EventLine, ...]:
    """Examinations with what the patient was told, newest first."""
    return tuple(event_line(event) for event in reversed(history.events) if event.kind in EXAMINED)


def treatments_of(history: History) -> tuple[Treatment, ...]:
    """Treatments with size, pain and redness before and after, newest first."""
    return tuple(_treatment(event, history) for event in reversed(history.events) if event.kind in TREATED)


def _treatment(event: Event, history: History) -> Treatment:
    if event.kind == "antibiotics_stopped":
        return Treatment(event_line(event), (), "")
    measures: tuple[tuple[str, str, Read], ...] = (
        ("size", _("Size"), longest),
        ("pain", _("Pain"), lambda entry: entry.pain),
        ("redness", _("Redness"), lambda entry: entry.redness),
        ("tenderness", _("Tenderness"), lambda entry: entry.tenderness),
    )
    found = [_effect(event, history, *measure) for measure in measures]
    effects = [effect for effect in found if effect is not None]
    if event.kind in CUT and (later := _since(event, history)):
        effects.append(later)
    words = "; ".join(effect.words for effect in effects)
    return Treatment(event_line(event), tuple(effects), words or _("nothing was logged soon before and after"))


def longest(entry: Entry) -> float | None:
    """The longer of length and width in mm; the depth where it is all there is; None without a size."""
    known = [mm for mm in (entry.length_mm, entry.width_mm) if mm is not None]
    return max(known) if known else entry.depth_mm


def _effect(event: Event, history: History, name: str, label: str, read: Read) -> Effect | None:
    earliest, latest, best = AFTER.get(event.kind, AFTER_OTHERS)
    # what came after the next operation is that one's doing
    latest = min([latest, *(cut.at - event.at for cut in history.events if cut.kind in CUT and cut.at > event.at)])
    told = [(entry.at - event.at, found) for entry in history.entries if (found := read(entry)) is not None]
    before = [(gap, found) for gap, found in told if -BEFORE <= gap < timedelta()]
    after = [(gap, found) for gap, found in told if earliest <= gap <= latest]
    if not before or not after:
        return None
    gap, then = min(after, key=lambda pair: abs(pair[0] - best))
    return Effect(name, label, before[-1][1], then, _effect_words(name, label, before[-1][1], then, gap))


def _effect_words(name: str, label: str, before: float, after: float, gap: timedelta) -> str:
    one, two = _value(name, before), _value(name, after)
    hours = gap.total_seconds() / 3600
    time = _("%(n)s hours") % {"n": labels.number(hours)} if hours < 96 else labels.span(hours / 24)
    return _("%(label)s %(before)s → %(after)s after %(time)s") % {
        "label": label, "before": one, "after": two, "time": time,
    }  # fmt: skip


def _value(name: str, value: float) -> str:
    if name == "size":
        return f"{labels.mm(value)} mm"
    return labels.word(labels.GRADES, int(value)) if name != "pain" else labels.number(value)


def _since(event: Event, history: History) -> Effect | None:
    """Regrowth: the first and the latest size after it, until the next cut."""
    ends = [later.at for later in history.events if later.kind in CUT and later.at > event.at]
    sizes = [
        (entry.at, mm)
        for entry in history.entries
        if entry.at > event.at and (not ends or entry.at < ends[0]) and (mm := longest(entry)) is not None
    ]
    if len(sizes) < 2:
        return None
    (start, first), (end, last) = sizes[0], sizes[-1]
    words = _("since then %(first)s → %(last)s within %(time)s") % {
        "first": _value("size", first),
        "last": _value("size", last),
        "time": labels.span((end - start).total_seconds() / 86_400),
    }
    return Effect("size_since", _("Size since then"), first, last, words)
