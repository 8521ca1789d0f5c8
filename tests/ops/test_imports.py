"""What draws, measures photos or sets type is loaded by whoever needs it, never by a web process that starts."""

import os
import subprocess
import sys

from ops.place import ROOT, VENV

HEAVY = ("matplotlib", "cv2", "typst", "scipy.optimize", "scipy.stats", "PIL", "fhir", "segno", "icalendar", "boto3")
START = """
import sys
from tracker.wsgi import application
from ops import gunicorn_conf
gunicorn_conf.when_ready(None)
print(*sys.modules)
"""
WAIT = """
import sys
from celery.app.utils import find_app
find_app("tracker.celery").loader.import_default_modules()
from tracker import tasks
print(*sys.modules)
"""


def loaded(code: str, **environment: str) -> set[str]:
    """The modules a new process has after it ran ``code``, which prints them."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_web_process_starts_without_what_only_some_requests_need() -> None:
    found = loaded(START)
    assert {"api.views.entries", "scipy.special"} <= found, "what every request needs is loaded before the first fork"
    assert not found & set(HEAVY)


def test_a_worker_and_the_supervisor_wait_without_what_takes_memory() -> None:
    assert not loaded(WAIT, CELERY_SKIP_CHECKS="true") & {*HEAVY, "scipy", "rest_framework.views", "api.urls"}
    assert not loaded("import ops.run, sys; print(*sys.modules)") & {"http.client", "ssl", "django", "celery"}


def test_what_a_command_starts_keeps_its_compiled_modules_even_where_that_is_forbidden() -> None:
    code = (
        "import subprocess, sys; from ops.commands import run_command; run_command([]);"
        "subprocess.call([sys.executable, '-c', 'import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)'])"
    )
    forbidden = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=forbidden, capture_output=True, text=True)
    assert done.stdout.split() == ["False", str(VENV / "bytecode")]
