"""Make a received picture clean, in a process of its own with limits on memory and time.

`python -m tracker.pictures.decode` reads the upload on standard input and writes the packed result; `clean` runs it.
The picture is turned upright and painted on a fresh canvas, so that no metadata, comment, thumbnail or trailing bytes
survive; then it is encoded anew as a master and two renditions.
"""

import io
import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tracker.pictures.kinds import KINDS, kind_of

MASTER, SCREEN, THUMB = 3000, 1280, 480  # longest sides, px
MAX_PIXELS = 50_000_000
MEMORY = 1 << 30
SECONDS = 10


class Undecodable(Exception):
    """The picture could not be read; the text is a sentence's reason in plain words."""


@dataclass(frozen=True)
class Clean:
    """A picture without anything but its pixels; width and height in px are the master's."""

    width: int
    height: int
    master: bytes
    screen: bytes
    thumb: bytes


def clean(data: bytes) -> Clean:
    """Decode and re-encode `data` in a child process. Raises Undecodable."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tracker.pictures.decode"],
            input=data, capture_output=True, timeout=SECONDS + 5, check=False,
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Undecodable("took_too_long") from None
    if done.returncode != 0:
        raise Undecodable(done.stdout.decode("ascii", "replace").strip()[:60] or "damaged")
    return _unpack(done.stdout)


def _unpack(packed: bytes) -> Clean:
    (size,) = struct.unpack_from(">I", packed)
    head = json.loads(packed[4 : 4 + size])
    parts, place = [], 4 + size
    for length in head["lengths"]:
        parts.append(packed[place : place + length])
        place += length
    if place != len(packed):
        raise Undecodable("damaged")
    return Clean(head["width"], head["height"], *parts)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - no such limits on this system; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _decode(data: bytes) -> Clean:
    import warnings

    from PIL import Image, ImageOps

    kind = KINDS[kind_of(data[:32]) or ""]
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        image.draft("RGB", (MASTER, MASTER))
        image.thumbnail((MASTER, MASTER), Image.Resampling.LANCZOS, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(image)
        canvas = Image.new("RGB", upright.size, "white")
        rgba = (
            upright.convert("RGBA") if "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA") else None
        )
        canvas.paste(upright.convert("RGB") if rgba is None else rgba, None, rgba)
    sizes = []
    for side, quality in ((MASTER, 90), (SCREEN, 84), (THUMB, 80)):
        small = canvas.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality, optimize=True)
        sizes.append(out.getvalue())
    return Clean(canvas.width, canvas.height, *sizes)


def main() -> int:
    """The child: exit status 0 and the packed picture, or 1 and a word why."""
    _limit()
    try:
        made = _decode(sys.stdin.buffer.read())
    except MemoryError:
        sys.stdout.write("too_large")
        return 1
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything at all on hostile bytes
        bomb = type(error).__name__ in ("DecompressionBombError", "DecompressionBombWarning")
        sys.stdout.write("too_large" if bomb else "damaged")
        return 1
    parts = (made.master, made.screen, made.thumb)
    head = json.dumps({"width": made.width, "height": made.height, "lengths": [len(part) for part in parts]}).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(head)) + head + b"".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
