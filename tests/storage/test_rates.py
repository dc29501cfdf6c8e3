"""Rates are kept by day and source, found for a week, and never another business's."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.rates import ExchangeRate, RateSource
from tests.storage.shop import Shop, open_shop

DAY = date(2026, 3, 5)


def a_rate(base: str = "EUR", quote: str = "USD", rate: str = "1.08", **changes: Any) -> ExchangeRate:
    return ExchangeRate(base, quote, **{"on": DAY, "rate": Decimal(rate), **changes})


async def test_a_rate_replaces_that_of_its_day_whichever_way_round_it_was_typed(shop: Shop) -> None:
    published = a_rate(rate="1.0832", source=RateSource.ECB)
    exact = a_rate(quote="JPY", rate="163.45000001", on=DAY - timedelta(7))
    async with shop.work() as work:
        await work.rates.keep([published, exact])
        await work.rates.keep([a_rate(rate="1.07")])
        await work.rates.keep([a_rate(rate="1.08")])
        await work.rates.keep([a_rate("USD", "EUR", "0.92")])

    async with shop.work() as work:
        found = await work.rates.list_between(DAY - timedelta(7), DAY, 9)
        newest = await work.rates.list_between(DAY - timedelta(7), DAY, 1)

    assert list(found) == [published, a_rate("USD", "EUR", "0.92"), exact]
    assert list(newest) == [published]


async def test_those_of_the_week_between_the_currencies_are_found_for_one_business(shop: Shop) -> None:
    theirs = await open_shop(shop.storage)
    old, mine = a_rate(on=DAY - timedelta(8)), a_rate(on=DAY - timedelta(7))
    async with shop.work() as work:
        await work.rates.keep([old, mine, a_rate(quote="CHF"), a_rate(on=DAY + timedelta(1))])

    async with shop.work() as work:
        found = await work.rates.find_near(["EUR", "USD"], DAY)
    async with theirs.work() as work:
        none = await work.rates.find_near(["EUR", "USD"], DAY)

    assert (list(found), list(none)) == ([mine], [])
