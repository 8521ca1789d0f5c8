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


class WhyAnswer(Answer):
    rule = Text(40)
    version = Text(20)
    urgency = OneOf(words.URGENCIES)
    when = Text(5000, help_text="When the rule holds, as a clinician would sign it.")
    threshold = Text(5000)
    because = Text(5000, help_text="What it saw in this diary.")
    source = Text(5000)  # type: ignore[assignment]
    grade = Text(200, help_text="What the source is worth.")
    holds = Shape({"type": "boolean"}, help_text="Whether it holds now.")
    entries = Shape(
        {"type": "array", "items": {"type": "string", "format": "uuid"}}, help_text="The readings behind it."
    )
    fired = Shape(
        {"type": "array", "items": {"type": "string", "format": "date-time"}},
        help_text="Every entry of this diary at which the rule spoke anew.",
    )


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
    next_step_at = Shape(
        {"type": "string", "format": "date-time"}, allow_null=True,
        help_text="While nobody answers: when somebody is told again, or next. Null: nobody is.",
    )  # fmt: skip
