"""Queries of the hot path: written in the ORM, compiled once, asked many times.

The ORM builds a query's SQL anew each time it is asked, which takes several times as long as the database needs to
answer. What is kept here is that SQL; the rows come back through the same converters, so a prepared query answers what
the plain one would.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators

from analytics.memory import Memory

_FIRST = datetime(1901, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[a-z_.]{1,40}")  # nothing that any database reads as anything but itself between quotes


class _Plan(NamedTuple):
    """A compiled query: where each name's value stands among the parameters, and how a row is read."""

    sql: str
    params: tuple[Any, ...]
    places: dict[str, tuple[list[int], "models.Field[Any, Any]"]]
    converters: list[tuple[int, list[Any], Any]]
    tells_times: bool
    read: Callable[[list[Any]], Any]


class Prepared:
    """A query that `make` writes from stand-ins for the named values, UUIDs, times or texts (`at=datetime`, …).

    `make` may use a value only where it reaches the database as it is (`pk=lump`, `until__gt=at`), and each at least
    once. Rows are tuples of a `values_list`, else instances, with what `select_related` names.
    """

    def __init__(
        self,
        make: Callable[..., models.QuerySet[Any]],
        *,
        told: Callable[[Any], Any] | None = None,
        remembers: int | Memory[Any] = 0,
        **kinds: type,
    ) -> None:
        """`told` makes of each row what is answered; of the latest `remembers` rows it is known by the row itself.

        Queries for the same columns, told the same way, may share one memory.
        """
        self._make, self._told, self._kinds = make, told, kinds
        self._known: Memory[Any] = remembers if isinstance(remembers, Memory) else Memory(remembers)
        self._plans: dict[str, _Plan] = {}

    def all(self, **values: Any) -> list[Any]:
        """The rows for these values."""
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = self._compiled()
        params = list(plan.params)
        for name, (places, field) in plan.places.items():
            value = field.get_db_prep_value(values[name], connection)
            for place in places:
                params[place] = value
        with kept_cursor() as cursor:
            if plan.tells_times and connection.vendor == "postgresql":
                _read_times_quickly(cursor)
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        if not self._known.holds:
            return [self._made(plan, row) for row in rows]
        return self._known.of(rows, lambda new: [self._made(plan, row) for row in new])

    def _made(self, plan: _Plan, row: Any) -> Any:
        made = plan.read(_converted(row, plan.converters))
        return made if self._told is None else self._told(made)

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.all(**values)), None)

    def _compiled(self) -> _Plan:
        numbers = count(1)
        values = {name: _stand_in(kind, next(numbers)) for name, kind in self._kinds.items()}
        rows = self._make(**values)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = {}
        for name, value in values.items():
            field = _FIELDS[self._kinds[name]]
            sent = field.get_db_prep_value(value, connection)
            places[name] = ([place for place, param in enumerate(params) if param == sent], field)
            assert places[name][0], f"{name} does not stand in {sql}"
        width = len(compiler.select)
        converters = compiler.get_converters([each[0] for each in compiler.select])
        told = [(place, list(found), expression) for place, (found, expression) in converters.items()]
        columns = [each[0].output_field.get_internal_type() for each in compiler.select]
        times = [place for place, kind in enumerate(columns) if kind == "DateTimeField"]
        if connection.vendor == "postgresql":
            told += [(place, [_in_utc], None) for place in times]
        read = _reader(rows, compiler) if cast("Any", rows)._fields is None else _tuple(width)
        return _Plan(*_with_words(sql, params, places), told, bool(times), read)


