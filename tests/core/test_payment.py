from decimal import Decimal
from uuid import UUID

import pytest

from core.money import Money
from core.payment import apply
from tests.builders.core import a_draft, a_payment, an_invoice


@pytest.mark.parametrize(
    ("amount", "balance", "applied"),
    [(1700, 4000, 1700), (4000, 4000, 4000), (4001, 4000, 4000), (900, 0, 0)],
)
def test_a_receipt_settles_no_more_than_is_owed(amount: int, balance: int, applied: int) -> None:
    assert apply(Money(amount, "EUR"), Money(balance, "EUR")) == Money(applied, "EUR")


def test_a_receipt_of_another_currency_settles_nothing() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        apply(Money(3, "JPY"), Money(500, "EUR"))


def test_what_a_receipt_does_not_settle_is_credit() -> None:
    invoice = an_invoice(a_draft(UUID(int=7)))

    payment = a_payment(invoice, "150.25", applied=invoice.total)

    assert payment.credit == Money.of(Decimal("31.25"), "EUR")
