"""Colours that can be read: what becomes of a business's own colour on a page (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

DEFAULT = "#1f4e79"
GROUND = "#f4f5f7"
"""The darkest ground on which text stands."""
ENOUGH = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_DARKER = 0.93
_BLACK, _WHITE = "#000000", "#ffffff"

_Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """`ink` is for text and edges on light ground; `fill` is for surfaces, on which `on_fill` is written."""

    ink: str
    fill: str
    on_fill: str


@lru_cache(maxsize=512)
def palette(accent: str) -> Palette:
    """The colour itself where it may stay, darkened where it could not be read; ours for what is no colour."""
    fill = accent.lower() if _HEX.fullmatch(accent) else DEFAULT
    ink = _rgb(fill)
    while contrast(_hex(ink), GROUND) < ENOUGH:
        ink = (ink[0] * _DARKER, ink[1] * _DARKER, ink[2] * _DARKER)
    return Palette(_hex(ink), fill, max(_WHITE, _BLACK, key=lambda text: contrast(text, fill)))


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black and white."""
    light, dark = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: _Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hex(rgb: _Rgb) -> str:
    return "#" + "".join(f"{int(part * 255):02x}" for part in rgb)
