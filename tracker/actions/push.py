"""A browser's push subscription."""

import base64
import binascii
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import NotThere, Wrong
from tracker.actions.keeping import Kept
from tracker.models import Delivery, Notice, PushSubscription, User
from tracker.notifications import other_ways
from tracker.notifications.channels.push import refused_endpoint

MOST_DEVICES = 20


def save_subscription(*, user: User, pk: UUID, endpoint: str, p256dh: str, auth: str, label: str = "") -> Kept:
    """PUT of a subscription. A browser that another account used before now belongs to this one alone.

    Raises Wrong where the address is no push service's or the keys are no keys, NotThere for somebody else's id.
    """
    why_not = refused_endpoint(endpoint)
    if why_not:
        raise Wrong(
            _("This browser's push service is not one that this diary knows. E-mail works all the same."), "endpoint"
        )
    if not _is_point(p256dh):
        raise Wrong(_("The browser's key is damaged. Switch messages off and on again."), "p256dh")
    if len(_bytes(auth)) != 16:
        raise Wrong(_("The browser's key is damaged. Switch messages off and on again."), "auth")
    fields = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "label": label[:100], "gone_at": None}
    with transaction.atomic():
        row = PushSubscription.objects.select_for_update().filter(pk=pk).first()
        if row is not None and row.user_id != user.pk:
            raise NotThere
        earlier = list(PushSubscription.objects.filter(endpoint=endpoint).exclude(pk=pk))
        created = row is None
        if row is None:
            kept = user.push_subscriptions.filter(gone_at__isnull=True).exclude(endpoint=endpoint)
            if kept.count() >= MOST_DEVICES:
                raise Wrong(_("Twenty devices get messages already. Remove one that you no longer use."))
            row = PushSubscription(pk=pk, user=user)
        changed = created or any(getattr(row, key) != value for key, value in fields.items())
        for key, value in fields.items():
            setattr(row, key, value)
        _take_over(earlier, row)
        row.save()
    return Kept(row, created=created, changed=changed)


def delete_subscription(*, user: User, pk: UUID) -> None:
    """This browser gets no more messages; an alert that waited for it goes another way. Raises NotThere."""
    with transaction.atomic():
        row = user.push_subscriptions.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotThere
        _remove(row)


def _take_over(earlier: list[PushSubscription], row: PushSubscription) -> None:
    """The same browser under an earlier id: what waits for it waits for the new one, and the earlier rows go."""
    for old in earlier:
        if old.user_id != row.user_id:
            _remove(old)
            continue
        PushSubscription.objects.filter(pk=old.pk).update(endpoint=f"{old.pk}")  # free for the new row
        if row._state.adding:
            row.save(force_insert=True)
        told = Delivery.objects.filter(device=row).values("notice")
        Delivery.objects.filter(device=old).exclude(notice__in=told).update(device=row)
        old.delete()


def _remove(row: PushSubscription) -> None:
    """Without losing an alert: what was on its way to this device looks for another way."""
    unfinished = Delivery.objects.filter(device=row, state__in=(Delivery.WAITING, Delivery.CLAIMED))
    notices = list(Notice.objects.filter(pk__in=unfinished.values("notice")).select_related("user"))
    row.delete()
    for notice in notices:
        other_ways.find(notice, timezone.now())


def _is_point(text: str) -> bool:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text))
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    """base64url without padding, as browsers give it; empty where it is none."""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""
