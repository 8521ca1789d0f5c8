"""Who is told what, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note, person_of
from tracker.models import Delivery, Entry, Membership, Notice, PushSubscription
from tracker.notifications import outbox

pytestmark = pytest.mark.django_db


def _join(person: Any, user: Any, role: str, **fields: Any) -> Membership:
    return Membership.objects.create(person=person, user=user, role=role, email=user.email, **fields)


def test_an_alert_tells_the_owner_and_whoever_wrote_the_entry_and_nobody_else() -> None:
    alice, carol, dan, victor, bob = map(account, ("alice", "carol", "dan", "victor", "bob"))
    person = person_of(alice)
    _join(person, carol, "carer", told=True)
    _join(person, dan, "carer", told=True)
    _join(person, victor, "viewer", told=False)
    _join(person, account("eve"), "carer", told=True, ended_at=timezone.now())
    _join(person, account("past"), "carer", told=True, until=timezone.now() - timedelta(minutes=1))
    lump = lump_of(alice)
    alert = alert_of(lump)
    alert.entry = Entry.objects.create(lump=lump, measured_at=timezone.now(), author=carol)

    notices = outbox.post_alert(alert, at=timezone.now())

    assert [notice.user for notice in notices] == [alice, carol]
    assert not Notice.objects.filter(user=bob).exists()
    assert {row.channel for row in Delivery.objects.all()} == {"email"}
    assert Delivery.objects.count() == 2


def test_where_the_owner_cannot_be_told_all_who_help_are() -> None:
    alice, carol, victor = map(account, ("alice", "carol", "victor"))
    _join(person_of(alice), carol, "carer", told=True)
    _join(person_of(alice), victor, "viewer", told=True)
    alice.is_active = False
    alice.save()
    assert [notice.user for notice in outbox.post_alert(alert_of(lump_of(alice)), at=timezone.now())] == [carol]


def test_the_same_opening_is_told_once_and_a_new_one_again() -> None:
    alert = alert_of(lump_of(account("alice")))
    at = timezone.now()
    assert len(outbox.post_alert(alert, at=at)) == 1
    assert outbox.post_alert(alert, at=at) == []
    alert.told = 2
    assert len(outbox.post_alert(alert, at=at)) == 1
    assert Delivery.objects.count() == 2


def test_each_device_and_the_mail_get_a_delivery_where_they_are_wanted() -> None:
    alice = account("alice")
    for name, gone in (("a", None), ("b", None), ("c", timezone.now())):
        PushSubscription.objects.create(
            user=alice, endpoint=f"https://fcm.googleapis.com/{name}", p256dh="x", auth="y", gone_at=gone
        )
    note(alice)
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "push", "push"]
    alice.wants_email = False
    note(alice)
    alice.wants_email, alice.email_refused, alice.wants_push = True, alice.email, False
    note(alice)
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "push", "push", "push", "push"]


@pytest.mark.parametrize(
    ("urgency", "kind", "sent"),
    [
        ("emergency", "alert", True),
        ("same_day", "alert", True),
        ("soon", "alert", True),
        ("recheck", "follow_up", True),
        ("routine", "digest", False),
    ],
)
def test_how_urgent_it_is_decides_how_it_travels(urgency: str, kind: str, sent: bool) -> None:
    [notice] = outbox.post_alert(alert_of(lump_of(account("alice")), urgency), at=timezone.now())
    assert notice.kind == kind
    assert notice.deliveries.exists() is sent


def test_a_note_is_not_sent() -> None:
    assert outbox.post_alert(alert_of(lump_of(account("alice")), "note"), at=timezone.now()) == []
    assert not Notice.objects.exists()


def test_what_the_database_refuses_is_not_taken_for_a_duplicate() -> None:
    alice = account("alice")
    with pytest.raises(IntegrityError), transaction.atomic():
        note(alice, kind="nonsense")


def test_a_rolled_back_cause_leaves_no_message() -> None:
    alert = alert_of(lump_of(account("alice")))

    def deed() -> None:
        with transaction.atomic():
            outbox.post_alert(alert, at=timezone.now())
            raise ValueError

    with pytest.raises(ValueError):
        deed()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
