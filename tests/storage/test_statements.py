"""Every statement of every repository is executed once, and must be bound to one business."""

import inspect
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import BillhookError
from core.invoice import Period
from core.nag_ports import FeeRun
from core.notify import Kind, Preference, WaitingNotice
from core.plan import Feature, Plan, Subscription
from core.plan_ports import OrderState
from core.ports import Work
from core.quote_ports import QuoteFilter
from core.reminder import Chase
from core.views import Cursor, InvoiceFilter
from storage.engine import Storage
from storage.tables import TENANT_TABLES, metadata
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
from tests.builders.credit_notes import a_credit_note
from tests.builders.products import a_product
from tests.builders.quotes import a_quote
from tests.builders.series import a_series
from tests.fakes.clock import MORNING
from tests.storage.chat_calls import CHAT, CHAT_CALLS, Call
from tests.storage.import_calls import IMPORT_CALLS
from tests.storage.inspection import FLEET_NAMES, Inspector, touched, unguarded
from tests.storage.shop import RATE, Shop, a_promise, a_reminder, a_request
from tests.storage.till import a_session, an_account, an_order

BUSINESS, CLIENT = a_business(), a_client()
DRAFT = an_invoice(a_draft(CLIENT.id))
ISSUED = an_issued_invoice(BUSINESS, CLIENT, "2026-061")
CREDIT = a_credit_note(ISSUED)
TODAY = date(2026, 3, 5)
DAYS = Period(TODAY, TODAY)
REQUEST = a_request(DRAFT, a_member())
REMINDER = a_reminder(CLIENT, ISSUED)
PROMISE = a_promise(CLIENT)
PRODUCT = a_product()
SERIES = a_series(CLIENT.id)
QUOTE = a_quote(CLIENT.id)
NOTICE = WaitingNotice(IDS.new(), CHAT, Kind.PREVIEW, MORNING, {})

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
    "products.add": lambda work: work.products.add(a_product()),
    "products.get": lambda work: work.products.get(IDS.new()),
    "products.save": lambda work: work.products.save(PRODUCT),
    "products.remove": lambda work: work.products.remove(PRODUCT),
    "products.find_named": lambda work: work.products.find_named(["hosting", "host"]),
    "products.search": lambda work: work.products.search("host", 3),
    "products.list_page": lambda work: work.products.list_page(Cursor("a/b"), 3),
    "rates.keep": lambda work: work.rates.keep([RATE]),
    "rates.list_between": lambda work: work.rates.list_between(TODAY, TODAY, 3),
    "rates.find_near": lambda work: work.rates.find_near(["EUR", "USD"], TODAY),
    **IMPORT_CALLS,
    "reports.aging": lambda work: work.reports.aging(TODAY),
    "reports.openings": lambda work: work.reports.openings(IDS.new(), TODAY),
    "reports.entries": lambda work: work.reports.entries(IDS.new(), DAYS, 3),
    "reports.billed": lambda work: work.reports.billed(DAYS),
    "reports.invoiced": lambda work: work.reports.invoiced(DAYS),
    "reports.early_discounts": lambda work: work.reports.early_discounts(DAYS),
    "reports.foreign_entries": lambda work: work.reports.foreign_entries(DAYS, "EUR"),
    "reports.foreign_debts": lambda work: work.reports.foreign_debts("EUR"),
    "reports.received": lambda work: work.reports.received(DAYS),
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
    "invoices.recount": lambda work: work.invoices.recount("2026", 7),
    "invoices.list_page": lambda work: work.invoices.list_page(InvoiceFilter.ALL, TODAY, None, None, 3),
    "invoices.overdue_totals": lambda work: work.invoices.overdue_totals(TODAY),
    "invoices.owed": lambda work: work.invoices.owed(TODAY),
    "invoices.overview": lambda work: work.invoices.overview(TODAY),
    "payments.add": lambda work: work.payments.add(a_payment(ISSUED)),
    "credit_notes.add": lambda work: work.credit_notes.add(CREDIT),
    "credit_notes.get": lambda work: work.credit_notes.get(IDS.new()),
    "credit_notes.find_number": lambda work: work.credit_notes.find_number("CN2026-0007"),
    "credit_notes.save": lambda work: work.credit_notes.save(CREDIT),
    "credit_notes.list_of": lambda work: work.credit_notes.list_of(IDS.new()),
    "credit_notes.list_newest": lambda work: work.credit_notes.list_newest(3),
    "payments.get": lambda work: work.payments.get(IDS.new()),
    "payments.save": lambda work: work.payments.save(a_payment(ISSUED)),
    "payments.list_of": lambda work: work.payments.list_of(IDS.new()),
    "payments.credits_of": lambda work: work.payments.credits_of(CLIENT.id),
    "payments.list_credited": lambda work: work.payments.list_credited(CLIENT.id, "EUR"),
    "payments.list_move": lambda work: work.payments.list_move(IDS.new()),
    "payments.received_since": lambda work: work.payments.received_since(MORNING),
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
    "reminders.candidates": lambda work: work.reminders.candidates(BUSINESS, TODAY, TODAY, 3),
    "reminders.candidate": lambda work: work.reminders.candidate(BUSINESS, TODAY, IDS.new()),
    "reminders.add": lambda work: work.reminders.add(REMINDER),
    "reminders.get": lambda work: work.reminders.get(IDS.new()),
    "reminders.lock": lambda work: work.reminders.lock(IDS.new()),
    "reminders.save": lambda work: work.reminders.save(REMINDER),
    "reminders.list_waiting": lambda work: work.reminders.list_waiting(3),
    "reminders.list_of": lambda work: work.reminders.list_of(IDS.new()),
    "reminders.chase": lambda work: work.reminders.chase(IDS.new()),
    "reminders.set_chase": lambda work: work.reminders.set_chase(IDS.new(), Chase()),
    "fees.add": lambda work: work.fees.add(FeeRun(ISSUED.id, 7, ISSUED.total, IDS.new())),
    "fees.list_of": lambda work: work.fees.list_of(IDS.new()),
    "fees.is_fee": lambda work: work.fees.is_fee(IDS.new()),
    "promises.add": lambda work: work.promises.add(PROMISE),
    "promises.get": lambda work: work.promises.get(IDS.new()),
    "promises.find_open": lambda work: work.promises.find_open(IDS.new()),
    "promises.save": lambda work: work.promises.save(PROMISE),
    "promises.list_ended": lambda work: work.promises.list_ended(TODAY, 3),
    "promises.count_broken": lambda work: work.promises.count_broken(IDS.new()),
    "series.add": lambda work: work.series.add(SERIES),
    "series.get": lambda work: work.series.get(IDS.new()),
    "series.lock": lambda work: work.series.lock(IDS.new()),
    "series.save": lambda work: work.series.save(SERIES),
    "series.list_live": lambda work: work.series.list_live(3, IDS.new()),
    "series.list_page": lambda work: work.series.list_page(Cursor(IDS.new().hex), 3),
    "series.count_live": lambda work: work.series.count_live(IDS.new()),
    "series.list_due": lambda work: work.series.list_due(MORNING, 3),
    "series.next_moment": lambda work: work.series.next_moment(MORNING),
    "series.decide": lambda work: work.series.decide(SERIES.id, TODAY, IDS.new(), MORNING),
    "series.invoice_of": lambda work: work.series.invoice_of(SERIES.id, TODAY),
    "invoices.list_of_quote": lambda work: work.invoices.list_of_quote(IDS.new()),
    "quotes.add": lambda work: work.quotes.add(QUOTE),
    "quotes.get": lambda work: work.quotes.get(IDS.new()),
    "quotes.lock": lambda work: work.quotes.lock(IDS.new()),
    "quotes.find_number": lambda work: work.quotes.find_number("Q7"),
    "quotes.save": lambda work: work.quotes.save(QUOTE),
    "quotes.remove_draft": lambda work: work.quotes.remove_draft(QUOTE),
    "quotes.list_page": lambda work: work.quotes.list_page(QuoteFilter.OPEN, IDS.new(), Cursor("x"), 3),
    "quotes.list_ending": lambda work: work.quotes.list_ending(TODAY, TODAY, 3),
    "quotes.list_due": lambda work: work.quotes.list_due(MORNING, 3),
    "quotes.next_moment": lambda work: work.quotes.next_moment(MORNING),
    "notices.add": lambda work: work.notices.add(NOTICE),
    "notices.take_due": lambda work: work.notices.take_due(MORNING, 3),
    "notices.remove": lambda work: work.notices.remove(CHAT, Kind.DIGEST),
    "notices.list_waiting": lambda work: work.notices.list_waiting(3),
    "notices.preference": lambda work: work.notices.preference(CHAT),
    "notices.set_preference": lambda work: work.notices.set_preference(CHAT, Preference()),
    "opt_outs.add": lambda work: work.opt_outs.add("books@acme.example"),
    "payments.find_provider": lambda work: work.payments.find_provider("pi_7"),
    "payments.list_refunds": lambda work: work.payments.list_refunds(IDS.new()),
    "pay_sessions.begin": lambda work: work.pay_sessions.begin(a_session(ISSUED)),
    "pay_sessions.save": lambda work: work.pay_sessions.save(a_session(ISSUED)),
    "pay_sessions.find": lambda work: work.pay_sessions.find("cs_7"),
    "pay_sessions.find_own": lambda work: work.pay_sessions.find_own(IDS.new()),
    "pay_sessions.find_live": lambda work: work.pay_sessions.find_live(IDS.new()),
    "pay_sessions.end_all": lambda work: work.pay_sessions.end_all(),
    "pay_sessions.list_stale": lambda work: work.pay_sessions.list_stale(3),
    "invoice_links.look": lambda work: work.invoice_links.look(IDS.new()),
    "invoice_links.see": lambda work: work.invoice_links.see(IDS.new(), MORNING),
    "invoice_links.seen_at": lambda work: work.invoice_links.seen_at(IDS.new()),
    "opt_outs.since": lambda work: work.opt_outs.since("books@acme.example"),
    "opt_outs.remove": lambda work: work.opt_outs.remove("books@acme.example"),
    "opt_outs.has": lambda work: work.opt_outs.has("books@acme.example"),
}
FLEET_CALLS: dict[str, Call] = {
    "agendas.get": lambda work: work.agendas.get(),
    "agendas.lock": lambda work: work.agendas.lock(),
    "agendas.wake": lambda work: work.agendas.wake(MORNING),
    "agendas.looked": lambda work: work.agendas.looked(TODAY),
    "agendas.rest": lambda work: work.agendas.rest(MORNING),
    "agendas.follow": lambda work: work.agendas.follow(replace(BUSINESS, zone="Asia/Kathmandu")),
    "agendas.unmade_digests": lambda work: work.agendas.unmade_digests(),
    "agendas.digest_made": lambda work: work.agendas.digest_made(TODAY),
    "agendas.digest_before": lambda work: work.agendas.digest_before(TODAY),
    "plans.get": lambda work: work.plans.get(),
    "plans.lock": lambda work: work.plans.lock(),
    "plans.save": lambda work: work.plans.save(Subscription(Plan.PRO)),
    "plans.take": lambda work: work.plans.take(Feature.INVOICES, "2026-03", 5),
    "plans.give_back": lambda work: work.plans.give_back(Feature.INVOICES, "2026-03"),
    "plans.used": lambda work: work.plans.used(Feature.INVOICES, "2026-03"),
    "plans.warn_once": lambda work: work.plans.warn_once(Feature.INVOICES, "2026-03"),
    "plans.note_full": lambda work: work.plans.note_full(Feature.INVOICES, "2026-03"),
    "plans.add_order": lambda work: work.plans.add_order(an_order(a_member())),
    "plans.lock_order": lambda work: work.plans.lock_order(IDS.new()),
    "plans.settle_order": lambda work: work.plans.settle_order(IDS.new(), OrderState.DONE),
    "pay_accounts.find": lambda work: work.pay_accounts.find(),
    "pay_accounts.save": lambda work: work.pay_accounts.save(an_account()),
    "pay_accounts.remove": lambda work: work.pay_accounts.remove(),
    "pay_accounts.find_named": lambda work: work.pay_accounts.find_named("acct_7"),
    "pay_accounts.list_left": lambda work: work.pay_accounts.list_left(),
    "pay_accounts.drop_left": lambda work: work.pay_accounts.drop_left("acct_7"),
    "pay_accounts.add_setup": lambda work: work.pay_accounts.add_setup(IDS.token(), IDS.new(), CHAT, MORNING),
    "invoice_links.add": lambda work: work.invoice_links.add(IDS.token(), IDS.new(), MORNING),
    "quotes.add_link": lambda work: work.quotes.add_link(IDS.token(), IDS.new(), MORNING),
    "quotes.revoke_links": lambda work: work.quotes.revoke_links(IDS.new()),
    "invoice_links.revoke": lambda work: work.invoice_links.revoke(IDS.new()),
}
MIXED_CALLS: dict[str, Call] = {
    "notices.listeners": lambda work: work.notices.listeners(Kind.DIGEST),
}
"""Of a business, and of the chats in which it is heard."""
CHAT_TABLES = {"seat", "invitation", "outbox", "chat", "board", "unsubscribe", "stripe_event", *FLEET_NAMES}
"""Read before the business is known, or for all of them, so their business_id is a fact and not a fence."""


