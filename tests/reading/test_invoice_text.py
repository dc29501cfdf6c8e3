from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.invoice import Discount, Line, Period
from core.locale import number_style
from core.tax import tax_at
from core.terms import Terms
from handlers.reading.invoice_text import (
    InvoiceText,
    Options,
    read_discount,
    read_invoice,
    read_invoice_answers,
    read_yes_no,
    split_invoice,
)

FRIDAY = date(2026, 11, 20)
EN = number_style("en")
DESIGN = Line("design", Decimal(120), Decimal(3), "HUR")


def read(text: str, currency: str = "EUR") -> InvoiceText:
    return read_invoice(text, today=FRIDAY, style=EN, currency=currency)


@pytest.mark.parametrize(
    ("typed", "raw"),
    [
        ("Acme: 3h design @ 120, 2 x Hosting @ 49.90; vat 19%; due 14d; discount 5; incl",
         {"client": "Acme", "lines": "3h design @ 120, 2 x Hosting @ 49.90", "vat": "19%", "due": "14d",
          "discount": "5", "incl": "yes"}),
        ("", {}),
        ("Acme", {"client": "Acme"}),
        ("Acme:", {"client": "Acme"}),
        ("Acme; due 14d", {"client": "Acme", "due": "14d"}),
        ("3h design @ 120", {"lines": "3h design @ 120"}),
        ("3h design @ 120\nPhase 2: b @ 5", {"lines": "3h design @ 120\nPhase 2: b @ 5"}),
        ("12:30 call @ 50", {"lines": "12:30 call @ 50"}),
        ("Acme:3h design @ 120", {"client": "Acme", "lines": "3h design @ 120"}),
        ("Foo:Bar GmbH: a @ 5", {"client": "Foo:Bar GmbH", "lines": "a @ 5"}),
        ("Acme: Phase 2: b @ 5", {"client": "Acme", "lines": "Phase 2: b @ 5"}),
        ("Acme:\n3h design @ 120\nLogo @ 5\n; note see: above\nthanks",
         {"client": "Acme", "lines": "3h design @ 120\nLogo @ 5", "note": "see: above\nthanks"}),
        ("Acme\n3h design @ 120", {"client": "Acme", "lines": "3h design @ 120"}),
        ("; due 14d;", {"due": "14d"}),
        ("A: b @ 5; DUE: 14d; Reference = PO 1; MwSt 7", {"client": "A", "lines": "b @ 5", "due": "14d", "ref": "PO 1",
                                                          "vat": "7"}),
        ("A: b @ 5; incl no; on 1.12.; period 2026-11; currency usd", {
            "client": "A", "lines": "b @ 5", "incl": "no", "on": "1.12.", "period": "2026-11", "currency": "usd"}),
    ],
)  # fmt: skip
def test_a_typed_invoice_is_split_into_raw_strings(typed: str, raw: dict[str, str]) -> None:
    assert split_invoice(typed) == raw


def test_an_invoice_with_every_option_is_read() -> None:
    invoice = read(
        "Acme GmbH: 3h design @ $120, 2 x Hosting @ 49.90 vat 7%; due 30d eom; on 19.11.; period 1.11...15.11.; "
        "vat 19%; discount 10%; currency usd; ref PO 5; order 45; delivered 20.11.; note Thanks\nand bye; incl"
    )

    assert invoice == InvoiceText(
        "Acme GmbH",
        (DESIGN, Line("Hosting", Decimal("49.90"), Decimal(2), "C62", tax_at(Decimal(7)))),
        Options(
            due=Terms(30, end_of_month=True),
            issue_on=date(2026, 11, 19),
            period=Period(date(2026, 11, 1), date(2026, 11, 15)),
            vat=tax_at(Decimal(19)),
            discount=Discount(percent=Decimal(10)),
            currency="USD",
            reference="PO 5",
            order="45",
            delivered_on=date(2026, 11, 20),
            note="Thanks\nand bye",
            inclusive=True,
        ),
    )


def test_an_invoice_without_options_leaves_them_open() -> None:
    assert read("Acme: 3h design @ 120") == InvoiceText("Acme", (DESIGN,), Options())


