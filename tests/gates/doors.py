"""Who may do what at every address: the table that the gate tests walk. A new address that is not here fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.cast import new_id
from tests.gates.world import World, picture

Make = Callable[[World], Any]
# signed in, and nothing of Alice's is theirs: a part that was ended by hand, one whose time is over, an owner who handed
# the diary over and left, somebody it is offered to who has not said yes
STRANGERS = ("stranger", "stranger by session", "ended", "expired", "ended viewer", "expired viewer", "former owner",
             "heir")  # fmt: skip
LOCKED_OUT = ("closed", "anonymous")


@dataclass(frozen=True)
class Door:
    """One address and method. `path` names ids of Alice's; `new` a fresh one. Statuses by role."""

    pattern: str
    method: str
    path: str
    owner: int
    carer: int
    viewer: int
    stranger: int = 404
    body: Make | None = None
    query: str = ""
    content_type: str = "application/json"

    def address(self, world: World) -> str:
        return "/" + self.path.format(**world.ids, new=new_id()) + self.query.format(**world.ids)

    def content(self, world: World) -> Any:
        return None if self.body is None else self.body(world)


def person(world: World) -> Any:
    return {"name": "P"}


def lump(world: World) -> Any:
    return {"person": world.ids["person"], "name": "L", "site": "knee"}


def entry(world: World) -> Any:
    return {"lump": world.ids["lump"], "measured_at": "2026-01-10T08:30:00+00:00", "pain": 1}


def event(world: World) -> Any:
    return {"lump": world.ids["lump"], "at": "2026-01-10T08:30:00+00:00", "kind": "examined"}


def trial(_world: World) -> Any:
    return {"id": str(new_id()), "method": "ruler", "by": "self", "readings": [20, 21]}


def a_diary(world: World) -> Any:
    lump = {"id": world.ids["lump"], "name": "L", "site": "knee", "entries": [], "events": []}
    return {"format": "lump-diary/1", "people": [{"id": world.ids["person"], "name": "P", "lumps": [lump]}]}


def reminder(world: World) -> Any:
    return {"lump": world.ids["lump"], "at": "08:30", "every": 1}


def _row(kind: str, one: str, body: Make, patch: Make, *, owner_only: bool = False) -> list[Door]:
    base, there = f"api/{kind}/<id:pk>/", f"api/{kind}/{{{one}}}/"
    carer = 403 if owner_only else 204
    return [
        Door(base, "GET", there, 200, 200, 200),
        Door(base, "PUT", there, 200, 200, 403, body=body),
        Door(base, "PATCH", there, 200, 200, 403, body=patch),
        Door(base, "DELETE", there, 204, carer, 403),
        Door(f"{base}restore/", "POST", f"{there}restore/", 200, 403 if owner_only else 200, 403),
        Door(f"{base}revisions/", "GET", f"{there}revisions/", 200, 200, 200),
    ]


def _list(kind: str) -> Door:
    return Door(f"api/{kind}/", "GET", f"api/{kind}/", 200, 200, 200, 200)


