"""The daily look: which open invoices it finds, and what it learns about each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from core.invoice import Invoice, State
from core.money import Money
from core.nag_ports import Candidate
from core.party import Client
from core.reminder import Chase, ReminderRules, ReminderState, Run
from tests.builders.core import a_client, a_draft, an_invoice, an_issued_invoice
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop, a_promise, a_reminder

TODAY, SINCE = date(2026, 3, 5), date(2026, 2, 1)


async def open_invoice(
    shop: Shop, number: str, due: date, client: Client | None = None, **changes: object
) -> Invoice:
    whose = client or shop.client
    draft = a_draft(whose.id, due=due, issue_on=date(2025, 7, 7))
    invoice = an_issued_invoice(shop.business, whose, number, draft, **changes)
    async with shop.work() as work:
        await work.invoices.add(invoice)
    return invoice


async def looked(
    shop: Shop, since: date = SINCE, limit: int = 99, after: Candidate | None = None
) -> list[Candidate]:
    async with shop.work() as work:
        business = await work.businesses.get()
        return list(await work.reminders.candidates(business, since, TODAY, limit, after))


async def found(shop: Shop, invoice: Invoice, since: date = SINCE) -> Candidate:
    async with shop.work() as work:
        one = await work.reminders.candidate(await work.businesses.get(), since, invoice.id)
    assert one is not None
    return one


def numbers(candidates: list[Candidate]) -> list[str]:
    return [candidate.chased.number for candidate in candidates]


async def test_open_invoices_are_found_by_their_due_date(shop: Shop, neighbour: Shop) -> None:
    paid = Money(11900, "EUR")
    await open_invoice(shop, "late", TODAY - timedelta(days=210))
    await open_invoice(shop, "too late", TODAY - timedelta(days=211))
    await open_invoice(shop, "soon", TODAY + timedelta(days=90))
    await open_invoice(shop, "too soon", TODAY + timedelta(days=91))
    await open_invoice(shop, "paid", TODAY, paid=paid)
    await open_invoice(shop, "void", TODAY, state=State.VOID)
    await open_invoice(shop, "today", TODAY)
    await open_invoice(neighbour, "theirs", TODAY)
    async with shop.work() as work:
        await work.invoices.add(an_invoice(a_draft(shop.client.id)))

    candidates = await looked(shop)

    assert numbers(candidates) == ["late", "today", "soon"]


async def test_pages_follow_each_other_without_a_gap(shop: Shop) -> None:
    days = (TODAY, TODAY, TODAY, TODAY - timedelta(days=9), TODAY + timedelta(days=2))
    for place, due in enumerate(days):
        await open_invoice(shop, f"N{place}", due)

    pages: list[list[Candidate]] = [await looked(shop, limit=2)]
    while pages[-1]:
        pages.append(await looked(shop, limit=2, after=pages[-1][-1]))

    assert [numbers(page) for page in pages] == [["N3", "N0"], ["N1", "N2"], ["N4"], []]


async def test_an_invoice_nobody_said_anything_about_follows_the_business(shop: Shop) -> None:
    invoice = await open_invoice(shop, "2026-007", date(2026, 3, 20), paid=Money(1733, "EUR"))

    one = await found(shop, invoice)

    chased = one.chased
    assert (chased.invoice_id, chased.client_id, chased.number) == (invoice.id, shop.client.id, "2026-007")
    assert (chased.balance, chased.due_on, chased.steps) == (
        Money(10167, "EUR"),
        date(2026, 3, 20),
        (-3, 0, 3, 7, 14),
    )
    assert (chased.stopped, chased.client_off, chased.snoozed_until, chased.promised_on) == (
        False,
        False,
        None,
        None,
    )
    assert (chased.last_step, chased.last_on) == (None, None)
    assert (one.client, one.issued_on, one.delivered_on, one.opted_out) == (
        shop.client,
        date(2025, 7, 7),
        None,
        False,
    )


async def test_everything_that_was_said_about_an_invoice_is_found_with_it(shop: Shop) -> None:
    invoice = await open_invoice(shop, "2026-007", TODAY)
    async with shop.work() as work:
        chase = Chase(date(2026, 3, 7), stopped=True, snoozed_until=date(2026, 3, 9), steps=(1, 2))
        await work.reminders.set_chase(invoice.id, chase)
        await work.promises.add(a_promise(shop.client, promised_on=date(2026, 3, 11)))
        await work.promises.add(a_promise(shop.client, promised_on=date(2026, 3, 13)))
        await work.opt_outs.add("BOOKS@acme.example ")

    one = await found(shop, invoice)

    chased = one.chased
    assert (chased.stopped, chased.snoozed_until, chased.steps) == (True, date(2026, 3, 9), (1, 2))
    assert (chased.promised_on, chased.after) == (date(2026, 3, 13), date(2026, 3, 7))
    assert (one.delivered_on, one.opted_out) == (date(2026, 3, 7), True)


async def test_the_ladder_of_the_invoice_goes_before_the_clients_and_the_businesss(shop: Shop) -> None:
    usual, patient = (
        await open_invoice(shop, "usual", TODAY),
        a_client("Zimt", steps=(30,), reminders_off=True),
    )
    async with shop.work() as work:
        await work.businesses.save(replace(shop.business, reminders=ReminderRules(steps=(5, 10))))
        await work.clients.add(patient)
    theirs, own = [await open_invoice(shop, name, TODAY, patient) for name in ("theirs", "own")]
    async with shop.work() as work:
        await work.reminders.set_chase(own.id, Chase(steps=()))

    seen = [(await found(shop, each)).chased for each in (usual, theirs, own)]

    assert [(chased.steps, chased.client_off) for chased in seen] == [
        ((5, 10), False),
        ((30,), True),
        ((), True),
    ]


async def test_nothing_is_made_up_for_from_before_the_invoice_was_issued(shop: Shop) -> None:
    """It was issued at 23:30 UTC on the fourth, which in Berlin is the fifth."""
    invoice = await open_invoice(
        shop, "2026-007", date(2026, 3, 1), issued_at=datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    )

    seen = [(await found(shop, invoice, since)).chased.after for since in (SINCE, date(2026, 3, 29))]

    assert seen == [date(2026, 3, 5), date(2026, 3, 29)]


async def test_the_newest_reminder_is_the_one_that_left_last(shop: Shop) -> None:
    invoice = await open_invoice(shop, "2026-007", TODAY)

    async def remind(
        step: int, decided_on: date, sent: datetime, state: ReminderState
    ) -> tuple[int | None, date | None]:
        runs = (Run(invoice.id, step, invoice.total),)
        reminder = a_reminder(
            shop.client, invoice, runs=runs, decided_on=decided_on, send_at=sent, state=state
        )
        async with shop.work() as work:
            assert await work.reminders.add(reminder)
        chased = (await found(shop, invoice)).chased
        return chased.last_step, chased.last_on

    seen = [
        await remind(-3, date(2026, 3, 6), datetime(2026, 3, 8, 23, 30, tzinfo=UTC), ReminderState.SENT),
        await remind(3, date(2026, 3, 10), datetime(2026, 3, 14, 9, tzinfo=UTC), ReminderState.PLANNED),
        await remind(0, date(2026, 3, 11), MORNING + timedelta(days=30), ReminderState.STOPPED),
    ]

    assert seen == [(-3, date(2026, 3, 9)), (3, date(2026, 3, 10)), (3, date(2026, 3, 11))]


async def test_an_invoice_that_owes_nothing_is_no_candidate(shop: Shop, neighbour: Shop) -> None:
    paid = await open_invoice(shop, "paid", TODAY, paid=Money(11900, "EUR"))
    theirs = await open_invoice(neighbour, "theirs", TODAY)

    async def one(invoice_id: UUID) -> Candidate | None:
        async with shop.work() as work:
            return await work.reminders.candidate(shop.business, SINCE, invoice_id)

    assert [await one(paid.id), await one(theirs.id)] == [None, None]
