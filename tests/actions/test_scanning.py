"""Looks of the clock at many lumps together, and by two workers at once."""

import gc
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.notifications.cast import account, lump_of
from tests.support.threads import at_once
from tracker.actions import scanning
from tracker.actions.entries import log_entry
from tracker.models import Alert, CareEvent, Entry, Lump, Membership, Notice, User
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

STORIES: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"length_mm": 20.0, "method": "ruler"},),
    ({"redness": 1}, {"redness": 2, "warmth": True, "pain": 5}),
    ({"length_mm": 20.0, "method": "ruler"}, {"length_mm": 48.0, "method": "ruler", "pain": 2}),
    ({"discharge": "pus"},),
    tuple({"length_mm": 20.0 * 1.12**n, "method": "caliper"} for n in range(8)),
    (),
)


def due_lump(owner: User, story: tuple[dict[str, Any], ...] = STORIES[0], days: int = 60) -> Lump:
    """A lump nobody has looked at yet, though its turn has come: its story began so many days ago."""
    now = timezone.now()
    lump = lump_of(owner)
    for number, fields in enumerate(story):
        Entry.objects.create(lump=lump, measured_at=now - timedelta(days=days - 7 * number), author=owner, **fields)
    Lump.objects.filter(pk=lump.pk).update(next_look_at=now - timedelta(minutes=1))
    return lump


def told_of(lump: Lump) -> Any:
    alerts = Alert.objects.filter(lump=lump).order_by("rule").values_list(
        "rule", "urgency", "words", "because", "state", "quiet", "opened_at", "told", "next_step_at",
    )  # fmt: skip
    notices = Notice.objects.filter(lump=lump).order_by("body").values_list("kind", "body", "urgency")
    return list(alerts), list(notices), *Lump.objects.values_list("looked_at", "next_look_at").get(pk=lump.pk)


def test_many_together_are_told_what_each_is_told_alone() -> None:
    alice, bob = account("alice"), account("bob")
    with time_machine.travel(timezone.now(), tick=False):
        together = [due_lump(alice, story) for story in STORIES]
        alone = [due_lump(bob, story) for story in STORIES]
        for day in (0, 1, 13, 30):
            with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
                now = timezone.now()
                Lump.objects.exclude(next_look_at=None).update(next_look_at=now)
                for lump in alone:
                    scanning.look(pk=lump.pk, at=now)
                due = scanning.due_lumps(now).count()
                assert scanning.look_at_due(at=now, seconds=60) == {"done": due, "failed": 0}
                assert [told_of(lump) for lump in together] == [told_of(lump) for lump in alone]
    assert Alert.objects.filter(lump__in=together).count() > len(STORIES)
    assert Notice.objects.filter(user=alice).count() == Notice.objects.filter(user=bob).count() > 3


def test_two_workers_at_once_look_once_at_each_and_tell_once(monkeypatch: Any) -> None:
    people = [account(f"p{number}") for number in range(8)]
    lumps = [due_lump(person, STORIES[3], days=1) for person in people]
    monkeypatch.setattr(scanning, "CHUNK", 4)
    both, done, judged = threading.Barrier(2), [], scanning._judged
    first: set[int] = set()

    def in_step(taken: list[Lump], at: Any) -> Any:
        if threading.get_ident() not in first:
            first.add(threading.get_ident())
            both.wait(20)  # each has taken a chunk before either looks
        return judged(taken, at)

    monkeypatch.setattr(scanning, "_judged", in_step)

    done = at_once(2, lambda _turn: scanning.look_at_due(at=timezone.now(), seconds=60))
    assert done == [{"done": 4, "failed": 0}] * 2
    assert Alert.objects.count() == Alert.objects.values("lump", "rule").distinct().count() >= len(lumps)
    assert sorted(Notice.objects.values_list("user__email", flat=True)) == sorted(person.email for person in people)


def test_what_somebody_logs_meanwhile_is_not_undone(monkeypatch: Any) -> None:
    alice, bob = account("alice"), account("bob")
    changed, other = due_lump(alice), due_lump(bob)
    judged = scanning._judged

    def judged_too_early(taken: list[Lump], at: Any) -> Any:
        found = judged(taken, at)
        log_entry(user=alice, pk=uuid7(), lump_id=changed.pk, body={"measured_at": timezone.now(), "discharge": "pus"})
        return found

    monkeypatch.setattr(scanning, "_judged", judged_too_early)
    taken = scanning.take(at=timezone.now(), limit=10)
    assert scanning.look_together(taken, at=timezone.now()) == 1
    assert Alert.objects.filter(lump=changed, state=Alert.OPEN, urgency="same_day").exists()
    assert Lump.objects.get(pk=changed.pk).next_look_at != taken.until  # as the entry set it
    assert Lump.objects.get(pk=other.pk).looked_at is not None


def test_a_change_of_the_person_meanwhile_leaves_the_lump_to_its_next_look() -> None:
    lump = due_lump(account("alice"))
    taken = scanning.take(at=timezone.now(), limit=10)
    lump.person.next_change(lump.person_id)
    assert scanning.look_together(taken, at=timezone.now()) == 0
    left = Lump.objects.get(pk=lump.pk)
    assert left.looked_at is None
    assert left.next_look_at is not None and left.next_look_at <= timezone.now() + scanning.SOON


