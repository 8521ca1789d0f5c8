"""The rows of the contract by name."""

from collections.abc import Callable

from tests.offline.rows_phone import o2, o5, o7, o9
from tests.offline.rows_queue import o1, o3, o4, o6, o8
from tests.offline.trial import Result, Trial

ROWS: dict[str, Callable[[Trial], Result]] = {
    "O1": o1, "O2": o2, "O3": o3, "O4": o4, "O5": o5, "O6": o6, "O7": o7, "O8": o8, "O9": o9,
}  # fmt: skip
