"""How a lump changed and how fast it grows: each with its error, or why it cannot be said."""

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.growth import Growth
from analytics.noise import SESSION, sigma_log
from tracker.reports import labels
from tracker.reports.shapes import Change, Rate
from tracker.reports.sizes import TWO_SIDED, Readings, size_words

SPANS = (("12_weeks", 84, 21), ("4_weeks", 28, 9))  # span, days back, how far off a reading may lie


def changes_of(readings: Readings) -> tuple[Change, ...]:
    """Change of mean diameter since the first reading and over 12 and 4 weeks; () without a size."""
    now = readings.latest()
    if now is None:
        return ()
    segment = [i for i in range(len(readings.entries)) if readings.series.segment[i] == readings.series.segment[now]]
    earlier = [i for i in segment if i < now and i not in readings.doubted]
    cut = readings.series.segment[now] > readings.series.segment[0]
    first_label = _("Since treatment") if cut else _("Since the first")
    first = earlier[0] if earlier else None
    found = [_change("first", first_label, readings, first, now, _("only one measurement so far"))]
    for span, days, slack in SPANS:
        target = readings.series.day[now] - days
        near = min(earlier, key=lambda index: abs(readings.series.day[index] - target), default=None)
        if near is not None and abs(readings.series.day[near] - target) > slack:
            near = None
        label = ngettext("Over %(n)d week", "Over %(n)d weeks", days // 7) % {"n": days // 7}
        found.append(_change(span, label, readings, near, now, _("nothing measured then to compare with")))
    return tuple(found)


def _change(span: str, label: str, readings: Readings, base: int | None, now: int, without: str) -> Change:
    if base is None:
        return Change(span, label, without, _("nothing to compare with"))
    one, two = readings.entries[base], readings.entries[now]
    shared = [
        (a, b) for a, b in zip(one.sizes_mm, two.sizes_mm, strict=True) if a is not None and b is not None
    ]  # only axes measured both times: another axis would look like a change
    if not shared:
        without = _("other axes were measured then")
        return Change(span, label, without, without)
    middle = float(np.mean([np.log(b / a) for a, b in shared]))
    own = sum(
        float(sigma_log(mm, entry.method, session=False)) ** 2
        for pair in shared
        for entry, mm in zip((one, two), pair, strict=True)
    )
    spread = TWO_SIDED * float(np.sqrt(own / len(shared) ** 2 + 2 * SESSION**2))
    percent, low, high = (100 * float(np.expm1(middle + side * spread)) for side in (0, -1, 1))
    parts = {
        "change": labels.signed(percent), "low": labels.signed(low), "high": labels.signed(high),
        "size": size_words(one), "day": labels.day(one.at, readings.zone),
    }  # fmt: skip
    words = _("%(change)s %% (%(low)s to %(high)s), from %(size)s on %(day)s") % parts
    short = _("%(change)s %% (%(low)s to %(high)s)") % parts
    return Change(span, label, words, short, percent, low, high, one.at)


def rate_of(readings: Readings) -> Rate:
    """The engine's trend in words, or "too early to say"."""
    growth = readings.growth
    if not readings.entries:
        words = _("no size was recorded")
        return Rate(words, "", words, too_early=True)
    if growth.percent_per_month is None or growth.low is None or growth.high is None:
        words = _("too early to say: it takes four measurements over three weeks or more")
        return Rate(words, "", _("too early to say"), growth.readings, too_early=True)
    parts = {
        "percent": labels.signed(growth.percent_per_month),
        "low": labels.signed(growth.low),
        "high": labels.signed(growth.high),
    }
    words = _("%(percent)s %% a month in diameter (90 %% limits %(low)s to %(high)s)") % parts
    if growth.since:
        words = _("%(rate)s, since about %(day)s") % {"rate": words, "day": labels.day(growth.since)}
    return Rate(
        words=words,
        doubling_words=_doubling_words(growth),
        short=_("%(percent)s %% a month (%(low)s to %(high)s)") % parts,
        readings=growth.readings,
        percent_per_month=growth.percent_per_month,
        low=growth.low,
        high=growth.high,
        doubling_days=growth.doubling_days,
        doubling_low=growth.doubling_low,
        doubling_high=growth.doubling_high,
        p_growing=growth.p_growing,
        since=growth.since,
    )


def _doubling_words(growth: Growth) -> str:
    if growth.high is not None and growth.high < 0:
        return _("it is getting smaller")
    if growth.doubling_days is None:
        return _("no doubling time: the limits include not growing")
    if growth.doubling_low is None or growth.doubling_high is None:
        return _("volume doubles in about %(days)s days") % {"days": labels.number(growth.doubling_days)}
    return _("volume doubles in about %(days)s days (%(low)s to %(high)s)") % {
        "days": labels.number(growth.doubling_days),
        "low": labels.number(growth.doubling_low),
        "high": labels.number(growth.doubling_high),
    }
