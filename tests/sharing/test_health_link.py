"""SMART Health Links: opened by a reader written from the standard, and by nobody else."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import new_id
from tests.gates.world import picture
from tests.sharing.conftest import Diary, MakeHealthLink
from tests.sharing.health import send, viewer_of, wrong_for
from tests.sharing.shl_viewer import Viewer, decrypt
from tests.sharing.test_contract import dump
from tracker.actions import health_links, photo_work, photos
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.health_links import MadeHealthLink, create_health_link
from tracker.actions.people import create_user, invite_member
from tracker.actions.sharing import create_share_link
from tracker.models import Lump, Notice, Photo, SealedFile, ShareLink, Visit

pytestmark = pytest.mark.django_db


def add_photo(diary: Diary) -> Photo:
    pk, entry = new_id(), diary.lump.entries.order_by("measured_at").last()
    assert entry is not None
    photos.attach_photo(user=diary.owner, pk=UUID(str(pk)), entry_id=entry.pk, data=picture())
    photo_work.process_photo(pk=pk)
    return Photo.objects.get(pk=pk)


def kinds(bundle: dict[str, Any]) -> list[str]:
    """Resource types, and of documents their content type."""
    rows = [row["resource"] for row in bundle["entry"]]
    return [row["content"][0]["attachment"]["contentType"] if "content" in row else row["resourceType"] for row in rows]


def test_a_reader_from_the_standard_opens_it(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    assert (viewer.payload.flag, viewer.payload.v) == ("P", 1)
    assert viewer.payload.exp == int(made.link.expires_at.timestamp())
    assert "lump" not in viewer.payload.label.lower() and "health" not in viewer.payload.label.lower()
    files = viewer.open(recipient="Dr Lee", passcode=made.passcode)
    assert [kind for kind, _body in files] == ["application/fhir+json"]
    bundle = files[0][1]
    found = kinds(bundle)
    assert found.count("BodyStructure") == 1 and "Patient" in found and "image/jpeg" not in found
    report = next(row["resource"] for row in bundle["entry"] if "content" in row["resource"])
    assert base64.b64decode(report["content"][0]["attachment"]["data"]).startswith(b"%PDF-")
    text = json.dumps(bundle)
    assert "Hidden one" not in text and "secret-note" not in text


def test_fetched_by_a_location_where_the_reader_takes_none_embedded(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    whole = viewer.manifest(recipient="Dr Lee", passcode=made.passcode).json()["files"][0]
    length = len(whole["embedded"])
    exact = viewer.manifest(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=length).json()["files"][0]
    short = viewer.manifest(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=length - 1).json()["files"][0]
    assert exact == whole and "embedded" not in short
    assert viewer.open(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=0)[0][0] == "application/fhir+json"


def test_a_location_ends_after_a_quarter_of_an_hour_and_fits_nothing_else(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    manifest = viewer.manifest(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=0)
    location = manifest.json()["files"][0]["location"]
    assert viewer.ask("GET", location).status == 200
    assert viewer.ask("GET", location[:-1] + ("a" if location[-1] != "a" else "b")).status == 404
    assert viewer.ask("POST", location.replace("/file/", "/") + "/", {}, b"").status == 400
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert viewer.ask("GET", location).status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert viewer.ask("GET", location).status == 404
    assert timedelta(hours=1) >= health_links.LOCATION_LIFE


def test_the_key_is_kept_nowhere_and_never_sent(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    viewer.open(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=0)
    key, kept, sent = viewer.payload.key, dump(), " ".join(viewer.sent)
    spelled = [base64.urlsafe_b64encode(key).decode().rstrip("="), base64.b64encode(key).decode(), key.hex()]
    secret = viewer.payload.url.rstrip("/").rsplit("/", 1)[1]
    assert len(secret) == 43 and secret not in kept and secret in sent
    assert f'"{made.passcode}"' not in kept
    for form in (*spelled, made.url.removeprefix("shlink:/")):
        assert form not in kept and form not in sent
    with pytest.raises(InvalidTag):  # so whoever has the table and guesses
        decrypt(SealedFile.objects.get().jwe, bytes(32))


def test_no_two_files_share_a_key_or_a_nonce(make_health_link: MakeHealthLink, made: MadeHealthLink) -> None:
    other = make_health_link()
    assert viewer_of(made).payload.key != viewer_of(other).payload.key
    assert len({file.jwe.split(".")[2] for file in SealedFile.objects.all()}) == 2


def test_photos_only_where_asked_for_and_a_photo_kept_back_later_closes_the_link(
    make_health_link: MakeHealthLink, diary: Diary
) -> None:
    photo, held = add_photo(diary), add_photo(diary)
    Photo.objects.filter(pk=held.pk).update(never_share=True)
    bare = make_health_link(passcode=False)
    full = make_health_link(passcode=False, photos=True)
    assert viewer_of(bare).payload.flag == ""
    assert "image/jpeg" not in kinds(viewer_of(bare).open(recipient="Dr Lee")[0][1])
    assert kinds(viewer_of(full).open(recipient="Dr Lee")[0][1]).count("image/jpeg") == 1
    Photo.objects.filter(pk=photo.pk).update(never_share=True)
    assert viewer_of(full).manifest(recipient="Dr Lee").status == 404
    assert viewer_of(bare).manifest(recipient="Dr Lee").status == 200
    Lump.objects.filter(pk=diary.lump.pk).update(deleted_at=timezone.now())
    assert viewer_of(bare).manifest(recipient="Dr Lee").status == 404


def test_since_hides_what_is_older(make_health_link: MakeHealthLink) -> None:
    since = timezone.now().date() - timedelta(days=10)
    made = make_health_link(since=since, notes=True)
    text = json.dumps(viewer_of(made).open(recipient="Dr Lee", passcode=made.passcode)[0][1])
    assert text.count("secret-note") == 1  # one entry is young enough, and notes were asked for


def test_the_owner_sees_who_asked_and_is_told_once_an_hour(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    with time_machine.travel(timezone.now().replace(minute=30), tick=True):
        viewer.manifest(recipient="Dr Lee\u0000 at St Mary's", passcode=wrong_for(made))
        for _turn in range(2):
            viewer.open(recipient="Dr Lee\n", passcode=made.passcode, embeddedLengthMax=0)
    log = list(Visit.objects.filter(link=made.link).order_by("at").values_list("what", "viewer"))
    opened = [("opened", "Dr Lee"), ("file", "Dr Lee")]
    assert log == [("wrong_passcode", "Dr Lee at St Mary's"), *opened, *opened]
    assert Notice.objects.filter(user=made.link.created_by, kind="share").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"recipient": ""}', b'{"recipient": 7}', b'{"recipient": "x", "passcode": 123456}',
        b'{"recipient": "x", "embeddedLengthMax": -1}', b'{"recipient": "x", "embeddedLengthMax": true}',
        b'{"recipient": "x", "passcode": "\\ud800"}', b'{"recipient": "' + b"x" * 10_000 + b'"}',
    ],
)  # fmt: skip
def test_a_manifest_request_that_is_none(body: bytes, made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    reply = viewer.ask("POST", viewer.payload.url, {"content-type": "application/json"}, body)
    assert reply.status == 400 and reply.json()["detail"]
    assert not Visit.objects.exists()


def test_every_answer_carries_the_headers_and_may_be_read_from_any_origin(made: MadeHealthLink) -> None:
    viewer, url = viewer_of(made), viewer_of(made).payload.url
    manifest = viewer.manifest(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=0, unheard_of=1)
    location = manifest.json()["files"][0]["location"]
    before = [viewer.ask("OPTIONS", address) for address in (url, location)]
    assert [(reply.status, reply.headers["access-control-allow-methods"]) for reply in before] == [
        (204, "POST"), (204, "GET"),
    ]  # fmt: skip
    assert {reply.headers["access-control-allow-headers"] for reply in before} == {"content-type"}
    refused = [viewer.ask("GET", url), viewer.manifest(), viewer.manifest(recipient="x"), viewer.ask("PUT", location)]
    assert [reply.status for reply in refused] == [405, 400, 401, 405]
    gone = viewer.ask("GET", f"{settings.PUBLIC_URL}/s/shl/file/x")
    for reply in (manifest, viewer.ask("GET", location), viewer.ask("HEAD", location), gone, *before, *refused):
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        assert "no-store" in reply.headers["cache-control"]
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in reply.headers["x-robots-tag"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"] and reply.headers["cross-origin-resource-policy"]


def test_neither_kind_of_link_opens_the_others_door(made: MadeHealthLink, diary: Diary) -> None:
    secret = viewer_of(made).payload.url.rstrip("/").rsplit("/", 1)[1]
    form = {"token": secret, "passcode": made.passcode, "viewer": "x"}
    assert Client().post("/s/", form).status_code == 404
    page = create_share_link(user=diary.owner, lump_ids=[diary.lump.pk], passcode=False)
    address = f"{settings.PUBLIC_URL}/s/shl/{page.token}/"
    viewer = viewer_of(made)
    assert viewer.ask("POST", address, {"content-type": "application/json"}, b'{"recipient": "x"}').status == 404


def test_only_the_owner_makes_one(diary: Diary) -> None:
    carol = create_user(email="carol@example.org", password="a quiet lake at dusk")
    bob = create_user(email="bob@example.org", password="a quiet lake at dusk")
    invite_member(user=diary.owner, person_id=diary.lump.person_id, email=carol.email, role="carer")
    for user, refusal in ((carol, MayOnlyLook), (bob, NotThere)):
        with pytest.raises(refusal):
            create_health_link(user=user, lump_ids=[diary.lump.pk])
    assert not ShareLink.objects.exists()


def test_what_is_too_much_or_an_address_too_long_leaves_nothing(
    make_health_link: MakeHealthLink, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(health_links, "MOST_BYTES", 1000)
        with pytest.raises(Wrong, match="too much"):
            make_health_link()
    settings.PUBLIC_URL = f"https://{'long.' * 14}example"
    with pytest.raises(Wrong, match="too long"):
        make_health_link()
    assert not ShareLink.objects.exists() and not SealedFile.objects.exists()


def test_by_the_api(diary: Diary) -> None:
    client = Client()
    client.force_login(diary.owner)
    body = {"lumps": [str(diary.lump.pk)], "shl": True}
    answer = client.post("/api/share-links/", body, content_type="application/json")
    told = answer.json()
    assert answer.status_code == 201 and told["token"] is None and told["url"].startswith("shlink:/")
    assert Viewer(told["url"], send).open(recipient="Dr Lee", passcode=told["passcode"])
    row = client.get("/api/share-links/").json()["results"][0]
    assert (row["id"], row["shl"], row["visits"]) == (told["id"], True, 1) and told["url"] not in json.dumps(row)
    refused = client.post("/api/share-links/", body | {"answers": True}, content_type="application/json")
    assert refused.status_code == 400 and set(refused.json()["errors"]) == {"answers"}
