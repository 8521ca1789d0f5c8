"""A small memory of what was worked out before, for looks at a diary that grew by one reading.

What is kept is found by the very facts it was worked out from, so it can be lost but never be out of date. It is one
process's own; a second process works the same out again.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Memory(Generic[T]):
    """The ``holds`` things asked for last, by key; safe between threads."""

    def __init__(self, holds: int) -> None:
        self.holds = holds
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key]

    def put(self, key: Hashable, thing: T) -> None:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self.holds:
                self._things.popitem(last=False)

    def of(self, keys: Sequence[K], make: Callable[[list[K]], Sequence[T]]) -> list[T]:
        """The thing for each key, none of them None; ``make`` is asked once, for those not here, and outside the lock."""
        known = {key: thing for key in keys if (thing := self.get(key)) is not None}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known |= dict(zip(missing, make(missing), strict=True))
        for key in keys:
            self.put(key, known[key])
        return [known[key] for key in keys]

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
