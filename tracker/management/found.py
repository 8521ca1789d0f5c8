"""What a check of `manage.py doctor` found, and how to mend it."""

from dataclasses import dataclass

WELL, LOOK, BAD = "well", "look", "bad"


@dataclass(frozen=True)
class Found:
    """``state``: well, look (it works, and may not be meant so) or bad; ``mend`` says what to do, or is empty."""

    what: str
    state: str
    says: str
    mend: str = ""
