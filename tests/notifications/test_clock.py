"""The clock, its leases, and what /healthz says of it."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tests.support.smtp import Mailbox
from tests.support.threads import at_once
from tracker import clock, tasks
from tracker.actions import scanning
from tracker.celery import app
from tracker.models import AuditLine, ChannelState, ClockRun, Entry, Lump, Notice
from tracker.notifications import health, outbox, sender, watchdog
from tracker.rules import assess

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clocks_do_not_do_the_same_at_once_and_a_dead_one_frees_its_place() -> None:
    running, go_on, ran = threading.Event(), threading.Event(), []

    def slow() -> dict[str, int]:
        running.set()
        go_on.wait(10)
        return {"done": 1}

    def first() -> None:
        ran.append(clock.run("scan", slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    running.wait(10)
    assert clock.run("scan", lambda: {"done": 2}) is None
    with time_machine.travel(timezone.now() + clock.LEASE + timedelta(seconds=1)):
        assert clock.run("scan", lambda: {"done": 3}) == {"done": 3}
    go_on.set()
    thread.join()
    assert ran == [{"done": 1}]


def test_a_long_run_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "RENEW", 0.02)

    def lease() -> Any:
        return ClockRun.objects.values_list("lease_until", flat=True).get(name="scan")

    def slow() -> dict[str, int]:
        first, end = lease(), time.monotonic() + 30
        while lease() == first:
            assert time.monotonic() < end
        assert clock.run("scan", lambda: {"done": 2}) is None
        return {"done": 1}

    assert clock.run("scan", slow) == {"done": 1}
    assert lease() is None


def test_a_run_that_fails_says_so_and_frees_its_place() -> None:
    def breaks() -> dict[str, int]:
        raise ValueError

    with pytest.raises(ValueError):
        clock.run("scan", breaks)
    row = ClockRun.objects.get(name="scan")
    assert (row.counts, row.lease_until) == ({"failed": 1}, None)
    assert clock.run("scan", lambda: {"done": 1}) == {"done": 1}


def test_each_beat_entry_names_a_task_that_is_there_and_expires_before_its_next_turn() -> None:
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule
    assert {entry["task"].removeprefix("tracker.") for entry in entries.values()} == set(tasks.JOBS)
    for entry in entries.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] < entry["schedule"]
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late is True


def test_two_beats_and_two_senders_post_and_send_once(mail: Mailbox, settings: Any) -> None:
    from datetime import time as wall

    from tracker.actions import reminders
    from tracker.models.base import uuid7

    alice = account("alice")
    row = reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump_of(alice).pk, at=wall(8), every=1).row
    app.loader.import_default_modules()

    def beat(_turn: int) -> None:
        for _ in range(3):
            app.tasks["tracker.remind"]()
            app.tasks["tracker.sweep"]()

    with time_machine.travel(row.next_at + timedelta(seconds=5)):
        at_once(2, beat)
        tasks.sweep()
    assert Notice.objects.count() == 1
    assert len(mail.received) == 1


def test_the_scan_reads_what_is_due_and_one_bad_history_stops_no_other(monkeypatch: Any, caplog: Any) -> None:
    alice = account("alice")
    past, future = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    lumps = [lump_of(alice, f"No {number}") for number in range(5)]
    for lump in lumps:
        Entry.objects.create(lump=lump, measured_at=past, length_mm=20, method="ruler")
        Lump.objects.filter(pk=lump.pk).update(next_look_at=past)
    Lump.objects.filter(pk=lumps[4].pk).update(next_look_at=future)
    spoilt = str(Entry.objects.get(lump=lumps[1]).pk)

    def opened_or_broken(history: Any, at: Any) -> Any:
        if any(entry.id == spoilt for entry in history.entries):
            raise RuntimeError("a secret note")
        return opened(history, at)

    opened = assess._opened
    monkeypatch.setattr(assess, "_opened", opened_or_broken)
    assert tasks.scan() == {"done": 3, "failed": 1}
    assert "secret" not in caplog.text
    assert Lump.objects.filter(next_look_at__lte=timezone.now()).count() == 0
    put_off = Lump.objects.filter(next_look_at__lte=timezone.now() + scanning.AFTER_A_FAULT, looked_at__isnull=True)
    assert put_off.count() == 2  # the bad one, and the one that was not due
    assert tasks.scan() == {"done": 0, "failed": 0}


def test_tidy_throws_away_old_audit_lines_only() -> None:
    AuditLine.objects.create(deed="old", at=timezone.now() - timedelta(days=366))
    AuditLine.objects.create(deed="new")
    tasks.tidy()
    assert list(AuditLine.objects.values_list("deed", flat=True)) == ["new"]


def test_the_clock_does_each_job_and_survives_one_that_breaks() -> None:
    done: list[str] = []

    def breaks() -> None:
        done.append("bad")
        raise ValueError

    ticking = clock.Clock({"good": lambda: done.append("good"), "bad": breaks}, {"good": 0.02, "bad": 0.02})
    ticking.start()
    end = time.monotonic() + 10
    while (done.count("good") < 3 or done.count("bad") < 3) and time.monotonic() < end:
        time.sleep(0.01)
    ticking.stop()
    assert done.count("good") >= 3
    assert done.count("bad") >= 3


def test_health_knows_when_no_sender_ran_for_two_minutes(mail: Mailbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "_started", time.monotonic() - 119)
    assert health.sender_is_missing()
    assert health.health()["ok"] is True  # the worker may still be starting
    monkeypatch.setattr(health, "_started", time.monotonic() - 121)
    assert health.health()["ok"] is False
    sender.deliver()
    clock.run("scan", lambda: {"done": 3, "failed": 1})
    found = health.health()
    assert found["clock"]["scan"]["counts"] == {"done": 3, "failed": 1}
    assert 0 <= found["clock"]["scan"]["seconds"] < 10
    assert found["clock"]["scan"]["ended"] == found["last_scan"]
    assert found["ok"] is True
    assert found["database"] == "ok"
    assert found["last_scan"] is not None
    assert found["oldest_waiting_seconds"] is None
    mail.stop()
    note(account("alice"))
    sender.deliver()
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        found = health.health()
    assert found["ok"] is False
    assert found["sender"] == {"ok": False, "seen_seconds_ago": 121, "channels_down": ["email"]}
    assert found["oldest_waiting_seconds"] == 121


def test_health_says_when_the_database_is_away_even_at_the_start(monkeypatch: Any) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(ChannelState.objects, "filter", away)
    monkeypatch.setattr(health, "_started", time.monotonic())
    assert health.health() == {
        "ok": False,
        "database": "away",
        "sender": None,
        "last_scan": None,
        "oldest_waiting_seconds": None,
        "clock": {},
    }


def test_a_told_alert_is_not_told_again_by_the_next_look(mail: Mailbox) -> None:
    alert = alert_of(lump_of(account("alice")))
    outbox.post_alert(alert, at=timezone.now())
    outbox.post_alert(alert, at=timezone.now() + timedelta(days=1))
    tasks.sweep()
    assert len(mail.received) == 1


def test_the_watchdog_hears_of_the_scan_while_messages_go_out(mail: Mailbox, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(watchdog, "EVERY", timedelta(0))  # once a minute in life
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(500 if len(heard) == 2 else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WATCHDOG_URL = f"http://127.0.0.1:{server.server_port}/ping"
    try:
        tasks.scan()
        assert heard == []  # nobody has sent yet: silence is the message
        tasks.sweep()
        for _ in range(2):
            assert tasks.scan() == {"done": 0, "failed": 0}
        assert heard == ["/ping", "/ping"]
    finally:
        server.shutdown()
        server.server_close()
    assert tasks.scan() == {"done": 0, "failed": 0}  # gone altogether: the scan does not mind
