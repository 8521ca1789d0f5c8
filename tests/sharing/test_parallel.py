"""Share links under parallel tries, rows S3 and S4; each try has a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tests.sharing.conftest import MakeLink, unlock
from tracker.models import Notice, ShareLink, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    def one(turn: int) -> Any:
        try:
            return deed(turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(count)))


def test_of_32_parallel_opens_of_a_one_visit_link_one_succeeds(make_link: MakeLink) -> None:
    made = make_link(one_visit=True)
    codes = at_once(32, lambda turn: unlock(made).status_code)
    assert sorted(codes) == [303] + [404] * 31


def test_of_64_parallel_wrong_passcodes_five_are_evaluated_and_the_owner_is_told_once(make_link: MakeLink) -> None:
    made = make_link()
    wrong = "000000" if made.passcode != "000000" else "111111"
    codes = at_once(64, lambda turn: unlock(made, passcode=wrong, sender=f"203.0.113.{turn}").status_code)
    assert sorted(codes) == [403] * 5 + [404] * 59
    assert ShareLink.objects.get().is_locked
    assert Visit.objects.filter(what=Visit.WRONG_PASSCODE).count() == 5
    assert Notice.objects.filter(cause__endswith=":locked").count() == 1
    assert unlock(made).status_code == 404  # the right passcode comes too late
