"""The log of a lump, and its photos by date."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.models import Entry, Lump, Photo
from tracker.reports import labels
from tracker.reports.shapes import LogLine, PhotoDay, PhotoLine, Scope
from tracker.reports.sizes import axes_words, size_words, sizes_of
from tracker.reports.symptoms import facts_of
from tracker.rules.facts import Entry as EntryFact
from tracker.rules.facts import Event, History


def log_of(history: History, notes: dict[str, str]) -> tuple[LogLine, ...]:
    """Entries and events, newest first; ``notes`` by the entry's id (empty where they are not shared)."""
    lines = [_entry_line(entry, notes.get(entry.id, "")) for entry in history.entries]
    lines += [_event_line(event) for event in history.events]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _entry_line(entry: EntryFact, note: str) -> LogLine:
    facts: tuple[tuple[str, str], ...] = ()
    if entry.has_size:
        errors = ", ".join(size.words for size in sizes_of(entry))
        method = labels.word(labels.METHODS, entry.method)
        facts = ((_("Size"), f"{size_words(entry)} ({errors}; {method})"),)
    facts += facts_of(entry)
    words = "; ".join(f"{label}: {value}" for label, value in facts)
    return LogLine(entry.id, entry.at, "entry", _("Entry"), facts, note, words or _("nothing recorded"))


def _event_line(event: Event) -> LogLine:
    return LogLine(
        event.id, event.at, event.kind, capfirst(labels.word(labels.EVENTS, event.kind)), (), "", event.detail
    )


def notes_of(lumps: Iterable[Lump]) -> dict[str, str]:
    """The notes of all entries that have one, by the entry's id."""
    rows = Entry.objects.kept().filter(lump__in=list(lumps)).exclude(note__isnull=True).exclude(note="")
    return {str(pk): note for pk, note in rows.values_list("id", "note")}


def shared_photos(lumps: Iterable[Lump], scope: Scope) -> QuerySet[Photo]:
    """The photos this scope may show: ready, kept, not marked never-share, of kept entries since the day allowed.

    The one place that decides it; whoever serves a photo's bytes asks here too. None at all without ``scope.photos``.
    The lumps are of one person, and need ``lump.person``.
    """
    lumps = list(lumps)
    photos = Photo.objects.kept().filter(
        entry__lump__in=lumps, entry__deleted_at__isnull=True, entry__measured_at__lte=scope.at,
        state=Photo.READY, never_share=False,
    )  # fmt: skip
    if not scope.photos or not lumps:
        return photos.none()
    start = scope.starts_at(labels.zone_of(lumps[0].person.timezone))
    if start is not None:
        photos = photos.filter(entry__measured_at__gte=start)
    return photos.select_related("entry").order_by("entry__measured_at", "id")


def photo_days(lumps: Iterable[Lump], photos: Iterable[Photo]) -> dict[UUID, tuple[PhotoDay, ...]]:
    """These photos by lump and by day in the person's zone, newest day first."""
    lumps = list(lumps)
    days: dict[UUID, dict[date, list[PhotoLine]]] = {lump.pk: {} for lump in lumps}
    for photo in photos:
        day = photo.entry.measured_at.astimezone(labels.zone_of(lumps[0].person.timezone)).date()
        at = photo.taken_at or photo.entry.measured_at
        sizes = axes_words((photo.entry.length_mm, photo.entry.width_mm, photo.entry.depth_mm))
        line = PhotoLine(str(photo.pk), str(photo.entry_id), at, labels.weekday(day), sizes)
        days[photo.entry.lump_id].setdefault(day, []).append(line)
    return {
        lump: tuple(PhotoDay(day, labels.weekday(day), tuple(found[day])) for day in sorted(found, reverse=True))
        for lump, found in days.items()
    }
