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


def test_a_web_process_starts_without_what_only_some_requests_need() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "api.views.entries" in loaded, "the whole URLconf is loaded before the first fork"
    assert not loaded & set(HEAVY)


def test_what_a_command_starts_keeps_its_compiled_modules_even_where_that_is_forbidden() -> None:
    code = (
        "import subprocess, sys; from ops.commands import run_command; run_command([]);"
        "subprocess.call([sys.executable, '-c', 'import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)'])"
    )
    forbidden = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=forbidden, capture_output=True, text=True)
    assert done.stdout.split() == ["False", str(VENV / "bytecode")]
