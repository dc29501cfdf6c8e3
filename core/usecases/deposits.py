"""How the invoices of one quote go together: deposits up to its total, then one invoice that takes them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from core.errors import N_, Conflict, InvalidInput
from core.invoice import Draft, Invoice, Part, Prepaid, State
from core.money import Money, total
from core.quote import Quote, QuoteState
from core.totals import priced
from core.usecases.desk import Desk


async def agreed(desk: Desk, draft: Draft, own: UUID | None = None) -> Draft:
    """The draft as it may be billed now, with the deposits that it takes off; a draft without a quote as it is.

    Asked when it is drafted and again when it is issued; the quote stays locked until the transaction ends, so that
    two invoices of one quote never miss each other. `own` is the invoice's id where it has one.
    """
    if draft.quoted is None:
        return draft
    quote = await desk.work.quotes.lock(draft.quoted.quote_id)
    must_be_accepted(quote)
    deposits = _deposits(quote, await billed(desk, quote, own))
    if draft.quoted.part is not Part.DEPOSIT:
        return replace(draft, prepaid=_taken_off(quote, deposits))
    _check_room(quote, deposits, priced(desk.business, draft).payable)
    return draft


def check_quoted(before: Draft, after: Draft) -> None:
    """Raises Conflict where a change would bill something else than the quote was about."""
    if before.quoted is None:
        return
    if (after.client_id, after.currency) != (before.client_id, before.currency):
        raise Conflict(
            N_("It bills the quote {number}: client and currency stay."), number=before.quoted.number
        )
    if before.quoted.part is Part.DEPOSIT and _billing(after) != _billing(before):
        raise Conflict(
            N_("It is a deposit on {number}, so its lines and VAT stay. Discard it and bill another share: "
               "/quote deposit {number} 30%"),
            number=before.quoted.number,
        )  # fmt: skip


def _billing(draft: Draft) -> tuple[object, ...]:
    return draft.lines, draft.tax, draft.discount, draft.inclusive, draft.early


async def billed(desk: Desk, quote: Quote, own: UUID | None = None) -> Sequence[Invoice]:
    """The invoices of a quote that count, oldest first: drafts too, void ones not."""
    found = await desk.work.invoices.list_of_quote(quote.id)
    return [invoice for invoice in found if invoice.id != own and counts(invoice)]


def counts(invoice: Invoice) -> bool:
    """What is void or credited in full bills nothing any more."""
    credited_in_full = bool(invoice.total) and invoice.credited == invoice.total
    return invoice.state is not State.VOID and not credited_in_full


def is_deposit(invoice: Invoice) -> bool:
    return invoice.draft.quoted is not None and invoice.draft.quoted.part is Part.DEPOSIT


async def check_deposit_free(desk: Desk, invoice: Invoice) -> None:
    """Raises Conflict for a deposit whose quote was billed to its end: that invoice took it off, or left it out, as
    it stood then.
    """
    if not is_deposit(invoice) or invoice.draft.quoted is None:
        return
    quote = await desk.work.quotes.lock(invoice.draft.quoted.quote_id)
    for other in await billed(desk, quote, invoice.id):
        if not is_deposit(other) and other.state is State.ISSUED:
            raise Conflict(
                N_(
                    "{number} is a deposit on a quote that {rest} billed to its end. Void or credit {rest} first."
                ),
                number=invoice.issued.number,
                rest=other.issued.number,
            )


async def check_counts_again(desk: Desk, invoice: Invoice) -> None:
    """Before a void invoice becomes valid, or one that was credited in full is owed again: its quote may have been
    billed anew meanwhile. Raises Conflict where the client would be asked twice for the same.
    """
    if invoice.draft.quoted is None or counts(invoice):
        return
    quote = await desk.work.quotes.lock(invoice.draft.quoted.quote_id)
    deposits = _deposits(quote, await billed(desk, quote, invoice.id))
    number = invoice.issued.number
    if is_deposit(invoice):
        sum_of_all = invoice.total + total((other.total for other in deposits), quote.total.currency)
        fits = sum_of_all <= quote.total
    else:
        fits = _taken_off(quote, deposits) == invoice.issued.prepaid
    if not fits:
        raise Conflict(
            N_("Deposits on {quote} were billed or credited since, so {number} stays as it is."),
            quote=quote.label,
            number=number,
        )


def must_be_accepted(quote: Quote) -> None:
    if quote.state is QuoteState.ACCEPTED:
        return
    if quote.state is QuoteState.DRAFT:
        raise Conflict(N_("This quote is a draft still: issue it, and note that it was accepted."))
    raise Conflict(
        N_("{number} is not accepted. If the client said yes, note that first: /quote accept {number}"),
        number=quote.label,
    )


def _deposits(quote: Quote, others: Sequence[Invoice]) -> Sequence[Invoice]:
    """Raises Conflict where one of them bills all of it."""
    for other in others:
        if not is_deposit(other):
            raise _billed_already(quote, other)
    return others


def _check_room(quote: Quote, deposits: Sequence[Invoice], amount: Money) -> None:
    sum_of_all = amount + total((deposit.total for deposit in deposits), quote.total.currency)
    if sum_of_all > quote.total:
        raise InvalidInput(
            "share", N_("Deposits on {number} would come to {sum}, which is more than its total of {total}."),
            "30%", number=quote.label, sum=sum_of_all, total=quote.total,
        )  # fmt: skip


def _billed_already(quote: Quote, other: Invoice) -> Conflict:
    if other.state is State.DRAFT:
        return Conflict(
            N_("The invoice of {number} is drafted already. Issue or discard that first: /invoices draft"),
            number=quote.label,
        )
    return Conflict(
        N_("{number} is billed already, with {invoice}."), number=quote.label, invoice=other.issued.number
    )


def _taken_off(quote: Quote, deposits: Sequence[Invoice]) -> tuple[Prepaid, ...]:
    for deposit in deposits:
        if deposit.state is State.DRAFT:
            raise Conflict(
                N_("A deposit on {number} is drafted still. Issue or discard it first: /invoices draft"),
                number=quote.label,
            )
        if deposit.credited:
            raise Conflict(
                N_(
                    "The deposit {number} was credited in part. Credit the rest of it, and it does not count any more."
                ),
                number=deposit.issued.number,
            )
        if deposit.balance:
            raise Conflict(
                N_("The deposit {number} is not paid yet: {balance} is open. Record the payment first, or void it."),
                number=deposit.issued.number, balance=deposit.balance,
            )  # fmt: skip
    return tuple(_prepaid(deposit) for deposit in deposits)


def _prepaid(deposit: Invoice) -> Prepaid:
    document = deposit.issued
    return Prepaid(document.number, document.issued_on, deposit.total, document.totals.tax_rows)
