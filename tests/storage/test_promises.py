"""Promises to pay, late fees, and whoever asked to be left alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import Conflict, NotFound
from core.money import Money
from core.nag_ports import FeeRun, Unsubscribing
from core.reminder import Kept
from storage.engine import Storage
from storage.opt_outs import TOKEN_LIFE
from tests.builders.core import IDS, a_client
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, a_promise

FRIDAY = date(2026, 3, 13)


async def test_a_client_has_one_open_promise_and_the_newest_counts(shop: Shop) -> None:
    first, second = a_promise(shop.client), a_promise(shop.client, promised_on=date(2026, 3, 29))
    async with shop.work() as work:
        await work.promises.add(first)
        await work.promises.add(second)
        found = await work.promises.find_open(shop.client.id)
        replaced = await work.promises.get(first.id)

    assert found == second
    assert replaced == replace(first, kept=Kept.WITHDRAWN, version=1)


async def test_a_promise_ends_on_the_day_after_its_own(shop: Shop) -> None:
    promise = a_promise(shop.client, promised_on=FRIDAY)
    async with shop.work() as work:
        await work.promises.add(promise)
        seen = [await work.promises.list_ended(FRIDAY + timedelta(days=past), 9) for past in (0, 1)]

    assert seen == [[], [promise]]


async def test_broken_promises_of_a_client_are_counted(shop: Shop) -> None:
    other = a_client("Zimt")
    async with shop.work() as work:
        await work.clients.add(other)
        for client, kept in (
            (shop.client, Kept.BROKEN), (shop.client, Kept.KEPT), (shop.client, Kept.BROKEN), (other, Kept.BROKEN),
        ):  # fmt: skip
            promise = a_promise(client)
            await work.promises.add(promise)
            await work.promises.save(replace(promise, kept=kept))
        counts = [await work.promises.count_broken(client.id) for client in (shop.client, other)]
        still_open = await work.promises.find_open(shop.client.id)

    assert (counts, still_open) == ([2, 1], None)


async def test_a_promise_that_somebody_ended_meanwhile_is_not_ended_again(shop: Shop) -> None:
    promise = a_promise(shop.client)
    async with shop.work() as work:
        await work.promises.add(promise)
        await work.promises.save(replace(promise, kept=Kept.KEPT))

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.promises.save(replace(promise, kept=Kept.BROKEN))


async def test_a_client_that_was_added_by_mistake_takes_its_promise_along(shop: Shop) -> None:
    client = a_client("Typo")
    promise = a_promise(client)
    async with shop.work() as work:
        await work.clients.add(client)
        await work.promises.add(promise)

    async with shop.work() as work:
        await work.clients.remove(client)

    with pytest.raises(NotFound):
        async with shop.work() as work:
            await work.promises.get(promise.id)


async def test_a_fee_is_asked_for_once_per_invoice_and_step(shop: Shop, neighbour: Shop) -> None:
    (invoice, _entry), (fee, _more) = await shop.issue(), await shop.issue()
    run = FeeRun(invoice.id, 14, Money(4000, "EUR"), fee.id, date(2026, 3, 29))
    later = FeeRun(invoice.id, 7, Money(531, "EUR"), fee.id)
    async with shop.work() as work:
        added = [await work.fees.add(each) for each in (run, replace(run, amount=Money(1, "EUR")), later)]
        listed = await work.fees.list_of(invoice.id)
        fees = [await work.fees.is_fee(each.id) for each in (invoice, fee)]
    async with neighbour.work() as work:
        theirs = (await work.fees.list_of(invoice.id), await work.fees.is_fee(fee.id))

    assert added == [True, False, True]
    assert (listed, fees, theirs) == ([later, run], [False, True], ([], False))


async def test_an_address_is_left_alone_by_the_business_that_it_asked(
    shop: Shop, neighbour: Shop, clock: FixedClock
) -> None:
    async with shop.work() as work:
        for _time in range(2):
            await work.opt_outs.add("Åsa@Example.org")
        mine = [await work.opt_outs.has(each) for each in (" åsa@example.ORG", "asa@example.org")]
        since = await work.opt_outs.since("Åsa@example.org")
    async with neighbour.work() as work:
        theirs = await work.opt_outs.has("åsa@example.org")
        removed = [await work.opt_outs.remove("åsa@example.org")]
    async with shop.work() as work:
        removed += [await work.opt_outs.remove("ÅSA@example.org") for _time in range(2)]
        await work.opt_outs.add("åsa@example.org", clock.at - TOKEN_LIFE)
        again = await work.opt_outs.since("åsa@example.org")

    assert (mine, theirs) == ([True, False], False)
    assert (since, removed, again) == (clock.at, [False, True, False], clock.at - TOKEN_LIFE)


async def test_the_link_in_a_letter_names_business_and_address_until_it_expires(
    shop: Shop, storage: Storage, clock: FixedClock
) -> None:
    token = IDS.token()
    async with shop.work() as work:
        await work.opt_outs.add_token(token, "books@acme.example")

    made_at, seen = clock.at, []
    for past in (timedelta(0), TOKEN_LIFE - timedelta(microseconds=1), TOKEN_LIFE):
        clock.at = made_at + past
        async with storage.work() as work:
            seen.append(await work.opt_outs.find_token(token))
            seen.append(await work.opt_outs.find_token(f"{token}x"))

    named = Unsubscribing(shop.id, "books@acme.example")
    assert seen == [named, None, named, None, None, None]
