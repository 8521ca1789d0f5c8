"""No secret that stands in an address gets into the log, not even with a fault of ours."""

import logging
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from tracker.models import token_hash
from tracker.redaction import HideSecrets, without_secrets

TOKEN = "q8W0p3cV-xk7_ZfT2mYbN4hLrA1sDuE9oGjKiHvXwBc"


@pytest.mark.parametrize(
    "path",
    [f"/s/shl/{TOKEN}/", f"/calendar/{TOKEN}.ics", f"/unsubscribe/{signing.dumps(['x', 'all'])}/",
     f"/s/shl/file/{signing.dumps({'file': '1'})}", f"/accounts/password/reset/key/5k3x-{TOKEN}/"],
    ids=["shl", "calendar", "unsubscribe", "shl file", "reset"],  # a signature holds the second it was made in
)  # fmt: skip
def test_a_secret_in_a_path_is_hidden(path: str) -> None:
    clean = without_secrets(f"Internal Server Error: {path}")
    assert clean.startswith("Internal Server Error: /") and "[hidden]" in clean
    assert max(len(part) for part in clean.split("/")) < 24


@pytest.mark.parametrize(
    "text",
    [
        "/api/entries/019395f0-0000-7000-8000-0123456789ab/",
        "/app/settings",
        "12/24/36",
        "/var/mail/20261122-215708-0123456789abcdef.eml",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/calendar/{TOKEN}.ics", f"/unsubscribe/{TOKEN}/", f"/s/shl/{TOKEN}/"])
def test_a_fault_is_logged_without_the_address_s_secret(
    path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of ours")

    for where in ("frontend.views.letterbox.calendar.reader_of", "frontend.views.letterbox.unsubscribing.read",
                  "frontend.views.health_link.open_health_link"):  # fmt: skip
        monkeypatch.setattr(where, fault)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        answer = client.generic(
            "POST" if "shl" in path else "GET", path, b'{"recipient": "x"}', content_type="application/json"
        )
    assert answer.status_code == 500
    assert "Internal Server Error: /" in caplog.text and "RuntimeError" in caplog.text
    assert TOKEN not in caplog.text and token_hash(TOKEN) not in caplog.text


def test_a_record_s_own_words_and_arguments_are_hidden_too() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "%s %s", ("/calendar/", f"/calendar/{TOKEN}.ics"), None)
    assert HideSecrets().filter(record)
    assert record.getMessage() == "/calendar/ /calendar/[hidden]"
