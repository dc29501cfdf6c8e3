"""A business among others with so many rows that a planner cares, and statistics about them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.chat_ports import Board, InboxRow, OutboxRow, Settled
from core.invoice import Invoice, State
from core.money import Money
from core.notify import Kind, WaitingNotice
from core.plan import Feature
from core.plan_ports import OrderState
from core.quote import QuoteState
from core.series import SeriesState
from storage.codec import encode
from storage.engine import Storage, create_engine
from storage.tables import audit, client, invoice, pay_session, payment, promise, reminder, reminder_run
from tests.builders.core import IDS, a_client, a_draft, an_invoice, an_issued_invoice
from tests.builders.products import a_product
from tests.builders.quotes import an_issued_quote
from tests.builders.series import a_series
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.fixtures import KEY
from tests.storage.shop import Shop, open_shop
from tests.storage.till import a_subscription, an_account, an_event, an_order

SIZES = (300, 2000, 300)
CLIENTS = 120
TODAY = date(2026, 3, 20)
CHAT = "telegram:busy"
DECIDED = (QuoteState.ACCEPTED, QuoteState.OPEN)


@pytest.fixture(scope="session")
async def busy_shop(quiet_database_url: str) -> AsyncIterator[Shop]:
    """One of several businesses with enough rows for the planner to care, and statistics about them."""
    storage = Storage(quiet_database_url, FixedClock(), keys=[KEY], sells=True)
    shops = [await open_shop(storage) for _size in SIZES]
    for shop, size in zip(shops, SIZES, strict=True):
        await fill(shop, size)
    async with storage.work() as work:
        for number in range(300):
            place = CHAT if number % 9 == 0 else f"telegram:{number}"
            whose, kind = shops[1 if number % 15 == 0 else 2], "digest" if number % 2 else ""
            reply = OutboxRow(IDS.new(), place, {}, whose.id, kind=kind, about=IDS.new())
            await work.outbox.add(reply, [])
            await work.inbox.store("telegram", InboxRow(IDS.token(), place, {}), MORNING)
            board = Board(f"slack:T7/{number}", f"slack:T7/U{number}", "home", "de")
            await work.chats.show_board(shops[1 if number % 30 == 0 else 2].id, board)
            if number % 5:
                await work.outbox.settle(reply.id, Settled("sent"))
    for shop in shops:
        await nag(shop)
        await sell(shop)
    engine = create_engine(quiet_database_url, as_app=False)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")
    await engine.dispose()
    yield shops[1]
    await storage.close()


async def fill(shop: Shop, size: int) -> None:
    kinds = [
        encoded(an_issued_invoice(shop.business, shop.client, "x")),
        encoded(an_issued_invoice(shop.business, shop.client, "x", paid=Money(11900, "EUR"))),
        encoded(an_issued_invoice(shop.business, shop.client, "x", state=State.VOID)),
        encoded(an_invoice(a_draft(shop.client.id))),
    ]
    clients = [a_client(f"Client {number:03}") for number in range(CLIENTS)]
    rows = []
    for number in range(size):
        row = kinds[number % 4] | {
            "business_id": shop.id,
            "id": IDS.new(),
            "client_id": clients[number % CLIENTS].id,
        }
        row["number"] = row["number"] and f"N-{number}"
        row["due_on"] = row["due_on"] and TODAY - timedelta(days=number % 40 - 20)
        rows.append(row)
    async with shop.work() as work:
        for each in clients:
            await work.clients.add(each)
        await work.connection.execute(sa.insert(invoice), rows)
        issued = [row for row in rows if row["document"]]
        receipts = [a_receipt(row, number) for number, row in enumerate(issued)]
        await work.connection.execute(sa.insert(payment), receipts)
        await work.connection.execute(sa.insert(audit), [an_entry(shop, row) for row in rows])


async def sell(shop: Shop) -> None:
    """What is bought, ordered, shown and paid online, likewise."""
    others = {"created_at": MORNING, "currency": "EUR", "amount_minor": 7, "url": "", "expires_at": None}
    async with shop.work() as work:
        some = sa.select(invoice.c.id).where(invoice.c.business_id == shop.id, invoice.c.state == "issued")
        ids = list((await work.connection.execute(some)).scalars())
        await work.plans.save(a_subscription())
        for number in range(150):
            await work.plans.take(Feature.INVOICES, f"20{number // 12:02}-{number % 12 + 1:02}", 5)
            order = an_order(shop.owner, state=OrderState.DONE if number % 9 else OrderState.OPEN)
            await work.plans.add_order(order)
            whose = shop.id if number % 2 else None
            event = an_event(business_id=whose, created_at=MORNING + timedelta(minutes=number))
            await work.provider_events.store(event, MORNING)
            if number % 9:
                await work.provider_events.claim(event.id, MORNING)
        for number, each in enumerate(ids):
            await work.invoice_links.add(IDS.token(), each, MORNING)
            if number % 9 == 0:
                await work.invoice_links.revoke(each)
        sessions = [
            {**others, "business_id": shop.id, "id": IDS.new(), "invoice_id": each, "provider_id": f"cs_{IDS.token()}",
             "state": "paid" if number % 9 else "open", "to_end": False}
            for number, each in enumerate(ids)
        ]  # fmt: skip
        await work.connection.execute(sa.insert(pay_session), sessions)
        await work.pay_accounts.save(an_account())


async def nag(shop: Shop) -> None:
    """Reminders, promises and notices, as many as a planner cares about."""
    async with shop.work() as work:
        some = sa.select(invoice.c.id).where(invoice.c.business_id == shop.id, invoice.c.state == "issued")
        ids = list((await work.connection.execute(some)).scalars())
        reminders = [
            {
                "business_id": shop.id, "id": IDS.new(), "version": 0, "client_id": shop.client.id, "currency": "EUR",
                "tone": "firm", "way": "mail", "decided_on": TODAY, "send_at": MORNING, "text": "",
                "state": "sent" if number % 9 else "planned",
            }
            for number, _id in enumerate(ids)
        ]  # fmt: skip
        runs = [
            {
                "business_id": shop.id,
                "invoice_id": each,
                "step": step,
                "reminder_id": row["id"],
                "balance_minor": 7,
            }
            for each, row in zip(ids, reminders, strict=True)
            for step in (0, 3, 7)
        ]
        known = sa.select(client.c.id).where(client.c.business_id == shop.id)
        clients = list((await work.connection.execute(known)).scalars())
        promises = [
            {"business_id": shop.id, "id": IDS.new(), "version": 0, "client_id": whose, "promised_on": TODAY,
             "made_at": MORNING, "kept": kept}
            for whose in clients
            for kept in ("broken", "kept", "broken", "open")
        ]  # fmt: skip
        await work.connection.execute(sa.insert(reminder), reminders)
        await work.connection.execute(sa.insert(reminder_run), runs)
        await work.connection.execute(sa.insert(promise), promises)
        for number in range(300):
            await work.products.add(
                a_product(f"Product {number:03}", code=f"P-{number}" if number % 3 else "")
            )
        for number in range(400):
            ended = SeriesState.ENDED if number % 9 else SeriesState.ACTIVE
            await work.series.add(
                a_series(
                    clients[number % len(clients)], member_id=shop.owner.id, state=ended, next_at=MORNING
                )
            )
        for number in range(300):
            client_id = clients[number % len(clients)]
            await work.quotes.add(
                an_issued_quote(shop.business, client_id, f"Q-{number}", DECIDED[number % 7 == 0])
            )
        for number in range(40):
            await work.notices.add(WaitingNotice(IDS.new(), f"telegram:{number}", Kind.DIGEST, MORNING, {}))


def encoded(one: Invoice) -> dict[str, Any]:
    document = one.document
    return {
        "version": 0, "state": one.state.value, "currency": "EUR", "total_minor": one.total.minor,
        "paid_minor": one.paid.minor, "created_at": one.created_at, "issued_at": one.issued_at,
        "void_reason": "", "draft": encode(one.draft), "document": encode(document) if document else None,
        "number": document.number if document else None, "issued_on": document.issued_on if document else None,
        "due_on": document.due_on if document else None,
    }  # fmt: skip


def a_receipt(row: dict[str, Any], number: int) -> dict[str, Any]:
    past = timedelta(days=number % 300)
    return {
        "business_id": row["business_id"], "id": IDS.new(), "version": 0, "client_id": row["client_id"],
        "invoice_id": row["id"], "currency": "EUR", "amount_minor": 700, "applied_minor": 300,
        "received_on": TODAY - past, "method": "cash", "created_at": MORNING - past,
    }  # fmt: skip


def an_entry(shop: Shop, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "business_id": shop.id, "id": IDS.new(), "at": MORNING, "member_id": shop.owner.id, "version": 0,
        "action": "draft created", "subject": "invoice", "subject_id": row["id"], "label": "x",
        "undoes": None,
    }  # fmt: skip
