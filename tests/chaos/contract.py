"""The rows A1 to A13, what each asks, and who answers."""

from collections.abc import Callable

from tests.chaos import of_pace, of_push, of_silence, of_time, rows
from tests.chaos.table import Plan, Result

ROWS: dict[str, Callable[[Plan], Result]] = {
    **rows.ROWS, **of_time.ROWS, **of_push.ROWS, **of_silence.ROWS, **of_pace.ROWS
}  # fmt: skip

# name: (what is done, the goal), in the order of the table
CONTRACT: dict[str, tuple[str, str]] = {
    "A1": ("many notices, 3 senders, no fault", "lost 0, extra 0"),
    "A2": ("SIGKILLs of senders at random", "lost 0, extra ≤ 1 a kill, same Message-ID"),
    "A3": ("a fault between every two statements from entry to outbox", "0 findings without a notice"),
    "A4": ("the broker emptied; stopped and back", "lost 0; sent ≤ 60 s, also while it is away"),
    "A5": ("SMTP away (scaled clock), 300 queued", "lost 0, extra 0, drained ≤ 60 s"),
    "A6": ("each kind of trouble, one channel at a time", "0 silent; the other channel delivers all"),
    "A7": ("clock +2 h, −2 h, +1 day; two schedulers", "one reminder a slot, none missed under 24 h old"),
    "A8": ("730 days in zones with odd daylight saving", "one a local day"),
    "A9": ("push answers 201, 404, 410, 413, 429, 500, hangs", "dead ones gone, others retried, e-mail ≤ 15 min"),
    "A10": ("push: ttl, timeout, aud; loopback and private addresses", "≥ 24 h; ends; a device's own; 12 refused"),
    "A11": ("no sender for 2 minutes", "banner in the app, health check 503"),
    "A12": ("200 notices due at once, handed to SMTP", "p99 ≤ 60 s"),
    "A13": ("lock screens, subjects, logs searched for health words", "0"),
    "pace": ("notices a second over SMTP, beside a plain loop", "≥ 0.8 of the loop"),
}
