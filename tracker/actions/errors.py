"""Why a deed was refused. Doors turn these into status codes; each carries a sentence for a person."""

from typing import Any

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


# A diary was erased between its gate and the write, and nothing was changed: whoever writes takes the person's next
# number, or reads the lump's state. Nothing else says so for certain: a key the database finds wrong (IntegrityError) may
# be a fault of ours, and is answered as one; who asks again meets the gate.
GONE = (Person.DoesNotExist, Lump.DoesNotExist)