def test_what_a_worker_took_and_died_over_comes_back() -> None:
    lump = due_lump(account("alice"))
    now = timezone.now()
    assert scanning.take(at=now, limit=10).lumps == [lump]
    assert scanning.take(at=now, limit=10).lumps == []
    assert scanning.take(at=now + Lump.TAKEN_FOR + timedelta(seconds=5), limit=10).lumps == [lump]


def test_what_came_back_is_taken_alone_for_it_may_be_what_the_worker_died_of() -> None:
    lumps = [due_lump(account(f"p{number}")) for number in range(3)]
    now = timezone.now()
    assert len(scanning.take(at=now, limit=10).lumps) == 3
    fresh = due_lump(account("bob"))
    after = now + Lump.TAKEN_FOR + timedelta(seconds=5)
    assert scanning.take(at=after, limit=10).lumps == [fresh]
    alone = [scanning.take(at=after, limit=10).lumps for _ in range(4)]
    assert sorted(len(each) for each in alone) == [0, 1, 1, 1]
    assert {each[0] for each in alone if each} == set(lumps)


ANTIBIOTICS = timedelta(hours=72)  # after which "not better" may be said


def treated_lump(owner: User, began: Any) -> Lump:
    lump = due_lump(owner, ())
    Entry.objects.create(lump=lump, measured_at=began - timedelta(hours=3), redness=2, author=owner)
    CareEvent.objects.create(lump=lump, at=began, kind="antibiotics_started")
    return lump


def rules_open(lump: Lump) -> list[str]:
    return list(Alert.objects.filter(lump=lump).not_closed().order_by("rule").values_list("rule", flat=True))


def test_what_falls_due_while_a_scan_goes_on_is_found_by_the_next_one() -> None:
    now = timezone.now()
    lump = treated_lump(account("alice"), now - ANTIBIOTICS - timedelta(seconds=20))
    scanning.look_at_due(at=now - timedelta(seconds=40), seconds=60)
    assert "infection.not_better" not in rules_open(lump)
    scanning.look_at_due(at=timezone.now(), seconds=60)
    assert "infection.not_better" in rules_open(lump)


def test_a_late_entry_does_not_end_what_time_has_brought_since_and_it_is_told_once() -> None:
    alice, now = account("alice"), timezone.now()
    lump = treated_lump(alice, now - ANTIBIOTICS - timedelta(hours=8))
    scanning.look_at_due(at=now, seconds=60)
    assert "infection.not_better" in rules_open(lump)
    log_entry(user=alice, pk=uuid7(), lump_id=lump.pk, body={"measured_at": now - timedelta(hours=40), "redness": 2})
    assert "infection.not_better" in rules_open(lump)
    told = Notice.objects.filter(lump=lump).count()
    assert scanning.look_at_due(at=timezone.now(), seconds=60)["done"] == 1  # the entry was judged at its own time
    assert "infection.not_better" in rules_open(lump)
    assert Alert.objects.filter(lump=lump, rule="infection.not_better").count() == 1
    assert Notice.objects.filter(lump=lump).count() == told


def test_a_fault_in_the_writing_undoes_the_chunk_and_each_is_then_told_once(monkeypatch: Any) -> None:
    people = [account(f"p{number}") for number in range(3)]
    lumps = [due_lump(person, STORIES[3], days=1) for person in people]

    def breaks(lump: Lump, *_rest: Any) -> Any:
        if lump.pk == lumps[2].pk:
            raise RuntimeError("a secret note")
        return timezone.now() + timedelta(days=1)

    monkeypatch.setattr(scanning, "next_look", breaks)
    assert scanning.look_at_due(at=timezone.now(), seconds=60) == {"done": 3, "failed": 0}
    assert Notice.objects.count() == 3
    assert Lump.objects.filter(looked_at=None).count() == 0


def test_the_wording_is_of_the_owner_as_they_are_now() -> None:
    alice = account("alice")
    User.objects.filter(pk=alice.pk).update(region="uk")
    lump = due_lump(alice, STORIES[3], days=1)
    scanning.look_at_due(at=timezone.now(), seconds=60)
    assert Alert.objects.filter(lump=lump, call="111").exists()
    Membership.objects.filter(user=alice).update(ended_at=timezone.now())
    Lump.objects.update(next_look_at=timezone.now())
    scanning.look_at_due(at=timezone.now() + timedelta(seconds=1), seconds=60)
    assert not Alert.objects.filter(lump=lump, call="111").exists()


@pytest.mark.parametrize("fault", [False, True])
def test_garbage_is_collected_again_after_a_scan(monkeypatch: Any, fault: bool) -> None:
    due_lump(account("alice"))
    judged, during = scanning._judged, []

    def watched(taken: list[Lump], at: Any) -> Any:
        during.append(gc.isenabled())
        if fault:
            raise RuntimeError
        return judged(taken, at)

    monkeypatch.setattr(scanning, "_judged", watched)
    assert scanning.look_at_due(at=timezone.now(), seconds=60) == {"done": 1, "failed": 0}
    assert during == [False]
    assert gc.isenabled()


def test_two_scans_of_one_process_leave_the_collecting_on(monkeypatch: Any) -> None:
    gc.enable()
    one, other, disable = scanning._nothing_collected(), scanning._nothing_collected(), gc.disable
    one.__enter__()

    def late() -> None:
        one.__exit__(None, None, None)  # the one ends as the other begins
        disable()

    with monkeypatch.context() as patched:
        patched.setattr(gc, "disable", late)
        other.__enter__()
    other.__exit__(None, None, None)
    on = gc.isenabled()
    gc.enable()
    assert on
