"""What a diary holds that the diary file has no key for: the file `extra.json` beside it (docs/format.md)."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tracker.models import (
    Alert,
    LadderStep,
    MeasuringTrial,
    Membership,
    Notice,
    Person,
    Photo,
    Plan,
    Reminder,
    Revision,
    ShareLink,
    User,
    Visit,
)  # fmt: skip

_ACCOUNT = (
    "email", "region", "units", "theme", "wants_email", "wants_push", "email_reminders", "email_digest", "quiet_from",
    "quiet_until", "date_joined",
)  # fmt: skip
_REMINDER = ("id", "lump", "at", "days", "every", "starts_on", "adaptive", "paused_until")
_ALERT = (
    "id", "lump", "entry", "rule", "version", "urgency", "words", "call", "because", "source", "state", "quiet",
    "opened_at", "acknowledged_at", "how", "on", "closed_at",
)  # fmt: skip
_PLAN = (
    "id", "lump", "by", "written_at", "words", "every", "above_mm", "signs", "urgency", "visit", "visit_on", "state",
    "decided_at",
)  # fmt: skip
_MEMBER = ("id", "person", "email", "role", "photos", "told", "agreed_at", "until", "created_at", "ended_at")
_LADDER = ("person", "member", "position", "same_day_minutes", "emergency_minutes")
_TRIAL = ("person", "id", "method", "by", "readings", "at")
_LINK = (
    "id", "person", "since", "photos", "notes", "answers", "one_visit", "shl", "expires_at", "created_at", "revoked_at",
    "opened",
)  # fmt: skip
_VISIT = ("link", "at", "what", "viewer")
_REVISION = ("person", "kind", "row", "number", "conflict", "body", "created_at")
_NOTICE = ("created_at", "kind", "person", "lump", "subject", "body")
_PHOTO = ("id", "entry", "state", "reason", "received_sha256", "never_share", "analysis")


def extra_bytes(user: User, people: list[UUID], damaged: Iterable[str]) -> bytes:
    """`extra.json` of this account and the people whose diary is its own. `damaged`: photos that could not be read."""
    body = {
        "account": _rows(User.objects.filter(pk=user.pk), _ACCOUNT)[0],
        "members": _rows(Membership.objects.filter(person__in=people).order_by("created_at", "pk"), _MEMBER),
        "reminders": _rows(_of(Reminder.objects.filter(lump__person__in=people)), _REMINDER),
        "alerts": _rows(_of(Alert.objects.filter(lump__person__in=people), "opened_at"), _ALERT),
        "plans": _rows(_of(Plan.objects.filter(lump__person__in=people), "written_at"), _PLAN),
        "ladder": _rows(LadderStep.objects.filter(person__in=people).order_by("person", "position"), _LADDER),
        "measuring": _rows(MeasuringTrial.objects.filter(person__in=people).order_by("at", "pk"), _TRIAL),
        "links": _links(people),
        "visits": _rows(Visit.objects.filter(link__person__in=people).order_by("at", "pk"), _VISIT),
        "messages": _rows(Notice.objects.visible_to(user).order_by("created_at", "pk"), _NOTICE),
        "earlier_versions": _rows(Revision.objects.filter(person__in=people).order_by("created_at", "pk"), _REVISION),
        "deleted": _deleted(people),
        **_photos(people, damaged),
    }
    return (json.dumps(body, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def never_shared(raw: bytes) -> set[str]:
    """The photos that an `extra.json` says must not be shared; none where it cannot be read."""
    try:
        found = json.loads(raw).get("never_share", [])
    except (ValueError, RecursionError, AttributeError):
        return set()
    return {str(each).lower() for each in found if isinstance(each, str)} if isinstance(found, list) else set()


def _photos(people: list[UUID], damaged: Iterable[str]) -> dict[str, Any]:
    kept = Photo.objects.kept().filter(entry__lump__person__in=people).order_by("created_at", "pk")
    rows = _rows(kept, _PHOTO)
    return {
        "never_share": [str(row["id"]) for row in rows if row.pop("never_share")],
        "measured_in_photos": [{"photo": row["id"], **row["analysis"]} for row in rows if row["analysis"]],
        "photos_not_ready": [
            {key: row[key] for key in ("id", "entry", "state", "reason", "received_sha256")}
            for row in rows
            if row["state"] != Photo.READY
        ],
        "photos_damaged": sorted(damaged),
    }


def _deleted(people: list[UUID]) -> list[str]:
    """Ids of lumps that were deleted and can still be brought back, which the diary file leaves out."""
    gone = Person.objects.filter(pk__in=people, lumps__deleted_at__isnull=False)
    return [str(pk) for pk in gone.order_by("lumps__pk").values_list("lumps__pk", flat=True)]


def _links(people: list[UUID]) -> list[dict[str, Any]]:
    links = ShareLink.objects.filter(person__in=people).order_by("created_at", "pk")
    lumps: dict[UUID, list[UUID]] = {}
    for link, lump in ShareLink.lumps.through.objects.filter(sharelink__person__in=people).values_list(
        "sharelink_id", "lump_id"
    ):
        lumps.setdefault(link, []).append(lump)
    return [{**row, "lumps": sorted(lumps.get(row["id"], []))} for row in _rows(links, _LINK)]


def _of(rows: QuerySet[Any], by: str = "pk") -> QuerySet[Any]:
    """Of lumps that are kept, in one order."""
    return rows.filter(lump__deleted_at__isnull=True).order_by(by, "pk")


def _rows(rows: QuerySet[Any], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return list(rows.values(*keys))


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
