from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from core.chat_ports import Board, Conversation, InboxRow, Invitation, OutboxFile, OutboxRow, Press, Settled
from core.plan import Feature
from core.plan_ports import OrderState
from core.usecases.invoice import create_draft, issue
from storage.engine import Storage
from storage.housekeeping import KEPT, RUNS_KEPT, tidy
from storage.tables import (
    attachment,
    audit,
    board,
    button,
    conversation,
    digest_run,
    inbox,
    install_state,
    invitation,
    invoice_link,
    metadata,
    outbox,
    pay_account,
    pay_setup,
    plan_order,
    stripe_event,
    unsubscribe,
    usage,
)
from tests.builders.core import IDS, a_draft
from tests.fakes.clock import FixedClock
from tests.storage.fixtures import KEY
from tests.storage.shop import Shop, open_shop, stock
from tests.storage.till import an_account, an_event, an_order

CHAT = "telegram:4711"
TICK = timedelta(microseconds=1)


@pytest.fixture
async def own_storage(fresh_database_url: str, clock: FixedClock) -> AsyncIterator[Storage]:
    """A database of its own, for what is tidied up is everybody's."""
    storage = Storage(fresh_database_url, clock, keys=[KEY])
    yield storage
    await storage.close()


async def counts(storage: Storage, *tables: sa.Table) -> list[int]:
    async with storage.connection() as connection:
        found = [await connection.execute(sa.select(sa.func.count()).select_from(table)) for table in tables]
        return [each.scalar_one() for each in found]


async def tidied(storage: Storage, now: datetime) -> None:
    async with storage.connection() as connection:
        await tidy(connection, now)


async def reply(storage: Storage, state: str) -> OutboxRow:
    row = OutboxRow(IDS.new(), CHAT, {}, None)
    async with storage.work() as work:
        await work.outbox.add(row, [OutboxFile("a.pdf", "application/pdf", b"%PDF")])
        await work.outbox.settle(row.id, Settled(state))
    return row


async def test_what_has_expired_is_deleted_at_its_time(own_storage: Storage, clock: FixedClock) -> None:
    shop = await open_shop(own_storage)
    offered = Invitation(shop.id, "member", clock.at + timedelta(days=7), shop.owner.id)
    async with own_storage.work() as work:
        await work.chats.keep(CHAT, "telegram:ana", Conversation(({},)))
        await work.chats.add_presses(CHAT, "telegram:ana", IDS.new(), [Press(IDS.token(), "", "", "")])
        await work.chats.invite("code", offered)
    tables, seen = (conversation, invitation, button), []

    for life in (timedelta(days=1), timedelta(days=7), timedelta(days=30)):
        for moment in (clock.at + life, clock.at + life + TICK):
            await tidied(own_storage, moment)
            seen.append(await counts(own_storage, *tables))

    assert seen == [[1, 1, 1], [0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0]]


async def test_old_replies_go_with_their_files_unless_they_still_wait(
    own_storage: Storage, clock: FixedClock
) -> None:
    kept = {
        state: await reply(own_storage, state)
        for state in ("pending", "sending", "sent", "failed", "uncertain")
    }

    await tidied(own_storage, clock.at + KEPT)
    before = await counts(own_storage, outbox, attachment)
    await tidied(own_storage, clock.at + KEPT + TICK)

    async with own_storage.connection() as connection:
        left = set((await connection.execute(sa.select(outbox.c.id))).scalars())
    assert before == [5, 5]
    assert left == {kept["pending"].id}
    assert await counts(own_storage, attachment) == [1]


async def test_old_updates_go_once_they_are_handled(own_storage: Storage, clock: FixedClock) -> None:
    rows = [InboxRow(name, CHAT, {}) for name in ("new", "done", "failed")]
    async with own_storage.work() as work:
        for row in rows:
            await work.inbox.store("telegram", row, clock.at)
        await work.inbox.claim("telegram", "done")
        await work.inbox.fail("telegram", "failed", "ref")

    await tidied(own_storage, clock.at + KEPT + TICK)

    async with own_storage.connection() as connection:
        assert list((await connection.execute(sa.select(inbox.c.update_id))).scalars()) == ["new"]


async def test_boards_that_nobody_looked_at_and_states_that_nobody_brought_back_go(
    own_storage: Storage, clock: FixedClock
) -> None:
    shop = await open_shop(own_storage)
    async with own_storage.work() as work:
        await work.chats.show_board(shop.id, Board("slack:T7/U7", "slack:T7/U7", "home", "de"))
        await work.installations.add_state("hash", clock.at + timedelta(minutes=10))
    seen = []

    for life in (timedelta(minutes=10), KEPT):
        for moment in (clock.at + life, clock.at + life + TICK):
            await tidied(own_storage, moment)
            seen.append(await counts(own_storage, install_state, board))

    assert seen == [[1, 1], [0, 1], [0, 1], [0, 0]]


