"""Many entries at once."""

from rest_framework import serializers

from api.fields import Shape, Text, Whole
from api.shapes.base import Answer
from api.shapes.diary import Advice, BatchEntryBody, Receipt

MOST_ENTRIES = 500


class BatchBody(serializers.Serializer):  # type: ignore[type-arg]
    """Only describes: the view checks each entry by itself, so that a bad one does not sink the rest."""

    entries = BatchEntryBody(many=True, max_length=MOST_ENTRIES)


class BatchResult(Answer):
    id = Text(100, allow_null=True)
    status = Whole(200, 599, help_text="What a PUT of this entry alone would have answered.")
    receipt = Receipt(allow_null=True)
    advice = Advice(allow_null=True)
    errors = Shape({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})


class BatchAnswer(Answer):
    results = BatchResult(many=True)
