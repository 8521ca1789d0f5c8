"""Keeps secrets that stand in an address out of the log."""

import logging
import re

# A segment of a path that is long enough to be a secret and is not an id: a calendar's or a health link's token, a signed
# address of a mail, the key of a password reset. Python's own file names in a traceback are no part of a message.
_ID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w:.=~-])"
_FILE = r"[\w:.=~-]+\.(?:eml|py)\b"
_SECRET = re.compile(rf"(?<=/)(?!{_ID}|{_FILE})[\w:.=~-]{{24,}}")


def without_secrets(text: str) -> str:
    """`text` with each secret in a path written as [hidden]; ids stay, since they open nothing."""
    return _SECRET.sub("[hidden]", text)


class HideSecrets(logging.Filter):
    """Passes every record on, its message without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        clean = without_secrets(told)
        if clean != told:
            record.msg, record.args = clean, None
        return True
