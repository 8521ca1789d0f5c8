"""Fixtures of this room. What knows Django is imported late: this file is read before Django is set up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def house(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A folder of this test's own for all that is written: photos, their keys, mail, the list of erasures."""
    from django.core.files.storage import storages

    settings.VAR_DIR, settings.SECRETS_DIR = tmp_path, tmp_path / "secrets"
    settings.MAIL_DIR, settings.MAIL_IN_FOLDER = tmp_path / "mail", True
    settings.EMAIL_BACKEND = "tracker.notifications.mailbox.FolderBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "photos": {
            "BACKEND": "tracker.pictures.disk.DurableStorage",
            "OPTIONS": {"location": tmp_path / "photos"},
        },
    }
    yield tmp_path
    vars(storages)["_storages"].clear()


@pytest.fixture
def cast(db: None) -> Any:
    """Alice (owner), Carol (carer), Victor (viewer), Bob (stranger), and what Alice and Bob have written."""
    from tests.cast import make_cast

    return make_cast()
