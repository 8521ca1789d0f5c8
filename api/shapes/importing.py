"""What came of an import."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from api.fields import OneOf, Schema, Shape, Strict, Text, Whole, YesNo, maybe
from api.shapes.base import Answer, Body
from tracker.diary.sheet import DATES, KEYS, MM, MOST_COLUMNS

MOST = 10**9
_NUMBER_OR_NULL = {"type": ["number", "null"]}


class RefusedAnswer(Answer):
    path = Text(300, help_text="Where it stands in the file; empty: the file as a whole.")
    why = Text(300)


class ImportedAnswer(Answer):
    added = Whole(0, MOST, help_text="People, lumps, entries, events and photos that were not there.")
    changed = Whole(0, MOST, help_text="That were otherwise here; the earlier version is kept.")
    same = Whole(0, MOST)
    refused = RefusedAnswer(many=True)


DIARY = Shape(
    {
        "type": "object",
        "required": ["format", "people"],
        "additionalProperties": False,
        "properties": {
            "format": {"type": "string", "enum": ["lump-diary/1"]},
            "people": {"type": "array", "items": {}},
        },
    }
)


class Columns(Strict):
    """Which column of a table is what: a key of KEYS and its place, from 0."""

    default_error_messages = {"invalid": _("This must hold the places of columns under: {keys}.")}

    def to_internal_value(self, data: Any) -> dict[str, int]:
        good = isinstance(data, dict) and set(data) <= set(KEYS)
        if not good or not all(type(place) is int and 0 <= place < MOST_COLUMNS for place in data.values()):
            self.fail("invalid", keys=", ".join(KEYS))
        return dict(data)

    def schema(self) -> Schema:
        place = {"type": "integer", "minimum": 0, "maximum": MOST_COLUMNS - 1}
        return {"type": "object", "properties": dict.fromkeys(KEYS, place), "additionalProperties": False}


class TableBody(Body):
    text = Text(1_000_000, blank=False, help_text="The table (CSV), its first line the names of the columns.")
    columns = maybe(Columns, help_text="Absent: guessed from their names.")
    unit = maybe(OneOf, tuple(MM), help_text="Of sizes without one; absent: guessed.")
    dates = maybe(OneOf, DATES, help_text="The order of day, month and year; absent: guessed.")


class TableRow(Answer):
    line = Whole(1, MOST)
    measured_at = Shape({"type": "string", "format": "date-time"})
    length_mm = Shape(_NUMBER_OR_NULL, allow_null=True)
    width_mm = Shape(_NUMBER_OR_NULL, allow_null=True)
    depth_mm = Shape(_NUMBER_OR_NULL, allow_null=True)
    pain = Shape(_NUMBER_OR_NULL, allow_null=True)
    temperature_c = Shape(_NUMBER_OR_NULL, allow_null=True)
    note = Shape({"type": ["string", "null"]}, allow_null=True)


class TableAnswer(ImportedAnswer):
    head = Shape({"type": "array", "items": {"type": "string"}})
    columns = Shape({"type": "object", "additionalProperties": {"type": "integer"}})
    unit = OneOf(tuple(MM))
    dates = OneOf(DATES)
    sure = YesNo(help_text="Of the order of day and month.")
    rows = TableRow(many=True, help_text="The first twenty rows, as they are read.")
