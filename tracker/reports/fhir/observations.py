"""One entry as FHIR Observations: the size as a panel, then one for every other key that was recorded."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from analytics.noise import sigma_log
from analytics.series import AXES
from tracker.reports import labels
from tracker.reports.fhir.codes import CATEGORY, answer, concept, quantity
from tracker.reports.sizes import doubt_words, method_words
from tracker.reports.symptoms import SORTS
from tracker.rules.facts import Entry

LISTS = ("skin", "unwell")
WORDS = ("discharge", "shape", "firmness", "mobility")


class Frame:
    """What all observations of one lump share: whose they are, of which place, by whom, and when."""

    def __init__(self, person: str, lump: str, place: str, stamp: Callable[[Entry], str]) -> None:
        self.person, self.lump, self.place, self.stamp = person, lump, place, stamp

    def of(self, entry: Entry, key: str, text: str, **value: Any) -> tuple[str, dict[str, Any]]:
        """An observation of ``key`` at this entry, and its address."""
        return urn(entry.id, key), self.about(key, text, effectiveDateTime=self.stamp(entry), **value)

    def about(self, key: str, text: str, **value: Any) -> dict[str, Any]:
        """An observation of no one moment."""
        kind = "vital-signs" if key == "temperature_c" else "survey"
        return {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": CATEGORY, "code": kind}]}],
            "code": concept(key, text),
            "subject": reference(self.person),
            "focus": [reference(self.lump)],
            "performer": [reference(self.person)],
            "bodySite": {"text": self.place},
            **value,
        }


def observations_of(
    entry: Entry, frame: Frame, *, doubt: str | None, note: str, photos: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(address, resource) of everything this entry recorded; ``photos`` are addresses of the pictures taken with it."""
    if entry.has_size:
        yield _size(entry, frame, doubt, photos)
    for sort in SORTS:
        value = getattr(entry, sort.name)
        if value is not None:
            yield frame.of(entry, sort.name, str(sort.label), **_value(sort.name, value, sort.words))
    if entry.redness_beyond_mm is not None:
        size = {"valueQuantity": quantity("redness_beyond_mm", entry.redness_beyond_mm)}
        yield frame.of(entry, "redness_beyond_mm", _("Redness reaches beyond the lump"), **size)
    if note:
        yield frame.of(entry, "note", _("Note of the patient"), valueString=note)


def _size(entry: Entry, frame: Frame, doubt: str | None, photos: list[str]) -> tuple[str, dict[str, Any]]:
    parts = []
    for axis, mm in zip(AXES, entry.sizes_mm, strict=True):
        if mm is not None:
            sd = float(sigma_log(mm, entry.method)) * mm
            key = f"{axis}_mm"
            text = _("Lump: %(axis)s") % {"axis": labels.word(labels.AXES, axis).lower()}
            parts.append({"code": concept(key, text), "valueQuantity": quantity(key, mm, sd)})
    said: dict[str, Any] = {"component": parts, "method": _method(entry)}
    if doubt:
        said["note"] = [{"text": doubt_words(doubt)}]
    if photos:
        said["derivedFrom"] = [{"reference": photo} for photo in photos]
    return frame.of(entry, "size", _("Lump: size"), **said)


def _method(entry: Entry) -> dict[str, Any]:
    known = [] if entry.method is None else answer("method", entry.method, "")["coding"]
    return {**({"coding": known} if known else {}), "text": method_words(entry.method)}


def _value(key: str, value: Any, words: Callable[[Any], str]) -> dict[str, Any]:
    """`value[x]` of an observation; a list of answers becomes components, an empty one "none"."""
    if key in LISTS:
        if not value:
            return {"valueCodeableConcept": answer(key, "none", words(value))}
        return {"component": [_yes(key, each, words) for each in sorted(value)]}
    if key in WORDS:
        return {"valueCodeableConcept": answer(key, value, words(value))}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if key in ("pain", "temperature_c"):
        return {"valueQuantity": quantity(key, value)}
    return {"valueInteger": value}  # 0 none, 1 slight, 2 clear, 3 severe


def _yes(key: str, value: str, words: Callable[[Any], str]) -> dict[str, Any]:
    return {"code": answer(key, value, words([value])), "valueBoolean": True}


def urn(*parts: str) -> str:
    """The address of a resource inside its bundle: an id of the diary's, or one made from it that stays the same."""
    first, *rest = parts
    return f"urn:uuid:{uuid5(UUID(first), ' '.join(rest)) if rest else UUID(first)}"


def reference(*parts: str) -> dict[str, str]:
    return {"reference": urn(*parts)}
