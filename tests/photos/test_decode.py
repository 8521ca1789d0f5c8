"""Cleaning received pictures, rows U1, U3, U4 and U5 of the contract (short versions)."""

import io
import struct
import zipfile

import pytest
from PIL import Image

from tests.photos import pictures
from tracker.pictures.decode import Clean, Undecodable, clean
from tracker.pictures.kinds import kind_of

CORNER, RIGHT = (10, 10), (300, 190)


def opened(made: Clean) -> Image.Image:
    return Image.open(io.BytesIO(made.master))


def close(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_we_take_becomes_a_jpeg(form: str) -> None:
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    data = pictures.encoded(pictures.picture(), form)
    assert kind_of(data[:32]) is not None
    made = clean(data)
    assert (made.width, made.height) == (320, 200)
    for part in (made.master, made.screen, made.thumb):
        assert kind_of(part) == "image/jpeg"


def test_a_phones_mpo_is_its_first_picture() -> None:
    data = pictures.encoded(pictures.picture(), "MPO", save_all=True, append_images=[pictures.picture().rotate(180)])
    assert close(opened(clean(data)).getpixel(CORNER), (20, 220, 20))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int) -> None:
    made = clean(pictures.crooked(orientation))
    assert (made.width, made.height) == (320, 200)
    assert close(opened(made).getpixel(CORNER), (20, 220, 20)), orientation
    assert close(opened(made).getpixel(RIGHT), (30, 30, 200)), orientation


@pytest.mark.parametrize("data", [pictures.planted_jpeg(), pictures.planted_png()], ids=["jpeg", "png"])
def test_nothing_but_pixels_survives(data: bytes) -> None:
    assert data.count(pictures.SECRET) >= 3
    made = clean(data)
    for part in (made.master, made.screen, made.thumb):
        assert pictures.SECRET not in part and b"Exif" not in part and b"http://" not in part
        assert not Image.open(io.BytesIO(part)).getexif()


def test_a_polyglot_loses_its_second_face() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("payload.html", "<script>alert(1)</script>")
    for data in (
        pictures.jpeg() + archive.getvalue(),
        pictures.encoded(pictures.picture(), "PNG") + archive.getvalue(),
    ):
        made = clean(data)
        assert not zipfile.is_zipfile(io.BytesIO(made.master)) and b"<script>" not in made.master


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0" + b"\0" * 100, pictures.jpeg()[:600],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"RIFF\0\0\0\0WEBPVP8 ", struct.pack(">I", 24) + b"ftypheic" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"GIF89a" + b"\0" * 40, b"%PDF-1.7",
    ],
)  # fmt: skip
def test_what_is_broken_or_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Undecodable):
        clean(data)


@pytest.mark.parametrize("side", [7_200, 60_000])
def test_a_bomb_is_refused_within_the_limits(side: int) -> None:
    with pytest.raises(Undecodable):
        clean(pictures.bomb(side, side))


def test_a_48_megapixel_jpeg_is_taken() -> None:
    made = clean(pictures.encoded(pictures.picture(8000, 6000), quality=60))
    assert (made.width, made.height) == (3000, 2250)
