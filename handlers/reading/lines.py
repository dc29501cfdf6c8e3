"""The lines of an invoice as typed: `3h design @ 120`, `2 x Hosting @ 49.90 vat 7%`, `Logo @ 900`.

A comma before a blank or at a line end separates lines, and so does a line end. A part without a price belongs
to the description of the part after it, so `Design, logo @ 900` is one line; only a part that itself counts
(`2 x …`) never takes one in, because there a price was forgotten. The last `@` before a price counts; an
earlier one with a price behind it means that the comma between two lines is missing, and is refused.

What is no more than a product's name or code, with a quantity or without one, is a whole line: price, unit and VAT are
the product's. Beside a price of its own it takes the unit and the VAT that were not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from core.errors import N_, InvalidInput
from core.invoice import MAX_DESCRIPTION, MAX_LINES, Line
from core.locale import ENGLISH, NumberStyle
from core.money import MAX_MINOR, exponent
from core.product import MAX_NAME, Goods, Product, key
from core.tax import Tax
from core.units import PIECE, SINGLE, UNITS
from handlers.reading.amounts import MAX_PLACES, looks_like_amount, read_amount, read_quantity
from handlers.reading.text import clean, required, shown
from handlers.reading.vat import read_vat

MAX_TEXT = 20_000
_MAX_ONE = 1000
"""Characters of one line: description, price and what else it says."""
EXAMPLE = "2 x Hosting @ 49.90"
_NO_GOODS: Mapping[str, Product] = MappingProxyType({})
_SEPARATOR = re.compile(r",(?=\s|$)")
_BULLET = re.compile(r"^[-*\u2022\u2013\u2014]\s+")
# A price is behind an @ that a blank or the end follows, or a number with a currency before it at the most.
_MARKER = re.compile(r"@(?=\s|$|[^\w\s@]{0,3}[-+\u2212]?[.,]?[0-9]|[A-Za-z]{1,3}\$?\s?[-+\u2212]?[.,]?[0-9])")
_VAT = re.compile(r"\s(?:vat|tax|mwst\.?|ust\.?|tva|iva|btw)(?=[\s:=0-9]|$)[\s:=]*", re.IGNORECASE)
_COUNT = re.compile(r"([-+\u2212]?[0-9][0-9.,'\u2019]*)(\s*)(.*)", re.DOTALL)
_SPACED_COUNT = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+)(\s*)(.*)", re.DOTALL)
# What has no price and begins like this was meant for the options (see `invoice_text`).
_OPTION = re.compile(
    r"(due|on|period|vat|discount|deposit|currency|ref|note|incl)(?=[\s:=]|$)", re.IGNORECASE
)
_ODD_COUNT = re.compile(r"(\d\S*)\s+[xX\u00d7*]\s")
_TIMES = re.compile(r"[xX\u00d7*](?=\s|$)\s*")
_UNIT = re.compile(r"[^\W\d_]+[23\u00b2\u00b3]?(?![\w-])")
# As people say it between a unit and what it is of; a capital is a name.
_OF = re.compile(r"(?:of|de|di)\s+(?=\S)|d['\u2019](?=\w)")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines and the currency that was written with a price, if any was."""

    lines: tuple[Line, ...]
    currency: str | None


def read_lines(
    text: str,
    style: NumberStyle,
    *,
    currency: str | None = None,
    hint: str | None = None,
    goods: Goods = _NO_GOODS,
) -> tuple[Line, ...]:
    """All lines, at least one. See `read_priced_lines`."""
    return read_priced_lines(text, style, currency=currency, hint=hint, goods=goods).lines


