"""Share links under parallel tries, rows S3 and S4; each try has a database connection of its own."""

import pytest
from django.utils import timezone

from tests.sharing.conftest import Diary, MakeLink, unlock
from tests.support.threads import at_once
from tracker.actions import plans
from tracker.actions.entries import log_entry
from tracker.actions.errors import Wrong
from tracker.models import Alert, Notice, Plan, ShareLink, Visit
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


def test_s3_of_32_parallel_opens_of_a_one_visit_link_one_succeeds(make_link: MakeLink) -> None:
    made = make_link(one_visit=True)
    codes = at_once(32, lambda turn: unlock(made).status_code)
    assert sorted(codes) == [303] + [404] * 31


def test_s4_of_64_parallel_wrong_passcodes_five_are_evaluated_and_the_owner_is_told_once(make_link: MakeLink) -> None:
    made = make_link()
    wrong = "000000" if made.passcode != "000000" else "111111"
    codes = at_once(64, lambda turn: unlock(made, passcode=wrong, sender=f"203.0.113.{turn}").status_code)
    assert sorted(codes) == [403] * 5 + [404] * 59
    assert ShareLink.objects.get().is_locked
    assert Visit.objects.filter(what=Visit.WRONG_PASSCODE).count() == 5
    assert Notice.objects.filter(cause__endswith=":locked").count() == 1
    assert unlock(made).status_code == 404  # the right passcode comes too late


def test_plans_confirmed_and_ended_while_entries_come_lose_no_entry_and_no_finding(
    make_link: MakeLink, diary: Diary
) -> None:
    """Each holds the person first: on PostgreSQL two of them would else meet in the constraint or wait for each other."""
    link = make_link(answers=True).link
    words = {"lump": diary.lump, "link": link, "by": "Dr Lee", "words": "Measure.", "every": 7}
    keys = [Plan.objects.create(written_at=timezone.now(), **words).pk for _ in range(4)]

    def deed(turn: int) -> str:
        try:
            if turn % 3 == 0:
                plans.confirm_plan(user=diary.owner, pk=keys[turn // 3])
            elif turn % 3 == 1:
                body = {"measured_at": timezone.now(), "length_mm": 30.0, "discharge": "pus"}
                log_entry(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body=body)
            else:
                plans.end_plan(user=diary.owner, pk=keys[turn // 3])
        except Wrong:  # ended before it was to be confirmed: a sentence for the person, and no fault
            return ""
        except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
            return repr(error)
        return ""

    assert [said for said in at_once(12, deed) if said] == []
    assert Plan.objects.filter(state=Plan.CONFIRMED).count() <= 1
    assert Alert.objects.filter(rule="infection.spreading", state=Alert.OPEN).count() == 1
