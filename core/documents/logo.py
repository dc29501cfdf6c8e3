"""An uploaded logo, normalised once: what is stored is what every page embeds."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from core.errors import N_, InvalidInput

MAX_BYTES = 5_000_000
MAX_PIXELS = 4_000_000
MAX_SIZE = (800, 300)
_QUALITY = 90
_EXAMPLE = "a PNG of 800 x 300 pixels"


def normalise_logo(content: bytes) -> bytes:
    """An RGB JPEG of at most 800 x 300 pixels on white, without metadata. Raises InvalidInput('logo').

    A page then embeds the bytes unchanged: the same picture as a PNG would be deflated anew for every invoice.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            "logo", N_("The logo is larger than {most} MB."), _EXAMPLE, most=MAX_BYTES // 1_000_000
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Only the header is read here; a small file may unpack to gigabytes (SECURITY, finding 4).
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            _check_pixels(image)
            return _encode(_flatten(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput("logo", N_("The logo is not a readable PNG or JPEG picture."), _EXAMPLE) from error


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise InvalidInput(
            "logo",
            N_("The logo has {width} x {height} pixels, which is more than {most} million."),
            _EXAMPLE,
            width=image.width,
            height=image.height,
            most=MAX_PIXELS // 1_000_000,
        )


def _flatten(image: Image.Image) -> Image.Image:
    """In RGB, with what is transparent on white, turned as the camera's mark says, and small enough."""
    orientation = image.getexif().get(0x0112, 1)
    image.draft("RGB", MAX_SIZE)
    if image.mode in {"RGB", "L", "CMYK"} and "transparency" not in image.info:
        flat = image.convert("RGB")
    else:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
    if orientation in turns:
        flat = flat.transpose(turns[orientation])
    flat.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
    return flat


def _encode(image: Image.Image) -> bytes:
    output = io.BytesIO()
    # Without subsampling, the edges of coloured letters stay sharp.
    image.save(output, "JPEG", quality=_QUALITY, optimize=True, subsampling=0)
    return output.getvalue()
