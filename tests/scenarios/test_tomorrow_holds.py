"""What /tomorrow says is what then happens: any ladder, holidays, promises and quiet hours, a week at a time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.agenda import Agenda
from core.moments import instant, local_day
from core.reminder import ReminderState, Silence, Way
from core.usecases.late_fee import Ground
from core.usecases.outlook import DAYS_AHEAD, outlook
from core.usecases.reminder import asked
from handlers.background.desks import at_desk
from storage.tables import fee_run, reminder, reminder_run
from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, opens
from tests.scenarios.scenes import bills

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""What is decided does not depend on the database."""

ZONES = ("Europe/Berlin", "America/New York", "Asia/Kathmandu", "Australia/Lord Howe")
CLIENTS = (
    "Acme GmbH, Ring 2, 20095 Hamburg, DE, DE136695976",
    "Bell Inc, 5 Main St, Portland OR 97201, US",
    "Cité SARL, Rue 3, 75001 Paris, FR",
    "Dubai Ltd; address Tower 4, Dubai; country AE",
)


@dataclass(frozen=True, order=True)
class Sent:
    """One message as both sides know it."""

    at: datetime
    way: str
    runs: tuple[tuple[str, int, int], ...]
    """Invoice, step and what it asks for."""


@dataclass(frozen=True)
class Week:
    sent: list[Sent]
    fees: list[tuple[str, int, int]]
    held: list[tuple[str, int]]
    """Invoice and step of what waits for somebody's word."""


@pytest.mark.parametrize("seed", [2, 5, 6, 11])
async def test_two_weeks_come_as_they_were_foretold(fresh_database_url: str, seed: int) -> None:
    chance = random.Random(seed)
    begin = datetime(2026, 1, 2, 10, 41, 7, tzinfo=UTC) + timedelta(days=chance.randrange(330))
    office = PostalOffice(fresh_database_url, begin)
    ana = office.person("ana")
    await opens(ana, f"/client add {CLIENTS[0]}")
    await _has_a_past(office, ana, chance)

    for _week in range(2):
        await _says_something(office, ana, chance)
        before = await _books(office)
        foretold, until, hold = await _foretold(office)

        await office.until(until - timedelta(seconds=1))

        assert await _happened(office, before, hold=hold) == foretold
    await office.close()


async def _has_a_past(office: PostalOffice, ana: Chat, chance: random.Random) -> None:
    await ana.says(f"/settings zone {chance.choice(ZONES)}")
    await ana.says(f"/reminders {_rules(chance)}")
    ana.sees("Saved.")
    for client in CLIENTS[1:]:
        await ana.says(f"/client add {client}")
        ana.sees("is now a client.")
    for name in ("Acme", "Bell", "Dubai"):
        if chance.random() < 0.7:
            await ana.says(f"/client edit {name}; email {name.lower()}@books.example")
    if chance.random() < 0.5:
        await ana.says(f"/reminders Cité steps {_ladder(chance)}")
    for _invoice in range(chance.randrange(4, 9)):
        client = chance.choice(("Acme", "Bell", "Cité", "Dubai"))
        number = await bills(
            ana, f"{client}: Work @ {chance.randrange(20, 500)}; due {chance.randrange(20)}d"
        )
        if chance.random() < 0.7:
            await office.gave("ana", number, office.clock.at.date() - timedelta(days=1))
    await office.until(office.clock.at + timedelta(hours=chance.randrange(400)))


def _rules(chance: random.Random) -> str:
    steps = _ladder(chance)
    at = chance.randrange(5, 22)
    rules = [
        f"steps {steps}",
        f"at {at}:{chance.choice(('00', '15', '59'))}",
        f"preview {chance.randrange(min(at, 6))}",
    ]
    rules.append(f"silence {chance.choice(('send', 'send', 'hold'))}")
    rules.append(f"quiet {chance.choice(('20-8', '22-6', 'off', '12-14'))}")
    rules.append(f"weekends {chance.choice(('on', 'off'))}")
    rules.append(f"holidays {chance.choice(('on', 'off'))}")
    late = [step for step in steps.split() if int(step) > 0]
    if late and chance.random() < 0.6:
        rules.append(f"fee {chance.choice(('7,50', '2%'))} at {chance.choice(late)}")
    if chance.random() < 0.4:
        rules.append("interest statutory")
    if chance.random() < 0.3:
        rules.append("minimum 100")
    return "; ".join(rules)


def _ladder(chance: random.Random) -> str:
    return " ".join(map(str, sorted(chance.sample(range(-4, 25), chance.randrange(1, 7)))))


