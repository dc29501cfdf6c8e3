"""Amounts, quantities and percentages as typed: an ASCII pattern first, then Decimal, then the range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.errors import N_, InvalidInput
from core.locale import NumberStyle
from core.money import CURRENCIES, MAX_MINOR, exponent
from handlers.reading.numerals import read_numeral
from handlers.reading.text import required, shown

MAX_QUANTITY = 10**9
MAX_PLACES = 4
_LIMIT = 60
_DOLLARS = tuple(
    "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BBD BMD BND BSD BZD DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD"
    .split()
)  # fmt: skip
# What is written -> the currencies it may mean; the first is meant when the business's own is not among them.
_SIGNS: dict[str, tuple[str, ...]] = {
    "$": _DOLLARS,
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "€": ("EUR",),
    "euro": ("EUR",),
    "euros": ("EUR",),
    "£": ("GBP", "EGP", "FKP", "GIP", "SHP", "SSP", "SDG", "SYP", "LBP"),
    "pound": ("GBP",),
    "pounds": ("GBP",),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "fr": ("CHF",),
    "sfr": ("CHF",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "lei": ("RON", "MDL"),
    "лв": ("BGN",),
    "₹": ("INR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "₽": ("RUB",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₪": ("ILS",),
    "₫": ("VND",),
    "₦": ("NGN",),
    "₱": ("PHP",),
    "₴": ("UAH",),
    "฿": ("THB",),
    "r$": ("BRL",),
    "us$": ("USD",),
    "c$": ("CAD",),
    "ca$": ("CAD",),
    "a$": ("AUD",),
    "au$": ("AUD",),
    "nz$": ("NZD",),
    "hk$": ("HKD",),
    "s$": ("SGD",),
    "mx$": ("MXN",),
}
_MINUS = "-\u2212\u2013"
# The dot of `Fr.190` belongs to the sign, that of `$.50` to the number.
_PARTS = re.compile(
    r"([^0-9.,]*(?:(?<=fr|kr|rs)\.\s*)?)([.,]?[0-9](?:[0-9.,'\u2019 ]*[0-9])?)(.*)", re.IGNORECASE
)
_DASHES = re.compile(r"[.,](?:-{1,2}|\u2013|\u2014)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of major units, and the currency if one was written with it."""

    value: Decimal
    currency: str | None


def read_amount(
    text: str,
    field: str,
    style: NumberStyle,
    *,
    currency_hint: str | None = None,
    places: int | None = None,
    allow_zero: bool = False,
) -> Amount:
    """`1.200,50`, `$190`, `190 EUR`; `places` None allows those of the currency written, else of the hint.

    `currency_hint` says which of several currencies a sign such as `$` means; alone it is not returned.
    """
    example = f"120{style.decimal}50"
    text = required(text, field, _LIMIT, example)
    before, digits, after = _parts(text, field, example)
    currency = _currency(before, after, text, field, example, currency_hint)
    numeral = read_numeral(digits, style)
    if numeral is None:
        raise _not_amount(text, field, example)
    known = currency or currency_hint
    scale = exponent(known) if known else 2
    example = example if scale else "120"
    allowed = scale if places is None else max(places, scale)
    if numeral.places > allowed:
        raise _too_fine(text, field, allowed, example, known if places is None else None)
    if not numeral.value and not allow_zero:
        raise InvalidInput(field, N_("“{value}” is nothing; the amount must be more than zero."), example,
                           value=shown(text))  # fmt: skip
    if numeral.value.scaleb(scale) >= MAX_MINOR:
        raise InvalidInput(
            field, N_("“{value}” is more than an invoice can hold."), example, value=shown(text)
        )
    return Amount(numeral.value, currency)


