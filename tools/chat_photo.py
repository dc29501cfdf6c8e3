"""From a page of HTML to a small picture: what the makers of pictures share. It knows no chat."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageChops

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
OUTSIDE = "#f0f"
"""What a page is filled with below what is to be seen."""
_FONTS = Path(__file__).resolve().parent.parent / "core" / "documents" / "fonts"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_MOST_HEIGHT = 2400


def browser() -> str | None:
    """Where Chromium is; None, after saying what to do, where it is not."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        print("The pictures are taken with Chromium, which is not installed: apt-get install chromium.")
    return found


def faces() -> str:
    """The typeface that invoices are set in, as a style sheet that needs no file."""
    return _face("normal", "Regular") + _face("bold", "Bold")


def _face(weight: str, name: str) -> str:
    font = base64.b64encode((_FONTS / f"NotoSans-{name}.ttf").read_bytes()).decode()
    return (
        f"@font-face {{ font-family: Chat; font-weight: {weight}; src: url(data:font/ttf;base64,{font}) }}\n"
    )


def photograph(chromium: str, html: str, folder: Path, target: Path, width: int, scale: float) -> None:
    """The page as high as it is; `scale` is how many dots a CSS pixel gets."""
    page, raw = folder / "page.html", folder / "raw.png"
    page.write_text(html, encoding="utf-8")
    command = [
        chromium, *_FLAGS, f"--force-device-scale-factor={scale}", f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},{_MOST_HEIGHT}", f"--screenshot={raw}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with Image.open(raw) as taken:
        picture = taken.convert("RGB")
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, OUTSIDE)).getbbox()
    if box is None or box[3] == picture.height:
        raise RuntimeError("The page is empty, or higher than a picture may be.")
    picture = picture.crop((0, 0, picture.width, box[3]))
    picture.quantize(dither=Image.Dither.NONE).save(target, optimize=True)
