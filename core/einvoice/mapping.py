"""From a frozen document to the terms of EN 16931: the only place that knows both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.documents import words
from core.documents.early import early_payment
from core.documents.printable import cleaned
from core.einvoice.terms import (
    EMAIL,
    Allowance,
    Contact,
    Endpoint,
    InvoiceTerms,
    LineTerms,
    Register,
    Sums,
    Trader,
    Transfer,
    TypeCode,
    VatCategory,
    VatRow,
)
from core.invoice import ComputedLine, Document, Kind, Part, Preceding, TaxRow
from core.money import Money
from core.party import Party
from core.tax import EU_STATES, Tax, TaxCategory

SEPA, CREDIT_TRANSFER = "58", "30"
_VAT_ID = re.compile(r"(?:[A-Z]{2}|1A)[A-Z0-9+*]{2,14}")
_KOSOVO = {"XK": "1A"}
"""The code list of EN 16931 has a code of its own for it."""
_CODES = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
"""BT-121 where the document names none; categories whose reason is always the same one."""
_EUROPEAN = EU_STATES | {"MC"}
"""Monaco counts to France."""

# The scheme under which a VAT id is an electronic address in Peppol (EAS); by its first two letters.
_VAT_ADDRESS = {
    "AD": "9922", "AL": "9923", "AT": "9914", "BA": "9924", "BE": "9925", "BG": "9926", "CH": "9927", "CY": "9928",
    "CZ": "9929", "DE": "9930", "EE": "9931", "EL": "9933", "ES": "9920", "FR": "9957", "GB": "9932", "HR": "9934",
    "HU": "9910", "IE": "9935", "IT": "0211", "LI": "9936", "LT": "9937", "LU": "9938", "LV": "9939", "MC": "9940",
    "ME": "9941", "MK": "9942", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946", "RO": "9947", "RS": "9948",
    "SI": "9949", "SK": "9950", "SM": "9951", "TR": "9952", "VA": "9953",
}  # fmt: skip

_BELGIAN = "0208"
_TYPES = {Kind.INVOICE: TypeCode.INVOICE, Kind.CREDIT_NOTE: TypeCode.CREDIT_NOTE}
"""A quote is no e-invoice."""


# What its registrar's number looks like where ISO 6523 has a code for it that needs no check digit: the digits of a
# French SIREN, or of a SIRET that begins with one, and of a Dutch KvK number.
_REGISTERS = {"FR": ("0002", (9, 14), 9), "NL": ("0106", (8,), 8)}


def terms_of(
    document: Document,
    *,
    type_code: TypeCode | None = None,
    preceding: Sequence[Preceding] = (),
    prepaid: Money | None = None,
    contact: Contact | None = None,
    by_mail: bool = False,
) -> InvoiceTerms:
    """`type_code`, `preceding`: instead of the document's own. `prepaid`: received before, likewise.
    `contact`: instead of the seller's. `by_mail`: electronic addresses are mail addresses where there are any, else VAT
    ids where those are addresses.
    """
    document = cleaned(document)
    totals, period = document.totals, document.period
    categories = {row.tax.category.value for row in totals.tax_rows}
    paid = (prepaid or totals.payable - document.owed).amount
    gross = totals.net.amount + totals.tax.amount
    return InvoiceTerms(
        number=document.number,
        issued_on=document.issued_on,
        type_code=type_code or _type(document),
        currency=document.currency,
        seller=_trader(document.seller, categories, by_mail=by_mail, contact=contact, sells=True),
        buyer=_trader(document.buyer, categories, by_mail=by_mail),
        lines=tuple(_line(place, line) for place, line in enumerate(totals.lines, start=1)),
        vat_rows=tuple(_row(row, document) for row in totals.tax_rows),
        sums=Sums(
            lines=totals.line_total.amount,
            allowances=totals.discount.amount,
            net=totals.net.amount,
            vat=totals.tax.amount,
            gross=gross,
            prepaid=paid,
            rounding=totals.rounding.amount,
            due=gross - paid + totals.rounding.amount,
        ),
        due_on=document.due_on,
        payment_terms="\n".join(
            filter(None, (words.terms(document.terms, document.language), early_payment(document)))
        ),
        buyer_reference=document.reference,
        order=document.order,
        note=document.note,
        start=period.start if period else None,
        end=period.end if period else None,
        delivered_on=document.delivered_on,
        ship_to_country=_country(document.buyer.address.country) if "K" in categories else "",
        transfer=_transfer(document),
        allowances=tuple(_allowance(row, document) for row in totals.tax_rows if row.discount),
        preceding=tuple(preceding) or _preceding(document),
        vat_currency=document.home_tax.currency if document.home_tax else "",
        vat_in_vat_currency=document.home_tax.amount if document.home_tax else None,
    )


def is_deposit(document: Document) -> bool:
    """An invoice over a part of a quote, before its work is done."""
    return (
        document.kind is Kind.INVOICE and document.quoted is not None and document.quoted.part is Part.DEPOSIT
    )


def _type(document: Document) -> TypeCode:
    return TypeCode.PREPAYMENT if is_deposit(document) else _TYPES[document.kind]


def _preceding(document: Document) -> tuple[Preceding, ...]:
    """The invoice that a credit note is about, and the deposits that an invoice takes off."""
    deposits = tuple(Preceding(one.number, one.issued_on) for one in document.prepaid)
    return (document.preceding, *deposits) if document.preceding else deposits


def _trader(
    party: Party, categories: set[str], *, by_mail: bool, contact: Contact | None = None, sells: bool = False
) -> Trader:
    vat_id, others = _numbers(party)
    if TaxCategory.OUTSIDE.value in categories:
        # BR-O-02: nobody's VAT id may stand on an invoice that VAT has nothing to do with.
        others, vat_id = [*others, vat_id] if vat_id else others, ""
    tax_number = others[0] if sells and others and TaxCategory.OUTSIDE.value not in categories else ""
    # BR-CO-26 wants a number of the seller that is not the tax number, which then has to stand for both.
    number = "" if vat_id else next(iter(others), "")
    address = party.address
    return Trader(
        name=party.name,
        country=_country(address.country),
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        postcode=address.postcode,
        id=number,
        vat_id=vat_id,
        tax_number=tax_number,
        register=_register(party) if sells and party.register else None,
        endpoint=_endpoint(party, by_mail),
        contact=(contact or _contact(party)) if sells else None,
    )


def _register(party: Party) -> Register:
    """`HRB 12345, Amtsgericht Hamburg`: the number stands before the comma."""
    number = party.register.partition(",")[0].strip() or party.register
    scheme, lengths, kept = _REGISTERS.get(party.address.country, ("", (), 0))
    digits = re.sub(r"[^0-9]", "", party.register)
    if len(digits) in lengths:
        number = digits[:kept]
    else:
        scheme = ""
    return Register(number, scheme, party.register if number != party.register else "")


def _contact(party: Party) -> Contact | None:
    if not (party.contact or party.phone):
        return None
    return Contact(party.contact or party.name, party.phone, party.email)


def _numbers(party: Party) -> tuple[str, list[str]]:
    """The VAT id, if it is one as BR-CO-09 has it, and whatever else was typed."""
    vat_id = re.sub(r"[\s.\-]", "", party.vat_id).upper()
    if vat_id.startswith("GR"):
        vat_id = f"EL{vat_id[2:]}"
    if _VAT_ID.fullmatch(vat_id) and vat_id[:2] in {_vat_letters(party), *_VAT_ADDRESS, "XI", *_EU_REST}:
        return vat_id, [party.tax_number] if party.tax_number else []
    return "", [number for number in (party.tax_number, party.vat_id) if number]


_EU_REST = ("DK", "FI", "SE", "NO")
"""Their VAT ids are no addresses in Peppol."""


def _vat_letters(party: Party) -> str:
    return "EL" if party.address.country == "GR" else party.address.country


def _country(code: str) -> str:
    return _KOSOVO.get(code, code)


def _endpoint(party: Party, by_mail: bool) -> Endpoint | None:
    mail = Endpoint(EMAIL, party.email) if party.email else None
    vat_id, _others = _numbers(party)
    scheme = _VAT_ADDRESS.get(vat_id[:2])
    by_vat = Endpoint(scheme, vat_id) if scheme else None
    if vat_id.startswith("BE"):
        # Belgian companies are registered in Peppol under their enterprise number: the digits of the VAT id.
        by_vat = Endpoint(_BELGIAN, vat_id[2:])
    return (mail or by_vat) if by_mail else (by_vat or mail)


def _line(place: int, line: ComputedLine) -> LineTerms:
    below = line.unit_price < 0
    return LineTerms(
        id=str(place),
        name=line.description,
        # BR-27: the sign stands with the quantity.
        quantity=-line.quantity if below else line.quantity,
        price=-line.unit_price if below else line.unit_price,
        unit=line.unit,
        net=line.net.amount,
        vat=_category(line.tax),
    )


def _category(tax: Tax) -> VatCategory:
    return VatCategory(tax.category.value, None if tax.category is TaxCategory.OUTSIDE else tax.rate)


def _allowance(row: TaxRow, document: Document) -> Allowance:
    return Allowance(row.discount.amount, words.words(document.language).discount, _category(row.tax))


def _row(row: TaxRow, document: Document) -> VatRow:
    if row.tax.category.taxed:
        return VatRow(_category(row.tax), row.basis.amount, row.amount.amount)
    # What was issued before each row had a reason of its own has one for the whole document, or none.
    reason = row.exemption or document.tax_note
    return VatRow(
        vat=_category(row.tax),
        basis=row.basis.amount,
        amount=row.amount.amount,
        exemption=reason,
        exemption_code=row.tax.code or _usual_code(row.tax, document.seller, reason),
    )


def _usual_code(tax: Tax, seller: Party, reason: str) -> str:
    """The codes name articles of a directive of the EU, so others say it in words (BR-AE-10 and its sisters take
    either); where nobody said why, the code is all there is.
    """
    european = seller.address.country in _EUROPEAN
    return _CODES.get(tax.category.value, "") if european or not reason else ""


def _transfer(document: Document) -> Transfer | None:
    iban = document.iban.replace(" ", "").upper()
    if not iban:
        return None
    return Transfer(
        means=SEPA if document.currency == "EUR" else CREDIT_TRANSFER,
        remittance=document.number,
        iban=iban,
        holder=document.seller.name,
        bic=document.bic.replace(" ", "").upper(),
    )
