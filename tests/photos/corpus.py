"""Pictures to try the intake with: whole, odd, broken and hostile, made here or found in installed packages.

Each comes with what must become of it: "taken", "refused", or "either" (found ones, of which it must only be decided).
"""

import io
import struct
import sysconfig
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from tests.photos import pictures
from tests.photos.pictures import SECRET, encoded, jpeg, picture

TAKEN, REFUSED, EITHER = "taken", "refused", "either"
SCRIPT = b"<html><script>alert('" + SECRET + b"')</script></html>"
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".heic", ".gif", ".bmp", ".tif", ".tiff", ".svg")
BIGGEST = 15 * 1024 * 1024


@dataclass(frozen=True)
class Case:
    """A picture: ``make`` gives its bytes; ``upright`` where it must come out as `picture()` is drawn."""

    group: str
    name: str
    make: Callable[[], bytes]
    expect: str
    upright: bool = False
    long: bool = False  # only in the long run


def cases() -> Iterator[Case]:
    """All that is made here."""
    yield from _odd()
    yield from _turned()
    yield from _planted()
    yield from _polyglots()
    yield from _truncated()
    yield from _bombs()
    yield from _spoilt()
    yield from _large()


def found() -> Iterator[Case]:
    """Pictures that lie in installed packages, of any kind."""
    for root in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in sorted(Path(root).rglob("*")):
            if path.suffix.lower() in PICTURES and path.is_file() and 0 < path.stat().st_size <= BIGGEST:
                yield Case("found in packages", path.name, path.read_bytes, EITHER, long=True)


def heif(image: Image.Image, **options: Any) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return encoded(image, "HEIF", **options)


def _odd() -> Iterator[Case]:
    deep = Image.fromarray(np.linspace(0, 65535, 320 * 200).reshape(200, 320).astype(np.uint16))
    square = picture(64, 64)
    frames = [square, square.rotate(90)]
    see_through = picture().convert("RGBA")
    see_through.putalpha(128)
    made: dict[str, Callable[[], bytes]] = {
        "grey": lambda: encoded(picture().convert("L")),
        "CMYK": lambda: encoded(picture().convert("CMYK")),
        "progressive": lambda: jpeg(progressive=True),
        "4:4:4": lambda: jpeg(subsampling=0),
        "restart markers": lambda: jpeg(restart_marker_rows=1),
        "MPO": lambda: encoded(picture(), "MPO", save_all=True, append_images=[picture()]),
        "16 bits of grey": lambda: encoded(deep, "PNG"),
        "palette": lambda: encoded(picture().quantize(16), "PNG"),
        "palette, see-through": lambda: encoded(picture().quantize(16), "PNG", transparency=3),
        "one bit": lambda: encoded(picture().convert("1"), "PNG"),
        "grey and alpha": lambda: encoded(picture().convert("LA"), "PNG"),
        "alpha": lambda: encoded(see_through, "PNG"),
        "animated PNG": lambda: encoded(square, "PNG", save_all=True, append_images=frames),
        "interlaced WebP alpha": lambda: encoded(see_through, "WEBP", lossless=True),
        "animated WebP": lambda: encoded(square, "WEBP", save_all=True, append_images=frames),
        "HEIC": lambda: heif(picture()),
        "HEIC alpha": lambda: heif(see_through),
        "HEIC of two": lambda: heif(picture(), save_all=True, append_images=[picture()]),
        "one pixel": lambda: encoded(picture(1, 1), "PNG"),
        "a line": lambda: encoded(Image.new("RGB", (30_000, 1)), "PNG"),
        "own colours": lambda: jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()),
        "colours that are none": lambda: jpeg(icc_profile=b"nonsense" * 20),
        "EXIF that is none": lambda: jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 60),
        "EXIF that bites its tail": lambda: jpeg(
            exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0"
        ),
    }
    for number, (name, make) in enumerate(made.items()):
        yield Case("odd but whole", name, make, TAKEN, long=number % 3 == 0)


