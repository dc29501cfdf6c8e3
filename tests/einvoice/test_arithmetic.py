"""What the XML says adds up, reckoned anew from its text: the stylesheets neither multiply nor see each cent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from lxml import etree

from core.einvoice.cii import write_cii
from core.einvoice.mapping import terms_of
from core.einvoice.profiles import Profile
from core.einvoice.rules import TOO_FINE, faults
from core.einvoice.schema import schema_faults
from core.einvoice.terms import InvoiceTerms
from core.einvoice.ubl import write_ubl
from tests.builders.cases import try_all
from tests.builders.documents import a_document
from tests.builders.einvoices import cases
from tests.core.second_opinion import PLACES, Bill
from tests.core.test_totals_agree import bills, computed


class Read:
    """An XML whose numbers are found by the local names of elements, in a row with `/` between them."""

    def __init__(self, content: bytes) -> None:
        self.root = etree.fromstring(content)

    def all(self, path: str, below: etree._Element | None = None) -> list[etree._Element]:
        steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
        found = (self.root if below is None else below).xpath(f".//{steps}")
        assert isinstance(found, list)
        return [element for element in found if isinstance(element, etree._Element)]

    def number(self, path: str, below: etree._Element | None = None, default: str = "") -> Fraction:
        found = self.all(path, below)
        text = found[0].text if found else default
        assert text
        assert re.fullmatch(r"-?\d+(\.\d+)?", text)
        assert not re.fullmatch(r"-0(\.0+)?", text)
        return Fraction(text)

    def text(self, path: str, below: etree._Element) -> str:
        found = self.all(path, below)
        return (found[0].text or "") if found else ""


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero, by whole numbers only."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def check(places: int, lines: Sequence[tuple[Fraction, ...]], found: dict[str, Fraction]) -> None:
    for quantity, price, base, net in lines:
        assert net == rounded(quantity * price / base, places)
    assert found["lines"] == sum(net for *_rest, net in lines)
    assert found["net"] == found["lines"] - found["off"]
    assert found["gross"] == found["net"] + found["vat"]
    assert found["due"] == found["gross"] - found["prepaid"] + found["rounding"]


def check_rows(
    places: int, rows: list[tuple[str, Fraction, Fraction, Fraction]], bases: dict[str, Fraction]
) -> Fraction:
    """What each rate applies to, and the VAT on it, to the cent; gives their sum."""
    assert {key: basis for key, _rate, basis, _amount in rows} == bases
    for _key, rate, basis, amount in rows:
        assert amount == rounded(basis * rate / 100, places)
    return sum((amount for *_rest, amount in rows), Fraction(0))


def check_cii(content: bytes, places: int) -> None:
    read = Read(content)
    bases: dict[str, Fraction] = defaultdict(Fraction)
    lines = []
    for item in read.all("IncludedSupplyChainTradeLineItem"):
        net = read.number("LineTotalAmount", item)
        line = (
            read.number("BilledQuantity", item), read.number("ChargeAmount", item),
            read.number("BasisQuantity", item, "1"), net,
        )  # fmt: skip
        lines.append(line)
        bases[_cii_key(read, read.all("ApplicableTradeTax", item)[0])] += net
    for allowance in read.all("SpecifiedTradeAllowanceCharge"):
        tax = read.all("CategoryTradeTax", allowance)[0]
        bases[_cii_key(read, tax)] -= read.number("ActualAmount", allowance)
    rows = [
        (_cii_key(read, tax), read.number("RateApplicablePercent", tax, "0"),
         read.number("BasisAmount", tax), read.number("CalculatedAmount", tax))
        for tax in read.all("ApplicableHeaderTradeSettlement/ApplicableTradeTax")
    ]  # fmt: skip
    names = {
        "lines": "LineTotalAmount", "off": "AllowanceTotalAmount", "net": "TaxBasisTotalAmount",
        "vat": "TaxTotalAmount", "gross": "GrandTotalAmount", "prepaid": "TotalPrepaidAmount",
        "rounding": "RoundingAmount", "due": "DuePayableAmount",
    }  # fmt: skip
    summation = read.all("SpecifiedTradeSettlementHeaderMonetarySummation")[0]
    found = {key: read.number(name, summation, "0") for key, name in names.items()}
    check(places, lines, found)
    assert found["vat"] == check_rows(places, rows, bases)


def _cii_key(read: Read, tax: etree._Element) -> str:
    return f"{read.text('CategoryCode', tax)} {read.text('RateApplicablePercent', tax)}"


def check_ubl(content: bytes, places: int) -> None:
    read = Read(content)
    bases: dict[str, Fraction] = defaultdict(Fraction)
    lines = []
    kind = etree.QName(read.root).localname
    for item in read.all(f"{kind}Line"):
        net = read.number("LineExtensionAmount", item)
        quantity = "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity"
        line = (
            read.number(quantity, item), read.number("PriceAmount", item),
            read.number("BaseQuantity", item, "1"), net,
        )  # fmt: skip
        lines.append(line)
        bases[_ubl_key(read, read.all("ClassifiedTaxCategory", item)[0])] += net
    for allowance in read.all("AllowanceCharge"):
        bases[_ubl_key(read, read.all("TaxCategory", allowance)[0])] -= read.number("Amount", allowance)
    rows = [
        (_ubl_key(read, row), read.number("TaxCategory/Percent", row, "0"),
         read.number("TaxableAmount", row), read.number("TaxAmount", row))
        for row in read.all("TaxTotal/TaxSubtotal")
    ]  # fmt: skip
    names = {
        "lines": "LineExtensionAmount", "off": "AllowanceTotalAmount", "net": "TaxExclusiveAmount",
        "gross": "TaxInclusiveAmount", "prepaid": "PrepaidAmount", "rounding": "PayableRoundingAmount",
        "due": "PayableAmount",
    }  # fmt: skip
    total = read.all("LegalMonetaryTotal")[0]
    found = {key: read.number(name, total, "0") for key, name in names.items()}
    found["vat"] = read.number("TaxTotal/TaxAmount")
    check(places, lines, found)
    assert found["vat"] == check_rows(places, rows, bases)


def _ubl_key(read: Read, tax: etree._Element) -> str:
    scheme = read.all("TaxCategory", tax)
    category = scheme[0] if scheme else tax
    return f"{read.text('ID', category)} {read.text('Percent', category)}"


def test_the_sums_of_every_kind_of_invoice_add_up_in_both_syntaxes() -> None:
    def attempt(case: tuple[str, InvoiceTerms]) -> None:
        _name, terms = case
        places = 0 if terms.currency == "JPY" else 2
        check_cii(write_cii(terms, Profile.FACTUR_X), places)
        check_ubl(write_ubl(terms, Profile.PEPPOL), places)

    try_all(cases(), attempt)


@settings(max_examples=60)
@given(bills())
def test_any_sums_that_an_invoice_can_have_agree_with_each_other(bill: Bill) -> None:
    terms = terms_of(replace(a_document(1), totals=computed(bill)))

    # What stands beside a category that must stand alone is refused before it is issued.
    assert set(faults(terms)) <= {TOO_FINE, "BR-O-11"}
    cii, ubl = write_cii(terms, Profile.FACTUR_X), write_ubl(terms, Profile.PEPPOL)
    assert (schema_faults(cii), schema_faults(ubl)) == ((), ())
    check_cii(cii, PLACES[bill["currency"]])
    check_ubl(ubl, PLACES[bill["currency"]])
