"""A mail server to send to, and a bell that starts rested."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.smtp import Mailbox


@pytest.fixture(autouse=True)
def _rested_bell() -> Iterator[None]:
    from tracker.notifications import bell

    bell._quiet_until[0] = 0.0
    yield
    bell._quiet_until[0] = 0.0


@pytest.fixture
def mail(settings: Any, smtp_server: Mailbox) -> Mailbox:
    """E-mail goes to a real server, which gives up on silence after two seconds."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", smtp_server.port, 2
    return smtp_server
