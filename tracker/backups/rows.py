"""All rows of all tables, open log-ins apart, as JSON lines, the same from SQLite and PostgreSQL, and back into either.

A table is read by its columns in one snapshot and put back by plain INSERTs: nothing of a model runs on the way, so what
a model would set by itself (the time of change) stays as it was.
"""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps as todays_apps
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.utils.duration import duration_iso_string

SNAPSHOT = "snapshot"  # the name of the connection that reads
PART = 2_000  # rows in one member
LINES = "rows/"
# log-ins that are open: whoever has a session's key is logged in, so nobody finds one in a backup
LEFT_OUT = {"sessions.session", "usersessions.usersession"}


class NotMigrated(Exception):
    """The tables are not those of this version."""


@contextmanager
def snapshot() -> Iterator[str]:
    """A connection of its own, in one transaction that sees the database as it is at its first read; writers go on."""
    settings = {**connections["default"].settings_dict}
    settings["OPTIONS"] = {**settings["OPTIONS"]}
    if connection.vendor == "sqlite":
        settings["OPTIONS"]["transaction_mode"] = (
            "DEFERRED"  # with the write-ahead log a reader's snapshot holds nobody up
        )
    else:
        from psycopg import IsolationLevel

        settings["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[SNAPSHOT] = settings
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT], connections.settings[SNAPSHOT]


def models_of(apps: Any) -> list[type[Model]]:
    """Every model with a table of its own, also those between two others; in a fixed order."""
    found = (model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy)
    return sorted((model for model in found if model._meta.managed), key=lambda model: model._meta.label_lower)


def columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def state(using: str = "default") -> list[tuple[str, str]]:
    """The migrations the database stands at: the last of each application. Raises NotMigrated where some are to come."""
    executor = MigrationExecutor(connections[using])
    targets: list[tuple[str, str]] = executor.loader.graph.leaf_nodes()
    if executor.migration_plan(targets):
        raise NotMigrated("The database is not that of this version. Run manage.py migrate first.")
    return targets


def read(using: str) -> Iterator[tuple[str, int, bytes]]:
    """Each table in parts, but for those of LEFT_OUT: its label, how many rows, and the part as gzipped JSON lines."""
    for model in models_of(todays_apps):
        if model._meta.label_lower in LEFT_OUT:
            continue
        held: list[str] = []
        values = model._base_manager.using(using).order_by("pk").values_list(*columns(model))
        for row in values.iterator(chunk_size=PART):
            held.append(json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")))
            if len(held) == PART:
                yield model._meta.label_lower, PART, _packed(held)
                held = []
        if held:
            yield model._meta.label_lower, len(held), _packed(held)


def _packed(lines: list[str]) -> bytes:
    return gzip.compress("\n".join(lines).encode(), compresslevel=4, mtime=0)


def _plain(value: Any) -> str:
    """What JSON has no word for, as the field's own `to_python` reads it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")


def empty_tables(apps: Any) -> None:
    """Delete every row: a migration may have made some on its way."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for model in models_of(apps):
            cursor.execute(f"DELETE FROM {_name(model._meta.db_table)}")  # noqa: S608  # nosec B608 - a table's name from our own models


def write(parts: Iterable[tuple[str, bytes]], fields: dict[str, list[str]], apps: Any) -> dict[str, int]:
    """Insert parts as `read` gave them, into tables that stand where they stood; how many rows of each label.

    Call it in one transaction: the order of tables is not that of their references.
    """
    counts: dict[str, int] = {}
    known = {model._meta.label_lower: model for model in models_of(apps)}
    for label, part in parts:
        model = known[label]
        lines = gzip.decompress(part).split(b"\n")
        _insert(model, fields[label], [json.loads(line) for line in lines])
        counts[label] = counts.get(label, 0) + len(lines)
    return counts


def _insert(model: type[Model], names: list[str], rows: list[list[Any]]) -> None:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    into = ", ".join(_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    prepared = [
        [field.get_db_prep_save(field.to_python(value), connection) for field, value in zip(fields, row, strict=True)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {_name(model._meta.db_table)} ({into}) VALUES ({places})", prepared)  # noqa: S608  # nosec B608


def continue_counting(apps: Any) -> None:
    """Let numbered ids go on after the highest that was put back."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models_of(apps)):
            cursor.execute(sql)


def drop_tables() -> None:
    """Take away every table of ours."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in [*names, "django_migrations"]:
            cursor.execute(f"DROP TABLE IF EXISTS {_name(name)}{cascade}")


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
