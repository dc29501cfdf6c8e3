"""Every statement of every repository is executed once, and must be bound to one business."""

import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from core.chat_ports import (
    Board,
    Conversation,
    InboxRow,
    Installation,
    Invitation,
    Link,
    OutboxRow,
    Place,
    Press,
    Seat,
    Settled,
)
from core.errors import BillhookError
from core.ports import Work
from core.views import Cursor, InvoiceFilter
from storage.engine import Storage
from storage.tables import TENANT_TABLES, audit, client, invoice, metadata, outbox
from storage.work import SqlWork
from tests.builders.core import (
    IDS,
    a_business,
    a_client,
    a_draft,
    a_member,
    a_payment,
    an_entry,
    an_invoice,
    an_issued_invoice,
)
from tests.fakes.clock import MORNING
from tests.storage.inspection import Inspector, tenant_tables, unguarded
from tests.storage.shop import Shop, a_request

Call = Callable[[SqlWork], Awaitable[Any]]
BUSINESS, CLIENT, CHAT = a_business(), a_client(), "telegram:statements"
DRAFT = an_invoice(a_draft(CLIENT.id))
ISSUED = an_issued_invoice(BUSINESS, CLIENT, "2026-061")
TODAY = date(2026, 3, 5)
REQUEST = a_request(DRAFT, a_member())

