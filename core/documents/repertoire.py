"""Which characters go into which embedded font: fixed alphabets, so that a font is cut once per process."""

from __future__ import annotations

MAX_CODES = 255
"""A simple PDF font has one-byte codes, and code 0 stays free for the missing glyph."""


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


_ASCII = _span(0x20, 0x7E)
_BASE = (
    _ASCII
    + "\u00a0\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u2039\u203a\u202f\u20ac£§°·«»×²³"
)
_MONEY = "₺₴₹₽₿₩₪₫₦₱₲₡₸₾₵₭₮₼"
_EASTERN = "ąćęłńóśźżáčďéěíňřťúůýžäĺľôŕöőüűăâîșțşţçđāēģīķļņūėįųõğışšëè"

ALPHABETS = tuple(
    frozenset(alphabet)
    for alphabet in (
        _BASE,
        _BASE + _span(0xA1, 0xAC) + _span(0xAE, 0xFF) + "ŒœŠšŽžŸ†‡‰™" + _MONEY,
        _BASE + "ß№İ" + _EASTERN + _EASTERN.replace("ı", "").upper(),
        _BASE
        + "½"
        + _span(0x384, 0x386)
        + _span(0x388, 0x38A)
        + "Ό"
        + _span(0x38E, 0x3A1)
        + _span(0x3A3, 0x3CE),
        _BASE + "№" + _span(0x400, 0x45F) + "ґҐ" + "₴₽₸",
    )
)
"""Plain, western, central and eastern European Latin, Greek, Cyrillic; each fits one font."""

SMALL = frozenset().union(*ALPHABETS)
"""Everything the small fonts hold: all of it visible, and composed (NFC) as it stands."""

FALLBACK = 1
"""The alphabet of a document that none covers; what it lacks comes from blocks of the complete font."""

BLOCK = 192
"""Characters per block of the complete font."""
