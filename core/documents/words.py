"""Every fixed word a document prints, by language: whole messages, translated by the catalogues in `locale/`.

A language without a catalogue, or a message that is missing or cannot be printed, is in English.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from core.country import country_name
from core.documents.typeface import without_glyph
from core.errors import N_
from core.invoice import Kind
from core.language import WRITTEN, spoken
from core.locale import format_decimal, number_style
from core.units import LABELS

_CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "documents"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
_SOME_TERMS = ("eom", *(f"{n}{unit}{end}" for n in (0, 1, 2, 5) for unit in "dm" for end in ("", " eom")))
"""Every form of every word they are said with."""
_TERMS = re.compile(r"(?:(\d{1,4})m)? ?(?:(\d{1,4})d)? ?(eom)?")

# For the catalogues: the labels of `core.units` that are words or abbreviations of English.
UNIT_WORDS = (N_("min"), N_("d"), N_("wk"), N_("mo"), N_("yr"), N_("pcs"), N_("lump"))


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    # The language comes from a stored setting; only a plain tag may become part of a path.
    tags = [language.replace("-", "_")] if _LANGUAGE.fullmatch(language) else []
    return gettext.translation(DOMAIN, _CATALOGUES, tags, fallback=True)


def _(message: str, language: str) -> str:
    """The message in that language; placeholders are filled by the caller."""
    text = _catalogue(language).gettext(message)
    return message if without_glyph(text) else text


def _n(one: str, many: str, count: int, language: str) -> str:
    text = _catalogue(language).ngettext(one, many, count)
    if without_glyph(text):
        text = one if count == 1 else many
    return text.format(count=count)


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language; those with braces are filled by `str.format`."""

    title: str
    named: str
    sender: str
    recipient: str
    vat_id: str
    tax_number: str
    register: str
    contact: str
    phone: str
    issued: str
    due: str
    period: str
    delivered: str
    days: str
    terms: str
    reference: str
    order: str
    description: str
    quantity: str
    unit_price: str
    vat: str
    amount: str
    rate: str
    subtotal: str
    discount: str
    discount_percent: str
    net: str
    tax: str
    untaxed: str
    rounding: str
    payable: str
    inclusive: str
    home_vat: str
    early: str
    early_discount: str
    pay: str
    holder: str
    iban: str
    bic: str
    remittance: str
    scan: str
    note: str
    page: str
    paid: str
    paid_on: str
    receipts: str
    received: str
    credited: str
    void: str
    void_statement: str
    made_with: str
    corrects: str
    of_day: str
    deposit_title: str
    rest_title: str
    total: str
    valid_until: str
    quoted: str
    prepaid: str
    prepaid_tax: str


@lru_cache(maxsize=64)
def words(language: str, vat: bool = True, kind: Kind = Kind.INVOICE) -> Words:
    """All messages of a language, looked up once. Not `vat`: sellers there call it otherwise."""
    found = _of_kind(_words(language), language, kind)
    return (
        found
        if vat
        else replace(
            found,
            vat=_("Tax", language),
            net=_("Total without tax", language),
            tax=_("Tax {rate}% on {basis}", language),
            untaxed=_("No tax on {basis}", language),
            inclusive=_("Prices were entered including tax.", language),
            prepaid_tax=_("of which tax {rate}% on {basis}: {tax}", language),
        )
    )


def _of_kind(found: Words, language: str, kind: Kind) -> Words:
    """What other kinds of documents call otherwise than an invoice does."""
    if kind is Kind.CREDIT_NOTE:
        return replace(
            found,
            title=_("Credit note", language),
            named=_("Credit note {number}", language),
            recipient=_("Credited to", language),
            issued=_("Date", language),
            payable=_("Total credited", language),
            void_statement=_("This credit note is void. It credits nothing.", language),
        )
    if kind is Kind.QUOTE:
        return replace(
            found,
            title=_("Quote", language),
            named=_("Quote {number}", language),
            recipient=_("Offered to", language),
            issued=_("Date", language),
            payable=_("Total", language),
        )
    return found


def credited(language: str) -> str:
    """What a line is called that takes off a part of an invoice."""
    return _("Credit on invoice {number}", language)


