from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from core.money import Money
from core.promise import outcome, resumes_on
from core.reminder import Kept, Promise

PROMISE = Promise(UUID(int=81), UUID(int=72), date(2026, 7, 31), datetime(2026, 7, 20, 9, tzinfo=UTC))
PAID = Money(0, "EUR")
OPEN = Money(901, "EUR")


def test_reminders_go_on_the_day_after_a_promise() -> None:
    assert resumes_on(PROMISE) == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("balances", "today", "kept"),
    [
        ([PAID, OPEN], date(2026, 7, 31), Kept.OPEN),
        ([PAID, OPEN], date(2026, 8, 1), Kept.BROKEN),
        ([PAID, PAID], date(2026, 8, 1), Kept.KEPT),
        ([PAID, Money(-3, "EUR")], date(2026, 7, 22), Kept.KEPT),
        ([], date(2026, 8, 1), Kept.KEPT),
        ([OPEN], date(2026, 9, 9), Kept.BROKEN),
    ],
)
def test_a_promise_is_kept_when_all_that_was_open_is_paid(
    balances: list[Money], today: date, kept: Kept
) -> None:
    assert outcome(PROMISE, balances, today) is kept


@pytest.mark.parametrize("kept", [Kept.KEPT, Kept.BROKEN, Kept.WITHDRAWN])
def test_what_became_of_it_once_stays_so(kept: Kept) -> None:
    promise = Promise(PROMISE.id, PROMISE.client_id, PROMISE.promised_on, PROMISE.made_at, kept)

    assert outcome(promise, [OPEN], date(2026, 8, 1)) is kept
