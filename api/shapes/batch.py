"""Many entries at once."""

from api.fields import NO_NUL, Schema, Shape, Text, Whole
from api.shapes.base import Answer, Body
from api.shapes.diary import Advice, Receipt

MOST_ENTRIES = 500


WORD: Schema = {"type": ["string", "number", "boolean", "null"], "pattern": NO_NUL}
ANY: Schema = {
    **WORD,
    "type": [*WORD["type"], "array", "object"],
    "items": WORD,
    "propertyNames": {"pattern": NO_NUL},
    "additionalProperties": WORD,
}
LOOSE: Schema = {"type": "object", "propertyNames": {"pattern": NO_NUL}, "additionalProperties": ANY}


class BatchBody(Body):
    """Only describes: the view checks each entry by itself, so that a bad one does not sink the rest."""

    entries = Shape(
        {"type": "array", "maxItems": MOST_ENTRIES, "items": LOOSE},
        help_text="Each with the keys of an entry's body and its `id`. A wrong one is refused by itself.",
    )


class BatchResult(Answer):
    id = Text(100, allow_null=True)
    status = Whole(200, 599, help_text="What a PUT of this entry alone would have answered.")
    receipt = Receipt(allow_null=True)
    advice = Advice(allow_null=True)
    errors = Shape({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})


class BatchAnswer(Answer):
    results = BatchResult(many=True)
