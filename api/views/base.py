"""What all views share, and the two kinds most of them are: a list, and a row that a phone keeps too."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.fields import Shape
from api.openapi import LIMIT, PAGE, SINCE, DiarySchema
from api.paging import Page, changed_after, cursor_now, page_of, told_so_far, unpack
from api.rendering import OnlyOne
from api.shapes.base import Answer, Body, check
from tracker.actions.errors import NotThere
from tracker.actions.keeping import Kept, find_to_write, person_of
from tracker.actions.seeing import saw
from tracker.diary.rows import body_of
from tracker.models import Person, User

Row = Any


def account(request: Request) -> User:
    """Who is signed in; no view is reached by anybody else."""
    return cast("User", request.user)


def body_in(request: Request) -> dict[str, Any]:
    """The JSON object sent: our parser lets nothing else through."""
    return cast("dict[str, Any]", request.data)


class Door(APIView):
    """Base of every view."""

    http_method_names = ["get", "put", "patch", "post", "delete", "head"]
    content_negotiation_class = OnlyOne
    metadata_class = None
    schema = DiarySchema()

    def found(self, row: Row | None) -> Row:
        """The row, or 404."""
        if row is None:
            raise NotThere
        return row


class ListDoor(Door):
    """GET of a list: `rows` through the gate, `present` to plain dicts in a bounded number of queries."""

    by = "created_at"
    newest = False

    def rows(self, request: Request) -> QuerySet[Any]:
        raise NotImplementedError

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def page(self, request: Request) -> Page:
        return page_of(request, self.rows(request), by=self.by, newest=self.newest)

    def get(self, request: Request, **path: Any) -> Response:
        page = self.page(request)
        return Response(page.body(self.present(request, page.rows)))


class SyncedListDoor(ListDoor):
    """A list that also says what changed after a cursor. `person_path` leads from a row to its person's id."""

    person_path = "lump__person_id"

    def page(self, request: Request) -> Page:
        people = self.person_path == "pk"
        since = request.query_params.get("since")
        if since is None:
            rows = self.rows(request).filter(deleted_at__isnull=True)
            return page_of(request, rows, by=self.by, newest=self.newest, now=cursor_now(request.user))
        seen = unpack(since, "since")
        now = cursor_now(request.user, deleted=people)  # before the rows: what commits meanwhile is told next time
        changed = changed_after(seen, now, self.person_path)
        rows = self.rows(request)
        rows = rows.none() if changed is None else rows.filter(changed)
        page = page_of(request, rows, by="change", newest=False, now=now)
        if page.next is None or page.cursor is None or page.last is None:
            return page
        of = self.rows(request).filter(pk=page.last.pk).values_list(self.person_path, flat=True).first()
        return replace(page, cursor=told_so_far(seen, page.cursor, page.last, of))

    def get(self, request: Request, **path: Any) -> Response:
        page = self.page(request)
        rows = [row for row in page.rows if not row.is_deleted]
        if rows and self.person_path != "pk":
            saw("entries", user=request.user, people=lambda: people_of(type(rows[0]), rows, self.person_path))
        kept = iter(self.present(request, rows))
        return Response(
            page.body([{"id": str(row.pk), "deleted": True} if row.is_deleted else next(kept) for row in page.rows])
        )


