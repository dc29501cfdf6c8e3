"""What the clock makes of a recurring invoice: one invoice of each day, or none, and what stands in its way."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import BillhookError, Conflict, InvalidInput, PlanLimit
from core.invoice import State
from core.money import Money
from core.party import Member, Role
from core.recurrence import first_on
from core.series import Does, Series, SeriesState
from core.usecases.invoice import discard_draft
from core.usecases.series import (
    Ran,
    change_doing,
    edit_series,
    end_series,
    fail_series,
    pause_series,
    resume_series,
    run_series,
    skip_next,
    start_series,
)
from core.views import InvoiceFilter
from storage.engine import Storage
from tests.builders.core import a_draft, a_line
from tests.builders.series import LAST_DAYS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

MARCH, APRIL, MAY, JUNE = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)
HOUR = timedelta(hours=1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


async def started(
    shop: Shop, does: Does = Does.ISSUE, member: Member | None = None, price: str = "37.45", **changes: Any
) -> Series:
    """Of the last day of each month, from March on."""
    async with shop.desk(member) as desk:
        rule = first_on(LAST_DAYS, desk.today)
        draft = a_draft(shop.client.id, lines=(a_line(price),))
        return (await start_series(desk, draft, rule, does, **changes))[0]


async def run(shop: Shop, series: Series) -> Ran | None:
    async with shop.desk() as desk:
        return await run_series(replace(desk, automatic=True), series.id)


async def run_and_die(shop: Shop, series: Series) -> None:
    async with shop.desk() as desk:
        await run_series(desk, series.id)
        raise ZeroDivisionError


async def as_it_is(shop: Shop, series: Series) -> Series:
    async with shop.work() as work:
        return await work.series.get(series.id)


async def invoices(shop: Shop) -> list[tuple[State, str | None]]:
    async with shop.desk() as desk:
        rows = (await desk.work.invoices.list_page(InvoiceFilter.ALL, desk.today, None, None, 50)).rows
        return [(row.state, str(row.issued_on) if row.issued_on else None) for row in rows]


async def test_its_day_brings_one_invoice_however_often_the_clock_comes(
    shop: Shop, clock: FixedClock
) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)

    runs = [await run(shop, series) for _time in range(3)]

    assert [one is not None for one in runs] == [True, False, False]
    assert await invoices(shop) == [(State.ISSUED, "2026-03-31")]
    now = await as_it_is(shop, series)
    assert (now.next_on, now.made) == (APRIL, 1)


async def test_two_clocks_at_once_make_one_invoice(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)

    runs = await asyncio.gather(*(run(shop, series) for _clock in range(4)))

    assert sum(one is not None for one in runs) == 1
    assert len(await invoices(shop)) == 1


async def test_it_cannot_be_cut_to_as_many_invoices_as_were_made(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)
    await run(shop, series)
    now = await as_it_is(shop, series)

    with pytest.raises(InvalidInput, match="Invoices it has made already: 1") as refused:
        async with shop.desk() as desk:
            await edit_series(desk, now, replace(now, times=1))

    assert refused.value.field == "times"


async def test_nothing_is_made_before_its_day(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH - timedelta(days=1))

    assert await run(shop, series) is None
    assert await invoices(shop) == []


async def test_a_run_that_dies_leaves_neither_an_invoice_nor_a_number(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)

    with pytest.raises(ZeroDivisionError):
        await run_and_die(shop, series)
    again = await run(shop, series)

    assert again
    assert again.invoice
    assert again.invoice.issued.number.endswith("001")
    assert len(await invoices(shop)) == 1


async def test_each_missed_day_of_the_last_month_is_made_up_for_once(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop, Does.DRAFT)
    clock.at = noon(JUNE)

    runs = [await run(shop, series) for _time in range(4)]

    assert [(one.passed, bool(one.invoice)) for one in runs if one] == [(2, True), (0, True)]
    assert (await as_it_is(shop, series)).next_on == date(2026, 7, 31)
    assert await invoices(shop) == [(State.DRAFT, None)] * 2


async def test_a_day_whose_draft_was_thrown_away_stays_decided(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop, Does.DRAFT)
    clock.at = noon(MARCH)
    ran = await run(shop, series)
    assert ran
    assert ran.invoice
    async with shop.desk() as desk:
        await discard_draft(desk, ran.invoice)
        # As if a change that was made before that day had been undone.
        await desk.work.series.save(replace(series, version=ran.series.version))

    again = await run(shop, series)

    assert again
    assert again.invoice is None
    assert again.series.next_on == APRIL


async def test_it_ends_after_the_last_of_its_invoices(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop, times=1)
    clock.at = noon(MARCH)

    ran = await run(shop, series)

    assert ran
    assert (ran.series.state, ran.series.next_on) == (SeriesState.ENDED, None)


async def test_above_the_limit_it_only_drafts_for_who_could_not_issue_it_alone(
    shop: Shop, clock: FixedClock
) -> None:
    async with shop.desk() as desk:
        await desk.work.businesses.save(replace(desk.business, approval_limit=Money(50_000, "EUR")))
    member = await shop.hire(Role.MEMBER, "Mia")
    theirs = await started(shop, member=member, price="900")
    small = await started(shop, member=member, price="9")
    owners = await started(shop, price="900")
    clock.at = noon(MARCH)

    found = [await run(shop, series) for series in (theirs, small, owners)]

    assert [(one.asks, one.invoice.state) for one in found if one and one.invoice] == [
        (True, State.DRAFT), (False, State.ISSUED), (False, State.ISSUED),
    ]  # fmt: skip


async def test_who_lets_it_issue_stands_for_it(shop: Shop) -> None:
    member = await shop.hire(Role.MEMBER, "Mia")
    series = await started(shop)

    async with shop.desk(member) as desk:
        changed, _entry = await change_doing(desk, series, Does.SEND)

    assert (changed.does, changed.member_id) == (Does.SEND, member.id)


async def test_the_third_failure_pauses_it_and_resuming_begins_today(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)

    states = []
    for wait in (HOUR, timedelta(days=1), HOUR):
        async with shop.desk() as desk:
            failed = await fail_series(desk, series.id)
        assert failed is not None
        states.append(failed.state)
        clock.advance(wait)
    async with shop.desk() as desk:
        resumed, _entry = await resume_series(desk, await desk.work.series.lock(series.id))

    assert states == [SeriesState.ACTIVE, SeriesState.ACTIVE, SeriesState.PAUSED]
    assert (resumed.state, resumed.next_on, resumed.failures) == (SeriesState.ACTIVE, APRIL, 0)


async def test_a_failure_is_waited_out(shop: Shop, clock: FixedClock) -> None:
    series = await started(shop)
    clock.at = noon(MARCH)
    async with shop.desk() as desk:
        await fail_series(desk, series.id)

    at_once = await run(shop, series)
    clock.advance(HOUR)
    later = await run(shop, series)

    assert at_once is None
    assert later
    assert later.series.failures == 0


async def test_a_day_that_is_skipped_brings_nothing_and_counts_as_nothing(
    shop: Shop, clock: FixedClock
) -> None:
    series = await started(shop, times=3)

    async with shop.desk() as desk:
        skipped, _entry = await skip_next(desk, series)
    clock.at = noon(MARCH)

    assert (skipped.next_on, skipped.made) == (APRIL, 0)
    assert await run(shop, series) is None


async def test_what_was_paused_or_has_ended_is_not_made(shop: Shop, clock: FixedClock) -> None:
    paused, over = await started(shop), await started(shop)
    async with shop.desk() as desk:
        await pause_series(desk, paused)
        await end_series(desk, over)
    clock.at = noon(MARCH)

    assert [await run(shop, series) for series in (paused, over)] == [None, None]


@pytest.mark.parametrize("change", [pause_series, skip_next, end_series, resume_series])
async def test_what_has_ended_is_not_changed_any_more(shop: Shop, change: Any) -> None:
    series = await started(shop)

    async with shop.desk() as desk:
        over, _entry = await end_series(desk, series)
        with pytest.raises(Conflict, match="ended"):
            await change(desk, over)


async def test_a_free_plan_has_room_for_one_and_the_oldest_goes_on(
    selling: Storage, shop: Shop, clock: FixedClock
) -> None:
    first = await started(shop)
    with pytest.raises(PlanLimit) as refused:
        await started(shop)
    selling.sells = False
    second = await started(shop)
    selling.sells = True
    clock.at = noon(MARCH)

    ran = await run(shop, first)
    with pytest.raises(PlanLimit):
        await run(shop, second)

    assert (refused.value.feature, refused.value.offer) == ("series", "pro")
    assert ran
    assert ran.invoice


@pytest.mark.parametrize(
    ("draft", "until", "field"), [({}, date(2026, 3, 30), "until"), ({"due": APRIL}, None, "due")]
)
async def test_a_series_that_brings_nothing_is_refused(
    shop: Shop, draft: dict[str, Any], until: date | None, field: str
) -> None:
    asked = a_draft(shop.client.id, **draft)

    async with shop.desk() as desk:
        with pytest.raises(InvalidInput) as refused:
            await start_series(desk, asked, first_on(LAST_DAYS, desk.today), Does.DRAFT, until)

    assert refused.value.field == field


async def test_what_cannot_be_issued_is_refused_at_once(shop: Shop) -> None:
    with pytest.raises(BillhookError):
        await started(shop, price=str(Decimal(10) ** 14))


async def test_a_business_that_moved_west_waits_for_its_own_morning(shop: Shop, clock: FixedClock) -> None:
    async with shop.desk() as desk:
        await desk.work.businesses.save(replace(desk.business, zone="Pacific/Auckland"))
    series = await started(shop)
    async with shop.desk() as desk:
        await desk.work.businesses.save(replace(desk.business, zone="America/New_York"))
    clock.at = datetime(2026, 3, 30, 23, tzinfo=UTC)

    ran = await run(shop, series)

    assert ran is None
    assert (await as_it_is(shop, series)).next_at == datetime(2026, 3, 31, 11, tzinfo=UTC)