def _with_words(
    sql: str, params: Sequence[Any], places: dict[str, tuple[list[int], Any]]
) -> tuple[str, tuple[Any, ...], dict[str, tuple[list[int], Any]]]:
    """The same query with the words that never change (a state, a role) written into its text.

    Whether an index on some rows only (`WHERE state <> 'closed'`) may be used hangs on them: as parameters they made
    SQLite compile the query anew each time, which took ten times as long as the answer, and hid the index from a plan
    that PostgreSQL keeps.
    """
    named = {place for found, _ in places.values() for place in found}
    kept: list[int] = []
    numbers = count()

    def mark(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return found[0]
        place = next(numbers)
        if place not in named and isinstance(params[place], str) and _WORD.fullmatch(params[place]):
            return f"'{params[place]}'"
        kept.append(place)
        return found[0]

    sql = re.sub("%%|%s", mark, sql)
    moved = {name: ([kept.index(place) for place in found], field) for name, (found, field) in places.items()}
    return sql, tuple(params[place] for place in kept), moved


def kept_cursor() -> Any:
    """A cursor by which PostgreSQL prepares a statement once for a connection (settings: `prepare_threshold`), and does
    not plan it anew each time, which takes it longer than the answer. Django's own puts the values into the text."""
    line: Any = connection.connection
    if connection.vendor != "postgresql" or line is None:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    usual, line.cursor_factory = line.cursor_factory, ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        line.cursor_factory = usual


def _read_times_quickly(cursor: Any) -> None:
    """Django has times with their zone read in Python, each by a pattern; psycopg's own way is compiled."""
    from psycopg import adapters
    from psycopg.pq import Format

    cursor.adapters.register_loader("timestamptz", adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT))


def _in_utc(value: datetime | None, _expression: Any, _connection: Any) -> datetime | None:
    """As Django's reading of a time leaves it: the session's zone is UTC (settings: TIME_ZONE)."""
    return None if value is None else value.replace(tzinfo=UTC)


def _stand_in(kind: type, number: int) -> Any:
    if kind is UUID:
        return UUID(int=(0x5374616E64 << 64) + number)
    if kind is datetime:
        return _FIRST + timedelta(seconds=number, microseconds=123_457)
    return f"stand-in {number}"


_FIELDS: dict[type, "models.Field[Any, Any]"] = {
    UUID: models.UUIDField(), datetime: models.DateTimeField(), str: models.TextField(),
}  # fmt: skip


def _converted(row: Any, converters: list[tuple[int, list[Any], Any]]) -> list[Any]:
    values = list(row)
    for place, found, expression in converters:
        value = values[place]
        for convert in found:
            value = convert(value, expression, connection)
        values[place] = value
    return values


def _tuple(width: int) -> Callable[[list[Any]], Any]:
    return lambda values: tuple(values[:width])


def _reader(rows: models.QuerySet[Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """As django.db.models.query.ModelIterable reads a row."""
    info, alias = compiler.klass_info, rows.db
    model, chosen = info["model"], info["select_fields"]
    begin, end = chosen[0], chosen[-1] + 1
    names = [each[0].target.attname for each in compiler.select[begin:end]]
    populators = cast("Any", get_related_populators)(info, compiler.select, alias)  # the stubs are a version ahead

    def read(values: list[Any]) -> Any:
        row = model.from_db(alias, names, values[begin:end])
        for populator in populators:
            populator.populate(values, row)
        return row

    return read


class _Insert(NamedTuple):
    sql: str
    fields: list["models.Field[Any, Any]"]


@cache
def _insert_of(model: type[models.Model], vendor: str) -> _Insert:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, str(model._meta.pk.column)))
    marks = ", ".join(["%s"] * len(fields))
    return _Insert(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO NOTHING", fields)  # noqa: S608  # nosec B608


def _sent(field: "models.Field[Any, Any]", value: Any) -> Any:
    """As the database takes it; most of what an entry may hold was not recorded, and no field makes anything of that."""
    return None if value is None else field.get_db_prep_save(value, connection)


def insert_new(row: models.Model) -> bool:
    """Insert a row of a model without parents; False, and nothing done, where a row with its key is there already.

    Unlike a failed INSERT it leaves the transaction usable, so it needs no savepoint. Other constraints raise.
    """
    return insert_all_new([row]) == 1


def insert_all_new(rows: Sequence[models.Model]) -> int:
    """The same for many rows of one model; how many were inserted."""
    if not rows:
        return 0
    insert = _insert_of(type(rows[0]), connection.vendor)
    values = [[_sent(field, field.pre_save(row, True)) for field in insert.fields] for row in rows]
    with kept_cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(insert.sql, values[0])
        else:
            cursor.executemany(insert.sql, values)
        done: int = cursor.rowcount
    if done == len(rows):
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias
    return done
