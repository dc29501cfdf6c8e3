"""How a quote looks in a chat: as a draft, once issued, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit import Entry
from core.invoice import Invoice, Kind
from core.party import Client
from core.quote import Quote, QuoteState, last_day
from core.quote_ports import QuoteRow
from core.terms import Terms
from core.totals import priced
from core.usecases.deposits import is_deposit
from handlers.cards import lines_of, option_pairs, sums_of, whom
from handlers.context import Context, undo_button
from handlers.kinds import Block, Button, DocumentPdf, Facts, Notice, Reply
from handlers.vat_words import vat_pairs
from handlers.words import _


def quote_draft_card(ctx: Context, quote: Quote, client: Client) -> tuple[Block, ...]:
    """What was understood, line by line, with the totals it comes to."""
    draft = quote.draft
    totals = priced(ctx.desk.business, draft)
    heading = (*whom(client), (_("Valid until"), valid_text(ctx, quote)), *option_pairs(ctx, draft, client))
    title = _("Draft quote for {client}", client=client.name)
    return (
        Facts((*heading, *vat_pairs(ctx, draft, client)), title),
        lines_of(ctx, totals),
        Facts(sums_of(ctx, totals, draft.discount)),
    )


def valid_text(ctx: Context, quote: Quote) -> str:
    """The last day, and the time that was typed for it."""
    until = last_day(quote.valid, ctx.today)
    if isinstance(quote.valid, Terms):
        return _("{date} ({terms})", date=until, terms=quote.valid)
    return ctx.day(until)


def quote_draft_reply(
    ctx: Context, quote: Quote, client: Client, *more: Button, said: tuple[Block, ...] = ()
) -> Reply:
    total = ctx.money(quote.total)
    issue = _("Issue this quote to {client} over {total}?", client=client.name, total=total)
    discard = _("Throw the draft quote for {client} over {total} away?", client=client.name, total=total)
    buttons = (
        Button(_("Issue"), "quote issue", quote.id.hex, tone="primary", confirm=issue),
        Button(_("Edit"), "quote edit", quote.id.hex),
        Button(_("Discard"), "quote discard", quote.id.hex, tone="danger", confirm=discard),
        *more,
    )
    return Reply((*said, *quote_draft_card(ctx, quote, client)), buttons)


def issued_quote_reply(ctx: Context, quote: Quote, entry: Entry) -> Reply:
    """What is said right after a quote was issued, with its document."""
    text = _("Quote {number} to {client}: {total}, valid until {until}.", number=quote.label,
             client=quote.issued.buyer.name, total=ctx.money(quote.total), until=quote.valid_until)  # fmt: skip
    buttons = (
        *_ways_to_client(ctx, quote),
        Button(_("Show"), "quote show", quote.id.hex),
        undo_button(entry),
    )
    return Reply((Notice(text, "success"),), buttons, (quote_pdf(quote),))


def quote_card(ctx: Context, quote: Quote) -> tuple[Block, ...]:
    """An issued quote as it was frozen, with what became of it."""
    document = quote.issued
    until = ctx.day(quote.valid_until) if quote.state is QuoteState.OPEN else str(quote.valid_until)
    pairs = [
        (_("Status"), quote_status(quote.state, expired=quote.expired(ctx.today))),
        (_("Client"), document.buyer.name),
        (_("Date"), str(document.issued_on)),
        (_("Valid until"), until),
    ]
    if quote.decided_at is not None:
        said = _("by {name}, {time}", name=quote.decided_by, time=ctx.time(quote.decided_at))
        pairs.append((_("Client's answer") if quote.by_client else _("Answered"), said))
    if document.period:
        pairs.append((_("Period"), f"{document.period.start} – {document.period.end}"))
    if document.reference:
        pairs.append((_("Reference"), document.reference))
    return (
        Facts(tuple(pairs), _("Quote {number}", number=quote.label)),
        lines_of(ctx, document.totals),
        Facts(sums_of(ctx, document.totals, document.discount)),
    )


def quote_buttons(ctx: Context, quote: Quote, billed: Sequence[Invoice] = ()) -> tuple[Button, ...]:
    """What can be done with it now; `billed` are the invoices that count."""
    key = quote.id.hex
    pdf = Button(_("PDF"), "quote pdf", key)
    if quote.state is QuoteState.OPEN:
        return (*_ways_to_client(ctx, quote), pdf, *_decisions(ctx, quote))
    if quote.state is QuoteState.ACCEPTED:
        if not all(map(is_deposit, billed)):
            return (pdf,)
        label = _("Bill the rest") if billed else _("Bill all of it")
        convert = Button(label, "quote convert", key, tone="primary")
        return (pdf, convert, Button(_("Bill a deposit"), "quote deposit", key))
    if quote.state is QuoteState.DECLINED:
        return (pdf, Button(_("Accepted after all"), "quote accept", key))
    return (pdf,)


def _decisions(ctx: Context, quote: Quote) -> tuple[Button, ...]:
    key = quote.id.hex
    values = {
        "number": quote.label,
        "client": quote.issued.buyer.name,
        "total": ctx.money(quote.total),
    }
    return (
        Button(_("Accepted"), "quote accept", key,
               confirm=_("Note that {client} accepted {number} over {total}?", **values)),
        Button(_("Declined"), "quote decline", key, confirm=_("Note that {client} declined {number}?", **values)),
        Button(_("Withdraw"), "quote withdraw", key, tone="danger",
               confirm=_("Withdraw {number} to {client} over {total}?", **values)),
    )  # fmt: skip


def _ways_to_client(ctx: Context, quote: Quote) -> tuple[Button, ...]:
    send = (Button(_("Send"), "quote send", quote.id.hex),) if ctx.mailing else ()
    link = (Button(_("Link for the client"), "quote link", quote.id.hex),) if ctx.public_url else ()
    return (*send, *link)


def quote_status(state: QuoteState, *, expired: bool = False) -> str:
    if expired:
        return _("expired")
    return {
        QuoteState.DRAFT: _("draft"),
        QuoteState.OPEN: _("open"),
        QuoteState.ACCEPTED: _("accepted"),
        QuoteState.DECLINED: _("declined"),
        QuoteState.WITHDRAWN: _("withdrawn"),
    }[state]


def quote_row_status(ctx: Context, row: QuoteRow) -> str:
    return quote_status(row.state, expired=row.expired(ctx.today))


def quote_pdf(quote: Quote) -> DocumentPdf:
    """The document under its number, which is safe as a file name but for the slash a pattern may hold."""
    return DocumentPdf(quote.id, f"{quote.label.replace('/', '-')}.pdf", Kind.QUOTE)
