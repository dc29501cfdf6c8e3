"""A client's word to pay by a day: given, taken back, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.audit import Action, Entry
from core.errors import N_, Conflict, InvalidInput
from core.moments import local_day
from core.money import Money
from core.party import Client
from core.promise import outcome
from core.reminder import Kept, Promise
from core.usecases.desk import Desk
from core.views import InvoiceFilter, InvoiceRow

MOST_ENDED = 200
_FARTHEST = timedelta(days=366)
_MOST_OPEN = 200
"""Open invoices of one client that are looked at, the newest."""


async def make_promise(desk: Desk, client: Client, on: date) -> tuple[Promise, Entry]:
    """Nobody reminds the client up to and on that day. An earlier promise is replaced.

    Raises InvalidInput for a day that is over or far away, Conflict where the client owes nothing.
    """
    tomorrow = desk.today + timedelta(days=1)
    if on < tomorrow:
        raise InvalidInput(
            "date",
            N_("{date} is no day to come; a promise is about a later one."),
            tomorrow.isoformat(),
            date=on,
        )
    if on - desk.today > _FARTHEST:
        raise InvalidInput(
            "date", N_("{date} is more than a year away from today."), tomorrow.isoformat(), date=on
        )
    if not await _open_invoices(desk, client):
        raise Conflict(N_("{name} owes nothing."), name=client.name)
    promise = Promise(desk.ids.new(), client.id, on, desk.clock.now())
    await desk.work.promises.add(promise)
    return promise, await desk.record(Action.PROMISE_MADE, promise, client.name)


async def withdraw_promise(desk: Desk, promise: Promise) -> tuple[Promise, Entry]:
    """Reminders go on at once."""
    if promise.kept is not Kept.OPEN:
        raise Conflict(N_("This promise is over already."))
    client = await desk.work.clients.get(promise.client_id)
    saved = await desk.work.promises.save(replace(promise, kept=Kept.WITHDRAWN))
    return saved, await desk.record(Action.PROMISE_WITHDRAWN, saved, client.name, before=promise)


async def restore_promise(desk: Desk, promise: Promise) -> Promise:
    """After it was withdrawn by mistake. Raises Conflict where there is another one by now."""
    if promise.kept is not Kept.WITHDRAWN or await desk.work.promises.find_open(promise.client_id):
        raise Conflict(N_("There is another promise by now, so this cannot be taken back."))
    return await desk.work.promises.save(replace(promise, kept=Kept.OPEN))


@dataclass(frozen=True, slots=True)
class Broken:
    """A day that was promised has passed, and something is still owed."""

    promise: Promise
    client: Client
    owed: tuple[Money, ...]
    """One amount per currency."""
    times: int
    """How many promises the client has broken by now."""


async def end_promises(desk: Desk) -> Sequence[Broken]:
    """Settle those whose day has passed; kept ones go without a word."""
    broken: list[Broken] = []
    for promise in await desk.work.promises.list_ended(desk.today, MOST_ENDED):
        client = await desk.work.clients.get(promise.client_id)
        rows = [row for row in await _open_invoices(desk, client) if _was_open(desk, row, promise)]
        kept = outcome(promise, (row.balance for row in rows), desk.today)
        saved = await desk.work.promises.save(replace(promise, kept=kept))
        await desk.record(Action.PROMISE_ENDED, saved, client.name, before=promise)
        if kept is Kept.BROKEN:
            times = await desk.work.promises.count_broken(client.id)
            broken.append(Broken(saved, client, _by_currency(rows), times))
    return broken


def _was_open(desk: Desk, row: InvoiceRow, promise: Promise) -> bool:
    """Whether it could be meant when the promise was made: what was issued since is another matter."""
    made_on = local_day(promise.made_at, desk.business.zone)
    return row.issued_on is not None and row.issued_on <= made_on


def _by_currency(rows: Sequence[InvoiceRow]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for row in rows:
        currency = row.balance.currency
        sums[currency] = sums.get(currency, Money.zero(currency)) + row.balance
    return tuple(sums[currency] for currency in sorted(sums))


async def _open_invoices(desk: Desk, client: Client) -> Sequence[InvoiceRow]:
    page = await desk.work.invoices.list_page(InvoiceFilter.OPEN, desk.today, client.id, None, _MOST_OPEN)
    return page.rows
