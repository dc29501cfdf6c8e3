"""What of a payment went back, and what of that is owed again: pure, over any course of refunds and disputes."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.invoice import Invoice, State
from core.money import Money, total
from core.pay_ports import MoneyBack, PaySession, Received
from core.payment import Payment
from core.usecases.online_payment import Doubtful, fails_unheard, must_match, parts
from tests.builders.core import IDS, a_client, a_draft, a_payment, an_invoice
from tests.fakes.clock import MORNING

SESSION = PaySession(UUID(int=7), UUID(int=8), Money(4711, "EUR"), MORNING, provider_id="cs_7")
RECEIVED = Received("cs_7", True, Money(4711, "EUR"), "pi_7", UUID(int=7), MORNING)
REASONS = ("refund", "dispute", "refund_failed", "dispute_won")


def owed(paid: int) -> Invoice:
    """An issued invoice over EUR 119.00 of which so much is paid."""
    draft = a_draft(a_client().id)
    whole, part = Money(11_900, "EUR"), Money(paid, "EUR")
    return an_invoice(draft, state=State.ISSUED, total=whole, paid=part)


Step = tuple[str, int]
"""A reason and an amount; or `by hand`, somebody pays so much of what is owed otherwise."""
STEPS = st.lists(st.tuples(st.sampled_from((*REASONS, "by hand")), st.integers(1, 12_000)), max_size=12)


@given(st.integers(1, 11_900), st.integers(0, 5_000), STEPS)
def test_no_course_of_refunds_takes_more_than_was_paid_or_leaves_an_invoice_below_zero(
    applied: int, credit: int, steps: list[Step]
) -> None:
    invoice = owed(applied)
    payment = replace(
        a_payment(invoice), amount=Money(applied + credit, "EUR"), applied=Money(applied, "EUR")
    )
    entries: list[Payment] = []
    by_hand = 0

    for reason, minor in steps:
        if reason == "by hand":
            more = min(minor, invoice.balance.minor)
            by_hand, invoice = by_hand + more, replace(invoice, paid=invoice.paid + Money(more, "EUR"))
            continue
        back = MoneyBack("re_7", "pi_7", Money(minor, "EUR"), reason)
        try:
            amount, change = parts(payment, entries, invoice, back)
        except Doubtful:
            continue
        entries.append(replace(payment, id=IDS.new(), amount=amount, applied=change))
        invoice = replace(invoice, paid=invoice.paid + change)

        left = payment.amount + total((entry.amount for entry in entries), "EUR")
        settles = payment.applied + total((entry.applied for entry in entries), "EUR")
        assert 0 <= left.minor <= payment.amount.minor
        assert 0 <= settles.minor <= left.minor
        assert invoice.paid.minor == settles.minor + by_hand
        assert 0 <= invoice.balance.minor <= 11_900


def test_a_refund_lowers_the_credit_first() -> None:
    invoice = owed(11_900)
    payment = replace(a_payment(invoice), amount=Money(12_900, "EUR"), applied=Money(11_900, "EUR"))

    small = parts(payment, [], invoice, MoneyBack("re_7", "pi_7", Money(900, "EUR"), "refund"))
    large = parts(payment, [], invoice, MoneyBack("re_7", "pi_7", Money(1_300, "EUR"), "refund"))

    assert small == (Money(-900, "EUR"), Money(0, "EUR"))
    assert large == (Money(-1_300, "EUR"), Money(-300, "EUR"))


@pytest.mark.parametrize(
    "back",
    [
        MoneyBack("re_7", "pi_7", Money(4_712, "EUR"), "refund"),
        MoneyBack("re_7", "pi_7", Money(1, "USD"), "refund"),
        MoneyBack("re_7", "pi_7", Money(0, "EUR"), "refund"),
        MoneyBack("re_7", "pi_7", Money(-5, "EUR"), "dispute"),
        MoneyBack("re_7", "pi_7", Money(1, "EUR"), "dispute_won"),
    ],
)
def test_what_does_not_fit_its_payment_is_doubtful(back: MoneyBack) -> None:
    invoice = owed(4711)
    payment = replace(a_payment(invoice), amount=Money(4711, "EUR"), applied=Money(4711, "EUR"))

    with pytest.raises(Doubtful):
        parts(payment, [], invoice, back)


def test_only_exactly_what_was_asked_for_is_a_match() -> None:
    assert must_match(SESSION, RECEIVED) is SESSION


@pytest.mark.parametrize(
    ("session", "received"),
    [
        (None, RECEIVED),
        (SESSION, replace(RECEIVED, session_id=UUID(int=9))),
        (SESSION, replace(RECEIVED, session_id=None)),
        (SESSION, replace(RECEIVED, payment_id="")),
        (SESSION, replace(RECEIVED, amount=Money(4710, "EUR"))),
        (SESSION, replace(RECEIVED, amount=Money(4711, "CHF"))),
    ],
)
def test_anything_else_is_doubtful(session: PaySession | None, received: Received) -> None:
    with pytest.raises(Doubtful):
        must_match(session, received)


def test_only_a_refund_that_was_booked_can_come_to_nothing() -> None:
    booked = replace(a_payment(owed(0)), provider_id="re_7")

    failures = [
        MoneyBack(f"{refund}:failed", "pi_7", Money(5, "EUR"), "refund_failed")
        for refund in ("re_7", "re_77")
    ]

    assert [fails_unheard(failure, [booked]) for failure in failures] == [False, True]