def read_priced_lines(
    text: str,
    style: NumberStyle,
    *,
    currency: str | None = None,
    hint: str | None = None,
    goods: Goods = _NO_GOODS,
) -> Lines:
    """All lines, and the one currency written with their prices.

    `currency` is the invoice's where that is settled: another one is an error. `hint` is the business's and
    says what `$` means. `goods` are the products that may be named, at least those of `names_in`. An error inside
    a line is told as `Line 2 (“…”): …` with the error as `problem`.
    """
    field = "lines"
    text = clean(text, field, MAX_TEXT, multiline=True, example=EXAMPLE)
    lines: list[Line] = []
    found: str | None = None
    for number, part in enumerate(split_lines(text, style, goods), start=1):
        if number > MAX_LINES:
            raise InvalidInput(field, N_("There are more than {limit} lines; make two invoices of it."),
                               limit=MAX_LINES)  # fmt: skip
        try:
            line, written = _read(part, style, field, currency or found, hint, goods)
        except InvalidInput as error:
            raise InvalidInput(
                field, N_("Line {line} (“{value}”): {problem}"), error.example,
                line=number, value=shown(part), problem=error,
            ) from error  # fmt: skip
        found = found or written
        lines.append(line)
    if not lines:
        raise InvalidInput(field, N_("There is no line here."), EXAMPLE)
    return Lines(tuple(lines), found)


def read_line(
    text: str,
    style: NumberStyle,
    field: str = "line",
    *,
    currency: str | None = None,
    hint: str | None = None,
    goods: Goods = _NO_GOODS,
) -> Line:
    """One line, whose description may hold commas anywhere."""
    text = required(text, field, _MAX_ONE, EXAMPLE, multiline=True).replace("\n", " ")
    return _read(text, style, field, currency, hint, goods)[0]


def names_in(text: str, style: NumberStyle) -> frozenset[str]:
    """What in these lines may be a product's name or code, for whoever looks them up before the lines are read."""
    names: set[str] = set()
    for row in text[:MAX_TEXT].split("\n"):
        for part in _SEPARATOR.split(_BULLET.sub("", row.strip(), count=1)):
            priced = [match.start() for match in _MARKER.finditer(part)]
            named = part[: priced[-1]] if priced else part
            names.update(map(key, _names(named.strip()[:_MAX_ONE], style)))
    return frozenset(name for name in names if 0 < len(name) <= MAX_NAME)


def _names(text: str, style: NumberStyle) -> Iterator[str]:
    for named in (text, _without_rate(text)[0]):
        yield named
        try:
            yield _count(named, style, "line")[2]
        except InvalidInput:
            continue


def split_lines(text: str, style: NumberStyle = ENGLISH, goods: Goods = _NO_GOODS) -> Iterator[str]:
    """The text of each line, parts without a price glued to the part they describe, unless they name a product."""
    for row in text.split("\n"):
        waiting: list[str] = []
        for part in map(str.strip, _SEPARATOR.split(_BULLET.sub("", row.strip(), count=1))):
            if waiting and _counts(part):
                yield ", ".join(waiting)
                waiting = []
            if part:
                waiting.append(part)
            if _MARKER.search(part) or (len(waiting) == 1 and _is_named(part, style, goods)):
                yield ", ".join(waiting)
                waiting = []
        if waiting:
            yield ", ".join(waiting)


def products_in(text: str, style: NumberStyle, goods: Goods) -> tuple[bool, bool]:
    """Whether each line is a product without a price of its own, and whether one says how many it is."""
    each, counted, parts = True, False, list(split_lines(text, style, goods))
    for part in parts:
        named = not has_price(part) and _is_named(part, style, goods)
        each = each and named
        counted = counted or (named and not {key(part), key(_without_rate(part)[0])} & goods.keys())
    return bool(parts) and each, counted


def _counts(part: str) -> bool:
    match = _SPACED_COUNT.match(part) or _COUNT.match(part)
    return match is not None and _TIMES.match(match[3]) is not None


def _is_named(part: str, style: NumberStyle, goods: Goods) -> bool:
    return bool(goods) and len(part) <= _MAX_ONE and any(key(name) in goods for name in _names(part, style))


def _read(
    text: str, style: NumberStyle, field: str, currency: str | None, hint: str | None, goods: Goods
) -> tuple[Line, str | None]:
    """One line and the currency written in it; the example of every error is a whole line."""
    try:
        return _parsed(text, style, field, currency, hint, goods)
    except InvalidInput as error:
        if "@" not in error.example:
            error.example = EXAMPLE
        raise


