"""Four hundred days of reminders: payments in parts, promises, pauses and outages, checked by the letters alone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import holidays
import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import Mail, PostalOffice, delivers, office, opens

__all__ = ["office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""The same decisions are made at once by two on both databases, in the tests of the use cases."""

DAYS = 400
STEPS = (-3, 0, 3, 7, 14)
BERLIN = ZoneInfo("Europe/Berlin")
FREE = holidays.country_holidays("DE", years=(2026, 2027))
SEED = 20260302


@dataclass(slots=True)
class Bill:
    """What the test itself knows of an invoice."""

    number: str
    due_on: date
    given_on: date
    owed: Decimal
    paid: list[tuple[datetime, Decimal]] = field(default_factory=list)
    snoozed: list[tuple[datetime, date]] = field(default_factory=list)

    def balance(self, at: datetime) -> Decimal:
        return self.owed - sum((amount for when, amount in self.paid if when < at), Decimal())


@dataclass(slots=True)
class Year:
    """Somebody's business, day by day."""

    office: PostalOffice
    ana: Chat
    chance: random.Random
    bills: list[Bill] = field(default_factory=list)
    promises: list[tuple[datetime, date]] = field(default_factory=list)
    away: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def day(self) -> None:
        """Something happens on about every other day, at some hour; sometimes nothing runs for days."""
        today = self.office.clock.at.astimezone(BERLIN).date()
        morning = datetime(today.year, today.month, today.day, 6, tzinfo=BERLIN) + timedelta(days=1)
        if self.chance.random() < 0.06:
            begin = self.office.clock.at
            self.office.clock.at += timedelta(hours=self.chance.randint(20, 80))
            self.away.append((begin, self.office.clock.at))
            await self.office.tick()
            return
        if self.chance.random() < 0.4:
            await self.office.until(self.office.clock.at + timedelta(minutes=self.chance.randint(10, 900)))
            await self.chance.choice((self.bill, self.pay, self.pay, self.promise, self.snooze))()
        await self.office.until(max(self.office.clock.at, morning.astimezone(UTC)))

    def open(self) -> list[Bill]:
        return [bill for bill in self.bills if bill.balance(self.office.clock.at + timedelta(seconds=1))]

    async def bill(self) -> None:
        if len(self.open()) > 4:
            return
        days, euros = self.chance.randint(2, 30), self.chance.randint(50, 999)
        number = await delivers(self.office, self.ana, f"Acme: Work @ {euros}; vat 0; due {days}d")
        today = self.office.today
        self.bills.append(Bill(number, today + timedelta(days=days), today, Decimal(euros)))

    async def pay(self) -> None:
        if self.open():
            bill = self.chance.choice(self.open())
            balance = bill.balance(self.office.clock.at + timedelta(seconds=1))
            amount = balance if self.chance.random() < 0.4 else max(Decimal(1), balance // 3)
            await self.ana.says(f"/paid {bill.number} {amount}")
            bill.paid.append((self.office.clock.at, amount))

    async def promise(self) -> None:
        if self.open():
            until = self.office.today + timedelta(days=self.chance.randint(1, 9))
            await self.ana.says(f"/promise Acme {until}")
            self.promises.append((self.office.clock.at, until))

    async def snooze(self) -> None:
        if self.open():
            bill, until = (
                self.chance.choice(self.open()),
                self.office.today + timedelta(days=self.chance.randint(1, 6)),
            )
            await self.ana.says(f"/snooze {bill.number} {until}")
            bill.snoozed.append((self.office.clock.at, until))


def asked_for(year: Year, mail: Mail) -> list[tuple[Bill, Decimal]]:
    """The bills a letter names, with the amounts it says are open."""
    found = []
    for row in mail.rows:
        bill = next(bill for bill in year.bills if row.startswith(f"{bill.number} "))
        amount = row.rpartition("EUR ")[2].replace(".", "").replace(",", ".")
        found.append((bill, Decimal(amount)))
    return found


def last_said(said: list[tuple[datetime, date]], at: datetime) -> date | None:
    before = [until for when, until in said if when < at]
    return before[-1] if before else None


async def test_a_year_of_reminders_never_asks_wrongly_and_never_forgets(office: PostalOffice) -> None:
    ana = office.person("ana")
    await opens(ana)
    year = Year(office, ana, random.Random(SEED))
    end = office.clock.at + timedelta(days=DAYS)
    while office.clock.at < end:
        await year.day()

    days: dict[str, list[date]] = {}
    for mail in office.letters:
        local = mail.at.astimezone(BERLIN)
        # The client is left alone at night, at weekends and on holidays.
        assert 8 <= local.hour < 20
        assert local.weekday() < 5
        assert local.date() not in FREE
        promised = last_said(year.promises, mail.at)
        assert promised is None or promised < local.date()
        for bill, amount in asked_for(year, mail):
            assert amount == bill.balance(mail.at)
            assert amount > 0
            assert local.date() > bill.given_on
            snoozed = last_said(bill.snoozed, mail.at)
            assert snoozed is None or snoozed <= local.date()
            days.setdefault(bill.number, []).append(local.date())
    for bill in year.bills:
        seen = days.get(bill.number, [])
        # One a day at most, and no more than there are steps.
        assert len(set(seen)) == len(seen) <= len(STEPS)
        reached = [bill.due_on + timedelta(days=step) for step in STEPS]
        assert all(any(day >= step for step in reached) for day in seen)
    assert len(year.bills) > 15
    assert sum(map(len, days.values())) > 25
    assert year.away
    forgotten = [
        bill.number for bill in year.bills if _was_forgotten(year, bill, days.get(bill.number, []), end)
    ]
    assert forgotten == []


def _was_forgotten(year: Year, bill: Bill, seen: list[date], end: datetime) -> bool:
    """Open for a month after its last step, in which nothing held it back, and the last word was not said."""
    last = bill.due_on + timedelta(days=STEPS[-1])
    if last + timedelta(days=40) > end.date() or not bill.balance(
        datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=40)
    ):
        return False
    return not any(day >= last for day in seen)
