"""Every message the diary can send, to look at: as a mail in light and in dark, as text, and on a lock screen."""

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tracker.actions import audit
from tracker.notifications import messages, previews

TONES = ("light", "dark")
# A mail's HTML may do nothing but look: its styles bear a nonce of this answer
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_DARK = "@media (prefers-color-scheme: dark)"
_STYLED = re.compile(r'<(?P<tag>[a-z0-9]+)(?P<rest>[^<>]*?)\sstyle="(?P<style>[^"]*)"(?P<end>[^<>]*)>')
_CLASS = re.compile(r'\sclass="([^"]*)"')
# what the account pages send, and what stands in it here
ACCOUNT_MAILS = (
    "email_confirmation", "password_reset_key", "password_reset_code", "login_code", "account_already_exists",
    "unknown_account", "account_changed",
)  # fmt: skip
_ACCOUNT_CONTEXT = {
    "code": "204 117", "email": "sam@example.org", "activate_url": "https://diary.example/accounts/confirm-email/…/",
    "password_reset_url": "https://diary.example/accounts/password/reset/…/",  # nosec B105 - an address
    "signup_url": "https://diary.example/accounts/signup/", "what": audit.SENTENCES["account.password_changed"],
    "timestamp": datetime(2026, 5, 3, 9, 20, tzinfo=UTC), "ip": "203.0.113.7", "user_agent": "Firefox",
}  # fmt: skip


def _may_look(request: HttpRequest) -> bool:
    """They are about nobody, so anybody signed in may, and with DEBUG whoever builds."""
    return settings.DEBUG or request.user.is_authenticated


def _sample(key: str) -> previews.Sample:
    for sample in previews.samples():
        if sample.key == key:
            return sample
    raise Http404


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """/look/mail/: the way here from the page of elements, with DEBUG only."""
    if not settings.DEBUG:
        raise Http404
    return redirect("preview_list")


@require_safe
def preview_list(request: HttpRequest) -> HttpResponse:
    if not _may_look(request):
        return redirect_to_login(request.get_full_path())
    found = previews.samples()
    account = [
        (name, render_to_string(f"account/email/{name}_message.txt", _ACCOUNT_CONTEXT)) for name in ACCOUNT_MAILS
    ]
    return render(request, "mail/previews.html", {"samples": found, "account": account})


@require_safe
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """One message in every form it can take."""
    if not _may_look(request):
        return redirect_to_login(request.get_full_path())
    sample = _sample(key)
    letter, shown = messages.letter(sample.notice), messages.lock_screen(sample.notice)
    context: dict[str, Any] = {"sample": sample, "letter": letter, "shown": shown, "tones": TONES}
    return render(request, "mail/preview.html", context)


@require_safe
@xframe_options_sameorigin
def preview_html(request: HttpRequest, key: str, tone: str) -> HttpResponse:
    """The mail as a mail program shows it, in light or in dark, for a frame."""
    if not _may_look(request) or tone not in TONES:
        raise Http404
    nonce = secrets.token_urlsafe(16)
    response = HttpResponse(lift_styles(messages.letter(_sample(key).notice).html, tone, nonce))
    response["Content-Security-Policy"] = POLICY.format(nonce=nonce)
    return response


def lift_styles(html: str, tone: str, nonce: str) -> str:
    """The same page with each style attribute as a rule of one style element, which a nonce can allow; in one tone.

    The rules keep the rank of an attribute: above the sheet's, below its `!important`.
    """
    rules: dict[str, str] = {}

    def lifted(found: re.Match[str]) -> str:
        name = rules.setdefault(found["style"], f"i{len(rules)}")
        attributes = found["rest"] + found["end"]
        if _CLASS.search(attributes):
            attributes = _CLASS.sub(rf' class="\1 {name}"', attributes, count=1)
        else:
            attributes += f' class="{name}"'
        return f"<{found['tag']}{attributes}>"

    html = _STYLED.sub(lifted, html)
    html = html.replace(_DARK, "@media all" if tone == "dark" else "@media not all").replace("light dark", tone)
    sheet = "\n".join(f".{name}.{name}.{name} {{ {style} }}" for style, name in rules.items())
    html = html.replace("<style>", f'<style nonce="{nonce}">')
    return html.replace("</head>", f'<style nonce="{nonce}">\n{sheet}\n</style>\n</head>', 1)
