"""What all bodies and answers share."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from rest_framework import serializers

from api.errors import Bad, flat
from api.fields import Id, Schema, Shape, Strict, Whole, maybe

MOST_REVISIONS = 2**31 - 1


class Body(serializers.Serializer):
    """A body to be checked: unknown keys are refused by name; absent and null are the same.

    `said_besides`: JSON Schema that the document adds. `plain`: nothing but Strict fields and no check of its own, so
    that the fields can be asked without a serializer, which the body of an entry needs at every turn.
    """

    said_besides: ClassVar[Schema] = {}
    plain: ClassVar[bool] = False

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if isinstance(data, dict):
            errors = {key: [_("There is no such key.")] for key in data if key not in self.fields}
        try:
            found: dict[str, Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail if isinstance(error.detail, dict) else {}
        if errors:
            raise serializers.ValidationError(errors)
        return {str(key): found.get(str(key)) for key in self.fields}


class SyncedBody(Body):
    """A body of a row that a phone keeps too."""

    base_revision = maybe(Whole, 0, MOST_REVISIONS, help_text="The revision this change was made on; 409 when stale.")


class Answer(serializers.Serializer):
    """Describes an answer: every key is there, some may be null."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = True
        return fields


class SyncedAnswer(Answer):
    id = Id()
    revision = Whole(1, MOST_REVISIONS)


class ErrorAnswer(Answer):
    detail = Shape({"type": "string"}, help_text="What is wrong, in a sentence for a person.")
    errors = Shape(  # type: ignore[assignment]  # declared fields leave the class
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        help_text="The same by field, where a field is to blame.",
    )


def check(shape: type[Body], data: Any, *, pk: UUID | None = None) -> dict[str, Any]:
    """The values of a body, every key of the shape there. Raises Bad.

    A body may repeat the id that its path names (the diary file holds it); another one is refused.
    """
    data = dict(data)
    if pk is not None and "id" in data and str(data.pop("id")).lower() != str(pk):
        raise Bad({"id": [_("This is not the id in the address.")]})
    if shape.plain:
        return _values_of(shape, data)
    serializer = shape(data=data)
    if not serializer.is_valid():
        raise Bad(flat(serializer.errors))
    values: dict[str, Any] = serializer.validated_data
    return values


def _values_of(shape: type[Body], data: dict[str, Any]) -> dict[str, Any]:
    """As a serializer would, without making all its fields anew for each body: ours remember nothing between two."""
    fields: dict[str, Any] = shape._declared_fields
    errors: dict[str, Any] = {key: [_("There is no such key.")] for key in data if key not in fields}
    values: dict[str, Any] = {}
    for name, field in fields.items():
        given = data.get(name)
        if given is None and not field.required and field.allow_null:
            values[name] = None
            continue
        try:
            values[name] = field.run_validation(data.get(name, serializers.empty))
        except serializers.ValidationError as error:
            errors[name] = error.detail
    if errors:
        raise Bad(flat(errors))
    return values


class _StrictSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "api.fields.Strict"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        field: Strict = self.target
        schema = field.schema()
        if direction == "response":
            schema = {key: value for key, value in schema.items() if key != "pattern"}
        return schema


class _ZoneSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """600 names stand in the document once."""

    target_class = "api.times.Zone"
    priority = 1

    def get_name(self) -> str:
        return "TimeZone"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        schema: Schema = self.target.schema()
        return schema


class _BodySchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    target_class = "api.shapes.base.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        schema: Schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if direction != "request":
            return schema
        return {**schema, "additionalProperties": False, **self.target.said_besides}
