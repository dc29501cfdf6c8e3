"""Workspaces that let us in: their tokens at rest, changed keys, and what stops when one takes it back."""

from __future__ import annotations

import base64
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import bot.delivery
from core.chat_ports import Board, InboxRow, Installation, OutboxRow, Place, Settled
from core.errors import Conflict, Unavailable
from storage import installations
from storage.backup import backup
from storage.engine import Storage
from storage.tables import inbox, installation, outbox
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop, open_shop

TICK = timedelta(microseconds=1)
OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (7, 11, 251))


@pytest.fixture
def tenant() -> str:
    return f"T{IDS.new().int % 10**12}"


Opened = Callable[..., AbstractAsyncContextManager[Storage]]


@pytest.fixture
def opened(fresh_database_url: str, clock: FixedClock) -> Opened:
    """The same database by one process after the other, each with keys of its own."""

    @asynccontextmanager
    async def with_keys(*keys: str) -> AsyncIterator[Storage]:
        storage = Storage(fresh_database_url, clock, pool_size=1, keys=keys)
        yield storage
        await storage.close()

    return with_keys


def a_workspace(tenant: str, **changes: Any) -> Installation:
    new = Installation(
        "slack", tenant, "Studio Löwe", f"xoxb-{tenant}-s3cret", "U0BOT", ("commands", "chat:write"), "U0ANA",
        MORNING,
    )  # fmt: skip
    return replace(new, **changes)


async def save(storage: Storage, *new: Installation) -> None:
    async with storage.work() as work:
        for each in new:
            await work.installations.save(each)


async def find(storage: Storage, tenant: str) -> Installation | None:
    async with storage.work() as work:
        return await work.installations.find("slack", tenant)


async def revoke(storage: Storage, tenant: str) -> None:
    async with storage.work() as work:
        await work.installations.revoke("slack", tenant)


async def column(storage: Storage, tenant: str, name: str) -> Any:
    async with storage.connection() as connection:
        query = sa.select(installation.c[name]).where(installation.c.tenant == tenant)
        return (await connection.execute(query)).scalar_one()


async def test_a_workspace_comes_back_as_it_was_saved_and_its_token_is_stored_unreadable(
    storage: Storage, tenant: str
) -> None:
    new = a_workspace(tenant)

    await save(storage, new)

    assert await find(storage, tenant) == new
    assert "s3cret" not in await column(storage, tenant, "token")
    assert "s3cret" not in repr(new)


async def test_another_workspace_or_platform_is_unknown(storage: Storage, tenant: str) -> None:
    await save(storage, a_workspace(tenant))

    async with storage.work() as work:
        found = [
            await work.installations.find("slack", f"{tenant}0"),
            await work.installations.find("telegram", tenant),
        ]

    assert found == [None, None]


async def test_installing_again_replaces_what_was_known(storage: Storage, tenant: str) -> None:
    await save(storage, a_workspace(tenant))
    again = a_workspace(
        tenant, name="Löwe", token="xoxb-again", bot_user="U0NEW", scopes=(), installed_by="U0BO",
        installed_at=MORNING + TICK,
    )  # fmt: skip

    await save(storage, again)

    assert await find(storage, tenant) == again


class Chats:
    """Everything that may wait in one chat."""

    def __init__(self, shop: Shop, workspace: str, name: str) -> None:
        self.shop, self.chat = shop, f"{workspace}/{name}"
        self.reply, self.update = OutboxRow(IDS.new(), self.chat, {}, shop.id), IDS.token()
        self.board = Board(self.chat, f"{workspace}/U7", "home", "de")

    async def fill(self) -> None:
        async with self.shop.storage.work() as work:
            await work.chats.bind(self.chat, "Team", Place(self.shop.id))
            await work.outbox.add(self.reply, [])
            await work.inbox.store("slack", InboxRow(self.update, self.chat, {}), MORNING)
            await work.chats.show_board(self.shop.id, self.board)

    async def state(self) -> tuple[bool, str, str, str, bool]:
        """Reachable, the reply's state and error, the update's state, and whether the board is shown."""
        async with self.shop.storage.work() as work:
            place = await work.chats.place(self.chat)
            boards = await work.chats.boards(self.shop.id, "")
            reply = (
                await work.connection.execute(sa.select(outbox).where(outbox.c.id == self.reply.id))
            ).one()
            update = await work.connection.execute(
                sa.select(inbox.c.state).where(inbox.c.update_id == self.update)
            )
            return (
                place.reachable,
                reply.state,
                reply.error,
                update.scalar_one(),
                self.board in boards,
            )


WAITS = (True, "pending", "", "new", True)
CUT_OFF = (False, "failed", "blocked", "done", False)


async def test_who_takes_it_back_hears_nothing_more_and_nobody_else_notices(shop: Shop, tenant: str) -> None:
    mine = [Chats(shop, f"slack:{tenant}", name) for name in ("D7", "C7/home", "ß")]
    others = [
        Chats(shop, f"slack:{tenant}0", "D7"),
        Chats(shop, f"slack:{tenant}-", "D7"),
        Chats(shop, f"telegram:{tenant}", "D7"),
    ]
    for chats in (*mine, *others):
        await chats.fill()
    await save(shop.storage, a_workspace(tenant))

    await revoke(shop.storage, tenant)

    assert await find(shop.storage, tenant) is None
    assert await column(shop.storage, tenant, "token") == ""
    assert [await chats.state() for chats in mine] == [CUT_OFF] * 3
    assert [await chats.state() for chats in others] == [WAITS] * 3


