"""The FHIR bundle: it validates, leads back to every value of the diary, and holds nothing that was not shared."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from tests.cast import Cast, make_cast, make_entry

if TYPE_CHECKING:
    from tracker.models import Entry

KEY = "urn:lump-diary:entry"
FULL: dict[str, Any] = {
    "length_mm": 24.5, "width_mm": 19.0, "depth_mm": 11.0, "method": "photo_card", "pain": 4, "tenderness": 2,
    "pain_out_of_proportion": False, "redness": 3, "redness_beyond_mm": 12.0, "spreading": True, "red_streaks": False,
    "warmth": True, "discharge": "pus", "temperature_c": 38.4, "shivery": True, "shape": "oval", "firmness": "firm",
    "mobility": "fixed", "skin": ["broken", "bruised"], "unwell": [], "note": "secret note",
}  # fmt: skip
CODES = {  # as in the clinical text: width and depth are easily swapped
    "length_mm": "39126-8", "width_mm": "39125-0", "depth_mm": "39127-6", "pain": "72514-3", "temperature_c": "8310-5",
    "redness": "247441003", "warmth": "17038008", "size": "72287-6",
}  # fmt: skip


@pytest.fixture
def cast(db: Any) -> Cast:
    return make_cast()


@pytest.fixture
def full(cast: Cast) -> Entry:
    """An entry with a value under every key."""
    return make_entry(cast.lump, days_ago=2, **FULL)


def bundle(cast: Cast, **query: Any) -> dict[str, Any]:
    answer = cast.alice.token.read(f"/api/people/{cast.person.pk}/fhir/", **query)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/fhir+json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def resources(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in found["entry"] if entry["resource"]["resourceType"] == kind]


def attachments(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    every = [each["content"][0]["attachment"] for each in resources(found, "DocumentReference")]
    return [each for each in every if each["contentType"] == kind]


def key_of(code: dict[str, Any]) -> str:
    return next(str(each["code"]) for each in code["coding"] if each["system"].startswith(KEY))


def read_back(found: dict[str, Any], at: str) -> dict[str, Any]:
    """The entry of that moment, from its observations alone, by what docs/fhir.md says."""
    entry: dict[str, Any] = {}
    for seen in resources(found, "Observation"):
        if seen.get("effectiveDateTime") != at:
            continue
        key = key_of(seen["code"])
        if key == "size":
            entry |= {key_of(part["code"]): part["valueQuantity"]["value"] for part in seen["component"]}
            entry["method"] = key_of(seen["method"])
        elif "component" in seen:
            entry[key] = [key_of(part["code"]) for part in seen["component"]]
        elif "valueCodeableConcept" in seen:
            value = key_of(seen["valueCodeableConcept"])
            entry[key] = [] if key in ("skin", "unwell") else value
        elif "valueQuantity" in seen:
            entry[key] = seen["valueQuantity"]["value"]
        else:
            entry[key] = next(value for name, value in seen.items() if name.startswith("value"))
    return entry


def test_it_validates_and_every_reference_leads_somewhere(cast: Cast, full: Entry) -> None:
    found = bundle(cast, notes=1)
    Bundle.model_validate(found)
    addresses = [entry["fullUrl"] for entry in found["entry"]]
    assert len(set(addresses)) == len(addresses)
    referred = {part["reference"] for part in _references(found)}
    assert referred <= set(addresses)
    assert {f"urn:uuid:{cast.person.pk}", f"urn:uuid:{cast.lump.pk}"} <= referred


def _references(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _references(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if "reference" in part else []
    return own + [found for each in part.values() for found in _references(each)]


def test_every_value_comes_back(cast: Cast, full: Entry) -> None:
    found = bundle(cast, notes=1)
    at = next(
        seen["effectiveDateTime"] for seen in resources(found, "Observation") if seen.get("valueString") == FULL["note"]
    )
    assert read_back(found, at) == FULL
    assert datetime.fromisoformat(at) == full.measured_at.replace(microsecond=0)


def test_it_carries_the_codes_the_units_and_the_error(cast: Cast, full: Entry) -> None:
    seen = [each for each in resources(bundle(cast), "Observation") if each.get("effectiveDateTime")]
    coded = {key_of(each["code"]): each["code"]["coding"][0]["code"] for each in seen}
    size = next(each for each in seen if key_of(each["code"]) == "size" and len(each["component"]) == 3)
    coded |= {key_of(part["code"]): part["code"]["coding"][0]["code"] for part in size["component"]}
    assert {key: coded[key] for key in CODES} == CODES
    length = size["component"][0]["valueQuantity"]
    assert (length["system"], length["code"]) == ("http://unitsofmeasure.org", "mm")
    sd = next(each["valueDecimal"] for each in length["extension"] if each["url"].endswith("iso21090-uncertainty"))
    assert 0.5 < sd < 5
    assert "measured at home by the patient" in size["method"]["text"]


def test_nothing_is_concluded_and_notes_and_photos_wait_to_be_asked_for(cast: Cast, full: Entry) -> None:
    found = bundle(cast)
    kinds = {entry["resource"]["resourceType"] for entry in found["entry"]}
    assert kinds == {"Patient", "BodyStructure", "Observation", "Procedure", "DocumentReference", "Provenance"}
    assert FULL["note"] not in json.dumps(found)


def test_photos_come_with_those_who_may_see_them_and_never_the_kept_back(cast: Cast, full: Entry) -> None:
    from tests.gates.world import picture
    from tracker.actions import photo_work, photos
    from tracker.models import Photo
    from tracker.models.base import uuid7

    shown, kept_back = uuid7(), uuid7()
    for pk in (shown, kept_back):
        photos.attach_photo(user=cast.alice.user, pk=pk, entry_id=full.pk, data=picture())
        photo_work.process_photo(pk=pk)
    Photo.objects.filter(pk=kept_back).update(never_share=True)
    found = bundle(cast, photos=1)
    Bundle.model_validate(found)
    (attachment,) = attachments(found, "image/jpeg")
    assert base64.b64decode(attachment["data"])[:3] == b"\xff\xd8\xff"
    size = next(each for each in resources(found, "Observation") if "derivedFrom" in each)
    assert size["derivedFrom"] == [{"reference": f"urn:uuid:{shown}"}]
    victors = cast.victor.token.read(f"/api/people/{cast.person.pk}/fhir/", photos=1)
    assert b"image/jpeg" not in victors.content and b"application/pdf" in victors.content


def test_the_report_lies_in_it_without_the_photos_and_the_notes(cast: Cast, full: Entry) -> None:
    found = bundle(cast, photos=1, notes=1)
    (attachment,) = attachments(found, "application/pdf")
    data = base64.b64decode(attachment["data"])
    assert attachment["hash"] == base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    assert b"/DCTDecode" not in data
    document = pypdfium2.PdfDocument(data)
    try:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    assert "not a diagnosis" in text and FULL["note"] not in text
    assert found["identifier"]["value"] in text
    one = next(each for each in found["entry"] if each["resource"]["resourceType"] == "Provenance")["resource"]
    documents = {each["fullUrl"] for each in found["entry"] if each["resource"]["resourceType"] == "DocumentReference"}
    assert documents and documents <= {target["reference"] for target in one["target"]}


def test_other_lumps_and_bad_wishes(cast: Cast) -> None:
    from tests.cast import make_lump

    other = make_lump(cast.person, "Neck", site="neck")
    make_entry(other, measured_at=timezone.now() - timedelta(days=9), pain=9)
    path = f"/api/people/{cast.person.pk}/fhir/"
    one = bundle(cast, lumps=str(cast.lump.pk))
    assert [each["description"] for each in resources(one, "BodyStructure")] == ["Lower back"]
    assert len(resources(bundle(cast), "BodyStructure")) == 2
    assert cast.alice.token.read(path, photos="yes").status_code == 400
    assert cast.alice.token.read(path, lumps="1").status_code == 400
    assert cast.alice.token.read(path, lumps=str(cast.bobs_lump.pk)).status_code == 404
