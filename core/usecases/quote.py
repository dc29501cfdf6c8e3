"""The life of a quote: drafted, changed, issued under a number of its own, and decided by either side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.audit import Action, Entry
from core.codes import code_hash
from core.documents.printable import check_printable
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Document, Draft, Kind
from core.quote import FARTHEST, MAX_SIGNED, SERIES, USUAL, Quote, QuoteState, last_day, watched
from core.terms import Terms
from core.usecases.deposits import billed, counts
from core.usecases.desk import Desk
from core.usecases.invoice import document_of, live_client
from core.usecases.plan import plan_of


async def create_quote(desk: Desk, draft: Draft, valid: Terms | date) -> tuple[Quote, Entry]:
    """Raises InvalidInput when the draft could not be issued as it stands."""
    client = await live_client(desk, draft)
    total = (await preview_quote(desk, draft, valid)).totals.payable
    quote = Quote(desk.ids.new(), draft, valid, total, desk.clock.now())
    await desk.work.quotes.add(quote)
    return quote, await desk.record(Action.QUOTE_DRAFTED, quote, client.name)


async def change_quote(desk: Desk, before: Quote, draft: Draft, valid: Terms | date) -> tuple[Quote, Entry]:
    must_be_quote_draft(before)
    client = await live_client(desk, draft)
    total = (await preview_quote(desk, draft, valid)).totals.payable
    saved = await desk.work.quotes.save(replace(before, draft=draft, valid=valid, total=total))
    return saved, await desk.record(Action.QUOTE_CHANGED, saved, client.name, before=before)


async def discard_quote(desk: Desk, quote: Quote) -> Entry:
    must_be_quote_draft(quote)
    await desk.work.quotes.remove_draft(quote)
    client = await desk.work.clients.get(quote.draft.client_id)
    return await desk.record(Action.QUOTE_DISCARDED, quote, client.name, before=quote)


async def issue_quote(desk: Desk, quote: Quote) -> tuple[Quote, Entry]:
    """Give the number and freeze everything, as issuing an invoice does; it must be locked, as in all that follow."""
    must_be_quote_draft(quote)
    document = await _numbered(desk, quote.draft, quote.valid)
    total = document.totals.payable
    offered = replace(quote, state=QuoteState.OPEN, document=document, total=total)
    return await _moved(desk, quote, offered, Action.QUOTE_ISSUED)


async def note_order(desk: Desk, draft: Draft) -> Quote:
    """A quote that nobody was offered: what was ordered, accepted as it is noted, so that its invoices go together.

    Without an audit entry of its own, for a change that leaves another one. Raises InvalidInput when the draft could
    not be issued as it stands.
    """
    draft = replace(draft, early=None, issue_on=None, delivered_on=None)
    document = await _numbered(desk, draft, USUAL)
    ordered = Quote(
        desk.ids.new(), draft, USUAL, document.totals.payable, desk.clock.now(), document=document
    )
    ordered = _by(desk, ordered, QuoteState.ACCEPTED)
    await desk.work.quotes.add(ordered)
    return ordered


async def _numbered(desk: Desk, draft: Draft, valid: Terms | date) -> Document:
    document = await preview_quote(desk, draft, valid)
    pattern = desk.business.quote_pattern
    count = await desk.work.invoices.next_count(SERIES, pattern.period(document.issued_on))
    document = replace(document, number=pattern.format(count, document.issued_on))
    await _must_be_new(desk, document.number)
    return document


async def _must_be_new(desk: Desk, number: str) -> None:
    """No quote may be taken for an invoice or a credit note."""
    invoice, note = (
        await desk.work.invoices.find_number(number),
        await desk.work.credit_notes.find_number(number),
    )
    if invoice or note:
        raise Conflict(
            N_("{number} was given under an earlier pattern. Choose another one: /settings quote-pattern …"),
            number=number,
        )


async def preview_quote(desk: Desk, draft: Draft, valid: Terms | date) -> Document:
    """What it would be if it were issued now, without its number: no due date, and no way to pay."""
    client = await live_client(desk, draft)
    document = document_of(desk, client, draft, await plan_of(desk))
    until = last_day(valid, document.issued_on)
    if not document.issued_on <= until <= document.issued_on + FARTHEST:
        raise InvalidInput(
            "valid",
            N_("It would be valid until {until}; that is before its date {issued}, or years away."),
            "30d",
            until=until,
            issued=document.issued_on,
        )
    quote = replace(document, kind=Kind.QUOTE, valid_until=until, due_on=until, terms="", iban="", bic="")
    check_printable(quote)
    return quote


# -- what becomes of it ------------------------------------------------------------------------------


async def accept(desk: Desk, quote: Quote) -> tuple[Quote, Entry]:
    """The client said yes to the business itself; also to a quote that has expired or was declined before."""
    if quote.state is QuoteState.ACCEPTED:
        raise _decided(quote)
    _must_be_issued(quote)
    if quote.state is QuoteState.WITHDRAWN:
        raise _decided(quote)
    return await _moved(desk, quote, _by(desk, quote, QuoteState.ACCEPTED), Action.QUOTE_ACCEPTED)


async def decline(desk: Desk, quote: Quote) -> tuple[Quote, Entry]:
    """The client said no to the business itself."""
    _must_be_open(quote)
    return await _moved(desk, quote, _by(desk, quote, QuoteState.DECLINED), Action.QUOTE_DECLINED)


async def take_from_offer(desk: Desk, quote: Quote) -> Quote:
    """Withdrawing an open one without an audit entry of its own, for a change that leaves another one."""
    _must_be_open(quote)
    return await desk.work.quotes.save(_by(desk, quote, QuoteState.WITHDRAWN))


async def forget_order(desk: Desk, quote: Quote) -> Quote:
    """Likewise for what was only noted, as long as nothing of it is billed. It must be locked."""
    await check_unbilled(desk, quote)
    return await desk.work.quotes.save(_by(desk, quote, QuoteState.WITHDRAWN))


async def withdraw(desk: Desk, quote: Quote) -> tuple[Quote, Entry]:
    """It is offered no more; an accepted one only as long as nothing of it was billed."""
    if quote.state is QuoteState.ACCEPTED:
        await check_unbilled(desk, quote)
    else:
        _must_be_open(quote)
    return await _moved(desk, quote, _by(desk, quote, QuoteState.WITHDRAWN), Action.QUOTE_WITHDRAWN)


async def answer_quote(desk: Desk, quote: Quote, name: str, *, yes: bool) -> tuple[Quote, Entry]:
    """The client decides on the page, under the name they typed; while it holds, and once.

    Raises InvalidInput for a name that is missing or too long, and Conflict where there is nothing to decide.
    """
    signed = " ".join(name.split())
    if not signed or len(signed) > MAX_SIGNED or not signed.isprintable():
        raise InvalidInput("name", N_("Please write your name."), "Ada Lovelace")
    _must_be_open(quote)
    if quote.expired(desk.today):
        raise Conflict(N_("{number} was valid until {until}."), number=quote.label, until=quote.valid_until)
    state = QuoteState.ACCEPTED if yes else QuoteState.DECLINED
    decided = replace(
        quote, state=state, decided_at=desk.clock.now(), decided_by=signed, by_client=True, next_at=None
    )
    return await _moved(desk, quote, decided, Action.QUOTE_ANSWERED)


async def say_expired(desk: Desk, quote: Quote) -> bool:
    """Whether that is to be said now; once, however often it is asked. It must be locked."""
    if quote.next_at is None or quote.next_at > desk.clock.now():
        return False
    if not quote.expired(desk.today):
        # The business has moved to where its last day is not over yet.
        await desk.work.quotes.save(watched(quote, desk.business.zone))
        return False
    await desk.work.quotes.save(replace(quote, next_at=None))
    return True


async def hand_out_quote(desk: Desk, quote: Quote) -> str:
    """The token of one more page of that quote, of which only a hash is kept."""
    _must_be_issued(quote)
    token = desk.ids.code()
    await desk.work.quotes.add_link(code_hash(token), quote.id, desk.clock.now())
    return token


async def revoke_quote_links(desk: Desk, quote: Quote) -> int:
    """No page of that quote is shown any more, and nobody answers it there; says how many there were."""
    _must_be_issued(quote)
    count = await desk.work.quotes.revoke_links(quote.id)
    if count:
        await desk.record(Action.LINKS_REVOKED, quote, quote.label)
    return count


async def restore_quote(desk: Desk, quote: Quote, before: Quote) -> Quote:
    """Undo what was said about it, which is refused once something of it was billed. It must be locked."""
    if quote.state is QuoteState.ACCEPTED:
        await check_unbilled(desk, quote)
    return await desk.work.quotes.save(replace(before, version=quote.version))


async def check_unbilled(desk: Desk, quote: Quote) -> None:
    for invoice in await billed(desk, quote):
        if counts(invoice) and invoice.document:
            raise Conflict(
                N_("{number} is billed already, with {invoice}."),
                number=quote.label,
                invoice=invoice.issued.number,
            )
        raise Conflict(
            N_("An invoice of {number} is drafted. Discard it first: /invoices draft"), number=quote.label
        )


def must_be_quote_draft(quote: Quote) -> None:
    if quote.state is not QuoteState.DRAFT:
        raise Conflict(
            N_("{number} is issued already; write a new quote instead: /quote"), number=quote.label
        )


def _must_be_issued(quote: Quote) -> None:
    if quote.state is QuoteState.DRAFT:
        raise Conflict(N_("This quote is a draft still; issue it first."))


def _must_be_open(quote: Quote) -> None:
    _must_be_issued(quote)
    if quote.state is not QuoteState.OPEN:
        raise _decided(quote)


def _decided(quote: Quote) -> Conflict:
    message = {
        QuoteState.ACCEPTED: N_("{number} is accepted already."),
        QuoteState.DECLINED: N_("{number} is declined already."),
        QuoteState.WITHDRAWN: N_("{number} is withdrawn; write a new quote instead: /quote"),
    }[quote.state]
    return Conflict(message, number=quote.label)


def _by(desk: Desk, quote: Quote, state: QuoteState) -> Quote:
    return replace(
        quote,
        state=state,
        decided_at=desk.clock.now(),
        decided_by=desk.member.name,
        by_client=False,
        next_at=None,
    )


async def _moved(desk: Desk, before: Quote, after: Quote, action: Action) -> tuple[Quote, Entry]:
    saved = await desk.work.quotes.save(watched(after, desk.business.zone))
    entry = await desk.record(action, saved, saved.label, before=before)
    if saved.next_at is not None:
        await desk.work.agendas.wake(saved.next_at)
    return saved, entry
