"""What we write keeps every rule of EN 16931, and what is wrong is caught: by its own rules and by ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.einvoice.cii import write_cii
from core.einvoice.profiles import Profile
from core.einvoice.rules import Missing, faults, missing
from core.einvoice.schema import schema_faults
from core.einvoice.terms import InvoiceTerms, VatCategory
from core.einvoice.ubl import write_ubl
from tests.builders.cases import try_all
from tests.builders.documents import OUTSIDE
from tests.builders.einvoices import DISCOUNTS, UNTAXED, cases, terms, what_is_left
from tests.einvoice.schematron import broken_rules

EMPTY_DELIVERY = "PEPPOL-EN16931-R008"
"""A warning: the schema demands an element that is empty where nothing is said about the delivery."""
CENT = Decimal("0.01")


def test_every_kind_of_invoice_keeps_the_schema_and_the_rules_in_both_syntaxes() -> None:
    def attempt(case: tuple[str, InvoiceTerms]) -> None:
        _name, wanted = case
        assert (missing(wanted), faults(wanted)) == ((), ())
        for content in (write_cii(wanted, Profile.FACTUR_X), write_ubl(wanted, Profile.PEPPOL)):
            assert schema_faults(content) == ()
            assert set(broken_rules(content)) <= {EMPTY_DELIVERY}

    every = [*cases(), ("what credit notes left of an invoice", what_is_left())]

    assert len(every) >= 40
    assert len(dict(every)) == len(every)
    try_all(every, attempt)


# -- what is wrong ---------------------------------------------------------------------------------

Change = Callable[[InvoiceTerms], InvoiceTerms]


def sums(**more: Decimal) -> Change:
    """Each sum more than it should be."""
    return lambda good: replace(
        good, sums=replace(good.sums, **{name: getattr(good.sums, name) + by for name, by in more.items()})
    )


def row(**changes: Any) -> Change:
    return lambda good: replace(good, vat_rows=(replace(good.vat_rows[0], **changes), *good.vat_rows[1:]))


def line(**changes: Any) -> Change:
    return lambda good: replace(good, lines=(replace(good.lines[0], **changes), *good.lines[1:]))


def seller(**changes: Any) -> Change:
    return lambda good: replace(good, seller=replace(good.seller, **changes))


def buyer(**changes: Any) -> Change:
    return lambda good: replace(good, buyer=replace(good.buyer, **changes))


def with_(**changes: Any) -> Change:
    return lambda good: replace(good, **changes)


def all_in(vat: VatCategory) -> Change:
    return lambda good: replace(
        good,
        lines=tuple(replace(one, vat=vat) for one in good.lines),
        vat_rows=tuple(replace(one, vat=vat) for one in good.vat_rows),
    )


PLAIN = terms()
LESS = terms(discount=DISCOUNTS[" less 13.37"])
REVERSE = terms(UNTAXED["reverse charge"])
GOODS = terms(UNTAXED["goods to another member state"])
EXPORT = terms(UNTAXED["export"])
NO_VAT = terms(OUTSIDE)
EXEMPT = terms(UNTAXED["exempt"])
NOT_THEIRS = ""
"""The rules of EN 16931 let it pass."""

# What is changed -> the rule that its authors' stylesheet names, and the one of ours.
WRONG: dict[str, tuple[InvoiceTerms, Change, str, str | Missing]] = {
    "the lines' total": (PLAIN, sums(lines=CENT), "BR-CO-10", "BR-CO-10"),
    "the total of discounts": (LESS, sums(allowances=CENT), "BR-CO-11", "BR-CO-11"),
    "the net total": (PLAIN, sums(net=CENT), "BR-CO-13", "BR-CO-13"),
    "the VAT": (PLAIN, sums(vat=CENT), "BR-CO-14", "BR-CO-14"),
    "the gross total": (PLAIN, sums(gross=CENT), "BR-CO-15", "BR-CO-15"),
    "what is due": (PLAIN, sums(due=CENT), "BR-CO-16", "BR-CO-16"),
    "what was paid before": (PLAIN, sums(prepaid=CENT), "BR-CO-16", "BR-CO-16"),
    "the basis of a rate": (PLAIN, row(basis=Decimal(77)), "BR-S-08", "BR-S-08"),
    "the VAT of a rate, by a cent": (PLAIN, row(amount=PLAIN.vat_rows[0].amount + CENT), "BR-CO-14", "BR-CO-17"),
    "the VAT of a rate and of all, by a cent": (
        PLAIN,
        lambda good: sums(vat=CENT, gross=CENT, due=CENT)(row(amount=good.vat_rows[0].amount + CENT)(good)),
        NOT_THEIRS, "BR-CO-17",
    ),
    "quantity times price": (PLAIN, line(price=Decimal("37.46")), NOT_THEIRS, "PEPPOL-EN16931-R120"),
    "three decimal places": (PLAIN, sums(due=Decimal("0.001")), "BR-DEC-18", "BR-DEC"),
    "VAT in a second currency that is not named": (PLAIN, with_(vat_in_vat_currency=Decimal(7)), NOT_THEIRS, "BR-53"),
    "a second currency without its VAT": (PLAIN, with_(vat_currency="SEK"), "BR-53", "BR-53"),
    "the second currency is the first": (
        PLAIN, with_(vat_currency="EUR", vat_in_vat_currency=Decimal(7)), NOT_THEIRS, "PEPPOL-EN16931-R005",
    ),
    "VAT of another sign in the second currency": (
        PLAIN, with_(vat_currency="SEK", vat_in_vat_currency=Decimal(-7)), NOT_THEIRS, "PEPPOL-EN16931-R054",
    ),
    "three decimal places of the VAT in a second currency": (
        PLAIN, with_(vat_currency="SEK", vat_in_vat_currency=Decimal("7.001")), "UBL-DT-01", "BR-DEC",
    ),
    "no number": (PLAIN, with_(number=""), "BR-02", Missing.NUMBER),
    "no lines": (PLAIN, with_(lines=()), "BR-16", "BR-16"),
    "no rows of VAT": (PLAIN, with_(vat_rows=()), "BR-CO-18", "BR-CO-18"),
    "no name of the seller": (PLAIN, seller(name=""), "BR-06", Missing.SELLER_NAME),
    "no name of the buyer": (PLAIN, buyer(name=""), "BR-07", Missing.BUYER_NAME),
    "no country of the seller": (PLAIN, seller(country=""), "BR-09", Missing.SELLER_COUNTRY),
    "no country of the buyer": (PLAIN, buyer(country=""), "BR-11", Missing.BUYER_COUNTRY),
    "no number of the seller": (PLAIN, seller(vat_id="", tax_number="", id=""), "BR-CO-26", Missing.SELLER_NUMBER),
    "no VAT id of an exporter": (EXPORT, seller(vat_id="", id="231"), "BR-G-02", Missing.SELLER_VAT_ID),
    "reverse charge without the buyer's VAT id": (REVERSE, buyer(vat_id=""), "BR-AE-02", Missing.BUYER_VAT_ID),
    "goods abroad without the buyer's VAT id": (GOODS, buyer(vat_id=""), "BR-IC-02", Missing.BUYER_VAT_ID),
    "goods abroad without a day": (GOODS, with_(start=None, end=None), "BR-IC-11", Missing.PERIOD),
    "goods abroad without a place": (GOODS, with_(ship_to_country=""), "BR-IC-12", "BR-IC-12"),
    "reverse charge without a reason": (REVERSE, row(exemption="", exemption_code=""), "BR-AE-10", Missing.REASON),
    "exempt without a reason": (EXEMPT, row(exemption="", exemption_code=""), "BR-E-10", Missing.REASON),
    "VAT with a reason for none": (PLAIN, row(exemption="because"), "BR-S-10", "BR-S-10"),
    "no VAT, but the seller's VAT id": (NO_VAT, seller(vat_id="DE811907980"), "BR-O-02", "BR-O-02"),
    "no VAT, but the buyer's VAT id": (NO_VAT, buyer(vat_id="IE6388047V"), "BR-O-02", "BR-O-02"),
    "no VAT beside VAT": (
        NO_VAT, lambda good: replace(good, vat_rows=(*good.vat_rows, *PLAIN.vat_rows)), "BR-O-11", "BR-O-11",
    ),
    "a standard rate of zero": (PLAIN, all_in(VatCategory("S", Decimal(0))), "BR-S-05", "BR-S-05"),
    "a rate where there is none": (NO_VAT, all_in(VatCategory("O", Decimal(0))), "BR-O-05", "BR-48"),
    "a category that is not in the list": (PLAIN, all_in(VatCategory("Q", Decimal(19))), "BR-CL-18", "BR-CL-18"),
    "a price below zero": (PLAIN, line(price=Decimal(-1)), "BR-27", "BR-27"),
    "a period that ends before it begins": (PLAIN, with_(end=date(2026, 2, 3) - timedelta(1)), "BR-29", "BR-29"),
    "neither a due date nor terms": (PLAIN, with_(due_on=None, payment_terms=""), NOT_THEIRS, Missing.DUE),
}  # fmt: skip


def test_what_is_wrong_breaks_their_rule_and_ours() -> None:
    def attempt(name: str) -> None:
        good, change, theirs, ours = WRONG[name]
        wrong = change(good)

        assert ours in (*missing(wrong), *faults(wrong))
        if theirs:
            found = {
                rule for rule in broken_rules(write_ubl(wrong, Profile.PEPPOL)) if rule != EMPTY_DELIVERY
            }
            assert theirs in found

    assert len(WRONG) >= 25
    try_all(WRONG, attempt)


def test_codes_that_no_list_has_are_caught_in_both_syntaxes() -> None:
    wrong = {
        "BR-CL-04": with_(currency="EUX")(PLAIN),
        "BR-CL-14": seller(country="QQ")(PLAIN),
        "BR-CL-23": line(unit="NOPE")(PLAIN),
        "BR-CO-09": seller(vat_id="QQ123")(PLAIN),
        "BR-CO-10": sums(lines=CENT)(PLAIN),
    }

    def attempt(rule: str) -> None:
        assert rule in broken_rules(write_ubl(wrong[rule], Profile.PEPPOL))
        # Factur-X's own stylesheet has the same lists under names of its own.
        assert set(broken_rules(write_cii(wrong[rule], Profile.FACTUR_X))) > {EMPTY_DELIVERY}

    try_all(wrong, attempt)


def test_what_stands_in_the_wrong_order_is_caught_by_the_schema() -> None:
    content = write_cii(PLAIN, Profile.FACTUR_X)
    number, kind = b"<ram:ID>2026-0007</ram:ID>", b"<ram:TypeCode>380</ram:TypeCode>"

    swapped = content.replace(number + kind, kind + number)

    assert swapped != content
    assert schema_faults(swapped)