async def test_links_in_letters_and_runs_of_digests_go_after_more_than_a_year(
    own_storage: Storage, clock: FixedClock
) -> None:
    shop = await open_shop(own_storage)
    async with shop.work() as work:
        await work.opt_outs.add_token("hash", "books@acme.example")
        run = {"business_id": shop.id, "local_on": clock.at.date(), "decided_at": clock.at}
        await work.connection.execute(sa.insert(digest_run), [run])
    seen = []

    for moment in (clock.at + RUNS_KEPT, clock.at + RUNS_KEPT + TICK):
        await tidied(own_storage, moment)
        seen.append(await counts(own_storage, unsubscribe, digest_run))

    assert seen == [[1, 1], [0, 0]]


async def test_pages_for_a_key_revoked_pages_settled_orders_and_accounts_that_were_left_go(
    own_storage: Storage, clock: FixedClock
) -> None:
    own_storage.sells = True
    shop = await open_shop(own_storage)
    settled, still_open = an_order(shop.owner), an_order(shop.owner)
    async with shop.work() as work:
        await work.pay_accounts.add_setup("hash", shop.owner.id, CHAT, clock.at + timedelta(minutes=15))
    async with shop.desk() as desk:
        for token in ("revoked", "live"):
            invoice = (await issue(desk, (await create_draft(desk, a_draft(shop.client.id)))[0]))[0]
            await desk.work.invoice_links.add(token, invoice.id, clock.at)
            if token == "revoked":
                await desk.work.invoice_links.revoke(invoice.id)
        for order in (settled, still_open):
            await desk.work.plans.add_order(order)
        await desk.work.plans.settle_order(settled.id, OrderState.DONE)
        await desk.work.pay_accounts.save(an_account())
        await desk.work.pay_accounts.remove()
    seen = []

    for life in (timedelta(minutes=15), KEPT):
        for moment in (clock.at + life, clock.at + life + TICK):
            await tidied(own_storage, moment)
            seen.append(await counts(own_storage, pay_setup, invoice_link, plan_order, pay_account))

    assert seen == [[1, 2, 2, 1], [0, 2, 2, 1], [0, 2, 2, 1], [0, 1, 1, 0]]
    async with shop.work() as work:
        assert await work.plans.lock_order(still_open.id) == still_open


async def test_events_go_after_more_than_a_year_unless_they_are_the_newest_or_not_yet_applied(
    own_storage: Storage, clock: FixedClock
) -> None:
    shop = await open_shop(own_storage)
    rows = {
        (business, what): an_event(business_id=business, created_at=clock.at + timedelta(minutes=minutes))
        for business in (None, shop.id)
        for minutes, what in enumerate(("applied", "failed", "waits", "newest"))
    }
    async with own_storage.work() as work:
        for (_business, what), event in rows.items():
            await work.provider_events.store(event, clock.at)
            if what == "failed":
                await work.provider_events.fail(event.id, "x", clock.at)
            elif what != "waits":
                await work.provider_events.claim(event.id, clock.at)
    seen = []

    for moment in (clock.at + RUNS_KEPT, clock.at + RUNS_KEPT + TICK):
        await tidied(own_storage, moment)
        async with own_storage.connection() as connection:
            left = set((await connection.execute(sa.select(stripe_event.c.id))).scalars())
        seen.append([what for (_business, what), event in rows.items() if event.id in left])

    assert seen == [["applied", "failed", "waits", "newest"] * 2, ["waits", "newest"] * 2]


async def test_what_was_used_is_known_for_more_than_a_year(own_storage: Storage, clock: FixedClock) -> None:
    own_storage.sells = True
    shop = await open_shop(own_storage)
    async with shop.work() as work:
        await work.plans.take(Feature.INVOICES, f"{clock.at:%Y-%m}", 5)
    seen = []

    for moment in (clock.at + RUNS_KEPT, clock.at + RUNS_KEPT + timedelta(days=31)):
        await tidied(own_storage, moment)
        seen.append(await counts(own_storage, usage))

    assert seen == [[1], [0]]


async def test_business_records_are_never_tidied_away(own_storage: Storage, clock: FixedClock) -> None:
    shop = await open_shop(own_storage)
    await stock(shop)
    before = await records(shop)

    await tidied(own_storage, clock.at + timedelta(days=9999))

    assert await records(shop) == before
    assert before[audit.name] > 0


async def records(shop: Shop) -> dict[str, int]:
    """How many rows each table of the business has."""
    tables = [table for table in metadata.sorted_tables if "business_id" in table.c]
    async with shop.work() as work:
        found = {
            table.name: await work.connection.execute(sa.select(sa.func.count()).select_from(table))
            for table in tables
        }
        return {name: each.scalar_one() for name, each in found.items()}