def _words(language: str) -> Words:
    return Words(
        title=_("Invoice", language),
        named=_("Invoice {number}", language),
        sender=_("From", language),
        recipient=_("Billed to", language),
        vat_id=_("VAT ID {value}", language),
        tax_number=_("Tax number {value}", language),
        register=_("Company registration: {value}", language),
        contact=_("Contact: {value}", language),
        phone=_("Phone {value}", language),
        issued=_("Issue date", language),
        due=_("Due date", language),
        period=_("Period", language),
        delivered=_("Delivery date", language),
        days=_("{start} to {end}", language),
        terms=_("Terms", language),
        reference=_("Your reference", language),
        order=_("Your order", language),
        description=_("Description", language),
        quantity=_("Quantity", language),
        unit_price=_("Unit price", language),
        vat=_("VAT", language),
        amount=_("Amount {currency}", language),
        rate=_("{rate}%", language),
        subtotal=_("Subtotal", language),
        discount=_("Discount", language),
        discount_percent=_("Discount {percent}%", language),
        net=_("Total without VAT", language),
        tax=_("VAT {rate}% on {basis}", language),
        untaxed=_("No VAT on {basis}", language),
        rounding=_("Rounding", language),
        payable=_("Total due", language),
        inclusive=_("Prices were entered including VAT.", language),
        home_vat=_("VAT in {home}: {amount} (1 {base} = {rate} {quote}, {day})", language),
        early=_("{percent}% discount if paid by {day}: {currency} {amount} instead of {total}.", language),
        early_discount=_("Early-payment discount", language),
        pay=_("How to pay", language),
        holder=_("Account holder", language),
        iban=_("IBAN", language),
        bic=_("BIC", language),
        remittance=_("Payment reference", language),
        scan=_("Scan to pay", language),
        note=_("Note", language),
        page=_("Page {number} of {count}", language),
        paid=_("PAID", language),
        paid_on=_("Paid in full on {date}: {amount}. This is a copy of the invoice.", language),
        receipts=_("Payments received", language),
        received=_("Received on {date}", language),
        credited=_("Credited", language),
        void=_("VOID", language),
        void_statement=_("This invoice is void. Please do not pay it.", language),
        made_with=_("Made with Billhook", language),
        corrects=_("Corrects invoice", language),
        of_day=_("{number} of {date}", language),
        deposit_title=_("Deposit invoice", language),
        rest_title=_("Final invoice", language),
        total=_("Total", language),
        valid_until=_("Valid until", language),
        quoted=_("Quote", language),
        prepaid=_("Deposit {number} of {date}", language),
        prepaid_tax=_("of which VAT {rate}% on {basis}: {tax}", language),
    )


@lru_cache(maxsize=64)
def characters(language: str) -> frozenset[str]:
    """Every character the fixed words of a language need, so that their font can be chosen beforehand."""
    every = [words(language, vat, kind) for vat in (True, False) for kind in Kind]
    printed = [getattr(messages, field.name) for messages in every for field in fields(messages)]
    printed += [unit(code, language) for code in LABELS]
    printed += [terms(typed, language) for typed in _SOME_TERMS]
    printed += [day(date(2026, month, 10), language) for month in range(1, 13)]
    return frozenset("".join(printed)) - {"{", "}", "\n"}


@lru_cache(maxsize=256)
def unit(code: str, language: str) -> str:
    """What stands after a quantity: a short word for the codes we know, else the code itself."""
    label = LABELS.get(code, code)
    return _(label, language) if label else ""


def deposit(number: str, language: str, percent: Decimal | None = None) -> str:
    """The line of an invoice that asks for a part of a quote before the work is done."""
    if percent is None:
        return _("Deposit on quote {number}", language).format(number=number)
    style = number_style(spoken(language, WRITTEN))
    return _("Deposit of {percent}% on quote {number}", language).format(
        percent=format_decimal(percent, style), number=number
    )


def deposit_for(lines: str, language: str) -> str:
    """What such an invoice is about: the lines of the quote."""
    return _("For: {lines}", language).format(lines=lines)


def terms(typed: str, language: str) -> str:
    """Payment terms as a person says them; what was typed where the rule has no plain words."""
    match = _TERMS.fullmatch(typed)
    if not match or not typed:
        return typed
    months, days, end_of_month = match.groups()
    if months and days:
        return typed
    if not months and not days:
        return _("End of month", language)
    if not end_of_month and not months and int(days) == 0:
        return _("Due at once", language)
    if months:
        count = int(months)
        span = _n("{count} month", "{count} months", count, language)
        to_end = _n(
            "{count} month to the end of the month", "{count} months to the end of the month", count, language
        )
    else:
        count = int(days)
        span = _n("{count} day", "{count} days", count, language)
        to_end = _n(
            "{count} day to the end of the month", "{count} days to the end of the month", count, language
        )
    return to_end if end_of_month else span


@lru_cache(maxsize=512)
def day(value: date, language: str) -> str:
    """A calendar day as people write it; in English as in ISO 8601, because no two countries read 3/4/2026 alike."""
    base = spoken(language, WRITTEN)
    if base == "en":
        return value.isoformat()
    # Importing Babel takes about 25 ms, which whoever only checks a text need not pay.
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(value, "medium", locale=base)


@lru_cache(maxsize=512)
def country(code: str, language: str) -> str:
    """The country's name in that language; its code where there is none that can be printed."""
    name = country_name(code, language)
    return code if without_glyph(name) else name
