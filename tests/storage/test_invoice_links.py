"""Hosted pages: what a token shows, until when, and who looked at it."""

from datetime import timedelta

from core.invoice import Invoice
from core.pay_ports import Linked
from storage.engine import Storage
from storage.invoice_links import MOST_LIVE
from tests.builders.core import IDS
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop


async def add(shop: Shop, invoice: Invoice, *tokens: str, minutes: int = 0) -> None:
    async with shop.work() as work:
        for token in tokens:
            await work.invoice_links.add(token, invoice.id, MORNING + timedelta(minutes=minutes))


async def find(storage: Storage, *tokens: str) -> list[Linked | None]:
    async with storage.reading() as work:
        return [await work.invoice_links.enter(token) for token in tokens]


async def test_a_token_leads_to_its_invoice_from_outside_any_business(shop: Shop, neighbour: Shop) -> None:
    mine, theirs = (await shop.issue())[0], (await neighbour.issue())[0]
    one, other, third = (IDS.token() for _count in range(3))

    await add(shop, mine, one, other)
    await add(neighbour, theirs, third)

    assert await find(shop.storage, one, other, third, IDS.token()) == [
        Linked(shop.id, mine.id), Linked(shop.id, mine.id), Linked(neighbour.id, theirs.id), None,
    ]  # fmt: skip


async def test_revoking_closes_every_page_of_one_invoice(shop: Shop, neighbour: Shop) -> None:
    mine, other = (await shop.issue())[0], (await shop.issue())[0]
    tokens = [IDS.token() for _count in range(3)]
    await add(shop, mine, *tokens[:2])
    await add(shop, other, tokens[2])

    async with neighbour.work() as work:
        by_others = await work.invoice_links.revoke(mine.id)
    async with shop.work() as work:
        counts = [await work.invoice_links.revoke(mine.id) for _time in range(2)]

    assert (by_others, counts) == (0, [2, 0])
    assert await find(shop.storage, *tokens) == [None, None, Linked(shop.id, other.id)]


async def test_of_too_many_pages_the_oldest_closes(shop: Shop) -> None:
    invoice, other = (await shop.issue())[0], (await shop.issue())[0]
    oldest, second, newest, elsewhere = (IDS.token() for _count in range(4))
    await add(shop, other, elsewhere, minutes=0)
    await add(shop, invoice, second, minutes=2)
    await add(shop, invoice, oldest, minutes=1)
    await add(shop, invoice, *(IDS.token() for _count in range(MOST_LIVE - 2)), minutes=3)

    # Handed out by a clock that went back: the page that is new must work all the same.
    await add(shop, invoice, newest, minutes=0)

    found = await find(shop.storage, oldest, second, newest, elsewhere)
    assert [each is not None for each in found] == [False, True, True, True]


async def test_pages_for_the_business_itself_close_none_of_a_client_s(shop: Shop) -> None:
    invoice, oldest = (await shop.issue())[0], IDS.token()
    await add(shop, invoice, oldest)

    async with shop.work() as work:
        for _count in range(MOST_LIVE):
            await work.invoice_links.add(IDS.token(), invoice.id, MORNING, own=True)
    await add(shop, invoice, *(IDS.token() for _count in range(MOST_LIVE - 1)), minutes=1)

    assert await find(shop.storage, oldest) == [Linked(shop.id, invoice.id)]


async def test_the_first_look_is_told_from_later_ones(shop: Shop, neighbour: Shop) -> None:
    invoice, _entry = await shop.issue()

    async with shop.work() as work:
        before = await work.invoice_links.seen_at(invoice.id)
        looks = [
            await work.invoice_links.see(invoice.id, MORNING + timedelta(days=days)) for days in (1, 2, 3)
        ]
        after = await work.invoice_links.seen_at(invoice.id)
    async with neighbour.work() as work:
        by_others = await work.invoice_links.seen_at(invoice.id)

    assert (before, looks, after) == (None, [True, False, False], MORNING + timedelta(days=1))
    assert by_others is None
