import asyncio
import hashlib

import pytest
import sqlalchemy as sa

from core.errors import NotFound
from core.invoice import Invoice
from storage.tables import document, file
from tests.builders.core import IDS, an_issued_invoice
from tests.storage.shop import Shop

EVERY_BYTE = bytes(range(256)) * 3
FILES = sa.select(file).where(file.c.business_id == sa.bindparam("tenant"))
SUMS = sa.select(document.c.sha256).where(document.c.business_id == sa.bindparam("tenant"))


async def an_invoice_of(shop: Shop, number: str = "2026-051") -> Invoice:
    invoice = an_issued_invoice(shop.business, shop.client, number)
    async with shop.work() as work:
        await work.invoices.add(invoice)
    return invoice


async def test_a_file_comes_back_byte_for_byte(shop: Shop) -> None:
    file_id = IDS.new()

    async with shop.work() as work:
        await work.files.add(file_id, "image/png", EVERY_BYTE)
        content = await work.files.get(file_id)
        row = (await work.connection.execute(FILES, {"tenant": shop.id})).one()

    assert content == EVERY_BYTE
    assert (row.business_id, row.id, row.media_type) == (shop.id, file_id, "image/png")


async def test_the_first_document_kept_stays_for_ever(shop: Shop) -> None:
    invoice = await an_invoice_of(shop)

    async with shop.work() as work:
        first = await work.files.keep_document(invoice.id, "pdf", b"%PDF first")
    async with shop.work() as work:
        second = await work.files.keep_document(invoice.id, "pdf", b"%PDF second")
        other = await work.files.keep_document(invoice.id, "xml", b"<third/>")

    async with shop.work() as work:
        found = await work.files.find_document(invoice.id, "pdf")
        sums = set((await work.connection.execute(SUMS, {"tenant": shop.id})).scalars())
    assert (first, second, other, found) == (b"%PDF first", b"%PDF first", b"<third/>", b"%PDF first")
    assert sums == {hashlib.sha256(content).hexdigest() for content in (b"%PDF first", b"<third/>")}


async def test_of_two_renderings_at_once_both_callers_get_the_same_bytes(shop: Shop) -> None:
    invoice = await an_invoice_of(shop)

    async def keep(content: bytes) -> bytes:
        async with shop.storage.work() as work:
            await work.enter(shop.id)
            return await work.files.keep_document(invoice.id, "pdf", content)

    kept = await asyncio.gather(*[keep(b"%%PDF %d" % number) for number in range(7)])

    assert len(set(kept)) == 1


async def test_a_document_that_was_not_kept_is_not_found(shop: Shop) -> None:
    invoice = await an_invoice_of(shop)

    async with shop.work() as work:
        assert await work.files.find_document(invoice.id, "pdf") is None


async def test_a_neighbours_files_are_not_found(shop: Shop, neighbour: Shop) -> None:
    logo, theirs = IDS.new(), await an_invoice_of(neighbour)
    async with neighbour.work() as work:
        await work.files.add(logo, "image/jpeg", b"logo")
        await work.files.keep_document(theirs.id, "pdf", b"%PDF theirs")

    async with shop.work() as work:
        found = await work.files.find_document(theirs.id, "pdf")

    assert found is None
    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.files.get(logo)
