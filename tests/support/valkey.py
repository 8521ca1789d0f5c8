"""A real Valkey on a private unix socket."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import redis

from ops.children import die_with_parent
from ops.run import valkey_words

START_SECONDS = 10.0


class Valkey:
    """Start it, stop it, kill it, start it again: the address stays, what it held is gone."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vk-"))  # short: a socket's path has at most about 100 bytes
        self.socket = self.folder / "s"
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        self.process = subprocess.Popen(valkey_words(self.socket), preexec_fn=die_with_parent)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with self.client() as client:
                    client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def stop(self) -> None:
        """End it, as when the machine it runs on goes away."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self) -> redis.Redis:
        """A new connection; close it."""
        return redis.Redis(unix_socket_path=str(self.socket))
