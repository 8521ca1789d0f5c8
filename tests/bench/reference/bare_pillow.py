"""A JPEG on standard input to three sizes on standard output by draft and thumbnail alone: no limits, no fresh canvas."""

import io
import sys

from PIL import Image

SIZES = ((3000, 90), (1280, 84), (480, 80))  # longest side in px and JPEG quality, as the product has them

image = Image.open(io.BytesIO(sys.stdin.buffer.read()))
image.draft("RGB", (SIZES[0][0], SIZES[0][0]))
for side, quality in SIZES:
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    sys.stdout.buffer.write(out.getvalue())
