"""Render the app icons (PNG) from the same drawing as tools/draw_icons.py, with Chromium: frontend/static/icons/app-*.png.

Chromium is `$CHROMIUM` or whatever `chromium` finds. The PNGs are committed, so nobody needs this to run the product.
Run `python -m tools.draw_app_icons` after changing the mark.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.draw_icons import ICONS, tile

# name, side in px, part of the side the mark fills, corner radius as part of the side
PICTURES = (
    ("app-192.png", 192, 0.78, 0.22),
    ("app-512.png", 512, 0.78, 0.22),
    ("app-maskable-192.png", 192, 0.6, 0),  # the mark inside the safe zone: a circle of 80 % of the side
    ("app-maskable-512.png", 512, 0.6, 0),
    ("apple-touch-icon.png", 180, 0.7, 0),  # iOS rounds the corners itself
    ("favicon-32.png", 32, 0.84, 0.22),
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--default-background-color=00000000",
)  # fmt: skip


def render(browser: str, *, svg: str, size: int, to: Path) -> None:
    """Write `svg` as a PNG of `size` by `size` px; raises CalledProcessError if the browser fails."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<!doctype html><style>*{{margin:0}}svg{{display:block}}</style>{svg}")
        where = (f"--user-data-dir={folder}/profile", f"--window-size={size},{size}", f"--screenshot={to}")
        subprocess.run(
            [browser, *FLAGS, *where, str(page)],
            check=True,
            capture_output=True,
            timeout=120,
        )  # fmt: skip


def main() -> None:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not browser:
        raise SystemExit("No Chromium found: install one or name it in CHROMIUM.")
    for name, size, share, corner in PICTURES:
        render(browser, svg=tile(size=size, corner=size * corner, share=share), size=size, to=ICONS / name)


if __name__ == "__main__":
    main()
