"""What is done with credit notes and credit, as tests/core/usecases/changes.py names it."""

from __future__ import annotations

from typing import Any

from core.audit import Entry
from core.money import Money
from core.usecases.client_credit import refund, take_back_move, use_credit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue
from core.usecases.payment import reverse_payment
from tests.builders.core import a_draft


async def credit_some(desk: Desk, invoice: Any) -> Entry:
    stored = await desk.work.invoices.lock(invoice.id)
    return (await credit(desk, stored, Money(1173, "EUR"), "zu spät")).entry


async def void_its_credit_note(desk: Desk, invoice: Any) -> None:
    await void_credit_note(desk, (await desk.work.credit_notes.list_of(invoice.id))[0], "falsch")


async def refund_some(desk: Desk, invoice: Any) -> Entry:
    stored = await desk.work.invoices.lock(invoice.id)
    return (await refund(desk, stored, Money(173, "EUR"), desk.today, "cash"))[0][1]


async def reverse_the_refund(desk: Desk, invoice: Any) -> None:
    await reverse_payment(desk, (await desk.work.payments.list_of(invoice.id))[-1])


async def another_invoice(desk: Desk, client_id: Any) -> Any:
    return (await issue(desk, (await create_draft(desk, a_draft(client_id)))[0]))[0]


async def use_it_for_another(desk: Desk, other: Any) -> Entry:
    return (await use_credit(desk, other.id)).entry


async def reverse_the_use(desk: Desk, other: Any) -> None:
    await take_back_move(desk, (await desk.work.payments.list_of(other.id))[0])
