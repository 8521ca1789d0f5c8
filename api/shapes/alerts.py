"""Alerts and what is answered to them."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, OneOf, Shape, Text, maybe
from api.shapes.base import Answer, Body
from api.times import Day
from tracker.models import Alert
from tracker.rules import vocabulary as words


@extend_schema_serializer(component_name="Acknowledgement")
class AcknowledgeBody(Body):
    how = maybe(OneOf, Alert.HOWS)
    on = maybe(Day)


@extend_schema_serializer(component_name="Alert")
class AlertAnswer(Answer):
    id = Id()
    lump = Id()
    rule = Text(40)
    urgency = OneOf(words.URGENCIES)
    words = Text(5000)
    call = Text(20, allow_null=True)
    because = Text(5000)
    source = Text(5000)  # type: ignore[assignment]
    opened_at = Shape({"type": "string", "format": "date-time"})
    state = OneOf(("open", "acknowledged", "closed"))
    quiet = Shape({"type": "boolean"})
    how = OneOf(Alert.HOWS, allow_null=True)
    on = Day(allow_null=True)
