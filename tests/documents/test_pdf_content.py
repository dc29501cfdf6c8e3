"""What an invoice says, read back from its PDF."""

from datetime import date
from decimal import Decimal

import pytest

from core.documents.paid import PaidInFull
from core.documents.pdf import render
from core.invoice import Discount, Line, Period
from core.money import Money
from core.party import Address, Party
from core.tax import Tax, TaxCategory, tax_at, untaxed
from tests.builders.documents import OUTSIDE, REDUCED, STANDARD, ZERO, a_document, a_line
from tests.documents.reading import pages, text


def test_names_numbers_dates_and_account_can_be_read() -> None:
    document = a_document(
        [Line("Logo", Decimal("1234.50"), Decimal("2.5"), "HUR")],
        period=Period(date(2026, 2, 1), date(2026, 2, 28)),
        note="Thank you.\nUntil soon.",
    )

    said = text(render(document))

    for part in (
        "Studio Lindqvist & Søn GmbH", "Karl-Liebknecht-Straße 17", "10178 Berlin", "Germany", "VAT ID DE811907980",
        "Acme Fabrication Ltd", "Ireland", "2026-0007", "2026-03-05", "2026-03-19", "2026-02-01 to 2026-02-28",
        "14 days", "PO-48213", "2.5 h", "1,234.50", "3,086.25", "VAT 19% on 3,086.25", "586.39", "EUR 3,672.64",
        "DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "Scan to pay", "Thank you.", "Until soon.", "HRB 214365",
        "Page 1 of 1",
    ):  # fmt: skip
        assert part in said


def test_one_small_line_below_the_footer_says_with_what_it_was_made_where_the_plan_has_it_so() -> None:
    plain, branded = render(a_document(1)), render(a_document(1, branded=True, footer="HRB 214365"))

    assert "Made with" not in text(plain)
    assert "HRB 214365\nMade with Billhook" in text(branded)


@pytest.mark.parametrize(
    "name",
    [
        "Müller Søren Brønnøysund Façade",
        "Łódź Żółć Čačak Ūkmergė Őrség București Țară",
        "Ελληνική Ονομασία Ώρα ΐ",
        "Щёлково Їжак Ґанок Љубљана",
        "Công ty trách nhiệm hữu hạn Việt",
        "Łódź και Москва в Zürich",
        "₺ ₴ ₹ € £ ₽",
    ],
)
def test_names_keep_every_letter(name: str) -> None:
    buyer = Party(name, Address("PL", line1=f"{name} 7"))

    said = text(render(a_document([Line(name, Decimal(7))], buyer=buyer)))

    assert said.replace("\n", " ").count(name) == 3


def test_letters_typed_with_combining_marks_are_composed() -> None:
    buyer = Party("Zoe\u0308 A\u030angstro\u0308m", Address("SE"))

    assert "Zoë Ångström" in text(render(a_document(1, buyer=buyer)))


def test_markup_is_printed_as_it_was_typed() -> None:
    typed = '<b>x</b> <img src="/etc/passwd"/> {{7*7}} %(x)s (a\\b) &amp;'

    said = text(render(a_document([Line(typed, Decimal(3))], note=typed, buyer=Party(typed, Address("DE")))))

    assert said.replace("\n", " ").count(typed) == 3


def test_invisible_characters_never_reach_the_page() -> None:
    document = a_document(1, reference="A\u202e12\u200b3\u2066\x00\x1b[31m", note="one\u2028two\r\nthree")

    said = text(render(document))

    assert "A123[31m" in said
    assert not set(said) & set("\u202e\u200b\u2066\x00\x1b\u2028")
    assert "one\ntwo\nthree" in said


def test_each_rate_has_its_basis_and_its_tax() -> None:
    lines = [a_line(index, tax=tax) for index, tax in enumerate((STANDARD, REDUCED, ZERO))]
    document = a_document(lines, discount=Discount(percent=Decimal("12.5")))

    said = text(render(document))

    assert "Discount 12.5%" in said
    assert "-31.56" in said
    for row in document.totals.tax_rows:
        assert f"VAT {row.tax.rate}% on {row.basis.amount}" in said
        assert str(row.amount.amount) in said
    assert f"EUR {document.totals.payable.amount}" in said
    assert "Rounding" not in said


def test_prices_typed_with_vat_are_said_to_be_so() -> None:
    lines = [
        Line("Bread", Decimal("2.99"), tax=STANDARD),
        Line("Milk", Decimal("2.99"), tax=Tax(TaxCategory.STANDARD, Decimal(4))),
    ]
    document = a_document(lines, inclusive=True)

    said = text(render(document))

    assert "Prices were entered including VAT." in said
    assert document.totals.rounding.minor
    assert "Rounding" in said
    assert "EUR 5.98" in said