TENANT_CALLS: dict[str, Call] = {
    "businesses.add": lambda work: work.businesses.add(BUSINESS),
    "businesses.get": lambda work: work.businesses.get(),
    "businesses.save": lambda work: work.businesses.save(BUSINESS),
    "members.add": lambda work: work.members.add(a_member()),
    "members.get": lambda work: work.members.get(IDS.new()),
    "members.save": lambda work: work.members.save(a_member()),
    "members.list": lambda work: work.members.list(),
    "clients.add": lambda work: work.clients.add(a_client()),
    "clients.get": lambda work: work.clients.get(IDS.new()),
    "clients.save": lambda work: work.clients.save(CLIENT),
    "clients.remove": lambda work: work.clients.remove(CLIENT),
    "clients.search": lambda work: work.clients.search("acme", 3),
    "clients.list_page": lambda work: work.clients.list_page(Cursor("a/b"), 3),
    "invoices.add": lambda work: work.invoices.add(DRAFT),
    "invoices.get": lambda work: work.invoices.get(IDS.new()),
    "invoices.lock": lambda work: work.invoices.lock(IDS.new()),
    "invoices.find_number": lambda work: work.invoices.find_number("7"),
    "invoices.save": lambda work: work.invoices.save(DRAFT),
    "invoices.save_issued": lambda work: work.invoices.save_issued(ISSUED),
    "invoices.remove_draft": lambda work: work.invoices.remove_draft(DRAFT),
    "invoices.next_count": lambda work: work.invoices.next_count("invoice", "1"),
    "invoices.begin_count": lambda work: work.invoices.begin_count("invoice", "2", 7),
    "invoices.list_page": lambda work: work.invoices.list_page(InvoiceFilter.ALL, TODAY, None, None, 3),
    "invoices.overdue_totals": lambda work: work.invoices.overdue_totals(TODAY),
    "invoices.overview": lambda work: work.invoices.overview(TODAY),
    "payments.add": lambda work: work.payments.add(a_payment(ISSUED)),
    "payments.get": lambda work: work.payments.get(IDS.new()),
    "payments.save": lambda work: work.payments.save(a_payment(ISSUED)),
    "payments.list_of": lambda work: work.payments.list_of(IDS.new()),
    "payments.credits_of": lambda work: work.payments.credits_of(CLIENT.id),
    "audit.add": lambda work: work.audit.add(an_entry("client", CLIENT.id)),
    "audit.get": lambda work: work.audit.get(IDS.new()),
    "audit.last_of": lambda work: work.audit.last_of(IDS.new()),
    "audit.latest_about": lambda work: work.audit.latest_about(IDS.new()),
    "audit.last_draft_of": lambda work: work.audit.last_draft_of(IDS.new()),
    "audit.is_undone": lambda work: work.audit.is_undone(IDS.new()),
    "payments.add_receipt": lambda work: work.payments.add_receipt(IDS.new(), IDS.new()),
    "payments.receipts_of": lambda work: work.payments.receipts_of(IDS.new()),
    "approvals.add": lambda work: work.approvals.add(REQUEST),
    "approvals.get": lambda work: work.approvals.get(IDS.new()),
    "approvals.lock": lambda work: work.approvals.lock(IDS.new()),
    "approvals.find_open": lambda work: work.approvals.find_open(IDS.new()),
    "approvals.save": lambda work: work.approvals.save(REQUEST),
    "files.add": lambda work: work.files.add(IDS.new(), "image/png", b"x"),
    "files.get": lambda work: work.files.get(IDS.new()),
    "files.keep_document": lambda work: work.files.keep_document(IDS.new(), "pdf", b"x"),
    "files.find_document": lambda work: work.files.find_document(IDS.new(), "pdf"),
}
CHAT_CALLS: dict[str, Call] = {
    "chats.lock": lambda work: work.chats.lock(CHAT),
    "chats.place": lambda work: work.chats.place(CHAT),
    "chats.speaker": lambda work: work.chats.speaker("x"),
    "chats.seats": lambda work: work.chats.seats("x"),
    "chats.senders_of": lambda work: work.chats.senders_of(Seat(IDS.new(), IDS.new())),
    "chats.neighbours": lambda work: work.chats.neighbours("slack:T7"),
    "chats.show_board": lambda work: work.chats.show_board(IDS.new(), Board(CHAT, "x", "home", "de")),
    "chats.boards": lambda work: work.chats.boards(IDS.new(), "x"),
    "chats.sit": lambda work: work.chats.sit("x", Seat(IDS.new(), IDS.new())),
    "chats.conversation": lambda work: work.chats.conversation(CHAT, "x"),
    "chats.keep": lambda work: work.chats.keep(CHAT, "x", Conversation(({},))),
    "chats.add_presses": lambda work: work.chats.add_presses(CHAT, "x", IDS.new(), [Press(IDS.token(), "", "", "")]),
    "chats.find_press": lambda work: work.chats.find_press(CHAT, "x"),
    "chats.last_presses": lambda work: work.chats.last_presses(CHAT),
    "chats.invite": lambda work: work.chats.invite("x", Invitation(IDS.new(), "member", MORNING, IDS.new())),
    "chats.accept": lambda work: work.chats.accept("x", MORNING),
    "chats.is_invitation": lambda work: work.chats.is_invitation("x", MORNING),
    "chats.bind": lambda work: work.chats.bind(CHAT, "Team", Place(IDS.new())),
    "chats.set_reachable": lambda work: work.chats.set_reachable(CHAT, True),
    "chats.move": lambda work: work.chats.move(IDS.token(), IDS.token()),
    "chats.choose_language": lambda work: work.chats.choose_language("x", "de"),
    "chats.add_link": lambda work: work.chats.add_link(IDS.token(), Link("x", "help", "", MORNING)),
    "chats.follow": lambda work: work.chats.follow("x", "x", MORNING),
    "chats.is_link": lambda work: work.chats.is_link("x", MORNING),
    "chats.wrong_codes": lambda work: work.chats.wrong_codes("x", MORNING),
    "chats.count_wrong_code": lambda work: work.chats.count_wrong_code("x", MORNING),
    "inbox.store": lambda work: work.inbox.store("x", InboxRow(IDS.token(), CHAT, {}), MORNING),
    "inbox.claim": lambda work: work.inbox.claim("x", "y"),
    "inbox.fail": lambda work: work.inbox.fail("x", "y", "z"),
    "inbox.list_unhandled": lambda work: work.inbox.list_unhandled("x", CHAT, 3),
    "outbox.add": lambda work: work.outbox.add(OutboxRow(IDS.new(), CHAT, {}, None), []),
    "outbox.list_pending": lambda work: work.outbox.list_pending(CHAT, 3),
    "outbox.files_of": lambda work: work.outbox.files_of(IDS.new()),
    "outbox.take": lambda work: work.outbox.take(OutboxRow(IDS.new(), CHAT, {}, None)),
    "outbox.settle": lambda work: work.outbox.settle(IDS.new(), Settled("sent")),
    "slots.reserve": lambda work: work.slots.reserve("x", 1, 3),
    "slots.hold": lambda work: work.slots.hold("x", 1),
    "outbox.give_up_lost": lambda work: work.outbox.give_up_lost(CHAT, MORNING),
    "outbox.list_due": lambda work: work.outbox.list_due(CHAT, 3),
    "outbox.list_lost": lambda work: work.outbox.list_lost(MORNING, 3),
    "outbox.open_question": lambda work: work.outbox.open_question(CHAT, "x"),
    "outbox.list_trouble": lambda work: work.outbox.list_trouble(IDS.new(), 3),
    "outbox.send_again": lambda work: work.outbox.send_again(IDS.new(), IDS.new()),
    "installations.save": lambda work: work.installations.save(
        Installation("slack", "T0STATE", "Studio", "xoxb-7", "U7", (), "U1", MORNING)
    ),
    "installations.find": lambda work: work.installations.find("slack", "T0STATE"),
    "installations.welcome": lambda work: work.installations.welcome("slack", "T0STATE"),
    "installations.revoke": lambda work: work.installations.revoke("slack", "T0STATE"),
    "installations.refresh_keys": lambda work: work.installations.refresh_keys(3),
    "installations.add_state": lambda work: work.installations.add_state(IDS.token(), MORNING),
    "installations.take_state": lambda work: work.installations.take_state("x", MORNING),
}  # fmt: skip
CHAT_TABLES = {"seat", "invitation", "outbox", "chat", "board"}
"""Read before the business is known, so their business_id is a fact and not a fence."""


