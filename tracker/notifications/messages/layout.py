"""From a notice to a letter (HTML and text from one source) or a line for a lock screen."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.models import Notice
from tracker.notifications import unsubscribing
from tracker.notifications.messages.words import BECAUSE, SOURCE

PRESSING = ("emergency", "same_day")


@dataclass(frozen=True)
class Letter:
    """A mail without its envelope."""

    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)


def letter(notice: Notice) -> Letter:
    """The mail that carries `notice`: its words as they were told, one link, and why the reader gets it."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "subject": notice.subject,
            "opening": _opening(notice),
            "paragraphs": [(part.strip(), _is_aside(part)) for part in notice.body.split("\n\n") if part.strip()],
            "urgency": notice.urgency,
            "label": _label(notice),
            "url": settings.PUBLIC_URL + notice.link,
            "why": _why(notice),
            "language": settings.LANGUAGE_CODE,
        }
        return Letter(
            subject=notice.subject,
            text=render_to_string("mail/message.txt", context),
            html=render_to_string("mail/message.html", context),
            headers=_headers(notice),
        )


def lock_screen(notice: Notice) -> dict[str, str]:
    """What a phone shows without being unlocked: neutral words, a tag that folds a second copy, a page of ours."""
    with translation.override(settings.LANGUAGE_CODE):
        if notice.urgency in PRESSING:
            body = _("There is something for you to read. Please open it now.")
        elif notice.kind == "reminder":
            body = _("It is time for your next entry.")
        elif notice.kind == "test":
            body = _("It arrived.")
        else:
            body = _("There is something new for you to read.")
    return {"title": notice.subject, "body": body, "tag": str(notice.pk), "path": notice.link}


def host() -> str:
    """The right-hand side of our Message-IDs."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def _opening(notice: Notice) -> str:
    """The first line, which a mail program shows beside the subject: as neutral as that."""
    if notice.urgency in PRESSING:
        return _("This is from your diary. Please read all of it now: it takes less than a minute and should not wait.")
    return _("This is from your diary, and it is for you alone. Read it when you have a quiet minute.")


def _is_aside(paragraph: str) -> bool:
    """Does it say why, or where it comes from? That is set smaller than what it says to do."""
    return paragraph.strip().startswith((str(BECAUSE).split("%", maxsplit=1)[0], str(SOURCE).split("%", maxsplit=1)[0]))


def _label(notice: Notice) -> str:
    return _("Make an entry") if notice.link.endswith("/log") else _("Open your diary")


def _why(notice: Notice) -> str:
    if notice.kind == "reminder":
        return _(
            "You get this because a reminder is set in your diary. You can change it or switch it off in Settings."
        )
    if notice.kind == "test":
        return _("You get this because you asked for a test in Settings.")
    return _("You get this because e-mail is switched on in your diary. You can change that in Settings.")


def _headers(notice: Notice) -> dict[str, str]:
    """RFC 2369, and RFC 8058 where the address is https, without which a mail program may not use one click."""
    address = unsubscribing.address(notice.user_id, notice.kind)
    if not address:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if settings.HTTPS else {}
    return {"List-Unsubscribe": f"<{address}>", **one_click}
