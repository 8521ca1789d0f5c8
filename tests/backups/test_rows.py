"""Every table goes out as lines and comes back the same, with whatever a column can hold."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

from tests.accounts.knocking import log_in
from tests.cast import make_cast
from tracker.backups import rows
from tracker.models import Entry, Notice, Photo

pytestmark = pytest.mark.django_db


def everything() -> list[tuple[str, int, bytes]]:
    return list(rows.read("default"))


def test_all_rows_come_back_equal() -> None:
    cast = make_cast()
    Entry.objects.filter(pk=cast.entry.pk).update(
        note="Zeile\nzwei “ü” \u2028 🙂", length_mm=0.1 + 0.2, skin=[], typed={"length": "2,1 cm", "n": 2**70}, pain=0,
        measured_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    )  # fmt: skip
    Photo.objects.create(entry=cast.entry, received_sha256="0" * 64, received_bytes=3, analysis={"ok": None})
    Authenticator.objects.create(user=cast.alice.user, type=Authenticator.Type.TOTP, data={"secret": "S"})
    before = everything()
    assert {"tracker.entry", "tracker.user", "account.emailaddress", "mfa.authenticator"} <= {
        part[0] for part in before
    }
    fields = {model._meta.label_lower: rows.columns(model) for model in rows.models_of(apps)}
    rows.empty_tables(apps)
    assert everything() == []
    counts = rows.write(((label, part) for label, _, part in before), fields, apps)
    connection.check_constraints()
    rows.continue_counting(apps)
    assert everything() == before
    assert counts == {label: sum(n for other, n, _ in before if other == label) for label, _, _ in before}
    entry = Entry.objects.get(pk=cast.entry.pk)
    assert (entry.length_mm, entry.skin, entry.width_mm) == (0.1 + 0.2, [], None)


def test_no_open_log_in_is_in_a_backup() -> None:
    cast = make_cast()
    client, _answer = log_in(cast.alice.user.email)
    key = client.session.session_key
    assert Session.objects.filter(pk=key).exists() and UserSession.objects.filter(session_key=key).exists()
    parts = everything()
    assert {label for label, _, _ in parts} & rows.LEFT_OUT == set()
    assert str(key).encode() not in b"".join(gzip.decompress(part) for _, _, part in parts)
    assert {model._meta.label_lower for model in rows.models_of(apps)} > rows.LEFT_OUT


def test_no_table_is_forgotten() -> None:
    known = {model._meta.db_table for model in rows.models_of(apps)} | {"django_migrations"}
    with connection.cursor() as cursor:
        assert set(connection.introspection.table_names(cursor)) == known


def test_many_rows_make_several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    Notice.objects.bulk_create(
        Notice(user=cast.alice.user, kind="test", cause=str(n), subject="s", body="b") for n in range(7)
    )
    monkeypatch.setattr(rows, "PART", 3)
    parts = [
        json.loads(line)
        for label, _, part in everything()
        if label == "tracker.notice"
        for line in gzip.decompress(part).splitlines()
    ]
    assert len(parts) == 7 and len([1 for label, _, _ in everything() if label == "tracker.notice"]) == 3


@pytest.mark.parametrize("value", [object(), {1, 2}])
def test_what_it_cannot_hold_is_refused_aloud(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        rows._plain(value)
