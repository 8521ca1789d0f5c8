"""Short versions of the rows of time; `make chaos` runs the long ones."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.chaos import of_time
from tests.notifications.cast import account, alert_of, lump_of
from tracker.actions import ladder
from tracker.models import Alert, Notice

pytestmark = pytest.mark.django_db(transaction=True)


def test_a3_no_fault_between_entry_and_outbox_leaves_a_finding_unsaid() -> None:
    faults, left, extra = of_time.cut_everywhere(of_time.LOUD[0])
    assert faults > 20
    assert (left, extra) == (0, 0)
    assert Alert.objects.filter(urgency__in=of_time.TOLD).exists()


def test_a3_no_fault_on_the_ladder_leaves_a_rung_untold_or_tells_it_twice() -> None:
    alert = alert_of(lump_of(account("alice")), "same_day")
    ladder.begin(alert, at=alert.opened_at)
    at, faults = timezone.now() + timedelta(hours=4), 0
    while not Notice.objects.exists():
        try:
            with connection.execute_wrapper(of_time.Fault(faults)):
                ladder.climb(pk=alert.pk, at=at)
        except DatabaseError:
            assert not Notice.objects.exists()
            assert ladder.due_alerts(at=at) == [alert.pk]
        faults += 1
    assert faults > 5
    assert ladder.climb(pk=alert.pk, at=at) == 0
    assert Notice.objects.count() == 1


def test_a7_a_clock_that_jumps_and_two_schedulers_ask_once_a_slot() -> None:
    came, missed, twice, early = of_time.jump_about(seed=1, steps=40)
    assert came > 5
    assert (missed, twice, early) == (0, 0, 0)


@pytest.mark.parametrize(
    ("zone", "start"), [("Pacific/Apia", date(2011, 12, 26)), ("Africa/Casablanca", date(2026, 2, 10))]
)
def test_a8_once_a_local_day_through_the_database(zone: str, start: date) -> None:
    assert of_time.days_of(zone, start, 12) == (0, 11 if zone == "Pacific/Apia" else 12)
