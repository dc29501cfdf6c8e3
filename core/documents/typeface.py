"""The vendored typeface: which characters it has, how wide they are, and the fonts cut from it.

reportlab's own TTFont gives codes to characters per document, which costs most of the time of a page and
fails under two threads. Here every font is cut from a fixed alphabet instead: cut and compressed once per
process, never changed afterwards, so that threads share it and equal documents have equal bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from core.documents.repertoire import ALPHABETS, BLOCK, MAX_CODES, SMALL

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFontFace

_FOLDER = Path(__file__).parent / "fonts"
_SYMBOLIC, _NONSYMBOLIC = 4, 32
_loading = Lock()


class Weight(StrEnum):
    """The two weights a document uses; the value begins the name of its font resources."""

    REGULAR = "R"
    BOLD = "B"


@dataclass(frozen=True, slots=True)
class Cut:
    """A font of at most 255 characters, ready to be written into any number of documents."""

    name: str
    """Of the resource, unique among all cuts."""
    escapes: dict[int, str]
    """For str.translate: how each character is written inside a PDF string."""
    font: bytes
    """The PDF objects: this one refers to the descriptor and the Unicode map, the descriptor to the program."""
    descriptor: bytes
    program: bytes
    unicode_map: bytes


@lru_cache(maxsize=4)
def _face(weight: Weight, small: bool) -> TTFontFace:
    # Importing reportlab takes 0.1 s, which whoever only checks a text for missing glyphs rarely needs to pay.
    from reportlab.pdfbase.ttfonts import TTFontFace  # noqa: PLC0415

    name = f"NotoSans-{weight.name.capitalize()}{'.small' if small else ''}.ttf"
    return TTFontFace(str(_FOLDER / name))


@lru_cache(maxsize=4)
def widths(weight: Weight, small: bool = True) -> dict[str, int]:
    """Advance of each character in thousandths of the font size; the small font's, or all there are."""
    with _loading:
        return {chr(code): int(width) for code, width in _face(weight, small).charWidths.items()}


@lru_cache(maxsize=1)
def _blocks() -> dict[str, int]:
    """Every character of the complete font and the block of it that it is cut with."""
    return {char: index // BLOCK for index, char in enumerate(sorted(widths(Weight.REGULAR, small=False)))}


def without_glyph(text: str) -> str:
    """The characters of `text` that no vendored font can draw, each once, in order."""
    if SMALL.issuperset(text):
        return ""
    complete = widths(Weight.REGULAR, small=False)
    return "".join(char for char in dict.fromkeys(text) if char not in complete)


@lru_cache(maxsize=64)
def alphabet_cut(weight: Weight, alphabet: int) -> Cut:
    """The font of one alphabet, from the small file."""
    with _loading:
        return _cut(_face(weight, True), sorted(ALPHABETS[alphabet]), f"{weight.value}{alphabet}")


@lru_cache(maxsize=64)
def block_cut(weight: Weight, block: int) -> Cut:
    """The font of one block of the complete file, for what no alphabet has."""
    chars = [char for char, index in _blocks().items() if index == block]
    with _loading:
        return _cut(_face(weight, False), chars, f"{weight.value}x{block}")


def block_of(char: str) -> int:
    """The block that holds a character; KeyError for one without a glyph."""
    return _blocks()[char]


def _codes(chars: list[str]) -> list[int]:
    """The character behind each code from 0; ASCII keeps its codes so that the output can be read."""
    plain = [ord(char) for char in chars if " " <= char <= "~"]
    rest = [ord(char) for char in chars if not " " <= char <= "~"]
    codes = [0] * (MAX_CODES + 1)
    for code in plain:
        codes[code] = code
    free = [code for code in (*range(127, 256), *range(1, 127)) if not codes[code]]
    for code, char in zip(free[: len(rest)], rest, strict=True):
        codes[code] = char
    return codes


def _escape(code: int) -> str:
    if code in b"()\\":
        return "\\" + chr(code)
    return chr(code) if 32 <= code < 127 else f"\\{code:03o}"


def _cut(face: TTFontFace, chars: list[str], name: str) -> Cut:
    codes = _codes(chars)
    program = face.makeSubset(codes)
    # Six letters that differ for every cut, as the format asks for (PDF 32000-1, 9.6.4).
    mark = "".join(chr(65 + byte % 26) for byte in f"{name:_<6}".encode())
    tag = f"{mark}+{face.name.decode()}"
    advances = b" ".join(b"%d" % int(face.getCharWidth(code)) for code in codes)
    box = b" ".join(b"%d" % int(edge) for edge in face.bbox)
    return Cut(
        name=name,
        escapes={char: _escape(code) for code, char in enumerate(codes) if char},
        font=(
            b"<</Type/Font/Subtype/TrueType/BaseFont/%s/FirstChar 0/LastChar 255/Widths[%s]"
            b"/FontDescriptor %%s/ToUnicode %%s>>" % (tag.encode(), advances)
        ),
        descriptor=(
            b"<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%s]/ItalicAngle %d/Ascent %d/Descent %d"
            b"/CapHeight %d/StemV %d/FontFile2 %%s>>"
            % (
                tag.encode(), face.flags & ~_NONSYMBOLIC | _SYMBOLIC, box, int(face.italicAngle), int(face.ascent),
                int(face.descent), int(face.capHeight), int(face.stemV),
            )
        ),
        program=_stream(program, b"/Length1 %d" % len(program)),
        unicode_map=_stream(_unicode_map(tag, codes)),
    )  # fmt: skip


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    compressed = zlib.compress(content, 9)
    head = b"<</Filter/FlateDecode/Length %d%s>>" % (len(compressed), entries)
    return b"%s\nstream\n%s\nendstream" % (head, compressed)


def _unicode_map(tag: str, codes: list[int]) -> bytes:
    """The ToUnicode map that makes text searchable (PDF 32000-1, 9.10.3): 100 entries at most in one section."""
    entries = [
        f"<{code:02X}> <{chr(char).encode('utf-16-be').hex()}>" for code, char in enumerate(codes) if char
    ]
    sections = []
    for start in range(0, len(entries), 100):
        part = entries[start : start + 100]
        sections.append(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        f"/CMapName /{tag} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        + "\n".join(sections)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
