"""The diary that is shared, as in tests/sharing."""

from tests.sharing.conftest import diary

__all__ = ["diary"]
