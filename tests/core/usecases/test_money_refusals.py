"""What is refused about money says why, with which values, and what would do; nothing is changed by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

import pytest

from core.errors import BillhookError, InvalidInput
from core.invoice import Invoice
from core.money import Money
from core.numbering import NumberPattern
from core.usecases.client_credit import refund, take_back_move, use_credit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue, void
from core.usecases.payment import record_payment, reverse_payment
from tests.builders.core import a_draft, a_line
from tests.storage.shop import Shop

DATABASES = ("sqlite",)
"""What is decided here is decided before anything is stored."""
TODAY = date(2026, 3, 5)
TOMORROW = TODAY + timedelta(days=1)
Act: TypeAlias = Callable[[Desk, Invoice], Awaitable[object]]


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


async def issued(shop: Shop, paid: int = 0) -> Invoice:
    """Over EUR 119.00."""
    invoice, _entry = await shop.issue()
    if paid:
        await done(shop, invoice, pays(eur(paid)))
    return await shop.invoice(invoice.id)


async def done(shop: Shop, invoice: Invoice, act: Act) -> None:
    async with shop.desk() as desk:
        await act(desk, await desk.work.invoices.lock(invoice.id))


async def refused(shop: Shop, invoice: Invoice, act: Act) -> tuple[str, str, str]:
    """Of which field, what is said, and what would do."""
    with pytest.raises(BillhookError) as caught:
        await done(shop, invoice, act)
    error = caught.value
    return (
        (error.field, str(error), error.example) if isinstance(error, InvalidInput) else ("", str(error), "")
    )


def pays(amount: Money, on: date = TODAY) -> Act:
    return lambda desk, invoice: record_payment(desk, invoice, amount, on, "cash")


def gives_back(amount: Money | None, on: date = TODAY) -> Act:
    return lambda desk, invoice: refund(desk, invoice, amount, on, "cash")


def uses(amount: Money | None) -> Act:
    return lambda desk, invoice: use_credit(desk, invoice.id, amount)


def credits(amount: Money | None) -> Act:
    return lambda desk, invoice: credit(desk, invoice, amount, "late")


async def test_refunds_say_what_of_an_invoice_is_credit(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    paid, over = await issued(shop, 119_00), await issued(shop, 140_00)

    answers = [
        await refused(shop, draft, gives_back(None)),
        await refused(shop, paid, gives_back(None)),
        await refused(shop, over, gives_back(Money(1_00, "CHF"))),
        await refused(shop, over, gives_back(eur(0))),
        await refused(shop, over, gives_back(eur(21_01))),
        await refused(shop, over, gives_back(eur(1), TOMORROW)),
    ]

    assert answers == [
        ("number", "Nothing was paid on a draft.", "/invoices paid"),
        ("", "There is no credit on 2026-001 to give back. Make a credit note first: /credit 2026-001 …", ""),
        ("amount", "2026-002 is in EUR; CHF is another currency.", "21.00"),
        ("amount", "A refund is more than zero.", "21.00"),
        (
            "amount",
            "Only EUR 21.00 of what was paid on 2026-002 is credit. "
            "Make a credit note first: /credit 2026-002 …",
            "21.00",
        ),
        ("date", "2026-03-06 is in the future; a refund is recorded when it is paid.", "today"),
    ]


async def test_credit_is_used_where_there_is_some_and_where_something_is_owed(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    first = await issued(shop)
    none = await refused(shop, first, uses(None))
    over, second = await issued(shop, 140_00), await issued(shop)

    answers = [
        await refused(shop, draft, uses(None)),
        await refused(shop, over, uses(None)),
        await refused(shop, second, uses(Money(1_00, "CHF"))),
        await refused(shop, second, uses(eur(0))),
        await refused(shop, second, uses(eur(21_01))),
    ]
    await done(shop, second, uses(eur(20_99)))
    async with shop.desk() as desk:
        last = await use_credit(desk, second.id)

    assert none == ("", f"{shop.client.name} has no credit in EUR.", "")
    assert answers == [
        ("", "Only an issued invoice can be paid.", ""),
        ("", "Nothing is owed on 2026-002.", ""),
        ("amount", "2026-003 is in EUR; CHF is another currency.", "21.00"),
        ("amount", "At most EUR 21.00 of credit can be used for 2026-003.", "21.00"),
        ("amount", "At most EUR 21.00 of credit can be used for 2026-003.", "21.00"),
    ]
    assert (last.payment.amount, last.invoice) == (eur(1), await shop.invoice(second.id))
    assert last.invoice.paid == eur(21_00)


async def test_credit_notes_and_payments_say_why_nothing_is_left_to_do(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    paid, gone, whole = [await issued(shop) for _time in range(3)]
    await done(shop, paid, pays(eur(119_00)))
    await done(shop, gone, lambda desk, invoice: void(desk, invoice, "wrong"))
    await done(shop, whole, credits(None))

    answers = [
        await refused(shop, draft, credits(None)),
        await refused(shop, gone, credits(None)),
        await refused(shop, whole, credits(None)),
        await refused(shop, paid, credits(eur(119_01))),
        await refused(shop, paid, pays(eur(1))),
        await refused(shop, whole, pays(eur(1))),
        await refused(shop, gone, pays(eur(1))),
    ]

    assert answers == [
        ("number", "A draft needs no credit note; change or discard it.", "/invoices draft"),
        ("", "2026-002 is void already.", ""),
        ("", "2026-003 is credited in full already.", ""),
        ("amount", "Of 2026-001, only EUR 119.00 is left to credit.", "119.00"),
        ("", "2026-001 is paid already.", ""),
        ("", "Nothing is owed on 2026-003.", ""),
        ("", "Only an issued invoice can be paid.", ""),
    ]


async def test_what_was_taken_back_is_not_taken_back_again(shop: Shop) -> None:
    over, other = await issued(shop, 140_00), await issued(shop)
    async with shop.desk() as desk:
        used = (await use_credit(desk, other.id)).payment
        source = (await desk.work.payments.list_of(over.id))[0]
    took = await refused(shop, over, lambda desk, _invoice: reverse_payment(desk, source))

    async with shop.desk() as desk:
        back = await take_back_move(desk, used)
        plain, _invoice = await reverse_payment(desk, await desk.work.payments.get(source.id))
    answers = [
        await refused(shop, other, lambda desk, _invoice: take_back_move(desk, back)),
        await refused(shop, other, lambda desk, _invoice: take_back_move(desk, source)),
        await refused(shop, over, lambda desk, _invoice: reverse_payment(desk, plain)),
    ]

    assert (back.id, back.reversed_at) == (used.id, plain.reversed_at)
    assert took == (
        "", "Some of this payment was given back or used for another invoice; take that back first.", "",
    )  # fmt: skip
    assert answers == [("", "This payment was taken back already.", "")] * 3
    assert [(await shop.invoice(one.id)).paid for one in (over, other)] == [eur(0), eur(0)]


async def test_a_credit_note_of_lines_is_held_against_the_rates_of_its_invoice(shop: Shop) -> None:
    invoice = await issued(shop)
    lines = (a_line("100.01", "1"),)

    answer = await refused(shop, invoice, lambda desk, locked: credit(desk, locked, lines, "late"))
    async with shop.desk() as desk:
        half = (a_line("25", "2"),)
        made = await credit(desk, await desk.work.invoices.lock(invoice.id), half, "late")
        gone = await void_credit_note(desk, made.credit_note, "wrong")

    assert answer == ("amount", "Of 2026-001, only EUR 119.00 is left to credit.", "119.00")
    note = made.credit_note
    assert (note.total, note.reason, note.document.note) == (eur(59_50), "late", "late")
    assert (note.invoice_id, note.client_id) == (invoice.id, invoice.draft.client_id)
    assert [line.description for line in note.document.totals.lines] == ["Work at 25"]
    assert (gone.credit_note.void_reason, gone.freed, gone.invoice.balance) == ("wrong", eur(0), eur(119_00))


async def test_a_credit_note_never_has_the_number_of_an_invoice(shop: Shop) -> None:
    async with shop.desk() as desk:
        odd = replace(desk, business=replace(desk.business, number_pattern=NumberPattern("CN{YYYY}-{NNNN}")))
        draft, _entry = await create_draft(odd, a_draft(shop.client.id))
        invoice, _entry = await issue(odd, draft)

    answer = await refused(shop, invoice, credits(eur(1_00)))

    assert answer == (
        "",
        "CN2026-0001 was given under an earlier pattern. Choose another one: /settings credit-pattern …",
        "",
    )
    async with shop.desk() as desk:
        alike = replace(desk, business=replace(desk.business, credit_pattern=NumberPattern("{NNNNN}")))
        with pytest.raises(InvalidInput, match="must not look alike"):
            await credit(alike, await desk.work.invoices.lock(invoice.id), eur(1_00), "late")
