"""The bundle: who, where, what was observed, the pictures and the report that go with it, and who made it."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.models import Lump, Photo
from tracker.reports import labels
from tracker.reports.build import Gathered, fingerprint_of, gather
from tracker.reports.care import EXAMINED, TREATED
from tracker.reports.fhir.codes import KEY, LOWER_BACK, MASS, answer, coding
from tracker.reports.fhir.observations import Frame, observations_of, reference, urn
from tracker.reports.log import notes_of, shared_photos
from tracker.reports.shapes import Scope
from tracker.rules.facts import Event

MOST_PHOTOS = 100  # the newest; all are held at once
Resource = tuple[str, dict[str, Any]]


def bundle_for(
    lumps: Sequence[Lump],
    scope: Scope,
    *,
    picture: Callable[[Photo], bytes | None],
    report: bytes | None = None,
) -> dict[str, Any]:
    """A FHIR R4 Bundle (type collection) of these lumps of one person, as plain values ready for JSON.

    ``scope`` decides what is in it, as in `report_for`; ``picture`` gives a photo's JPEG (None: its file is gone) and
    is asked only for those the scope shares; ``report`` is the PDF. Needs ``lump.person``. There is never a Condition:
    a diary concludes nothing.
    """
    gathered = gather(lumps, scope)
    resources = list(_resources(gathered, scope, picture, report))
    person = str(lumps[0].person_id)
    mark = fingerprint_of(lumps[0].person, gathered, scope)
    resources.append(_provenance(person, [address for address, _body in resources], scope.at, mark))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": "urn:lump-diary:fingerprint", "value": mark},
        "timestamp": _instant(scope.at),
        "entry": [{"fullUrl": address, "resource": body} for address, body in resources],
    }


def _resources(
    gathered: list[Gathered], scope: Scope, picture: Callable[[Photo], bytes | None], report: bytes | None
) -> Iterator[Resource]:
    lumps = [one.lump for one in gathered]
    person = str(lumps[0].person_id)
    yield urn(person), _patient(gathered[0])
    notes = notes_of(lumps) if scope.notes else {}
    photos: dict[str, list[str]] = {}
    for photo in list(shared_photos(lumps, scope).reverse()[:MOST_PHOTOS]):
        if (data := picture(photo)) is not None:
            photos.setdefault(str(photo.entry_id), []).append(urn(str(photo.pk)))
            yield urn(str(photo.pk)), _picture(photo, person, data)
    for one in gathered:
        yield urn(str(one.lump.pk)), _place(one)
        yield from _told(one)
        yield from _observed(one, notes, photos)
        yield from (_deed(event, one) for event in one.history.events if event.kind in (*TREATED, *EXAMINED))
    if report is not None:
        yield urn(person, "report"), _document(person, report, "application/pdf", _("Report for a doctor"), scope.at)


def _patient(one: Gathered) -> dict[str, Any]:
    person = one.lump.person
    body: dict[str, Any] = {"resourceType": "Patient", "name": [{"text": person.name}]}
    if person.sex:
        body["gender"] = person.sex  # the same three words
    if person.birth_year:
        body["birthDate"] = str(person.birth_year)
    return body


def _place(one: Gathered) -> dict[str, Any]:
    history = one.history
    location: dict[str, Any] = {"coding": [{"system": f"{KEY}:site", "code": history.site}]}
    if history.site == "lower_back":
        location["coding"].insert(0, coding(LOWER_BACK))
    location["text"] = labels.word(labels.SITES, history.site)
    sides = (("side", history.side, labels.SIDES), ("depth", history.depth, labels.DEPTHS))
    return {
        "resourceType": "BodyStructure",
        "morphology": {"coding": [coding(MASS)], "text": _("Lump")},
        "location": location,
        "locationQualifier": [answer(key, value, labels.word(words, value)) for key, value, words in sides if value],
        "description": one.lump.name,
        "patient": reference(str(one.lump.person_id)),
    }


def _told(one: Gathered) -> Iterator[Resource]:
    """Since when and after what the lump is there, and the conditions the patient named."""
    history, found = one.history, list[tuple[str, str, dict[str, Any]]]()
    if history.first_noticed_on:
        day = {"valueDateTime": history.first_noticed_on.isoformat()}
        found.append(("first_noticed_on", _("Lump first noticed"), day))
    if history.noticed_after:
        words = labels.word(labels.NOTICED_AFTER, history.noticed_after)
        value = {"valueCodeableConcept": answer("noticed_after", history.noticed_after, words)}
        found.append(("noticed_after", _("Lump noticed after"), value))
    if history.conditions is not None:
        concepts = [answer("conditions", each, labels.word(labels.CONDITIONS, each)) for each in history.conditions]
        parts = [{"code": each, "valueBoolean": True} for each in sorted(concepts, key=lambda each: each["text"])]
        none = {"valueCodeableConcept": answer("conditions", "none", labels.listed(labels.CONDITIONS, ()))}
        found.append(("conditions", _("Conditions the patient named"), {"component": parts} if parts else none))
    frame = _frame(one)
    yield from ((urn(str(one.lump.pk), key), frame.about(key, text, **value)) for key, text, value in found)


def _frame(one: Gathered) -> Frame:
    zone = labels.zone_of(one.history.timezone)
    place = labels.word(labels.SITES, one.history.site)
    return Frame(str(one.lump.person_id), str(one.lump.pk), place, lambda entry: _stamp(entry.at, zone))


def _observed(one: Gathered, notes: dict[str, str], photos: dict[str, list[str]]) -> Iterator[Resource]:
    frame = _frame(one)
    doubts = {one.readings.entries[index].id: why for index, why in one.readings.doubted.items()}
    for entry in one.history.entries:
        taken = photos.get(entry.id, [])
        yield from observations_of(
            entry, frame, doubt=doubts.get(entry.id), note=notes.get(entry.id, ""), photos=taken
        )  # fmt: skip


def _deed(event: Event, one: Gathered) -> Resource:
    """An examination or a treatment, as the patient told of it."""
    words = labels.word(labels.EVENTS, event.kind)
    body: dict[str, Any] = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": answer("event", event.kind, words),
        "subject": reference(str(one.lump.person_id)),
        "performedDateTime": _stamp(event.at, labels.zone_of(one.history.timezone)),
        "asserter": reference(str(one.lump.person_id)),
        "bodySite": [{"text": labels.word(labels.SITES, one.history.site)}],
    }
    if event.detail:
        body["note"] = [{"text": event.detail}]
    return urn(event.id), body


def _picture(photo: Photo, person: str, data: bytes) -> dict[str, Any]:
    at = photo.taken_at or photo.entry.measured_at
    return _document(person, data, "image/jpeg", _("Photo of the lump"), at)


def _document(person: str, data: bytes, kind: str, title: str, at: datetime) -> dict[str, Any]:
    attachment = {
        "contentType": kind,
        "data": base64.b64encode(data).decode(),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),  # FHIR asks for SHA-1
        "title": title,
        "creation": _stamp(at, ZoneInfo("UTC")),
    }
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"text": title},
        "subject": reference(person),
        "date": _instant(at),
        "author": [reference(person)],
        "content": [{"attachment": attachment}],
    }


def _provenance(person: str, targets: list[str], at: datetime, mark: str) -> Resource:
    """Who made all this: the patient, with this diary."""
    role = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    return urn(person, "provenance", mark), {
        "resourceType": "Provenance",
        "target": [{"reference": target} for target in targets],
        "recorded": _instant(at),
        "agent": [
            {"type": {"coding": [{"system": role, "code": "author"}]}, "who": reference(person)},
            {"type": {"coding": [{"system": role, "code": "assembler"}]}, "who": {"display": "Lump Diary"}},
        ],
    }


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
