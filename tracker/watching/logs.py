"""Lines of the log. An error is told by its kind and where it arose: its text may hold what somebody wrote."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def without_words(fault: Fault) -> str:
    """The way to an error, and its kind; of those before it the kinds alone."""
    kind, error, at = fault
    if kind is None or error is None:
        return ""
    lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(at)]
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return "\n".join([*lines, " from ".join([kind.__name__, *causes])])


class Lines(logging.Formatter):
    """One line a record, for people."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return without_words(ei)


class JSONLines(Lines):
    """One JSON object a record, for programs: `at level logger message process`, and `fault` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info:
            told["fault"] = without_words(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
