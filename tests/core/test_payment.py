from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from core.money import Money
from core.payment import Payment, Receipt, apply, receipts
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


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def a_part(amount: int, applied: int, of: Payment | None = None) -> Payment:
    """A payment, or what gave some of it back, or again."""
    plain = a_payment(an_invoice(a_draft(UUID(int=7))))
    return replace(plain, amount=euro(amount), applied=euro(applied), refunds=of.id if of else None)


def changed(receipt: Receipt, parts: list[Payment]) -> list[tuple[int, int]]:
    """Which part, and what it settles now."""
    whole = (receipt.payment, *receipt.entries)
    return [([one.id for one in whole].index(part.id), part.applied.minor) for part in parts]


def test_more_of_a_receipt_settles_from_its_first_part_on_and_never_from_what_went_back() -> None:
    first = a_part(100, 95)
    receipt = Receipt(first, (a_part(-30, 0, first), a_part(1, 0, first), a_part(50, 10, first)))

    assert changed(receipt, receipt.settling_more(euro(5))) == [(0, 100)]
    assert changed(receipt, receipt.settling_more(euro(16))) == [(0, 100), (2, 1), (3, 20)]
    assert changed(receipt, receipt.settling_more(euro(0))) == []


def test_less_of_a_receipt_settles_from_its_first_part_on() -> None:
    first = a_part(100, 1)
    receipt = Receipt(first, (a_part(-30, -5, first), a_part(9, 0, first), a_part(50, 40, first)))

    assert changed(receipt, receipt.settling_less(euro(1))) == [(0, 0)]
    assert changed(receipt, receipt.settling_less(euro(21))) == [(0, 0), (3, 20)]
    assert changed(receipt, receipt.settling_less(euro(0))) == []


def test_a_receipt_is_a_payment_with_what_gave_it_back() -> None:
    first, second = a_part(100, 80), a_part(70, 70)
    back, again = a_part(-30, -15, first), a_part(5, 5, first)

    one, other = receipts([first, second, back, again])

    assert (one.left, one.settles, one.credit) == (euro(75), euro(70), euro(5))
    assert (other.left, other.settles, other.credit) == (euro(70), euro(70), euro(0))