def _parsed(
    text: str, style: NumberStyle, field: str, currency: str | None, hint: str | None, goods: Goods
) -> tuple[Line, str | None]:
    if len(text) > _MAX_ONE:
        # Nothing below is quick on a page of text, and no line needs one.
        raise InvalidInput(field, N_("It is {length} characters long; {limit} is the most that fits."), EXAMPLE,
                           length=len(text), limit=_MAX_ONE)  # fmt: skip
    named = None if _MARKER.search(text) else _product(text, style, field, currency, goods)
    line, written = named or _priced(text, style, field, currency, hint, goods)
    if (line.quantity * line.price).scaleb(exponent(written or currency or hint or "EUR")) >= MAX_MINOR:
        raise InvalidInput(field, N_("It comes to more than an invoice can hold."), EXAMPLE)
    return line, written


def _priced(
    text: str, style: NumberStyle, field: str, currency: str | None, hint: str | None, goods: Goods
) -> tuple[Line, str | None]:
    before, price, rate = _parts(text, field)
    amount = read_amount(
        price, field, style, currency_hint=currency or hint, places=MAX_PLACES, allow_zero=True
    )
    if currency and amount.currency and amount.currency != currency:
        raise other_currency(amount.currency, currency, field)
    tax = _tax(rate, field)
    if known := _known(before, style, field, goods):
        product, quantity, unit = known
        unit = product.unit if unit == PIECE else unit
        return Line(product.name, amount.value, quantity, unit, tax or product.tax), amount.currency
    quantity, unit, description = _count(before, style, field)
    description = clean(description, field, MAX_DESCRIPTION, example=EXAMPLE)
    if not description:
        raise InvalidInput(field, N_("It does not say what the price is for."), EXAMPLE)
    return Line(description, amount.value, quantity, unit, tax), amount.currency


def _product(
    text: str, style: NumberStyle, field: str, currency: str | None, goods: Goods
) -> tuple[Line, str | None] | None:
    """The line of a product that is named without a price, and its currency."""
    known, rate = _known(text, style, field, goods), None
    if known is None:
        text, rate = _without_rate(text)
        known = _known(text, style, field, goods)
    if known is None:
        return None
    product, quantity, unit = known
    if unit not in (PIECE, product.unit) and not {unit, product.unit} <= SINGLE:
        raise InvalidInput(
            field, N_("“{name}” is priced by another unit; write a price behind an @."), EXAMPLE,
            name=product.name,
        )  # fmt: skip
    if currency and product.currency != currency:
        raise InvalidInput(
            field,
            N_("“{name}” is priced in {found}, but the invoice is in {currency}; write a price behind an @."),
            EXAMPLE, name=product.name, found=product.currency, currency=currency,
        )  # fmt: skip
    tax = _tax(rate, field) or product.tax
    return Line(product.name, product.price, quantity, product.unit, tax), product.currency


def _known(text: str, style: NumberStyle, field: str, goods: Goods) -> tuple[Product, Decimal, str] | None:
    """The product that the text names, how many of it, and by which unit; a name may begin with a number itself."""
    if not goods:
        return None
    if whole := goods.get(key(text)):
        return whole, Decimal(1), PIECE
    quantity, unit, name = _count(text, style, field)
    product = goods.get(key(name))
    return (product, quantity, unit) if product else None


def other_currency(found: str, currency: str, field: str) -> InvalidInput:
    return InvalidInput(
        field, N_("A price is in {found}, but the invoice is in {currency}; an invoice has one currency."),
        EXAMPLE, found=found, currency=currency,
    )  # fmt: skip


def _parts(text: str, field: str) -> tuple[str, str, str | None]:
    """What stands before the price, the price, and the VAT rate if the line names one."""
    *earlier, marker = [match.end() for match in _MARKER.finditer(text)] or [0]
    tail = text[marker:].strip()
    if not marker and (option := _OPTION.match(text)):
        raise InvalidInput(
            field, N_("“{option}” is an option; write a semicolon before it."),
            "3h design @ 120; due 14d", option=option[1].lower(),
        )  # fmt: skip
    if not marker or not tail:
        raise InvalidInput(field, N_("There is no price; write it behind an @."), EXAMPLE)
    if any(_price_word(text[start:]) for start in earlier):
        raise InvalidInput(
            field, N_("There are two prices; put a comma and a blank between two lines."),
            "3h design @ 120, 2 x Hosting @ 49.90",
        )  # fmt: skip
    return text[: marker - 1].strip(), *_without_rate(tail)


def _without_rate(text: str) -> tuple[str, str | None]:
    """The text before `vat RATE`, and the rate; None without one."""
    vat = _VAT.search(text)
    return (text, None) if vat is None else (text[: vat.start()].strip(), text[vat.end() :].strip())


def _price_word(text: str) -> bool:
    """Whether a price stands at the front, its currency before it or not at all."""
    words = re.split(r"[\s,]+", text.lstrip()[:80], maxsplit=2)
    return looks_like_amount(words[0]) or looks_like_amount(" ".join(words[:2]))


def _tax(rate: str | None, field: str) -> Tax | None:
    if rate is None:
        return None
    if not rate:
        raise InvalidInput(field, N_("There is no rate behind vat."), "Logo @ 900 vat 19%")
    tax = read_vat(rate, field)
    if isinstance(tax, Tax):
        return tax
    raise InvalidInput(
        field,
        N_("What is sold, or what is usual, is said for the whole invoice, behind a semicolon."),
        "Logo @ 900; vat goods",
    )


def _count(text: str, style: NumberStyle, field: str) -> tuple[Decimal, str, str]:
    """Quantity, unit and description; a number that is no quantity begins the description."""
    match = _spaced(text, style) or _COUNT.fullmatch(text)
    number, blank, rest = match.groups() if match else ("", "", "")
    if times := _TIMES.match(rest):
        return read_quantity(number, field, style), PIECE, rest[times.end() :].strip()
    unit = _UNIT.match(rest)
    code = _unit_code(unit.group(), attached=not blank) if unit else None
    if unit is not None and code is not None:
        description = rest[unit.end() :].removeprefix(".").strip()
        times = _TIMES.match(description)
        linked = times or _OF.match(description)
        description = description[linked.end() :] if linked else description
        # `10 hours @ 120` has no other description; a bare `h` would say too little on an invoice.
        if not description and len(unit.group()) > 2:
            description = unit.group()
        return read_quantity(number, field, style), code, description
    if blank and rest and number[-1].isdigit():
        return read_quantity(number, field, style), PIECE, rest
    if odd := _ODD_COUNT.match(text):
        # `1e9 x Mug` and digits of other scripts look like quantities, so they are read and refused as such.
        return read_quantity(odd[1], field, style), PIECE, text[odd.end() :].strip()
    return Decimal(1), PIECE, text


def _spaced(text: str, style: NumberStyle) -> re.Match[str] | None:
    """`1 000 x Mug`; before a unit only where numbers are grouped with blanks: elsewhere `3 200 g bags` are three."""
    match = _SPACED_COUNT.fullmatch(text)
    if match is None:
        return None
    unit = _UNIT.match(match[3]) if style.group.isspace() else None
    counts = _TIMES.match(match[3]) or (unit and _unit_code(unit.group(), attached=not match[2]))
    return match if counts else None


def _unit_code(word: str, *, attached: bool) -> str | None:
    """`3D model` and `5G router` are things: a capital right behind the number is a unit only as `H`."""
    if attached and len(word) == 1 and word.isupper() and word != "H":
        return None
    return UNITS.get(word.lower())


def split_price(text: str) -> tuple[str, str | None, str | None]:
    """What stands before the last `@` that begins a price, that price, and the VAT rate behind it; None for each that
    is not there.
    """
    if not has_price(text):
        return text, None, None
    return _parts(text, "price")


def has_price(text: str) -> bool:
    """Whether an `@` with a price is anywhere in the text."""
    return _MARKER.search(text) is not None
