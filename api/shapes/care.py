"""Reminders, push, channels."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, Shape, SomeOf, Text, Whole, YesNo, maybe
from api.shapes.base import Answer, Body
from api.times import Clock, Day, Instant
from tracker.models.reminders import WEEKDAYS

TIME = {"type": "string", "format": "date-time"}


class ReminderKeys(Body):
    lump = Id()
    at = Clock(help_text="On the person's clock.")
    days = maybe(SomeOf, WEEKDAYS, help_text="Either these days of the week …")
    every = maybe(Whole, 1, 366, help_text="… or every so many days.")
    adaptive = maybe(YesNo, help_text="May the diary ask more rarely while nothing changes?")
    paused_until = maybe(Day)


@extend_schema_serializer(component_name="Reminder")
class ReminderBody(ReminderKeys):
    said_besides = {
        "oneOf": [
            {"required": ["days"], "properties": {"days": {"type": "array", "minItems": 1}, "every": {"type": "null"}}},
            {"required": ["every"], "properties": {"every": {"type": "integer"}, "days": {"type": "null"}}},
        ]
    }


@extend_schema_serializer(component_name="Reminder")
class ReminderAnswer(ReminderKeys, Answer):
    id = Id()
    next_at = Shape(TIME, allow_null=True, help_text="When it will ask next, put off or not; null: not at all.")
    why = Text(300, allow_null=True, help_text="Why it is then, where the plan alone does not say so.")
    asked_at = Shape(TIME, allow_null=True, help_text="The slot that was asked and is not answered yet.")
    snoozed_until = Shape(TIME, allow_null=True)
    overdue = YesNo(help_text="Asked twice, and no entry since.")


@extend_schema_serializer(component_name="Snooze")
class SnoozeBody(Body):
    minutes = maybe(Whole, 5, 7 * 24 * 60, help_text="60 unless said.")


@extend_schema_serializer(component_name="Skip")
class SkipBody(Body):
    slot = maybe(
        Instant, help_text="The `asked_at` or `next_at` that is meant: the same tap twice leaves out one. Absent: the "
        "one that was asked, else the next."
    )  # fmt: skip


@extend_schema_serializer(component_name="Push")
class PushBody(Body):
    endpoint = Text(1000)
    p256dh = Text(120)
    auth = Text(60)
    label = maybe(Text, 100)


@extend_schema_serializer(component_name="Push")
class PushAnswer(Answer):
    id = Id()
    label = Text(100)  # type: ignore[assignment]
    created_at = Shape({"type": "string", "format": "date-time"})


class PushKeyAnswer(Answer):
    key = Shape({"type": "string"}, help_text="For `applicationServerKey`.")
