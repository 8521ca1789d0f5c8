"""ntfy: a line to the topic of a server that the operator allows (NTFY_HOSTS). It says no more than a lock screen may.

Whoever knows a topic can read it, and so can its server: that is why the words are neutral, the link leads to the first
page, and a topic must be long enough not to be guessed.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tracker.models import Delivery
from tracker.notifications import messages
from tracker.notifications.channels.base import AddressedChannel, DeliveryFailed
from tracker.notifications.channels.outward import Away, Outward, is_usual_https, lies_inside, on_list
from tracker.notifications.channels.push import seconds_of

_TOPIC = re.compile(r"/([A-Za-z0-9_-]{16,64})/?")
_HOPELESS = (400, 401, 403, 404, 405, 413)  # the topic is somebody's own, or this is no ntfy
PRIORITY = {"emergency": 5, "same_day": 4}  # of 1 to 5


class NtfyChannel(AddressedChannel):
    """One topic an account."""

    name = "ntfy"

    def __init__(self) -> None:
        self._session = Outward()
        self._away = Away()

    @classmethod
    def offered(cls) -> bool:
        return bool(settings.NTFY_HOSTS)

    @classmethod
    def why_not(cls, address: str) -> str:
        try:
            parts = urlsplit(address)
        except ValueError:
            return _("This is not an address.")
        host = parts.hostname or ""
        if not on_list(host, settings.NTFY_HOSTS):
            known = ", ".join(settings.NTFY_HOSTS)
            return _("This diary may not write to that server. It may write to: %(hosts)s") % {"hosts": known}
        if not _TOPIC.fullmatch(parts.path) or parts.query or parts.fragment:
            return _("Choose a topic that nobody can guess: 16 to 64 letters, digits, - or _.")
        if settings.PUSH_INSIDE:
            return ""
        if not is_usual_https(parts):
            return _("The address must begin with https:// and name no port.")
        return _("That server lies inside a private network.") if lies_inside(host) else ""

    def send(self, delivery: Delivery) -> None:
        address = self.address_of(delivery)
        with self._away.call(address):
            parts = urlsplit(address)
            answer = self._session.post(f"{parts.scheme}://{parts.netloc}/", json=self._body(delivery, parts.path))
        if answer.status_code in _HOPELESS:
            raise DeliveryFailed(f"The ntfy server refused it ({answer.status_code}).", permanent=True)
        if not answer.ok or answer.is_redirect:
            wait = seconds_of(answer.headers.get("Retry-After"))
            raise DeliveryFailed(f"The ntfy server answered {answer.status_code}.", retry_after=wait)

    def close(self) -> None:
        self._session.close()

    @staticmethod
    def _body(delivery: Delivery, path: str) -> dict[str, Any]:
        notice = delivery.notice
        shown = messages.lock_screen(notice)
        return {
            "topic": path.strip("/"),
            "title": shown["title"],
            "message": render_to_string("ntfy/message.txt", {"body": shown["body"]}).strip(),
            "click": f"{settings.PUBLIC_URL}/app/",
            "priority": PRIORITY.get(notice.urgency, 3),
            "sequence_id": delivery.pk.hex,  # since ntfy 2.16 a second copy takes the place of the first
        }
