"""What the diary would have sent to somebody signed in, where there is no mail server (EMAIL_URL unset)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

NEWEST = 200  # how many files are looked at; a folder may hold years
NAME = re.compile(r"[\w.@+-]{1,200}\.eml")
SANDBOX = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message of the folder. `html` is empty where it has none."""

    name: str
    subject: str
    sender: str
    to: str
    sent_at: datetime
    text: str
    html: str


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def read(path: Path) -> Mail | None:
    """The message in a file; None where it cannot be read as one."""
    try:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        date = message["Date"]
        sent_at = (
            date.datetime if date is not None and date.datetime else datetime.fromtimestamp(path.stat().st_mtime, UTC)
        )
        if sent_at.tzinfo is None:
            sent_at = sent_at.replace(tzinfo=UTC)
        subject, sender, to = (str(message[key] or "") for key in ("Subject", "From", "To"))
        return Mail(path.name, subject, sender, to, sent_at, _part(message, "plain"), _part(message, "html"))
    except (OSError, ValueError, LookupError, AttributeError):
        return None


def _is_for(mail: Mail, address: str) -> bool:
    return address.lower() in {found.lower() for _name, found in getaddresses([mail.to])}


def mails_for(address: str) -> list[Mail]:
    """The messages to `address`, newest first, out of the newest files of the folder."""
    paths = sorted(Path(settings.MAIL_DIR).glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:NEWEST]
    found = [mail for mail in map(read, paths) if mail is not None and _is_for(mail, address)]
    return sorted(found, key=lambda mail: mail.sent_at, reverse=True)


def _own(request: HttpRequest, name: str) -> Mail:
    """The message of that name if it is to the person signed in; Http404 otherwise."""
    if not settings.MAIL_IN_FOLDER or not NAME.fullmatch(name):
        raise Http404
    mail = read(Path(settings.MAIL_DIR) / name)
    if mail is None or not _is_for(mail, request.user.email):  # type: ignore[union-attr]
        raise Http404
    return mail


@require_safe
@login_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """One's own messages."""
    if not settings.MAIL_IN_FOLDER:
        raise Http404
    return render(request, "mail/list.html", {"mails": mails_for(request.user.email)})  # type: ignore[union-attr]


@require_safe
@login_required
def mail_one(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, and a frame with its HTML."""
    return render(request, "mail/one.html", {"mail": _own(request, name)})


@require_safe
@login_required
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a page that can do nothing: no script, no form, nothing loaded; dressed by our sheet alone."""
    mail = _own(request, name)
    dress = format_html('<link rel="stylesheet" href="{}"><base target="_blank">', static("css/mail.css"))
    response = HttpResponse(dress + mail.html)
    response["Content-Security-Policy"] = SANDBOX
    return response
