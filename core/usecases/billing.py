"""From an accepted quote to invoices: the whole of it, deposits on it, and then what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.audit import Action, Entry
from core.documents import words
from core.errors import N_, Conflict, InvalidInput
from core.invoice import MAX_NOTE, Draft, Invoice, Part, Quoted
from core.money import Money
from core.quote import Quote, part_of, share
from core.terms import Terms
from core.usecases.deposits import billed, is_deposit, must_be_accepted
from core.usecases.desk import Desk
from core.usecases.invoice import add_draft, create_draft, must_be_draft
from core.usecases.quote import forget_order, note_order


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of a quote a deposit asks for, VAT included: a percentage or an amount in major units."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    field: str = "share"
    """Where it was typed."""


async def bill(desk: Desk, quote: Quote) -> tuple[Invoice, Entry]:
    """A draft with the lines of the quote, at the terms that count now; deposits on it are taken off. The quote must be
    locked.
    """
    must_be_accepted(quote)
    part = Part.REST if any(map(is_deposit, await billed(desk, quote))) else Part.WHOLE
    return await create_draft(desk, _fresh(desk, quote, part))


async def bill_deposit(desk: Desk, quote: Quote, asked: Asked) -> tuple[Invoice, Entry]:
    """A draft over a share of it, the VAT of each rate in proportion. The quote must be locked."""
    must_be_accepted(quote)
    return await create_draft(desk, _deposit(desk, quote, asked, desk.business.terms))


async def take_deposit(
    desk: Desk, draft: Draft, asked: Asked, before: Invoice | None = None
) -> tuple[Invoice, Quote, Entry]:
    """A deposit on what was drafted, at its terms, and the quote that stands behind it from then on: the rest is billed
    as that of any quote. `before`: the draft that it takes the place of.
    """
    if draft.quoted is not None:
        raise Conflict(
            N_("It bills the quote {number} already. For a deposit on that: /quote deposit {number} 30%"),
            number=draft.quoted.number,
        )
    if before is not None:
        must_be_draft(before)
        await desk.work.invoices.remove_draft(before)
    quote = await note_order(desk, draft)
    amount = _amount(quote, asked)
    if amount > quote.total:
        raise InvalidInput(
            asked.field, N_("A deposit of {amount} is more than the total of {total}."), "30%", amount=amount,
            total=quote.total,
        )  # fmt: skip
    invoice, client = await add_draft(desk, _deposit(desk, quote, asked, draft.due))
    return invoice, quote, await desk.record(Action.DEPOSIT_DRAFTED, invoice, client.name, before=before)


async def give_up_deposit(desk: Desk, deposit: Invoice, before: Invoice | None) -> Invoice:
    """Undo that: the draft from before is there again. The number of the quote was given, so it becomes withdrawn."""
    must_be_draft(deposit)
    quoted = deposit.draft.quoted
    await desk.work.invoices.remove_draft(deposit)
    if quoted is not None:
        await forget_order(desk, await desk.work.quotes.lock(quoted.quote_id))
    if before is None:
        return deposit
    await desk.work.invoices.add(before)
    return before


def _deposit(desk: Desk, quote: Quote, asked: Asked, due: Terms | date) -> Draft:
    document = quote.issued
    line = words.deposit(document.number, document.language, asked.percent)
    found = share(document, _amount(quote, asked), line)
    draft = _fresh(desk, quote, Part.DEPOSIT)
    return replace(
        draft,
        lines=found.lines,
        inclusive=found.inclusive,
        discount=None,
        due=due,
        note=_noted(quote, draft.note),
    )


def _amount(quote: Quote, asked: Asked) -> Money:
    if asked.percent is not None:
        amount = part_of(quote.total, asked.percent)
    else:
        amount = Money.of(asked.amount or Decimal(0), quote.total.currency)
    if amount.minor <= 0:
        raise InvalidInput(asked.field, N_("A deposit is more than nothing."), "30%")
    return amount


def _noted(quote: Quote, note: str) -> str:
    """With what the deposit is for: an invoice says what is delivered (§ 14 (4) no. 5 UStG), before it is, too."""
    lines = "; ".join(dict.fromkeys(line.description for line in quote.draft.lines))
    told = f"{note}\n{words.deposit_for(lines, quote.issued.language)}".strip()
    return told if len(told) <= MAX_NOTE else note


def _fresh(desk: Desk, quote: Quote, part: Part) -> Draft:
    quoted = Quoted(quote.id, quote.label, part)
    return replace(quote.draft, due=desk.business.terms, early=None, issue_on=None, quoted=quoted, prepaid=())
