"""The businesses' own accounts: their secrets at rest, changed keys, and the pages on which a key is entered."""

import base64
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.errors import Conflict, Unavailable
from core.pay_ports import PayAccount, Setup
from storage.backup import backup
from storage.engine import Storage
from storage.tables import pay_account
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop, open_shop
from tests.storage.till import an_account

TICK = timedelta(microseconds=1)
OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (7, 11, 251))
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


async def save(shop: Shop, account: PayAccount) -> None:
    async with shop.work() as work:
        await work.pay_accounts.save(account)


async def find(shop: Shop) -> PayAccount | None:
    async with shop.work() as work:
        return await work.pay_accounts.find()


async def left(shop: Shop) -> list[PayAccount]:
    async with shop.work() as work:
        return list(await work.pay_accounts.list_left())


async def remove(shop: Shop) -> None:
    async with shop.work() as work:
        await work.pay_accounts.remove()


async def sealed(storage: Storage, business_id: UUID) -> str:
    async with storage.connection() as connection:
        query = sa.select(pay_account.c.sealed).where(pay_account.c.business_id == business_id)
        return str((await connection.execute(query)).scalar_one())


async def refreshed(storage: Storage, limit: int = 9) -> int:
    async with storage.work() as work:
        return await work.pay_accounts.refresh_keys(limit)


async def test_an_account_comes_back_as_it_was_saved_and_is_stored_unreadable(
    shop: Shop, neighbour: Shop
) -> None:
    account = an_account()

    await save(shop, account)

    assert await find(shop) == account
    assert await find(neighbour) is None
    assert "made_up" not in await sealed(shop.storage, shop.id)
    assert "made_up" not in repr(account)


async def test_connecting_again_replaces_the_account(shop: Shop) -> None:
    again = an_account(key="rk_again", webhook_secrets=(), live=True, webhook_id="")
    await save(shop, an_account())

    await save(shop, again)

    assert [await find(shop), await left(shop)] == [again, []]


async def test_another_account_leaves_the_first_one_which_is_found_by_its_name(shop: Shop) -> None:
    first, second = an_account(), an_account(key="rk_other", account="acct_11")
    await save(shop, first)

    await save(shop, second)

    assert [await find(shop), await left(shop)] == [second, [first]]
    async with shop.work() as work:
        named = [await work.pay_accounts.find_named(name) for name in ("acct_7", "acct_11", "acct_13", "")]
    assert named == [first, second, None, second]


async def test_an_account_that_was_removed_is_kept_until_the_provider_was_told(
    shop: Shop, neighbour: Shop
) -> None:
    account = an_account()
    for each in (shop, neighbour):
        await save(each, account)

    await remove(shop)
    async with shop.storage.work() as work:
        listed = await work.pay_accounts.list_businesses(10**6)

    assert [await find(shop), await left(shop)] == [None, [account]]
    assert [await find(neighbour), await left(neighbour)] == [account, []]
    assert (shop.id in listed, neighbour.id in listed) == (True, True)
    dropped = []
    for each in (shop, neighbour, shop):
        async with each.work() as work:
            dropped.append(await work.pay_accounts.drop_left("acct_7"))
    assert dropped == [True, False, False]
    assert [await left(shop), await find(neighbour)] == [[], account]


async def test_who_connects_the_account_that_was_left_is_connected(shop: Shop) -> None:
    await save(shop, an_account())
    await remove(shop)

    await save(shop, again := an_account(key="rk_again"))

    assert [await find(shop), await left(shop)] == [again, []]


async def test_an_account_that_was_left_and_cannot_be_read_stands_in_nobodys_way(opened: Opened) -> None:
    async with opened(OLD) as storage:
        shop = await open_shop(storage)
        await save(shop, an_account())
    async with opened(OTHER) as storage:
        now = replace(shop, storage=storage)

        await save(now, again := an_account(account="acct_11"))

        assert [await find(now), await left(now)] == [again, []]


