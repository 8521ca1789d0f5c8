"""One of every kind of message, about nobody: so that whoever changes a word or a colour can see it. No database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.models import Alert, CareEvent, Lump, Notice, Person, Reminder, User
from tracker.notifications import messages
from tracker.notifications.messages import Words

_ID = UUID(int=7)
_ZONE = ZoneInfo("Europe/London")
_AT = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A message to look at. `key` stands in an address, `title` says what it is to whoever looks."""

    key: str
    title: str
    notice: Notice


def samples() -> list[Sample]:
    """Every kind there is, the most pressing first. Their ids are made up, their words are the real ones."""
    return [Sample(key, title, _notice(words, urgency)) for key, title, words, urgency in _all()]


def _all() -> Iterator[tuple[str, str, Words, str]]:
    for urgency, (title, words) in _alerts().items():
        yield urgency, title, words, urgency
    alert = _alert("same_day", *_SAID["same_day"])
    yield "repeat", _("Not answered, told again"), messages.for_repeat(alert, _ZONE), "same_day"
    yield "carer", _("Not answered, to a carer who agreed"), messages.for_carer(alert, "Sam", _ZONE), "same_day"
    yield "recheck", _("Measure again"), messages.for_recheck(_alert("recheck", *_SAID["recheck"])), "recheck"
    yield "reminder", _("A reminder"), messages.for_reminder(_reminder()), ""
    yield "follow-up", _("A reminder that nothing came of"), messages.for_follow_up(_reminder()), ""
    for kind, title in (("antibiotics_started", _("After antibiotics")), ("ultrasound", _("After a test"))):
        event = CareEvent(pk=_ID, lump=_lump(), kind=kind, at=_AT)
        yield f"after-{kind.split('_', maxsplit=1)[0]}", title, messages.for_check(event), ""
    late = messages.overdue_line(_reminder(), _AT, _ZONE)
    held = messages.for_alert(_alert("routine", *_SAID["routine"])).body
    yield "digest", _("The weekly mail"), messages.for_digest([held, late]), ""
    yield "ask", _("A question to a carer"), messages.for_ask("Sam"), ""
    yield "opened", _("A shared link was opened"), messages.for_share("opened"), ""
    yield "locked", _("A shared link was locked"), messages.for_share("locked"), ""
    yield "test", _("A test"), messages.for_test(), ""


# words as the rules say them, the reason, the source
_SAID = {
    "emergency": (
        "Redness is spreading and you have a fever of 39.2 °C. Call your emergency number now.",
        "Spreading redness, and 39.2 °C at the last entry.",
        "NICE NG253, suspected sepsis in people aged 16 or over (2025)",
    ),
    "same_day": (
        "There is pus and the skin around is warm. Ask to be seen today.",
        "Pus and warmth at the last entry, redness since 2 days.",
        "NICE CKS, boils, carbuncles, and staphylococcal carriage (2024)",
    ),
    "soon": (
        "Your last 6 measurements suggest this lump is growing: about 9 % a month, 4 to 15. Book a visit this week.",
        "9 % a month, between 4 and 15, from 6 readings over 11 weeks.",
        "NICE NG12, suspected cancer: recognition and referral (2015, updated 2025)",
    ),
    "routine": (
        "It has been there for 7 weeks. Book a visit when it suits you, so that somebody has looked at it.",
        "First noticed 7 weeks ago, and no examination is written down.",
        "NICE NG12, suspected cancer: recognition and referral (2015, updated 2025)",
    ),
    "recheck": (
        "The last size is far from the ones before. Measure it once more tomorrow, the same way.",
        "28 mm after 21, 22 and 21 mm.",
        "Our own check of how readings scatter",
    ),
}


def _alerts() -> dict[str, tuple[str, Words]]:
    titles = {"emergency": _("Call now"), "same_day": _("Today"), "soon": _("Within a week")}
    return {urgency: (title, messages.for_alert(_alert(urgency, *_SAID[urgency]))) for urgency, title in titles.items()}


def _lump() -> Lump:
    return Lump(pk=_ID, person=Person(pk=_ID, name="Sam"), name="Lower back", site="lower_back")


def _alert(urgency: str, words: str, because: str, source: str) -> Alert:
    return Alert(
        pk=_ID, lump=_lump(), rule="sample", version="1", urgency=urgency, words=words, because=because, source=source,
        opened_at=_AT,
    )  # fmt: skip


def _reminder() -> Reminder:
    return Reminder(pk=_ID, lump=_lump())


def _notice(words: Words, urgency: str) -> Notice:
    return Notice(
        pk=_ID, user=User(pk=_ID), kind=words.kind, urgency=urgency, subject=words.subject, body=words.body,
        link=words.link,
    )  # fmt: skip
