"""An account's own settings and tokens."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tracker.actions import audit
from tracker.actions.errors import NotThere
from tracker.models import AccessToken, User

SETTINGS = ("region", "units", "theme", "wants_email", "wants_push", "email_reminders", "email_digest")


def change_settings(*, user: User, **values: Any) -> User:
    """Bring the named settings (of SETTINGS, already checked) to `values`; the others stay. `region` None: unpicked."""
    fields = [name for name in SETTINGS if name in values]
    for name in fields:
        setattr(user, name, "" if values[name] is None else values[name])
    if fields:
        user.save(update_fields=fields)
    return user


def revoke_token(*, user: User, pk: UUID) -> None:
    """End a token at once; a second time changes nothing. Raises NotThere for somebody else's."""
    with transaction.atomic():
        token = AccessToken.objects.filter(pk=pk, user=user).first()
        if token is None:
            raise NotThere
        if token.revoked_at is None:
            AccessToken.objects.filter(pk=pk).update(revoked_at=timezone.now())
            audit.note("token.revoked", actor=user, what=pk)
