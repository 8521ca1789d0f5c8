"""Many rows written by one statement."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone

from tests.notifications.cast import account, lump_of
from tracker.models import Alert, Lump
from tracker.models.bulk import update_all

pytestmark = pytest.mark.django_db

WORDS = ('a "quoted" {word}, and another', "back\\slash 'and' NULL", "", "one\ntwo, Ünïcode")


def alerts() -> list[Alert]:
    lump, now = lump_of(account("alice")), timezone.now()
    made = [Alert(lump=lump, rule=f"rule.{n}", urgency="soon", opened_at=now, words="before") for n in range(5)]
    return Alert.objects.bulk_create(made)


def test_each_row_is_given_its_own_values_and_no_other_is_touched() -> None:
    *changed, left = alerts()
    for number, (alert, words) in enumerate(zip(changed, WORDS, strict=True)):
        alert.words, alert.told, alert.quiet = words, number, number % 2 == 0
        alert.on = None if number else date(2026, 11, 1)
        alert.closed_at = None if number == 2 else alert.opened_at + timedelta(microseconds=number + 1)
        alert.because = "is not written"
    names = ("words", "told", "quiet", "on", "closed_at", "lump_id", "entry_id")
    update_all(changed, names)

    def told(alert: Alert) -> Any:
        return [getattr(alert, name) for name in names]

    for alert in changed:
        now = Alert.objects.get(pk=alert.pk)
        assert told(now) == told(alert)
        assert now.because == ""
    assert Alert.objects.get(pk=left.pk).words == "before"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps text of any length")
def test_what_is_too_long_is_refused_and_not_cut_off() -> None:
    lumps = [lump_of(account(name)) for name in ("alice", "bob")]
    for lump in lumps:
        lump.name = "x" * 101
    with pytest.raises(DataError), transaction.atomic():
        update_all(lumps, ["name"])
    assert not Lump.objects.filter(name__startswith="xx").exists()
