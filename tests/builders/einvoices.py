"""Every kind of invoice that an e-invoice can be, as terms of EN 16931, by what is odd about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.credit_note import left_of, part, whole
from core.early import EarlyOffer, EarlyTerms
from core.einvoice.export import terms_for
from core.einvoice.mapping import terms_of
from core.einvoice.profiles import Profile
from core.einvoice.terms import Contact, InvoiceTerms, TypeCode
from core.invoice import Discount, Document, Kind, Part, Period, Preceding, Prepaid, Quoted, Totals
from core.money import Money
from core.party import Address, Party
from core.quote import part_of, share
from core.rates import ExchangeRate, RateSource
from core.tax import Tax, TaxCategory, tax_at, untaxed
from core.totals import cash_rounded
from tests.builders.documents import BUYER, OUTSIDE, REDUCED, SELLER, STANDARD, ZERO, a_document, a_line

PERIOD = Period(date(2026, 2, 3), date(2026, 2, 27))
DOLLARS = ExchangeRate("EUR", "USD", date(2026, 3, 4), Decimal("1.0832"), RateSource.ECB)
EARLY = EarlyOffer(EarlyTerms(Decimal(2), 10), date(2026, 3, 15), Money(1600, "EUR"), Money(33, "EUR"))
REASON = "Why no VAT is charged, in a sentence."
CONTACT = Contact("Ida Lindqvist", "+49 30 901820", "ida@lindqvist.example")
REGISTERED = replace(
    SELLER, contact="Mara Lind", phone="+49 30 901820", register="HRB 12345, Amtsgericht Charlottenburg"
)
"""With what stands in the settings beside the numbers of the tax office."""
UNTAXED = {
    "exempt": untaxed(TaxCategory.EXEMPT),
    "exempt by a code": untaxed(TaxCategory.EXEMPT, "VATEX-EU-132-1I"),
    "reverse charge": untaxed(TaxCategory.REVERSE, "VATEX-EU-AE"),
    "goods to another member state": untaxed(TaxCategory.INTRA, "VATEX-EU-IC"),
    "export": untaxed(TaxCategory.EXPORT, "VATEX-EU-G"),
    "outside of VAT": OUTSIDE,
}
TAXES: dict[str, Tax] = {
    "standard": STANDARD,
    "zero": ZERO,
    "a rate of 25.5": tax_at(Decimal("25.5")),
    **UNTAXED,
}
DISCOUNTS = {
    "": None,
    " less 7.5%": Discount(percent=Decimal("7.5")),
    " less 13.37": Discount(amount=Decimal("13.37")),
}
MIXED = [a_line(0), a_line(1, tax=REDUCED), a_line(2, tax=ZERO), a_line(3, tax=REDUCED)]


def document(tax: Tax = STANDARD, **changes: Any) -> Document:
    """As it is frozen on issue: with a period, and with a reason where no VAT is charged."""
    note = "" if tax.category.taxed else REASON
    return a_document(**{"lines": 3, "tax": tax, "period": PERIOD, "tax_note": note, **changes})


def terms(tax: Tax = STANDARD, **changes: object) -> InvoiceTerms:
    return terms_of(document(tax, **changes))


def cases() -> Iterator[tuple[str, InvoiceTerms]]:
    for name, tax in TAXES.items():
        for how, discount in DISCOUNTS.items():
            yield f"{name}{how}", terms(tax, discount=discount)
    yield from _sums()
    yield from _kinds()
    yield from _parties()


def _sums() -> Iterator[tuple[str, InvoiceTerms]]:
    yield "three rates", terms(lines=MIXED)
    yield "three rates less 10%", terms(lines=MIXED, discount=Discount(percent=Decimal(10)))
    yield "three rates, prices with VAT", terms(lines=MIXED, inclusive=True)
    yield (
        "three rates, prices with VAT, less 20",
        terms(lines=MIXED, inclusive=True, discount=Discount(amount=Decimal(20))),
    )
    four = tax_at(Decimal(4))
    dear = a_line(price=Decimal("2.99"), quantity=Decimal(1))
    yield "a cent of rounding", terms(four, lines=[dear], inclusive=True)
    yield (
        "reverse charge beside VAT",
        terms(lines=[a_line(0), a_line(1, tax=UNTAXED["reverse charge"])], tax_note=REASON),
    )
    yield "yen", terms(currency="JPY")
    yield "yen less 7.5%", terms(currency="JPY", discount=Discount(percent=Decimal("7.5")))
    yield "pounds", terms(currency="GBP")
    yield "a price below zero", terms(lines=[a_line(0), a_line(1, price=Decimal("-3.21"))])
    yield "a quantity below zero", terms(lines=[a_line(0), a_line(1, quantity=Decimal("-1.5"))])
    yield "tiny prices", terms(lines=[a_line(price=Decimal("0.0125"), quantity=Decimal(12345))])
    yield "forty lines", terms(lines=40)
    yield "a price for a hundred", per_hundred(terms())
    yield "the VAT at home", terms(currency="USD", rate=DOLLARS, home_tax=Money(61402, "EUR"))
    francs = document(currency="CHF")
    yield "rounded for cash", terms_of(replace(francs, totals=cash_rounded(francs.totals, Money(5, "CHF"))))
    yield "a discount for paying early", terms(early=EARLY)
    kroner = replace(terms(), vat_currency="SEK", vat_in_vat_currency=Decimal("614.02"))
    yield "the VAT in a second currency", kroner


def _kinds() -> Iterator[tuple[str, InvoiceTerms]]:
    plain = document()
    part, whole = Money.of(Decimal("17.31"), "EUR"), plain.totals.payable
    about = (Preceding("2025-0113", date(2025, 12, 19)), Preceding("2026-0002"))
    yield "paid in part", terms_of(plain, prepaid=part)
    yield "paid in full", terms_of(plain, prepaid=whole)
    yield "a credit note", terms_of(plain, type_code=TypeCode.CREDIT_NOTE, preceding=about)
    yield (
        "a credit note less 7.5%",
        terms_of(
            document(discount=DISCOUNTS[" less 7.5%"]), type_code=TypeCode.CREDIT_NOTE, preceding=about[:1]
        ),
    )
    less = document(lines=[a_line(0, quantity=Decimal(-2)), a_line(1, quantity=Decimal("-0.5"))])
    yield "a correction", terms_of(less, type_code=TypeCode.CORRECTED, preceding=about)
    yield "a deposit", terms_of(_quoted(plain, Part.DEPOSIT))
    yield "a deposit for German authorities", terms_for(_quoted(plain, Part.DEPOSIT), Profile.XRECHNUNG)
    yield "the rest after two deposits", terms_of(_rest())
    yield "no period", terms(period=None)
    yield "delivered on a day", terms(period=None, delivered_on=date(2026, 2, 27))
    goods = UNTAXED["goods to another member state"]
    yield "goods delivered on a day", terms(goods, period=None, delivered_on=date(2026, 2, 26))
    yield "an order beside the reference", terms(order="4500012345")
    yield "a line with a period", _with_a_period(terms())
    yield "a note and no account", terms(note="Vielen Dank!\nBis <bald> & „danke“", iban="", bic="")
    yield "no terms in words", terms(terms="")
    yield "a contact", terms_of(plain, contact=CONTACT, by_mail=True)


def what_is_left() -> InvoiceTerms:
    """The last of several credit notes, which takes whatever VAT the others left: here a cent more than its rate."""
    billed, made = document(), list[Totals]()
    for minor in (1, 3, 7, 1001, 1003):
        made.append(part(left_of(billed, made), Money(minor, billed.currency), "Gutschrift"))
    rest = whole(billed, left_of(billed, made), "Gutschrift")
    about = Preceding(billed.number, billed.issued_on)
    return terms_of(replace(billed, kind=Kind.CREDIT_NOTE, preceding=about, totals=rest))


def _parties() -> Iterator[tuple[str, InvoiceTerms]]:
    by_tax_office = replace(SELLER, vat_id="", tax_number="231/815/08150")
    yield "a seller with a tax number only", terms(UNTAXED["exempt"], seller=by_tax_office)
    yield "a seller with both numbers", terms(seller=replace(SELLER, tax_number="231/815/08150"))
    yield "a seller to ask and to look up", terms(seller=REGISTERED)
    french = replace(REGISTERED, address=Address("FR", "Rue 7", "", "75011", "Paris"), vat_id="FR23334175221",
                     register="RCS Paris 334 175 221", contact="")  # fmt: skip
    yield "a French seller", terms(tax_at(Decimal(20)), seller=french)
    outside = replace(REGISTERED, vat_id="", phone="")
    yield "outside of VAT, known by the register", terms(OUTSIDE, seller=outside, tax_note=REASON)
    american = Party("Prairie Works LLC", Address("US", "7 Elm St", "", "68102", "Omaha"), "47-1234567")
    yield "a seller outside of Europe", terms(OUTSIDE, seller=american, currency="USD", tax_note="")
    greek = replace(SELLER, address=Address("GR", "Ερμού 7", "", "105 63", "Αθήνα"), vat_id="EL 123456783")
    yield "a Greek seller", terms(tax_at(Decimal(24)), seller=greek)
    yield "a buyer with nothing but a name", terms(buyer=Party("Müller", Address("XK")))
    yield (
        "a Danish buyer",
        terms(buyer=replace(BUYER, address=Address("DK"), vat_id="DK12345674", email="a@b.example")),
    )


def per_hundred(terms: InvoiceTerms) -> InvoiceTerms:
    """The same sums, with prices for a hundred units."""
    dear = (replace(line, price=line.price * 100, base_quantity=Decimal(100)) for line in terms.lines)
    return replace(terms, lines=tuple(dear))


def _quoted(whole: Document, part: Part) -> Document:
    return replace(whole, quoted=Quoted(UUID(int=7), "Q2026-0007", part))


def _rest() -> Document:
    """Three rates, of which two deposits were billed and paid."""
    whole = document(lines=MIXED)
    amounts = (part_of(whole.totals.payable, Decimal(30)), Money(1731, whole.currency))
    shares = [share(whole, amount, "Anzahlung") for amount in amounts]
    sums = [document(lines=list(one.lines), inclusive=one.inclusive).totals for one in shares]
    prepaid = tuple(
        Prepaid(f"2026-001{place}", date(2026, 1, 11 + place), totals.payable, totals.tax_rows)
        for place, totals in enumerate(sums)
    )
    return replace(_quoted(whole, Part.REST), prepaid=prepaid)


def _with_a_period(terms: InvoiceTerms) -> InvoiceTerms:
    first = replace(terms.lines[0], start=PERIOD.start, end=PERIOD.end)
    return replace(terms, lines=(first, *terms.lines[1:]))
