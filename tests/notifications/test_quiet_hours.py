"""What can wait keeps out of quiet hours, over midnight and over daylight saving; what cannot wait does not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notifications.cast import account, alert_of, lump_of, person_of
from tests.support.smtp import Mailbox
from tracker.actions import asking, reminders
from tracker.actions.accounts import change_settings
from tracker.models import Delivery, Person, User
from tracker.models.base import uuid7
from tracker.notifications import health, messages, other_ways, outbox, sender
from tracker.wallclock import after_quiet, instant_of

LONDON = ZoneInfo("Europe/London")
START = datetime(2025, 1, 1, tzinfo=UTC)
ZONES = ["Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Chatham", "UTC"]


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("2026-06-02 21:59", "2026-06-02 21:59"),
        ("2026-06-02 22:00", "2026-06-03 07:00"),
        ("2026-06-03 00:30", "2026-06-03 07:00"),
        ("2026-06-03 06:59", "2026-06-03 07:00"),
        ("2026-06-03 07:00", "2026-06-03 07:00"),
        ("2026-03-28 23:00", "2026-03-29 07:00"),  # the night is an hour shorter
        ("2026-10-24 23:00", "2026-10-25 07:00"),  # and an hour longer
    ],
)
def test_over_midnight_and_daylight_saving(at: str, wanted: str) -> None:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=LONDON) for text in (at, wanted))
    assert after_quiet(begin, LONDON, time(22), time(7)) == end


def test_within_a_day_and_none_at_all() -> None:
    noon = datetime(2026, 6, 2, 12, tzinfo=LONDON)
    assert after_quiet(noon, LONDON, time(9), time(17)) == noon.replace(hour=17)
    for quiet in ((None, None), (time(9), time(9)), (time(13), time(14))):
        assert after_quiet(noon, LONDON, *quiet) == noon


def test_an_end_that_the_clock_skips_or_shows_twice() -> None:
    skipped = after_quiet(datetime(2026, 3, 28, 23, tzinfo=LONDON), LONDON, time(22), time(1, 30))
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 01:30 is not there; 02:30 is
    twice = datetime(2026, 10, 25, 1, 15, tzinfo=LONDON)
    assert after_quiet(twice, LONDON, time(22), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = twice.replace(fold=1)
    assert after_quiet(again, LONDON, time(22), time(1, 30)) == again  # it has ended once


@settings(max_examples=300, deadline=None)
@given(
    at=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)), zone=st.sampled_from(ZONES),
    begin=st.times(), end=st.times(),
)  # fmt: skip
def test_it_never_goes_back_never_waits_a_day_and_ends_outside(at: datetime, zone: str, begin: time, end: time) -> None:
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    place = ZoneInfo(zone)
    found = after_quiet(at, place, begin, end)
    assert at <= found <= at + timedelta(hours=26)
    if found != at:
        local = found.astimezone(place)
        assert instant_of(local.date(), end, place) == found


@pytest.fixture
def alice(db: Any) -> User:
    user = account("alice")
    Person.objects.filter(pk=person_of(user).pk).update(timezone="Europe/London")
    change_settings(user=user, quiet_from=time(22), quiet_until=time(7))
    return user


NIGHT = datetime(2026, 6, 2, 23, 30, tzinfo=LONDON)
MORNING = datetime(2026, 6, 3, 7, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("urgency", "out"), [("emergency", NIGHT), ("same_day", NIGHT), ("soon", MORNING), ("recheck", MORNING)]
)
def test_only_what_is_pressing_goes_out_at_night(alice: User, urgency: str, out: datetime) -> None:
    [notice] = outbox.post_alert(alert_of(lump_of(alice), urgency), at=NIGHT)
    assert [(row.due_at, row.next_try_at) for row in notice.deliveries.all()] == [(out, out)]


def test_each_reader_has_hours_and_a_zone_of_their_own(alice: User) -> None:
    carol = account("carol")
    Person.objects.filter(pk=person_of(carol).pk).update(timezone="Asia/Tokyo")
    change_settings(user=carol, quiet_from=time(7), quiet_until=time(9))
    alert = alert_of(lump_of(alice))
    for user in (alice, carol):
        outbox.post_to([user], messages.for_alert(alert), alert, cause="both", at=NIGHT)
    when = dict(Delivery.objects.values_list("notice__user__email", "next_try_at"))
    assert when == {
        "alice@example.org": MORNING,
        "carol@example.org": datetime(2026, 6, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo")),
    }


def test_who_wrote_no_zone_down_is_counted_where_the_diary_is_kept(alice: User) -> None:
    carol = account("carol")
    change_settings(user=carol, quiet_from=time(22), quiet_until=time(7))
    alert = alert_of(lump_of(alice))
    outbox.post_to([carol], messages.for_alert(alert), alert, cause="c", at=NIGHT)
    assert Delivery.objects.get().next_try_at == MORNING


def test_a_reminder_comes_at_its_hour_to_its_owner_and_later_to_who_sleeps(alice: User) -> None:
    carol = account("carol")
    change_settings(user=carol, quiet_from=time(22), quiet_until=time(7))
    person_of(alice).memberships.create(user=carol, role="carer", email=carol.email)
    with time_machine.travel(NIGHT - timedelta(days=1), tick=False):
        row = reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump_of(alice).pk, at=time(6), every=1).row
    asking.post_due_reminders(row.next_at)
    when = dict(Delivery.objects.values_list("notice__user__email", "next_try_at"))
    six = datetime(2026, 6, 2, 6, tzinfo=LONDON)
    assert when == {"alice@example.org": six, "carol@example.org": six.replace(hour=7)}


@pytest.mark.django_db(transaction=True)
def test_what_sleeps_is_neither_late_nor_tried_another_way(mail: Mailbox) -> None:
    alice = account("alice")
    Person.objects.filter(pk=person_of(alice).pk).update(timezone="Europe/London")
    change_settings(user=alice, quiet_from=time(22), quiet_until=time(7))
    with time_machine.travel(NIGHT, tick=False) as clock:
        alice.push_subscriptions.create(endpoint="https://push.example/a", p256dh="k", auth="a")
        change_settings(user=alice, wants_push=False)
        outbox.post_alert(alert_of(lump_of(alice)), at=timezone.now())
        clock.move_to(NIGHT + timedelta(hours=1))
        assert other_ways.look_for_stuck(timezone.now()) == 0
        assert health.health()["oldest_waiting_seconds"] is None
        sender.deliver()
        assert mail.received == []
        clock.move_to(MORNING)
        sender.deliver()
    assert [got.recipients for got in mail.received] == [("alice@example.org",)]


def test_hours_are_set_and_switched_off_by_the_interface(db: Any) -> None:
    from tests.cast import make_cast

    alice = make_cast().alice.token

    def hours(**body: Any) -> list[Any]:
        answer = alice.patch_json("/api/me/", body)
        assert answer.status_code == 200
        return [answer.json()[key] for key in ("quiet_from", "quiet_until", "zone")]

    assert hours() == ["22:00", "07:00", "UTC"]
    assert hours(quiet_from="23:30") == ["23:30", "07:00", "UTC"]
    assert hours(quiet_until=None) == [None, None, "UTC"]
    assert hours(quiet_until="06:15") == ["22:00", "06:15", "UTC"]
    for wrong in ("24:00", "7", 7, ""):
        assert alice.patch_json("/api/me/", {"quiet_from": wrong}).status_code == 400


def test_a_day_that_a_zone_left_out() -> None:
    apia = ZoneInfo("Pacific/Apia")
    late = datetime(2011, 12, 29, 23, tzinfo=apia)
    found = after_quiet(late, apia, time(22), time(7)).astimezone(apia)
    assert (found.date(), found.time()) == (date(2011, 12, 31), time(7))
