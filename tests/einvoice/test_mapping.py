"""From a frozen document to the terms of EN 16931, and what is missing for them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.einvoice.export import can_be, lacks, suffices, to_xml, usual_profile
from core.einvoice.mapping import terms_of
from core.einvoice.profiles import Profile
from core.einvoice.rules import Missing
from core.einvoice.terms import Added, Contact, Endpoint, Register
from core.errors import Conflict
from core.invoice import Document
from core.party import Address, Party
from core.tax import TaxCategory, tax_at, untaxed
from tests.builders.documents import OUTSIDE, SELLER, a_document, a_line
from tests.builders.einvoices import CONTACT, EARLY, REASON, UNTAXED, document


def test_a_price_below_zero_becomes_a_quantity_below_zero() -> None:
    line = terms_of(a_document([a_line(price=Decimal("-3.21"), quantity=Decimal(4))])).lines[0]

    assert (line.quantity, line.price, line.net) == (Decimal(-4), Decimal("3.21"), Decimal("-12.84"))


def test_without_vat_nobodys_vat_id_is_named_but_the_seller_is_known_by_it() -> None:
    terms = terms_of(a_document(tax=OUTSIDE))

    assert (terms.seller.vat_id, terms.buyer.vat_id) == ("", "")
    assert terms.seller.id == "DE811907980"
    assert terms.vat_rows[0].exemption_code == "VATEX-EU-O"


def test_a_tax_number_also_stands_as_the_sellers_own_number_where_there_is_no_vat_id() -> None:
    seller = terms_of(a_document(seller=replace(SELLER, vat_id="", tax_number="231/815/08150"))).seller

    assert (seller.id, seller.tax_number, seller.vat_id) == ("231/815/08150", "231/815/08150", "")


def test_a_number_of_another_kind_of_tax_is_no_vat_id() -> None:
    american = Party("Prairie Works LLC", Address("US"), "47-1234567")

    seller = terms_of(a_document(seller=american)).seller

    assert (seller.vat_id, seller.id) == ("", "47-1234567")


@pytest.mark.parametrize(
    ("country", "reason", "code"),
    [("DE", REASON, "VATEX-EU-AE"), ("MC", REASON, "VATEX-EU-AE"), ("GB", REASON, ""), ("CH", REASON, ""),
     ("NO", REASON, ""), ("GB", "", "VATEX-EU-AE")],
)  # fmt: skip
def test_only_sellers_in_the_eu_name_an_article_of_its_directive(
    country: str, reason: str, code: str
) -> None:
    seller = Party("Anna", Address(country))

    row = terms_of(document(untaxed(TaxCategory.REVERSE), seller=seller, tax_note=reason)).vat_rows[0]

    assert (row.exemption, row.exemption_code) == (reason, code)


@pytest.mark.parametrize(
    ("country", "typed", "register"),
    [
        ("DE", "HRB 12345, Amtsgericht Hamburg", Register("HRB 12345", "", "HRB 12345, Amtsgericht Hamburg")),
        ("DE", "HRB 12345", Register("HRB 12345")),
        ("DE", ", Hamburg", Register(", Hamburg")),
        ("FR", "RCS Paris 334 175 221", Register("334175221", "0002", "RCS Paris 334 175 221")),
        ("FR", "SIRET 33417522100044", Register("334175221", "0002", "SIRET 33417522100044")),
        ("FR", "RCS Paris", Register("RCS Paris")),
        ("NL", "12345678", Register("12345678", "0106")),
        ("GB", "SC123456", Register("SC123456")),
    ],
)
def test_the_number_in_the_register_is_told_from_the_court(
    country: str, typed: str, register: Register
) -> None:
    seller = Party("Anna", Address(country), register=typed)

    terms = terms_of(document(seller=seller, buyer=seller))

    assert (terms.seller.register, terms.buyer.register) == (register, None)


@pytest.mark.parametrize(
    ("changes", "contact"),
    [
        ({"contact": "Mara", "phone": "+49 30 1"}, Contact("Mara", "+49 30 1", "a@b.example")),
        ({"phone": "+49 30 1"}, Contact("Anna", "+49 30 1", "a@b.example")),
        ({"contact": "Mara"}, Contact("Mara", "", "a@b.example")),
        ({}, None),
    ],
)
def test_the_seller_names_whom_to_ask(changes: dict[str, str], contact: Contact | None) -> None:
    seller = Party("Anna", Address("DE"), email="a@b.example", **changes)

    assert terms_of(document(seller=seller)).seller.contact == contact


@pytest.mark.parametrize(
    ("vat_id", "email", "by_mail", "address"),
    [
        ("DE 811907980", "a@b.example", False, Endpoint("9930", "DE811907980")),
        ("DE811907980", "a@b.example", True, Endpoint("EM", "a@b.example")),
        ("DE811907980", "", True, Endpoint("9930", "DE811907980")),
        ("GR123456783", "", False, Endpoint("9933", "EL123456783")),
        ("BE0428759497", "", False, Endpoint("0208", "0428759497")),
        ("DK12345674", "a@b.example", False, Endpoint("EM", "a@b.example")),
        ("", "", False, None),
    ],
)
def test_an_electronic_address_is_a_vat_id_or_a_mail_address(
    vat_id: str, email: str, by_mail: bool, address: Endpoint | None
) -> None:
    seller = Party("Anna", Address(vat_id[:2] or "DE"), vat_id, email=email)

    assert terms_of(a_document(seller=seller), by_mail=by_mail).seller.endpoint == address


BARE = Party("Anna", Address("DE"))


@pytest.mark.parametrize(
    ("issued", "profile", "expected"),
    [
        (document(buyer=replace(SELLER, vat_id="DE136695976")), Profile.PEPPOL, (Missing.CONTACT,)),
        (document(), Profile.FACTUR_X, ()),
        (document(seller=BARE), Profile.FACTUR_X, (Missing.SELLER_NUMBER,)),
        (document(UNTAXED["reverse charge"], buyer=BARE), Profile.FACTUR_X, (Missing.BUYER_VAT_ID,)),
        (
            document(UNTAXED["goods to another member state"], period=None),
            Profile.FACTUR_X,
            (Missing.PERIOD,),
        ),
        (
            document(buyer=Party("Anna", Address("AT")), reference=""),
            Profile.PEPPOL,
            (Missing.BUYER_ADDRESS, Missing.REFERENCE),
        ),
        (
            document(buyer=replace(BARE, email="a@b.example"), iban=""),
            Profile.XRECHNUNG,
            (Missing.BUYER_TOWN, Missing.BANK_ACCOUNT, Missing.CONTACT),
        ),
    ],
)
def test_what_is_missing_is_named(issued: Document, profile: Profile, expected: tuple[Missing, ...]) -> None:
    assert lacks(issued, profile) == expected


def test_german_authorities_are_told_whom_to_ask() -> None:
    content = to_xml(document(), Profile.XRECHNUNG, Added(CONTACT)).decode()

    assert "xrechnung_3.0" in content
    assert "<ram:PersonName>Ida Lindqvist</ram:PersonName>" in content
    assert '<ram:URIID schemeID="EM">billing@lindqvist.example</ram:URIID>' in content


def test_a_currency_with_three_decimal_places_is_refused_by_its_name() -> None:
    dinars = a_document(currency="KWD", lines=[a_line(price=Decimal("7.125"))])

    assert lacks(dinars) == ()
    assert (can_be(dinars), suffices(dinars, Profile.FACTUR_X)) == (False, False)
    with pytest.raises(Conflict, match="KWD"):
        to_xml(dinars, Profile.FACTUR_X)


def test_the_reason_of_each_row_comes_before_that_of_the_whole_document() -> None:
    issued = document(UNTAXED["exempt"])
    rows = tuple(replace(row, exemption="This row's own.") for row in issued.totals.tax_rows)

    of_row = terms_of(replace(issued, totals=replace(issued.totals, tax_rows=rows))).vat_rows[0]

    assert terms_of(issued).vat_rows[0].exemption == REASON
    assert of_row.exemption == "This row's own."
    assert terms_of(a_document(tax=tax_at(Decimal(7)), tax_note=REASON)).vat_rows[0].exemption == ""


@pytest.mark.parametrize(
    ("country", "reference", "profile"),
    [
        ("DE", "04011000-12345-03", Profile.XRECHNUNG),
        ("DE", "992-90009-96", Profile.XRECHNUNG),
        ("DE", "PO-48213", Profile.PEPPOL),
        ("AT", "04011000-12345-03", Profile.PEPPOL),
    ],
)
def test_german_authorities_are_known_by_their_reference(
    country: str, reference: str, profile: Profile
) -> None:
    assert usual_profile(document(buyer=Party("Amt", Address(country)), reference=reference)) is profile


def test_a_reference_that_comes_later_does_not_replace_the_invoices_own() -> None:
    later = Added(reference="04011000-12345-03")

    assert lacks(document(reference=""), Profile.PEPPOL) == (Missing.REFERENCE,)
    assert b"04011000-12345-03" in to_xml(document(reference=""), Profile.PEPPOL, later)
    assert b"04011000-12345-03" not in to_xml(document(reference="PO-1"), Profile.PEPPOL, later)


def test_early_payment_stands_in_the_terms_and_for_programs_in_an_xrechnung() -> None:
    early = document(early=EARLY, language="de")

    plain = terms_of(early).payment_terms
    content = to_xml(early, Profile.XRECHNUNG, Added(CONTACT)).decode()

    assert plain == "14 Tage\n2\xa0% Skonto bei Zahlung bis 15.03.2026: EUR 16,00 statt 16,33."
    # BR-DE-18: a line of its own, with two decimal places, ended by a line break.
    assert "\n#SKONTO#TAGE=10#PROZENT=2.00#\n</ram:Description>" in content
    assert "#SKONTO#" not in to_xml(early, Profile.PEPPOL).decode()
