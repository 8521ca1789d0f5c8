"""What every page may know of how this diary is run."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, bool]:
    """`mail_in_folder`: there is no mail server, so messages are kept as files and nobody's inbox will ring."""
    return {"mail_in_folder": settings.MAIL_IN_FOLDER}
