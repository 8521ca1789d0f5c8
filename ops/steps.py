"""Steps of the setup: each is skipped while its inputs are what they were when it last ended well."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ops.place import Refused, say

NETWORK = (
    "connection",
    "network",
    "name resolution",
    "timed out",
    "timeout",
    "getaddrinfo",
    "enotfound",
    "econnrefused",
    "eai_again",
    "proxy",
    "unreachable",
)
NO_NETWORK = (
    "The package registry cannot be reached. Check the network (behind a proxy: set HTTPS_PROXY; "
    "with a mirror: PIP_INDEX_URL and NPM_CONFIG_REGISTRY), then run the same command again."
)
NO_SPACE = "The disk is full. Free about 1.5 GB, then run the same command again."


def digest(paths: Iterable[Path], *words: str) -> str:
    """A hash of files, of all files below folders, and of words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" not in file.parts:
                total.update(f"\0{file}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def once(stamp: Path, fingerprint: str, title: str, work: Callable[[], object]) -> bool:
    """Do `work` unless `stamp` says it was done for this fingerprint; True if it ran. A failed step leaves no stamp."""
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return False
    say(f"  {title} …")
    begun = time.monotonic()
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)
    say(f"    done in {time.monotonic() - begun:.0f} s")
    return True


def call(
    words: Sequence[str | Path],
    explain: Callable[[str], str | None] = lambda _: None,
    network: bool = True,
    **more: object,
) -> str:
    """Run a program; its output is kept back and returned. Raises Refused with what it said and what to do.

    `explain` may turn the output into a better sentence than the general one; `network` tells whether the program
    asks a registry, so that the network may be to blame.
    """
    done = subprocess.run(
        [str(w) for w in words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        **more,  # type: ignore[call-overload]
    )
    output: str = done.stdout
    if done.returncode == 0:
        return output
    sentence = explain(output) or _general(output, network)
    print(output[-4000:], file=sys.stderr)
    raise Refused(sentence)


def _general(output: str, network: bool) -> str:
    low = output.lower()
    if "no space left" in low or "enospc" in low:
        return NO_SPACE
    if network and any(word in low for word in NETWORK):
        return NO_NETWORK
    return "That step failed; what it said is above. After mending it, run the same command again."


def node_environment(venv: Path) -> dict[str, str]:
    """The environment in which `node` is the one of the wheel, and lock files name no registry."""
    return {
        **os.environ,
        "PATH": f"{venv / 'node'}{os.pathsep}{os.environ.get('PATH', '')}",
        "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "NPM_CONFIG_FUND": "false",
        "NPM_CONFIG_AUDIT": "false",
    }
