"""Many rows written at once: what changed in each, by one statement sent with all their values."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models


def update_all(rows: Sequence[models.Model], fields: Iterable[str]) -> None:
    """Write these fields (by their attribute names) of rows of one model, and nothing else of them.

    Several times quicker than `bulk_update`, whose one statement has a case for each row and field.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    quote = connection.ops.quote_name
    written = [cast("models.Field[Any, Any]", meta.get_field(name)) for name in fields]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in written)
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608  # nosec B608
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in written),
         meta.pk.get_db_prep_save(row.pk, connection)]
        for row in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if len(values) == 1:  # without the pipeline that PostgreSQL's driver opens for many
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
