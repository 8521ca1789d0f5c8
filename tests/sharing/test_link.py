"""Share links, rows S1, S2, S6, S7, S9, S10 of the contract."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from tests.sharing.conftest import Diary, MakeLink, unlock
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import create_user, invite_member
from tracker.actions.sharing import create_share_link, revoke_share_link
from tracker.models import Notice, ShareLink, Visit

pytestmark = pytest.mark.django_db

ROBOTS = ("facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "Twitterbot/1.0", "TelegramBot")


def dump() -> str:
    models = [model for model in apps.get_models() if not model._meta.proxy]
    return "".join(serializers.serialize("json", model._base_manager.all()) for model in models)


def test_token_has_256_bits_and_neither_it_nor_the_passcode_is_kept_in_clear(make_link: MakeLink) -> None:
    made = make_link()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made.token)
    assert made.passcode is not None and re.fullmatch(r"\d{6}", made.passcode)
    kept = dump()
    assert made.token not in kept
    assert f'"{made.passcode}"' not in kept


def test_robots_use_up_no_visit(make_link: MakeLink) -> None:
    made = make_link(one_visit=True)
    for turn in range(100):
        client, agent = Client(), ROBOTS[turn % len(ROBOTS)]
        answer = (client.get if turn % 2 else client.head)("/s/", headers={"user-agent": agent})
        assert answer.status_code == 200
    assert Visit.objects.count() == 0
    assert unlock(made).status_code == 303
    assert unlock(made).status_code == 404


def test_the_page_opens_and_shows_the_plot(make_link: MakeLink) -> None:
    client = Client()
    answer = unlock(make_link(), client=client)
    assert answer.status_code == 303 and answer["Location"] == "/s/view/"
    page = client.get("/s/view/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Hidden one" not in text and "secret-note" not in text
    source = re.search(r'<img[^>]+src="(/s/chart/[^"]+)"', text)
    assert source is not None
    plot = client.get(source.group(1))
    assert plot.status_code == 200 and plot["Content-Type"] == "image/svg+xml" and b"<svg" in plot.content
    packed = client.get(source.group(1), headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and len(packed.content) < len(plot.content) / 2


def test_revoked_at_once(make_link: MakeLink, diary: Diary) -> None:
    made, client = make_link(), Client()
    unlock(made, client=client)
    assert client.get("/s/view/").status_code == 200
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    assert client.get("/s/view/").status_code == 404
    assert unlock(made).status_code == 404


def test_deleting_the_diary_ends_its_links(make_link: MakeLink, diary: Diary) -> None:
    made, client = make_link(), Client()
    unlock(made, client=client)
    type(diary.lump.person).objects.filter(pk=diary.lump.person_id).update(deleted_at=timezone.now())
    assert client.get("/s/view/").status_code == 404
    assert unlock(made).status_code == 404


def test_unknown_expired_revoked_and_locked_are_one_answer(make_link: MakeLink, diary: Diary) -> None:
    now = timezone.now()
    expired, revoked, locked, used = make_link(), make_link(), make_link(), make_link(one_visit=True)
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=now - timedelta(seconds=1))
    revoke_share_link(user=diary.owner, pk=revoked.link.pk)
    for _ in range(5):
        assert unlock(locked, passcode="no").status_code == 403
    unlock(used)
    answers = [unlock(made) for made in (expired, revoked, locked, used)]
    answers.append(Client().post("/s/", {"token": "x" * 43}))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_method_changes_anything_behind_the_link(method: str, make_link: MakeLink, diary: Diary) -> None:
    client = Client()
    unlock(make_link(photos=True), client=client)
    before = diary.lump.entries.count(), dump().count("secret-note")
    for url in ("/s/view/", f"/s/chart/{diary.lump.pk}/trend.svg", f"/s/photo/{diary.lump.pk}/thumb.jpg"):
        assert getattr(client, method)(url).status_code == 405
    assert (diary.lump.entries.count(), dump().count("secret-note")) == before


def test_the_owner_sees_every_open_and_every_wrong_passcode(make_link: MakeLink) -> None:
    made, client = make_link(), Client()
    unlock(made, passcode="nope")
    unlock(made, client=client)
    client.get("/s/view/")
    log = list(Visit.objects.filter(link=made.link).order_by("at").values_list("what", "viewer"))
    assert log == [("wrong_passcode", "Dr Lee"), ("opened", "Dr Lee"), ("page", "Dr Lee")]
    assert Notice.objects.filter(user=made.link.created_by, kind="share").count() == 1


def test_an_idle_session_ends(make_link: MakeLink) -> None:
    client = Client()
    unlock(make_link(), client=client)
    Visit.objects.update(last_seen_at=timezone.now() - timedelta(minutes=31))
    assert client.get("/s/view/").status_code == 404


def test_leaving_ends_the_session(make_link: MakeLink) -> None:
    client = Client()
    unlock(make_link(), client=client)
    cookie = client.cookies["share"].value
    assert client.post("/s/leave/").status_code == 303
    client.cookies["share"] = cookie
    assert client.get("/s/view/").status_code == 404


@pytest.mark.parametrize("days", [0, -1, 91])
def test_an_end_out_of_bounds_is_refused(days: int, make_link: MakeLink) -> None:
    with pytest.raises(Wrong):
        make_link(expires_at=timezone.now() + timedelta(days=days))


def test_only_the_owner_hands_out_links(diary: Diary) -> None:
    carol = create_user(email="carol@example.org", password="a quiet lake at dusk")
    bob = create_user(email="bob@example.org", password="a quiet lake at dusk")
    invite_member(user=diary.owner, person_id=diary.lump.person_id, email=carol.email, role="carer")
    for user, refusal in ((carol, MayOnlyLook), (bob, NotThere)):
        with pytest.raises(refusal):
            create_share_link(user=user, lump_ids=[diary.lump.pk])
    assert not ShareLink.objects.visible_to(carol).exists()


def test_every_answer_of_the_door_carries_the_headers(make_link: MakeLink, diary: Diary) -> None:
    client = Client()
    answers: list[Any] = [client.get("/s/"), client.get("/s/view/"), unlock(make_link(), client=client)]
    answers += [client.get("/s/view/"), client.get(f"/s/chart/{diary.lump.pk}/trend.svg"), client.put("/s/view/")]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
