"""The rules' one tie to Django: sentences go through gettext."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

__all__ = ["_", "gettext_noop", "ngettext"]
