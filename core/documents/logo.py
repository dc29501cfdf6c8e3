"""Uploaded pictures, normalised once: what is stored is what is shown, without the metadata it came with."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from core.errors import N_, InvalidInput

MAX_BYTES = 5_000_000
MAX_PIXELS = 4_000_000
MAX_SIZE = (800, 300)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What becomes of a kind of picture, and what is said of one that cannot be taken."""

    field: str
    most_pixels: int
    size: tuple[int, int]
    quality: int
    sharp: bool
    """Without subsampling, the edges of coloured letters stay sharp."""
    example: str
    too_large: str
    too_many_pixels: str
    unreadable: str


_LOGO = _Wanted(
    "logo", MAX_PIXELS, MAX_SIZE, 90, True, "a PNG of 800 x 300 pixels",
    N_("The logo is larger than {most} MB."),
    N_("The logo has {width} x {height} pixels, which is more than {most} million."),
    N_("The logo is not a readable PNG or JPEG picture."),
)  # fmt: skip
_RECEIPT = _Wanted(
    "receipt", 24_000_000, (1600, 2400), 80, False, "a photo from your phone",
    N_("The photo is larger than {most} MB."),
    N_("The photo has {width} x {height} pixels, which is more than {most} million."),
    N_("The receipt is not a readable PNG or JPEG picture."),
)  # fmt: skip


def normalise_logo(content: bytes) -> bytes:
    """An RGB JPEG of at most 800 x 300 pixels on white, without metadata. Raises InvalidInput('logo').

    A page then embeds the bytes unchanged: the same picture as a PNG would be deflated anew for every invoice.
    """
    return _normalise(content, _LOGO)


def normalise_receipt(content: bytes) -> bytes:
    """A JPEG that can be read and holds no place or time of the phone it came from. Raises InvalidInput('receipt')."""
    return _normalise(content, _RECEIPT)


def _normalise(content: bytes, wanted: _Wanted) -> bytes:
    if len(content) > MAX_BYTES:
        raise InvalidInput(wanted.field, wanted.too_large, wanted.example, most=MAX_BYTES // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Only the header is read here; a small file may unpack to gigabytes (SECURITY, finding 4).
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            _check_pixels(image, wanted)
            return _encode(_flatten(image, wanted), wanted)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(wanted.field, wanted.unreadable, wanted.example) from error


def _check_pixels(image: Image.Image, wanted: _Wanted) -> None:
    if image.width * image.height > wanted.most_pixels:
        raise InvalidInput(
            wanted.field,
            wanted.too_many_pixels,
            wanted.example,
            width=image.width,
            height=image.height,
            most=wanted.most_pixels // 1_000_000,
        )


def _flatten(image: Image.Image, wanted: _Wanted) -> Image.Image:
    """In RGB, with what is transparent on white, turned as the camera's mark says, and small enough."""
    orientation = image.getexif().get(0x0112, 1)
    image.draft("RGB", wanted.size)
    if image.mode in {"RGB", "L", "CMYK"} and "transparency" not in image.info:
        flat = image.convert("RGB")
    else:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
    if orientation in turns:
        flat = flat.transpose(turns[orientation])
    flat.thumbnail(wanted.size, Image.Resampling.LANCZOS)
    return flat


def _encode(image: Image.Image, wanted: _Wanted) -> bytes:
    output = io.BytesIO()
    image.save(output, "JPEG", quality=wanted.quality, optimize=True, subsampling=0 if wanted.sharp else 2)
    return output.getvalue()
