"""Uploaded logos: what is kept of them, and what is refused before it costs anything."""

import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from core.documents.logo import MAX_BYTES, normalise_logo
from core.documents.picture import read_logo
from core.errors import InvalidInput


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG",))


def a_png_header(width: int, height: int) -> bytes:
    """A PNG whose pixels are never sent: only what is read before loading counts."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_becomes_a_small_rgb_jpeg(mode: str) -> None:
    kept = opened(normalise_logo(encoded(Image.new(mode, (1200, 400)), "PNG")))

    assert kept.mode == "RGB"
    assert kept.size == (800, 267)


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    image.paste((200, 20, 20, 255), (0, 0, 150, 100))

    kept = opened(normalise_logo(encoded(image, "PNG")))

    assert kept.getpixel((250, 50)) == (255, 255, 255)
    pixel = kept.getpixel((50, 50))
    assert isinstance(pixel, tuple)
    red, green, _blue = pixel
    assert red > 180
    assert green < 40


def test_a_palette_with_a_transparent_colour_becomes_white_there() -> None:
    image = Image.new("P", (60, 20), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])

    kept = opened(normalise_logo(encoded(image, "PNG", transparency=1)))

    assert kept.getpixel((30, 10)) == (255, 255, 255)


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    kept = opened(normalise_logo(encoded(Image.new("CMYK", (400, 300), (0, 255, 255, 0)), "JPEG")))

    assert kept.mode == "RGB"
    assert kept.size == (400, 300)


def test_the_place_where_a_photo_was_taken_is_dropped_but_its_orientation_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"

    kept = opened(normalise_logo(encoded(Image.new("RGB", (200, 100)), "JPEG", exif=exif)))

    assert kept.size == (100, 200)
    assert not kept.getexif()
    assert "exif" not in kept.info


def test_a_huge_picture_in_a_small_file_is_refused_before_it_is_unpacked() -> None:
    content = a_png_header(13_300, 13_300)
    tracemalloc.start()

    with pytest.raises(InvalidInput) as caught:
        normalise_logo(content)

    assert caught.value.field == "logo"
    assert "13300 x 13300" in str(caught.value)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n",
        a_png_header(60, 20), a_png_header(0, 0), b"\xff\xd8\xff\xe0", bytes(MAX_BYTES + 1),
    ],
)  # fmt: skip
def test_what_is_no_png_or_jpeg_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        normalise_logo(content)

    assert caught.value.field == "logo"
    assert str(caught.value)


def test_other_formats_of_pillow_are_refused() -> None:
    for kind in ("GIF", "BMP", "TIFF", "WEBP"):
        with pytest.raises(InvalidInput):
            normalise_logo(encoded(Image.new("RGB", (60, 20)), kind))


def test_the_size_of_a_stored_logo_is_read_from_its_header() -> None:
    picture = read_logo(normalise_logo(encoded(Image.new("RGB", (640, 200)), "PNG")))

    assert (picture.width, picture.height) == (640, 200)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x10", b"\x89PNG", b"\xff\xd8" + b"\xff\xc0" * 9]
)
def test_anything_else_is_no_stored_logo(content: bytes) -> None:
    with pytest.raises(ValueError, match="logo"):
        read_logo(content)
