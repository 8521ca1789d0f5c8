"""Fixtures of this room. What knows Django is imported late: this file is read before Django is set up."""

from typing import Any

import pytest


@pytest.fixture
def cast(db: None) -> Any:
    """Alice (owner), Carol (carer), Victor (viewer), Bob (stranger), and what Alice and Bob have written."""
    from tests.cast import make_cast

    return make_cast()
