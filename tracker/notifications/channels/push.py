"""Web push: an encrypted line to one browser, through the service its vendor runs."""

import ipaddress
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tracker.models import Delivery, PushSubscription, User
from tracker.notifications import messages
from tracker.notifications.channels import vapid
from tracker.notifications.channels.base import Channel, DeliveryFailed

DAY = 24 * 3600
TIMEOUT = (5, 10)  # seconds to connect, and between two bytes
GONE = (404, 410)
# who runs push services for browsers; an operator adds others with PUSH_HOSTS
VENDORS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
)


class PushChannel(Channel):
    """One message to one device."""

    name = "push"

    def __init__(self) -> None:
        self._session = _OneHop()
        self._silent: set[str] = set()  # hosts that did not answer in this pass

    @staticmethod
    def wanted_by(user: User) -> bool:
        return user.wants_push

    @staticmethod
    def devices_of(user: User) -> list[PushSubscription | None]:
        return list(user.push_subscriptions.filter(gone_at__isnull=True))

    @staticmethod
    def can_reach() -> Q:
        return Q(Exists(PushSubscription.objects.filter(user=OuterRef("user"), gone_at__isnull=True)))

    def send(self, delivery: Delivery) -> None:
        device = delivery.device
        if device is None or device.gone_at is not None:
            raise DeliveryFailed("This device takes no more messages.", permanent=True)
        host = urlsplit(device.endpoint).hostname or ""
        if host in self._silent:
            raise DeliveryFailed(f"{host} does not answer.")
        why_not = refused_endpoint(device.endpoint)
        if why_not:
            raise DeliveryFailed(why_not, permanent=True)
        try:
            response = self._hand_over(device, delivery)
        except (requests.RequestException, OSError) as error:
            self._silent.add(host)
            raise DeliveryFailed(f"{host}: {type(error).__name__}") from error
        if response.status_code in GONE:
            PushSubscription.objects.filter(pk=device.pk, gone_at__isnull=True).update(gone_at=timezone.now())
            raise DeliveryFailed(f"The device has gone ({response.status_code}).", permanent=True)
        if not response.ok or response.is_redirect:
            wait = _seconds(response.headers.get("Retry-After"))
            raise DeliveryFailed(f"The push service answered {response.status_code}.", retry_after=wait)

    def close(self) -> None:
        self._session.close()

    def _hand_over(self, device: PushSubscription, delivery: Delivery) -> requests.Response:
        from pywebpush import WebPusher, WebPushException  # it brings half of aiohttp, which only a sender needs

        notice = delivery.notice
        pressing = notice.urgency in messages.PRESSING
        headers = vapid.signature(device.endpoint) | {
            "Urgency": "high" if pressing else "normal",
            "Topic": notice.pk.hex,  # the service replaces an unread copy of the same notice
        }
        try:
            pusher = WebPusher(
                {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
                requests_session=self._session,
            )
            response: requests.Response = pusher.send(
                json.dumps(messages.lock_screen(notice), ensure_ascii=False),
                headers,
                ttl=3 * DAY if pressing else DAY,
                timeout=TIMEOUT,
            )
            return response
        except (WebPushException, ValueError) as error:
            raise DeliveryFailed(f"The subscription's keys cannot be used ({type(error).__name__}).", True) from error


def refused_endpoint(endpoint: str) -> str:
    """Why this address is not one of a push service that we may call, or "" where it is.

    The host must be on the list and resolve to public addresses only: an endpoint comes from a browser, and
    whoever writes one must not make the server knock at doors inside its own network.
    """
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    allowed = (*VENDORS, *settings.PUSH_HOSTS)
    if not any(host == name or (name.startswith(".") and host.endswith(name)) for name in allowed):
        return "This is not a push service that this diary knows."
    if settings.PUSH_INSIDE:
        return ""
    if parts.scheme != "https" or parts.username or parts.port not in (None, 443):
        return "A push service is reached by https on its usual port."
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return ""  # it cannot be looked up just now; the sending says so, and is tried again
    return (
        "" if all(_is_public(str(row[4][0])) for row in found) else "This push service lies inside a private network."
    )


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    return address.is_global and not address.is_multicast


class _OneHop(requests.Session):
    """Follows no redirect: the vetted address is the only one that is called."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        return super().request(*args, **kwargs)


def _seconds(text: str | None) -> float | None:
    """Retry-After where it is a number of seconds; a date is rare and our own waits do for it."""
    return float(text) if text and text.isascii() and text.isdigit() else None
