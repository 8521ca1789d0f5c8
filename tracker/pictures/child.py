"""Bytes in, a JSON head and files out, in a process of its own with limits on memory and time.

What decodes hostile bytes never runs inside the web process or the worker. The child knows no secret: its environment
is empty, it may write no file, and it ends by itself when its time is up.
"""

import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes of address space
SECONDS = 10  # of processor time
PATIENCE = 30  # seconds on the wall: on a busy machine a good picture may have to wait for its processor

Head = dict[str, Any]
Work = Callable[[bytes], tuple[Head, list[bytes]]]


class Failed(Exception):
    """The child gave up; the text is one word why: damaged, too_large, took_too_long."""


class Interrupted(Exception):
    """The child was killed from outside, or starved of time: what it was given may be good, so try again."""


@dataclass(frozen=True)
class Made:
    """What a child made: a head of plain values, and files."""

    head: Head
    parts: list[bytes]


def run(module: str, data: bytes, *, seconds: float = PATIENCE) -> Made:
    """Run `python -m module` on `data`. Raises Failed, Interrupted."""
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", module], input=data, capture_output=True, timeout=seconds, check=False,
            cwd=Path(__file__).resolve().parents[2], env=_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Interrupted("took_too_long") from None
    if done.returncode == -signal.SIGXCPU:
        raise Failed("took_too_long")
    if done.returncode in (-signal.SIGKILL, -signal.SIGTERM):
        raise Interrupted("killed")
    if done.returncode != 0:
        word = done.stdout[:20].decode("ascii", "replace").strip()
        raise Failed(word if word in ("damaged", "too_large") else "damaged")
    return _unpack(done.stdout)


def main(work: Work) -> int:
    """The child's side: exit status 0 and the packed answer, or 1 and a word why."""
    _limit()
    try:
        head, parts = work(sys.stdin.buffer.read())
    except MemoryError:
        sys.stdout.write("too_large")
        return 1
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything at all on hostile bytes
        bomb = type(error).__name__ in ("DecompressionBombError", "DecompressionBombWarning")
        sys.stdout.write("too_large" if bomb else "damaged")
        return 1
    packed = json.dumps({"head": head, "lengths": [len(part) for part in parts]}, allow_nan=False).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(packed)) + packed)
    for part in parts:
        out.write(part)
    out.flush()
    os._exit(0)  # all is said: no time lost on tidying up


def _environment() -> dict[str, str]:
    """No secrets; and one thread for each library, for threads take address space."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    return {"LANG": "C.UTF-8", "PATH": os.defpath, **threads}


def _unpack(packed: bytes) -> Made:
    try:
        (size,) = struct.unpack_from(">I", packed)
        told = json.loads(packed[4 : 4 + size])
        parts, place = [], 4 + size
        for length in told["lengths"]:
            parts.append(packed[place : place + length])
            place += length
    except (struct.error, ValueError, KeyError, TypeError):
        raise Failed("damaged") from None
    if place != len(packed):
        raise Failed("damaged")
    return Made(told["head"], parts)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - no such limits on this system; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))  # SIGXCPU first, which tells it from a killing
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
