"""Changes of quotes and of what is billed on them that can be undone, with what stands in the way of that."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.audit import Entry
from core.quote_ports import QuoteFilter
from core.terms import Terms
from core.usecases.billing import Asked, take_deposit
from core.usecases.client import add_client
from core.usecases.desk import Desk
from core.usecases.quote import accept, change_quote, create_quote, decline, issue_quote, withdraw
from tests.builders.core import a_client, a_full_draft


async def a_draft_quote(desk: Desk, _given: Any) -> Any:
    client = a_client("Globex")
    await add_client(desk, client)
    return (await create_quote(desk, a_full_draft(client.id, issue_on=None), Terms(days=30)))[0]


async def take_a_deposit(desk: Desk, draft: Any) -> Entry:
    return (await take_deposit(desk, draft.draft, Asked(percent=Decimal(30)), draft))[2]


async def an_issued_quote(desk: Desk, _given: Any) -> Any:
    return (await issue_quote(desk, await a_draft_quote(desk, None)))[0]


async def prolong_it(desk: Desk, quote: Any) -> Entry:
    return (await change_quote(desk, quote, quote.draft, Terms(days=60)))[1]


async def issue_the_quote(desk: Desk, quote: Any) -> Entry:
    return (await issue_quote(desk, await desk.work.quotes.get(quote.id)))[1]


async def issue_the_newest_quote(desk: Desk, _given: Any) -> None:
    page = await desk.work.quotes.list_page(QuoteFilter.DRAFT, None, None, 1)
    await issue_quote(desk, await desk.work.quotes.get(page.rows[0].id))


async def accept_it(desk: Desk, quote: Any) -> Entry:
    return (await accept(desk, await desk.work.quotes.get(quote.id)))[1]


async def decline_it(desk: Desk, quote: Any) -> Entry:
    return (await decline(desk, quote))[1]


async def withdraw_the_quote(desk: Desk, quote: Any) -> Entry:
    return (await withdraw(desk, await desk.work.quotes.get(quote.id)))[1]


async def touch_the_quote(desk: Desk, quote: Any) -> None:
    await desk.work.quotes.save(await desk.work.quotes.get(quote.id))
