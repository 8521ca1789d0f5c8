"""Telling an outage (the database or Redis is away) from a fault of ours."""

from django.db import InterfaceError, OperationalError


def is_outage(error: BaseException) -> bool:
    """Does this error say that the database or Redis cannot be reached?"""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    kind = type(error)
    return kind.__module__.startswith("redis.") and kind.__name__ in {
        "ConnectionError",
        "TimeoutError",
        "BusyLoadingError",
    }
