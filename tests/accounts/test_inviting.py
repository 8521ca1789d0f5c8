"""Letters of invitation: who gets one, what its link opens, and what becomes of it when nobody takes it."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.accounts.knocking import is_in, later, link_in, log_in
from tests.cast import PASSWORD, Cast, JSONClient
from tests.support.smtp import Mailbox
from tracker.actions.inviting import MOST_A_DAY
from tracker.models import Invitation, Membership
from tracker.notifications import invitations

DORA = "dora@example.org"


def invite(cast: Cast, email: str, **scope: Any) -> Any:
    body = {"email": email, "role": "carer", **scope}
    return cast.alice.token.post_json(f"/api/people/{cast.person.pk}/members/", body)


def letter(address: str) -> Any:
    """The one letter to `address`, sent by the sender."""
    invitations.send_due()
    found = [each for each in mail.outbox if each.to == [address] and "/invitation/" in each.body]
    assert len(found) == 1
    return found[0]


def sign_up(client: Client, email: str) -> None:
    mail.outbox.clear()
    client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
    client.post(link_in(mail.outbox[0], "confirm-email"))


def test_somebody_without_an_account_follows_the_letter_into_the_diary(cast: Cast) -> None:
    made = invite(cast, DORA).json()
    assert (made["waiting"], made["letter"]) == (True, "waiting")
    path = link_in(letter(DORA), "invitation")
    client = JSONClient()
    before = list(Invitation.objects.values())
    page = client.get(path)
    assert (page.status_code, list(Invitation.objects.values())) == (200, before)
    assert cast.alice.user.email in page.content.decode()
    assert cast.person.name not in page.content.decode()
    start = client.post(path)["Location"]
    assert start.startswith("/accounts/signup/")
    assert DORA in client.get(start).content.decode()
    sign_up(client, DORA)
    people = client.read("/api/people/").json()["results"]
    assert (str(cast.person.pk), "carer") in {(row["id"], row["role"]) for row in people}
    client.read("/api/entries/")
    told = cast.alice.token.read(f"/api/people/{cast.person.pk}/members/").json()["results"]
    assert [(row["waiting"], row["letter"]) for row in told if row["email"] == DORA] == [(False, "sent")]


def test_the_letter_goes_by_a_real_mail_server_and_says_nothing_of_health(
    cast: Cast, smtp_server: Mailbox, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_server.port
    invite(cast, DORA)
    row = Invitation.objects.get(email=DORA)
    smtp_server.mood = "busy"
    assert invitations.send_due() == {"invited": 0, "not_invited": 1}
    assert invitations.send_due() == {"invited": 0, "not_invited": 0}, "not before its time comes again"
    smtp_server.mood = "accept"
    at = timezone.now() + timedelta(minutes=3)
    assert invitations.send_due(at) == {"invited": 1, "not_invited": 0}
    assert invitations.send_due(at + timedelta(days=1)) == {"invited": 0, "not_invited": 0}
    message = smtp_server.received[-1].message
    assert parseaddr(message["To"])[1] == DORA
    assert str(row.pk) in message["Message-ID"]
    words = f"{message['Subject']} {message['From']}".lower()
    assert not any(word in words for word in ("lump", "carer", "doctor", "photo", "health", "child"))


def test_a_letter_that_nobody_takes_has_visibly_failed_after_a_day(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    invite(cast, DORA)
    for hours in range(0, 48, 6):
        for _turn in range(3):
            invitations.send_due(timezone.now() + timedelta(hours=hours))
    assert Invitation.objects.get(email=DORA).letter == Invitation.FAILED
    told = cast.alice.token.read(f"/api/people/{cast.person.pk}/members/").json()["results"]
    assert [row["letter"] for row in told if row["email"] == DORA] == ["failed"]


def test_nobody_learns_from_an_invitation_who_has_an_account(cast: Cast) -> None:
    known, unknown = invite(cast, cast.bob.user.email).json(), invite(cast, DORA).json()
    same = {key: value for key, value in known.items() if key not in {"id", "email"}}
    assert same == {key: unknown[key] for key in same}
    one, other = letter(cast.bob.user.email), letter(DORA)
    assert one.subject == other.subject
    pages = [
        Client().get(link_in(each, "invitation")).content.decode().replace(address, "")
        for each, address in ((one, cast.bob.user.email), (other, DORA))
    ]
    assert "Log in" in pages[0] and "Log in" in pages[1]


def test_the_link_of_a_part_that_was_ended_opens_nothing(cast: Cast) -> None:
    member = invite(cast, DORA).json()["id"]
    path = link_in(letter(DORA), "invitation")
    assert Client().get(path).status_code == 200
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/members/{member}/")
    gone = Client().get(path)
    assert gone.status_code == 404
    assert Client().get("/invitation/nonsense/").content == gone.content
    client = JSONClient()
    sign_up(client, DORA)
    assert str(cast.person.pk) not in client.get("/api/people/").content.decode()


def test_the_link_is_over_after_two_weeks(cast: Cast) -> None:
    invite(cast, DORA)
    path = link_in(letter(DORA), "invitation")
    with later(15 * 24 * 3600):
        assert Client().get(path).status_code == 404


def test_the_end_of_a_part_ends_everything_at_once(cast: Cast) -> None:
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    invite(cast, cast.bob.user.email, photos=True, until=until)
    for address in (f"/api/lumps/{cast.lump.pk}/", f"/api/entries/{cast.entry.pk}/"):
        assert cast.bob.token.read(address).status_code == 200
        with later(3601):
            assert cast.bob.token.read(address).status_code == 404
            assert cast.bob.token.patch_json(address, {"note": "x"}).status_code == 404
    member = next(
        row["id"]
        for row in cast.alice.token.read(f"/api/people/{cast.person.pk}/members/").json()["results"]
        if row["email"] == cast.bob.user.email
    )
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/members/{member}/")
    assert cast.bob.token.read(f"/api/lumps/{cast.lump.pk}/").status_code == 404


def test_a_scope_is_changed_by_inviting_again_and_no_second_letter_goes(cast: Cast) -> None:
    invite(cast, cast.bob.user.email)
    letter(cast.bob.user.email)
    mail.outbox.clear()
    answer = invite(cast, cast.bob.user.email, role="viewer", told=True).json()
    assert (answer["role"], answer["told"], answer["photos"]) == ("viewer", True, False)
    invitations.send_due()
    assert mail.outbox == []
    assert Membership.objects.filter(person=cast.person, user=cast.bob.user).count() == 1


def test_one_account_does_not_write_to_the_whole_world(cast: Cast) -> None:
    Invitation.objects.bulk_create(
        Invitation(
            person=cast.person, email=DORA, role="viewer", made_by=cast.alice.user, letter="sent",
            letter_at=timezone.now(), expires_at=timezone.now(),
        )
        for _each in range(MOST_A_DAY)
    )  # fmt: skip
    answer = invite(cast, DORA)
    assert (answer.status_code, answer.json()["errors"].keys()) == (400, {"email"})
    assert not Membership.objects.filter(email=DORA).exists()


@pytest.mark.parametrize("policy", ["open", "invited", "closed"])
def test_who_may_sign_up(cast: Cast, settings: Any, policy: str) -> None:
    settings.SIGNUP = policy
    client = Client()
    client.post("/accounts/signup/", {"email": "eve@example.org", "password1": PASSWORD})
    assert len(mail.outbox) == (policy == "open")
    invite(cast, DORA)
    path = link_in(letter(DORA), "invitation")
    client = Client()
    assert ("Start with this address" in client.get(path).content.decode()) == (policy != "closed")
    client.post(path)
    mail.outbox.clear()
    client.post("/accounts/signup/", {"email": "eve-2@example.org", "password1": PASSWORD})
    assert len(mail.outbox) == (policy == "open"), "an invitation is for its own address"
    if policy != "open":
        client.post("/accounts/signup/", {"email": DORA, "password1": PASSWORD})
        assert len(mail.outbox) == (policy == "invited")
    if policy == "invited":
        client.post(link_in(mail.outbox[0], "confirm-email"))
        assert is_in(client)
        assert is_in(log_in(DORA)[0])
        assert "Start with this address" not in Client().get(urlsplit(path).path).content.decode()
