"""Erasing: a week to think again, then nothing is left but ids, on disk and in the database (row H11)."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from tests.cast import Cast, make_cast, make_event
from tests.photos import pictures
from tests.photos.deeds import settled
from tracker import tasks
from tracker.actions import erasing, sharing
from tracker.actions.entries import log_entry
from tracker.models import AccessToken, AuditLine, Entry, Lump, Person, Photo, Plan, PushSubscription, User, token_hash
from tracker.models.base import uuid7
from tracker.models.notices import Notice
from tracker.notifications import sender
from tracker.pictures import vault

MARK = "Zanzibarium"
LATER = datetime.now(UTC) + timedelta(days=8)


def fill(cast: Cast) -> None:
    """Alice's marker in every text there is, photos, messages on their way and sent, a session, a link, a plan."""
    alice = cast.alice.user
    User.objects.filter(pk=alice.pk).update(email=f"{MARK.lower()}@example.org")
    alice.refresh_from_db()
    EmailAddress.objects.filter(user=alice).update(email=alice.email)
    for row, field in ((cast.person, "name"), (cast.lump, "name"), (cast.entry, "note"), (cast.event, "detail")):
        setattr(row, field, MARK)
        row.save(update_fields=[field])
    make_event(cast.lump, detail=MARK)
    body = {"measured_at": datetime.now(UTC), "note": f"{MARK} was here", "length_mm": 22.0, "unwell": ["confused"]}
    pk = uuid7()
    log_entry(user=alice, pk=pk, lump_id=cast.lump.pk, body=body)  # something to tell
    log_entry(user=alice, pk=pk, lump_id=cast.lump.pk, body={**body, "note": f"{MARK} twice"})
    settled(alice, cast.entry, pictures.jpeg())
    made = sharing.create_share_link(user=alice, lump_ids=[cast.lump.pk])
    sharing.open_share_link(token=made.token, passcode=made.passcode or "", viewer=MARK)
    Plan.objects.create(lump=cast.lump, link=made.link, by=MARK, written_at=datetime.now(UTC), words=MARK)
    AccessToken.objects.create(user=alice, name=MARK, hash=token_hash("x"))
    PushSubscription.objects.create(
        user=alice, endpoint=f"https://push.example/{MARK}", p256dh="k", auth="a", label=MARK
    )
    cast.alice.client.read("/app/")
    sender.deliver()


def week_is_over(user: User) -> None:
    erasing.ask_to_erase(user=user, at=datetime.now(UTC) - timedelta(days=8))


def erase_now(user: User) -> None:
    week_is_over(user)
    erasing.erase_account(pk=user.pk)


