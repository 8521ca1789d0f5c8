"""Entries: the main way into the diary."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.entry_rows import entry_answer, newest_rows, receipts
from api.errors import Bad, refusal, status_of
from api.openapi import only
from api.paging import cursor_now, first_page, id_of, limit_of
from api.parsing import ManyParser, Unkeepable, keepable
from api.rendering import with_key
from api.shapes.base import check
from api.shapes.batch import MOST_ENTRIES, BatchAnswer, BatchBody
from api.shapes.diary import BatchEntryBody, EntryAnswer, EntryBody, ListedEntryAnswer
from api.views.base import Door, RestoreDoor, Row, RowDoor, SyncedListDoor, account, body_in, kept_as, listed, people_of
from tracker.actions import entries
from tracker.actions.assessing import advice_at
from tracker.actions.entries import Logged
from tracker.actions.seeing import saw
from tracker.models import Entry


def full_answer(user: Any, row: Entry, advice: Any = None) -> dict[str, Any]:
    """An entry with its receipt and what the diary says to it: just now, or by itself at its own time."""
    advice = advice or advice_at(lump=row.lump, at=row.measured_at)
    return {**entry_answer(row), "receipt": receipts(user, [row])[0], "advice": advice.as_dict()}


@listed(ListedEntryAnswer, only("lump", "Of this lump."), synced=True)
class EntryList(SyncedListDoor):
    """Newest first."""

    by = "measured_at"
    newest = True

    def get(self, request: Request, **path: Any) -> Response:
        if request.query_params.keys() - {"lump", "limit"}:
            return super().get(request)
        limit, lump = limit_of(request), id_of(request, "lump")
        now = cursor_now(request.user)  # before the rows
        page = first_page(request, newest_rows(account(request), limit + 1, lump), limit, by=self.by, cursor=now)
        if page.rows:
            saw("entries", user=request.user, people=lambda: people_of(Entry, page.rows, self.person_path))
        kept = zip(page.rows, receipts(request.user, page.rows), strict=True)
        return Response(page.body([with_key(row.json, "receipt", receipt) for row, receipt in kept]))

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Entry.objects.visible_to(request.user)
        lump = id_of(request, "lump")
        return rows if lump is None else rows.filter(lump_id=lump)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [
            {**entry_answer(row), "receipt": receipt}
            for row, receipt in zip(rows, receipts(request.user, rows), strict=True)
        ]


@kept_as(EntryBody, EntryAnswer)
class EntryRow(RowDoor):
    """One look at a lump. The answer to a write carries the receipt and the advice."""

    model = Entry
    shape = EntryBody
    parent = "lump"

    def save(self, user: Any, pk: UUID, values: dict[str, Any], base_revision: int | None) -> Logged:
        return entries.log_entry(user=user, pk=pk, lump_id=values.pop("lump"), body=values, base_revision=base_revision)

    def remove(self, user: Any, pk: UUID) -> None:
        entries.delete_entry(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return full_answer(request.user, row)

    def saved(self, request: Request, kept: Logged) -> dict[str, Any]:
        if kept.created:  # a new entry has no photos yet
            receipt = {"id": str(kept.row.pk), "revision": kept.row.revision, "photos": {}}
            return {**entry_answer(kept.row), "receipt": receipt, "advice": kept.advice.as_dict()}
        return full_answer(request.user, kept.row, kept.advice)


@extend_schema_view(post=extend_schema(request=None, responses=EntryAnswer))
class EntryRestore(RestoreDoor):
    def bring_back(self, user: Any, pk: UUID) -> Entry:
        return entries.restore_entry(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return full_answer(request.user, row)


@extend_schema_view(post=extend_schema(request=BatchBody, responses=BatchAnswer))
class EntryBatch(Door):
    """Up to 500 entries at once, answered in order; a bad one does not sink the rest."""

    parser_classes = (ManyParser,)

    def post(self, request: Request) -> Response:
        bodies = _bodies(body_in(request))
        results: list[dict[str, Any] | None] = [None] * len(bodies)
        good: list[tuple[int, tuple[UUID, UUID, dict[str, Any], int | None]]] = []
        for place, body in enumerate(bodies):
            try:
                values = _checked(body)
            except (Bad, Unkeepable) as bad:
                results[place] = _refused(body, bad)
                continue
            share = (values.pop("id"), values.pop("lump"), values, values.pop("base_revision"))
            good.append((place, share))
        logged = entries.log_batch(user=account(request), entries=[share for _place, share in good])
        answered = iter(receipts(request.user, [each.row for each in logged if isinstance(each, Logged)]))
        for (place, share), each in zip(good, logged, strict=True):
            if isinstance(each, Logged):
                status = 201 if each.created else 200
                results[place] = _result(str(share[0]), status, next(answered), each.advice.as_dict())
            else:
                told = refusal(each)
                results[place] = _result(
                    str(share[0]), status_of(each), errors=told["errors"] or {"": [told["detail"]]}
                )
        return Response({"results": results})


def _bodies(data: dict[str, Any]) -> list[Any]:
    bodies = data.get("entries")
    if not isinstance(bodies, list):
        raise Bad({"entries": [_("This must be a list of entries.")]})
    if len(bodies) > MOST_ENTRIES:
        raise Bad({"entries": [_("This is too many at once: {most} at most.").format(most=MOST_ENTRIES)]})
    keepable({key: value for key, value in data.items() if key != "entries"})
    if unknown := set(data) - {"entries"}:
        raise Bad({key: [_("There is no such key.")] for key in unknown})
    return bodies


def _checked(body: Any) -> dict[str, Any]:
    """One entry's values. Raises Bad or Unkeepable."""
    if not isinstance(body, dict):
        raise Bad({"": [_("This must be an entry.")]})
    keepable(body)
    return check(BatchEntryBody, body)


def _refused(body: Any, bad: Bad | Unkeepable) -> dict[str, Any]:
    unreadable = isinstance(bad, Unkeepable) and "id" in bad.errors
    pk = body.get("id") if isinstance(body, dict) and not unreadable else None
    return _result(pk, 400, errors=bad.errors or {"": [str(bad.detail)]})


def _result(
    pk: Any, status: int, receipt: dict[str, Any] | None = None, advice: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """`status` is what a PUT of this entry alone would have answered."""
    name = pk if isinstance(pk, str) else None
    return {"id": name, "status": status, "receipt": receipt, "advice": advice, "errors": errors or {}}
