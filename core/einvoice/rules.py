"""What an invoice lacks before it can be an e-invoice, and whether its terms agree with one another.

The XSD sees to names and order; the rest of EN 16931 that our own values could break is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from core.einvoice.profiles import Profile
from core.einvoice.terms import InvoiceTerms, Trader, TypeCode, VatCategory, VatRow

_CENT = Decimal("0.01")
_PHONE_DIGITS = 3
TOO_FINE = "BR-DEC"
"""Of currencies with three decimal places: such an invoice is no e-invoice."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Missing(StrEnum):
    """What somebody can fill in; the value names whose it is and the field."""

    NUMBER = "number"
    SELLER_NAME = "seller name"
    SELLER_COUNTRY = "seller country"
    SELLER_NUMBER = "seller vat-id"
    """BR-CO-26, BR-S-02 and its sisters: some number by which the tax office knows the seller."""
    SELLER_VAT_ID = "seller eu vat-id"
    """For goods to another member state or out of the EU, and for reverse charge."""
    SELLER_TOWN = "seller town"
    SELLER_ADDRESS = "seller e-mail"
    """Where it takes electronic documents: a mail address or a VAT id."""
    BANK_ACCOUNT = "seller iban"
    CONTACT = "contact"
    BUYER_NAME = "buyer name"
    BUYER_COUNTRY = "buyer country"
    BUYER_VAT_ID = "buyer vat-id"
    BUYER_TOWN = "buyer town"
    BUYER_ADDRESS = "buyer e-mail"
    REFERENCE = "reference"
    PERIOD = "period"
    REASON = "reason"
    """Why no VAT is charged."""
    DUE = "due"


def missing(terms: InvoiceTerms, profile: Profile = Profile.FACTUR_X) -> tuple[Missing, ...]:
    """In the order in which they are best filled in; empty where nothing is."""
    found = [*_missing_anywhere(terms)]
    if profile is not Profile.FACTUR_X:
        found += _missing_in_networks(terms)
    if profile is Profile.XRECHNUNG or (profile is Profile.PEPPOL and _within_germany(terms)):
        found += _missing_in_germany(terms)
    return tuple(dict.fromkeys(found))


def _missing_anywhere(terms: InvoiceTerms) -> Iterator[Missing]:
    seller, buyer = terms.seller, terms.buyer
    codes = {row.vat.code for row in terms.vat_rows}
    wanted = (
        (terms.number, Missing.NUMBER),
        (seller.name, Missing.SELLER_NAME),
        (seller.country, Missing.SELLER_COUNTRY),
        # BR-CO-26 takes a register number, too; where there is VAT, the tax office has to know the seller.
        (_is_known(seller) or (seller.register and codes <= {"O"}), Missing.SELLER_NUMBER),
        (seller.vat_id or not codes & {"K", "G"} or not _is_known(seller), Missing.SELLER_VAT_ID),
        (buyer.name, Missing.BUYER_NAME),
        (buyer.country, Missing.BUYER_COUNTRY),
        (buyer.vat_id or not codes & {"AE", "K"}, Missing.BUYER_VAT_ID),
        (terms.start or terms.end or terms.delivered_on or "K" not in codes, Missing.PERIOD),
        (all(map(_has_reason, terms.vat_rows)), Missing.REASON),
        # BR-CO-25, which newer rules left out: whoever owes must be told until when.
        (terms.due_on or terms.payment_terms or terms.sums.due <= 0, Missing.DUE),
    )
    yield from (name for present, name in wanted if not present)


def _is_known(seller: Trader) -> bool:
    return bool(seller.vat_id or seller.id)


def _has_reason(row: VatRow) -> bool:
    return row.vat.code in {"S", "Z"} or bool(row.exemption or row.exemption_code)


def _missing_in_networks(terms: InvoiceTerms) -> Iterator[Missing]:
    """PEPPOL-EN16931-R003, R010 and R020; XRechnung wants the same (BR-DE-15, PEPPOL-EN16931-R010, R020)."""
    wanted = (
        (terms.seller.endpoint, Missing.SELLER_ADDRESS),
        (terms.buyer.endpoint, Missing.BUYER_ADDRESS),
        (terms.buyer_reference, Missing.REFERENCE),
    )
    yield from (name for present, name in wanted if not present)


def _within_germany(terms: InvoiceTerms) -> bool:
    """Peppol has rules of its own for that; we ask for what XRechnung does, which they resemble."""
    return terms.seller.country == terms.buyer.country == "DE"


def _missing_in_germany(terms: InvoiceTerms) -> Iterator[Missing]:
    """BR-DE-1 to BR-DE-9, 27 and 28."""
    contact = terms.seller.contact
    wanted = (
        (terms.seller.city and terms.seller.postcode, Missing.SELLER_TOWN),
        (terms.buyer.city and terms.buyer.postcode, Missing.BUYER_TOWN),
        (terms.transfer, Missing.BANK_ACCOUNT),
        (contact is None or _MAIL.fullmatch(contact.email), Missing.SELLER_ADDRESS),
        (contact and contact.name and sum(map(str.isdigit, contact.phone)) >= _PHONE_DIGITS, Missing.CONTACT),
    )
    yield from (name for present, name in wanted if not present)


