"""Row H5: every text somebody can write holds script, and a real browser opens every page that shows it."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from tests.hardening.payloads import PAYLOADS
from tracker.actions.people import create_user
from tracker.actions.sharing import MadeLink, create_share_link
from tracker.models import (
    AccessToken,
    Alert,
    CareEvent,
    Entry,
    Lump,
    Membership,
    Notice,
    Person,
    Plan,
    PushSubscription,
    User,
    Visit,
    token_hash,
)  # fmt: skip
from tracker.notifications.mailbox import FolderBackend

PASSWORD = "a quiet lake at dusk"
FIRST = PAYLOADS[0]


def test_the_payloads_are_thirty_and_fit_every_field() -> None:
    assert len(set(PAYLOADS)) == 30 and max(map(len, PAYLOADS)) <= 100


class House:
    """Alice, whose every word is script; one lump with all of it, and one lump a payload."""

    def __init__(self) -> None:
        self.user: User = create_user(email="alice@example.org", password=PASSWORD)
        self.person = Membership.objects.get(user=self.user).person
        Person.objects.filter(pk=self.person.pk).update(name=FIRST)
        self.lumps = [self._lump(text, turn) for turn, text in enumerate(PAYLOADS)]
        self.lump = self.lumps[0]
        self.made: MadeLink = create_share_link(user=self.user, lump_ids=[each.pk for each in self.lumps],
                                                notes=True, answers=True)  # fmt: skip
        for turn, text in enumerate(PAYLOADS):
            self._words(text, turn)

    def _change(self) -> int:
        return int(Person.next_change(self.person.pk))

    def _lump(self, text: str, turn: int) -> Lump:
        person = Person.objects.create(name=text, change=1)
        Membership.objects.create(user=self.user, person=person, role=Membership.OWNER, email=self.user.email)
        return Lump.objects.create(person=self.person, name=text, site="lower_back", change=self._change())

    def _words(self, text: str, turn: int) -> None:
        now = timezone.now() - timedelta(days=60 - turn)
        Entry.objects.create(
            lump=self.lump, measured_at=now, length_mm=20 + turn / 10, note=text, typed={"length": text[:40]},
            change=self._change(),
        )  # fmt: skip
        CareEvent.objects.create(lump=self.lump, at=now, kind="other", detail=text, change=self._change())
        Alert.objects.create(
            lump=self.lumps[turn], rule="persistent", version="1", urgency="routine", words=text, because=text,
            source=text, opened_at=now,
        )  # fmt: skip
        Notice.objects.create(
            user=self.user, person=self.person, lump=self.lump, kind="alert", cause=f"x{turn}", subject=text, body=text,
        )  # fmt: skip
        Plan.objects.create(lump=self.lumps[turn], link=self.made.link, by=text, words=text, every=7, written_at=now)
        Visit.objects.create(link=self.made.link, what=Visit.OPENED, viewer=text, detail=text[:64])
        AccessToken.objects.create(user=self.user, name=text, hash=token_hash(text))
        PushSubscription.objects.create(user=self.user, endpoint=f"https://push.example/{turn}", label=text)
        letter = EmailMultiAlternatives(text, text, f'"{turn}" <diary@localhost>', [self.user.email])
        with redirect_stdout(io.StringIO()):
            FolderBackend().send_messages([letter])


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


@pytest.fixture
def tab(new_context: Any, live_server: Any) -> Iterator[Any]:
    """A browser tab, its name a payload too, that keeps a record of what must not happen."""
    wrong: list[str] = []
    own = urlsplit(live_server.url).netloc
    context = new_context(user_agent=FIRST, viewport={"width": 1280, "height": 800}, base_url=live_server.url)
    page = context.new_page()

    def refuse(dialog: Any) -> None:
        wrong.append(f"dialog at {page.url}: {dialog.message}")
        dialog.dismiss()

    def request(asked: Any) -> None:
        place = urlsplit(asked.url)
        if place.scheme in ("http", "https") and place.netloc != own:
            wrong.append(f"asked elsewhere at {page.url}: {asked.url}")

    page.on("dialog", refuse)
    page.on("request", request)
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: wrong.append(f"fault at {page.url}: {error}"))
    yield page
    assert wrong == []


def sign_in(page: Any, url: str) -> None:
    client = Client(headers={"user-agent": FIRST})
    client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": url}])


def shows(page: Any, text: str = FIRST) -> None:
    """The page must show it as text, or the test would pass on an empty page."""
    page.wait_for_function("text => document.body.innerText.includes(text)", arg=text)


def test_h5_the_app(house: House, tab: Any, live_server: Any) -> None:
    sign_in(tab, live_server.url)
    tab.goto("/app/")
    for text in (FIRST, PAYLOADS[5], PAYLOADS[-4]):
        shows(tab, text)
    for path in (f"/app/lumps/{house.lump.pk}", "/app/people", f"/app/people/{house.person.pk}", "/app/tokens",
                 "/app/share", f"/app/lumps/{house.lump.pk}/log"):  # fmt: skip
        tab.goto(path)
        shows(tab)
    tab.goto("/app/share")
    tab.get_by_role("button", name="Who opened it").click()
    shows(tab, PAYLOADS[7])
    for path in (f"/app/lumps/{house.lump.pk}/edit", "/app/settings", "/app/reminders", "/app/waiting",
                 f"/app/lumps/{house.lump.pk}/photos"):  # fmt: skip
        tab.goto(path)
        tab.get_by_role("heading", level=1).wait_for()


def test_h5_the_doctors_page_and_the_plain_pages(house: House, tab: Any, live_server: Any) -> None:
    tab.goto("/s/")
    for field, value in (("token", house.made.token), ("passcode", "no"), ("viewer", PAYLOADS[7])):
        tab.fill(f"#{field}", value)
    tab.get_by_role("button", name="Open the notes").click()
    tab.get_by_role("alert").wait_for()
    assert tab.input_value("#viewer") == PAYLOADS[7]
    tab.fill("#passcode", str(house.made.passcode))
    tab.get_by_role("button", name="Open the notes").click()
    tab.wait_for_url("**/s/view/")
    for text in (FIRST, PAYLOADS[12], PAYLOADS[-2]):
        shows(tab, text)
    tab.goto("/accounts/login/")
    tab.fill("[name=login]", f'"{FIRST}"@example.org')
    tab.evaluate("document.querySelector('form[method=post]').noValidate = true")
    tab.fill("[name=password]", FIRST)
    tab.get_by_role("button", name="Log in", exact=True).click()
    sign_in(tab, live_server.url)
    for path, text in (("/accounts/sessions/", FIRST), ("/mail/", PAYLOADS[6])):
        tab.goto(path)
        shows(tab, text)
    tab.get_by_role("link", name=FIRST).first.click()
    shows(tab)


def test_h5_the_policy_would_stop_what_got_through(tab: Any, live_server: Any) -> None:
    """And the record sees what it must: script put into a page is stopped, and told."""
    told: list[str] = []
    page = tab.context.new_page()
    page.on("console", lambda said: told.append(said.text))
    page.goto("/about/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'alert(2)'}))")
    page.wait_for_timeout(100)
    assert len([text for text in told if "Content Security Policy" in text]) >= 2
