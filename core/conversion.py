"""Reports in one currency: each document at the rate that was stored with it. What has none is named and left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from core.invoice import Period
from core.money import Money, total
from core.rates import ExchangeRate
from core.report import (
    Age,
    Aging,
    AgingRow,
    DaySum,
    LeftOut,
    Reports,
    Summary,
    TaxedDay,
    age_of,
    aging,
    summary,
)
from core.tax import TaxCategory


@dataclass(frozen=True, slots=True)
class ForeignGroup:
    """One VAT group of an entry."""

    category: TaxCategory
    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class ForeignEntry:
    """What one document or payment adds to a report, below zero where it takes something off."""

    number: str
    """Of the invoice or the credit note that it is about, whose rate counts."""
    on: date
    rate: ExchangeRate | None
    invoiced: Money
    received: Money
    groups: tuple[ForeignGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignDebt:
    """What is open on one invoice."""

    number: str
    client_id: UUID
    client: str
    due_on: date
    owed: Money
    rate: ExchangeRate | None


def in_currency(money: Money, rate: ExchangeRate | None, currency: str) -> Money | None:
    """None where the rate is not one into that currency."""
    if money.currency == currency:
        return money
    if rate is None or not rate.between(money.currency, currency):
        return None
    return rate.convert(money)


def summary_in(
    currency: str,
    period: Period,
    billed: Sequence[TaxedDay],
    invoiced: Sequence[DaySum],
    received: Sequence[DaySum],
    foreign: Iterable[ForeignEntry],
) -> Summary:
    """A summary with one currency."""
    taxed = [row for row in billed if row.net.currency == currency]
    asked = [row for row in invoiced if row.amount.currency == currency]
    came = [row for row in received if row.amount.currency == currency]
    left_out: list[LeftOut] = []
    for entry in foreign:
        more = in_currency(entry.invoiced, entry.rate, currency)
        money = in_currency(entry.received, entry.rate, currency)
        if more is None or money is None:
            left_out.append((entry.number, entry.invoiced or entry.received))
            continue
        asked.append(DaySum(entry.on, more))
        came.append(DaySum(entry.on, money))
        taxed.extend(_taxed(entry, currency))
    return replace(summary(period, taxed, asked, came), left_out=tuple(dict.fromkeys(left_out)))


def _taxed(entry: ForeignEntry, currency: str) -> Iterable[TaxedDay]:
    """The VAT of all groups comes to what it is as a whole, as it is stated on the document (BT-111): what rounding
    leaves goes to the largest.
    """
    whole = total((group.tax for group in entry.groups), entry.invoiced.currency)
    vat = in_currency(whole, entry.rate, currency)
    taxes = [in_currency(group.tax, entry.rate, currency) or Money.zero(currency) for group in entry.groups]
    if vat is None or not taxes:
        return
    largest = max(range(len(taxes)), key=lambda place: abs(taxes[place].minor))
    taxes[largest] += vat - total(taxes, currency)
    for group, tax in zip(entry.groups, taxes, strict=True):
        net = in_currency(group.net, entry.rate, currency)
        if net is not None:
            yield TaxedDay(entry.on, group.category, group.rate, net, tax)


def aging_in(currency: str, today: date, rows: Iterable[AgingRow], debts: Iterable[ForeignDebt]) -> Aging:
    """Who owes what, in one currency."""
    names: dict[UUID, str] = {}
    owed: dict[UUID, list[Money]] = {}
    left_out: list[LeftOut] = []
    ages = list(Age)
    for row in rows:
        if row.owed[0].currency == currency:
            names[row.client_id], owed[row.client_id] = row.client, list(row.owed)
    for debt in debts:
        money = in_currency(debt.owed, debt.rate, currency)
        if money is None:
            left_out.append((debt.number, debt.owed))
            continue
        names[debt.client_id] = debt.client
        mine = owed.setdefault(debt.client_id, [Money.zero(currency)] * len(ages))
        mine[ages.index(age_of(debt.due_on, today))] += money
    found = (AgingRow(client_id, names[client_id], tuple(mine)) for client_id, mine in owed.items())
    return replace(aging(today, found), left_out=tuple(left_out))


class ConvertibleReports(Reports, Protocol):
    """What is read for reports, and for those in one currency what there is in every other one."""

    async def foreign_entries(self, period: Period, currency: str) -> Sequence[ForeignEntry]: ...
    async def foreign_debts(self, currency: str) -> Sequence[ForeignDebt]: ...