def faults(terms: InvoiceTerms) -> tuple[str, ...]:
    """The rules that the terms break; none, unless there is a mistake in the program or in old data."""
    return tuple(rule for holds, rule in _checks(terms) if not holds)


def _checks(terms: InvoiceTerms) -> Iterator[tuple[bool, str]]:
    sums, rows = terms.sums, terms.vat_rows
    nets = sum((line.net for line in terms.lines), Decimal(0))
    yield bool(terms.lines), "BR-16"
    yield bool(rows), "BR-CO-18"
    yield sums.lines == nets, "BR-CO-10"
    yield sums.allowances == sum((one.amount for one in terms.allowances), Decimal(0)), "BR-CO-11"
    yield sums.net == sums.lines - sums.allowances, "BR-CO-13"
    yield sums.vat == sum((row.amount for row in rows), Decimal(0)), "BR-CO-14"
    yield sums.gross == sums.net + sums.vat, "BR-CO-15"
    yield sums.due == sums.gross - sums.prepaid + sums.rounding, "BR-CO-16"
    yield all(map(_has_two_places, _amounts(terms))), TOO_FINE
    yield (terms.vat_in_vat_currency is not None) == bool(terms.vat_currency), "BR-53"
    yield terms.vat_currency != terms.currency, "PEPPOL-EN16931-R005"
    yield not terms.vat_currency or _same_sign(sums.vat, terms.vat_in_vat_currency), "PEPPOL-EN16931-R054"
    yield not (terms.start and terms.end and terms.end < terms.start), "BR-29"
    yield all(line.price >= 0 for line in terms.lines), "BR-27"
    yield all(line.base_quantity > 0 for line in terms.lines), "PEPPOL-EN16931-R121"
    unit = _unit(terms)
    for line in terms.lines:
        exact = line.quantity * line.price / line.base_quantity
        yield line.net == exact.quantize(unit, ROUND_HALF_UP), "PEPPOL-EN16931-R120"
    yield from _vat_checks(terms, unit)
    yield from _category_checks(terms)


def _same_sign(vat: Decimal, elsewhere: Decimal | None) -> bool:
    """VAT of less than half a unit of the other currency is nothing there."""
    return elsewhere is None or not elsewhere or (vat < 0) == (elsewhere < 0)


def _vat_checks(terms: InvoiceTerms, unit: Decimal) -> Iterator[tuple[bool, str]]:
    """The sums of each category and rate, to the cent: the rules of EN 16931 themselves forgive a whole unit.

    A credit note may take what rounding left of an invoice that is credited bit by bit (core/credit_note.py).
    """
    over = unit if terms.type_code is TypeCode.CREDIT_NOTE else Decimal(0)
    bases: dict[VatCategory, Decimal] = {}
    for line in terms.lines:
        bases[line.vat] = bases.get(line.vat, Decimal(0)) + line.net
    for allowance in terms.allowances:
        bases[allowance.vat] = bases.get(allowance.vat, Decimal(0)) - allowance.amount
    found: dict[VatCategory, Decimal] = {}
    for row in terms.vat_rows:
        found[row.vat] = found.get(row.vat, Decimal(0)) + row.basis
        rate = row.vat.rate or Decimal(0)
        yield abs(row.amount - (row.basis * rate / 100).quantize(unit, ROUND_HALF_UP)) <= over, "BR-CO-17"
    yield found == bases, "BR-S-08"


def _category_checks(terms: InvoiceTerms) -> Iterator[tuple[bool, str]]:
    categories = {row.vat for row in terms.vat_rows}
    codes = {vat.code for vat in categories}
    yield codes <= {"S", "Z", "E", "AE", "K", "G", "O"}, "BR-CL-18"
    yield all((vat.rate is None) == (vat.code == "O") for vat in categories), "BR-48"
    yield all(bool(vat.rate) == (vat.code == "S") for vat in categories), "BR-S-05"
    taxed = [row for row in terms.vat_rows if row.vat.code in {"S", "Z"}]
    yield not any(row.exemption or row.exemption_code for row in taxed), "BR-S-10"
    yield "O" not in codes or codes == {"O"}, "BR-O-11"
    yield "O" not in codes or not (terms.seller.vat_id or terms.buyer.vat_id), "BR-O-02"
    yield "K" not in codes or bool(terms.ship_to_country), "BR-IC-12"


def _unit(terms: InvoiceTerms) -> Decimal:
    """The smallest amount, as the currency has it; the sums say which."""
    return Decimal(1).scaleb(int(terms.sums.due.as_tuple().exponent))


def _has_two_places(value: Decimal) -> bool:
    """BR-DEC-01 to 28: also where the currency has three."""
    return value == value.quantize(_CENT)


def _amounts(terms: InvoiceTerms) -> Iterator[Decimal]:
    sums = terms.sums
    yield from (
        sums.lines,
        sums.allowances,
        sums.net,
        sums.vat,
        sums.gross,
        sums.prepaid,
        sums.rounding,
        sums.due,
    )
    yield from (line.net for line in terms.lines)
    yield from (one.amount for one in terms.allowances)
    if terms.vat_in_vat_currency is not None:
        yield terms.vat_in_vat_currency
    for row in terms.vat_rows:
        yield from (row.basis, row.amount)
