"""What came of an import."""

from api.fields import Shape, Text, Whole
from api.shapes.base import Answer

MOST = 10**9


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
