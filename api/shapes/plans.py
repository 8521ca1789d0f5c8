"""A doctor's plans."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, OneOf, Shape, SomeOf, Text, Whole
from api.shapes.base import Answer
from api.times import Day
from tracker.models import Plan
from tracker.models.plans import VISITS
from tracker.rules.plan import SIGNS

TIME = {"type": "string", "format": "date-time"}


@extend_schema_serializer(component_name="Plan")
class PlanAnswer(Answer):
    id = Id()
    lump = Id()
    by = Text(100, help_text="The name it is signed with.")
    written_at = Shape(TIME)
    words = Text(1000)
    line = Text(5000, help_text="All of it in one line, as the person reads it.")
    every = Whole(1, 90, allow_null=True, help_text="Measure every so many days.")
    above_mm = Shape({"type": "number"}, allow_null=True, help_text="Call when the longest side is over it.")
    signs = SomeOf(SIGNS, help_text="Call when one of these is there.")
    urgency = OneOf(("same_day", "soon"), help_text="How soon to call.")
    visit = OneOf(VISITS, allow_null=True, help_text="What is booked.")
    visit_on = Day(allow_null=True)
    state = OneOf(Plan.STATES)
    decided_at = Shape(TIME, allow_null=True)
