"""What is logged while a diary is lived in: no words of anybody's, no tokens, no addresses."""

import logging
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.privacy.test_round_trip import diary_of, exported, sent
from tracker import tasks
from tracker.actions import erasing, sharing
from tracker.models import Person
from tracker.notifications import sender

MARK = "Zanzibarium"


def test_a_day_of_a_diary_leaves_nothing_of_it_in_the_log(cast: Cast, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    alice = cast.alice
    Person.objects.filter(pk=cast.person.pk).update(name=MARK)
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.user.email, "password": "wrong " + MARK})
    browser.post("/accounts/login/", {"login": alice.user.email, "password": PASSWORD})
    entry = {
        "lump": str(cast.lump.pk),
        "measured_at": datetime.now(UTC).isoformat(),
        "note": MARK,
        "unwell": ["confused"],
    }
    assert alice.token.patch_json(f"/api/entries/{cast.entry.pk}/", {"note": MARK}).status_code == 200
    assert alice.token.ask("PUT", "/api/entries/0198c1a0-0000-7000-8000-00000000beef/", entry).status_code == 201
    alice.token.ask("PUT", "/api/entries/0198c1a0-0000-7000-8000-00000000beee/", {**entry, "pain": MARK})
    made = sharing.create_share_link(user=alice.user, lump_ids=[cast.lump.pk])
    sharing.open_share_link(token=made.token, passcode=made.passcode or "", viewer=MARK)
    Client().post("/s/", {"token": made.token, "passcode": MARK, "viewer": MARK})
    sent(alice.token, diary_of(alice.token))
    sent(alice.token, exported(alice.token))
    alice.token.post_json(f"/api/import/table/?lump={cast.lump.pk}", {"text": f"date,note\n{MARK},{MARK}\n"})
    sender.deliver()
    erasing.ask_to_erase(user=alice.user, at=datetime(2026, 1, 1, tzinfo=UTC))
    sender.deliver()
    tasks.tidy()
    said = caplog.text.lower()
    assert "is kept in" in said  # something was logged at all
    for word in (MARK, alice.user.email, made.token, made.passcode or made.token, "confused", "lump's", PASSWORD):
        assert word.lower() not in said, word
