from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from core.invoice import Invoice, State
from core.money import Money
from core.views import ClientRow, Cursor, InvoiceFilter, InvoiceRow, OverdueTotal, Page
from tests.builders.core import IDS, a_client, a_draft, an_invoice, an_issued_invoice
from tests.storage.shop import Shop

TODAY = date(2026, 3, 20)
LIMIT = 3
KINDS: dict[InvoiceFilter, Callable[[Invoice], bool]] = {
    InvoiceFilter.OPEN: lambda one: bool(one.balance),
    InvoiceFilter.DRAFT: lambda one: one.state is State.DRAFT,
    InvoiceFilter.OVERDUE: lambda one: one.overdue(TODAY),
    InvoiceFilter.PAID: lambda one: one.state is State.ISSUED and not one.balance,
    InvoiceFilter.ALL: lambda one: True,
}


def of_kind(shop: Shop, index: int, client_id: UUID) -> Invoice:
    """Overdue, due today and partly paid, paid, draft and void in turn; overdue ones share two due dates."""
    issued = an_issued_invoice(shop.business, shop.client, f"N-{index:03}", a_draft(client_id))
    late = replace(issued, document=replace(issued.issued, due_on=TODAY - timedelta(days=index % 2 + 1)))
    return [
        late,
        replace(late, document=replace(late.issued, due_on=TODAY), paid=Money(1, "EUR")),
        replace(late, paid=late.total),
        an_invoice(a_draft(client_id)),
        replace(late, state=State.VOID),
    ][index % 5]


async def fill(shop: Shop, count: int = 35) -> list[Invoice]:
    """Every third one is another client's. They are stored in another order than they are listed in."""
    other = a_client("Zweite Kundin")
    invoices = [
        of_kind(shop, index, (shop.client, shop.client, other)[index % 3].id) for index in range(count)
    ]
    async with shop.work() as work:
        await work.clients.add(other)
        for invoice in sorted(invoices, key=lambda one: (one.id.int * 7919) % 101):
            await work.invoices.add(invoice)
    return invoices


def in_order(invoices: list[Invoice], which: InvoiceFilter) -> list[UUID]:
    found = [one for one in invoices if KINDS[which](one)]
    if which is InvoiceFilter.OVERDUE:
        return [one.id for one in sorted(found, key=lambda one: (one.issued.due_on, one.id))]
    return sorted((one.id for one in found), reverse=True)


async def show(
    shop: Shop,
    which: InvoiceFilter,
    cursor: str | None = None,
    client_id: UUID | None = None,
    limit: int = LIMIT,
) -> Page[InvoiceRow]:
    read = Cursor.read(cursor) if cursor else None
    async with shop.work() as work:
        return await work.invoices.list_page(which, TODAY, client_id, read, limit)


async def walk(
    shop: Shop, which: InvoiceFilter, client_id: UUID | None = None
) -> tuple[list[Page[InvoiceRow]], list[Page[InvoiceRow]]]:
    """All pages forwards, and the same ones by going back from the last."""
    forwards = [await show(shop, which, None, client_id)]
    while after := forwards[-1].after:
        forwards.append(await show(shop, which, after, client_id))
    backwards = [forwards[-1]]
    while before := backwards[0].before:
        backwards.insert(0, await show(shop, which, before, client_id))
    return forwards, backwards


@pytest.mark.parametrize("which", InvoiceFilter)
async def test_pages_forwards_and_back_show_each_invoice_once_in_order(
    shop: Shop, which: InvoiceFilter
) -> None:
    wanted = in_order(await fill(shop), which)

    forwards, backwards = await walk(shop, which)

    assert len(wanted) > LIMIT
    assert [row.id for page in forwards for row in page.rows] == wanted
    assert [page.rows for page in backwards] == [page.rows for page in forwards]


@pytest.mark.parametrize("which", InvoiceFilter)
async def test_pages_of_one_client_show_only_that_client(shop: Shop, which: InvoiceFilter) -> None:
    invoices = await fill(shop)
    mine = [one for one in invoices if one.draft.client_id == shop.client.id]

    forwards, backwards = await walk(shop, which, shop.client.id)

    assert [row.id for page in forwards for row in page.rows] == in_order(mine, which)
    assert [page.rows for page in backwards] == [page.rows for page in forwards]


@pytest.mark.parametrize("which", InvoiceFilter)
async def test_a_neighbours_invoices_are_on_no_page(
    shop: Shop, neighbour: Shop, which: InvoiceFilter
) -> None:
    await fill(neighbour, 10)

    page = await show(shop, which)
    of_theirs = await show(shop, which, None, neighbour.client.id)

    assert page == of_theirs == Page(())


async def test_a_page_that_exactly_holds_the_rest_is_the_last(shop: Shop) -> None:
    await fill(shop, 5)

    page = await show(shop, InvoiceFilter.ALL, limit=5)

    assert (len(page.rows), page.before, page.after) == (5, None, None)


