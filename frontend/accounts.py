"""Our say in allauth's flows."""

from typing import Any

from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.doorkeeper import Doorkeeper
from tracker.actions import audit
from tracker.actions.inviting import Invited, opened
from tracker.actions.people import claim_invitations, start_own_diary

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

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            _settle_in(email_address.user)
        return confirmed

    def login(self, request: HttpRequest, user: Any) -> None:
        """However somebody comes in, a diary is there: an account of one's own server was never confirmed here."""
        super().login(request, user)
        _settle_in(user)


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


def _settle_in(user: Any) -> None:
    """A diary of one's own, and those one was invited to."""
    proved = list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))
    if not proved:
        return
    start_own_diary(user=user)
    for email in proved:
        claim_invitations(user=user, email=email)
