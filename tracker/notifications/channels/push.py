"""Web push: an encrypted line to one browser, through the service its vendor runs."""

import json
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tracker.models import Delivery, PushSubscription, User
from tracker.notifications import messages
from tracker.notifications.channels import vapid
from tracker.notifications.channels.base import Channel, DeliveryFailed
from tracker.notifications.channels.outward import Away, Outward, is_usual_https, lies_inside, on_list

DAY = 24 * 3600
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
        self._session = Outward()
        self._away = Away()

    @classmethod
    def wanted_by(cls, user: User, kind: str) -> bool:
        return user.wants_push

    @classmethod
    def devices_of(cls, user: User) -> list[PushSubscription | None]:
        return list(user.push_subscriptions.filter(gone_at__isnull=True))

    @classmethod
    def can_reach(cls) -> Q:
        return Q(Exists(PushSubscription.objects.filter(user=OuterRef("user"), gone_at__isnull=True)))

    def send(self, delivery: Delivery) -> None:
        device = delivery.device
        if device is None or device.gone_at is not None:
            raise DeliveryFailed("This device takes no more messages.", permanent=True)
        why_not = refused_endpoint(device.endpoint)
        if why_not:
            raise DeliveryFailed(why_not, permanent=True)
        with self._away.call(device.endpoint):
            response = self._hand_over(device, delivery)
        if response.status_code in GONE:
            PushSubscription.objects.filter(pk=device.pk, gone_at__isnull=True).update(gone_at=timezone.now())
            raise DeliveryFailed(f"The device has gone ({response.status_code}).", permanent=True)
        if not response.ok or response.is_redirect:
            wait = seconds_of(response.headers.get("Retry-After"))
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
            )
            return response
        except (WebPushException, ValueError) as error:
            raise DeliveryFailed(f"The subscription's keys cannot be used ({type(error).__name__}).", True) from error


def refused_endpoint(endpoint: str) -> str:
    """Why this address is not one of a push service that we may call, or "" where it is."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return "This is not an address."
    if not on_list(parts.hostname or "", (*VENDORS, *settings.PUSH_HOSTS)):
        return "This is not a push service that this diary knows."
    if settings.PUSH_INSIDE:
        return ""
    if not is_usual_https(parts):
        return "A push service is reached by https on its usual port."
    return "This push service lies inside a private network." if lies_inside(parts.hostname or "") else ""


def seconds_of(text: str | None) -> float | None:
    """Retry-After where it is a number of seconds; a date is rare and our own waits do for it."""
    return float(text) if text and text.isascii() and text.isdigit() else None