def held_in_database(mark: str) -> list[str]:
    """Every column of every table that holds the mark."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values():
            found += [
                f"{model._meta.db_table}.{key}" for key, value in row.items() if mark.lower() in str(value).lower()
            ]
    return found


def held_on_disk(folder: Path, marks: list[bytes]) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files if any(mark.lower() in path.read_bytes().lower() for mark in marks)]


@pytest.mark.django_db(transaction=True)
def test_after_a_week_a_search_over_database_and_disk_finds_nothing(house: Path) -> None:
    cast = make_cast()
    fill(cast)
    # mail is folded into base64 or quoted-printable, so its marks are the address and the plain word
    assert held_in_database(MARK) and held_on_disk(house / "mail", [MARK.encode()])
    assert list((house / "photos").rglob("*-*")) or list((house / "photos").rglob("*"))
    photo = Photo.objects.get()
    erasing.ask_to_erase(user=cast.alice.user, at=datetime.now(UTC) - timedelta(days=7, seconds=1))
    sender.deliver()
    done = tasks.tidy()
    assert done is not None and (done["erased"], done["failed"]) == (1, 0)

    assert held_in_database(MARK) == []
    assert not [path for path in (house / "photos").rglob("*") if path.is_file()]
    assert not User.objects.filter(pk=cast.alice.user.pk).exists() and not Photo.objects.filter(pk=photo.pk).exists()
    marks = [MARK.encode(), base64.b64encode(MARK.lower().encode())[:12]]
    assert held_on_disk(house, marks) == []
    if connection.vendor == "sqlite":
        assert held_on_disk(Path(str(connection.settings_dict["NAME"])).parent, marks) == []
    else:
        assert MARK.encode() not in _dump()
    # the others have lost nothing of their own, and the audit keeps ids only
    assert Lump.objects.filter(pk=cast.bobs_lump.pk).exists() and Entry.objects.filter(pk=cast.bobs_entry.pk).exists()
    kept = AuditLine.objects.filter(what=cast.alice.user.pk).values_list("deed", flat=True)
    assert {"account.erasing", "account.erased"} <= set(kept)


def _dump() -> bytes:
    """What a copy of the database would hold, by pg_dump where it is there, else by COPY of every table."""
    held = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                held += b"".join(bytes(part) for part in rows)
    return held


def test_within_the_week_it_can_be_taken_back(cast: Cast, house: Path) -> None:
    at = datetime.now(UTC)
    erasing.ask_to_erase(user=cast.alice.user, at=at)
    erasing.ask_to_erase(user=cast.alice.user, at=at + timedelta(days=3))
    assert User.objects.get(pk=cast.alice.user.pk).erase_after == at + timedelta(days=7)
    assert erasing.due_accounts(at=at + timedelta(days=6, hours=23), limit=9) == []
    assert erasing.due_accounts(at=at + timedelta(days=7), limit=9) == [cast.alice.user.pk]
    notice = Notice.objects.get(user=cast.alice.user, kind="account")
    assert notice.deliveries.filter(channel="email").exists() and "Keep my account" in notice.body
    assert erasing.keep_account(user=cast.alice.user)
    assert not erasing.keep_account(user=cast.alice.user)
    assert erasing.due_accounts(at=LATER, limit=9) == []
    assert Person.objects.filter(pk=cast.person.pk).exists() and not (house / "erasures").exists()


def test_a_carers_entries_stay_in_the_diary_they_were_written_in(cast: Cast) -> None:
    mine = log_entry(
        user=cast.carol.user, pk=uuid7(), lump_id=cast.lump.pk, body={"measured_at": datetime.now(UTC), "pain": 1}
    ).row
    erase_now(cast.carol.user)
    assert Entry.objects.get(pk=mine.pk).author_id is None
    assert cast.alice.token.read(f"/api/people/{cast.person.pk}/members/").json()["results"][-1]["role"] != "carer"


def test_a_deleted_diary_is_erased_when_it_can_no_longer_be_brought_back(cast: Cast) -> None:
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/")
    assert erasing.due_people(at=datetime.now(UTC) + timedelta(days=29), limit=9) == []
    assert erasing.due_people(at=datetime.now(UTC) + timedelta(days=31), limit=9) == [cast.person.pk]
    erasing.erase_person(pk=cast.person.pk)
    assert not Person.objects.filter(pk=cast.person.pk).exists() and User.objects.filter(pk=cast.alice.user.pk).exists()


def test_a_store_that_is_away_puts_it_off_whole(cast: Cast, monkeypatch: Any) -> None:
    settled(cast.alice.user, cast.entry, pictures.jpeg())
    erasing.ask_to_erase(user=cast.alice.user, at=datetime.now(UTC) - timedelta(days=8))

    def away(*names: str) -> None:
        raise OSError("the store is away")

    with monkeypatch.context() as patched:
        patched.setattr(vault, "forget", away)
        done = tasks.tidy()
    assert done is not None and done["failed"] == 1
    assert Photo.objects.exists() and User.objects.filter(pk=cast.alice.user.pk).exists()
    tasks.tidy()
    assert not User.objects.filter(pk=cast.alice.user.pk).exists()


def test_a_restored_backup_is_erased_again_and_what_was_made_anew_is_not(cast: Cast) -> None:
    old = User.objects.filter(pk=cast.alice.user.pk).values().get()
    person = Person.objects.filter(pk=cast.person.pk).values().get()
    erase_now(cast.alice.user)
    assert erasing.repeat_erasures().count == 0
    User.objects.create(**old)  # as an older backup would bring them back
    Person.objects.bulk_create([Person(**person)])
    Person.objects.filter(pk=cast.person.pk).update(created_at=person["created_at"])
    assert erasing.repeat_erasures() == erasing.Repeated(2, ())
    assert not Person.objects.filter(pk=cast.person.pk).exists() and not User.objects.filter(pk=old["id"]).exists()
    Person.objects.create(pk=cast.person.pk, name="imported again")
    assert erasing.repeat_erasures().count == 0
    assert Person.objects.filter(pk=cast.person.pk).exists()
    assert cast.bobs_person.pk in set(Person.objects.values_list("pk", flat=True))


def test_the_audit_is_only_ever_added_to(cast: Cast) -> None:
    AuditLine.objects.create(deed="x")
    with pytest.raises(TypeError):
        AuditLine.objects.filter(deed="x").update(deed="y")
    with pytest.raises(TypeError):
        AuditLine.objects.filter(deed="x").delete()
