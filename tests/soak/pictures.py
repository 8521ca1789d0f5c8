"""Photos as phones send them: JPEGs of several sizes, one with the calibration card in it, each time other bytes."""

import io
import random
from collections.abc import Sequence

from PIL import Image

from analytics.synthetic.scenes import scene, take
from analytics.synthetic.skin import SkinPhoto, draw_skin

WIDTHS = (896, 1600, 3264, 4032)  # 0.6 to 12 megapixels


def draw() -> list[bytes]:
    """Some seconds of drawing."""
    skin = Image.open(io.BytesIO(draw_skin(SkinPhoto(28, 22, 4, redness=1))))
    with_card, _truth = take(scene("flat", 5, width=1600))
    return [*(_jpeg(skin.resize((width, width * 3 // 4))) for width in WIDTHS), _jpeg(Image.fromarray(with_card))]


def another(chance: random.Random, pictures: Sequence[bytes]) -> bytes:
    """One of them with a comment of its own, so that no two uploads have the same hash."""
    data = chance.choice(pictures)
    said = chance.randbytes(16).hex().encode()
    return data[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + data[2:]


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()
