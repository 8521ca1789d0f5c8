"""Alice's diary with one lump."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from tracker.actions.entries import Logged
    from tracker.models import Lump, User

LogEntry = Callable[..., "Logged"]


@pytest.fixture
def alice(db: Any) -> User:
    from tracker.actions.people import create_user

    return create_user(email="alice@example.org", password="a quiet lake at dusk")


@pytest.fixture
def lump(alice: User) -> Lump:
    from tracker.models import Lump, Membership

    person = Membership.objects.get(user=alice).person
    return Lump.objects.create(person=person, name="Back", site="lower_back", first_noticed_on=timezone.now().date())


@pytest.fixture
def log(alice: User, lump: Lump) -> LogEntry:
    from tracker.actions.entries import log_entry
    from tracker.models.base import uuid7

    def _log(days_ago: float = 0, **body: Any) -> Logged:
        at: datetime = timezone.now() - timedelta(days=days_ago)
        options = {key: body.pop(key) for key in ("pk", "base_revision", "user") if key in body}
        given = {"user": alice, "pk": uuid7(), **options}
        return log_entry(lump_id=lump.pk, body={"measured_at": at, **body}, **given)

    return _log
