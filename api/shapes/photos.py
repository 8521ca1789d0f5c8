"""Photos, what is drawn in them, and what they measure."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, OneOf, Schema, Shape, Strict, Text, Whole, YesNo, maybe
from api.shapes.base import Answer, Body

FAR = 1_000.0  # mm; no flat picture is so large
POINT: Schema = {
    "type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number", "minimum": 0, "maximum": FAR},
}  # fmt: skip
TIME = {"type": "string", "format": "date-time"}
MM = {"type": "number", "minimum": 0}
REASONS = ("no_card", "one_strip", "too_tilted", "too_blurred", "too_dark", "glare", "print_scale", "no_outline")
# what of an analysis is told, and nothing else that may stand in it
ANALYSIS_KEYS = (
    "version", "ok", "reason", "tilt_deg", "mm_per_px", "print_percent", "flat", "outline", "ends", "length_mm", "length_sd",
    "width_mm", "width_sd", "dome_mm", "dome_sd", "redness", "redness_sd", "dark_skin", "corrected",
)  # fmt: skip


def is_point(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    numbers = (isinstance(number, int | float) and not isinstance(number, bool) for number in value)
    return all(numbers) and all(math.isfinite(number) and 0 <= number <= FAR for number in value)


class Points(Strict):
    """A list of points, mm in the flat picture."""

    default_error_messages = {
        "invalid": _("This must be a list of {least} to {most} points in mm, such as [12.5, 30].")
    }

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> list[list[float]]:
        good = isinstance(data, list) and self.least <= len(data) <= self.most
        if not good or not all(is_point(point) for point in data):
            self.fail("invalid", least=self.least, most=self.most)
        return [[round(float(number), 3) for number in point] for point in data]

    def schema(self) -> Schema:
        return {"type": "array", "minItems": self.least, "maxItems": self.most, "items": POINT}


class Ends(Strict):
    """The ends of the length and, where wanted, of the width: two points each."""

    default_error_messages = {"invalid": _("This must hold two points for length, and may hold two for width.")}

    def to_internal_value(self, data: Any) -> dict[str, list[list[float]]]:
        good = isinstance(data, dict) and "length" in data and set(data) <= {"length", "width"}
        if not good or not all(
            isinstance(pair, list) and len(pair) == 2 and all(map(is_point, pair)) for pair in data.values()
        ):
            self.fail("invalid")
        return {axis: [[round(float(n), 3) for n in point] for point in pair] for axis, pair in data.items()}

    def schema(self) -> Schema:
        pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": POINT}
        return {
            "type": "object", "properties": {"length": pair, "width": pair}, "required": ["length"],
            "additionalProperties": False,
        }  # fmt: skip


@extend_schema_serializer(component_name="PhotoFlags")
class PhotoBody(Body):
    said_besides = {"required": ["never_share"]}

    never_share = YesNo(help_text="Kept out of every link and report. Only the diary's owner may take it back.")


@extend_schema_serializer(component_name="PhotoOutline")
class OutlineBody(Body):
    """Just one of the two."""

    said_besides = {
        "oneOf": [
            {"required": ["outline"], "properties": {"outline": {"type": "array"}, "ends": {"type": "null"}}},
            {"required": ["ends"], "properties": {"ends": {"type": "object"}, "outline": {"type": "null"}}},
        ]
    }

    outline = maybe(Points, 3, 400, help_text="Around the lump, mm in the flat picture.")
    ends = maybe(Ends, help_text="The two ends of the length, and of the width.")


class PhotoAnswer(Answer):
    id = Id()
    entry = Id()
    revision = Whole(1, 2**31 - 1)
    state = OneOf(("processing", "ready", "refused"))
    reason = Text(200, allow_null=True, help_text="Why it was refused, for the person.")
    taken_at = Shape(TIME, allow_null=True)
    received_sha256 = Text(64, help_text="Of the bytes as they arrived.")
    width = Whole(1, 100_000, allow_null=True)
    height = Whole(1, 100_000, allow_null=True)
    never_share = YesNo()
    original_until = Shape(TIME, allow_null=True, help_text="Until when the owner may have a refused upload back.")
    measuring = YesNo(help_text="Ready, and still to be measured: ask again.")
    analysis = Shape(
        {
            "type": "object",
            "properties": {
                "version": {"type": "integer"},
                "ok": {"type": "boolean"},
                "reason": {"type": ["string", "null"], "enum": [*REASONS, None]},
            },
            "required": ["version", "ok", "reason", "corrected"],
            "additionalProperties": True,
        },
        allow_null=True,
        help_text="What the card in it tells (docs/api.md); null until then, and where there was no telling.",
    )


class TypedSize(Answer):
    length_mm = Shape(MM, allow_null=True)
    width_mm = Shape(MM, allow_null=True)
    method = Text(20, allow_null=True)


class PhotoSizeAnswer(Answer):
    length_mm = Shape(MM, allow_null=True)
    length_sd = Shape(MM, allow_null=True)
    width_mm = Shape(MM, allow_null=True)
    width_sd = Shape(MM, allow_null=True)
    photos = Shape({"type": "array", "items": {"type": "string", "format": "uuid"}})
    waiting = Whole(0, 100)
    typed = TypedSize(allow_null=True)
    differs = YesNo()