async def executed(shop: Shop, inspector: Inspector, call: Call) -> list[Any]:
    """The statements of one call, whatever comes of it."""
    shop.storage.sells = True
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
    assert all(touched(statement) | touched(statement, FLEET_NAMES) for statement in statements)
    assert any(touched(statement) for statement in statements)
    assert inspector.open == []


@pytest.mark.parametrize("name", MIXED_CALLS)
async def test_a_statement_on_a_tenant_table_and_chats_is_bound_as_well(
    shop: Shop, session_storage: tuple[Storage, Inspector], name: str
) -> None:
    _storage, inspector = session_storage

    statements = await executed(shop, inspector, MIXED_CALLS[name])

    assert any(touched(statement) for statement in statements)
    assert inspector.open == []


@pytest.mark.parametrize("name", FLEET_CALLS)
async def test_a_statement_on_the_fleets_tables_is_bound_to_one_business_all_the_same(
    shop: Shop, session_storage: tuple[Storage, Inspector], name: str
) -> None:
    _storage, inspector = session_storage

    statements = await executed(shop, inspector, FLEET_CALLS[name])

    about = [statement for statement in statements if touched(statement, FLEET_NAMES)]
    assert about
    assert [unguarded(statement, [{"business_id": shop.id}], FLEET_NAMES) for statement in about] == [
        set()
    ] * len(about)


