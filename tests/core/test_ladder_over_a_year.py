"""Ladders of many invoices over 400 days, looked at by a clock that now and then stands still."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

import pytest

from core.agenda import new_agenda
from core.digest import Days, DigestRules
from core.ladder import Chased, Step, next_step
from core.money import Money
from core.reminder import ReminderRules
from tests.builders.clocks import ZONES
from tests.builders.core import a_business
from tests.core.clockwork import Clockwork

START = datetime(2026, 1, 1, 0, 3, tzinfo=UTC)
DAY = timedelta(days=1)
LADDERS = ((-3, 0, 3, 7, 14), (1,), (-10, -1), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (5, 30, 90))


@dataclass(slots=True)
class Debt:
    """An invoice and what became of it; `sent` are its steps and their days."""

    chased: Chased
    paid_on: date
    stopped_on: date
    promises: dict[date, date]
    """When each was made, and by which day the client wants to pay."""
    sent: list[tuple[int, date]] = field(default_factory=list)
    kept_back: set[date] = field(default_factory=set)

    def look(self, today: date) -> None:
        made = [promised for on, promised in self.promises.items() if on <= today <= promised]
        self.kept_back |= {today} if made else set()
        chased = replace(
            self.chased,
            balance=Money(0, "EUR") if today >= self.paid_on else self.chased.balance,
            stopped=today >= self.stopped_on,
            promised_on=max(made, default=None),
        )
        found = next_step(chased, today)
        if isinstance(found, Step) and found.on == today:
            self.sent.append((found.step, today))
            self.chased = replace(self.chased, last_step=found.step, last_on=today)

    def undisturbed(self) -> list[tuple[int, date]]:
        """What a clock that never stands still sends when nobody promises anything."""
        days = [(step, self.chased.due_on + step * DAY) for step in self.chased.steps]
        end = min(self.paid_on, self.stopped_on)
        return [(step, on) for step, on in days if self.chased.after < on < end]


def debts(random: Random, promising: bool) -> Iterator[Debt]:
    for number in range(90):
        due_on = date(2026, 1, 20) + DAY * random.randint(0, 270)
        steps = random.choice(LADDERS)
        chased = Chased(
            UUID(int=number + 1), UUID(int=7), f"2026-{number:04}", Money(901 + number, "EUR"), due_on, steps,
            after=due_on - DAY * random.randint(0, 30),
        )  # fmt: skip
        paid_on, stopped_on = (due_on + DAY * random.choice([-5, 0, 2, 7, 20, 400]) for _ in range(2))
        made = [due_on + DAY * random.randint(-15, 30) for _ in range(2)] if promising else []
        yield Debt(chased, paid_on, stopped_on, {on: on + DAY * random.randint(0, 20) for on in made})


@pytest.mark.parametrize("zone", ZONES[::3])
def test_each_step_goes_on_its_day_until_the_invoice_is_paid_or_stopped(zone: str) -> None:
    owed = list(debts(Random(zone), promising=False))

    for today in _looked_at(zone, Random(zone), downtime=False):
        for debt in owed:
            debt.look(today)

    assert [debt.sent for debt in owed] == [debt.undisturbed() for debt in owed]
    assert sum(len(debt.sent) for debt in owed) > 40


@pytest.mark.parametrize("zone", ZONES[::3])
def test_after_downtime_and_promises_only_the_highest_step_goes_and_none_twice(zone: str) -> None:
    owed = list(debts(Random(zone), promising=True))
    looks = list(_looked_at(zone, Random(zone), downtime=True))

    for today in looks:
        for debt in owed:
            debt.look(today)

    assert len(looks) == len(set(looks)) < 380
    for debt in owed:
        steps, days = [step for step, _on in debt.sent], [on for _step, on in debt.sent]
        assert steps == sorted(set(steps))
        assert days == sorted(set(days))
        assert all(on < min(debt.paid_on, debt.stopped_on) for on in days)
        assert not debt.kept_back & set(days)
        for step, on in debt.sent:
            reached = [other for other in debt.chased.steps if debt.chased.due_on + other * DAY <= on]
            assert step == reached[-1]
            # It goes on the first day that was looked at and on which nobody was waited for.
            its_day = debt.chased.due_on + step * DAY
            before = [day for day in looks if its_day <= day < on and day > debt.chased.after]
            assert all(day in debt.kept_back or day in days for day in before)


def _looked_at(zone: str, random: Random, downtime: bool) -> list[date]:
    business = a_business(
        zone=zone,
        digest=DigestRules(days=Days.OFF),
        reminders=ReminderRules(at=time(random.randint(0, 23), 40)),
    )
    clockwork = Clockwork(new_agenda(business, START), START)
    while clockwork.now < START + 400 * DAY:
        clockwork.run(clockwork.now + timedelta(hours=random.randint(24, 300)))
        if downtime:
            clockwork.now += timedelta(minutes=random.randint(1, 5 * 1440))
    return [day for day, _at in clockwork.looks]
