"""A small memory of what was worked out before, for looks at a diary that grew by one reading.

What is kept is found by the very facts it was worked out from, so it can be lost but never be out of date. It is one
process's own; a second process works the same out again.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar, cast

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
        with self._lock:  # once for all of them, and each key hashed as seldom as can be: there may be hundreds
            found = [self._things.get(key) for key in keys]
            for key, thing in zip(keys, found, strict=True):
                if thing is not None:
                    self._things.move_to_end(key)
        missing = dict.fromkeys(key for key, thing in zip(keys, found, strict=True) if thing is None)
        if not missing:
            return cast("list[T]", found)
        made = dict(zip(missing, make(list(missing)), strict=True))
        for key, thing in made.items():
            self.put(key, thing)
        return [made[key] if thing is None else thing for key, thing in zip(keys, found, strict=True)]

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
