"""`python -m tests.bench.picture MEGAPIXELS`: a rendered scene as a phone stores it, a JPEG on standard output (12 or 3)."""

import io
import sys

from PIL import Image

from analytics.synthetic.scenes import scene, take

WIDTHS = {"12": 4032, "3": 2048}


def main() -> None:
    """Render, encode, write."""
    rgb, _ = take(scene("flat", 77, width=WIDTHS[sys.argv[1]]))
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=96)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
