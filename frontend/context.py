"""What every page may know of how this diary is run."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """What the operator chose.

    `mail_in_folder`: there is no mail server, so messages are kept as files and nobody's inbox will ring. `signup`: who
    may start a diary. `own_server`: people may log in by a server of the operator's own.
    """
    return {
        "mail_in_folder": settings.MAIL_IN_FOLDER,
        "signup": settings.SIGNUP,
        "own_server": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
