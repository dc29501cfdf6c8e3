"""A business that is open: its owner, a client, and desks to act at, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.approval import Answer, Request
from core.audit import Entry
from core.importing import Import
from core.invoice import Draft, Invoice
from core.ladder import Tone
from core.money import Money
from core.nag_ports import FeeRun
from core.notify import Kind, Preference, WaitingNotice
from core.party import Business, Client, Member, Role
from core.ports import Work
from core.rates import ExchangeRate
from core.reminder import Chase, Promise, Reminder, Run, Way
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue
from core.usecases.payment import record_payment
from storage.engine import Storage
from storage.work import SqlWork
from tests.builders.core import IDS, a_business, a_client, a_draft, a_member
from tests.builders.credit_notes import a_credit_note
from tests.builders.products import a_product
from tests.builders.quotes import a_quote
from tests.builders.series import a_series
from tests.fakes.clock import MORNING
from tests.storage.till import a_session

RATE = ExchangeRate("EUR", "USD", date(2026, 3, 4), Decimal("1.0832"))


@dataclass(frozen=True, slots=True)
class Shop:
    storage: Storage
    business: Business
    owner: Member
    client: Client

    @property
    def id(self) -> UUID:
        return self.business.id

    @asynccontextmanager
    async def work(self) -> AsyncIterator[SqlWork]:
        """A transaction that has entered the business."""
        async with self.storage.work(self.id.hex) as work:
            await work.enter(self.id)
            yield work

    @asynccontextmanager
    async def desk(self, member: Member | None = None) -> AsyncIterator[Desk]:
        """The owner's desk, or another member's."""
        async with self.work() as work:
            who = await work.members.get((member or self.owner).id)
            yield Desk(work, self.storage.clock, IDS, await work.businesses.get(), who)

    async def hire(self, role: Role, name: str) -> Member:
        member = a_member(role=role, name=name)
        async with self.work() as work:
            await work.members.add(member)
        return member

    async def draft(self, draft: Draft | None = None) -> tuple[Invoice, Entry]:
        async with self.desk() as desk:
            return await create_draft(desk, draft or a_draft(self.client.id))

    async def issue(self, draft: Draft | None = None) -> tuple[Invoice, Entry]:
        """In another currency with the rate of its day, by which its VAT is stated in euros too."""
        draft = draft or a_draft(self.client.id)
        async with self.desk() as desk:
            if draft.currency != RATE.base:
                on = draft.issue_on or desk.today
                await desk.work.rates.keep([replace(RATE, quote=draft.currency, on=on)])
            return await issue(desk, (await create_draft(desk, draft))[0])

    async def invoice(self, invoice_id: UUID) -> Invoice:
        async with self.work() as work:
            return await work.invoices.get(invoice_id)


async def open_shop(storage: Storage, **changes: Any) -> Shop:
    """`changes` are the business's."""
    shop = Shop(storage, a_business(**changes), a_member(), a_client())
    async with shop.work() as work:
        await work.businesses.add(shop.business)
        await work.members.add(shop.owner)
        await work.clients.add(shop.client)
    return shop


async def stock(shop: Shop) -> None:
    """At least one row in every tenant table."""
    invoice, _entry = await shop.issue()
    async with shop.desk() as desk:
        _invoice, payment, _entry = await record_payment(
            desk, invoice, Money(1733, "EUR"), desk.today, "cash"
        )
        receipt = IDS.new()
        await desk.work.files.add(receipt, "image/png", b"logo")
        await desk.work.payments.add_receipt(payment.id, receipt)
        await desk.work.files.keep_document(invoice.id, "pdf", b"%PDF")
        await desk.work.credit_notes.add(a_credit_note(invoice))
        await desk.work.approvals.add(
            a_request(invoice, shop.owner, answer=Answer.APPROVED, decided_by=shop.owner.id)
        )
        await chase_it(desk.work, shop, invoice)
        await desk.work.pay_sessions.begin(a_session(invoice))
        await desk.work.invoice_links.see(invoice.id, MORNING)


async def chase_it(work: Work, shop: Shop, invoice: Invoice) -> None:
    """Everything that may be said, sent and charged about an invoice."""
    await work.reminders.set_chase(invoice.id, Chase(date(2026, 3, 7), steps=(3, 11)))
    assert await work.reminders.add(a_reminder(shop.client, invoice))
    await work.fees.add(FeeRun(invoice.id, 7, Money(531, "EUR"), invoice.id, date(2026, 3, 29)))
    await work.promises.add(a_promise(shop.client))
    await work.notices.add(WaitingNotice(IDS.new(), "slack:T7/D7", Kind.PREVIEW, MORNING, {"text": "ä"}))
    await work.notices.set_preference(
        "slack:T7/D7", Preference(frozenset({Kind.PROMISE}), zone="Asia/Kathmandu")
    )
    await work.opt_outs.add("Books@Acme.example")
    await work.products.add(a_product())
    await work.rates.keep([RATE])
    await work.imports.add(a_file(shop.owner), b"Name;Email")
    series = a_series(shop.client.id, member_id=shop.owner.id, next_at=MORNING)
    await work.series.add(series)
    await work.quotes.add(a_quote(shop.client.id))
    await work.series.decide(series.id, date(2026, 2, 28), invoice.id, MORNING)


def a_file(member: Member, **changes: Any) -> Import:
    """That waits to be imported."""
    return replace(Import(IDS.new(), member.id, "clients.csv", MORNING), **changes)


def a_reminder(client: Client, invoice: Invoice, step: int = 7, **changes: Any) -> Reminder:
    """About one invoice, planned for the afternoon."""
    runs = (Run(invoice.id, step, invoice.total),)
    send_at = MORNING + timedelta(hours=3)
    reminder = Reminder(
        IDS.new(), client.id, invoice.total.currency, Tone.FRIENDLY, Way.MAIL, runs, date(2026, 3, 5), send_at
    )
    return replace(reminder, **changes)


def a_promise(client: Client, **changes: Any) -> Promise:
    return replace(Promise(IDS.new(), client.id, date(2026, 3, 13), MORNING), **changes)


def a_request(invoice: Invoice, member: Member, **changes: Any) -> Request:
    request = Request(IDS.new(), invoice.id, invoice.version, member.id, "slack:T7/D7", MORNING)
    return replace(request, **changes)
