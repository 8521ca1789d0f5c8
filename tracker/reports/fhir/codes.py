"""Codes of the outside world, and our own beside them. Sources: LOINC, SNOMED CT and UCUM, as listed in docs/fhir.md."""

from typing import Any

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
KEY = "urn:lump-diary:entry"  # code systems of ours: the keys of docs/format.md, and the values of each
UNCERTAINTY = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"
UNCERTAINTY_TYPE = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertaintyType"

MASS = (SNOMED, "300848003", "Mass of body structure")
LOWER_BACK = (SNOMED, "37822005", "Lower back structure")

# Standard codes of the keys that have one. Length, width and depth are LOINC's "of wound", so ours says what was measured.
STANDARD: dict[str, tuple[str, str, str]] = {
    "size": (LOINC, "72287-6", "Wound size panel"),
    "length_mm": (LOINC, "39126-8", "Length of Wound"),
    "width_mm": (LOINC, "39125-0", "Width of Wound"),
    "depth_mm": (LOINC, "39127-6", "Depth of Wound"),
    "pain": (LOINC, "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
    "temperature_c": (LOINC, "8310-5", "Body temperature"),
    "redness": (SNOMED, "247441003", "Erythema"),
    "warmth": (SNOMED, "17038008", "Increased skin temperature"),
}
PUS = (SNOMED, "307491001", "Purulent discharge")
UNITS: dict[str, tuple[str, str]] = {  # key → unit in words, UCUM code
    "length_mm": ("mm", "mm"),
    "width_mm": ("mm", "mm"),
    "depth_mm": ("mm", "mm"),
    "redness_beyond_mm": ("mm", "mm"),
    "temperature_c": ("°C", "Cel"),
    "pain": ("score", "{score}"),
}


def coding(code: tuple[str, str, str]) -> dict[str, str]:
    system, value, display = code
    return {"system": system, "code": value, "display": display}


def concept(key: str, text: str) -> dict[str, Any]:
    """What an observation is about: the standard code where there is one, our key, and words."""
    own = {"system": KEY, "code": key}
    known = [coding(STANDARD[key])] if key in STANDARD else []
    return {"coding": [*known, own], "text": text}


def quantity(key: str, value: float, sd: float | None = None) -> dict[str, Any]:
    """A number with its unit, and with its standard deviation where that is known."""
    unit, code = UNITS[key]
    found: dict[str, Any] = {"value": value, "unit": unit, "system": UCUM, "code": code}
    if sd is not None:
        found["extension"] = [
            {"url": UNCERTAINTY, "valueDecimal": round(sd, 2)},
            {"url": UNCERTAINTY_TYPE, "valueCode": "N"},  # normal: the standard deviation
        ]
    return found


def answer(key: str, value: str, text: str) -> dict[str, Any]:
    """One of the words an entry may hold under a key."""
    own = {"system": f"{KEY}:{key}", "code": value}
    known = [coding(PUS)] if (key, value) == ("discharge", "pus") else []
    return {"coding": [*known, own], "text": text}