class RowDoor(Door):
    """One row that a phone keeps too: GET, PUT, PATCH, DELETE."""

    model: Any
    shape: type[Body]
    parent = ""  # the key that names what the row hangs on: "person", "lump"

    def save(self, user: Any, pk: UUID, values: dict[str, Any], base_revision: int | None) -> Any:
        """Keep it; what is returned has `row` and `created`."""
        raise NotImplementedError

    def remove(self, user: Any, pk: UUID) -> None:
        raise NotImplementedError

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        raise NotImplementedError

    def saved(self, request: Request, kept: Any) -> dict[str, Any]:
        """The answer to a write."""
        return self.answer(request, kept.row)

    def get(self, request: Request, pk: UUID) -> Response:
        rows = self.model.objects.visible_to(request.user).filter(pk=pk, deleted_at__isnull=True)
        row = self.found(rows.first())
        if self.parent:
            path = "person_id" if self.parent == "person" else f"{self.parent}__person_id"
            saw("entries", user=request.user, people=lambda: people_of(self.model, [row], path))
        return Response(self.answer(request, row))

    def put(self, request: Request, pk: UUID) -> Response:
        values = check(self.shape, request.data, pk=pk)
        kept: Kept = self.save(request.user, pk, values, values.pop("base_revision"))
        return Response(self.saved(request, kept), status=201 if kept.created else 200)

    def patch(self, request: Request, pk: UUID) -> Response:
        if body_in(request).get("base_revision") is not None:
            return self._merge(request, pk)
        with transaction.atomic():  # from reading the row to keeping the merge, nobody may come between
            Person.hold(person_of(find_to_write(self.model, pk, request.user)))  # first, as every writer does
            self.model.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
            return self._merge(request, pk)

    def _merge(self, request: Request, pk: UUID) -> Response:
        row = find_to_write(self.model, pk, request.user)
        if row.is_deleted:
            raise NotThere
        values = check(self.shape, {**self.current(row), **body_in(request)}, pk=pk)
        kept = self.save(request.user, pk, values, values.pop("base_revision"))
        return Response(self.saved(request, kept))

    def delete(self, request: Request, pk: UUID) -> Response:
        self.remove(request.user, pk)
        return Response(status=204)

    def current(self, row: Row) -> dict[str, Any]:
        """The row as a body."""
        body = body_of(row)
        del body["id"]
        return {self.parent: str(getattr(row, f"{self.parent}_id")), **body} if self.parent else body


def people_of(model: Any, rows: list[Row], path: str) -> QuerySet[Any]:
    """A query for the ids of the people these rows of `model` belong to."""
    found: QuerySet[Any] = model._default_manager.filter(pk__in=[row.pk for row in rows]).values(path)
    return found


class RestoreDoor(Door):
    """POST: take a delete back."""

    def bring_back(self, user: Any, pk: UUID) -> Row:
        raise NotImplementedError

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        raise NotImplementedError

    def post(self, request: Request, pk: UUID) -> Response:
        return Response(self.answer(request, self.bring_back(request.user, pk)))


Decorator = Callable[[Any], Any]


def listed(answer: type[Answer], *parameters: OpenApiParameter, synced: bool = False) -> Decorator:
    """Describes a ListDoor: what stands in `results`, and its filters."""
    name = f"{answer.__name__.removesuffix('Answer')}List"
    results: Any = _results(answer, synced)
    shape = type(
        name,
        (Answer,),
        {
            "results": results,
            "next": Shape({"type": "string"}, allow_null=True),
            "previous": Shape({"type": "string"}, allow_null=True),
            "cursor": Shape({"type": "string"}, allow_null=True),
        },
    )
    more = (SINCE,) if synced else ()
    return extend_schema_view(get=extend_schema(responses=shape, parameters=[*parameters, *more, LIMIT, PAGE]))


def _results(answer: type[Answer], synced: bool) -> Any:
    from drf_spectacular.utils import PolymorphicProxySerializer

    if not synced:
        return answer(many=True)
    name = f"{answer.__name__.removesuffix('Answer')}OrDeleted"
    return PolymorphicProxySerializer(
        component_name=name, serializers=[answer, Deleted], resource_type_field_name=None, many=True
    )


class Deleted(Answer):
    id = Shape({"type": "string", "format": "uuid"})
    deleted = Shape({"type": "boolean", "enum": [True]})


def kept_as(body: type[Body], answer: type[Answer]) -> Decorator:
    """Describes a RowDoor."""
    return extend_schema_view(
        get=extend_schema(responses=answer),
        put=extend_schema(request=body, responses={200: answer, 201: answer}),
        patch=extend_schema(request=body, responses=answer),
        delete=extend_schema(responses={204: None}),
    )
