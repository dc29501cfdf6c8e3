"""What a reader finds in a PDF of ours: its text by page, and each piece of text with its place."""

import io
import re
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

_TOKEN = re.compile(
    r"BT|/(?P<font>\w+) (?P<size>[\d.]+) Tf|(?:1 0 0 1 )?(?P<x>[-\d.]+) (?P<y>[-\d.]+) T[dm]"
    r"|\((?P<text>(?:\\[0-7]{3}|\\.|[^\\)])*)\)Tj"
)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text(content: bytes) -> str:
    return "\n".join(pages(content))


@dataclass(frozen=True)
class Piece:
    """Text as it stands on a page, in points from the lower left corner; `text` is what ASCII there is of it."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def pieces(content: bytes) -> list[list[Piece]]:
    """Every piece of every page, with the widths that the embedded fonts claim."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        entries: Any = page
        found.append(_pieces(entries.get_contents().get_data().decode(), entries["/Resources"]["/Font"]))
    return found


def _pieces(operators: str, fonts: Any) -> list[Piece]:
    found: list[Piece] = []
    x = y = size = 0.0
    widths: list[int] = []
    for token in _TOKEN.finditer(operators):
        if token["font"]:
            widths, size = fonts[f"/{token['font']}"]["/Widths"], float(token["size"])
        elif token["x"]:
            x, y = float(token["x"]), float(token["y"])
        elif token["text"] is not None:
            shown = _ESCAPE.sub(
                lambda match: chr(int(match[1], 8)) if match[1].isdigit() else match[1], token["text"]
            )
            right = x + sum(widths[ord(char)] for char in shown) * size / 1000
            found.append(Piece(shown, x, right, y, size))
            x = right
    return found
