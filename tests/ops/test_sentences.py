"""What a person can mend ends in a sentence that says how, and a status that is not zero."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ops import packages, steps
from ops.place import ROOT, Place, Refused, check_port, locked
from tests.support.ports import free_port


def _ops(command: str, folder: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"PORT", "HOST", "VAR_DIR"}}
    return subprocess.run(
        [sys.executable, "-m", "ops", command],
        cwd=folder,
        env={**environment, "ENV_FILE": "", **settings},
        capture_output=True,
        text=True,
        timeout=200,
    )


def _says(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


def test_busy_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = _ops("run", PORT=str(port), VAR_DIR=str(tmp_path))
    _says(done, f"Port {port} is busy", f"PORT={port + 1} make run")
    assert list(tmp_path.iterdir()) == []  # refused before anything was made


@pytest.mark.parametrize("port", ["0", "65536", "-1", "web"])
def test_port_that_is_none(port: str) -> None:
    _says(_ops("run", PORT=port), "PORT must be a number from 1 to 65535")


def test_address_of_another_computer() -> None:
    with pytest.raises(Refused, match=r"HOST=192\.0\.2\.1 is not an address of this computer"):
        check_port(Place("192.0.2.1", free_port(), Path("/"), ""))


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _ops("setup", VAR_DIR=str(tmp_path / "file" / "var"))
    _says(done, f"{tmp_path / 'file' / 'var'} cannot be written", "VAR_DIR=/some/folder")


def test_env_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=1\nhello\n")
    _says(_ops("setup", ENV_FILE=str(tmp_path / "env")), "line 2 is not NAME=value")


def test_unknown_command() -> None:
    _says(_ops("dance"), "Usage")


def test_python_too_old() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = ['ops', 'setup'];"
        "runpy.run_module('ops', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": "/nowhere"}, capture_output=True, text=True
    )
    _says(done, "needs Python 3.11 or newer, and this is 3.9")


def test_no_network(tmp_path: Path) -> None:
    for name in ("ops", "tracker", "requirements.txt", "requirements-build.txt"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    nobody = f"http://127.0.0.1:{free_port()}/simple"
    done = _ops(
        "setup",
        tmp_path,
        PIP_INDEX_URL=nobody,
        PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS="",
        VAR_DIR=str(tmp_path / "var"),
    )
    _says(done, "The package registry cannot be reached. Check the network")


def test_no_ready_made_package_for_this_computer() -> None:
    said = packages._no_package("ERROR: No matching distribution found for numpy==2.4.6")
    assert said is not None
    assert said.startswith("There is no ready-made numpy==2.4.6 for Python 3.")


def test_changed_package() -> None:
    said = packages._no_package("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")
    assert said is not None
    assert "was not installed" in said


def test_python_without_venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "VENV", tmp_path / "none")
    said = packages._no_venv("The virtual environment was not created because ensurepip is not available.")
    assert said is not None
    assert "apt install python3-venv" in said


def test_full_disk() -> None:
    with pytest.raises(Refused, match="The disk is full"):
        steps.call([sys.executable, "-c", "raise SystemExit('OSError: [Errno 28] No space left on device')"])


def test_a_step_without_network_does_not_blame_it() -> None:
    broken = [sys.executable, "-c", "raise SystemExit('connection timeout')"]
    with pytest.raises(Refused, match="That step failed"):
        steps.call(broken, network=False)


def test_one_folder_serves_one_run(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with locked(lock, 0, "-"), pytest.raises(Refused, match="runs already"), locked(lock, 0, "It runs already."):
        pass
    with locked(lock, 0, "It runs already."):
        pass


def test_a_step_is_skipped_until_its_inputs_change(tmp_path: Path) -> None:
    source, stamp, done = tmp_path / "in", tmp_path / "stamps" / "step", []
    source.write_text("1")

    def step() -> bool:
        return steps.once(stamp, steps.digest([source]), "step", lambda: done.append(1))

    assert [step(), step()] == [True, False]
    source.write_text("2")
    assert step()
    assert len(done) == 2


def test_a_failed_step_is_tried_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise Refused("no")

    with pytest.raises(Refused):
        steps.once(tmp_path / "stamp", "1", "step", fail)
    assert steps.once(tmp_path / "stamp", "1", "step", lambda: None)
