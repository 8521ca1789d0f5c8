"""How a SMART Health Link ends: wrong passcodes, time, its owner, and too many requests."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tests.sharing.conftest import Diary, MakeHealthLink
from tests.sharing.health import viewer_of, wrong_for
from tests.support.threads import at_once
from tracker.actions import health_links
from tracker.actions.health_links import MadeHealthLink
from tracker.actions.sharing import revoke_share_link
from tracker.models import Notice, SealedFile, ShareLink, Visit

pytestmark = pytest.mark.django_db


def test_wrong_passcodes_count_down_and_then_it_is_gone(made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    replies = [viewer.manifest(recipient="Dr Lee", passcode=wrong_for(made)) for _turn in range(4)]
    replies.append(viewer.manifest(recipient="Dr Lee"))  # none at all counts too
    assert [(reply.status, reply.json()) for reply in replies] == [
        (401, {"remainingAttempts": left}) for left in (4, 3, 2, 1, 0)
    ]
    assert viewer.manifest(recipient="Dr Lee", passcode=made.passcode).status == 404
    assert not SealedFile.objects.exists()


def test_whatever_is_over_is_one_answer(make_health_link: MakeHealthLink, diary: Diary) -> None:
    links = [make_health_link(one_visit=turn == 3) for turn in range(5)]
    expired, revoked, locked, used, erased = links
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_share_link(user=diary.owner, pk=revoked.link.pk)
    ShareLink.objects.filter(pk=locked.link.pk).update(wrong_passcodes=5)
    assert viewer_of(used).manifest(recipient="Dr Lee", passcode=used.passcode).status == 200
    SealedFile.objects.filter(link=erased.link).delete()
    replies = [viewer_of(made).manifest(recipient="Dr Lee", passcode=made.passcode) for made in links]
    unknown = f"{settings.PUBLIC_URL}/s/shl/{'x' * 43}/"
    replies.append(viewer_of(used).ask("POST", unknown, {"content-type": "application/json"}, b'{"recipient": "x"}'))
    assert {reply.status for reply in replies} == {404}
    assert len({reply.body for reply in replies}) == 1


def test_revoking_ends_a_location_that_was_handed_out_and_removes_the_file(diary: Diary, made: MadeHealthLink) -> None:
    viewer = viewer_of(made)
    manifest = viewer.manifest(recipient="Dr Lee", passcode=made.passcode, embeddedLengthMax=0)
    location = manifest.json()["files"][0]["location"]
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    assert viewer.ask("GET", location).status == 404
    assert not SealedFile.objects.exists()


def test_more_than_sixty_in_a_minute_are_too_many(made: MadeHealthLink) -> None:
    Visit.objects.bulk_create([Visit(link=made.link, what=Visit.OPENED) for _turn in range(59)])
    viewer = viewer_of(made)
    assert viewer.manifest(recipient="x", passcode=made.passcode).status == 200
    reply = viewer.manifest(recipient="x", passcode=made.passcode)
    assert (reply.status, reply.headers["retry-after"]) == (429, "60")
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert viewer.manifest(recipient="x", passcode=made.passcode).status == 200


def test_tidying_removes_the_files_of_ended_links_alone(make_health_link: MakeHealthLink) -> None:
    links = [make_health_link(one_visit=turn == 2) for turn in range(3)]
    _live, expired, used = links
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=timezone.now())
    viewer_of(used).manifest(recipient="x", passcode=used.passcode)
    now = timezone.now()
    assert health_links.forget_files(now + timedelta(seconds=1)) == 1
    assert health_links.forget_files(now + timedelta(minutes=16)) == 1
    assert SealedFile.objects.get().link_id == links[0].link.pk


@pytest.mark.django_db(transaction=True)
def test_s4_of_64_parallel_wrong_passcodes_five_are_evaluated(made: MadeHealthLink) -> None:
    wrong = wrong_for(made)
    replies = at_once(64, lambda turn: viewer_of(made).manifest(recipient=f"r{turn}", passcode=wrong))
    assert sorted(reply.json()["remainingAttempts"] for reply in replies if reply.status == 401) == [0, 1, 2, 3, 4]
    assert sorted(reply.status for reply in replies) == [401] * 5 + [404] * 59
    assert Visit.objects.filter(what=Visit.WRONG_PASSCODE).count() == 5
    assert Notice.objects.filter(cause__endswith=":locked").count() == 1
    assert viewer_of(made).manifest(recipient="x", passcode=made.passcode).status == 404
