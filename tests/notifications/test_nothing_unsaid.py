"""A fault between any two statements from the entry to the outbox leaves no finding without its message."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.notifications.cast import account, lump_of
from tracker.actions.entries import log_entry
from tracker.models import Alert, Entry, Notice
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = ("emergency", "same_day", "soon")


class Fault:
    """Breaks the connection's n-th statement, counted from 0."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.seen += 1
        if self.seen - 1 == self.number:
            raise DatabaseError("the power went")
        return execute(*args)


def _unsaid() -> list[Alert]:
    loud = Alert.objects.filter(urgency__in=TOLD, quiet=False)
    return [row for row in loud if not Notice.objects.filter(cause__startswith=f"alert:{row.pk}:").exists()]


def test_no_fault_between_entry_and_outbox_leaves_a_finding_unsaid() -> None:
    alice = account("alice")
    number, through = 0, False
    while not through:
        lump = lump_of(alice, f"No {number}")
        fault = Fault(number)
        body = {"measured_at": timezone.now(), "length_mm": 20.0, "method": "ruler", "discharge": "pus", "pain": 8}
        try:
            with connection.execute_wrapper(fault):
                log_entry(user=alice, pk=uuid7(), lump_id=lump.pk, body=body)
        except DatabaseError:
            assert not Entry.objects.filter(lump=lump).exists()  # the phone keeps its copy and sends it again
            assert not Alert.objects.filter(lump=lump).exists()
        else:
            through = fault.seen <= number
        assert _unsaid() == []
        number += 1
    assert number > 10
    assert Alert.objects.filter(lump=lump, urgency="same_day").exists()
    assert Notice.objects.filter(lump=lump, urgency="same_day").exists()
