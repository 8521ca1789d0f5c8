"""Short versions of the contract's rows that no other test runs whole; `make chaos` runs all of them at full size."""

import pytest

from tests.chaos import of_push, of_silence
from tests.chaos.contract import CONTRACT, ROWS
from tests.chaos.table import Plan

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = Plan(notices=50, kills=3, away=3.0)


@pytest.mark.parametrize("row", [of_silence.a11, of_silence.a13, of_push.a10_short])
def test_the_row_holds(row: object) -> None:
    assert callable(row)
    result = row(SHORT)
    assert result.held, result.figures


def test_every_row_of_the_contract_has_somebody_to_answer_for_it() -> None:
    assert list(CONTRACT) == [*(f"A{number}" for number in range(1, 14)), "pace"]
    assert set(ROWS) == set(CONTRACT)
