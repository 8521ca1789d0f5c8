"""Faults reported to a Sentry server of the operator's choice, where SENTRY_DSN is set: the way through the code, no more."""

from typing import Any

KEPT = (
    "event_id",
    "timestamp",
    "level",
    "platform",
    "logger",
    "release",
    "environment",
    "transaction",
    "exception",
    "sdk",
)


def report_to(dsn: str, **more: Any) -> None:
    """Begin to report. `more` goes to sentry_sdk.init (tests give a transport of their own)."""
    import sentry_sdk  # only where it is asked for

    sentry_sdk.init(
        dsn=dsn,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=scrubbed,
        **more,
    )


def scrubbed(event: Any, hint: Any) -> Any:
    """The event without words, addresses, cookies, people: kinds of errors and frames alone."""
    kept = {name: event[name] for name in KEPT if name in event}
    if (event.get("transaction_info") or {}).get("source") == "url":  # no pattern was found for it: the address itself
        kept.pop("transaction", None)
    for error in (kept.get("exception") or {}).get("values") or []:
        error["value"] = ""
        for frame in (error.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    return kept
