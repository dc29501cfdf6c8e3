"""Each list query must find its rows by the index made for it, so that a page costs the same at any size."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from core.chat_ports import Seat
from core.errors import NotFound
from core.invoice import Period
from core.plan import Feature
from core.quote_ports import QuoteFilter
from core.views import Cursor, InvoiceFilter
from storage.engine import Storage
from storage.housekeeping import tidy
from storage.plans import open_orders
from storage.ticking import claim_due, claim_stale, heal
from storage.work import SqlWork
from tests.builders.core import IDS
from tests.fakes.clock import MORNING
from tests.storage.busy import CHAT, TODAY
from tests.storage.shop import Shop

EARLY, LATE = MORNING - timedelta(days=9), MORNING + timedelta(days=9)
"""When nobody is due yet, and when nobody is planned far ahead."""
Ask = Callable[[SqlWork, Shop], Awaitable[Any]]


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


def products(cursor: str) -> Ask:
    return lambda work, _shop: work.products.list_page(Cursor.read(cursor), 8)


async def look_at_nothing(work: SqlWork, _shop: Shop) -> None:
    with suppress(NotFound):
        await work.invoice_links.look(IDS.new())


MONTH = Period(TODAY.replace(day=1), TODAY)
ISSUED = {"ix_invoice_issued", "ix_credit_note_issued"}
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
PAGES |= {
    f"products {where}": (products(cursor), {"ix_product_live"})
    for where, cursor in (("first", ""), ("after", ">product 050/0"), ("before", "<product 050/0"))
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
    "products by name or code": (
        lambda work, shop: work.products.find_named(["product 007", "p-7"]), {"ix_product_live", "ix_product_code"},
    ),
    "overdue sums": (lambda work, shop: work.invoices.overdue_totals(TODAY), {"ix_invoice_due"}),
    "by number": (
        lambda work, shop: work.invoices.find_number("N-7"),
        {"uq_invoice_business_id_number", "sqlite_autoindex_invoice_2"},
    ),
    "payments of an invoice": (lambda work, shop: work.payments.list_of(IDS.new()), {"ix_payment_invoice"}),
    "credit of a client": (lambda work, shop: work.payments.credits_of(shop.client.id), {"ix_payment_credited"}),
    "last change": (lambda work, shop: work.audit.last_of(shop.owner.id), {"ix_audit_member"}),
    "latest about": (lambda work, shop: work.audit.latest_about(shop.client.id), {"ix_audit_subject"}),
    "last draft": (lambda work, shop: work.audit.last_draft_of(shop.owner.id), {"ix_audit_member"}),
    "revenue of a month": (lambda work, _shop: work.reports.invoiced(MONTH), ISSUED),
    "taxes of a month": (lambda work, _shop: work.reports.billed(MONTH), ISSUED),
    "income of a month": (lambda work, _shop: work.reports.received(MONTH), {"ix_payment_received"}),
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
    "recurring invoices due": (lambda work, _shop: work.series.list_due(MORNING, 5), {"ix_series_due"}),
    "the next recurring invoice": (lambda work, _shop: work.series.next_moment(MORNING), {"ix_series_due"}),
    "recurring invoices": (lambda work, _shop: work.series.list_live(5), {"ix_series_live", "pk_series"}),
    "recurring invoices of a client": (
        lambda work, _shop: work.series.list_live(5, IDS.new()), {"ix_series_client"},
    ),
    "invoices of a quote": (lambda work, _shop: work.invoices.list_of_quote(IDS.new()), {"ix_invoice_quote"}),
    "quotes": (
        lambda work, _shop: work.quotes.list_page(QuoteFilter.ALL, None, None, 5),
        {"pk_quote", "sqlite_autoindex_quote_1"},
    ),
    "quotes of a kind": (
        lambda work, _shop: work.quotes.list_page(QuoteFilter.OPEN, None, None, 5), {"ix_quote_state"},
    ),
    "quotes of a client": (
        lambda work, shop: work.quotes.list_page(QuoteFilter.ALL, shop.client.id, None, 5), {"ix_quote_client"},
    ),
    "quotes that end": (lambda work, _shop: work.quotes.list_ending(TODAY, TODAY, 5), {"ix_quote_ending"}),
    "quotes that have ended": (lambda work, _shop: work.quotes.list_due(MORNING, 5), {"ix_quote_watched"}),
    "the next quote that ends": (lambda work, _shop: work.quotes.next_moment(MORNING), {"ix_quote_watched"}),
    "a quote by its number": (
        lambda work, _shop: work.quotes.find_number("Q-7"),
        {"uq_quote_business_id_number", "sqlite_autoindex_quote_2"},
    ),
    "whose quote": (
        lambda work, _shop: work.quotes.enter("x"), {"pk_quote_link", "sqlite_autoindex_quote_link_1"},
    ),
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
    "money that went back": (lambda work, _shop: work.payments.list_refunds(IDS.new()), {"ix_payment_refunds"}),
    "a booked payment": (lambda work, _shop: work.payments.find_provider("pi_7"), {"ix_payment_provider"}),
    "usage": (
        lambda work, _shop: work.plans.used(Feature.INVOICES, "2026-03"), {"pk_usage", "sqlite_autoindex_usage_1"},
    ),
    "a subscription": (
        lambda work, _shop: work.plans.get(), {"pk_subscription", "sqlite_autoindex_subscription_1"},
    ),
    "whose customer": (
        lambda work, _shop: work.provider_events.find_business("cus_7"), {"ix_subscription_customer"},
    ),
    "orders left open": (
        lambda work, _shop: open_orders(work.connection, MORNING, 5), {"ix_plan_order_open"},
    ),
    "events left over": (
        lambda work, _shop: work.provider_events.list_unapplied(MORNING, 5), {"ix_stripe_event_unapplied"},
    ),
    "an event": (
        lambda work, _shop: work.provider_events.claim("evt_7", MORNING),
        {"pk_stripe_event", "sqlite_autoindex_stripe_event_1"},
    ),
    "a hosted page": (
        lambda work, _shop: work.invoice_links.enter("x"), {"pk_invoice_link", "sqlite_autoindex_invoice_link_1"},
    ),
    "pages of a quote": (lambda work, _shop: work.quotes.revoke_links(IDS.new()), {"ix_quote_link_quote"}),
    "pages of an invoice": (lambda work, _shop: work.invoice_links.revoke(IDS.new()), {"ix_invoice_link_invoice"}),
    "a checkout": (lambda work, _shop: work.pay_sessions.find("cs_7"), {"ix_pay_session_provider"}),
    "a live checkout": (lambda work, _shop: work.pay_sessions.find_live(IDS.new()), {"ix_pay_session_live"}),
    "checkouts to end": (lambda work, _shop: work.pay_sessions.list_stale(5), {"ix_pay_session_to_end"}),
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


async def test_what_a_hosted_page_is_made_of_is_found_by_its_keys(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, look_at_nothing)

    # Where there is one business, SQLite reads the only row there is.
    assert not re.search(r"Seq Scan|SCAN (?!.*INDEX|business)", plan), plan


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
        "ix_pay_setup_expires_at",
        "ix_invoice_link_revoked_at",
        "ix_plan_order_created_at",
        "ix_pay_account_left_at",
        "ix_stripe_event_stored_at",
        "ix_stripe_event_business",
        "ix_usage_period",
    ):
        assert index in plan, plan


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


async def test_debts_by_age_are_read_from_open_invoices_alone(busy_shop: Shop, storage: Storage) -> None:
    plan = await plan_of(busy_shop, lambda work, _shop: work.reports.aging(TODAY))

    assert "ix_invoice_due" in plan or "ix_invoice_open" in plan, plan
    assert not re.search(r"Seq Scan on invoice|SCAN invoice", plan), plan


async def test_an_account_is_read_from_the_indexes_of_its_client(busy_shop: Shop, storage: Storage) -> None:
    plans = [
        await plan_of(busy_shop, lambda work, shop: work.reports.openings(shop.client.id, TODAY)),
        await plan_of(busy_shop, lambda work, shop: work.reports.entries(shop.client.id, MONTH, 9)),
    ]

    for plan in plans:
        assert "ix_invoice_client" in plan, plan
        assert "ix_payment_client" in plan, plan
        assert "Seq Scan" not in plan, plan


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