async def test_a_row_shows_what_a_list_prints(shop: Shop) -> None:
    late, due_today, paid, draft, void = await fill(shop, 5)

    rows = {row.id: row for row in (await show(shop, InvoiceFilter.ALL, limit=9)).rows}

    assert rows[due_today.id] == InvoiceRow(
        due_today.id, "N-001", shop.client.id, "Acme Fabrication Ltd", State.ISSUED,
        Money(11900, "EUR"), Money(1, "EUR"), Money(0, "EUR"), date(2026, 3, 5), TODAY,
    )  # fmt: skip
    assert rows[draft.id] == InvoiceRow(
        draft.id, None, shop.client.id, "Acme Fabrication Ltd", State.DRAFT,
        Money(11900, "EUR"), Money(0, "EUR"), Money(0, "EUR"), None, None,
    )  # fmt: skip
    owed = [rows[one.id].balance.minor for one in (late, due_today, paid, draft, void)]
    assert owed == [11900, 11899, 0, 0, 0]


HOSTILE = (
    ">", "<", "x", ">/", "</", ">zz/zz", ">2026-99-99/00", "<2026-03-19/nothex", ">0001-01-01/" + "0" * 32,
    ">9999-12-31/" + "f" * 32, ">//////", ">'; DROP TABLE invoice; --/x", "<" + "9" * 299, ">\u0661/\u0662",
    ">a\x00b/" + "0" * 32, "<\ud800/" + "0" * 32,
)  # fmt: skip


@pytest.mark.parametrize("cursor", HOSTILE)
@pytest.mark.parametrize("which", [InvoiceFilter.OVERDUE, InvoiceFilter.ALL])
async def test_a_garbage_cursor_shows_some_page_or_none(
    shop: Shop, which: InvoiceFilter, cursor: str
) -> None:
    ids = {one.id for one in await fill(shop, 5)}

    page = await show(shop, which, cursor)

    assert {row.id for row in page.rows} <= ids


@pytest.mark.parametrize("cursor", HOSTILE)
async def test_a_garbage_cursor_is_harmless_to_the_list_of_clients(shop: Shop, cursor: str) -> None:
    async with shop.work() as work:
        page = await work.clients.list_page(Cursor.read(cursor), LIMIT)

    assert {row.id for row in page.rows} <= {shop.client.id}


@pytest.mark.parametrize("text", ["", ">", "x>abc", ">" + "x" * 2000])
def test_what_is_no_cursor_is_read_as_none(text: str) -> None:
    assert Cursor.read(text) is None


async def test_clients_of_one_name_and_of_long_names_are_each_on_one_page(shop: Shop) -> None:
    names = ["Zwilling"] * 4 + ["ΐ" * 200, "a/b", "ß" * 200, "a/b", "Ö", "İstanbul"]
    clients = [shop.client, *[a_client(name, id=IDS.new()) for name in names]]
    async with shop.work() as work:
        for client in clients[1:]:
            await work.clients.add(client)

    forwards = [await show_clients(shop, None)]
    while forwards[-1].after and len(forwards) < 20:
        forwards.append(await show_clients(shop, forwards[-1].after))
    backwards = [forwards[-1]]
    while backwards[0].before and len(backwards) < 20:
        backwards.insert(0, await show_clients(shop, backwards[0].before))

    wanted = sorted(clients, key=lambda client: (client.name.casefold().encode(), client.id))
    assert [row.id for page in forwards for row in page.rows] == [client.id for client in wanted]
    assert [page.rows for page in backwards] == [page.rows for page in forwards]


async def show_clients(shop: Shop, cursor: str | None) -> Page[ClientRow]:
    async with shop.work() as work:
        return await work.clients.list_page(Cursor.read(cursor) if cursor else None, 2)


async def test_what_is_overdue_is_summed_per_currency(shop: Shop, neighbour: Shop) -> None:
    await fill(neighbour, 5)
    await fill(shop, 15)
    yen = an_issued_invoice(shop.business, shop.client, "Y-1", a_draft(shop.client.id, currency="JPY"))
    async with shop.work() as work:
        await work.invoices.add(replace(yen, paid=Money(19, "JPY")))

        sums = await work.invoices.overdue_totals(TODAY + timedelta(days=30))
        none = await work.invoices.overdue_totals(date(2026, 3, 18))

    assert sums == [OverdueTotal(Money(6 * 11900 - 3, "EUR"), 6), OverdueTotal(Money(100, "JPY"), 1)]
    assert none == []


async def test_a_day_makes_the_difference_between_due_and_overdue(shop: Shop) -> None:
    await fill(shop, 2)

    async with shop.work() as work:
        on_the_day = await work.invoices.overdue_totals(TODAY)
        day_after = await work.invoices.overdue_totals(TODAY + timedelta(days=1))

    assert [(row.owed.minor, row.invoices) for row in on_the_day] == [(11900, 1)]
    assert [(row.owed.minor, row.invoices) for row in day_after] == [(23799, 2)]
