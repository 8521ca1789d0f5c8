"""Telling an outage (the database, Redis or the photo store is away) from a fault of ours."""

from django.db import InterfaceError, OperationalError

from tracker.pictures.vault import Away


def is_outage(error: BaseException) -> bool:
    """Does this error say that the database, Redis or the photo store cannot be reached?"""
    if isinstance(error, OperationalError | InterfaceError | Away):
        return True
    kind = type(error)
    return kind.__module__.startswith("redis.") and kind.__name__ in {
        "ConnectionError",
        "TimeoutError",
        "BusyLoadingError",
    }