async def test_taking_it_back_twice_keeps_the_first_moment(
    shop: Shop, tenant: str, clock: FixedClock
) -> None:
    chats = Chats(shop, f"slack:{tenant}", "D7")
    await save(shop.storage, a_workspace(tenant))
    await revoke(shop.storage, tenant)
    clock.advance(timedelta(hours=1))
    # A message that crossed with the uninstalling.
    await chats.fill()

    await revoke(shop.storage, tenant)

    assert await column(shop.storage, tenant, "revoked_at") == MORNING
    assert await chats.state() == CUT_OFF


async def test_what_is_under_way_or_settled_keeps_its_end(shop: Shop, tenant: str) -> None:
    sending, sent = (Chats(shop, f"slack:{tenant}", name) for name in ("D7", "D8"))
    for chats in (sending, sent):
        await chats.fill()
    async with shop.storage.work() as work:
        await work.outbox.take(sending.reply)
        await work.outbox.settle(sent.reply.id, Settled("sent", ref="7"))

    await revoke(shop.storage, tenant)

    assert [(await chats.state())[1] for chats in (sending, sent)] == ["sending", "sent"]


async def test_a_workspace_that_installs_again_is_reachable_again(shop: Shop, tenant: str) -> None:
    chats, other = Chats(shop, f"slack:{tenant}", "D7"), Chats(shop, f"slack:{tenant}0", "D7")
    for each in (chats, other):
        await each.fill()
    await save(shop.storage, a_workspace(tenant))
    for whose in (tenant, f"{tenant}0"):
        await revoke(shop.storage, whose)

    await save(shop.storage, a_workspace(tenant, token="xoxb-again"))

    found = await find(shop.storage, tenant)
    assert found is not None
    assert found.token == "xoxb-again"
    assert ((await chats.state())[0], (await other.state())[0]) == (True, False)
    assert await column(shop.storage, tenant, "revoked_at") is None


def test_a_delivery_that_was_cut_off_is_called_what_delivery_calls_it() -> None:
    assert installations.BLOCKED == bot.delivery.BLOCKED


async def test_keys_are_changed_one_after_the_other(opened: Opened) -> None:
    tenants = ["T1", "T2", "T3"]
    async with opened(OLD) as storage:
        await save(storage, *(a_workspace(each) for each in tenants))
    async with opened(NEW, OLD) as storage:
        assert await find(storage, "T1") == a_workspace("T1")
        counts = []
        for _turn in range(3):
            async with storage.work() as work:
                counts.append(await work.installations.refresh_keys(2))
    async with opened(NEW) as storage:
        found = [await find(storage, each) for each in tenants]

    assert counts == [2, 1, 0]
    assert found == [a_workspace(each) for each in tenants]


async def test_the_wrong_keys_open_nothing_and_spoil_nothing(opened: Opened) -> None:
    async with opened(OLD) as storage:
        await save(storage, a_workspace("T1"), a_workspace("T2"))
        await revoke(storage, "T2")
    for keys in ([OTHER], []):
        async with opened(*keys) as storage:
            with pytest.raises(Unavailable, match="BILLHOOK_SECRET_KEYS"):
                await find(storage, "T1")
            async with storage.work() as work:
                assert await work.installations.refresh_keys(9) == 0
            assert await find(storage, "T2") is None

    async with opened(OLD) as storage:
        assert await find(storage, "T1") == a_workspace("T1")


async def test_one_that_no_key_opens_does_not_hold_the_others_up(opened: Opened) -> None:
    for key, each in ((OTHER, "T1"), (OLD, "T2")):
        async with opened(key) as storage:
            await save(storage, a_workspace(each))

    async with opened(NEW, OLD) as storage, storage.work() as work:
        assert await work.installations.refresh_keys(1) == 1


async def test_more_than_are_read_at_once_are_all_renewed(
    opened: Opened,
) -> None:
    many = [a_workspace(f"T{number:04}") for number in range(1003)]
    async with opened(OLD) as storage:
        await save(storage, *many)

    async with opened(NEW, OLD) as storage, storage.work() as work:
        assert await work.installations.refresh_keys(2000) == len(many)


async def test_without_a_key_no_workspace_is_saved(opened: Opened) -> None:
    async with opened() as storage:
        with pytest.raises(Conflict, match="BILLHOOK_SECRET_KEYS"):
            await save(storage, a_workspace("T1"))
        assert await find(storage, "T1") is None


async def test_a_backup_holds_a_token_as_unreadable_as_the_database(
    opened: Opened, fresh_database_url: str, tmp_path: Path
) -> None:
    async with opened(OLD) as storage:
        await open_shop(storage)
        await save(storage, a_workspace("T1"))
        token = await column(storage, "T1", "token")

    await backup(fresh_database_url, tmp_path / "saved.gz")

    saved = gzip.decompress((tmp_path / "saved.gz").read_bytes()).decode()
    assert token in saved
    assert "s3cret" not in saved


async def test_a_state_is_taken_once_and_in_its_time(storage: Storage, clock: FixedClock) -> None:
    one, late = IDS.token(), IDS.token()
    async with storage.work() as work:
        for each in (one, late):
            await work.installations.add_state(each, clock.at + timedelta(minutes=10))

    async with storage.work() as work:
        soon, then = clock.at + timedelta(minutes=10) - TICK, clock.at + timedelta(minutes=10)
        taken = [
            await work.installations.take_state("unknown", soon),
            await work.installations.take_state(one, soon),
            await work.installations.take_state(one, soon),
            await work.installations.take_state(late, then),
        ]

    assert taken == [False, True, False, False]
