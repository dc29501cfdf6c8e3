"""What becomes of a client's promise to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from core.money import Money
from core.reminder import Kept, Promise


def resumes_on(promise: Promise) -> date:
    """The first day on which reminders go on."""
    return promise.promised_on + timedelta(days=1)


def outcome(promise: Promise, balances: Iterable[Money], today: date) -> Kept:
    """Known from the day after the promise on, or as soon as all is paid.

    `balances` are today's of the invoices that were open when the promise was made; what was voided since owes
    nothing. With none of them left open the promise is kept.
    """
    if promise.kept is not Kept.OPEN:
        return promise.kept
    if all(balance.minor <= 0 for balance in balances):
        return Kept.KEPT
    return Kept.BROKEN if today >= resumes_on(promise) else Kept.OPEN
