"""The two servers of a comparison: the whole product as it really runs, and a bare application under the same gunicorn."""

import contextlib
import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from ops.children import die_with_parent
from ops.place import PYTHON, ROOT
from tests.support.ports import free_port

WAIT = 60.0


@contextlib.contextmanager
def bare_server(module: str, asked: str = "/", **environment: str) -> Iterator[int]:
    """`module` (`package.module:application`) under the server, workers and threads of the product; its port.

    `asked` is a path that answers, with whatever status, once it is up.
    """
    port = free_port()
    words = [
        str(PYTHON), "-m", "gunicorn", module, "--preload", "--bind", f"localhost:{port}",
        "--no-control-socket", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "warning",
    ]  # fmt: skip
    server = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **environment}, preexec_fn=die_with_parent)
    try:
        _wait_for(port, asked)
        yield port
    finally:
        server.terminate()
        server.wait(WAIT)


def _wait_for(port: int, asked: str) -> None:
    end = time.monotonic() + WAIT
    while not _answers(port, asked):
        assert time.monotonic() < end, "the bare server does not answer"
        time.sleep(0.1)


def _answers(port: int, asked: str) -> bool:
    line = http.client.HTTPConnection("localhost", port, timeout=WAIT)
    try:
        line.request("GET", asked)
        line.getresponse().read()
    except OSError:
        return False
    finally:
        line.close()
    return True


def run(words: list[str], environment: dict[str, str], folder: Path = ROOT) -> str:
    """A Python module in a process of its own; what it printed. AssertionError with its complaint if it failed."""
    done = subprocess.run(
        [str(PYTHON), "-m", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout
