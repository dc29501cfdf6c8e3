"""The one-line invoice: `Acme: 3h design @ 120, 2 x Hosting @ 49.90; due 14d; discount 10%`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.early import EarlyTerms
from core.errors import N_, InvalidInput
from core.invoice import MAX_NOTE, MAX_REFERENCE, Discount, Line, Period
from core.locale import NumberStyle
from core.terms import Terms
from handlers.reading.amounts import read_amount, read_percent
from handlers.reading.dates import read_date
from handlers.reading.fields import split_fields
from handlers.reading.lines import (
    EXAMPLE,
    has_price,
    other_currency,
    read_line,
    read_lines,
    read_priced_lines,
)
from handlers.reading.parties import MAX_NAME, read_currency
from handlers.reading.terms import read_due, read_early, read_period
from handlers.reading.text import bare, clean, required, shown
from handlers.reading.vat import Vat, read_vat

__all__ = [
    "InvoiceText",
    "Options",
    "read_discount",
    "read_invoice",
    "read_invoice_answers",
    "read_line",
    "read_lines",
    "read_yes_no",
    "split_invoice",
]

MAX_TEXT = 20_000
OPTIONS = (
    "due", "early", "on", "period", "delivered", "vat", "discount", "currency", "ref", "order", "note", "incl",
    "deposit",
)  # fmt: skip
_FLAGS = ("incl",)
_ALIASES = {"reference": "ref", "inclusive": "incl", "tax": "vat", "mwst": "vat", "delivery": "delivered",
            "skonto": "early", "escompte": "early", "terms": "due"}  # fmt: skip
_HEAD = "invoice"
_EXAMPLE = f"Acme: {EXAMPLE}"
_COLON = re.compile(r":(?=\s|$)")
_TIGHT_COLON = re.compile(r"(?<![0-9]):(?!//)|:(?![0-9/])")
_YES = frozenset("yes y ja oui si tak 1 true on x".split())
_NO = frozenset("no n nein non nee nie 0 false off".split())


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed behind the lines; None or empty means not typed."""

    due: Terms | date | None = None
    issue_on: date | None = None
    period: Period | None = None
    vat: Vat | None = None
    discount: Discount | None = None
    currency: str | None = None
    """From `currency`, or the one written with the prices or the discount."""
    reference: str = ""
    order: str = ""
    delivered_on: date | None = None
    note: str = ""
    inclusive: bool = False
    early: EarlyTerms | None = None


@dataclass(frozen=True, slots=True)
class InvoiceText:
    """A whole invoice as typed; the client is still only a name."""

    client: str
    lines: tuple[Line, ...]
    options: Options


def split_invoice(text: str) -> dict[str, str]:
    """`client`, `lines` and the options by name as raw strings; what was not typed is left out.

    The client ends at the first `:` of the first row before a blank or the end; without one, at the first other
    `:` that is not inside a time or an address of the web. Without any, a first row with a price is already
    lines, and one without is the client.
    """
    text = clean(text, _HEAD, MAX_TEXT, multiline=True, example=_EXAMPLE)
    head, semicolon, rest = text.partition(";")
    raw = _split_head(head)
    options = split_fields(f";{rest}" if semicolon else "", OPTIONS, _HEAD, flags=_FLAGS, aliases=_ALIASES)
    return raw | options


def read_invoice(
    text: str,
    *,
    today: date,
    style: NumberStyle,
    currency: str,
    language: str = "en",
    month_first: bool = False,
) -> InvoiceText:
    """The whole invoice; `currency` is the business's and only says what `$` means."""
    return read_invoice_answers(
        split_invoice(text),
        today=today,
        style=style,
        currency=currency,
        language=language,
        month_first=month_first,
    )


def read_invoice_answers(
    raw: Mapping[str, str],
    *,
    today: date,
    style: NumberStyle,
    currency: str,
    language: str = "en",
    month_first: bool = False,
) -> InvoiceText:
    """The same from the raw strings of `split_invoice`, as forms keep them."""
    client = clean(raw.get("client", ""), "client", MAX_NAME, example=_EXAMPLE)
    if not client:
        raise InvalidInput(
            "client", N_("There is no client; write a name and a colon before the lines."), _EXAMPLE
        )
    settled = read_currency(raw["currency"]) if "currency" in raw else None
    priced = read_priced_lines(raw.get("lines", ""), style, currency=settled, hint=currency)
    settled = settled or priced.currency
    discount = None
    if "discount" in raw:
        discount, written = _discount(raw["discount"], style, "discount", settled, currency)
        settled = settled or written
    due = read_due(raw["due"], today, language, month_first=month_first) if "due" in raw else None
    on = raw.get("on")
    period = raw.get("period")
    delivered = raw.get("delivered")
    options = Options(
        due=due,
        issue_on=read_date(on, "on", today, language, nearest=True, month_first=month_first) if on else None,
        period=read_period(period, today, language, month_first=month_first) if period else None,
        vat=read_vat(raw["vat"]) if "vat" in raw else None,
        discount=discount,
        currency=settled,
        reference=clean(raw.get("ref", ""), "ref", MAX_REFERENCE),
        order=clean(raw.get("order", ""), "order", MAX_REFERENCE),
        delivered_on=read_date(delivered, "delivered", today, language, nearest=True, month_first=month_first)
        if delivered
        else None,
        note=clean(raw.get("note", ""), "note", MAX_NOTE, multiline=True),
        inclusive=read_yes_no(raw["incl"], "incl") if "incl" in raw else False,
        early=read_early(raw["early"]) if "early" in raw else None,
    )
    return InvoiceText(client, priced.lines, options)


def read_discount(
    text: str,
    style: NumberStyle,
    field: str = "discount",
    *,
    currency: str | None = None,
    hint: str | None = None,
) -> Discount:
    """`10%` of the lines, or an amount such as `50`; `currency` and `hint` as in `read_priced_lines`."""
    return _discount(text, style, field, currency, hint)[0]


def _discount(
    text: str, style: NumberStyle, field: str, currency: str | None, hint: str | None
) -> tuple[Discount, str | None]:
    text = required(text, field, 60, "10%")
    if text.endswith("%"):
        percent = read_percent(text, field)
        if not percent:
            raise InvalidInput(field, N_("“{value}” is no discount."), "10%", value=shown(text))
        return Discount(percent=percent), None
    amount = read_amount(text, field, style, currency_hint=currency or hint)
    if currency and amount.currency and amount.currency != currency:
        raise other_currency(amount.currency, currency, field)
    return Discount(amount=amount.value), amount.currency


def read_yes_no(text: str, field: str) -> bool:
    """`yes`, `no` and their like."""
    text = required(text, field, 60, "yes")
    word = bare(text)
    if word not in _YES | _NO:
        raise InvalidInput(field, N_("“{value}” is neither yes nor no."), "yes", value=shown(text))
    return word in _YES


def _split_head(head: str) -> dict[str, str]:
    """Client and lines. What stands before the colon is a client only on the first row and without a price."""
    head = head.strip()
    row = head.split("\n", 1)[0]
    colon = _COLON.search(row) or _TIGHT_COLON.search(row)
    if colon and not has_price(row[: colon.start()]):
        parts = {"client": head[: colon.start()].strip(), "lines": head[colon.end() :].strip()}
    elif has_price(row):
        parts = {"lines": head}
    else:
        parts = {"client": row.strip(), "lines": head[len(row) :].strip()}
    return {name: value for name, value in parts.items() if value}
