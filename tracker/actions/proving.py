"""Who holds this session is asked to prove it again before what matters: photos shared, a diary handed over, tokens."""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracker.models import User

OFFER_AFTER = timedelta(days=7)


def proved_lately(request: Any) -> bool:
    """Did whoever holds this session log in, or prove again that it is them, a short while ago?

    `request`: Django's, signed in by session. The while is settings.ACCOUNT_REAUTHENTICATION_TIMEOUT, in seconds. An
    account that has nothing here to prove itself by (its own server logs it in) is taken at its word, as allauth does.
    """
    from allauth.account.authentication import get_authentication_records

    user = request.user
    if not user.is_authenticated:
        return False
    if not user.has_usable_password() and not has_second_step(user):
        return True
    latest = max((record["at"] for record in get_authentication_records(request, user)), default=0.0)
    return bool(0 <= time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def offers_second_step(user: Any) -> bool:
    """Is it time to offer one? After the first week, to whoever has none: on the first day there is enough to learn."""
    return bool(user.date_joined < timezone.now() - OFFER_AFTER) and not has_second_step(user)


def has_second_step(user: User) -> bool:
    """Does a stolen password alone open nothing: an authenticator app or a passkey is set up."""
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user))
