"""What an operator writes in DATABASE_URL reaches the database's driver."""

from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from tracker.settings import _database

URL = "postgresql://diary:word@db:5432/diary"


@pytest.mark.parametrize(
    ("more", "threshold", "no_cursors"),
    [("", 2, False), ("?prepare_threshold=5", 5, False), ("?prepare_threshold=0", None, True)],
)
def test_a_pooler_that_hands_out_transactions_is_asked_to_keep_nothing(
    more: str, threshold: int | None, no_cursors: bool
) -> None:
    line: Any = ConnectionHandler({"default": _database(URL + more)})["default"]
    params = line.get_connection_params()
    assert params["prepare_threshold"] == threshold
    assert params["dbname"] == "diary" and line.settings_dict["CONN_MAX_AGE"] == 60
    assert line.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] is no_cursors


def test_sqlite_waits_for_the_disk() -> None:
    assert "synchronous=FULL" in str(_database("sqlite:////tmp/diary.sqlite3")["OPTIONS"])
