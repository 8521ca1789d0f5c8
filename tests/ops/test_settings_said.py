"""A setting that cannot be used ends in a sentence that names it, and quotes no secret."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ops.place import PYTHON, ROOT
from tests.support.environment import FORGOTTEN

SECRET = "Zanzibar"
WRONG = {
    "PORT": ("web", "0", "70000"),
    "TRUSTED_PROXIES": ("one", "-1"),
    "DEBUG": ("perhaps",),
    "DATABASE_URL": (SECRET, f"postgres://u:{SECRET}@host:port/name", f"whatdb://u:{SECRET}@host/name"),
    "STORAGE_URL": (SECRET, f"s3://key:{SECRET}@host"),
    "EMAIL_URL": (SECRET, "mail.example.org"),
    "EMAIL_FROM": ("Nobody",),
    "BACKUP_KEEP": ("0", "-3", "many"),
    "BACKUP_HOUR": ("24", "2:00"),
    "PHOTO_QUOTA_MB": ("2 GB",),
    "HSTS_SECONDS": ("a year",),
    "SIGNUP": ("maybe",),
    "OIDC_URL": ("id.example.org",),
    "LOG_LEVEL": ("loud",),
    "METRICS_TOKEN": ("short",),
    "SENTRY_DSN": (SECRET,),
    "SECRET_KEY": (f"change-me-{SECRET * 9}", "short"),
    "VAR_DIR": ("/dev/null/var",),
}
TRY_EACH = """
import importlib, json, os, sys
import tracker.settings as module
from django.core.exceptions import ImproperlyConfigured
said = []
for name, values in json.loads(sys.stdin.read()).items():
    for value in values:
        kept = os.environ.get(name)
        os.environ[name] = value
        try:
            importlib.reload(module)
            said.append([name, value, "taken"])
        except ImproperlyConfigured as why:
            said.append([name, value, str(why)])
        os.environ.pop(name)
        if kept is not None:
            os.environ[name] = kept
json.dump(said, sys.stdout)
"""


def environment(var: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in {*FORGOTTEN, "DATABASE_URL"}}
    return clean | {"VAR_DIR": str(var), "ENV_FILE": ""}


def test_each_says_which_it_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(PYTHON), "-c", TRY_EACH], cwd=ROOT, env=environment(tmp_path), input=json.dumps(WRONG), capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == sum(len(values) for values in WRONG.values())
    for name, value, said in told:
        assert name in said and SECRET not in said, (name, value, said)


@pytest.mark.parametrize(
    ("setting", "says"),
    [({"PORT": "web"}, "PORT must be"), ({"ENV_FILE": "Makefile"}, "Makefile: line 2 is not NAME=value")],
)
def test_a_command_says_it_without_a_traceback(tmp_path: Path, setting: dict[str, str], says: str) -> None:
    env: dict[str, Any] = environment(tmp_path) | setting
    done = subprocess.run([str(PYTHON), "manage.py", "doctor"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert says in done.stderr and "Traceback" not in done.stderr
