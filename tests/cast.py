"""The cast: Alice keeps a diary, Carol helps, Victor looks, Bob is a stranger with a diary of his own.

    def test_something(cast): cast.alice.token.put_json("/api/lumps/…/", {...})

`cast` is a fixture of tests/api and tests/gates. Each member has an account, a client signed in by session, and
(`.token`) one with a token.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from tracker.actions import people
from tracker.models import CareEvent, Entry, Lump, Membership, Person, User
from tracker.models.base import uuid7

PASSWORD = "a long enough password"


class JSONClient(Client):
    """Django's client, speaking JSON; with `token`, as another program does."""

    def __init__(self, *, token: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.token_header = {"Authorization": f"Token {token}"} if token else {}

    def ask(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Any:
        """`body`: a dict to be sent as JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = kwargs.pop("content_type", "application/json")
        headers = {**self.token_header, **kwargs.pop("headers", {})}
        return self.generic(method, path, data, content_type=kind, headers=headers, **kwargs)

    def read(self, path: str, **query: Any) -> Any:
        return self.get(path, query or None, headers=self.token_header)

    def put_json(self, path: str, body: Any) -> Any:
        return self.ask("PUT", path, body)

    def patch_json(self, path: str, body: Any) -> Any:
        return self.ask("PATCH", path, body)

    def post_json(self, path: str, body: Any = None) -> Any:
        return self.ask("POST", path, body)

    def remove(self, path: str) -> Any:
        return self.ask("DELETE", path)


@dataclass
class Member:
    """Somebody of the cast."""

    user: User
    client: JSONClient
    token: JSONClient


@dataclass
class Cast:
    """Everybody, and Alice's diary: a person, a lump, an entry, an event. Bob has the same of his own."""

    alice: Member
    carol: Member
    victor: Member
    bob: Member
    anonymous: JSONClient = field(default_factory=JSONClient)
    person: Any = None
    lump: Any = None
    entry: Any = None
    event: Any = None
    bobs_person: Any = None
    bobs_lump: Any = None
    bobs_entry: Any = None
    bobs_event: Any = None


def make_member(name: str) -> Member:
    """An account, signed in, with a token that writes."""
    user = people.create_user(email=f"{name}@example.org", password=PASSWORD)
    client = JSONClient()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    prove(client)
    _row, secret = people.create_token(user=user, name="tests")
    return Member(user, client, JSONClient(token=secret))


def prove(client: Client) -> None:
    """As if whoever holds this session had just given their password."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def make_lump(person: Person, name: str = "Lower back", **fields: Any) -> Lump:
    return Lump.objects.create(
        person=person, name=name, **{"site": "lower_back", "change": Person.next_change(person.pk), **fields}
    )


def make_entry(lump: Lump, *, days_ago: float = 1, **fields: Any) -> Entry:
    at = fields.pop("measured_at", datetime.now(UTC) - timedelta(days=days_ago))
    change = Person.next_change(lump.person_id)
    return Entry.objects.create(lump=lump, measured_at=at, change=change, **{"length_mm": 21.0, **fields})


def make_event(lump: Lump, *, days_ago: float = 1, **fields: Any) -> CareEvent:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    change = Person.next_change(lump.person_id)
    return CareEvent.objects.create(lump=lump, at=at, change=change, **{"kind": "examined", **fields})


def join(user: User, person: Person, role: str, *, photos: bool = False) -> Membership:
    return Membership.objects.create(user=user, person=person, role=role, photos=photos, email=user.email)


def own_person(user: User) -> Person:
    return Membership.objects.get(user=user, role=Membership.OWNER).person


def new_id() -> UUID:
    return uuid7()


def make_cast() -> Cast:
    """Alice (owner), Carol (carer), Victor (viewer), Bob (stranger), and what Alice and Bob have written."""
    alice, carol, victor, bob = (make_member(name) for name in ("alice", "carol", "victor", "bob"))
    cast = Cast(alice, carol, victor, bob)
    cast.person = own_person(alice.user)
    join(carol.user, cast.person, Membership.CARER, photos=True)
    join(victor.user, cast.person, Membership.VIEWER)
    cast.lump = make_lump(cast.person)
    cast.entry = make_entry(cast.lump)
    cast.event = make_event(cast.lump)
    cast.bobs_person = own_person(bob.user)
    cast.bobs_lump = make_lump(cast.bobs_person, "Neck", site="neck")
    cast.bobs_entry = make_entry(cast.bobs_lump)
    cast.bobs_event = make_event(cast.bobs_lump)
    return cast
