"""What stands on the page of an invoice, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.invoice import Invoice, State
from core.money import Money
from core.payment import Payment
from core.tax import NO_TAX
from core.usecases.hosted import Shown
from handlers.hosted_page import Page, page_of
from handlers.words import speak, write
from tests.builders.core import (
    a_business,
    a_client,
    a_draft,
    a_full_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

BUSINESS, CLIENT = a_business(), a_client()
TODAY = date(2026, 3, 9)
AT = datetime(2026, 3, 9, 8, 7, 6, tzinfo=UTC)


def an_invoice(**changes: Any) -> Invoice:
    return an_issued_invoice(BUSINESS, CLIENT, "2026-0042", a_draft(CLIENT.id), **changes)


def shown(invoice: Invoice, *payments: Payment, today: date = TODAY, **more: Any) -> Page:
    return page_of(Shown(BUSINESS, CLIENT, invoice, payments), today, **more)


def paid(invoice: Invoice, amount: str) -> tuple[Invoice, Payment]:
    payment = a_payment(invoice, amount)
    return replace(invoice, paid=payment.applied), payment


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def test_an_open_invoice_says_what_is_owed_until_when_and_how_to_pay() -> None:
    page = shown(an_invoice())

    assert (page.status, page.tone) == ("Due on March 22, 2026", "open")
    assert page.total == ("Total", "EUR 119.00")
    assert page.balance is None
    assert page.ways == (
        ("Account holder", "Wäscherei Krüger & Töchter"), ("IBAN", "DE89 3704 0044 0532 0130 00"),
        ("BIC", "COBADEFFXXX"), ("Reference", "2026-0042"), ("Amount", "EUR 119.00"),
    )  # fmt: skip


def test_lines_and_sums_are_those_of_the_document() -> None:
    draft = replace(a_full_draft(CLIENT.id), inclusive=False)

    page = shown(an_issued_invoice(BUSINESS, CLIENT, "2026-0042", draft))

    assert page.headings == ("Description", "Quantity", "Unit price", "VAT", "Amount EUR")
    assert [row.numbers for row in page.rows] == [
        ("1.25 h", "37.45", "19%", "46.81"), ("1,200 h", "0.0125", "7%", "15.00"), ("7 h", "53.00", "0%", "371.00"),
    ]  # fmt: skip
    assert page.sums == (
        ("Subtotal", "EUR 432.81"), ("Discount 3.5%", "EUR -15.15"), ("Total without VAT", "EUR 417.66"),
        ("VAT 19% on EUR 45.17", "EUR 8.58"), ("VAT 7% on EUR 14.48", "EUR 1.01"), ("VAT 0% on EUR 358.01", "EUR 0.00"),
    )  # fmt: skip
    assert page.total == ("Total", "EUR 427.25")
    assert ("Period", "February 3, 2026 to February 27, 2026") in page.facts
    assert ("Your reference", "PO-48213") in page.facts
    assert page.note == "Vielen Dank!\nÜberweisung bitte mit „Nummer“."


def test_without_vat_there_is_no_column_for_it() -> None:
    draft = a_draft(CLIENT.id, tax=NO_TAX)

    page = shown(an_issued_invoice(BUSINESS, CLIENT, "2026-0042", draft))

    assert page.headings == ("Description", "Quantity", "Unit price", "Amount EUR")
    assert page.rows[0].numbers == ("2.5 h", "40.00", "100.00")
    assert page.sums == ()


def test_what_was_paid_is_listed_and_only_the_rest_is_asked_for() -> None:
    invoice, payment = paid(an_invoice(), "23.57")

    page = shown(invoice, payment)

    assert page.status == "Partly paid, the rest is due on March 22, 2026"
    assert page.payments == (("Paid on March 6, 2026", "EUR 23.57"),)
    assert page.balance == ("Still to pay", "EUR 95.43")
    assert ("Amount", "EUR 95.43") in page.ways
    assert "\nEUR95.43\n" in page.code


def test_money_that_went_back_is_listed_as_that() -> None:
    invoice, payment = paid(an_invoice(), "119")
    back = replace(
        payment, amount=Money(-4000, "EUR"), applied=Money(-4000, "EUR"), received_on=date(2026, 3, 8)
    )

    page = shown(replace(invoice, paid=Money(7900, "EUR")), payment, back)

    assert page.payments[1] == ("Paid back on March 8, 2026", "EUR -40.00")
    assert page.balance == ("Still to pay", "EUR 40.00")


def test_a_paid_invoice_asks_for_nothing() -> None:
    invoice, payment = paid(an_invoice(), "119")

    page = shown(invoice, payment, pays=True)

    assert (page.status, page.tone) == ("Paid in full. Thank you.", "paid")
    assert (page.ways, page.code, page.pay) == ((), "", "")


def test_a_void_invoice_says_so_and_asks_for_nothing() -> None:
    page = shown(an_invoice(state=State.VOID, voided_at=AT), pays=True)

    assert (page.status, page.tone) == ("This invoice is void. Please do not pay it.", "void")
    assert (page.ways, page.code, page.pay) == ((), "", "")


def test_it_is_late_from_the_day_after_it_was_due() -> None:
    invoice = an_invoice()

    on_the_day, after = shown(invoice, today=date(2026, 3, 22)), shown(invoice, today=date(2026, 3, 23))

    assert on_the_day.tone == "open"
    assert (after.status, after.tone) == ("Overdue since March 22, 2026", "late")


def test_the_button_to_pay_names_the_amount_where_it_can_be_paid() -> None:
    invoice, payment = paid(an_invoice(), "19")

    assert shown(invoice, payment, pays=True).pay == "Pay EUR 100.00 online"
    assert shown(invoice, payment, pays=False).pay == ""


def test_no_code_is_drawn_that_no_banking_app_could_read() -> None:
    draft = a_draft(CLIENT.id, currency="CHF", lines=(a_line(),))

    page = shown(an_issued_invoice(BUSINESS, CLIENT, "2026-0042", draft))

    assert page.code == ""
    assert page.ways


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ("Rechnung 2026-0042", "Fällig am 22. März 2026", "EUR 119,00", "2,5 h")),
        ("fr", ("Facture 2026-0042", "À payer avant le 22 mars 2026", "EUR 119,00", "2,5 h")),
        ("es", ("Factura 2026-0042", "Vence el 22 de marzo de 2026", "EUR 119,00", "2,5 h")),
        ("it", ("Fattura 2026-0042", "Scadenza: 22 marzo 2026", "EUR 119,00", "2,5 h")),
        ("nl", ("Factuur 2026-0042", "Te betalen uiterlijk op 22 maart 2026", "EUR 119,00", "2,5 h")),
        ("pl", ("Faktura 2026-0042", "Płatna do 22 marca 2026", "EUR 119,00", "2,5 h")),
    ],
)
def test_it_speaks_the_language_it_is_asked_to(language: str, said: tuple[str, ...]) -> None:
    write(language)

    page = shown(an_invoice())

    assert (page.title, page.status, page.total[1], page.rows[0].numbers[0]) == said
    assert page.language == language


def test_countries_are_named_where_the_two_are_not_in_the_same_one() -> None:
    page = shown(an_invoice())

    assert "Germany" in page.sides[0].lines
    assert "Ireland" in page.sides[1].lines


def test_characters_that_could_turn_a_number_around_are_left_out() -> None:
    draft = a_draft(
        CLIENT.id, note="pay\u202e 001 \u202cnow\u200b", lines=(a_line(description="a\u2066b\x00"),)
    )

    page = shown(an_issued_invoice(BUSINESS, CLIENT, "2026-0042", draft))

    assert page.note == "pay 001 now"
    assert page.rows[0].description == "ab"


def test_it_is_reported_to_whoever_runs_the_install() -> None:
    page = shown(an_invoice(), reports_to="abuse+billing@host.example")

    assert page.report.startswith(
        "mailto:abuse%2Bbilling@host.example?subject=Invoice%202026-0042%20from%20W"
    )
    assert shown(an_invoice()).report == ""
