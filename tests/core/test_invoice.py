from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.invoice import Invoice, State
from core.money import Money
from tests.builders.core import a_business, a_client, a_draft, an_invoice, an_issued_invoice

DUE_ON = date(2026, 3, 22)


def issued() -> Invoice:
    """119.00 EUR, due on DUE_ON."""
    return an_issued_invoice(a_business(), a_client(), "2026-007")


@pytest.mark.parametrize(
    ("today", "overdue"), [(date(2026, 3, 21), False), (DUE_ON, False), (date(2026, 3, 23), True)]
)
def test_an_invoice_is_overdue_from_the_day_after_it_is_due(today: date, overdue: bool) -> None:
    assert issued().issued.due_on == DUE_ON
    assert issued().overdue(today) is overdue


def test_a_partly_paid_invoice_is_overdue_with_the_rest() -> None:
    invoice = replace(issued(), paid=Money(11899, "EUR"))

    assert invoice.overdue(date(2026, 3, 23))
    assert invoice.balance == Money(1, "EUR")


def test_a_paid_invoice_is_never_overdue() -> None:
    invoice = replace(issued(), paid=Money(11900, "EUR"))

    assert not invoice.overdue(date(2027, 1, 1))


def test_a_void_invoice_owes_nothing_and_is_never_overdue() -> None:
    invoice = replace(issued(), state=State.VOID, voided_at=datetime(2026, 3, 9, tzinfo=UTC))

    assert invoice.balance == Money(0, "EUR")
    assert not invoice.overdue(date(2027, 1, 1))


def test_a_draft_owes_nothing_and_has_no_document() -> None:
    draft = an_invoice(a_draft(a_client().id, due=date(2020, 1, 1)))

    assert draft.balance == Money(0, "EUR")
    assert not draft.overdue(date(2027, 1, 1))
    with pytest.raises(ValueError, match="no document"):
        _ = draft.issued
