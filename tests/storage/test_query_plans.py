"""Each list query must find its rows by the index made for it, so that a page costs the same at any size."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from core.chat_ports import Board, InboxRow, OutboxRow, Seat, Settled
from core.invoice import Invoice, State
from core.money import Money
from core.notify import Kind, WaitingNotice
from core.views import Cursor, InvoiceFilter
from storage.codec import encode
from storage.engine import Storage, create_engine
from storage.housekeeping import tidy
from storage.tables import audit, client, invoice, payment, promise, reminder, reminder_run
from storage.ticking import claim_due, claim_stale, heal
from storage.work import SqlWork
from tests.builders.core import IDS, a_client, a_draft, an_invoice, an_issued_invoice
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop, open_shop

SIZES = (300, 2000, 300)
CLIENTS = 120
TODAY = date(2026, 3, 20)
EARLY, LATE = MORNING - timedelta(days=9), MORNING + timedelta(days=9)
"""When nobody is due yet, and when nobody is planned far ahead."""
CHAT = "telegram:busy"
Ask = Callable[[SqlWork, Shop], Awaitable[Any]]


@pytest.fixture(scope="session")
async def busy_shop(quiet_database_url: str) -> AsyncIterator[Shop]:
    """One of several businesses with enough rows for the planner to care, and statistics about them."""
    storage = Storage(quiet_database_url, FixedClock())
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


async def plan_of(shop: Shop, ask: Ask) -> str:
    """What the database says about every statement that `ask` executes."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    engine = shop.storage.engine.sync_engine
    async with shop.work() as work:
        event.listen(engine, "before_cursor_execute", note)
        try:
            await ask(work, shop)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        if not shop.storage.is_sqlite:
            await work.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        word = "EXPLAIN QUERY PLAN" if shop.storage.is_sqlite else "EXPLAIN"
        plans = [await work.connection.exec_driver_sql(f"{word} {sql}", values) for sql, values in asked]
        return "\n".join(str(row[-1]) for plan in plans for row in plan)


def page(which: InvoiceFilter, of_client: bool = False, cursor: str | None = None) -> Ask:
    async def ask(work: SqlWork, shop: Shop) -> Any:
        client_id = shop.client.id if of_client else None
        return await work.invoices.list_page(which, TODAY, client_id, Cursor.read(cursor or ""), 8)

    return ask


def clients(cursor: str) -> Ask:
    return lambda work, _shop: work.clients.list_page(Cursor.read(cursor), 8)


MIDDLE = f"2026-03-10/{IDS.new().hex}"
LISTS = {InvoiceFilter.OPEN: "open", InvoiceFilter.PAID: "paid", InvoiceFilter.DRAFT: "drafts",
         InvoiceFilter.OVERDUE: "due", InvoiceFilter.ALL: "all"}  # fmt: skip
