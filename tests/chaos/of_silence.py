"""The rows of what must be said and what must not: nobody is sending, and no health word where others look."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any
from unittest import mock

import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from tests.chaos.ground import fresh, mailbox, push_service
from tests.chaos.of_push import _subscribe
from tests.chaos.table import Plan, Result
from tests.notifications.cast import alert_of, lump_of, note
from tests.notifications.ntfy_service import NtfyService
from tests.notifications.test_words import HEALTH
from tracker import tasks
from tracker.actions import channels, people, reminders
from tracker.actions.entries import log_entry
from tracker.models import Notice, Person, User
from tracker.models.base import uuid7
from tracker.notifications import health, messages, outbox, previews, sender
from tracker.notifications.calendar import calendar_of
from tracker.notifications.channels import EmailChannel
from tracker.rules.vocabulary import URGENCIES

# ids, and the addresses and secrets that are nothing but letters by chance
_CHANCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|/unsubscribe/\S+|\b[0-9a-f]{32}\b")


def a11(_plan: Plan) -> Result:
    """The sender stops; the app and /healthz are asked every five seconds, and once more after it is back."""
    with mailbox():
        alice = fresh(0)
        client = Client(SERVER_NAME="localhost")
        client.force_login(alice)
        began = timezone.now()
        firsts: dict[str, int | None] = {"banner": None, "503": None}
        grace, health._started = health._started, -1e9  # the first two minutes of a process are forgiven
        try:
            with time_machine.travel(began, tick=False) as clock:
                sender.deliver()
                for second in range(0, 200, 5):
                    clock.move_to(began + timedelta(seconds=second))
                    banner = client.get("/api/channels/").json()["banner"]
                    if firsts["banner"] is None and banner and banner["kind"] == "no_sender":
                        firsts["banner"] = second
                    if firsts["503"] is None and client.get("/healthz").status_code == 503:
                        firsts["503"] = second
                sender.deliver()
                back = (
                    client.get("/api/channels/").json()["banner"] is None and client.get("/healthz").status_code == 200
                )
        finally:
            health._started = grace
    held = all(first is not None and 120 <= first <= 125 for first in firsts.values()) and back
    return Result(
        held, f"banner after {firsts['banner']} s, 503 after {firsts['503']} s; both gone with the next sender: {back}"
    )


@contextmanager
def _everything_said() -> Iterator[io.StringIO]:
    """What all loggers say, down to the level of a production log and below in our own rooms."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(
        lambda record: not record.name.startswith("mail.")
    )  # the test's own mail server says all it hears
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    root, own = logging.getLogger(), logging.getLogger("tracker")
    levels = root.level, own.level, logging.root.manager.disable
    logging.disable(logging.NOTSET)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    own.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        own.setLevel(levels[1])
        logging.disable(levels[2])


def a13(_plan: Plan) -> Result:
    """A diary full of telling words, every kind of message, every kind of trouble; then all that others may see is read."""
    service = NtfyService()
    try:
        ntfy = override_settings(NTFY_HOSTS=["127.0.0.1"])
        with _everything_said() as log, mailbox() as mail, push_service() as pushes, ntfy:
            alice = _telling_diary(service, pushes)
            mail.moods = ["accept", "busy", "refuse", "accept", "drop", "accept"]
            sender.deliver()
            _bad_day(alice)
            with time_machine.travel(timezone.now() + timedelta(hours=2)):
                mail.moods, service.answer = [], 403
                note(alice)
                sender.deliver()
        seen = _in_sight(alice, pushes, service)
        lines = log.getvalue().splitlines()
    finally:
        service.close()
    found = {name: sum(bool(_health(text)) for text in texts) for name, texts in (seen | {"log": lines}).items()}
    told = next((text for texts in (*seen.values(), lines) for text in texts if _health(text)), "")
    counts = ", ".join(f"{found[name]} of {len(texts)} {name}" for name, texts in (seen | {"log": lines}).items())
    enough = len(lines) > 5 and all(seen.values())
    return Result(
        not any(found.values()) and enough, f"health words in {counts}" + (f": {told[:120]!r}" if told else "")
    )


def _health(text: str) -> Any:
    return HEALTH.search(_CHANCE.sub("", text))


def _telling_diary(service: NtfyService, pushes: Any) -> User:
    """Alice, whose words all tell, with every channel and every kind of message waiting."""
    alice = fresh(0)
    Person.objects.filter(memberships__user=alice).update(name="Alice with a breast lump", timezone="Europe/London")
    _subscribe(pushes, alice, "phone")
    channels.save_address(user=alice, channel="ntfy", address=f"{service.origin}/quiet-heron-4417-lantern")
    lump = lump_of(alice, "Sore infected cyst, groin")
    for index, urgency in enumerate(URGENCIES):
        outbox.post_alert(alert_of(lump, urgency, rule=f"rule.{index}"), at=timezone.now())
    body = {"measured_at": timezone.now(), "length_mm": 50.0, "method": "ruler", "discharge": "pus", "pain": 8}
    log_entry(user=alice, pk=uuid7(), lump_id=lump.pk, body={**body, "note": "my breast is swollen and sore"})
    reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump.pk, at=time(8), every=1)
    for sample in previews.samples():
        told = sample.notice
        outbox.post(
            user=alice, kind=told.kind, cause=f"sample:{sample.key}", subject=told.subject, body=told.body,
            link=told.link, urgency=told.urgency, at=timezone.now(), lump=lump,
        )  # fmt: skip
    return alice


def _bad_day(alice: User) -> None:
    """Requests that fail and clocks that run, with words of the diary in them."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    for path in ("/api/entries/?note=breast+pain", "/s/#tumour", "/app/", "/nowhere/my-sore-lump", "/api/people/x/"):
        client.get(path)
        client.force_login(alice)
    client.post("/api/share-links/", "{not json: my cancer", content_type="application/json")
    fault = ValueError("my breast lump is sore")
    with (
        time_machine.travel(timezone.now() + timedelta(days=1)),
        mock.patch("tracker.actions.scanning._judged", side_effect=fault),
        mock.patch("tracker.actions.scanning.scan_lump", side_effect=fault),
        mock.patch.object(EmailChannel, "send", side_effect=fault),
    ):
        tasks.remind()
        tasks.scan()
        tasks.sweep()
        tasks.tidy()
    people.create_user(email="tumour.clinic@example.org", password="a quiet lake at dusk")


def _in_sight(alice: User, pushes: Any, service: NtfyService) -> dict[str, list[str]]:
    """What others may see: by kind, one text each."""
    notices = list(Notice.objects.filter(user=alice))
    letters = [messages.letter(notice) for notice in notices]
    shown = [messages.lock_screen(notice) for notice in notices]
    feed = calendar_of(alice, timezone.now()).decode()
    return {
        "subjects and mail headers": [text for each in letters for text in (each.subject, *each.headers.values())],
        "first lines of mails": [each.text.splitlines()[0] for each in letters],
        "lock screens": [each[key] for each in shown for key in ("title", "body")]
        + [str(got.words[key]) for got in pushes.pushed for key in ("title", "body")],
        "ntfy messages": [str(got[key]) for got in service.published for key in ("title", "message", "click")],
        "calendar lines": [
            line for line in feed.splitlines() if line.startswith(("SUMMARY", "DESC", "URL", "X-WR", "PRODID"))
        ],
    }


ROWS: dict[str, Callable[[Plan], Result]] = {"A11": a11, "A13": a13}
