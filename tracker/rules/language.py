"""The rules' one tie to Django: sentences go through gettext."""

from functools import lru_cache

from django.utils.translation import get_language, gettext

__all__ = ["_", "gettext_noop"]


def _(message: str) -> str:
    """The sentence in the language of the moment; remembered, for gettext asks every catalogue each time."""
    return _said(message, get_language())


@lru_cache(maxsize=4096)  # several times what the rules can say
def _said(message: str, _language: str | None) -> str:
    return gettext(message)


def gettext_noop(message: str) -> str:
    """Marks a sentence for translation where it stands; Django's own would read the settings at import."""
    return message
