"""Alice's shared lump, with a year of entries behind it; Dr Lee holds the link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from tracker.actions.health_links import MadeHealthLink
    from tracker.actions.sharing import MadeLink
    from tracker.models import Lump, User

MakeLink = Callable[..., "MadeLink"]
MakeHealthLink = Callable[..., "MadeHealthLink"]
REPORTS: list[bytes] = []


@dataclass
class Diary:
    """An owner, her lump with eight entries, and one lump that is not shared."""

    owner: User
    lump: Lump
    other: Lump


@pytest.fixture
def diary(db: Any) -> Diary:
    from tracker.actions.people import create_user
    from tracker.models import Entry, Lump, Membership

    owner = create_user(email="alice@example.org", password="a quiet lake at dusk")
    person = Membership.objects.get(user=owner).person
    lump, other = (Lump.objects.create(person=person, name=name, site="lower_back") for name in ("Back", "Hidden one"))
    now = timezone.now()
    for week in range(8):
        at = now - timedelta(days=7 * (8 - week))
        Entry.objects.create(lump=lump, measured_at=at, length_mm=20 + week, method="ruler", note="secret-note")
    return Diary(owner, lump, other)


@pytest.fixture
def make_link(diary: Diary) -> MakeLink:
    from tracker.actions.sharing import create_share_link

    def make(**options: Any) -> MadeLink:
        return create_share_link(user=diary.owner, lump_ids=[diary.lump.pk], **options)

    return make


@pytest.fixture
def make_health_link(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> MakeHealthLink:
    """The report of the first is that of all: setting it takes the longest by far, and tests/reports looks at it."""
    from tracker.actions import health_links
    from tracker.reports.pdf import enclosed_pdf

    def report(*args: Any, **options: Any) -> bytes:
        if not REPORTS:
            REPORTS.append(enclosed_pdf(*args, **options))
        return REPORTS[0]

    def make(**options: Any) -> MadeHealthLink:
        return health_links.create_health_link(user=diary.owner, lump_ids=[diary.lump.pk], **options)

    monkeypatch.setattr(health_links, "enclosed_pdf", report)
    return make


@pytest.fixture
def made(make_health_link: MakeHealthLink) -> MadeHealthLink:
    """A SMART Health Link to the shared lump, as it comes."""
    return make_health_link()


def unlock(made: MadeLink, *, client: Client | None = None, passcode: str | None = None, sender: str = "") -> Any:
    """POST the token (and the right passcode unless another is given) as the page does; the answer."""
    client = client or Client()
    form = {
        "token": made.token,
        "passcode": passcode if passcode is not None else made.passcode or "",
        "viewer": "Dr Lee",
    }
    headers = {"x-forwarded-for": sender} if sender else None
    return client.post("/s/", form, headers=headers)
