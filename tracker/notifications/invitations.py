"""Sending letters of invitation: to addresses that may have no account, so they have a small queue of their own."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core import mail, signing
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.models import Invitation, Membership
from tracker.notifications import messages

log = logging.getLogger(__name__)

SALT = "invitation"
BATCH = 20
# the wait after each try; it is longer than a try can last, so nobody else takes the letter meanwhile
RETRY_MINUTES = (2, 5, 15, 60, 180, 360, 720)


def send_due(at: datetime | None = None) -> dict[str, int]:
    """Send the letters that are due; how many went out and how many did not. Safe in any number of processes.

    Claimed by a conditional UPDATE that puts off the next try; a process that dies after sending leaves one more copy,
    under the same Message-ID. A refusal is tried for a day, and then has visibly failed.
    """
    at = at or timezone.now()
    counts = {"invited": 0, "not_invited": 0}
    rows = Invitation.objects.due(at).select_related("made_by", "membership").order_by("letter_at")
    for row in list(rows[:BATCH]):
        wait = timedelta(minutes=RETRY_MINUTES[min(row.letter_tries, len(RETRY_MINUTES) - 1)])
        mine = Invitation.objects.due(at).filter(pk=row.pk)
        if not mine.update(letter_at=timezone.now() + wait, letter_tries=F("letter_tries") + 1):
            continue
        counts["invited" if _send(row) else "not_invited"] += 1
    return counts


def link_of(row: Invitation) -> str:
    """The address in the letter."""
    return f"{settings.PUBLIC_URL}/invitation/{signing.dumps(str(row.pk), salt=SALT)}/"


def letter_of(row: Invitation) -> mail.EmailMultiAlternatives:
    """Its mail; the same but for the date and the link's stamp however often it is asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "subject": _("You are invited"),
            "opening": _("Somebody you know asked us to send you this."),
            "paragraphs": [(part, False) for part in _words(row)],
            "label": _("See what it is"),
            "url": link_of(row),
            "why": _("You get this once. If you do not know who it is from, please take no notice of it."),
            "language": settings.LANGUAGE_CODE,
        }
        message = mail.EmailMultiAlternatives(
            subject=str(context["subject"]),
            body=render_to_string("mail/message.txt", context),
            from_email=settings.EMAIL_BOUNCES,
            to=[row.email],
            headers={
                "From": settings.DEFAULT_FROM_EMAIL,
                "Message-ID": f"<{row.pk}@{messages.host()}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(render_to_string("mail/message.html", context), "text/html")
    return message


def _words(row: Invitation) -> list[str]:
    by = {"by": row.made_by.email}
    if row.role == Membership.OWNER:
        first = _(
            "%(by)s keeps a diary and would like it to be your own from now on. Nothing changes until you say yes."
        )
    elif row.role == Membership.CARER:
        first = _("%(by)s would like your help with a diary. You may read it and write in it.")
    else:
        first = _("%(by)s lets you read a diary.")
    how = _(
        "Log in with the address this letter came to, or make an account with it. You will find the diary there. "
        "The link works for two weeks."
    )
    return [first % by, how]


def _send(row: Invitation) -> bool:
    try:
        letter_of(row).send()
    except (OSError, smtplib.SMTPException) as error:
        gone = row.letter_tries + 1 >= len(RETRY_MINUTES)  # `row` was read before this try was counted
        log.warning("Invitation %s was not sent: %s", row.pk, type(error).__name__)
        if gone:
            Invitation.objects.filter(pk=row.pk).update(letter=Invitation.FAILED)
        return False
    Invitation.objects.filter(pk=row.pk).update(letter=Invitation.SENT)
    return True
