"""Why a deed was refused. Doors turn these into status codes; each carries a sentence for a person."""

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tracker.models import Lump, Person


class Refused(Exception):
    """Base: nothing was changed."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotThere(Refused):
    """There is no such thing, or it is somebody else's: the two are not told apart."""

    def __init__(self, field: str = "") -> None:
        super().__init__(_("There is nothing here that you can see."), field)


class MayOnlyLook(Refused):
    """A viewer tried to write, or a carer tried what only the owner may."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("You can look at this diary but not change it."))


class Wrong(Refused):
    """The request cannot be carried out as it stands (400)."""


class Stale(Refused):
    """The version this change was based on is no longer the newest. Both are kept (409)."""

    def __init__(self, current: Any, base_revision: int | None) -> None:
        super().__init__(_("This was changed elsewhere since. Both versions are kept; look at both and save again."))
        self.current = current
        self.base_revision = base_revision


def is_gone(error: BaseException) -> bool:
    """Does this error say that a diary was erased between its gate and the write? Then nothing was changed.

    Whoever writes takes the person's next number, or leaves a row that hangs on one of the diary's: the database looks
    for that at the end of the transaction.
    """
    if isinstance(error, Person.DoesNotExist | Lump.DoesNotExist):
        return True
    cause = error.__cause__ if isinstance(error, IntegrityError) else None
    return (
        getattr(cause, "sqlstate", "") == "23503"  # PostgreSQL's foreign_key_violation
        or getattr(cause, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_FOREIGNKEY"
    )
