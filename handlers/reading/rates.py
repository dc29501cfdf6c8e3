"""Exchange rates as typed: `USD 1.0832`, `1 EUR = 1.0832 USD on 2026-11-27`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.errors import N_, InvalidInput
from core.locale import NumberStyle
from handlers.reading.numerals import read_numeral
from handlers.reading.parties import read_currency
from handlers.reading.text import required, shown

_LIMIT = 60
_PLACES = 8
_MOST = Decimal(10**8)
_EXAMPLE = "1.0832"
_PLAIN = NumberStyle(".", ",")
_ON = re.compile(r"(?:\s*;\s*|\s+)(?:on|am|le|el)\s+", re.IGNORECASE)
_EQUATION = re.compile(r"1\s*([A-Za-z]{3})\s*=\s*([^=A-Za-z]{1,40}?)\s*([A-Za-z]{3})")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class TypedRate:
    """1 `base` = `rate` `quote`."""

    base: str
    quote: str
    rate: Decimal


def split_rate(text: str) -> dict[str, str]:
    """`currency`, `rate` and `on` as raw strings; an equation is a rate that names both currencies."""
    head, *rest = _ON.split(text.strip(), maxsplit=1)
    raw = {"on": rest[0].strip()} if rest and rest[0].strip() else {}
    head = head.strip(" ;")
    if "=" in head:
        return {"rate": head, **raw}
    word = _WORD.match(head)
    if word is None:
        return {"rate": head, **raw} if head else raw
    raw = {"currency": word.group(), **raw}
    number = head[word.end() :].strip()
    return {**raw, "rate": number} if number else raw


def read_rate(text: str, home: str, currency: str) -> TypedRate:
    """A number says how much of `currency` 1 `home` is; an equation says so itself.

    A point or a comma is always the decimal mark: 1.083 is never a thousand.
    """
    text = required(text, "rate", _LIMIT, _EXAMPLE)
    equation = _EQUATION.fullmatch(text)
    if equation is None:
        base, number, quote = home, text, currency
    else:
        base, quote = read_currency(equation[1], "rate"), read_currency(equation[3], "rate")
        number = equation[2]
    if not quote or base == quote:
        raise InvalidInput(
            "rate", N_("A rate is between two currencies."), f"1 {home} = 1.0832 {'USD' if home != 'USD' else 'EUR'}"
        )  # fmt: skip
    numeral = read_numeral(number.replace(",", "."), _PLAIN) if " " not in number else None
    if numeral is None or not numeral.value or numeral.places > _PLACES or numeral.value >= _MOST:
        raise InvalidInput(
            "rate",
            N_("“{value}” is not an exchange rate: write it without separators of thousands, such as how much of "
               "the other currency 1 {home} is."),
            _EXAMPLE, value=shown(text), home=home,
        )  # fmt: skip
    return TypedRate(base, quote, numeral.value)
