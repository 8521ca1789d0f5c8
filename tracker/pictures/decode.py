"""Make a received picture clean (`clean`), in a child process (`python -m tracker.pictures.decode`).

The picture is turned upright and painted on a fresh canvas in sRGB, so that no metadata, comment, thumbnail, colour
profile or trailing bytes survive; then it is encoded anew as a master and two renditions, all from one decoding.
The time at which it was taken is told apart, for `taken_at`; nothing else of what the camera wrote leaves the child.
"""

import io
import sys
from dataclasses import dataclass
from typing import Any

from tracker.pictures import child
from tracker.pictures.kinds import KINDS, kind_of

MASTER, SCREEN, THUMB = 3000, 1280, 480  # longest sides, px
QUALITIES = {MASTER: 90, SCREEN: 84, THUMB: 80}
MAX_PIXELS = 50_000_000
EXIF_IFD, TAKEN, TAKEN_OFFSET = 0x8769, 0x9003, 0x9011


class Undecodable(Exception):
    """The picture could not be read; the text is one word why."""


@dataclass(frozen=True)
class Clean:
    """A picture without anything but its pixels; width and height in px are the master's.

    ``taken``: EXIF DateTimeOriginal as it stood ("2026:01:10 08:30:00"), ``taken_offset``: its offset ("+01:00"); or "".
    """

    width: int
    height: int
    master: bytes
    screen: bytes
    thumb: bytes
    taken: str = ""
    taken_offset: str = ""


def clean(data: bytes) -> Clean:
    """Decode and re-encode `data` in a child process. Raises Undecodable, child.Interrupted."""
    try:
        made = child.run("tracker.pictures.decode", data)
        master, screen, thumb = made.parts
        head = made.head
        return Clean(
            int(head["width"]), int(head["height"]), master, screen, thumb,
            str(head["taken"])[:19], str(head["taken_offset"])[:6],
        )  # fmt: skip
    except (child.Failed, ValueError, KeyError, TypeError) as error:
        raise Undecodable(str(error) if isinstance(error, child.Failed) else "damaged") from None


def _decode(data: bytes) -> tuple[child.Head, list[bytes]]:
    """In the child."""
    import warnings

    from PIL import Image

    kind = KINDS[kind_of(data[:32]) or ""]
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        taken, offset = _when(image)
        canvas = fresh_canvas(image)
    head = {"width": canvas.width, "height": canvas.height, "taken": taken, "taken_offset": offset}
    parts = []
    for side, quality in QUALITIES.items():
        canvas.thumbnail((side, side), Image.Resampling.LANCZOS)  # each from the one before, which it replaces
        out = io.BytesIO()
        canvas.save(out, "JPEG", quality=quality)
        parts.append(out.getvalue())
    return head, parts


def fresh_canvas(image: Any) -> Any:
    """The picture at the master's size, upright, RGB in sRGB, on white where it is see-through, without any `info`."""
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    image.draft("RGB", (MASTER, MASTER))
    image = _plain(image)
    image.thumbnail((MASTER, MASTER), Image.Resampling.LANCZOS, reducing_gap=2.0)
    ImageOps.exif_transpose(image, in_place=True)
    if profile:
        image = _in_srgb(image, profile)
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image if image.mode == "RGBA" else None)
    return canvas


def _plain(image: Any) -> Any:
    """The picture in a mode that can be made smaller without harm: palettes and deep greys are none."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey, of which we keep the upper eight
        info = image.info
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        image.info = info
    see_through = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa")
    if see_through:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Any, profile: bytes) -> Any:
    """The picture from its own colours (a phone's Display P3) to sRGB; as it is where the profile makes no sense."""
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return image
        if image.mode == "RGBA":
            alpha = image.getchannel("A")
            image = _to_srgb(ImageCms, image.convert("RGB"), own)
            image.putalpha(alpha)
            return image
        return _to_srgb(ImageCms, image, own)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _to_srgb(cms: Any, image: Any, profile: Any) -> Any:
    return cms.profileToProfile(image, profile, cms.createProfile("sRGB"), outputMode="RGB")


def _when(image: Any) -> tuple[str, str]:
    """EXIF DateTimeOriginal and its offset, as text; empty where there is none or it cannot be read."""
    try:
        told = image.getexif().get_ifd(EXIF_IFD)
        return tuple(str(told.get(tag) or "")[:most] for tag, most in ((TAKEN, 19), (TAKEN_OFFSET, 6)))  # type: ignore[return-value]
    except Exception:  # noqa: BLE001 - a broken EXIF block is no reason to refuse the picture
        return "", ""


if __name__ == "__main__":
    sys.exit(child.main(_decode))
