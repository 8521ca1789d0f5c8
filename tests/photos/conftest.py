"""Fixtures of this room. What knows Django is imported late: this file is read before Django is set up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "a quiet lake at dusk"


@pytest.fixture
def alice(db: Any) -> Any:
    from tracker.actions.people import create_user

    return create_user(email="alice@example.org", password=PASSWORD)


@pytest.fixture
def entry(alice: Any) -> Any:
    from django.utils import timezone

    from tracker.models import Entry, Lump, Membership

    person = Membership.objects.get(user=alice).person
    lump = Lump.objects.create(person=person, name="Back", site="lower_back")
    return Entry.objects.create(lump=lump, measured_at=timezone.now())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A photo store and keys of this test's own."""
    from django.core.files.storage import storages

    place = tmp_path / "photos"
    settings.SECRETS_DIR = tmp_path / "secrets"
    settings.STORAGES = {
        **settings.STORAGES,
        "photos": {"BACKEND": "tracker.pictures.disk.DurableStorage", "OPTIONS": {"location": place}},
    }
    yield place
    vars(storages)["_storages"].clear()
