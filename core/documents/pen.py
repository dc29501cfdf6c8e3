"""Writing on a page: a pen is a weight, a size and a colour, and turns text into page operators.

Positions are points from the left and the top edge of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.documents.lettering import Face
from core.documents.wrap import wrap

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
LEFT, RIGHT = 48.0, 547.28
WIDTH = RIGHT - LEFT

INK = "0.11 0.13 0.17"
MUTED = "0.42 0.45 0.5"
HAIRLINE = "0.87 0.88 0.9"
_CAP_HEIGHT = 0.714
_MIN_SIZE = 2.0

Operators = list[str]


class Pen:
    """`leading` is the height of a line relative to the size; text stands in the middle of its line."""

    __slots__ = ("_drop", "_select", "_size", "colour", "face", "leading", "line", "size")

    def __init__(self, face: Face, size: float, colour: str = INK, leading: float = 1.4) -> None:
        self.face = face
        self.size = size
        self.colour = colour
        self.leading = leading
        self.line = size * leading
        self._drop = PAGE_HEIGHT - (self.line + _CAP_HEIGHT * size) / 2
        self._size = f"{size:.2f}"
        self._select = f"{colour} rg BT/{face.font} {self._size} Tf "

    def width(self, text: str) -> float:
        return sum(map(self.face.widths.__getitem__, text)) * self.size / 1000

    def wrap(self, text: str, width: float) -> list[str]:
        return wrap(text, int(width * 1000 / self.size), self.face.widths)

    def sized(self, size: float) -> Pen:
        return Pen(self.face, size, self.colour, self.leading)

    def coloured(self, colour: str) -> Pen:
        return Pen(self.face, self.size, colour, self.leading)

    def fitted(self, text: str, width: float) -> Pen:
        """This pen, or a finer one with which the text is no wider than `width`."""
        needed = self.width(text)
        return self if needed <= width else self.sized(self.size * width / needed)

    def clipped(self, text: str, width: float) -> str:
        """The beginning of a text that is printed in full elsewhere."""
        first = self.wrap(text, width)[0]
        return text if first == text else self.wrap(text, width - self.width("…"))[0] + "…"

    def baseline(self, top: float) -> float:
        """Of a line that begins at `top`, in PDF's own coordinates."""
        return self._drop - top

    def write(self, x: float, top: float, text: str) -> str:
        return f"{self._select}{x:.2f} {self._drop - top:.2f} Td{self.face.show(text, self._size)} ET"

    def write_right(self, right: float, top: float, text: str) -> str:
        return self.write(right - self.width(text), top, text)


def rule(left: float, right: float, top: float, colour: str = HAIRLINE, width: float = 0.5) -> str:
    y = PAGE_HEIGHT - top
    return f"{colour} RG {width} w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S"


def box(left: float, top: float, width: float, height: float, colour: str) -> str:
    return f"{colour} rg {left:.2f} {PAGE_HEIGHT - top - height:.2f} {width:.2f} {height:.2f} re f"


@dataclass(frozen=True, slots=True)
class Block:
    """Something of known height; `draw` is given the top edge."""

    height: float
    draw: Callable[[float], Operators]


def paragraph(text: str, pen: Pen, left: float, width: float) -> Block:
    """Text from `left`, over as many lines as it takes."""
    lines = pen.wrap(text, width)
    return Block(
        len(lines) * pen.line,
        lambda top: [
            pen.write(left, top + index * pen.line, line) for index, line in enumerate(lines) if line
        ],
    )


def shrunk(text: str, pen: Pen, left: float, width: float, height: float) -> Block:
    """A paragraph in the largest size at which it is no higher than `height`."""
    block = paragraph(text, pen, left, width)
    while block.height > height and pen.size > _MIN_SIZE:
        pen = pen.sized(max(_MIN_SIZE, pen.size * 0.85))
        block = paragraph(text, pen, left, width)
    return block


def stack(*blocks: Block | float) -> Block:
    """Blocks one below the other; a number is empty space."""

    def draw(top: float) -> Operators:
        operators: Operators = []
        for block in blocks:
            if isinstance(block, Block):
                operators += block.draw(top)
            top += block.height if isinstance(block, Block) else block
        return operators

    return Block(sum(block.height if isinstance(block, Block) else block for block in blocks), draw)


def beside(*blocks: Block) -> Block:
    """Blocks with their top edges on one line."""
    height = max((block.height for block in blocks), default=0)
    return Block(height, lambda top: [operator for block in blocks for operator in block.draw(top)])
