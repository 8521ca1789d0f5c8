"""A lump's trend."""

from api.fields import Schema, Shape
from api.shapes.base import Answer

NUMBER: Schema = {"type": ["number", "null"]}
NUMBERS = (
    "percent_per_month", "low", "high", "doubling_days", "doubling_low", "doubling_high", "p_growing", "p_rapid",
)  # fmt: skip
GROWTH: Schema = {
    "type": "object",
    "properties": {
        "readings": {"type": "integer"},
        **dict.fromkeys(NUMBERS, NUMBER),
        "since": {"type": ["string", "null"], "format": "date"},
        "next_mm": {"type": ["object", "null"], "additionalProperties": True},
    },
    "required": ["readings", "percent_per_month", "low", "high", "since", "next_mm"],
}  # fmt: skip
READING: Schema = {
    "type": "object",
    "properties": {
        "entry": {"type": "string", "format": "uuid"},
        "at": {"type": "string", "format": "date-time"},
        "length_mm": NUMBER,
        "width_mm": NUMBER,
        "depth_mm": NUMBER,
        "method": {"type": ["string", "null"]},
        "plus_minus_mm": NUMBER,
        "segment": {"type": "integer"},
        "doubted": {"type": ["string", "null"]},
    },
    "required": ["entry", "at", "length_mm", "width_mm", "depth_mm", "method", "segment", "doubted"],
}
POINT: Schema = {
    "type": "object",
    "properties": {key: {"type": "number"} for key in ("at", "low", "middle", "high")},
    "required": ["at", "low", "middle", "high"],
}


class TrendAnswer(Answer):
    growth = Shape(GROWTH, help_text="As in replay.")
    series = Shape({"type": "array", "items": READING}, help_text="Every reading with a size, oldest first.")
    band_axis = Shape({"type": "string", "enum": ["length", "width", "depth"]})
    band = Shape(
        {"type": "array", "items": POINT},
        allow_null=True,
        help_text="Where the true size of `band_axis` is likely to lie (90 %), in mm; `at` in seconds since 1970. "
        "Null while it is too early to say.",
    )
    sentence = Shape({"type": "string"}, help_text="The same in words.")
    recheck_in_days = Shape(NUMBER, help_text="When one more reading would tell most; null where none is asked for.")
    smallest_change_mm = Shape(NUMBER, help_text="The smallest change of one reading that could be seen.")
    steady_mm_per_month = Shape(NUMBER, help_text="Steady growth of so much …")
    steady_weeks = Shape(NUMBER, help_text="… would be seen after so many weeks of weekly readings.")
