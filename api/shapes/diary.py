"""People, lumps, entries, events: the keys and values of docs/format.md."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, Number, OneOf, Shape, SomeOf, Text, Whole, Words, YesNo, maybe
from api.shapes.base import Answer, Body, SyncedAnswer, SyncedBody
from api.times import Day, Instant, Zone
from tracker.rules import vocabulary as words

SMALLEST = 0.05  # mm; sizes are kept to one decimal, and less would become nothing
NOTE, DETAIL = 20_000, 5_000  # characters


class BirthYear(Whole):
    """1900 to this year."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(1900, timezone.now().year, **kwargs)


class PersonKeys(Body):
    name = Text(100, blank=False)
    birth_year = maybe(BirthYear)
    sex = maybe(OneOf, words.SEXES)
    conditions = maybe(SomeOf, words.CONDITIONS)
    timezone = maybe(Zone, help_text="Absent counts as UTC.")


@extend_schema_serializer(component_name="Person")
class PersonBody(PersonKeys, SyncedBody):
    pass


@extend_schema_serializer(component_name="Person")
class PersonAnswer(PersonKeys, SyncedAnswer):
    role = OneOf(("owner", "carer", "viewer"), help_text="Yours in this diary.")
    photos = YesNo(help_text="May you see its photos?")


class LumpKeys(Body):
    person = Id()
    name = Text(100, blank=False)
    site = OneOf(words.SITES)
    side = maybe(OneOf, words.SIDES)
    depth = maybe(OneOf, words.DEPTHS)
    status = maybe(OneOf, words.STATUSES)
    first_noticed_on = maybe(Day, past=True)
    noticed_after = maybe(OneOf, words.NOTICED_AFTER)
    known_unchanged_over_a_year = maybe(YesNo)


@extend_schema_serializer(component_name="Lump")
class LumpBody(LumpKeys, SyncedBody):
    pass


@extend_schema_serializer(component_name="Lump")
class LumpAnswer(LumpKeys, SyncedAnswer):
    pass


class EntryKeys(Body):
    plain = True

    lump = Id()
    measured_at = Instant(past=True)
    length_mm = maybe(Number, SMALLEST, words.MAX_MM, help_text="Kept to one decimal.")
    width_mm = maybe(Number, SMALLEST, words.MAX_MM)
    depth_mm = maybe(Number, SMALLEST, words.MAX_MM)
    method = maybe(OneOf, words.METHODS)
    typed = maybe(Words, words.AXES, 40, help_text="The sizes as they were typed, with their unit.")
    size_confirmed = maybe(YesNo)
    pain = maybe(Whole, 0, 10)
    pain_out_of_proportion = maybe(YesNo)
    tenderness = maybe(Whole, 0, 3)
    redness = maybe(Whole, 0, 3)
    redness_beyond_mm = maybe(Number, 0, words.MAX_MM)
    spreading = maybe(YesNo)
    red_streaks = maybe(YesNo)
    warmth = maybe(YesNo)
    discharge = maybe(OneOf, words.DISCHARGES)
    temperature_c = maybe(Number, 30, 45)
    shivery = maybe(YesNo)
    shape = maybe(OneOf, words.SHAPES)
    firmness = maybe(OneOf, words.FIRMNESSES)
    mobility = maybe(OneOf, words.MOBILITIES)
    skin = maybe(SomeOf, words.SKIN)
    unwell = maybe(SomeOf, words.UNWELL)
    note = maybe(Text, NOTE)


@extend_schema_serializer(component_name="Entry")
class EntryBody(EntryKeys, SyncedBody):
    pass


@extend_schema_serializer(component_name="BatchEntry")
class BatchEntryBody(EntryKeys, SyncedBody):
    id = Id()


class Receipt(Answer):
    id = Id()
    revision = Whole(1, 2**31 - 1)
    photos = Shape(
        {"type": "object", "additionalProperties": {"type": "string"}},
        help_text="SHA-256 of each photo as it arrived, by the photo's id.",
    )


class AdviceFinding(Answer):
    rule = Text(40)
    version = Text(20)
    urgency = OneOf(words.URGENCIES)
    new = YesNo()
    quiet = YesNo()
    because = Text(5000)
    source = Text(5000)  # type: ignore[assignment]
    words = Text(5000, help_text="For the person, in the wording pack of their region.")
    call = Text(20, allow_null=True, help_text="A number to call, where there is one.")


class Advice(Answer):
    urgency = OneOf((*words.URGENCIES, "none"))
    findings = AdviceFinding(many=True)


@extend_schema_serializer(component_name="Entry")
class EntryAnswer(EntryKeys, SyncedAnswer):
    receipt = Receipt()
    advice = Advice()


@extend_schema_serializer(component_name="ListedEntry")
class ListedEntryAnswer(EntryKeys, SyncedAnswer):
    receipt = Receipt()


class EventKeys(Body):
    lump = Id()
    at = Instant(past=True)
    kind = OneOf(words.EVENT_KINDS)
    detail = maybe(Text, DETAIL)


@extend_schema_serializer(component_name="Event")
class EventBody(EventKeys, SyncedBody):
    pass


@extend_schema_serializer(component_name="Event")
class EventAnswer(EventKeys, SyncedAnswer):
    pass