@pytest.mark.parametrize("name", CHAT_CALLS)
async def test_a_statement_about_chats_stays_away_from_tenant_tables(
    shop: Shop, session_storage: tuple[Storage, Inspector], name: str
) -> None:
    _storage, inspector = session_storage

    statements = await executed(shop, inspector, CHAT_CALLS[name])

    assert statements
    assert [statement for statement in statements if touched(statement)] == []


@pytest.mark.usefixtures("selling")
async def test_these_tests_know_every_method_of_every_repository(shop: Shop) -> None:
    repositories = [name for name, member in vars(Work).items() if isinstance(member, property)]

    async with shop.work() as work:
        methods = {
            f"{name}.{method}"
            for name in repositories
            for method, _function in inspect.getmembers(getattr(work, name), inspect.iscoroutinefunction)
            if not method.startswith("_")
        }

    assert methods == TENANT_CALLS.keys() | CHAT_CALLS.keys() | FLEET_CALLS.keys() | MIXED_CALLS.keys()


def test_a_table_with_a_business_is_guarded_or_known_to_be_a_chat_table() -> None:
    with_business = {table.name for table in metadata.tables.values() if "business_id" in table.c}

    assert with_business == {table.name for table in TENANT_TABLES} | CHAT_TABLES


def test_every_key_of_a_guarded_table_begins_with_the_business() -> None:
    keys = [
        key for table in TENANT_TABLES for key in (table.primary_key, *table.indexes, *table.constraints)
        if isinstance(key, (sa.PrimaryKeyConstraint, sa.UniqueConstraint, sa.Index))
    ]  # fmt: skip

    assert [key.name for key in keys if next(iter(key.columns)).name != "business_id"] == []
