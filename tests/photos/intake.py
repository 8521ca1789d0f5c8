"""What becomes of one picture of the corpus, measured; and what of that breaks the contract (rows U1, U3, U4, U5)."""

import io
import os
import zipfile
from dataclasses import dataclass

from PIL import Image

from tests.photos.corpus import EITHER, REFUSED, SCRIPT, TAKEN, Case
from tests.photos.pictures import SECRET
from tracker.pictures import child
from tracker.pictures.decode import MASTER, Clean, Undecodable, clean
from tracker.pictures.kinds import kind_of

SECONDS, MEMORY = 10.0, 1 << 30
TRACES = (SECRET, SCRIPT, b"Exif", b"http://ns.adobe.com", b"Photoshop", b"ICC_PROFILE", b"PK\x03\x04", b"<script")
GREEN, BLUE = (20, 220, 20), (30, 30, 200)


@dataclass(frozen=True)
class Told:
    """``what``: taken, refused or crashed; seconds of processor time, which a busy machine does not stretch; the child's
    peak memory; what is ``wrong``, in words."""

    case: Case
    what: str
    seconds: float
    memory: int
    wrong: tuple[str, ...]


def tell(case: Case) -> Told:
    """Give one picture to the intake, as the worker would."""
    data = case.make()
    before, began = _peak(), _spent()
    made, what = None, REFUSED
    try:
        if kind_of(data[:32]) is not None:  # else the door refuses it (415)
            made, what = clean(data), TAKEN
    except Undecodable:
        pass
    except child.Interrupted as error:
        what = f"interrupted: {error}"
    seconds = _spent() - began
    peak = _peak()
    wrong = list(_wrong(case, made) if made else [])
    if what not in (TAKEN, REFUSED) or case.expect not in (EITHER, what):
        wrong.append(f"{what}, not {case.expect}")
    if seconds > SECONDS + 0.5:
        wrong.append(f"took {seconds:.1f} s")
    if peak > MEMORY:
        wrong.append(f"took {peak >> 20} MiB")
    return Told(case, what, seconds, peak if peak > before else 0, tuple(wrong))


def _spent() -> float:
    """Processor seconds of all children so far."""
    told = os.times()
    return told.children_user + told.children_system


def _peak() -> int:
    """Bytes of the largest child so far; 0 where that is no more than our own, which a child starts out with as its peak."""
    import resource

    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return children * 1024 if children > own else 0


def _wrong(case: Case, made: Clean) -> list[str]:
    found = []
    for size, part in (("master", made.master), ("screen", made.screen), ("thumb", made.thumb)):
        if kind_of(part) != "image/jpeg":
            found.append(f"{size} is no JPEG")
        found += [f"{trace!r} in the {size}" for trace in TRACES if trace in part]
        if zipfile.is_zipfile(io.BytesIO(part)):
            found.append(f"the {size} is an archive")
        if not part.endswith(b"\xff\xd9"):
            found.append(f"something behind the end of the {size}")
    with Image.open(io.BytesIO(made.master)) as image:
        if max(image.size) > MASTER or image.size != (made.width, made.height) or image.getexif():
            found.append("a wrong size, or EXIF")
        if case.upright and not _upright(image):
            found.append("not upright")
    return found


def _upright(image: Image.Image) -> bool:
    width, height = image.size
    return _near(image.getpixel((width // 32, height // 20)), GREEN) and _near(
        image.getpixel((width - width // 20, height - height // 20)), BLUE
    )


def _near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))
