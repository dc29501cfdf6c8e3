"""The sample business: what is in it, that it adds up, and that it is made once."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from bot.console.receive import sender_of
from bot.demo import IDENTITY, fill
from bot.demo_story import CLIENTS, studio
from core.audit import Action
from core.errors import Conflict
from core.invoice import Invoice, State
from core.ports import Work
from core.totals import compute
from core.views import InvoiceFilter
from handlers.reading.identifiers import read_bic, read_iban, read_vat_id
from storage.engine import Storage

DATABASES = ("sqlite",)
"""The demo asks for nothing that the program does not ask for."""

NOW = datetime(2026, 7, 26, 21, 55, tzinfo=UTC)
TODAY = date(2026, 7, 26)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def storage(fresh_database_url: str) -> AsyncIterator[Storage]:
    opened = Storage(fresh_database_url, FixedClock())
    yield opened
    await opened.close()


async def enter(work: Work) -> None:
    seat = (await work.chats.speaker(sender_of(IDENTITY).key)).seat
    assert seat is not None
    await work.enter(seat.business_id)


async def all_invoices(work: Work) -> list[Invoice]:
    """Oldest first."""
    page = await work.invoices.list_page(InvoiceFilter.ALL, TODAY, None, None, 100)
    return [await work.invoices.get(row.id) for row in reversed(page.rows)]


def outcome(invoice: Invoice) -> str:
    if invoice.state is not State.ISSUED:
        return str(invoice.state)
    if not invoice.balance:
        return "paid"
    due = "overdue" if invoice.overdue(TODAY) else "open"
    return f"{due}, partly paid" if invoice.paid else due


async def test_the_demo_has_invoices_in_every_state_two_currencies_and_three_rates(storage: Storage) -> None:
    said = await fill(storage, FixedClock())

    async with storage.work() as work:
        await enter(work)
        invoices = await all_invoices(work)
    assert said == (
        "Atelier Löwenherz has 8 clients and 60 invoices now. Talk to it: billhook chat --as demo"
    )
    assert Counter(map(outcome, invoices)) == {
        "draft": 4, "open": 7, "overdue": 6, "overdue, partly paid": 3, "paid": 37, "void": 3,
    }  # fmt: skip
    assert {invoice.total.currency for invoice in invoices} == {"EUR", "GBP"}
    rates = {
        row.tax.rate for invoice in invoices if invoice.document for row in invoice.issued.totals.tax_rows
    }
    assert rates == {0, 7, 19}
    assert {invoice.draft.client_id for invoice in invoices if invoice.document} == {
        invoice.draft.client_id for invoice in invoices
    }
    assert len({invoice.draft.client_id for invoice in invoices}) == len(CLIENTS)
    assert any(invoice.draft.discount and invoice.draft.discount.percent for invoice in invoices)
    assert any(invoice.draft.discount and invoice.draft.discount.amount for invoice in invoices)
    assert any(invoice.draft.period for invoice in invoices)
    assert any(invoice.draft.inclusive for invoice in invoices)


async def test_the_demos_numbers_have_no_gap_and_follow_the_dates_of_the_last_twelve_months(
    storage: Storage,
) -> None:
    await fill(storage, FixedClock())

    async with storage.work() as work:
        await enter(work)
        documents = [invoice.issued for invoice in await all_invoices(work) if invoice.document]
    assert [document.issued_on for document in documents] == sorted(
        document.issued_on for document in documents
    )
    for year in (2025, 2026):
        counts = [int(d.number.removeprefix(f"{year}-")) for d in documents if d.issued_on.year == year]
        assert counts == list(range(1, len(counts) + 1))
        assert len(counts) > 5
    first, last = documents[0].issued_on, documents[-1].issued_on
    assert (TODAY - first).days in range(350, 366)
    assert (TODAY - last).days in range(1, 14)


async def test_the_demos_sums_are_those_of_its_documents_and_payments(storage: Storage) -> None:
    await fill(storage, FixedClock())

    async with storage.work() as work:
        await enter(work)
        invoices = await all_invoices(work)
        payments = {invoice.id: await work.payments.list_of(invoice.id) for invoice in invoices}
        credits_left = [
            credit
            for client_id in {invoice.draft.client_id for invoice in invoices}
            for credit in await work.payments.credits_of(client_id)
        ]
    for invoice in invoices:
        assert invoice.total == compute(invoice.draft).payable
        assert invoice.paid.minor == sum(payment.applied.minor for payment in payments[invoice.id])
        for payment in payments[invoice.id]:
            assert invoice.issued.issued_on < payment.received_on < TODAY
    assert len([payment for of_one in payments.values() for payment in of_one]) == 42
    overpaid = [payment.credit for of_one in payments.values() for payment in of_one if payment.credit]
    assert credits_left == overpaid
    assert len(overpaid) == 1


async def test_every_change_of_the_demo_was_audited_on_its_own_past_day(storage: Storage) -> None:
    await fill(storage, FixedClock())

    async with storage.work() as work:
        await enter(work)
        newest = await work.audit.last_of((await work.members.list())[0].id)
        invoices = await all_invoices(work)
    assert newest is not None
    assert newest.action is Action.DRAFT_CREATED
    assert newest.subject_id == invoices[-1].id
    assert newest.at.date() == date(2026, 7, 25)
    times = [invoice.created_at for invoice in invoices]
    assert all(before < after for before, after in pairwise(times))
    for invoice in invoices:
        if invoice.issued_at is not None:
            assert invoice.issued_at.date() == invoice.issued.issued_on


async def told(storage: Storage) -> list[object]:
    """What there is to see of each invoice."""
    async with storage.work() as work:
        await enter(work)
        return [
            (invoice.document or invoice.draft.lines, invoice.state, invoice.total, invoice.paid)
            for invoice in await all_invoices(work)
        ]


async def test_the_demo_tells_the_same_story_each_time(
    storage: Storage, sqlite_template: Path, tmp_path: Path
) -> None:
    other = Storage(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'other.db')}", FixedClock())
    await fill(storage, FixedClock())
    await fill(other, FixedClock())

    first, again = await told(storage), await told(other)

    await other.close()
    assert first == again


async def test_a_second_demo_is_refused_and_changes_nothing(storage: Storage) -> None:
    await fill(storage, FixedClock())

    with pytest.raises(Conflict) as refusal:
        await fill(storage, FixedClock())

    assert str(refusal.value) == (
        "The identity demo has a business already. Talk to it: billhook chat --as demo"
    )
    async with storage.work() as work:
        await enter(work)
        assert len(await all_invoices(work)) == 60


def test_the_demos_identifiers_have_right_check_digits() -> None:
    business = studio(UUID(int=7), NOW)

    assert read_iban(business.iban) == business.iban
    assert read_bic(business.bic) == business.bic
    assert read_vat_id(business.vat_id, "DE") == business.vat_id
    for client in CLIENTS:
        assert read_vat_id(client.vat_id, client.address.country) == client.vat_id
