"""Web push: an encrypted line to one browser, through the service its vendor runs."""

import contextlib
import ipaddress
import json
import os
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode
from pywebpush import WebPushException, webpush

from tracker.models import Delivery, PushSubscription, User
from tracker.notifications import messages
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
            self._hand_over(device, delivery)
        except WebPushException as error:
            raise self._failure(device, error) from error
        except (requests.RequestException, OSError) as error:
            self._silent.add(host)
            raise DeliveryFailed(f"{host}: {type(error).__name__}") from error

    def close(self) -> None:
        self._session.close()

    def _hand_over(self, device: PushSubscription, delivery: Delivery) -> None:
        notice = delivery.notice
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            data=json.dumps(messages.lock_screen(notice), ensure_ascii=False),
            vapid_private_key=vapid(),
            vapid_claims={"sub": _contact()},  # a new dict each time: the library writes this device's host into it
            ttl=3 * DAY if notice.urgency in messages.PRESSING else DAY,
            timeout=TIMEOUT,
            headers={
                "urgency": "high" if notice.urgency in messages.PRESSING else "normal",
                "topic": notice.pk.hex,  # the service replaces an unread copy of the same notice
            },
            requests_session=self._session,
        )

    def _failure(self, device: PushSubscription, error: WebPushException) -> DeliveryFailed:
        status = error.status_code
        if status in GONE:
            PushSubscription.objects.filter(pk=device.pk, gone_at__isnull=True).update(gone_at=timezone.now())
            return DeliveryFailed(f"The device has gone ({status}).", permanent=True)
        if status is None:
            return DeliveryFailed(f"The subscription cannot be used: {error.message}", permanent=True)
        return DeliveryFailed(f"The push service answered {status}.", retry_after=_seconds(error.retry_after))


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
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1 is 127.0.0.1
    return (mapped or address).is_global and not address.is_multicast


def vapid() -> Vapid02:
    """The server's own key for push, made on first use and kept at 0600."""
    path = settings.VAPID_KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Vapid02()
        key.generate_keys()
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key.private_pem())
        with contextlib.suppress(FileExistsError):  # of two processes that start together the first one's key stays
            os.link(draft, path)
        draft.unlink()
    return Vapid02.from_file(str(path))


def public_key() -> str:
    """What a browser asks for when it subscribes (`applicationServerKey`): base64url, unpadded."""
    point = vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


class _OneHop(requests.Session):
    """Follows no redirect: the vetted address is the only one that is called."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        return super().request(*args, **kwargs)


def _contact() -> str:
    return settings.PUBLIC_URL if settings.HTTPS else f"mailto:{settings.DEFAULT_FROM_EMAIL.split('<')[-1].strip('> ')}"


def _seconds(text: str | None) -> float | None:
    """Retry-After where it is a number of seconds; a date is rare and our own waits do for it."""
    return float(text) if text and text.isascii() and text.isdigit() else None
