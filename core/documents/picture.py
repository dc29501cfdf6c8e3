"""A stored logo, as a page embeds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored logo and its size in pixels."""

    content: bytes
    width: int
    height: int


def read_logo(content: bytes) -> Picture:
    """The size of a normalised logo, from the JPEG's frame header alone; ValueError for anything else."""
    position = 2
    while content[:2] == b"\xff\xd8" and position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker in {0xC0, 0xC1, 0xC2}:
            height, width = (
                int.from_bytes(content[position + at : position + at + 2], "big") for at in (5, 7)
            )
            if content[position + 9 : position + 10] == b"\x03" and width and height:
                return Picture(content, width, height)
            break
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    raise ValueError("not a logo that normalise_logo made")
