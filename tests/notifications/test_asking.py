"""Reminders after their slot: put off, left out, followed up once, done by logging; and the adaptive ones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.notifications.cast import account, lump_of, person_of
from tracker import tasks
from tracker.actions import reminders
from tracker.actions.entries import log_entry
from tracker.actions.events import save_event
from tracker.models import Alert, Delivery, Lump, Membership, Notice, Person, Reminder, User
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 6, 1, 8, 30, tzinfo=LONDON)
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY - timedelta(minutes=1), tick=False) as moved:
        yield moved


@pytest.fixture
def alice(db: Any, clock: Any) -> User:
    user = account("alice")
    Person.objects.filter(pk=person_of(user).pk).update(timezone="Europe/London")
    return user


@pytest.fixture
def lump(alice: User) -> Lump:
    return lump_of(alice)


def remind(user: User, lump: Lump, **fields: Any) -> Reminder:
    given: dict[str, Any] = {"at": time(8, 30), "every": 7} | fields
    row: Reminder = reminders.save_reminder(user=user, pk=uuid7(), lump_id=lump.pk, **given).row
    return row


def log(user: User, lump: Lump, at: datetime | None = None, **body: Any) -> None:
    body = {"measured_at": at or timezone.now(), "length_mm": 20.0, "method": "ruler", **body}
    log_entry(user=user, pk=uuid7(), lump_id=lump.pk, body=body)


def said(clock: Any, at: datetime) -> list[tuple[str, str]]:
    """(kind, when) of all that was said by `at`, however often the clock looks."""
    clock.move_to(at)
    tasks.remind()
    tasks.remind()
    rows = Notice.objects.filter(deliveries__channel="email").exclude(cause__startswith="alert:").order_by("created_at")
    return [(row.kind, f"{row.created_at.astimezone(LONDON):%a %H:%M}") for row in rows]


def fresh(row: Reminder) -> Reminder:
    return Reminder.objects.select_related("lump__person").get(pk=row.pk)


def test_unanswered_it_asks_once_more_then_stands_in_the_digest(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump)
    assert said(clock, MONDAY) == [("reminder", "Mon 08:30")]
    assert said(clock, MONDAY + timedelta(hours=23)) == [("reminder", "Mon 08:30")]
    asked = [("reminder", "Mon 08:30"), ("follow_up", "Tue 08:30")]
    assert said(clock, MONDAY + timedelta(days=1)) == asked
    assert fresh(row).overdue
    for days in range(2, 6):
        assert said(clock, MONDAY + timedelta(days=days)) == asked
    sunday = datetime(2026, 6, 7, 9, tzinfo=LONDON)
    assert said(clock, sunday) == [*asked, ("digest", "Sun 09:00")]
    digest = Notice.objects.get(kind="digest")
    assert "“Back”: the reminder of Monday 1 June is still open." in digest.body
    assert Delivery.objects.filter(notice=digest).count() == 1
    assert len(said(clock, sunday + timedelta(days=1))) == 4  # Monday's own


def test_a_daily_one_is_its_own_follow_up(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump, every=1)
    for days in range(3):
        assert len(said(clock, MONDAY + timedelta(days=days))) == days + 1
    assert fresh(row).overdue
    log(alice, lump)
    assert (fresh(row).overdue, fresh(row).asked_at) == (False, None)


@pytest.mark.parametrize("hours", [0.5, 23.5])
def test_logging_answers_it(alice: User, lump: Lump, clock: Any, hours: float) -> None:
    row = remind(alice, lump)
    said(clock, MONDAY)
    clock.move_to(MONDAY + timedelta(hours=hours))
    log(alice, lump)
    assert (fresh(row).asked_at, fresh(row).follow_up_at) == (None, None)
    assert said(clock, MONDAY + timedelta(days=3)) == [("reminder", "Mon 08:30")]


def test_an_older_entry_that_arrives_late_answers_nothing(alice: User, lump: Lump, clock: Any) -> None:
    remind(alice, lump)
    said(clock, MONDAY)
    log(alice, lump, at=MONDAY - timedelta(days=2))
    assert said(clock, MONDAY + timedelta(days=1))[-1] == ("follow_up", "Tue 08:30")


def test_an_entry_before_the_slot_does_the_day(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump, every=1)
    log(alice, lump)
    assert fresh(row).next_at == MONDAY + timedelta(days=1)
    assert said(clock, MONDAY) == []


def test_put_off_it_asks_again_then_and_only_then(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump)
    said(clock, MONDAY)
    reminders.snooze_reminder(user=alice, pk=row.pk, minutes=90)
    assert len(said(clock, MONDAY + timedelta(minutes=89))) == 1
    assert said(clock, MONDAY + timedelta(minutes=90))[-1] == ("reminder", "Mon 10:00")
    assert len(said(clock, MONDAY + timedelta(days=2))) == 2
    reminders.snooze_reminder(user=alice, pk=row.pk, minutes=60)
    log(alice, lump)
    assert len(said(clock, MONDAY + timedelta(days=3))) == 2


def test_left_out_once_however_often_it_is_tapped(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump)
    said(clock, MONDAY)
    asked = fresh(row).asked_at
    assert asked == MONDAY
    for _ in range(2):
        reminders.skip_reminder(user=alice, pk=row.pk, slot=asked)
    assert fresh(row).next_at == MONDAY + timedelta(days=7)
    assert said(clock, MONDAY + timedelta(days=2)) == [("reminder", "Mon 08:30")]
    for _ in range(2):
        reminders.skip_reminder(user=alice, pk=row.pk, slot=MONDAY + timedelta(days=7))
    assert fresh(row).next_at == MONDAY + timedelta(days=14)
    reminders.skip_reminder(user=alice, pk=row.pk)
    assert fresh(row).next_at == MONDAY + timedelta(days=21)


def test_paused_it_is_silent_until_that_day(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump, every=1, paused_until=date(2026, 6, 4))
    assert fresh(row).next_at == MONDAY + timedelta(days=3)
    assert said(clock, MONDAY + timedelta(days=2, hours=23)) == []
    assert said(clock, MONDAY + timedelta(days=3)) == [("reminder", "Thu 08:30")]


# --- adaptive ---------------------------------------------------------------------------------------------------------


def steady(user: User, lump: Lump, days: range) -> None:
    """Entries of the same size, at eight in the morning so many days ago, oldest first."""
    for ago in days:
        log(user, lump, at=MONDAY - timedelta(days=ago, minutes=30))


def test_steady_it_asks_once_a_week_and_says_why(alice: User, lump: Lump, clock: Any) -> None:
    steady(alice, lump, range(35, 0, -7))
    row = remind(alice, lump, days=EVERY_DAY, every=None, adaptive=True)
    assert fresh(row).next_at == MONDAY + timedelta(days=0)  # a week after the latest entry, of last Monday
    for ago in range(6, 0, -1):
        log(alice, lump, at=MONDAY - timedelta(days=ago, minutes=30))
    assert fresh(row).next_at == MONDAY + timedelta(days=6)
    assert fresh(row).why == "You measured 6 times this week, and the next useful one is Sunday."
    assert said(clock, MONDAY + timedelta(days=5)) == []
    sunday = MONDAY + timedelta(days=6)
    assert said(clock, sunday)[-1] == ("reminder", "Sun 08:30")
    assert fresh(row).next_at == sunday + timedelta(days=7)


def test_its_plan_still_names_the_days(alice: User, lump: Lump, clock: Any) -> None:
    steady(alice, lump, range(35, 0, -7))
    row = remind(alice, lump, days=["wed"], every=None, adaptive=True)
    log(alice, lump, at=MONDAY - timedelta(minutes=10))
    assert fresh(row).next_at == MONDAY + timedelta(days=9)  # this Wednesday tells nothing new, the next one does


def test_daily_while_there_are_signs_of_an_infection(alice: User, lump: Lump, clock: Any) -> None:
    steady(alice, lump, range(35, 0, -7))
    row = remind(alice, lump, days=["wed"], every=None, adaptive=True)
    log(alice, lump, discharge="pus")
    assert Alert.objects.filter(rule="infection.spreading", state="open").exists()
    assert (fresh(row).next_at, fresh(row).why) == (
        MONDAY + timedelta(days=1), "Once a day while there are signs of an infection.",
    )  # fmt: skip
    for days in (1, 2):
        said(clock, MONDAY + timedelta(days=days))
    assert Notice.objects.filter(kind="reminder").count() == 2
    log(alice, lump, discharge="none")
    assert fresh(row).why != "Once a day while there are signs of an infection."


def test_a_jump_is_asked_about_on_the_next_day(alice: User, lump: Lump, clock: Any) -> None:
    steady(alice, lump, range(35, 0, -7))
    row = remind(alice, lump, days=["sun"], every=None, adaptive=True)
    log(alice, lump, length_mm=27.0)
    assert Alert.objects.get(rule="size.jump").urgency == "recheck"
    assert fresh(row).next_at == MONDAY + timedelta(days=1)
    said(clock, MONDAY + timedelta(days=1))
    assert fresh(row).next_at != MONDAY + timedelta(days=2)  # once; then by its plan


def test_too_few_entries_to_tell_leave_it_to_the_plan(alice: User, lump: Lump, clock: Any) -> None:
    row = remind(alice, lump, every=2, adaptive=True)
    log(alice, lump)
    assert (fresh(row).next_at, fresh(row).why) == (MONDAY + timedelta(days=2), "")


# --- after treatments -------------------------------------------------------------------------------------------------


def event(user: User, lump: Lump, kind: str, at: datetime, **body: Any) -> Any:
    return save_event(user=user, pk=uuid7(), lump_id=lump.pk, body={"at": at, "kind": kind, "detail": "", **body}).row


def test_antibiotics_are_asked_about_between_the_second_and_the_third_day(alice: User, lump: Lump, clock: Any) -> None:
    start = MONDAY + timedelta(hours=8)
    clock.move_to(start)
    event(alice, lump, "antibiotics_started", start)
    assert said(clock, start + timedelta(hours=47)) == []
    later = start + timedelta(hours=48)
    assert [kind for kind, _ in said(clock, later)] == ["follow_up"]
    assert "Antibiotics were started two days ago for “Back”" in Notice.objects.get(kind="follow_up").body
    assert len(said(clock, later + timedelta(days=1))) == 1


@pytest.mark.parametrize("what", ["logged", "stopped", "deleted", "long ago"])
def test_antibiotics_are_not_asked_about_where_the_diary_knows(alice: User, lump: Lump, clock: Any, what: str) -> None:
    start = MONDAY - timedelta(days=10 if what == "long ago" else 0)
    row = event(alice, lump, "antibiotics_started", start)
    clock.move_to(start + timedelta(hours=49) if what != "long ago" else MONDAY)
    if what == "logged":
        log(alice, lump)
    elif what == "stopped":
        event(alice, lump, "antibiotics_stopped", start + timedelta(hours=40))
    elif what == "deleted":
        row.deleted_at = timezone.now()
        row.save()
    assert said(clock, MONDAY + timedelta(hours=71)) == []


def test_a_result_that_nobody_wrote_down_is_asked_about_two_weeks_on(alice: User, lump: Lump, clock: Any) -> None:
    event(alice, lump, "ultrasound", MONDAY)
    event(alice, lump, "biopsy", MONDAY, detail="told: harmless")
    assert said(clock, datetime(2026, 6, 15, 8, 59, tzinfo=LONDON)) == []
    assert said(clock, datetime(2026, 6, 15, 9, 0, tzinfo=LONDON)) == [("follow_up", "Mon 09:00")]
    assert Notice.objects.get().link == f"/app/lumps/{lump.pk}"


# --- by the interface -------------------------------------------------------------------------------------------------


def test_snooze_and_skip_by_the_interface(db: Any, clock: Any) -> None:
    cast: Cast = make_cast()
    path = f"/api/reminders/{uuid7()}/"
    made = cast.alice.token.put_json(path, {"lump": str(cast.lump.pk), "at": "08:30", "every": 7}).json()
    assert (made["next_at"], made["why"], made["asked_at"], made["overdue"]) == (
        "2026-06-01T08:30:00+00:00", None, None, False,
    )  # fmt: skip
    clock.move_to(datetime(2026, 6, 1, 8, 30, tzinfo=UTC))
    tasks.remind()
    put_off = cast.carol.token.post_json(f"{path}snooze/", {"minutes": 30}).json()
    assert (put_off["next_at"], put_off["why"]) == ("2026-06-01T09:00:00+00:00", "You put it off until Monday 09:00.")
    assert put_off["asked_at"] == "2026-06-01T08:30:00+00:00"
    skipped = cast.alice.token.post_json(f"{path}skip/", {"slot": put_off["asked_at"]}).json()
    assert (skipped["asked_at"], skipped["next_at"]) == (None, "2026-06-08T08:30:00+00:00")
    for path_of, body in (("snooze", {"minutes": 4}), ("snooze", {"minutes": "x"}), ("skip", {"slot": "today"})):
        assert cast.alice.token.post_json(f"{path}{path_of}/", body).status_code == 400
    for deed in ("snooze", "skip"):
        assert cast.victor.token.post_json(f"{path}{deed}/", {}).status_code == 403
        assert cast.bob.token.post_json(f"{path}{deed}/", {}).status_code == 404


def test_the_digest_is_for_who_helps_and_not_for_who_looks(alice: User, lump: Lump, clock: Any) -> None:
    for name, role in (("carol", "carer"), ("victor", "viewer")):
        user = account(name)
        Membership.objects.create(person=lump.person, user=user, role=role, email=user.email)
    remind(alice, lump)
    said(clock, MONDAY)
    said(clock, MONDAY + timedelta(days=1))
    said(clock, datetime(2026, 6, 7, 12, tzinfo=LONDON))
    digests = Notice.objects.filter(kind="digest")
    assert {notice.user.email.split("@")[0] for notice in digests} == {"alice", "carol"}
