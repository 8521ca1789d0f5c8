"""An account's own settings and tokens."""

from datetime import time
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from tracker.actions import audit
from tracker.actions.errors import NotThere
from tracker.models import AccessToken, User

SETTINGS = (
    "region",
    "units",
    "theme",
    "wants_email",
    "wants_push",
    "email_reminders",
    "email_digest",
    "quiet_from",
    "quiet_until",
)
QUIET = {"quiet_from": time(22), "quiet_until": time(7)}


def change_settings(*, user: User, **values: Any) -> User:
    """Bring the named settings (of SETTINGS, already checked) to `values`; the others stay. `region` None: unpicked.

    Quiet hours go together: one of the two None ends them, one alone takes its usual other.
    """
    values |= _quiet_hours(user, values)
    fields = [name for name in SETTINGS if name in values]
    for name in fields:
        setattr(user, name, "" if values[name] is None and name == "region" else values[name])
    if fields:
        user.save(update_fields=fields)
    return user


def _quiet_hours(user: User, values: dict[str, Any]) -> dict[str, time | None]:
    named = {name: values[name] for name in QUIET if name in values}
    if not named or None in named.values():
        return dict.fromkeys(QUIET, None) if named else {}
    return {name: named.get(name) or getattr(user, name) or usual for name, usual in QUIET.items()}


def forget_ended_sessions() -> int:
    """Delete address and browser of every log-in that is over: logged out, ended, or out of time; how many there were.

    Call it after Django's `clearsessions`, which deletes those that are out of time.
    """
    over = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return int(over.delete()[0])


def revoke_token(*, user: User, pk: UUID) -> None:
    """End a token at once; a second time changes nothing. Raises NotThere for somebody else's."""
    with transaction.atomic():
        token = AccessToken.objects.filter(pk=pk, user=user).first()
        if token is None:
            raise NotThere
        if token.revoked_at is None:
            AccessToken.objects.filter(pk=pk).update(revoked_at=timezone.now())
            audit.note("token.revoked", actor=user, what=pk)
