"""Alice's diary full of one telling word, everybody who might ask for it, and every address the server answers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast, JSONClient, Member, make_cast, make_entry, make_member, new_id
from tracker import models
from tracker.actions import handing_over, sharing
from tracker.models import (
    AccessToken,
    Alert,
    CalendarFeed,
    MeasuringTrial,
    Membership,
    Notice,
    Photo,
    Plan,
    PushSubscription,
    Reminder,
    Visit,
    token_hash,
)  # fmt: skip
from tracker.pictures import vault

MARK = "Zanzibar"  # stands in every text of Alice's; nobody else may ever be answered with it
ANALYSIS: dict[str, Any] = {
    "version": 1, "ok": True, "reason": None, "tilt_deg": 5.0, "mm_per_px": 0.1, "print_percent": 100.0,
    "flat": {"width": 600, "height": 400, "mm_per_px": 0.1, "from_flat": [[0.001, 0, 0], [0, 0.001, 0], [0, 0, 1]]},
    "outline": [[20, 10], [40, 20], [20, 30]], "ends": {"length": [[20, 20], [40, 20]], "width": [[30, 12], [30, 28]]},
    "length_mm": 20.0, "length_sd": 0.6, "width_mm": 16.0, "width_sd": 0.6, "dome_mm": None, "dome_sd": None,
    "redness": 3.0, "redness_sd": 0.5, "dark_skin": False, "note": MARK,
}  # fmt: skip


@dataclass
class World:
    """Everybody, and the ids of what Alice has (`ids`: what a path or a body names)."""

    cast: Cast
    clients: dict[str, JSONClient]
    ids: dict[str, str]


def make_world() -> World:
    """Those whose part ended, whose time is over, whose account is closed or who has not accepted ask like strangers."""
    cast = make_cast()
    ended, expired, closed, ended_viewer, expired_viewer, former, heir = (
        make_member(name) for name in ("erin", "frank", "grace", "heidi", "ivan", "judy", "kim")
    )
    past = datetime.now(UTC) - timedelta(days=1)
    carer, viewer, owner = Membership.CARER, Membership.VIEWER, Membership.OWNER
    over: list[tuple[Member, str, dict[str, Any]]] = [
        (ended, carer, {"ended_at": past}), (expired, carer, {"until": past}), (closed, carer, {}),
        (ended_viewer, viewer, {"ended_at": past}), (expired_viewer, viewer, {"until": past}),
        (former, owner, {"ended_at": past}),
    ]  # fmt: skip
    for member, role, change in over:
        Membership.objects.create(user=member.user, person=cast.person, role=role, photos=True, **change)
    closed.user.is_active = False
    closed.user.save(update_fields=["is_active"])
    ids = _fill(cast)
    offer = handing_over.offer(user=cast.alice.user, person_id=cast.person.pk, email=heir.user.email)
    ids["handover"] = str(offer.pk)
    clients = {
        "owner": cast.alice.token, "carer": cast.carol.token, "viewer": cast.victor.token,
        "stranger": cast.bob.token, "stranger by session": cast.bob.client, "ended": ended.token,
        "expired": expired.token, "ended viewer": ended_viewer.token, "expired viewer": expired_viewer.token,
        "former owner": former.token, "heir": heir.token, "closed": closed.token, "anonymous": cast.anonymous,
    }  # fmt: skip
    return World(cast, clients, ids)


def _fill(cast: Cast) -> dict[str, str]:
    person, lump, entry, event = cast.person, cast.lump, cast.entry, cast.event
    for row, field in ((person, "name"), (lump, "name"), (entry, "note"), (event, "detail")):
        setattr(row, field, MARK)
        row.save(update_fields=[field])
    make_entry(lump, days_ago=30, note=MARK)
    now = datetime.now(UTC)
    alert = Alert.objects.create(
        lump=lump,
        rule="persistent",
        version="1",
        urgency="routine",
        words=MARK,
        because=MARK,
        source="s",
        opened_at=now,
    )
    photo, refused = _photo(cast), _refused(cast)
    trial = MeasuringTrial.objects.create(person=person, method="ruler", by="self", readings=[20.0, 21.0, 20.5])
    reminder = Reminder.objects.create(lump=lump, at="08:30", every=2, starts_on=now.date())
    made = sharing.create_share_link(user=cast.alice.user, lump_ids=[lump.pk])
    Visit.objects.create(link=made.link, what=Visit.OPENED, viewer=MARK)
    token = AccessToken.objects.create(user=cast.alice.user, name=MARK, hash=token_hash("x"))
    push = PushSubscription.objects.create(
        user=cast.alice.user, endpoint=f"https://push.example/{MARK}", p256dh="k", auth="a", label=MARK
    )
    Notice.objects.create(
        user=cast.alice.user, person=person, lump=lump, kind="alert", cause="gate", subject="A note", body=MARK
    )
    CalendarFeed.objects.create(user=cast.alice.user, hash=token_hash("y"), created_at=now)
    dora = Membership.objects.create(person=person, email=f"{MARK}@example.org".lower(), role=Membership.VIEWER)
    plan = Plan.objects.create(lump=lump, link=made.link, by=MARK, written_at=now, words=MARK, every=14)
    rows = {
        "person": person, "lump": lump, "entry": entry, "event": event, "alert": alert, "photo": photo,
        "refused": refused, "trial": trial,
        "reminder": reminder, "link": made.link, "plan": plan, "token": token, "push": push, "member": dora,
    }  # fmt: skip
    return {name: str(row.pk) for name, row in rows.items()}


def _photo(cast: Cast) -> Photo:
    """A ready one, with a card in it as far as its row tells."""
    photo = _sent(cast, picture())
    flat = vault.put(picture())
    Photo.objects.filter(pk=photo.pk).update(analysis=ANALYSIS, flat=flat, to_read=False)
    return photo


def _refused(cast: Cast) -> Photo:
    """One that could not be opened."""
    return _sent(cast, picture()[:400])


def _sent(cast: Cast, data: bytes) -> Photo:
    from tracker.actions import photo_work, photos

    pk = new_id()
    photos.attach_photo(user=cast.alice.user, pk=pk, entry_id=cast.entry.pk, data=data)
    photo_work.process_photo(pk=pk)
    return Photo.objects.get(pk=pk)


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), (180, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def alices_rows(cast: Cast) -> dict[str, list[Any]]:
    """Everything that hangs on Alice or her person."""
    person, user = cast.person.pk, cast.alice.user.pk
    queries = {
        "people": models.Person.objects.filter(pk=person),
        "memberships": models.Membership.objects.filter(person=person),
        "lumps": models.Lump.objects.filter(person=person),
        "entries": models.Entry.objects.filter(lump__person=person),
        "events": models.CareEvent.objects.filter(lump__person=person),
        "photos": models.Photo.objects.filter(entry__lump__person=person),
        "trials": models.MeasuringTrial.objects.filter(person=person),
        "alerts": models.Alert.objects.filter(lump__person=person),
        "reminders": models.Reminder.objects.filter(lump__person=person),
        "invitations": models.Invitation.objects.filter(person=person),
        "plans": models.Plan.objects.filter(lump__person=person),
        "links": models.ShareLink.objects.filter(person=person),
        "revisions": models.Revision.objects.filter(person=person),
        "tokens": models.AccessToken.objects.filter(user=user),
        "push": models.PushSubscription.objects.filter(user=user),
        "notices": models.Notice.objects.filter(user=user),
        "account": models.User.objects.filter(pk=user),
    }
    return {name: list(rows.order_by("pk").values()) for name, rows in queries.items()}


def all_patterns() -> Iterator[tuple[str, Any]]:
    """(address as it stands in the URLconf, what answers it), for every address there is."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, Any]]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from _walk(part, before + str(part.pattern))
        elif isinstance(part, URLPattern):
            yield before + str(part.pattern), part.callback


def methods_of(callback: Any) -> set[str]:
    """The methods a view of the interface answers, HEAD aside."""
    view = callback.view_class
    return {name.upper() for name in view.http_method_names if name != "head" and hasattr(view, name)}