PAGES: dict[str, tuple[Ask, set[str]]] = {
    f"{which.value} {where}": (page(which, cursor=cursor), {f"ix_invoice_{name}"})
    for which, name in LISTS.items()
    if which is not InvoiceFilter.ALL
    for where, cursor in (("first", None), ("after", f">{MIDDLE}"), ("before", f"<{MIDDLE}"))
}
PAGES |= {
    f"all {where}": (page(InvoiceFilter.ALL, cursor=cursor), {"pk_invoice", "sqlite_autoindex_invoice_1"})
    for where, cursor in (("first", None), ("after", f">{MIDDLE}"), ("before", f"<{MIDDLE}"))
}
PAGES |= {
    f"clients {where}": (clients(cursor), {"ix_client_live"})
    for where, cursor in (("first", ""), ("after", ">client 050/0"), ("before", "<client 050/0"))
}
QUERIES: dict[str, tuple[Ask, set[str]]] = {
    f"{which.value} of one client": (page(which, True), {"ix_invoice_client", f"ix_invoice_{name}"})
    for which, name in LISTS.items()
}
QUERIES |= {
    "a search": (
        lambda work, shop: work.clients.search("client 07", 8),
        {"ix_client_live", "pk_client", "sqlite_autoindex_client_1"},
    ),
    "overdue sums": (lambda work, shop: work.invoices.overdue_totals(TODAY), {"ix_invoice_due"}),
    "by number": (
        lambda work, shop: work.invoices.find_number("N-7"),
        {"uq_invoice_business_id_number", "sqlite_autoindex_invoice_2"},
    ),
    "payments of an invoice": (lambda work, shop: work.payments.list_of(IDS.new()), {"ix_payment_invoice"}),
    "credit of a client": (lambda work, shop: work.payments.credits_of(shop.client.id), {"ix_payment_client"}),
    "last change": (lambda work, shop: work.audit.last_of(shop.owner.id), {"ix_audit_member"}),
    "latest about": (lambda work, shop: work.audit.latest_about(shop.client.id), {"ix_audit_subject"}),
    "last draft": (lambda work, shop: work.audit.last_draft_of(shop.owner.id), {"ix_audit_member"}),
    "is undone": (
        lambda work, shop: work.audit.is_undone(IDS.new()),
        {"uq_audit_business_id_undoes", "sqlite_autoindex_audit_2"},
    ),
    "updates left over": (lambda work, shop: work.inbox.list_unhandled("telegram", CHAT, 5), {"ix_inbox_new"}),
    "replies that wait": (lambda work, shop: work.outbox.list_pending(CHAT, 5), {"ix_outbox_waiting"}),
    "replies that were lost": (
        lambda work, shop: work.outbox.give_up_lost(CHAT, MORNING, MORNING),
        {"ix_outbox_waiting"},
    ),
    "seats of a sender": (lambda work, _shop: work.chats.seats(CHAT), {"pk_seat", "sqlite_autoindex_seat_1"}),
    "senders of a member": (
        lambda work, shop: work.chats.senders_of(Seat(shop.id, shop.owner.id)), {"ix_seat_member"},
    ),
    "seats in a workspace": (
        lambda work, _shop: work.chats.neighbours("slack:T7"), {"pk_seat", "sqlite_autoindex_seat_1"},
    ),
    "an open request": (
        lambda work, _shop: work.approvals.find_open(IDS.new()), {"ix_approval_open", "ix_approval_invoice"},
    ),
    "what waits to be sent": (lambda work, _shop: work.reminders.list_waiting(5), {"ix_reminder_unsent"}),
    "reminders of an invoice": (
        lambda work, _shop: work.reminders.list_of(IDS.new()), {"pk_reminder_run", "sqlite_autoindex_reminder_run_1"},
    ),
    "an open promise": (
        lambda work, shop: work.promises.find_open(shop.client.id), {"ix_promise_open", "ix_promise_client"},
    ),
    "promises that ended": (lambda work, _shop: work.promises.list_ended(TODAY, 5), {"ix_promise_promised_on"}),
    "broken promises": (lambda work, shop: work.promises.count_broken(shop.client.id), {"ix_promise_client"}),
    "fees of an invoice": (
        lambda work, _shop: work.fees.list_of(IDS.new()), {"pk_fee_run", "sqlite_autoindex_fee_run_1"},
    ),
    "an invoice as a fee": (lambda work, _shop: work.fees.is_fee(IDS.new()), {"ix_fee_run_fee_invoice"}),
    "notices that wait": (lambda work, _shop: work.notices.list_waiting(5), {"ix_notice_due_at"}),
    "digests to be made": (lambda work, _shop: work.agendas.unmade_digests(), {"ix_digest_run_unmade"}),
    "payments since": (lambda work, _shop: work.payments.received_since(MORNING), {"ix_payment_created_at"}),
    "an earlier letter": (lambda work, shop: work.outbox.letter_before(shop.id, 9), {"ix_outbox_unasked"}),
    "a letter by its id": (lambda work, _shop: work.outbox.find_sent("a@b"), {"ix_outbox_ref"}),
    "older digests": (lambda work, _shop: work.outbox.supersede(CHAT, "digest"), {"ix_outbox_waiting"}),
    "businesses left undone": (
        lambda work, _shop: claim_stale(work.connection, MORNING, MORNING, 5), {"ix_agenda_woken_at"},
    ),
    "newest buttons": (lambda work, shop: work.chats.last_presses(CHAT), {"ix_outbox_chat", "ix_button_outbox_id"}),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_read_from_its_index_without_sorting(
    busy_shop: Shop, storage: Storage, name: str
) -> None:
    ask, indexes = PAGES[name]

    plan = await plan_of(busy_shop, ask)

    assert [index for index in indexes if index in plan], plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_uses_the_index_made_for_it(busy_shop: Shop, storage: Storage, name: str) -> None:
    ask, indexes = QUERIES[name]

    plan = await plan_of(busy_shop, ask)

    assert [index for index in indexes if index in plan], plan
    assert not re.search(r"Seq Scan|SCAN (?!.*INDEX)", plan), plan


async def test_on_postgresql_overdue_sums_never_visit_the_rows(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, QUERIES["overdue sums"][0])

    assert storage.is_sqlite or "Index Only Scan using ix_invoice_due" in plan


async def test_each_number_of_the_overview_has_an_index_of_its_own(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, lambda work, _shop: work.invoices.overview(TODAY))

    for index in ("ix_invoice_due", "ix_invoice_issued", "ix_payment_received", "ix_invoice_drafts"):
        assert index in plan, plan
    assert "Seq Scan" not in plan, plan


async def test_tidying_up_finds_what_has_expired_by_time(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, lambda work, shop: tidy(work.connection, MORNING))

    for index in (
        "ix_conversation_expires_at",
        "ix_button_expires_at",
        "ix_outbox_created_at",
        "ix_inbox_received_at",
        "ix_install_state_expires_at",
        "ix_board_seen_at",
        "ix_unsubscribe_expires_at",
        "ix_digest_run_decided_at",
    ):
        assert index in plan


async def test_the_tick_reads_what_is_due_by_its_moment_without_sorting(
    busy_shop: Shop, storage: Storage
) -> None:
    plans = [
        await plan_of(busy_shop, lambda work, _shop: claim_due(work.connection, EARLY, 200)),
        await plan_of(busy_shop, lambda work, _shop: heal(work.connection, LATE, 200)),
    ]

    for plan in plans:
        assert "ix_agenda_next_at" in plan, plan
        assert not re.search(r"Sort|TEMP B-TREE|Seq Scan|SCAN (?!.*INDEX)", plan), plan


async def test_the_daily_look_begins_at_the_first_due_date_and_probes_runs_by_their_keys(
    busy_shop: Shop, storage: Storage
) -> None:
    plan = await plan_of(
        busy_shop, lambda work, shop: work.reminders.candidates(shop.business, TODAY, TODAY, 200)
    )

    keys = ("sqlite_autoindex_reminder_run_1", "sqlite_autoindex_reminder_1")
    for index in ("ix_invoice_due", *(keys if storage.is_sqlite else ("pk_reminder_run", "pk_reminder"))):
        assert index in plan, plan
    assert not re.search(r"Seq Scan|SCAN (?!.*INDEX|CONSTANT ROW)", plan), plan


async def test_what_went_out_is_read_from_two_indexes(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(
        busy_shop, lambda work, shop: work.outbox.list_recent(shop.id, ["sent", "failed"], 5)
    )

    for index in ("ix_outbox_unasked", "ix_outbox_trouble"):
        assert index in plan, plan
    assert "Seq Scan" not in plan, plan


async def test_boards_are_found_by_their_business_and_by_their_sender(
    busy_shop: Shop, storage: Storage
) -> None:
    plan = await plan_of(busy_shop, lambda work, shop: work.chats.boards(shop.id, "slack:T7/U7"))

    assert "ix_board_business" in plan, plan
    assert "ix_board_sender" in plan, plan
    assert "Seq Scan" not in plan, plan


async def test_a_workspace_is_cut_off_by_ranges_of_indexes(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, lambda work, _shop: work.installations.revoke("slack", "T7"))

    keys = ("sqlite_autoindex_chat_1", "sqlite_autoindex_board_1")
    for index in (
        "ix_outbox_waiting",
        "ix_inbox_new",
        *(keys if storage.is_sqlite else ("pk_chat", "pk_board")),
    ):
        assert index in plan, plan
    assert not re.search(r"Seq Scan|SCAN (?!.*INDEX)", plan), plan
