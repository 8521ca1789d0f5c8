"""Pictures the tests make: plain, planted, crooked and hostile."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

SECRET = b"PLANTED-PLACE-51.5007N"


def picture(width: int = 320, height: int = 200) -> Image.Image:
    """Left half red, right half blue, a green mark in the upper left corner: which way is up can be told."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    image.paste((20, 220, 20), (0, 0, width // 4, height // 4))
    return image


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(**options: Any) -> bytes:
    return encoded(picture(), **options)


def planted_jpeg() -> bytes:
    """A JPEG with SECRET in EXIF (with GPS), XMP, a comment, an ICC-less APP segment and behind the end."""
    image = picture()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif.get_ifd(0x8825)[1] = SECRET.decode()  # GPSLatitudeRef
    data = encoded(image, exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    segment = b"\xff\xed" + struct.pack(">H", len(SECRET) + 2) + SECRET
    return data[:2] + segment + data[2:] + SECRET


def planted_png() -> bytes:
    """A PNG with SECRET in text chunks, EXIF and behind the end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    return encoded(picture(), "PNG", pnginfo=info, exif=exif.tobytes()) + SECRET


def crooked(orientation: int) -> bytes:
    """The picture stored as a camera would, so that `orientation` says how to turn it upright."""
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    image = picture()
    for turn in undo.get(orientation, []):
        image = image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, exif=exif)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that would unpack to width × height pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000 * (width // 8 + 1), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