async def _says_something(office: PostalOffice, ana: Chat, chance: random.Random) -> None:
    """What a person may say in between, at any hour."""
    for _time in range(chance.randrange(5)):
        day = office.clock.at.date() + timedelta(days=chance.randrange(2, 10))
        client = chance.choice(("Acme", "Bell", "Cité", "Dubai"))
        number = f"2026-000{chance.randrange(1, 5)}"
        await ana.says(
            chance.choice(
                (
                    f"/promise {client} {day}", f"/promise {client} -", f"/reminders {number} off",
                    f"/reminders {number} on", f"/reminders {number} steps {_ladder(chance)}", f"/snooze {number} 3d",
                    f"/paid {number}", f"/paid {number} 10", f"/reminders {client} off", f"/reminders {client} on",
                    "/reminders weekends on", f"/remind {number}",
                )
            )
        )  # fmt: skip
        await office.work_off()
        await office.until(office.clock.at + timedelta(hours=chance.randrange(8)))


async def _foretold(office: PostalOffice) -> tuple[Week, datetime, bool]:
    async with office.app.storage.work() as work:
        await office.enter(work, "ana")
        business = await work.businesses.get()
    async with office.app.storage.work() as work:
        ctx = await at_desk(work, office.clock, office.ids, office.errands, business.id, office.mailing)
        agenda = await work.agendas.get()
        seen = await outlook(ctx.desk, mailing=True)
    assert seen.more == 0
    until = _end(agenda, office.clock.at)
    leaving = [sending for sending in seen.sendings if not sending.held and sending.reminder.send_at < until]
    sent = [
        Sent(
            sending.reminder.send_at,
            sending.reminder.way.value,
            tuple(
                sorted((run.invoice_id.hex, run.step, run.balance.minor) for run in asked(sending.reminder))
            ),
        )
        for sending in leaving
    ]
    fees: dict[tuple[str, int], int] = {}
    for sending in leaving:
        for charge in sending.charges:
            assert charge.ground in Ground
            key = (charge.invoice.id.hex, charge.step)
            fees[key] = fees.get(key, 0) + charge.amount.minor
    held = [
        (run.invoice_id.hex, run.step)
        for sending in seen.sendings
        if sending.held and not sending.stored
        for run in asked(sending.reminder)
    ]
    week = Week(sorted(sent), sorted((*key, minor) for key, minor in fees.items()), sorted(held))
    return week, until, business.reminders.silence is Silence.HOLD


def _end(agenda: Agenda, now: datetime) -> datetime:
    return instant(local_day(now, agenda.zone) + timedelta(days=DAYS_AHEAD + 1), time(), agenda.zone)


@dataclass(frozen=True)
class Books:
    """What is decided and charged by now."""

    rows: tuple[Any, ...]
    """Runs with their reminders."""
    fees: frozenset[tuple[str, int, int]]


async def _books(office: PostalOffice) -> Books:
    joined = reminder.join(reminder_run, reminder_run.c.reminder_id == reminder.c.id)
    runs = sa.select(
        reminder.c.id, reminder.c.state, reminder.c.way, reminder.c.send_at, reminder_run.c.invoice_id,
        reminder_run.c.step, reminder_run.c.balance_minor,
    ).select_from(joined)  # fmt: skip
    charged = sa.select(fee_run.c.invoice_id, fee_run.c.step, fee_run.c.amount_minor)
    async with office.app.storage.work() as work:
        rows = (await work.connection.execute(runs)).all()
        fees = (await work.connection.execute(charged)).all()
    return Books(tuple(rows), frozenset((row[0].hex, row[1], row[2]) for row in fees))


async def _happened(office: PostalOffice, before: Books, *, hold: bool) -> Week:
    now = await _books(office)
    gone = {row.id for row in before.rows if row.state == ReminderState.SENT}
    known = {row.id for row in before.rows}
    runs: dict[tuple[datetime, str, UUID], list[tuple[str, int, int]]] = {}
    for row in now.rows:
        if row.state == ReminderState.SENT and row.id not in gone and row.balance_minor:
            key = (row.send_at, row.way, row.id)
            runs.setdefault(key, []).append((row.invoice_id.hex, row.step, row.balance_minor))
    sent = [Sent(at, way, tuple(sorted(asked_for))) for (at, way, _id), asked_for in runs.items()]
    held = [
        (row.invoice_id.hex, row.step)
        for row in now.rows
        if hold and row.way == Way.MAIL and row.id not in known and row.state != ReminderState.SENT
    ]
    return Week(sorted(sent), sorted(now.fees - before.fees), sorted(held))
