"""Our say in allauth's flows."""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.account.models import EmailAddress
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.doorkeeper import Doorkeeper
from tracker.actions import audit
from tracker.actions.inviting import Invited, opened
from tracker.actions.people import claim_invitations, start_own_diary

log = logging.getLogger(__name__)

# allauth's letters about a change to the account, and what the audit calls it
CHANGES = {
    "account/email/password_changed": "account.password_changed",
    "account/email/password_set": "account.password_set",
    "account/email/password_reset": "account.password_reset",
    "account/email/email_changed": "account.email_changed",
    "account/email/email_confirm": "account.email_confirmed",
    "account/email/email_deleted": "account.email_removed",
    "mfa/email/totp_activated": "account.app_added",
    "mfa/email/totp_deactivated": "account.app_removed",
    "mfa/email/webauthn_added": "account.passkey_added",
    "mfa/email/webauthn_removed": "account.passkey_removed",
    "mfa/email/recovery_codes_generated": "account.codes_made",
    "socialaccount/email/account_connected": "account.connected",
    "socialaccount/email/account_disconnected": "account.disconnected",
}

INVITATION = "invitation"  # the token of a letter that somebody followed, in their session


def invited(request: HttpRequest) -> Invited | None:
    """The invitation that this browser has followed, while it stands and nobody has answered it."""
    token = request.session.get(INVITATION)
    found = opened(token) if isinstance(token, str) else None
    return found if found is not None and found.waits else None


class AccountAdapter(Doorkeeper):
    """Sign-up opens a diary of one's own; a verified address finds the invitations sent to it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """SIGNUP=invited: for those who followed the link of an invitation; so nobody can ask who is invited."""
        return settings.SIGNUP == "open" or (settings.SIGNUP == "invited" and invited(request) is not None)

    def post_login(self, request: HttpRequest, user: Any, **said: Any) -> Any:
        """However somebody logs in, their audit says so."""
        audit.note("account.login", actor=user, what=user.pk)
        return super().post_login(request, user, **said)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every letter of allauth's leaves here. Its links lead to PUBLIC_URL, as those of our own letters do: allauth
        makes them from the request's Host, of which whoever sends the request has a choice.
        """
        links = {name: _at_home(url) for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """After every change to the account: a line in its audit, and a letter that says the same words.

        The change is made by now, so a letter that does not leave is logged and fails nothing.
        """
        deed = CHANGES.get(template_prefix, "account.changed")
        audit.note(deed, actor=user, what=user.pk)
        told = {**(context or {}), "what": audit.sentence(deed)}
        try:
            super().send_notification_mail("account/email/account_changed", user, told, email)
        except OSError as error:  # smtplib's own among them
            log.error("A letter about a change to an account did not leave: %s", type(error).__name__)

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            _settle_in(email_address.user)
            if email_address.primary:
                audit.note("account.email_confirmed", actor=email_address.user, what=email_address.user.pk)
            else:  # a second one opens the account as well: the first one hears of it
                self.send_notification_mail("account/email/email_confirm", email_address.user)
        return confirmed

    def login(self, request: HttpRequest, user: Any) -> None:
        """However somebody comes in, a diary is there: an account of one's own server was never confirmed here."""
        super().login(request, user)
        _settle_in(user)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Logging out elsewhere leaves a line in the audit."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """`sessions`: of one account."""
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            audit.note("account.sessions_ended", actor=ended[0].user, what=ended[0].user_id)


class SignupForm(BaseSignupForm):
    """As allauth's, but an address that has an account takes as long, and an invitation is for its own address."""

    def clean_email(self) -> str:
        email = str(super().clean_email())
        if settings.SIGNUP == "invited":
            from allauth.core import context

            letter = invited(context.request)
            if letter is None or letter.email.lower() != email.lower():
                raise forms.ValidationError(_("Please use the address that your invitation came to."))
        return email

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # the work that a new account costs, or time would tell
        return super().try_save(request)


def _at_home(url: str) -> str:
    """The same page at the diary's own address."""
    return settings.PUBLIC_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def _settle_in(user: Any) -> None:
    """A diary of one's own, and those one was invited to."""
    proved = list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))
    if not proved:
        return
    start_own_diary(user=user)
    for email in proved:
        claim_invitations(user=user, email=email)
