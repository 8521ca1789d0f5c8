"""Measure your measuring."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, OneOf, Schema, Shape, Strict, Text, Whole, maybe
from api.shapes.base import Answer, Body
from api.times import Instant

METHODS = ("caliper", "ruler", "photo_card", "eye")  # those that people use by themselves
TIME = {"type": "string", "format": "date-time"}
NUMBER = {"type": "number"}
MM: Schema = {"type": "number", "minimum": 0.1, "maximum": 500}


class Readings(Strict):
    """Sizes of one lump in a row, mm, kept to one decimal."""

    LEAST, MOST = 2, 10
    default_error_messages = {"invalid": _("This must be a list of 2 to 10 sizes from 0.1 to 500 mm.")}

    def to_internal_value(self, data: Any) -> list[float]:
        if not isinstance(data, list) or not self.LEAST <= len(data) <= self.MOST or not all(map(_is_size, data)):
            self.fail("invalid")
        return [round(float(size), 1) for size in data]

    def schema(self) -> Schema:
        return {"type": "array", "minItems": self.LEAST, "maxItems": self.MOST, "items": MM}


def _is_size(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.1 <= value <= 500


@extend_schema_serializer(component_name="MeasuringTrial")
class TrialBody(Body):
    id = Id(help_text="The client's own: the same set sent twice is one.")
    method = OneOf(METHODS)
    by = OneOf(("self", "other"), help_text="Who usually measures, or a second person.")
    readings = Readings(help_text="Of the same lump, the same way, one after another.")
    at = maybe(Instant, past=True, help_text="Absent: now.")


@extend_schema_serializer(component_name="MeasuringTrial")
class TrialAnswer(Answer):
    id = Id()
    method = Text(20)
    by = OneOf(("self", "other"))
    readings = Shape({"type": "array", "items": NUMBER})
    at = Shape(TIME)


class OwnErrorAnswer(Answer):
    method = Text(20)
    sets = Whole(1, 100)
    readings = Whole(2, 1_000)
    error_percent = Shape(NUMBER, help_text="SD of one reading, of its size, as well as these sets tell it.")
    low_percent = Shape(NUMBER, help_text="90 % limits of it.")
    high_percent = Shape(NUMBER)
    usual_percent = Shape(NUMBER, help_text="What is usual for the method.")
    factor = Shape(NUMBER, help_text="Times the method's relative error, for the growth engine.")
    shift_percent = Shape(NUMBER, allow_null=True, help_text="How much more a second person reads.")
    shift_low_percent = Shape(NUMBER, allow_null=True)
    shift_high_percent = Shape(NUMBER, allow_null=True)
    size_mm = Shape(NUMBER)
    smallest_change_mm = Shape(NUMBER)
    mm_per_month = Shape(NUMBER)
    weeks = Whole(2, 52)
    sentences = Shape({"type": "array", "items": {"type": "string"}})


class MeasuringAnswer(Answer):
    trials = TrialAnswer(many=True)
    methods = OwnErrorAnswer(many=True)
