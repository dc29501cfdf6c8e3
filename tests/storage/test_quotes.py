"""Quotes in the database: kept as they are, listed in pages, watched until they end, and found by a token."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import Conflict, NotFound
from core.quote import QuoteState, watched
from core.quote_ports import QuoteFilter, QuoteLinked
from core.views import Cursor
from storage.quotes import MOST_LINKS
from tests.builders.core import IDS, a_client, a_full_draft
from tests.builders.quotes import VALID_UNTIL, a_quote, an_issued_quote
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop

DAY = timedelta(days=1)


async def test_a_quote_is_kept_as_it_is(shop: Shop) -> None:
    draft = a_quote(shop.client.id, a_full_draft(shop.client.id), valid=date(2026, 7, 13))
    issued = replace(an_issued_quote(shop.business, shop.client.id, "Q7"), id=draft.id)
    async with shop.work() as work:
        await work.quotes.add(draft)
        found = await work.quotes.get(draft.id)
        await work.quotes.save(issued)
        by_number = await work.quotes.find_number("Q7")
        locked = await work.quotes.lock(draft.id)

    assert found == draft
    assert by_number == locked == replace(issued, version=1)


async def test_only_the_first_of_two_who_change_a_quote_is_heard(shop: Shop) -> None:
    quote, other = (an_issued_quote(shop.business, shop.client.id, number) for number in ("Q7", "Q8"))
    async with shop.work() as work:
        await work.quotes.add(quote)
        await work.quotes.save(quote)
        with pytest.raises(Conflict):
            await work.quotes.save(replace(quote, decided_by="Ada"))
        with pytest.raises(Conflict):
            await work.quotes.remove_draft(replace(quote, version=1))
        with pytest.raises(NotFound, match="quote"):
            await work.quotes.get(other.id)


async def test_a_number_is_given_once(shop: Shop) -> None:
    quote, other = (an_issued_quote(shop.business, shop.client.id, number) for number in ("Q7", "Q8"))
    async with shop.work() as work:
        await work.quotes.add(quote)
        await work.quotes.add(other)

    with pytest.raises(Conflict, match="Q7"):
        async with shop.work() as work:
            await work.quotes.save(replace(other, document=replace(other.issued, number="Q7")))


async def test_quotes_are_listed_in_pages_the_newest_first(shop: Shop) -> None:
    zimt = a_client("Zimt")
    draft = a_quote(shop.client.id)
    open_one = an_issued_quote(shop.business, shop.client.id, "Q7")
    accepted = an_issued_quote(shop.business, zimt.id, "Q8", QuoteState.ACCEPTED)
    async with shop.work() as work:
        await work.clients.add(zimt)
        for quote in (draft, open_one, accepted):
            await work.quotes.add(quote)
        first = await work.quotes.list_page(QuoteFilter.ALL, None, None, 2)
        second = await work.quotes.list_page(QuoteFilter.ALL, None, Cursor.read(first.after or ""), 2)
        back = await work.quotes.list_page(QuoteFilter.ALL, None, Cursor.read(second.before or ""), 2)
        kinds = [
            [row.number for row in (await work.quotes.list_page(which, None, None, 9)).rows]
            for which in (QuoteFilter.DRAFT, QuoteFilter.OPEN, QuoteFilter.ACCEPTED, QuoteFilter.DECLINED)
        ]
        of_zimt = await work.quotes.list_page(QuoteFilter.ALL, zimt.id, None, 9)

    assert [(row.number, row.client, row.state) for row in first.rows] == [
        ("Q8", "Zimt", QuoteState.ACCEPTED), ("Q7", shop.client.name, QuoteState.OPEN),
    ]  # fmt: skip
    assert [row.id for row in second.rows] == [draft.id]
    assert (second.after, back.rows) == (None, first.rows)
    assert kinds == [[None], ["Q7"], ["Q8"], []]
    assert [row.valid_until for row in of_zimt.rows] == [VALID_UNTIL]


async def test_an_open_quote_is_watched_until_its_end_and_a_decided_one_is_not(shop: Shop) -> None:
    quote = an_issued_quote(shop.business, shop.client.id, "Q7")
    decided = an_issued_quote(shop.business, shop.client.id, "Q8", QuoteState.DECLINED)
    end = quote.next_at
    async with shop.work() as work:
        await work.quotes.add(quote)
        await work.quotes.add(decided)
        ending = await work.quotes.list_ending(VALID_UNTIL - DAY, VALID_UNTIL, 9)
        earlier = await work.quotes.list_ending(VALID_UNTIL - 2 * DAY, VALID_UNTIL - DAY, 9)
        coming = await work.quotes.next_moment(MORNING)
        assert end is not None
        due = [await work.quotes.list_due(moment, 9) for moment in (end - DAY, end)]
        await work.quotes.save(replace(quote, next_at=None))
        after = await work.quotes.list_due(end, 9)

    assert [row.number for row in ending] == ["Q7"]
    assert (earlier, coming) == ([], end)
    assert (due, after) == ([[], [quote.id]], [])
    assert watched(decided, shop.business.zone).next_at is None


async def test_a_token_names_one_quote_of_one_business(shop: Shop, neighbour: Shop) -> None:
    quote = an_issued_quote(shop.business, shop.client.id, "Q7")
    tokens = [IDS.token() for _count in range(MOST_LINKS + 1)]
    async with shop.work() as work:
        await work.quotes.add(quote)
        for minute, token in enumerate(tokens):
            await work.quotes.add_link(token, quote.id, MORNING + timedelta(minutes=minute))

    async with neighbour.work() as work:
        newest = await work.quotes.enter(tokens[-1])
        same = await work.quotes.get(quote.id)
        gone = [await work.quotes.enter(token) for token in (tokens[0], "unknown")]

    assert newest == QuoteLinked(shop.id, quote.id)
    assert same == quote
    assert gone == [None, None]