def read_quantity(text: str, field: str, style: NumberStyle) -> Decimal:
    """More than zero, below a thousand million, at most four decimal places."""
    example = f"1{style.decimal}5"
    text = required(text, field, _LIMIT, example)
    numeral = read_numeral(text, style)
    if numeral is None:
        if text[0] in _MINUS and read_numeral(text[1:].strip(), style):
            raise _negative(text, field, example)
        raise InvalidInput(field, N_("“{value}” is not a quantity."), example, value=shown(text))
    if numeral.places > MAX_PLACES:
        raise _too_fine(text, field, MAX_PLACES, example)
    if not 0 < numeral.value < MAX_QUANTITY:
        raise InvalidInput(
            field, N_("“{value}” is not a quantity: it must be more than 0 and below 1,000,000,000."), example,
            value=shown(text),
        )  # fmt: skip
    return numeral.value


def read_percent(text: str, field: str, places: int = 3) -> Decimal:
    """`19`, `19%`, `8.1 %`, `5,5%`: from 0 to 100; a comma is always the decimal mark here."""
    example = "19%"
    text = required(text, field, _LIMIT, example)
    number = text.removesuffix("%").strip()
    if number[:1] and number[0] in _MINUS and read_numeral(number[1:].strip(), _PLAIN):
        raise _negative(text, field, example)
    numeral = read_numeral(number.replace(",", "."), _PLAIN)
    if numeral is None or " " in number:
        raise InvalidInput(field, N_("“{value}” is not a percentage."), example, value=shown(text))
    if numeral.places > places:
        raise _too_fine(text, field, places, example)
    if numeral.value > 100:
        raise InvalidInput(
            field, N_("“{value}” is not a percentage from 0 to 100."), example, value=shown(text)
        )
    return Decimal(f"{numeral.value.normalize():f}")


_PLAIN = NumberStyle(".", ",")


def looks_like_amount(text: str) -> bool:
    """Whether a price was meant: a number with nothing around it but a currency (`9am` is none)."""
    match = _PARTS.fullmatch(text.strip()[: _LIMIT + 1])
    return match is not None and all(
        not side or _meant(side, None) for side in (match[1].strip(), match[3].strip())
    )


def _parts(text: str, field: str, example: str) -> tuple[str, str, str]:
    """What stands before the digits, the digits, and what stands after them, signs and dashes taken off."""
    match = _PARTS.fullmatch(text)
    if match is None:
        raise _not_amount(text, field, example)
    before, digits, after = (part.strip() for part in match.groups())
    if before.startswith(tuple(_MINUS)) or before.endswith(tuple(_MINUS)):
        raise _negative(text, field, example)
    if before[:1] == "+" or before[-1:] == "+":
        before = before.strip("+").strip()
    dashes = _DASHES.match(after)
    # Swiss and Dutch prices end in `.-` or `,-` instead of two zeros.
    return before, digits, after[dashes.end() :].strip() if dashes else after


def _currency(before: str, after: str, text: str, field: str, example: str, hint: str | None) -> str | None:
    written = [part for part in (before, after) if part]
    # Of `$190 CAD` the code says which dollar is meant, whatever the business's own is.
    for guess in (hint, *(_meant(part, None) for part in written)):
        found = {_meant(part, guess) for part in written}
        if len(found) == 1 and None not in found:
            return found.pop()
    if written:
        raise _not_amount(text, field, example)
    return None


def _meant(written: str, hint: str | None) -> str | None:
    if written.isascii() and written.upper() in CURRENCIES:
        return written.upper()
    currencies = _SIGNS.get(written.casefold().rstrip("."), ())
    if hint in currencies:
        return hint
    return currencies[0] if currencies else None


def _not_amount(text: str, field: str, example: str) -> InvalidInput:
    return InvalidInput(field, N_("“{value}” is not an amount of money."), example, value=shown(text))


def _negative(text: str, field: str, example: str) -> InvalidInput:
    return InvalidInput(
        field, N_("“{value}” is negative; write it without the minus sign."), example, value=shown(text)
    )


def _too_fine(text: str, field: str, allowed: int, example: str, currency: str | None = None) -> InvalidInput:
    if currency:
        return InvalidInput(
            field, N_("“{value}” has too many decimal places: {currency} has {places}."), example,
            value=shown(text), currency=currency, places=allowed,
        )  # fmt: skip
    return InvalidInput(
        field, N_("“{value}” has too many decimal places: {places} is the most."), example,
        value=shown(text), places=allowed,
    )  # fmt: skip