def test_without_vat_there_is_no_column_but_the_reason() -> None:
    note = "No VAT is charged under the small business scheme (§ 19 UStG)."

    said = text(render(a_document(2, tax=OUTSIDE, tax_note=note, seller=Party("Ida", Address("DE")))))

    assert note in said
    assert said.replace(note, "").count("VAT") == 1  # the buyer's VAT ID
    assert "Subtotal" not in said


def test_whom_to_ask_and_where_the_seller_is_registered_stand_on_it() -> None:
    seller = Party(
        "Ida",
        Address("DE"),
        contact="Mara Lind",
        phone="+49 30 901820",
        register="HRB 12345, Amtsgericht Bonn",
    )

    said = text(render(a_document(1, seller=seller, order="4500012345", delivered_on=date(2026, 2, 26))))

    for part in (
        "Contact: Mara Lind",
        "Phone +49 30 901820",
        "Company registration: HRB 12345, Amtsgericht Bonn",
    ):
        assert part in said
    assert "Your order 4500012345" in " ".join(said.split())
    assert "2026-02-26" in said


def test_a_copy_marked_as_paid_says_when_and_asks_for_nothing() -> None:
    document = a_document(2, iban="DE89370400440532013000")
    parts = [Money(1, "EUR")] * 13 + [document.totals.payable - Money(13 + 117, "EUR")]
    receipts = tuple((date(2026, 3, day), part) for day, part in enumerate(parts, start=1))
    how = PaidInFull(
        receipts, document.totals.payable - Money(117, "EUR"), Money(117, "EUR"), Money.zero("EUR")
    )

    said = " ".join(text(render(document, paid=how)).split())

    paid = f"EUR {how.paid.amount:,}"
    for part in ("PAID", f"Paid in full on 2026-03-14: {paid}. This is a copy of the invoice.", "Payments received",
                 "… EUR 0.02", "Received on 2026-03-03 EUR 0.01", "2026-03-14", "Credited EUR 1.17"):  # fmt: skip
        assert part in said
    for part in ("IBAN", "How to pay", "Scan to pay"):
        assert part not in said


def test_a_seller_where_there_is_no_vat_charges_tax() -> None:
    seller = Party("Ida Inc", Address("US"))
    lines = [Line("Logo", Decimal(100), tax=tax_at(Decimal("8.25")))]

    said = text(render(a_document(lines, seller=seller, inclusive=True)))

    assert "Tax 8.25% on 92.38" in said
    assert "Prices were entered including tax." in said
    assert said.count("VAT") == 1  # the buyer's VAT ID


@pytest.mark.parametrize("category", [category for category in TaxCategory if not category.taxed])
def test_what_is_free_of_vat_is_told_apart_from_what_is_taxed(category: TaxCategory) -> None:
    lines = [Line("Course", Decimal("300"), tax=untaxed(category)), Line("Book", Decimal("20"), tax=REDUCED)]

    said = text(render(a_document(lines, tax_note="The reason why.")))

    assert "No VAT on 300.00" in said
    assert "VAT 7% on 20.00" in said
    assert "The reason why." in said


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("JPY", "en", "JPY 1,235"),
        ("KWD", "en", "KWD 1,234.568"),
        ("EUR", "de", "EUR 1.234,57"),
        ("EUR", "ar", "EUR 1"),
    ],
)
def test_amounts_follow_the_currency_and_the_language(currency: str, language: str, shown: str) -> None:
    lines = [Line("Unit", Decimal("1234.5678"))]

    said = text(render(a_document(lines, tax=OUTSIDE, currency=currency, language=language)))

    assert shown in said


def test_a_price_keeps_the_places_it_needs_and_no_more() -> None:
    lines = [Line("Mail", Decimal("0.00250"), Decimal("10000.000"), "H87")]

    said = text(render(a_document(lines)))

    assert "0.0025" in said
    assert "0.00250" not in said
    assert "10,000 pcs" in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("14d", "14 days"), ("1d", "1 day"), ("0d", "Due at once"), ("1m", "1 month"), ("eom", "End of month"),
        ("30d eom", "30 days to the end of the month"), ("1m 5d", "1m 5d"), ("net thirty", "net thirty"),
    ],
)  # fmt: skip
def test_terms_are_said_in_words(typed: str, said: str) -> None:
    assert said in text(render(a_document(1, terms=typed)))


def test_a_void_invoice_says_so_on_every_page_and_asks_for_no_money() -> None:
    said = pages(render(a_document(40), void=True))

    assert len(said) > 1
    assert all("VOID" in page for page in said)
    assert "This invoice is void. Please do not pay it." in said[0]
    assert not any("How to pay" in page or "DE89" in page for page in said)


def test_countries_are_named_only_across_a_border() -> None:
    document = a_document(1)
    at_home = a_document(1, buyer=Party("Bäckerei", Address("DE", city="Bonn")))

    assert "Germany" in text(render(document))
    assert "Germany" not in text(render(at_home))
