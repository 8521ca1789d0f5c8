"""What a message says. Subjects are neutral, since a lock screen shows them; the body holds the advice."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import Alert, Reminder

ALERT, DIGEST, FOLLOW_UP = "alert", "digest", "follow_up"
BECAUSE, SOURCE = gettext_lazy("Why we say this: %(because)s"), gettext_lazy("Where it comes from: %(source)s")


@dataclass(frozen=True)
class Words:
    """A message before it has a reader: its kind, a neutral subject, plain paragraphs, the page it opens."""

    kind: str
    subject: str
    body: str
    link: str


def for_alert(alert: Alert) -> Words:
    """The advice of one alert, with the numbers and the source it rests on."""
    subjects = {"emergency": _("Please read this now"), "same_day": _("Please read this today")}
    kinds = {"routine": DIGEST, "recheck": FOLLOW_UP}
    paragraphs = [alert.words]
    if alert.because and alert.because not in alert.words:
        paragraphs.append(BECAUSE % {"because": alert.because})
    if alert.source and alert.source not in alert.words:
        paragraphs.append(SOURCE % {"source": alert.source})
    return Words(
        kind=kinds.get(alert.urgency, ALERT),
        subject=subjects.get(alert.urgency, _("A note from your diary")),
        body="\n\n".join(paragraphs),
        link=f"/app/lumps/{alert.lump_id}",
    )


def for_reminder(reminder: Reminder) -> Words:
    """A kind word at the time the person chose."""
    return Words(
        kind="reminder",
        subject=_("A reminder from your diary"),
        body=_(
            "It is time for another look at “%(name)s”. It takes about a minute. Measure it the same way as last time."
        )
        % {"name": reminder.lump.name},
        link=f"/app/lumps/{reminder.lump_id}/log",
    )


def for_digest(bodies: Iterable[str]) -> Words:
    """The week's notes that could wait, in one message."""
    opening = _("These notes are from the past week. They could wait until now.")
    return Words(
        kind=DIGEST, subject=_("Your week in the diary"), body="\n\n".join([opening, *bodies]), link="/app/"
    )  # fmt: skip


def for_test() -> Words:
    """Asked for by the person, to see that messages arrive."""
    return Words(
        kind="test",
        subject=_("A test from your diary"),
        body=_("You asked for a test. It arrived, so messages from your diary can reach you this way."),
        link="/app/",
    )


def for_share(what: str) -> Words:
    """To the owner of a diary: somebody opened a link they shared, or it was locked (`what`: "opened", "answered", "locked")."""
    body = {
        "opened": _("Somebody opened a link you shared."),
        "answered": _("An answer came through a link you shared. You decide what becomes of it."),
        "locked": _("A link you shared was locked after five wrong passcodes."),
    }
    return Words(kind="share", subject=_("A note from your diary"), body=body[what], link="/app/share")