async def executed(shop: Shop, inspector: Inspector, call: Call) -> list[Any]:
    """The statements of one call, whatever comes of it."""
    with suppress(BillhookError):
        async with shop.work() as work:
            inspector.seen.clear()
            await call(work)
    return list(inspector.seen)


@pytest.mark.parametrize("name", TENANT_CALLS)
async def test_a_statement_on_a_tenant_table_is_bound_to_one_business(
    shop: Shop, session_storage: tuple[Storage, Inspector], name: str
) -> None:
    _storage, inspector = session_storage

    statements = await executed(shop, inspector, TENANT_CALLS[name])

    assert statements
    assert all(tenant_tables(statement) for statement in statements)
    assert inspector.open == []


@pytest.mark.parametrize("name", CHAT_CALLS)
async def test_a_statement_about_chats_stays_away_from_tenant_tables(
    shop: Shop, session_storage: tuple[Storage, Inspector], name: str
) -> None:
    _storage, inspector = session_storage

    statements = await executed(shop, inspector, CHAT_CALLS[name])

    assert statements
    assert [statement for statement in statements if tenant_tables(statement)] == []


async def test_these_tests_know_every_method_of_every_repository(shop: Shop) -> None:
    repositories = [name for name, member in vars(Work).items() if isinstance(member, property)]

    async with shop.work() as work:
        methods = {
            f"{name}.{method}"
            for name in repositories
            for method, _function in inspect.getmembers(getattr(work, name), inspect.iscoroutinefunction)
            if not method.startswith("_")
        }

    assert methods == TENANT_CALLS.keys() | CHAT_CALLS.keys()


def test_a_table_with_a_business_is_guarded_or_known_to_be_a_chat_table() -> None:
    with_business = {table.name for table in metadata.tables.values() if "business_id" in table.c}

    assert with_business == {table.name for table in TENANT_TABLES} | CHAT_TABLES


def test_every_key_of_a_guarded_table_begins_with_the_business() -> None:
    keys = [
        key for table in TENANT_TABLES for key in (table.primary_key, *table.indexes, *table.constraints)
        if isinstance(key, (sa.PrimaryKeyConstraint, sa.UniqueConstraint, sa.Index))
    ]  # fmt: skip

    assert [key.name for key in keys if next(iter(key.columns)).name != "business_id"] == []


TENANT: Any = sa.bindparam("tenant")
LATER = audit.alias("later")
JOINED = client.join(invoice, invoice.c.client_id == client.c.id)
OPEN_STATEMENTS: dict[str, tuple[Any, set[str]]] = {
    "no condition": (sa.select(invoice), {"invoice"}),
    "by id only": (sa.select(invoice).where(invoice.c.id == sa.bindparam("key")), {"invoice"}),
    "other than": (sa.select(invoice).where(invoice.c.business_id != TENANT), {"invoice"}),
    "another name": (sa.select(invoice).where(invoice.c.business_id == sa.bindparam("who")), {"invoice"}),
    "one side of a join": (sa.select(invoice).select_from(JOINED).where(client.c.business_id == TENANT), {"invoice"}),
    "in a subquery": (
        sa.select(audit).where(audit.c.business_id == TENANT, ~sa.exists().where(LATER.c.undoes == audit.c.id)),
        {"later"},
    ),
    "an update": (sa.update(client).values(name="x"), {"client"}),
    "a delete": (sa.delete(client).where(client.c.id == sa.bindparam("key")), {"client"}),
    "an insert": (sa.insert(client), {"client"}),
    "a text": (sa.text("SELECT * FROM payment"), {"payment"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN_STATEMENTS)
def test_the_inspection_finds_a_statement_that_is_open_to_all(name: str) -> None:
    statement, tables = OPEN_STATEMENTS[name]

    assert unguarded(statement, [{"key": 7}]) == tables


def test_the_inspection_lets_a_bound_statement_and_chat_tables_pass() -> None:
    joined = sa.select(invoice).select_from(
        client.join(
            invoice, (invoice.c.client_id == client.c.id) & (client.c.business_id == invoice.c.business_id)
        )
    )

    found = [
        unguarded(joined.where(invoice.c.business_id == TENANT), []),
        unguarded(sa.insert(client), [{"business_id": 7}]),
        unguarded(sa.select(outbox), []),
    ]

    assert found == [set(), set(), set()]
