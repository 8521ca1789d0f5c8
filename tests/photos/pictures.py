"""Pictures the tests make: plain, planted, crooked and hostile."""

import io
import struct
import zlib
from collections.abc import Callable
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


def planted_exif() -> bytes:
    """EXIF with SECRET as its description, its place, its maker's note and in the thumbnail's stead."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif.get_ifd(0x8825)[1] = SECRET.decode()  # GPSLatitudeRef
    exif.get_ifd(0x8769)[0x927C] = SECRET  # MakerNote
    exif.get_ifd(0x8769)[0x9286] = SECRET  # UserComment
    return exif.tobytes() + SECRET


def planted_jpeg() -> bytes:
    """A JPEG with SECRET in EXIF (place, maker's note, thumbnail), XMP, IPTC, a comment, another APP and behind the end."""
    thumb = encoded(picture(32, 20), comment=SECRET)
    data = encoded(
        picture(), exif=planted_exif() + thumb, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET) + 5) + b"\x1c\x02\x78"
    segments = b""
    for marker, body in ((b"\xff\xed", iptc + struct.pack(">H", len(SECRET)) + SECRET), (b"\xff\xeb", SECRET)):
        segments += marker + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segments + data[2:] + SECRET


def planted_png() -> bytes:
    """A PNG with SECRET in text chunks, EXIF and behind the end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    return encoded(picture(), "PNG", pnginfo=info, exif=exif.tobytes()) + SECRET


def crooked(orientation: int, write: Callable[..., bytes] = encoded) -> bytes:
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
    return write(image, exif=exif.tobytes())


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that would unpack to width × height pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(1000 * (width // 8 + 1), 8_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