PEOPLE = "api/people/<id:pk>/"
LUMP = "api/lumps/<id:pk>/"
PHOTO = "api/photos/<id:pk>/"
ENDS = {"length": [[10, 10], [30, 10]], "width": [[20, 2], [20, 18]]}
DOORS = [
    Door("api/me/", "GET", "api/me/", 200, 200, 200, 200),
    Door("api/me/", "PATCH", "api/me/", 200, 200, 200, 200, body=lambda _world: {"units": "cm"}),
    _list("people"),
    *_row("people", "person", person, person, owner_only=True),
    Door(f"{PEOPLE}members/", "GET", "api/people/{person}/members/", 200, 200, 200),
    Door(
        f"{PEOPLE}members/", "POST", "api/people/{person}/members/", 201, 403, 403,
        body=lambda _world: {"email": "new@example.org", "role": "viewer"},
    ),
    Door(f"{PEOPLE}members/<id:member_pk>/", "DELETE", "api/people/{person}/members/{member}/", 204, 403, 403),
    Door(
        f"{PEOPLE}handover/", "POST", "api/people/{person}/handover/", 201, 403, 403,
        body=lambda _world: {"email": "grown@example.org", "stay": "viewer"},
    ),
    Door(f"{PEOPLE}looks/", "GET", "api/people/{person}/looks/", 200, 403, 403),
    _list("handovers"),
    Door("api/handovers/<id:pk>/", "DELETE", "api/handovers/{handover}/", 204, 404, 404),
    Door("api/handovers/<id:pk>/accept/", "POST", "api/handovers/{handover}/accept/", 404, 404, 404),
    Door(f"{PEOPLE}ladder/", "GET", "api/people/{person}/ladder/", 200, 200, 200),
    Door(f"{PEOPLE}ladder/", "PUT", "api/people/{person}/ladder/", 200, 403, 403, body=lambda _world: {"steps": None}),
    Door(
        f"{PEOPLE}ladder/agreement/", "PUT", "api/people/{person}/ladder/agreement/", 200, 200, 403,
        body=lambda _world: {"agreed": True},
    ),
    Door(f"{PEOPLE}measuring/", "GET", "api/people/{person}/measuring/", 200, 200, 200),
    Door(f"{PEOPLE}measuring/", "POST", "api/people/{person}/measuring/", 201, 201, 403, body=trial),
    Door(f"{PEOPLE}measuring/<id:trial_pk>/", "DELETE", "api/people/{person}/measuring/{trial}/", 204, 204, 403),
    Door(f"{PEOPLE}entries.csv", "GET", "api/people/{person}/entries.csv", 200, 200, 200),
    Door(f"{PEOPLE}report.pdf", "GET", "api/people/{person}/report.pdf", 200, 200, 200, query="?photos=1&log=1"),
    Door(f"{PEOPLE}fhir/", "GET", "api/people/{person}/fhir/", 200, 200, 200, query="?photos=1&notes=1"),
    _list("lumps"),
    *_row("lumps", "lump", lump, lambda _world: {"name": "x"}),
    Door(f"{LUMP}trend/", "GET", "api/lumps/{lump}/trend/", 200, 200, 200),
    Door(f"{LUMP}trend.svg", "GET", "api/lumps/{lump}/trend.svg", 200, 200, 200),
    Door(f"{LUMP}trend.png", "GET", "api/lumps/{lump}/trend.png", 200, 200, 200),
    _list("entries"),
    *_row("entries", "entry", entry, lambda _world: {"pain": 2}),
    Door(
        "api/entries/batch/", "POST", "api/entries/batch/", 200, 200, 200, 200,
        body=lambda world: {"entries": [{"id": str(new_id()), **entry(world)}]},
    ),
    _list("events"),
    *_row("events", "event", event, lambda _world: {"detail": "x"}),
    _list("alerts"),
    Door("api/alerts/<id:pk>/why/", "GET", "api/alerts/{alert}/why/", 200, 200, 200),
    Door("api/alerts/<id:pk>/acknowledge/", "POST", "api/alerts/{alert}/acknowledge/", 200, 200, 403),
    Door(PHOTO, "GET", "api/photos/{photo}/", 200, 200, 404),  # Victor may not see photos
    Door(
        PHOTO, "PUT", "api/photos/{new}/", 201, 201, 403, query="?entry={entry}", body=lambda _world: picture(),
        content_type="image/jpeg",
    ),
    Door(PHOTO, "PATCH", "api/photos/{photo}/", 200, 200, 404, body=lambda _world: {"never_share": True}),
    Door(PHOTO, "DELETE", "api/photos/{photo}/", 204, 204, 404),
    Door(f"{PHOTO}restore/", "POST", "api/photos/{photo}/restore/", 200, 200, 404),
    Door(f"{PHOTO}file/", "GET", "api/photos/{photo}/file/", 200, 200, 404, query="?size=thumb"),
    *[
        Door(f"{PHOTO}file/", "GET", "api/photos/{photo}/file/", 200, 200, 404, query=f"?size={size}")
        for size in ("screen", "full", "flat")
    ],
    Door(f"{PHOTO}original/", "GET", "api/photos/{refused}/original/", 200, 403, 404),
    Door(f"{PHOTO}outline/", "PUT", "api/photos/{photo}/outline/", 200, 200, 404, body=lambda _world: {"ends": ENDS}),
    Door(f"{PHOTO}outline/", "DELETE", "api/photos/{photo}/outline/", 200, 200, 404),
    Door("api/entries/<id:pk>/photo-size/", "GET", "api/entries/{entry}/photo-size/", 200, 200, 200),
    _list("reminders"),
    Door("api/reminders/<id:pk>/", "PUT", "api/reminders/{reminder}/", 200, 200, 403, body=reminder),
    Door("api/reminders/<id:pk>/", "DELETE", "api/reminders/{reminder}/", 204, 204, 403),
    Door(
        "api/reminders/<id:pk>/snooze/", "POST", "api/reminders/{reminder}/snooze/", 200, 200, 403,
        body=lambda _world: {"minutes": 30},
    ),
    Door(
        "api/reminders/<id:pk>/skip/", "POST", "api/reminders/{reminder}/skip/", 200, 200, 403, body=lambda _world: {}
    ),
    Door("api/push/key/", "GET", "api/push/key/", 200, 200, 200, 200),
    # a push subscription is its account's alone, and this address is no push service's
    Door(
        "api/push/<id:pk>/", "PUT", "api/push/{push}/", 400, 400, 400, 400,
        body=lambda _world: {"endpoint": "https://127.0.0.1/", "p256dh": "B", "auth": "A"},
    ),
    Door("api/push/<id:pk>/", "DELETE", "api/push/{push}/", 204, 404, 404),
    Door("api/channels/", "GET", "api/channels/", 200, 200, 200, 200),
    Door(
        "api/channels/<str:channel>/", "PUT", "api/channels/ntfy/", 404, 404, 404,
        body=lambda _world: {"address": "https://ntfy.example/abcdefghijklmnopqrst"},
    ),  # no operator has allowed it here
    Door("api/channels/<str:channel>/", "DELETE", "api/channels/ntfy/", 404, 404, 404),
    _list("notices"),
    Door("api/calendar/", "GET", "api/calendar/", 200, 200, 200, 200),
    Door("api/calendar/", "POST", "api/calendar/", 403, 403, 403, 403),  # a token cannot make a secret that outlives it
    Door("api/calendar/", "DELETE", "api/calendar/", 204, 404, 404),
    Door("api/channels/<str:channel>/test/", "POST", "api/channels/nonsense/test/", 404, 404, 404),
    _list("plans"),
    Door("api/plans/<id:pk>/confirm/", "POST", "api/plans/{plan}/confirm/", 200, 200, 403),
    Door("api/plans/<id:pk>/decline/", "POST", "api/plans/{plan}/decline/", 200, 200, 403),
    Door("api/plans/<id:pk>/end/", "POST", "api/plans/{plan}/end/", 200, 200, 403),
    _list("share-links"),
    Door(
        "api/share-links/", "POST", "api/share-links/", 201, 403, 403,
        body=lambda world: {"lumps": [world.ids["lump"]]},
    ),
    Door(
        "api/share-links/", "POST", "api/share-links/", 201, 403, 403,
        body=lambda world: {"lumps": [world.ids["lump"]], "shl": True},
    ),
    Door("api/share-links/<id:pk>/", "DELETE", "api/share-links/{link}/", 204, 404, 404),
    Door("api/share-links/<id:pk>/visits/", "GET", "api/share-links/{link}/visits/", 200, 404, 404),
    Door("api/export/", "GET", "api/export/", 200, 200, 200, 200),
    Door("api/export/", "GET", "api/export/", 200, 200, 200, 200, query="?as=json"),
    Door(
        "api/import/table/", "POST", "api/import/table/", 200, 200, 403, query="?lump={lump}",
        body=lambda _world: {"text": "date,length (cm)\n2026-01-03,2.1\n"},
    ),
    _list("audit"),
    # takes in one's own; of Alice's ids it says nothing (tests/privacy)
    Door("api/import/", "POST", "api/import/", 200, 200, 200, 200, body=a_diary),
    _list("tokens"),
    Door("api/tokens/", "POST", "api/tokens/", 403, 403, 403, 403),  # a token cannot make a token
    Door("api/tokens/<id:pk>/", "DELETE", "api/tokens/{token}/", 204, 404, 404),
]  # fmt: skip

