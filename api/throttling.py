"""A generous limit an account, so that one client run wild does not slow everybody. Anonymous calls are refused anyway."""

import time
from typing import Any

from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WRITES, READS, SECONDS = 600, 6000, 60


class PerAccount(BaseThrottle):
    """So many calls a minute of the clock, counted in this process alone: an entry is taken while Redis is away."""

    def allow_request(self, request: Request, view: Any) -> bool:
        reads = request.method in SAFE_METHODS
        key = f"{'r' if reads else 'w'}:{request.user.pk}:{int(time.time()) // SECONDS}"
        cache = caches["throttle"]
        if cache.add(key, 1, SECONDS):
            return True
        try:
            count = cache.incr(key)
        except ValueError:  # it ended between the two calls
            return True
        return bool(count <= (READS if reads else WRITES))

    def wait(self) -> float:
        """Seconds to the next minute."""
        return SECONDS - time.time() % SECONDS