def _turned() -> Iterator[Case]:
    for turn in range(1, 9):
        yield Case("turned", f"JPEG {turn}", partial(pictures.crooked, turn), TAKEN, upright=True)
        yield Case("turned", f"HEIC {turn}", partial(pictures.crooked, turn, heif), TAKEN, upright=True)
        png = partial(pictures.crooked, turn, partial(encoded, form="PNG"))
        yield Case("turned", f"PNG {turn}", png, TAKEN, upright=True, long=True)
    yield Case("turned", "JPEG 9, which is none", lambda: pictures.crooked(9), TAKEN, upright=True)


def _planted() -> Iterator[Case]:
    yield Case("planted", "JPEG", pictures.planted_jpeg, TAKEN)
    yield Case("planted", "PNG", pictures.planted_png, TAKEN)
    exif = pictures.planted_exif()
    yield Case("planted", "WebP", lambda: encoded(picture(), "WEBP", exif=exif, xmp=SECRET), TAKEN)
    yield Case("planted", "HEIC", lambda: heif(picture(), exif=exif, xmp=SECRET), TAKEN)
    yield Case(
        "planted", "MPO", lambda: encoded(picture(), "MPO", save_all=True, append_images=[picture()]) + SECRET, TAKEN
    )
    yield Case("planted", "colour profile", lambda: jpeg(icc_profile=_profile_with(SECRET)), TAKEN)


def _profile_with(text: bytes) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + text


def _polyglots() -> Iterator[Case]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("payload.html", SCRIPT)
    zipped = archive.getvalue()
    segment = b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT
    whole = jpeg()
    made = {
        "JPEG and HTML": lambda: whole[:2] + segment + whole[2:] + SCRIPT,
        "JPEG and ZIP": lambda: whole + zipped,
        "PNG and ZIP": lambda: encoded(picture(), "PNG") + zipped,
        "PNG and HTML": lambda: encoded(picture(), "PNG") + SCRIPT,
        "WebP and HTML": lambda: encoded(picture(), "WEBP") + SCRIPT,
        "HEIC and HTML": lambda: heif(picture()) + SCRIPT,
        "JPEG and JavaScript": lambda: whole[:2] + b"\xff\xe0\x2f\x2a" + whole[6:] + b"*/=alert(1)//" + SCRIPT,
    }
    for name, make in made.items():
        yield Case("polyglots", name, make, EITHER if "JavaScript" in name else TAKEN)
    texts = {
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "HTML": SCRIPT, "PDF": b"%PDF-1.7",
        "GIF": b"GIF89a" + b"\0" * 40, "ZIP": zipped, "script": b"#!/bin/sh\nrm -rf /", "TIFF": encoded(picture(), "TIFF"),
        "BMP": encoded(picture(), "BMP"), "AVIF": b"\0\0\0\x1cftypavif" + b"\0" * 60, "empty lines": b"\n" * 64,
    }  # fmt: skip
    for name, text in texts.items():
        yield Case("named .jpg", name, partial(bytes, text), REFUSED)


def _truncated() -> Iterator[Case]:
    forms: dict[str, bytes] = {
        "JPEG": jpeg(quality=90), "PNG": encoded(picture(), "PNG"), "WebP": encoded(picture(), "WEBP"),
        "HEIC": heif(picture()), "progressive": jpeg(progressive=True),
    }  # fmt: skip
    for form, data in forms.items():
        for place, share in enumerate((0.005, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)):
            cut = data[: max(3, int(len(data) * share))]
            yield Case("truncated", f"{form} {share:.1%}", partial(bytes, cut), EITHER, long=place % 8 != 4)
    for at in range(1, 400, 7):
        yield Case("truncated", f"JPEG at {at}", partial(bytes, forms["JPEG"][:at]), REFUSED, long=True)


