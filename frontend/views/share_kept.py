"""The doctor's page, remembered for as long as making it anew would say the very same.

Only bytes are remembered. Whether a request may have them is decided for each one before anybody looks here, and each
leaves its line in the owner's log. What a page is made of is in its key, or bounds how long it holds: whoever writes a
row that it shows takes a new change number of the person (tests/sharing/test_kept.py goes through them all), time alone
may bring a finding, and the page names its minute. A page with the form for an answer is not remembered: it greets the
viewer by name, and a plan takes no number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page

from analytics.memory import Memory
from tracker.models import ShareLink

PAGES = 24
LONGEST = 1_000_000  # bytes: a longer page is made anew each time, so that all of them take 24 MB at most


@dataclass(frozen=True)
class Made:
    """A page as it was at that moment, and when time alone may change it (None: not by itself)."""

    response: HttpResponse
    at: datetime
    holds_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    headers: dict[str, str]
    since: datetime
    until: datetime


_PAGES: Memory[_Kept] = Memory(PAGES)


def remembered(request: HttpRequest, link: ShareLink, make: Callable[[HttpRequest], Made]) -> HttpResponse:
    """The page of a link that its gate has just let through, as it was sent within this minute, or as ``make`` makes it.

    ``link.person`` must have been read with the gate: its change number is what tells an old page from a good one.
    """
    zipped = bool(re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    scope = (link.since, link.photos, link.notes)
    key = (link.pk, link.person.last_change, scope, get_language(), zipped)
    kept = _PAGES.get(key)
    if kept is None or not kept.since <= timezone.now() < kept.until:
        made = make(request)
        response = gzip_page(lambda _request: made.response)(request)
        if response.status_code != 200 or len(response.content) > LONGEST:
            return response
        kept = _Kept(response.content, dict(response.headers), made.at, _until(made))
        _PAGES.put(key, kept)
    return HttpResponse(kept.body, headers=kept.headers)


def _until(made: Made) -> datetime:
    minute = made.at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return minute if made.holds_until is None else min(minute, made.holds_until)
