"""Recurring invoices, and that a day of one brings one invoice."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import Conflict, NotFound
from core.recurrence import LAST, Rule, Unit
from core.series import Does, Series, SeriesState
from tests.builders.core import IDS, a_client, a_full_draft
from tests.builders.series import FIRST_DAY, a_series
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop

HOUR = timedelta(hours=1)


def of(shop: Shop, **changes: Any) -> Series:
    return a_series(shop.client.id, member_id=shop.owner.id, **changes)


async def test_a_series_is_kept_as_it_is(shop: Shop) -> None:
    rule = Rule(Unit.MONTH, 3, date(2026, 11, 27), weekday=4, nth=LAST)
    series = of(
        shop, draft=a_full_draft(shop.client.id), rule=rule, does=Does.SEND, next_at=MORNING, until=FIRST_DAY,
        times=7, made=3, failures=2,
    )  # fmt: skip
    async with shop.work() as work:
        await work.series.add(series)
        found = await work.series.get(series.id)
        saved = await work.series.save(replace(series, state=SeriesState.PAUSED, next_at=None))
        locked = await work.series.lock(series.id)

    assert found == series
    assert locked == saved == replace(series, state=SeriesState.PAUSED, next_at=None, version=1)


async def test_only_the_first_of_two_who_change_it_is_heard(shop: Shop) -> None:
    series = of(shop)
    async with shop.work() as work:
        await work.series.add(series)
        await work.series.save(series)
        with pytest.raises(Conflict):
            await work.series.save(replace(series, made=3))
        with pytest.raises(NotFound, match="recurring"):
            await work.series.get(IDS.new())


async def test_those_that_ended_are_neither_listed_nor_counted(shop: Shop) -> None:
    other = a_client("Zimt")
    first, over, last = of(shop), of(shop, state=SeriesState.ENDED), of(shop, state=SeriesState.PAUSED)
    async with shop.work() as work:
        await work.clients.add(other)
        for series in (first, over, last):
            await work.series.add(series)
        listed = await work.series.list_live(9)
        counts = [await work.series.count_live(), await work.series.count_live(older_than=last.id)]
        of_clients = [await work.series.list_live(9, each) for each in (shop.client.id, other.id)]

    assert listed == [first, last]
    assert counts == [2, 1]
    assert of_clients == [[first, last], []]


async def test_the_clock_comes_by_for_what_is_active(shop: Shop) -> None:
    late, due = of(shop, next_at=MORNING - HOUR), of(shop, next_at=MORNING)
    soon, later = of(shop, next_at=MORNING + HOUR), of(shop, next_at=MORNING + 3 * HOUR)
    paused = of(shop, state=SeriesState.PAUSED, next_at=MORNING)
    async with shop.work() as work:
        for series in (later, due, paused, soon, late):
            await work.series.add(series)
        found = await work.series.list_due(MORNING, 9)
        moments = [await work.series.next_moment(MORNING + number * HOUR) for number in (0, 1, 3)]

    assert found == [late.id, due.id]
    assert moments == [soon.next_at, later.next_at, None]


async def test_a_day_of_a_series_brings_one_invoice(shop: Shop) -> None:
    series, first, second = of(shop), IDS.new(), IDS.new()
    async with shop.work() as work:
        await work.series.add(series)
        decided = [await work.series.decide(series.id, FIRST_DAY, each, MORNING) for each in (first, second)]
        brought = await work.series.invoice_of(series.id, FIRST_DAY)
        nothing = await work.series.invoice_of(series.id, FIRST_DAY + timedelta(days=1))

    assert decided == [True, False]
    assert (brought, nothing) == (first, None)