def test_a_date_is_due_as_well_as_a_duration() -> None:
    due = [
        read(f"A: b @ 5; due {typed}").options.due for typed in ("14d", "2w", "1m", "eom", "friday", "31.12.")
    ]

    assert due == [
        Terms(14), Terms(14), Terms(0, 1), Terms(0, 0, True), date(2026, 11, 27), date(2026, 12, 31),
    ]  # fmt: skip


def test_the_currency_of_the_prices_becomes_the_invoices() -> None:
    assert read("A: b @ 5, c @ £6").options.currency == "GBP"
    assert read("A: b @ $5; discount $1", "CAD").options.currency == "CAD"
    assert read("A: b @ 5; discount £1").options.currency == "GBP"
    assert read("A: b @ $5; currency aud", "CAD").options.currency == "AUD"


def test_raw_answers_of_a_form_are_read_like_the_typed_line() -> None:
    typed = "Acme: 3h design @ 120; due friday; discount 50"

    answers = read_invoice_answers(split_invoice(typed), today=FRIDAY, style=EN, currency="EUR")

    assert answers == read(typed)
    assert answers.options.discount == Discount(amount=Decimal(50))


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ("", "client", "There is no client; write a name and a colon before the lines."),
        ("b @ 5", "client", "There is no client; write a name and a colon before the lines."),
        ("Acme", "lines", "There is no line here."),
        ("Acme: ; due 14d", "lines", "There is no line here."),
        ("A: b @ 5; foo bar", "invoice", "There is no “foo” here; after a semicolon comes one of: "
         "due, early, on, period, delivered, vat, discount, currency, ref, order, note, incl, deposit."),
        ("A: b @ 5; due 1d; due 2d", "due", "“due” is there twice; write it once."),
        ("A: b @ 5; ref 1; reference 2", "ref", "“ref” is there twice; write it once."),
        ("A: b @ 5; vat", "vat", "“vat” has no value; write it behind the name."),
        ("A: b @ 5; vat lots", "vat", "“lots” is not a percentage."),
        ("A: b @ 5; due soon", "due", "“soon” is neither a time to pay nor a date."),
        ("A: b @ 5; on soon", "on", "“soon” is not a date."),
        ("A: b @ 5; discount 0%", "discount", "“0%” is no discount."),
        ("A: b @ 5; discount -5", "discount", "“-5” is negative; write it without the minus sign."),
        ("A: b @ 5; discount 1E+3000000", "discount", "“1E+3000000” is not an amount of money."),
        ("A: b @ 5; currency €", "currency", "“€” is not the code of a currency; write its three letters."),
        ("A: b @ 5; currency EUR; discount $5", "discount",
         "A price is in USD, but the invoice is in EUR; an invoice has one currency."),
        ("A: b @ $5; currency EUR", "lines", "Line 1 (“b @ $5”): A price is in USD, but the invoice is in EUR; "
         "an invoice has one currency."),
        ("A: b @ 5; incl maybe", "incl", "“maybe” is neither yes nor no."),
        (f"A: b @ 5; ref {'r' * 101}", "ref", f"“{'r' * 59}…” is 101 characters long; 100 is the most that fits."),
        (f"A: b @ 5; note {'n' * 2001}", "note", f"“{'n' * 59}…” is 2001 characters long; 2000 is the most that fits."),
        (f"{'c' * 201}: b @ 5", "client", f"“{'c' * 59}…” is 201 characters long; 200 is the most that fits."),
        (f"A: {'x' * 19_998}", "invoice",
         f"“A: {'x' * 56}…” is 20001 characters long; 20000 is the most that fits."),
        ("A: b\x00 @ 5", "invoice",
         "“A: b\ufffd @ 5” holds a character that cannot be seen (U+0000); type it again without it."),
    ],
)  # fmt: skip
def test_a_refused_invoice_names_the_field_and_says_what_is_wrong(
    typed: str, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(typed)

    assert (caught.value.field, str(caught.value)) == (field, sentence)


def test_a_discount_is_a_percentage_or_an_amount() -> None:
    assert read_discount("12.5 %", EN) == Discount(percent=Decimal("12.5"))
    assert read_discount("1,200.50", EN, currency="EUR") == Discount(amount=Decimal("1200.50"))


def test_yes_and_no_are_understood_in_several_languages() -> None:
    assert [read_yes_no(word, "incl") for word in ("Yes", "ja", "sí", "NO", "nein", "nie")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
