"""From finding to alert to notice: opened once, closed, opened anew, answered, never lost half-way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.actions.conftest import LogEntry
from tracker.actions.alerts import acknowledge
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import create_user, invite_member
from tracker.actions.scanning import due_lumps, scan_lump
from tracker.models import Alert, CareEvent, Delivery, Entry, Lump, Notice, User

pytestmark = pytest.mark.django_db


def test_pus_is_told_at_once_in_the_same_transaction(log: LogEntry, alice: User) -> None:
    advice = log(discharge="pus", length_mm=20.0).advice
    assert advice.urgency == "same_day"
    alert = Alert.objects.get(rule="infection.spreading")
    notice = Notice.objects.get(cause=f"alert:{alert.pk}:1")
    assert notice.user == alice and alert.words in notice.body
    assert Delivery.objects.filter(notice=notice, channel="email").count() == 1


def test_the_same_finding_is_told_once_and_its_alert_closes_with_it(log: LogEntry) -> None:
    log(days_ago=2, spreading=True)
    log(days_ago=1, spreading=True)
    assert Alert.objects.filter(rule="infection.spreading").count() == 1
    before = Notice.objects.count()
    log(spreading=False)
    alert = Alert.objects.get(rule="infection.spreading")
    assert alert.state == Alert.CLOSED and Notice.objects.count() == before


def test_acknowledged_stays_quiet_until_it_is_worse(log: LogEntry, alice: User) -> None:
    log(days_ago=1, redness=1, tenderness=2, pain=4, warmth=True)
    alert = Alert.objects.get(rule="infection.signs")
    acknowledge(user=alice, pk=alert.pk, how="appointment", on=timezone.now().date() + timedelta(days=1))
    alert.refresh_from_db()
    assert alert.state == Alert.ACKNOWLEDGED and alert.how == "appointment"
    assert CareEvent.objects.get().detail == "infection.signs"
    told = Notice.objects.count()
    log(redness=1, tenderness=2, pain=4, warmth=True)
    assert Notice.objects.count() == told
    log(redness=2, tenderness=2, pain=6, warmth=True)
    alert.refresh_from_db()
    assert alert.state == Alert.OPEN and Notice.objects.count() > told


def test_an_answer_counts_though_the_phones_clock_is_ahead(log: LogEntry, alice: User) -> None:
    log(days_ago=-0.01, discharge="pus")  # a quarter of an hour to come
    alert = Alert.objects.get(rule="infection.spreading")
    told = Notice.objects.count()
    acknowledge(user=alice, pk=alert.pk)
    alert.refresh_from_db()
    assert (alert.state, alert.next_step_at, Notice.objects.count()) == (Alert.ACKNOWLEDGED, None, told)


def test_an_emergency_is_never_quiet(log: LogEntry, alice: User) -> None:
    log(unwell=["confused"])
    alert = Alert.objects.get(rule="sepsis.signs")
    acknowledge(user=alice, pk=alert.pk, how="not_now")
    alert.refresh_from_db()
    assert alert.state == Alert.OPEN and not alert.quiet


def test_seen_by_a_doctor_is_an_event_of_that_day(log: LogEntry, alice: User) -> None:
    log(days_ago=3, discharge="pus")
    alert = Alert.objects.get(rule="infection.spreading")
    day = timezone.now().date() - timedelta(days=1)
    acknowledge(user=alice, pk=alert.pk, how="examined", on=day)
    event = CareEvent.objects.get()
    assert event.kind == "examined" and event.at.date() == day
    log(days_ago=0, unwell=["confused"])
    emergency = Alert.objects.get(rule="sepsis.signs")
    with pytest.raises(Wrong):
        acknowledge(user=alice, pk=emergency.pk, how="examined", on=timezone.now().date() + timedelta(days=1))


def test_who_may_answer(log: LogEntry, alice: User, lump: Lump) -> None:
    log(discharge="pus")
    alert = Alert.objects.get(rule="infection.spreading")
    victor = create_user(email="victor@example.org", password="a quiet lake at dusk")
    bob = create_user(email="bob@example.org", password="a quiet lake at dusk")
    invite_member(user=alice, person_id=lump.person_id, email=victor.email, role="viewer")
    for user, refusal in ((victor, MayOnlyLook), (bob, NotThere)):
        with pytest.raises(refusal):
            acknowledge(user=user, pk=alert.pk)


def test_the_owner_is_told_at_once_and_so_is_a_carer_who_wrote_the_entry(
    log: LogEntry, alice: User, lump: Lump
) -> None:
    for name, role in (("carol", "carer"), ("dan", "carer"), ("victor", "viewer")):
        create_user(email=f"{name}@example.org", password="a quiet lake at dusk")
        invite_member(user=alice, person_id=lump.person_id, email=f"{name}@example.org", role=role)
    log(discharge="pus")
    assert set(Notice.objects.values_list("user__email", flat=True)) == {"alice@example.org"}
    log(unwell=["confused"], user=User.objects.get(email="carol@example.org"))
    emergency = Notice.objects.filter(urgency="emergency")
    assert set(emergency.values_list("user__email", flat=True)) == {"alice@example.org", "carol@example.org"}


def test_the_clock_finds_what_time_alone_brings(log: LogEntry, lump: Lump) -> None:
    log(days_ago=0, length_mm=20.0)
    assert not Alert.objects.filter(rule="persistent").exists()
    later = timezone.now() + timedelta(days=20)
    assert list(due_lumps(later)) == [lump]
    with transaction.atomic():
        scan_lump(pk=lump.pk, at=later)
    assert Alert.objects.get(rule="persistent").state == Alert.OPEN


class Cut(Exception):
    """Stands for the process dying at this statement."""


def test_cut_between_any_two_statements_nothing_is_half_told(log: LogEntry) -> None:
    """Row A3: wherever the transaction is cut, either the entry and its notice are there, or neither is."""
    cuts = 0
    while True:
        left = cuts

        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Cut
            left -= 1
            return execute(sql, params, many, context)

        try:
            with transaction.atomic(), connection.execute_wrapper(wrapper):
                log(discharge="pus", length_mm=20.0)
        except Cut:
            assert not Entry.objects.exists() and not Alert.objects.exists() and not Notice.objects.exists()
            cuts += 1
            assert cuts < 200
            continue
        break
    assert cuts > 8  # it was cut at every statement from the gate to the outbox
    told = {cause.split(":")[1] for cause in Notice.objects.values_list("cause", flat=True)}
    loud = Alert.objects.filter(urgency__in=("emergency", "same_day", "soon"))
    assert loud and all(str(alert.pk) in told for alert in loud)
