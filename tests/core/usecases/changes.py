"""Each change that can be undone: what it needs, the change itself, and a later one that stands in the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.audit import Action, Entry
from core.money import Money
from core.party import Role
from core.quote_ports import QuoteFilter
from core.recurrence import first_on
from core.series import Does
from core.terms import Terms
from core.usecases.business import change_role, change_settings
from core.usecases.client import add_client, archive_client, change_client, restore_client
from core.usecases.desk import Desk
from core.usecases.invoice import change_draft, create_draft, discard_draft, issue, void
from core.usecases.payment import record_payment, reverse_payment
from core.usecases.product import add_product, archive_product, change_product, restore_product
from core.usecases.quote import (
    create_quote,
    discard_quote,
)
from core.usecases.reminder import mark_sent, reword, stop
from core.usecases.series import pause_series, skip_next, start_series
from core.views import InvoiceFilter
from tests.builders.core import a_client, a_draft, a_full_draft, a_member
from tests.builders.products import a_product
from tests.builders.series import LAST_DAYS
from tests.core.usecases.client_words import (
    a_client_left_alone,
    ask_again_for_no_mail,
    promise_it,
    promise_it_again,
    want_mail_again,
    withdraw_it,
)
from tests.core.usecases.credit_changes import (
    another_invoice,
    credit_some,
    refund_some,
    reverse_the_refund,
    reverse_the_use,
    use_it_for_another,
    void_its_credit_note,
)
from tests.core.usecases.import_changes import a_shown_file, change_the_imported_client, import_it
from tests.core.usecases.quote_changes import (
    a_draft_quote,
    accept_it,
    an_issued_quote,
    decline_it,
    issue_the_newest_quote,
    issue_the_quote,
    prolong_it,
    take_a_deposit,
    touch_the_quote,
    withdraw_the_quote,
)
from tests.storage.shop import a_reminder

Step = Callable[[Desk, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """`prepare` gives what `act` and `go_on` are handed; `act` gives the entry to undo."""

    prepare: Step
    act: Callable[[Desk, Any], Awaitable[Entry]]
    go_on: Step


async def nothing(_desk: Desk, _given: Any) -> None:
    """This change needs nothing."""


async def a_kept_client(desk: Desk, _given: Any) -> Any:
    client = a_client("Globex")
    await add_client(desk, client)
    return client


async def an_archived_client(desk: Desk, _given: Any) -> Any:
    return (await archive_client(desk, await a_kept_client(desk, None)))[0]


async def a_kept_draft(desk: Desk, _given: Any) -> Any:
    client = await a_kept_client(desk, None)
    return (await create_draft(desk, a_full_draft(client.id)))[0]


async def a_kept_invoice(desk: Desk, _given: Any) -> Any:
    return (await issue(desk, await a_kept_draft(desk, None)))[0]


async def an_overpaid_invoice(desk: Desk, _given: Any) -> Any:
    invoice = await a_kept_invoice(desk, None)
    await pay_the_invoice(desk, invoice)
    return invoice


async def an_invoice_beside_credit(desk: Desk, _given: Any) -> Any:
    return await another_invoice(desk, (await an_overpaid_invoice(desk, None)).draft.client_id)


async def a_kept_member(desk: Desk, _given: Any) -> Any:
    member = a_member(name="Ben", role=Role.MEMBER)
    await desk.work.members.add(member)
    return member


async def change_the_settings(desk: Desk, _given: Any) -> Entry:
    changed = replace(desk.business, name="Umfirmiert", iban="", footer="changed", currency="CHF")
    return (await change_settings(desk, changed))[1]


async def change_the_settings_again(desk: Desk, _given: Any) -> None:
    await change_settings(desk, replace(await desk.work.businesses.get(), footer="again"))


async def add_a_client(desk: Desk, _given: Any) -> Entry:
    return await add_client(desk, a_client("Initech"))


async def draft_for_the_new_client(desk: Desk, _given: Any) -> None:
    client = (await desk.work.clients.search("Initech", 1))[0]
    await create_draft(desk, a_draft(client.id))


async def change_the_client(desk: Desk, client: Any) -> Entry:
    return (await change_client(desk, client, replace(client, name="Globex Inc", email="")))[1]


async def change_the_client_again(desk: Desk, client: Any) -> None:
    stored = await desk.work.clients.get(client.id)
    await change_client(desk, stored, replace(stored, email="again@globex.example"))


async def change_the_draft(desk: Desk, draft: Any) -> Entry:
    changed = a_draft(draft.draft.client_id, currency="KWD", note="changed")
    return (await change_draft(desk, draft, changed))[1]


async def change_the_draft_again(desk: Desk, draft: Any) -> None:
    stored = await desk.work.invoices.get(draft.id)
    await change_draft(desk, stored, replace(stored.draft, note="again"))


async def create_the_draft(desk: Desk, client: Any) -> Entry:
    return (await create_draft(desk, a_draft(client.id)))[1]


async def issue_the_newest_draft(desk: Desk, _given: Any) -> None:
    page = await desk.work.invoices.list_page(InvoiceFilter.DRAFT, desk.today, None, None, 1)
    await issue(desk, await desk.work.invoices.get(page.rows[0].id))


async def remove_the_client(desk: Desk, draft: Any) -> None:
    await desk.work.clients.remove(await desk.work.clients.get(draft.draft.client_id))


async def pay_the_invoice(desk: Desk, invoice: Any) -> Entry:
    stored = await desk.work.invoices.lock(invoice.id)
    return (await record_payment(desk, stored, Money(99999, "EUR"), desk.today, "cash"))[2]


async def void_the_invoice(desk: Desk, invoice: Any) -> Entry:
    return (await void(desk, await desk.work.invoices.lock(invoice.id), "falscher Betrag"))[1]


async def touch_the_invoice(desk: Desk, invoice: Any) -> None:
    """No command changes a void invoice; only its version can tell that something did."""
    await desk.work.invoices.save(await desk.work.invoices.get(invoice.id))


async def reverse_the_payment(desk: Desk, invoice: Any) -> None:
    await reverse_payment(desk, (await desk.work.payments.list_of(invoice.id))[0])


async def promote(desk: Desk, member: Any) -> Entry:
    return (await change_role(desk, member, Role.ADMIN))[1]


async def demote(desk: Desk, member: Any) -> None:
    await change_role(desk, await desk.work.members.get(member.id), Role.ACCOUNTANT)


async def issue_it(desk: Desk, draft: Any) -> Entry:
    return (await issue(desk, draft))[1]


async def archive_it(desk: Desk, client: Any) -> Entry:
    return (await archive_client(desk, client))[1]


async def restore_it(desk: Desk, client: Any) -> Entry:
    return (await restore_client(desk, client))[1]


async def a_kept_reminder(desk: Desk, _given: Any) -> Any:
    invoice = await a_kept_invoice(desk, None)
    client = await desk.work.clients.get(invoice.draft.client_id)
    reminder = a_reminder(client, invoice)
    assert await desk.work.reminders.add(reminder)
    return reminder


async def reword_it(desk: Desk, reminder: Any) -> Entry:
    return (await reword(desk, await desk.work.reminders.lock(reminder.id), "Bitte zahlen!"))[1]


async def stop_it(desk: Desk, reminder: Any) -> Entry:
    return (await stop(desk, await desk.work.reminders.lock(reminder.id)))[1]


async def send_it(desk: Desk, reminder: Any) -> None:
    await mark_sent(desk, await desk.work.reminders.lock(reminder.id), None)


async def a_debtor(desk: Desk, _given: Any) -> Any:
    invoice = await a_kept_invoice(desk, None)
    return await desk.work.clients.get(invoice.draft.client_id)


async def a_promising_debtor(desk: Desk, _given: Any) -> Any:
    client = await a_debtor(desk, None)
    await promise_it(desk, client)
    return client


async def add_a_product(desk: Desk, _given: Any) -> Entry:
    return await add_product(desk, a_product())


async def a_kept_product(desk: Desk, _given: Any) -> Any:
    await add_a_product(desk, None)
    return await the_product(desk)


async def the_product(desk: Desk) -> Any:
    return (await desk.work.products.list_page(None, 1)).rows[0]


async def reprice_it(desk: Desk, product: Any) -> Entry:
    return (await change_product(desk, product, replace(product, price=Decimal(77))))[1]


async def rename_the_product(desk: Desk, _given: Any) -> None:
    product = await the_product(desk)
    await change_product(desk, product, replace(product, name="Other"))


async def archive_the_product(desk: Desk, product: Any) -> Entry:
    return (await archive_product(desk, product))[1]


async def an_archived_product(desk: Desk, _given: Any) -> Any:
    return (await archive_product(desk, await a_kept_product(desk, None)))[0]


async def bring_it_back(desk: Desk, product: Any) -> Entry:
    return (await restore_product(desk, product))[1]


async def restore_it_again(desk: Desk, product: Any) -> None:
    await restore_product(desk, await desk.work.products.get(product.id))


async def start_it(desk: Desk, client: Any) -> Entry:
    rule = first_on(LAST_DAYS, desk.today)
    return (await start_series(desk, a_draft(client.id), rule, Does.ISSUE))[1]


async def a_series_of_a_client(desk: Desk, _given: Any) -> Any:
    client = await a_kept_client(desk, None)
    await start_it(desk, client)
    return client


async def skip_it(desk: Desk, client: Any) -> Entry:
    return (await skip_next(desk, (await desk.work.series.list_live(1, client.id))[0]))[1]


async def pause_its_series(desk: Desk, client: Any) -> None:
    await pause_series(desk, (await desk.work.series.list_live(1, client.id))[0])


async def draft_a_quote(desk: Desk, client: Any) -> Entry:
    return (await create_quote(desk, a_draft(client.id), Terms(days=30)))[1]


CHANGES = {
    Action.SETTINGS_CHANGED: Change(nothing, change_the_settings, change_the_settings_again),
    Action.CLIENT_ADDED: Change(nothing, add_a_client, draft_for_the_new_client),
    Action.CLIENT_CHANGED: Change(a_kept_client, change_the_client, change_the_client_again),
    Action.CLIENT_ARCHIVED: Change(a_kept_client, archive_it, change_the_client_again),
    Action.CLIENT_RESTORED: Change(an_archived_client, restore_it, change_the_client_again),
    Action.FILE_IMPORTED: Change(a_shown_file, import_it, change_the_imported_client),
    Action.PRODUCT_ADDED: Change(nothing, add_a_product, rename_the_product),
    Action.PRODUCT_CHANGED: Change(a_kept_product, reprice_it, rename_the_product),
    Action.PRODUCT_ARCHIVED: Change(a_kept_product, archive_the_product, restore_it_again),
    Action.PRODUCT_RESTORED: Change(an_archived_product, bring_it_back, rename_the_product),
    Action.DRAFT_CREATED: Change(a_kept_client, create_the_draft, issue_the_newest_draft),
    Action.DRAFT_CHANGED: Change(a_kept_draft, change_the_draft, change_the_draft_again),
    Action.DEPOSIT_DRAFTED: Change(a_kept_draft, take_a_deposit, issue_the_newest_draft),
    Action.DRAFT_DISCARDED: Change(a_kept_draft, discard_draft, remove_the_client),
    Action.INVOICE_ISSUED: Change(a_kept_draft, issue_it, pay_the_invoice),
    Action.INVOICE_VOIDED: Change(a_kept_invoice, void_the_invoice, touch_the_invoice),
    Action.CREDIT_NOTE_ISSUED: Change(a_kept_invoice, credit_some, void_its_credit_note),
    Action.MONEY_GIVEN_BACK: Change(an_overpaid_invoice, refund_some, reverse_the_refund),
    Action.CREDIT_USED: Change(an_invoice_beside_credit, use_it_for_another, reverse_the_use),
    Action.PAYMENT_RECORDED: Change(a_kept_invoice, pay_the_invoice, reverse_the_payment),
    Action.MEMBER_CHANGED: Change(a_kept_member, promote, demote),
    Action.REMINDER_EDITED: Change(a_kept_reminder, reword_it, send_it),
    Action.REMINDER_STOPPED: Change(a_kept_reminder, stop_it, send_it),
    Action.MAIL_ALLOWED: Change(a_client_left_alone, want_mail_again, ask_again_for_no_mail),
    Action.PROMISE_MADE: Change(a_debtor, promise_it, promise_it_again),
    Action.PROMISE_WITHDRAWN: Change(a_promising_debtor, withdraw_it, promise_it_again),
    Action.QUOTE_DRAFTED: Change(a_kept_client, draft_a_quote, issue_the_newest_quote),
    Action.QUOTE_CHANGED: Change(a_draft_quote, prolong_it, issue_the_quote),
    Action.QUOTE_DISCARDED: Change(a_draft_quote, discard_quote, remove_the_client),
    Action.QUOTE_ISSUED: Change(a_draft_quote, issue_the_quote, accept_it),
    Action.QUOTE_ACCEPTED: Change(an_issued_quote, accept_it, withdraw_the_quote),
    Action.QUOTE_DECLINED: Change(an_issued_quote, decline_it, accept_it),
    Action.QUOTE_WITHDRAWN: Change(an_issued_quote, withdraw_the_quote, touch_the_quote),
    Action.SERIES_STARTED: Change(a_kept_client, start_it, pause_its_series),
    Action.SERIES_CHANGED: Change(a_series_of_a_client, skip_it, pause_its_series),
}


async def snapshot(desk: Desk) -> dict[str, Any]:
    """Everything of a business that people see, without the versions."""
    work = desk.work
    clients = [*await work.clients.search("", 99), *await work.clients.search("", 99, live=False)]
    rows = (await work.invoices.list_page(InvoiceFilter.ALL, desk.today, None, None, 99)).rows
    invoices = [await work.invoices.get(row.id) for row in rows]
    reminders = [found for invoice in invoices for found in await work.reminders.list_of(invoice.id)]
    promises = [await work.promises.find_open(client.id) for client in clients]
    return {
        "reminders": [replace(reminder, version=0) for reminder in reminders],
        "promises": [promise and replace(promise, version=0) for promise in promises],
        "left alone": [client.email and await work.opt_outs.since(client.email) for client in clients],
        "series": [replace(series, version=0) for series in await work.series.list_live(99)],
        "business": replace(await work.businesses.get(), version=0),
        "members": [replace(member, version=0) for member in await work.members.list()],
        "products": [
            replace(product, version=0)
            for live in (True, False)
            for product in await work.products.search("", 99, live)
        ],
        "clients": [replace(client, version=0) for client in clients],
        "invoices": [replace(invoice, version=0) for invoice in invoices],
        "quotes": [
            replace(await work.quotes.get(row.id), version=0)
            for row in (await work.quotes.list_page(QuoteFilter.ALL, None, None, 99)).rows
        ],
        "payments": [await work.payments.list_of(invoice.id) for invoice in invoices],
        "credit": [await work.payments.credits_of(client.id) for client in clients],
    }
