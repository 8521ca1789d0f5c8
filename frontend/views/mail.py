"""What the diary would have sent to somebody signed in, where there is no mail server (EMAIL_URL unset)."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tracker.notifications.mailbox import KeptMail, kept_for, kept_mail

# A mail's HTML may do nothing: no script, no form, nothing loaded from elsewhere. `allow-same-origin` is for our style
# sheet alone; without `allow-scripts` it opens nothing.
SANDBOX = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


STYLES = re.compile(r"<style\b.*?</style>|(?<=\s)style=(?:\"[^\"]*\"|'[^']*')", re.S | re.I)


def _own(request: HttpRequest, name: str) -> KeptMail:
    """The mail of that name if it was kept for the person signed in; Http404 for any other."""
    mail = kept_mail(name, request.user.email) if settings.MAIL_IN_FOLDER else None  # type: ignore[union-attr]
    if mail is None:
        raise Http404
    return mail


@require_safe
@login_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """One's own mails, newest first."""
    if not settings.MAIL_IN_FOLDER:
        raise Http404
    return render(request, "mail/list.html", {"mails": kept_for(request.user.email)})  # type: ignore[union-attr]


@require_safe
@login_required
def mail_one(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, and a frame with its HTML."""
    return render(request, "mail/one.html", {"mail": _own(request, name)})


@require_safe
@login_required
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a page under SANDBOX, dressed by our sheet: no inline style is allowed, so the mail's come off."""
    mail = _own(request, name)
    dress = format_html('<link rel="stylesheet" href="{}"><base target="_blank">', static("css/mail.css"))
    response = HttpResponse(str(dress) + STYLES.sub("", mail.html))  # the policy below is what makes this fit to show
    response["Content-Security-Policy"] = SANDBOX
    return response
