"""From an accepted quote to invoices: the whole of it, deposits on it, and then what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from core.audit import Entry
from core.documents import words
from core.errors import N_, InvalidInput
from core.invoice import Draft, Invoice, Part, Quoted
from core.money import Money
from core.quote import Quote, part_of, share
from core.usecases.deposits import billed, is_deposit, must_be_accepted
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of a quote a deposit asks for, VAT included: a percentage or an amount in major units."""

    percent: Decimal | None = None
    amount: Decimal | None = None


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
    document = quote.issued
    if asked.percent is not None:
        amount = part_of(quote.total, asked.percent)
        line = words.deposit(document.number, document.language, asked.percent)
    else:
        amount = Money.of(asked.amount or Decimal(0), quote.total.currency)
        line = words.deposit(document.number, document.language)
    if amount.minor <= 0:
        raise InvalidInput("share", N_("A deposit is more than nothing."), "30%")
    found = share(document, amount, line)
    draft = replace(
        _fresh(desk, quote, Part.DEPOSIT), lines=found.lines, inclusive=found.inclusive, discount=None
    )
    return await create_draft(desk, draft)


def _fresh(desk: Desk, quote: Quote, part: Part) -> Draft:
    quoted = Quoted(quote.id, quote.label, part)
    return replace(quote.draft, due=desk.business.terms, early=None, issue_on=None, quoted=quoted, prepaid=())
