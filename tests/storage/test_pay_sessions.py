"""Checkouts: one live session of an invoice, and what the provider has yet to end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from core.errors import Conflict
from core.invoice import Invoice
from core.money import Money
from core.pay_ports import PaySession, SessionState
from core.usecases.invoice import void
from core.usecases.payment import record_payment
from storage.engine import Storage
from storage.pay_sessions import ENDED_KEPT, KEY_LIFE
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop
from tests.storage.till import a_session

TICK = timedelta(microseconds=1)
OPEN, PAID, ENDED = SessionState.OPEN, SessionState.PAID, SessionState.ENDED


@pytest.fixture
async def invoice(shop: Shop) -> Invoice:
    return (await shop.issue())[0]


@pytest.fixture
async def other_process(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(database_url, FixedClock(), pool_size=1)
    yield storage
    await storage.close()


async def begin(shop: Shop, new: PaySession) -> PaySession:
    async with shop.work() as work:
        await work.invoices.lock(new.invoice_id)
        return await work.pay_sessions.begin(new)


async def save(shop: Shop, changed: PaySession) -> None:
    async with shop.work() as work:
        await work.pay_sessions.save(changed)


async def own(shop: Shop, session: PaySession) -> PaySession | None:
    async with shop.work() as work:
        return await work.pay_sessions.find_own(session.id)


async def stale(shop: Shop, limit: int = 9) -> list[PaySession]:
    async with shop.work() as work:
        return list(await work.pay_sessions.list_stale(limit))


def opened(session: PaySession, expires_at: datetime = MORNING + timedelta(hours=24)) -> PaySession:
    """As the provider answered."""
    name = f"cs_{IDS.token()}"
    url = f"https://pay.example/{name}"
    return replace(session, state=OPEN, provider_id=name, url=url, expires_at=expires_at)


async def test_a_session_comes_back_as_it_was_saved(shop: Shop, neighbour: Shop, invoice: Invoice) -> None:
    new = a_session(invoice, discount_minor=238)
    begun = await begin(shop, new)
    session = opened(begun)
    await save(shop, session)

    async with shop.work() as work:
        found = [
            await work.pay_sessions.find(session.provider_id), await work.pay_sessions.find_own(session.id),
            await work.pay_sessions.find_live(invoice.id),
        ]  # fmt: skip
        nothing = [await work.pay_sessions.find("cs_unknown"), await work.pay_sessions.find("")]
    async with neighbour.work() as work:
        nothing += [
            await work.pay_sessions.find(session.provider_id), await work.pay_sessions.find_own(session.id),
            await work.pay_sessions.find_live(invoice.id),
        ]  # fmt: skip

    assert begun == new
    assert found == [session] * 3
    assert nothing == [None] * 5
    assert [field.name for field in fields(session) if getattr(session, field.name) == field.default] == []


async def test_whoever_presses_pay_again_gets_the_same_session(shop: Shop, invoice: Invoice) -> None:
    first = await begin(shop, a_session(invoice))

    again = await begin(shop, a_session(invoice))
    await save(shop, opened_first := opened(first))
    after = await begin(shop, a_session(invoice))

    assert (again, after) == (first, opened_first)


async def test_two_processes_that_begin_at_once_share_one_session(
    shop: Shop, other_process: Storage, invoice: Invoice
) -> None:
    elsewhere = replace(shop, storage=other_process)

    begun = await asyncio.gather(*(begin(where, a_session(invoice)) for where in (shop, elsewhere) * 2))

    assert begun == [begun[0]] * 4


async def test_another_balance_begins_another_session_and_the_old_one_is_named_until_it_ended(
    shop: Shop, invoice: Invoice
) -> None:
    old = opened(await begin(shop, a_session(invoice)))
    await save(shop, old)

    new = await begin(shop, a_session(invoice, amount=invoice.balance - Money(1, "EUR")))

    assert new.id != old.id
    # The invoice still owes what the old one is for, so the new one is for another amount as well.
    assert await stale(shop) == [replace(old, state=ENDED), new]
    await save(shop, replace(old, state=ENDED))
    assert await stale(shop) == [new]


@pytest.mark.parametrize("late", [False, True])
async def test_a_session_that_the_provider_closed_by_itself_is_not_given_again(
    shop: Shop, invoice: Invoice, late: bool
) -> None:
    old = opened(await begin(shop, a_session(invoice)), expires_at=MORNING + timedelta(hours=1))
    await save(shop, old)
    moment = MORNING + timedelta(hours=1) - (TICK if not late else timedelta(0))

    again = await begin(shop, a_session(invoice, created_at=moment))

    assert (again.id != old.id) is late
    assert await own(shop, old) == replace(old, state=ENDED if late else OPEN)
    # Somebody may have promised a direct debit there before.
    assert await stale(shop) == ([replace(old, state=ENDED)] if late else [])


async def test_one_whose_key_the_provider_may_have_forgotten_is_not_opened_again(
    shop: Shop, invoice: Invoice
) -> None:
    old = await begin(shop, a_session(invoice))

    again = await begin(shop, a_session(invoice, created_at=MORNING + KEY_LIFE - TICK))
    new = await begin(shop, a_session(invoice, created_at=MORNING + KEY_LIFE))

    assert again == old
    assert new.id != old.id
    assert await own(shop, old) == replace(old, state=ENDED)


async def test_an_answer_that_comes_too_late_opens_nothing_again_but_can_be_ended(
    shop: Shop, invoice: Invoice
) -> None:
    old = await begin(shop, a_session(invoice))
    new = await begin(shop, a_session(invoice, amount=Money(7, "EUR")))

    answer = opened(old)
    await save(shop, answer)

    assert await stale(shop) == [replace(answer, state=ENDED), new]
    async with shop.work() as work:
        assert await work.pay_sessions.find_live(invoice.id) == new


async def test_what_is_paid_stays_paid(shop: Shop, invoice: Invoice) -> None:
    session = opened(await begin(shop, a_session(invoice)))
    for state in (OPEN, ENDED, PAID, ENDED, OPEN):
        await save(shop, replace(session, state=state))

    assert await own(shop, session) == replace(session, state=PAID)
    assert await stale(shop) == []


async def test_a_payment_by_hand_and_a_void_invoice_make_a_session_stale(shop: Shop) -> None:
    sessions = []
    for _count in range(3):
        invoice, _entry = await shop.issue()
        sessions.append(opened(await begin(shop, a_session(invoice))))
        await save(shop, sessions[-1])
    async with shop.desk() as desk:
        paid, wrong = [await desk.work.invoices.get(each.invoice_id) for each in sessions[:2]]
        await record_payment(desk, paid, Money(1733, "EUR"), desk.today, "cash")
        await void(desk, wrong, "typed twice")

    assert await stale(shop) == sessions[:2]
    assert await stale(shop, 1) == sessions[:1]
    async with shop.work() as work:
        assert await work.pay_sessions.list_stale(9, after=sessions[0].id) == sessions[1:2]


async def test_all_that_are_live_end_at_once(shop: Shop, neighbour: Shop, invoice: Invoice) -> None:
    mine = await begin(shop, a_session(invoice))
    theirs = await begin(neighbour, a_session((await neighbour.issue())[0]))

    async with shop.work() as work:
        await work.pay_sessions.end_all()

    assert await stale(shop) == [replace(mine, state=ENDED)]
    assert await own(neighbour, theirs) == theirs


async def test_a_session_cannot_be_for_a_neighbours_invoice(
    shop: Shop, neighbour: Shop, invoice: Invoice
) -> None:
    with pytest.raises(Conflict):
        async with neighbour.work() as work:
            await work.pay_sessions.begin(a_session(invoice))


async def test_sessions_that_ended_long_ago_go_when_the_next_one_begins(shop: Shop) -> None:
    sessions = {}
    for state in (OPEN, PAID, ENDED):
        sessions[state] = opened(await begin(shop, a_session((await shop.issue())[0])))
        await save(shop, replace(sessions[state], state=state))
    replaced = await begin(shop, a_session(invoice := (await shop.issue())[0]))
    await begin(shop, a_session(invoice, amount=Money(7, "EUR")))
    kept = []

    for moment in (MORNING + ENDED_KEPT, MORNING + ENDED_KEPT + TICK):
        await begin(shop, a_session((await shop.issue())[0], created_at=moment))
        kept.append([await own(shop, each) is not None for each in (*sessions.values(), replaced)])

    assert kept == [[True] * 4, [True, True, False, True]]
