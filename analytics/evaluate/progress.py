"""A progress bar for the long evaluations."""

import sys
import time

WIDTH = 30


class Progress:
    """A bar on standard error: what is being done, how far, how long it has taken."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.began = steps, 0, time.monotonic()

    def step(self, what: str = "") -> None:
        """One step further; ``what`` comes next."""
        full = WIDTH * self.done // self.steps
        spent = time.monotonic() - self.began
        sys.stderr.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {spent:4.0f} s  {what:<40}")
        sys.stderr.flush()
        self.done += 1
