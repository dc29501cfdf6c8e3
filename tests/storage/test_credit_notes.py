from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from core.errors import Conflict, NotFound
from core.invoice import Invoice, Period
from core.money import Money
from core.report import AccountEntry, EntryKind
from core.usecases.client_credit import use_credit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.payment import record_payment
from tests.builders.core import an_issued_invoice
from tests.builders.credit_notes import a_credit_note
from tests.storage.shop import Shop
from tests.storage.test_reports import TODAY, billed

DAYS = Period(date(2026, 3, 1), TODAY)
VOIDED_AT = datetime(2026, 3, 11, 4, 3, 2, 109876, tzinfo=UTC)


async def an_invoice(shop: Shop) -> Invoice:
    invoice = an_issued_invoice(shop.business, shop.client, "2026-051")
    async with shop.work() as work:
        await work.invoices.add(invoice)
    return invoice


async def test_a_credit_note_comes_back_whole_and_only_its_voiding_is_written_again(shop: Shop) -> None:
    invoice = await an_invoice(shop)
    made = a_credit_note(invoice, reason="Zu spät „7“", voided_at=None)

    async with shop.work() as work:
        await work.credit_notes.add(made)
        saved = await work.credit_notes.save(
            replace(made, voided_at=VOIDED_AT, void_reason="x", reason="other")
        )
        stored = await work.credit_notes.get(made.id)
        with pytest.raises(Conflict):
            await work.credit_notes.save(made)

    assert stored == replace(saved, reason="Zu spät „7“")
    assert [field.name for field in fields(stored) if getattr(stored, field.name) == field.default] == []
    async with shop.work() as work:
        assert await work.credit_notes.find_number(made.number) == stored
        assert (
            await work.credit_notes.list_of(invoice.id) == [stored] == await work.credit_notes.list_newest(9)
        )


async def test_a_number_is_taken_once_in_a_business_and_a_neighbour_sees_none(
    shop: Shop, neighbour: Shop
) -> None:
    invoice, theirs = await an_invoice(shop), await an_invoice(neighbour)
    made = a_credit_note(invoice)
    async with shop.work() as work:
        await work.credit_notes.add(made)
    async with neighbour.work() as work:
        assert await work.credit_notes.find_number(made.number) is None
        await work.credit_notes.add(a_credit_note(theirs))

    with pytest.raises(Conflict, match="/settings credit-pattern"):
        async with shop.work() as work:
            await work.credit_notes.add(a_credit_note(invoice))
    with pytest.raises(NotFound):
        async with neighbour.work() as work:
            await work.credit_notes.get(made.id)


async def test_reports_take_off_what_was_credited_and_know_nothing_of_credit_that_moves(shop: Shop) -> None:
    first, second = await billed(shop, DAYS.start), await billed(shop, DAYS.start)
    async with shop.desk() as desk:
        await record_payment(
            desk, await desk.work.invoices.lock(first.id), Money(11900, "EUR"), DAYS.end, "cash"
        )
        made = await credit(desk, await desk.work.invoices.lock(first.id), Money(2380, "EUR"), "late")
        gone = await credit(desk, await desk.work.invoices.lock(second.id), None, "wrong")
        await void_credit_note(desk, gone.credit_note, "wrong")
        await use_credit(desk, second.id)

    async with shop.work() as work:
        entries = await work.reports.entries(shop.client.id, DAYS, 9)
        taxes = await work.reports.billed(DAYS)
        invoiced = await work.reports.invoiced(DAYS)
        received = await work.reports.received(DAYS)
        overview = await work.invoices.overview(DAYS.end)

    assert [(entry.kind, entry.amount.minor) for entry in entries if entry.kind is not EntryKind.INVOICE] == [
        (EntryKind.CREDIT_NOTE, -2380), (EntryKind.PAYMENT, -11900),
    ]  # fmt: skip
    number, on = made.credit_note.number, made.credit_note.document.issued_on
    assert AccountEntry(on, EntryKind.CREDIT_NOTE, number, Money(-2380, "EUR")) in entries
    assert sum(row.net.minor for row in taxes) == 20000 - 2000
    assert sum(row.tax.minor for row in taxes) == 3800 - 380
    assert sum(row.amount.minor for row in invoiced) == 23800 - 2380
    assert [row.amount for row in received] == [Money(11900, "EUR")]
    assert (overview.currencies[0].issued.minor, overview.currencies[0].received.minor) == (21420, 11900)
