"""Until when the page of an invoice is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.invoice import Invoice, State
from core.payment import Payment
from core.usecases.hosted import settled_at
from tests.builders.core import a_business, a_client, a_draft, a_line, a_payment, an_issued_invoice

BUSINESS, CLIENT = a_business(), a_client()
INVOICE = an_issued_invoice(BUSINESS, CLIENT, "2026-0042")
AT = datetime(2026, 3, 9, 8, 7, 6, tzinfo=UTC)


def paid(amount: str) -> tuple[Invoice, Payment]:
    payment = a_payment(INVOICE, amount)
    return replace(INVOICE, paid=payment.applied), payment


def test_an_invoice_is_settled_by_its_last_payment() -> None:
    invoice, first = paid("119")
    later = replace(first, created_at=first.created_at + timedelta(days=3))

    assert settled_at(invoice, (later, first)) == later.created_at


def test_one_that_is_owed_is_never_settled() -> None:
    invoice, payment = paid("118.99")

    assert settled_at(invoice, (payment,)).year == 9999


def test_one_that_became_void_is_settled_then() -> None:
    assert settled_at(replace(INVOICE, state=State.VOID, voided_at=AT), ()) == AT


def test_one_over_nothing_is_settled_when_it_is_issued() -> None:
    draft = a_draft(CLIENT.id, lines=(a_line(price="0"),))
    invoice = an_issued_invoice(BUSINESS, CLIENT, "2026-0042", draft)

    assert not invoice.total
    assert settled_at(invoice, ()) == invoice.issued_at
