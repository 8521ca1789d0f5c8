"""The environment every test process has: a folder of its own, no `.env`, no service of the machine's."""

import os
import tempfile
from pathlib import Path

from ops.place import BYTECODE, VENV

FORGOTTEN = (
    "REDIS_URL EMAIL_URL EMAIL_FROM STORAGE_URL SECRET_KEY PORT HOST PUBLIC_URL ALLOWED_HOSTS TRUSTED_PROXIES DEBUG "
    "SIGNUP OIDC_URL OIDC_CLIENT_ID OIDC_CLIENT_SECRET OIDC_NAME REGION WATCHDOG_URL HSTS_SECONDS"
).split()


def isolate() -> str:
    """Set it; the new VAR_DIR. DATABASE_URL stays: tests run in a database of their own beside it (`test_…`)."""
    for name in FORGOTTEN:
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="diary-tests-")
    (Path(folder) / "static").mkdir()  # WhiteNoise warns where there is none
    os.environ.update(BYTECODE)  # as `make test` does: tests start many processes
    os.environ.setdefault("MPLCONFIGDIR", str(VENV / "matplotlib"))  # fonts are looked for once, not in every VAR_DIR
    os.environ.update(VAR_DIR=folder, ENV_FILE="", DEMO="0", THROTTLE="0", DJANGO_SETTINGS_MODULE="tracker.settings")
    return folder
