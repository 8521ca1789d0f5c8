"""The HTTP interface (docs/api.md). tests/gates walks this list: an address without a test fails there."""

from django.urls import URLPattern, URLResolver, path

from api import converters
from api.views import alerts, entries, events, lumps, me, people, revisions, schema, tokens

converters.register()

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", me.Me.as_view()),
    path("people/", people.PersonList.as_view()),
    path("people/<id:pk>/", people.PersonRow.as_view()),
    path("people/<id:pk>/restore/", people.PersonRestore.as_view()),
    path("people/<id:pk>/revisions/", revisions.PersonRevisions.as_view()),
    path("people/<id:pk>/members/", people.MemberList.as_view()),
    path("people/<id:pk>/members/<id:member_pk>/", people.MemberRow.as_view()),
    path("lumps/", lumps.LumpList.as_view()),
    path("lumps/<id:pk>/", lumps.LumpRow.as_view()),
    path("lumps/<id:pk>/restore/", lumps.LumpRestore.as_view()),
    path("lumps/<id:pk>/revisions/", revisions.LumpRevisions.as_view()),
    path("entries/", entries.EntryList.as_view()),
    path("entries/batch/", entries.EntryBatch.as_view()),
    path("entries/<id:pk>/", entries.EntryRow.as_view()),
    path("entries/<id:pk>/restore/", entries.EntryRestore.as_view()),
    path("entries/<id:pk>/revisions/", revisions.EntryRevisions.as_view()),
    path("events/", events.EventList.as_view()),
    path("events/<id:pk>/", events.EventRow.as_view()),
    path("events/<id:pk>/restore/", events.EventRestore.as_view()),
    path("events/<id:pk>/revisions/", revisions.EventRevisions.as_view()),
    path("alerts/", alerts.AlertList.as_view()),
    path("alerts/<id:pk>/acknowledge/", alerts.AlertAcknowledge.as_view()),
    path("tokens/", tokens.TokenList.as_view()),
    path("tokens/<id:pk>/", tokens.TokenRow.as_view()),
    path("schema/", schema.schema),
    path("docs/", schema.docs),
]
