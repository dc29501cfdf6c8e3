"""How old debts are, a client's account, and revenue with its taxes."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from core.invoice import Period
from core.money import Money
from core.report import (
    AccountEntry,
    Age,
    AgingRow,
    DaySum,
    EntryKind,
    TaxedDay,
    accounts,
    age_of,
    aging,
    steps_of,
    summary,
)
from core.tax import TaxCategory

TODAY = date(2026, 3, 31)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def owing(client: str, *minor: int, currency: str = "EUR") -> AgingRow:
    return AgingRow(UUID(int=7), client, tuple(Money(each, currency) for each in minor))


def test_what_is_due_today_is_not_late_and_each_age_ends_on_its_last_day() -> None:
    ages = {
        date(2026, 4, 9): Age.CURRENT, date(2026, 3, 31): Age.CURRENT,
        date(2026, 3, 30): Age.TO_30, date(2026, 3, 1): Age.TO_30,
        date(2026, 2, 28): Age.TO_60, date(2026, 1, 30): Age.TO_60,
        date(2026, 1, 29): Age.TO_90, date(2025, 12, 31): Age.TO_90,
        date(2025, 12, 30): Age.OVER_90, date(2019, 1, 1): Age.OVER_90,
    }  # fmt: skip

    assert {due_on: age_of(due_on, TODAY) for due_on in ages} == ages


def test_debts_are_summed_for_each_currency_alone_and_the_largest_comes_first() -> None:
    rows = [
        owing("Bär", 100, 20, 3, 0, 0),
        owing("Acme", 7, currency="CHF"),
        owing("Zimt", 0, 0, 0, 0, 531),
    ]

    report = aging(TODAY, rows)

    assert [table.currency for table in report.tables] == ["CHF", "EUR"]
    assert [row.client for row in report.tables[1].rows] == ["Zimt", "Bär"]
    assert report.tables[1].owed == (eur(100), eur(20), eur(3), eur(0), eur(531))
    assert report.tables[1].total == eur(654)


def test_an_account_goes_on_from_what_was_owed_before_and_shows_each_balance() -> None:
    entries = [
        AccountEntry(date(2026, 2, 3), EntryKind.PAYMENT, "1", eur(-11900)),
        AccountEntry(date(2026, 2, 3), EntryKind.INVOICE, "2", eur(5000), date(2026, 2, 17)),
        AccountEntry(date(2026, 2, 9), EntryKind.REFUND, "1", eur(700)),
    ]

    (account,) = accounts([eur(11900)], entries)

    assert [posting.balance for posting in account.postings] == [eur(16900), eur(5000), eur(5700)]
    assert account.closing == eur(5700)
    assert account.moved(EntryKind.PAYMENT, EntryKind.REFUND) == eur(-11200)


def test_each_currency_of_a_client_is_an_account_of_its_own() -> None:
    entry = AccountEntry(date(2026, 2, 3), EntryKind.INVOICE, "2", Money(900, "CHF"), TODAY)

    found = accounts([eur(100), Money(0, "USD")], [entry])

    assert [(account.currency, account.closing.minor) for account in found] == [("CHF", 900), ("EUR", 100)]


@pytest.mark.parametrize(
    ("first", "last", "count", "second"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), 28, Period(date(2026, 2, 2), date(2026, 2, 2))),
        (date(2026, 1, 15), date(2026, 3, 10), 3, Period(date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 12, 31), 12, Period(date(2026, 2, 1), date(2026, 2, 28))),
        (date(2024, 7, 1), date(2026, 12, 31), 3, Period(date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_a_period_is_shown_in_days_months_or_years(
    first: date, last: date, count: int, second: Period
) -> None:
    steps = steps_of(Period(first, last))

    assert (len(steps), steps[1]) == (count, second)
    assert (steps[0].start, steps[-1].end) == (first, last)


def test_revenue_and_taxes_are_put_together_for_each_currency_and_every_cent_is_there() -> None:
    standard, zero = (TaxCategory.STANDARD, Decimal(19)), (TaxCategory.ZERO, Decimal(0))
    january, march = date(2026, 1, 7), date(2026, 3, 5)
    billed = [
        TaxedDay(january, *standard, eur(10000), eur(1900)),
        TaxedDay(march, TaxCategory.STANDARD, Decimal("19.0"), eur(287), eur(55)),
        TaxedDay(march, *zero, Money(5000, "CHF"), Money(0, "CHF")),
    ]
    invoiced = [DaySum(january, eur(11900)), DaySum(march, eur(343)), DaySum(march, Money(5000, "CHF"))]
    received = [DaySum(march, eur(11900)), DaySum(march, eur(-400)), DaySum(january, Money(9, "USD"))]

    report = summary(Period(date(2026, 1, 1), TODAY), billed, invoiced, received)

    chf, eur_, usd = report.currencies
    assert [chf.currency, eur_.currency, usd.currency] == ["CHF", "EUR", "USD"]
    assert [step.invoiced.minor for step in eur_.steps] == [11900, 0, 343]
    assert [step.received.minor for step in eur_.steps] == [0, 0, 11500]
    whole = eur_.whole
    assert [(tax.rate, tax.net.minor, tax.tax.minor) for tax in whole.taxes] == [(Decimal(19), 10287, 1955)]
    assert (whole.invoiced, whole.rounding, whole.received) == (eur(12243), eur(1), eur(11500))
    assert (usd.whole.taxes, usd.whole.invoiced.minor, usd.whole.received.minor) == ((), 0, 9)
