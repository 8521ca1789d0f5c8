"""Members, oneself, tokens."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Email, Id, OneOf, Shape, Text, YesNo, maybe
from api.shapes.base import Answer, Body
from api.times import Clock, Day, Instant
from tracker.rules import vocabulary as words

TIME = {"type": "string", "format": "date-time"}


@extend_schema_serializer(component_name="Member")
class MemberBody(Body):
    email = Email()
    role = OneOf(("carer", "viewer"))
    photos = maybe(YesNo, help_text="May they see photos? Absent counts as no.")
    told = maybe(YesNo, help_text="May the diary send them messages? Absent: a carer yes, a viewer no.")
    until = maybe(Instant, help_text="When it ends by itself; absent: it does not.")


@extend_schema_serializer(component_name="Member")
class MemberAnswer(Answer):
    id = Id()
    email = Text(254)
    role = OneOf(("owner", "carer", "viewer"))
    photos = YesNo()
    told = YesNo()
    until = Shape(TIME, allow_null=True)
    you = YesNo()
    waiting = YesNo(help_text="Invited, and has not looked at the diary so far.")
    letter = OneOf(("waiting", "sent", "failed"), allow_null=True, help_text="What became of the invitation's mail.")


@extend_schema_serializer(component_name="Handover")
class HandoverBody(Body):
    email = Email()
    stay = maybe(OneOf, ("carer", "viewer"), help_text="What you become once they accept; absent: you leave.")


@extend_schema_serializer(component_name="Handover")
class HandoverAnswer(Answer):
    id = Id()
    person = Id()
    name = Text(100, help_text="Whose diary it is.")
    email = Text(254, help_text="The address it was offered to.")
    by = Text(254, help_text="The account that offers it.")
    stay = OneOf(("carer", "viewer"), allow_null=True)
    expires_at = Shape(TIME)
    letter = OneOf(("waiting", "sent", "failed"), help_text="What became of its mail.")
    yours = YesNo(help_text="Offered to you? Else you offered it.")


@extend_schema_serializer(component_name="Look")
class LookAnswer(Answer):
    id = Id()
    day = Day()
    email = Text(254, help_text="Whose look it was; empty where the account is gone.")
    what = OneOf(("entries", "photos", "report"))


class MeKeys(Body):
    units = OneOf(("mm", "cm", "in"), required=False)
    theme = OneOf(("auto", "light", "dark"), required=False)
    wants_email = YesNo(required=False)
    wants_push = YesNo(required=False)
    quiet_from = maybe(Clock, help_text="From this time of day on, what can wait does …")
    quiet_until = maybe(Clock, help_text="… until this one. Both null: no quiet hours.")
    email_reminders = YesNo(required=False, help_text="What unsubscribing in a mail program switches off.")
    email_digest = YesNo(required=False, help_text="The same.")


@extend_schema_serializer(component_name="Me")
class MeBody(MeKeys):
    region = maybe(OneOf, words.REGIONS, help_text="The wording pack; null: by where the diary is kept.")


@extend_schema_serializer(component_name="Me")
class MeAnswer(MeKeys, Answer):
    id = Id()
    email = Text(254)
    region = OneOf(words.REGIONS, help_text="The wording pack in use.")
    region_chosen = YesNo(help_text="Picked by hand, or by where the diary is kept?")
    zone = Text(64, help_text="Where your quiet hours and your Sunday are counted: your own diary's time zone.")
    second_step = YesNo(help_text="Does a stolen password alone open nothing: a passkey or an authenticator app.")
    offer_second_step = YesNo(help_text="Is it time to offer one: none so far, and here for a week.")
    proved = YesNo(help_text="Logged in, or asked again, minutes ago: may do what matters. Else 403 `reauthenticate`.")
    csrf = Shape({"type": "string"}, allow_null=True, help_text="For `X-CSRFToken`; null with a token.")


@extend_schema_serializer(component_name="Token")
class TokenBody(Body):
    name = Text(100, required=False)
    scope = OneOf(("read", "write"), required=False)


@extend_schema_serializer(component_name="Token")
class TokenAnswer(Answer):
    id = Id()
    name = Text(100)
    scope = OneOf(("read", "write"))
    created_at = Shape(TIME)
    last_used_on = Day(allow_null=True, help_text="Null: not since the day it was made.")


@extend_schema_serializer(component_name="NewToken")
class NewTokenAnswer(TokenAnswer):
    token = Shape({"type": "string"}, help_text="Shown this once.")