# What each role may read of Alice's in lists and exports that everybody may call: the mark, or not.
OWN_ONLY = {"api/handovers/", "api/share-links/", "api/export/", "api/tokens/", "api/notices/", "api/audit/"}

# Pages and other addresses that show nobody's diary: open to all, or one's own account (allauth), or the doctor's door
# (tests/sharing), or mail of one's own (tests/frontend).
OPEN = {"healthz", "metrics", "api/schema/", "api/docs/", "", "about/", "help/", "privacy/", "card.pdf", "look/", "sw.js",
        "manifest.webmanifest", "app/", "app/<path:path>", "look/mail/", "mail/preview/", "mail/preview/<slug:key>/",
        "mail/preview/<slug:key>/<slug:tone>/"}  # fmt: skip
BY_SECRET = {"unsubscribe/<str:token>/", "calendar/<str:token>.ics", "invitation/<str:token>/"}  # tests/notifications
HEIRS = {  # what somebody is asked whom a diary is offered to
    ("api/handovers/<id:pk>/", "DELETE"): 204,
    ("api/handovers/<id:pk>/accept/", "POST"): 200,
}
OF_ONES_OWN = BY_SECRET | {
    "account/",
    "account/history/",
    "account/erase/",
    "account/keep/",
    "account/sessions/<int:pk>/end/",
    "mail/",
    "mail/<str:name>",
    "mail/<str:name>/page",
}
BY_LINK_ONLY = {
    "s/", "s/view/", "s/leave/", "s/plan/", "s/report.pdf", "s/fhir.json", "s/shl/<str:secret>/",
    "s/shl/file/<str:mark>",
    r"s/^chart/(?P<lump>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/(?P<key>[a-z_]+)\.(?P<form>svg|png)$",
    r"s/^chart/(?P<key>[a-z_]+)\.(?P<form>svg|png)$",
    r"s/^photo/(?P<pk>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/(?P<size>thumb|screen|full)\.jpg$",
}  # fmt: skip
ALLAUTH = "accounts/"
OPERATOR = "operator/"  # numbers only, for superusers (tests/ops/test_admin.py)
