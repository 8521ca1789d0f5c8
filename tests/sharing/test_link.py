"""Share links beside the rows of the contract (test_contract.py): opening, ending, and who hands them out."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.sharing.conftest import Diary, MakeLink, unlock
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import create_user, invite_member
from tracker.actions.sharing import create_share_link, revoke_share_link
from tracker.models import Notice, ShareLink, Visit

pytestmark = pytest.mark.django_db


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
    phone = re.search(r'<source media="screen[^>]+srcset="([^"]+)" width="(\d+)"', text)
    assert phone is not None and phone[1].startswith(source.group(1))
    narrow = client.get(phone[1]).content.decode()
    assert f'width="{int(phone[2]) * 0.75:g}pt"' in narrow  # drawn for a phone, not made small


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
