"""Reminders, push, channels."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import Id, Number, Shape, SomeOf, Text, Whole, Words, YesNo, maybe
from api.shapes.base import Answer, Body
from api.times import Clock, Day, Instant
from tracker.models.reminders import WEEKDAYS

TIME = {"type": "string", "format": "date-time"}
KEYS = ("p256dh", "auth")
TEXT, NOTHING = {"type": "string"}, {"type": "null"}


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
    """Beside the endpoint stand the two keys, or `keys` with both in it, as a browser's own `toJSON()` says them."""

    endpoint = Text(1000)
    p256dh = maybe(Text, 120)
    auth = maybe(Text, 120)
    keys = maybe(Words, KEYS, 120, help_text="`p256dh` and `auth` where they do not stand beside the endpoint.")
    expirationTime = maybe(Number, 0, 10**15, help_text="A browser says it; it is not kept.")  # noqa: N815
    label = maybe(Text, 100)
    said_besides = {
        "oneOf": [
            {"required": list(KEYS), "properties": {**dict.fromkeys(KEYS, TEXT), "keys": NOTHING}},
            {"required": ["keys"], "properties": {**dict.fromkeys(KEYS, NOTHING), "keys": {"required": list(KEYS)}}},
        ]
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The two keys beside the endpoint, whichever way they came."""
        keys, _expiry = attrs.pop("keys"), attrs.pop("expirationTime")
        if keys is not None and any(attrs[name] is not None for name in KEYS):
            raise serializers.ValidationError({"keys": [_("This stands here twice.")]})
        values: dict[str, Any] = attrs | (keys or {})
        if missing := {name: [_("This is needed.")] for name in KEYS if values[name] is None}:
            raise serializers.ValidationError(missing)
        return values


@extend_schema_serializer(component_name="Push")
class PushAnswer(Answer):
    id = Id()
    label = Text(100)  # type: ignore[assignment]
    created_at = Shape({"type": "string", "format": "date-time"})


class PushKeyAnswer(Answer):
    key = Shape({"type": "string"}, help_text="For `applicationServerKey`.")
