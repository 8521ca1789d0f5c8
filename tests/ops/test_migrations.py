"""A migration runs while the old version serves: it adds. One that takes away says why nobody misses it."""

import importlib

import pytest
from django.db import migrations
from django.db.migrations import operations
from django.db.models import NOT_PROVIDED

from ops.place import ROOT

EARLY = "0008"  # up to here nothing had been released, so no old version served while they ran
FILES = sorted(path.stem for path in (ROOT / "tracker" / "migrations").glob("0*.py"))
TAKES_AWAY = (
    operations.RemoveField, operations.RenameField, operations.DeleteModel, operations.RenameModel,
    operations.AlterModelTable, operations.RunSQL,
    # a column of another type breaks the old version's prepared statements; a constraint refuses what it still writes
    operations.AlterField, operations.AlterUniqueTogether,
)  # fmt: skip
KNOWN: dict[str, str] = {}  # migration → why the old version bears it


def complaints(migration: type[migrations.Migration]) -> list[str]:
    """What of it an old version that still serves would trip over."""
    found = []
    made = {op.name_lower for op in migration.operations if isinstance(op, operations.CreateModel)}
    for op in migration.operations:
        if isinstance(op, TAKES_AWAY):
            found.append(op.describe())
        elif isinstance(op, operations.AddField) and op.model_name_lower not in made:
            field = op.field
            # the old version's INSERT does not name the new column: the database itself must have a value for it
            if not (field.null or field.db_default is not NOT_PROVIDED or field.many_to_many):
                found.append(f"{op.describe()}: neither null nor a default in the database")
        elif isinstance(op, operations.AddConstraint) and op.model_name_lower not in made:
            found.append(f"{op.describe()}: the old version may still write what it refuses")
    return found


@pytest.mark.parametrize("name", [name for name in FILES if name[:4] > EARLY])
def test_it_only_adds(name: str) -> None:
    migration = importlib.import_module(f"tracker.migrations.{name}").Migration
    found = complaints(migration)
    assert not found or name in KNOWN, (
        f"{name}: {found}. Make it bearable, or say in KNOWN why the old version bears it."
    )


def test_the_check_sees_what_it_should() -> None:
    from django.db import models

    class Bad(migrations.Migration):
        operations = [
            operations.RemoveField("entry", "note"),
            operations.AddField("entry", "mood", models.CharField(max_length=3, default="")),
            operations.AddField("entry", "mood2", models.CharField(max_length=3, db_default="")),
            operations.AddField("entry", "mood3", models.CharField(max_length=3, null=True)),
            operations.AlterField("entry", "pain", models.CharField(max_length=3)),
            operations.AddConstraint("entry", models.CheckConstraint(condition=models.Q(pain__gt=1), name="x")),
        ]

    assert len(complaints(Bad)) == 4
    early = importlib.import_module("tracker.migrations.0003_channels").Migration
    assert complaints(early), "those before the first release would not have passed"
