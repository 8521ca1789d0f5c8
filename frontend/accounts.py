"""Our say in allauth's flows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from frontend.doorkeeper import Doorkeeper
from tracker.actions.people import claim_invitations, start_own_diary


class AccountAdapter(Doorkeeper):
    """Sign-up opens a diary of one's own; a verified address finds the invitations sent to it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            start_own_diary(user=email_address.user)
            claim_invitations(user=email_address.user, email=email_address.email)
        return confirmed