def _bombs() -> Iterator[Case]:
    for side in (7_072, 20_000, 60_000, 2**31 - 1):
        yield Case("bombs", f"PNG {side}²", partial(pictures.bomb, side, side), REFUSED, long=side == 20_000)
    yield Case("bombs", "JPEG 65,535²", lambda: _sized_jpeg(65_535, 65_535), REFUSED)
    yield Case("bombs", "JPEG 51 megapixels", lambda: encoded(Image.new("RGB", (8_500, 6_000))), REFUSED)
    yield Case("bombs", "WebP 16,383²", lambda: _sized_webp(16_383, 16_383), REFUSED)
    yield Case("bombs", "HEIC that says 60,000²", lambda: _sized_heic(60_000, 60_000), REFUSED)
    yield Case("bombs", "text chunk of 200 MB", lambda: _text_bomb(200_000_000), EITHER)
    yield Case("bombs", "JPEG of 1,000 scans", _scan_bomb, EITHER, long=True)
    yield Case("bombs", "PNG of 49 megapixels, all noise", _noise_png, EITHER, long=True)


def _sized_jpeg(width: int, height: int) -> bytes:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _sized_webp(width: int, height: int) -> bytes:
    """A lossless WebP whose head says this size."""
    data = bytearray(encoded(picture(), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(data)


def _sized_heic(width: int, height: int) -> bytes:
    data = bytearray(heif(picture()))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _text_bomb(size: int) -> bytes:
    data = encoded(picture(), "PNG")
    return data[:33] + _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * size, 9)) + data[33:]


def _scan_bomb() -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = encoded(picture(4_000, 3_000), progressive=True, quality=20)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 1_000 + data[-2:]


def _noise_png() -> bytes:
    rng = np.random.default_rng(3)
    small = rng.integers(0, 4, (7_000, 7_000), dtype=np.uint8)
    return encoded(Image.fromarray(small), "PNG", compress_level=1)


def _spoilt() -> Iterator[Case]:
    """Whole pictures with a few bytes changed at random, always the same ones."""
    rng = np.random.default_rng(7)
    forms = {
        "JPEG": jpeg(),
        "PNG": encoded(picture(), "PNG"),
        "WebP": encoded(picture(), "WEBP"),
        "HEIC": heif(picture()),
    }
    for form, data in forms.items():
        for number in range(40):
            spoilt = bytearray(data)
            for at in rng.integers(12, len(data), 1 + number % 12):
                spoilt[at] = rng.integers(256)
            yield Case("spoilt", f"{form} {number}", partial(bytes, spoilt), EITHER, long=number % 20 != 0)


def _large() -> Iterator[Case]:
    yield Case("large", "JPEG 48 megapixels", lambda: encoded(picture(8_000, 6_000), quality=60), TAKEN, upright=True)
    yield Case(
        "large", "PNG 48 megapixels", lambda: encoded(picture(8_000, 6_000), "PNG"), TAKEN, upright=True, long=True
    )
    alpha = lambda: encoded(picture(7_000, 7_000).convert("RGBA"), "PNG", compress_level=1)  # noqa: E731
    yield Case("large", "PNG 49 megapixels, alpha", alpha, TAKEN, upright=True, long=True)
    yield Case(
        "large", "WebP 48 megapixels", lambda: encoded(picture(8_000, 6_000), "WEBP"), TAKEN, upright=True, long=True
    )
    yield Case(
        "large", "HEIC 48 megapixels", lambda: heif(picture(8_000, 6_000), quality=40), TAKEN, upright=True, long=True
    )
    yield Case(
        "large", "HEIC 12 megapixels", lambda: heif(picture(4_000, 3_000), quality=40), TAKEN, upright=True, long=True
    )
    progressive = lambda: encoded(picture(8_000, 6_000), progressive=True, quality=60)  # noqa: E731
    yield Case("large", "progressive 48 megapixels", progressive, TAKEN, upright=True, long=True)
