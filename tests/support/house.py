"""The deployed house without containers: web and worker processes of their own, started by the commands of ops.serve."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ops.children import die_with_parent
from ops.place import PYTHON, ROOT
from tests.support.environment import FORGOTTEN
from tests.support.ports import free_port
from tests.support.valkey import Valkey

PATIENCE = 90.0


class House:
    """Its processes by name ("web 1", "worker 2", "beat"); each can be killed and started again.

    `settings` of the environment come on top of a clean one. Logs lie in the folder, a file a process.
    """

    def __init__(self, folder: Path, database: str, valkey: Valkey, **settings: str) -> None:
        self.folder, self.valkey, self.database = folder, valkey, database
        self.ports = {"web 1": free_port(), "web 2": free_port()}
        clean = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
        own = {"VAR_DIR": str(folder / "data"), "ENV_FILE": "", "DATABASE_URL": database, "REDIS_URL": valkey.url}
        self.settings = {**clean, **own, "DEMO": "0", "LOG_JSON": "1", **settings}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Returns at once."""
        more = {
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / name.replace(" ", "-")),
            "PORT": str(self.ports.get(name, 0) or 1),
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.words(name), cwd=ROOT, env={**self.settings, **more}, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    def words(self, name: str) -> list[str]:
        """What starts the process of that name."""
        return [str(PYTHON), "-m", "ops.serve", name.split(maxsplit=1)[0]]

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all of its children."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()

    def kill_all(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def manage(self, *words: str, text: str = "") -> str:
        """Run `manage.py WORDS` with this house's settings; what it printed. RuntimeError where it failed."""
        done = subprocess.run(
            [str(PYTHON), "manage.py", *words], cwd=ROOT, env=self.settings, input=text, capture_output=True, text=True
        )
        if done.returncode and words[0] != "doctor":
            raise RuntimeError(done.stderr)
        return done.stdout

    def wait(self, true: Callable[[], object], what: str, patience: float = PATIENCE) -> float:
        """Until `true()` is; the seconds it took. RuntimeError once patience is at an end."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > patience:
                raise RuntimeError(f"waited {patience} s for {what}")
            time.sleep(0.1)
        return time.monotonic() - began
