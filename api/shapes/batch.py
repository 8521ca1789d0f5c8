"""Many entries at once."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import ResolvedComponent

from api.fields import Schema, Shape, Strict, Text, Whole
from api.shapes.base import Answer, Body
from api.shapes.diary import Advice, Receipt

MOST_ENTRIES = 500


ANYTHING: Schema = {"$ref": "#/components/schemas/Anything"}


class Entries(Strict):
    """Describes a list of entries of which anything may be wrong: each is answered by itself."""

    def schema(self) -> Schema:
        return {"type": "array", "maxItems": MOST_ENTRIES, "items": ANYTHING}


class _EntriesSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "api.shapes.batch.Entries"
    priority = 1

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        anything: Schema = {
            "type": ["string", "number", "boolean", "null", "array", "object"],
            "description": "Whatever JSON can say.",
            "items": ANYTHING,
            "additionalProperties": ANYTHING,
        }
        component = ResolvedComponent("Anything", ResolvedComponent.SCHEMA, anything, "Anything")  # type: ignore[no-untyped-call]
        auto_schema.registry.register_on_missing(component)
        schema: Schema = self.target.schema()
        return schema


class BatchBody(Body):
    """Only describes: the view checks each entry by itself, so that a bad one does not sink the rest."""

    entries = Entries(help_text="Each with the keys of an entry's body and its `id`. A wrong one is refused by itself.")


class BatchResult(Answer):
    id = Text(100, allow_null=True)
    status = Whole(200, 599, help_text="What a PUT of this entry alone would have answered.")
    receipt = Receipt(allow_null=True)
    advice = Advice(allow_null=True)
    errors = Shape({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})  # type: ignore[assignment]


class BatchAnswer(Answer):
    results = BatchResult(many=True)