async def test_a_secret_that_was_copied_from_another_business_opens_nothing(
    shop: Shop, neighbour: Shop
) -> None:
    for each in (shop, neighbour):
        await save(each, an_account())
    theirs = await sealed(shop.storage, neighbour.id)
    async with shop.storage.connection() as connection:
        copied = sa.update(pay_account).where(pay_account.c.business_id == shop.id).values(sealed=theirs)
        await connection.execute(copied)

    with pytest.raises(Unavailable, match="BILLHOOK_SECRET_KEYS"):
        await find(shop)


async def test_all_businesses_with_an_account_are_listed_page_by_page(opened: Opened) -> None:
    async with opened(OLD) as storage:
        shops = [await open_shop(storage) for _count in range(4)]
        for each in shops[:3]:
            await save(each, an_account())
        ids = sorted(each.id for each in shops[:3])

        async with storage.work() as work:
            pages = [
                await work.pay_accounts.list_businesses(2),
                await work.pay_accounts.list_businesses(2, after=ids[1]),
                await work.pay_accounts.list_businesses(2, after=ids[2]),
            ]

    assert pages == [ids[:2], ids[2:], []]


async def test_keys_are_changed_one_after_the_other(opened: Opened) -> None:
    account = an_account()
    async with opened(OLD) as storage:
        shops = [await open_shop(storage) for _count in range(3)]
        for each in shops:
            await save(each, account)
        await remove(shops[2])
    async with opened(NEW, OLD) as storage:
        counts = [await refreshed(storage, 2) for _time in range(3)]
    async with opened(NEW) as storage:
        now = [replace(each, storage=storage) for each in shops]
        found = [await find(now[0]), await find(now[1]), *await left(now[2])]

    assert counts == [2, 1, 0]
    assert found == [account] * 3


async def test_the_wrong_keys_open_nothing_and_spoil_nothing(opened: Opened) -> None:
    async with opened(OLD) as storage:
        shop = await open_shop(storage)
        await save(shop, an_account())
    for keys in ([OTHER], []):
        async with opened(*keys) as storage:
            with pytest.raises(Unavailable, match="BILLHOOK_SECRET_KEYS"):
                await find(replace(shop, storage=storage))
            assert await refreshed(storage) == 0

    async with opened(OLD) as storage:
        assert await find(replace(shop, storage=storage)) == an_account()


async def test_without_a_key_no_account_is_saved(opened: Opened) -> None:
    async with opened() as storage:
        shop = await open_shop(storage)
        async with shop.work() as work:
            can_keep = work.pay_accounts.can_keep
        with pytest.raises(Conflict, match="BILLHOOK_SECRET_KEYS"):
            await save(shop, an_account())
        assert (can_keep, await find(shop)) == (False, None)


async def test_a_backup_holds_the_secrets_as_unreadable_as_the_database(
    opened: Opened, fresh_database_url: str, tmp_path: Path
) -> None:
    async with opened(OLD) as storage:
        shop = await open_shop(storage)
        await save(shop, an_account())
        stored = await sealed(storage, shop.id)

    await backup(fresh_database_url, tmp_path / "saved.gz")

    saved = gzip.decompress((tmp_path / "saved.gz").read_bytes()).decode()
    assert stored in saved
    assert "made_up" not in saved


async def test_a_page_for_a_key_is_found_in_its_time_and_used_once(shop: Shop) -> None:
    one, late = IDS.token(), IDS.token()
    then = MORNING + timedelta(minutes=15)
    async with shop.work() as work:
        for token in (one, late):
            await work.pay_accounts.add_setup(token, shop.owner.id, "telegram:7", then)

    async with shop.storage.work() as work:
        accounts = work.pay_accounts
        found = [
            await accounts.find_setup(token, moment)
            for token, moment in ((one, then - TICK), (late, then), ("unknown", MORNING))
        ]
        used = [await accounts.use_setup(token) for token in (one, one, "unknown")]
        after = await accounts.find_setup(one, MORNING)

    assert found == [Setup(shop.id, shop.owner.id, "telegram:7"), None, None]
    assert (used, after) == ([True, False, False], None)
