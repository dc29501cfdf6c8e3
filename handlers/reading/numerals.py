"""Numbers as people type them: which mark is the decimal one, and what is no number at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.locale import NumberStyle

MAX_LENGTH = 40
"""No number anybody types is longer, and every pattern below runs on at most this much."""

_SHAPE = re.compile(r"[0-9.,'\u2019 ]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and how many decimal places were typed, trailing zeros included."""

    value: Decimal
    places: int


def read_numeral(text: str, style: NumberStyle) -> Numeral | None:
    """`1.200,50`, `1,200.50`, `1 200,50`, `1'200.50`, `1,00,000.00`; None for anything else.

    One mark with three digits behind it (`1.200`) may be either: then it is decimal exactly if the
    style's decimal mark is that one.
    """
    if len(text) > MAX_LENGTH or not _SHAPE.fullmatch(text):
        return None
    text = text.replace("\u2019", "'")
    whole, mark, fraction = _split(text, style)
    if mark and not (fraction.isdigit() and (whole or fraction)):
        return None
    digits = _ungroup(whole) if whole else "0" if mark else None
    if digits is None:
        return None
    return Numeral(Decimal(f"{digits}.{fraction}" if fraction else digits), len(fraction))


def _split(text: str, style: NumberStyle) -> tuple[str, str, str]:
    """The whole part with its groups, the decimal mark if there is one, and the decimal digits."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text, "", ""
    mark, whole, fraction = text[last], text[:last], text[last + 1 :]
    if mark in whole:
        return text, "", ""
    other = "," if mark == "." else "."
    alone = not any(group in whole for group in (other, " ", "'"))
    grouping = alone and len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    if grouping and mark != style.decimal:
        return text, "", ""
    return whole, mark, fraction


def _ungroup(whole: str) -> str | None:
    if whole.isdigit():
        return whole
    if _GROUPED.fullmatch(whole) or _INDIAN.fullmatch(whole):
        return "".join(character for character in whole if character.isdigit())
    return None
