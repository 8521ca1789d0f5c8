"""What every synchronised row has: a client's UUIDv7, a revision, a change number, an undoable delete."""

import os
import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q


def uuid7() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random. Python 3.11 has none of its own."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def one_of(field: str, values: Iterable[str], name: str, *, blank: bool = True) -> models.CheckConstraint:
    """A constraint that the database itself keeps: `field` is one of `values` (or empty: not recorded)."""
    allowed = [*values, ""] if blank else list(values)
    return models.CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


def between(field: str, low: float, high: float, name: str) -> models.CheckConstraint:
    """A constraint that `field`, where recorded, lies in [low, high]."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name
    )


class SyncedQuerySet(models.QuerySet[Any]):
    """Rows a phone synchronises."""

    def kept(self) -> "SyncedQuerySet":
        """Rows that nobody deleted."""
        return self.filter(deleted_at__isnull=True)


class Synced(models.Model):
    """A row a phone synchronises.

    `change` grows with every write within one person (see Person.next_change), so that `since=` misses nothing;
    `revision` counts this row's versions from 1; `deleted_at` is a tombstone that can be undone for 30 days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    revision = models.PositiveIntegerField(default=1)
    change = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None
