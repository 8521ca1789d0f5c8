"""Redness measured in photos: its trend with an error, and only from photos that may be shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.utils import timezone

from analytics.redness_trend import MONTH, redness_trend

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from tracker.models import Lump
    from tracker.reports.shapes import LumpReport

DAY = timedelta(days=1)
READY = {"state": "ready", "master": "m", "screen": "s", "thumb": "t", "sha256": "0" * 64}


def test_a_true_rise_lies_within_its_limits() -> None:
    rng = np.random.default_rng(5)
    days, hits = np.arange(0, 70, 7.0), 0
    for _story in range(300):
        found = redness_trend(days.tolist(), (2 + 0.1 * days + rng.normal(0, 0.8, 10)).tolist(), [0.8] * 10)
        assert found is not None
        hits += found.low <= 0.1 * MONTH <= found.high
    assert 0.92 <= hits / 300 <= 0.99


def test_readings_that_scatter_wider_than_they_say_widen_the_limits() -> None:
    days = [0.0, 10.0, 20.0, 30.0]
    calm, wild = (redness_trend(days, rows, [0.5] * 4) for rows in ([1, 2, 3, 4], [1, 6, -1, 4]))
    assert calm is not None and wild is not None
    assert calm.per_month == pytest.approx(3.04) and wild.high - wild.low > 3 * (calm.high - calm.low)


@pytest.mark.parametrize("days", [[0.0, 30.0], [0.0, 1.0, 2.0]])
def test_too_few_or_too_close_say_nothing(days: list[float]) -> None:
    assert redness_trend(days, [1.0] * len(days), [0.5] * len(days)) is None


@pytest.fixture
def lump(db: Any) -> Lump:
    """Four weeks, redder by 1 a* each; one photo is kept back, one was not measured."""
    from tracker.models import Entry, Lump, Person, Photo

    lump = Lump.objects.create(person=Person.objects.create(name="Alice"), name="Back", site="lower_back")
    for week in range(4):
        at = timezone.now() - 7 * DAY * (4 - week)
        common = {
            "entry": Entry.objects.create(lump=lump, measured_at=at, pain=1),
            "received_sha256": "0" * 64,
            "received_bytes": 1,
        }
        read = {"ok": True, "reason": None, "redness": 2.0 + week, "redness_sd": 0.5, "dark_skin": False}
        Photo.objects.create(**common, **READY, analysis=read)
        Photo.objects.create(**common, **READY, analysis={**read, "redness": 77.0}, never_share=True)
        Photo.objects.create(**common, **READY, analysis={"ok": False, "reason": "no_card", "redness": None})
    return lump


def told(lump: Lump, **scope: Any) -> LumpReport:
    from tracker.models import Lump
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    rows = list(Lump.objects.filter(pk=lump.pk).select_related("person"))
    return report_for(rows, Scope(at=timezone.now(), **scope)).lumps[0]


def test_the_doctor_sees_each_reading_with_its_error_and_the_trend(lump: Lump) -> None:
    redness = told(lump, photos=True).redness
    assert redness is not None and [reading.difference for reading in redness.readings] == [2, 3, 4, 5]
    assert redness.table.rows[0][1] == "5.0 ± 1.0" and "Trend: 4.3 a month (95 % limits " in redness.words
    assert "dark skin" not in redness.note


def test_what_was_read_in_a_photo_goes_where_the_photo_goes(lump: Lump) -> None:
    assert told(lump).redness is None
    late = told(lump, photos=True, since=(timezone.now() - 10 * DAY).date()).redness
    assert late is not None and len(late.readings) == 1 and "too early" in late.words


def test_on_dark_skin_it_says_how_little_it_says(lump: Lump) -> None:
    from tracker.models import Photo

    read = {"ok": True, "redness": 1.0, "redness_sd": 0.5, "dark_skin": True}
    Photo.objects.filter(analysis__redness=5.0).update(analysis=read)
    redness = told(lump, photos=True).redness
    assert redness is not None and "On dark skin the same redness" in redness.note


def test_no_finding_comes_of_it(lump: Lump) -> None:
    assert told(lump, photos=True).findings == told(lump).findings
