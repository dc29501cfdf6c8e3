"""What the business is told about its quotes: that a client answered on the page, and that one has expired."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from core.notify import Kind
from core.quote import Quote, QuoteState
from core.usecases.quote import answer_quote, say_expired
from handlers.background.notices import tell
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.quotes import quote_buttons
from handlers.words import _

_MOST_DUE = 100


async def answered(ctx: Context, quote_id: UUID, name: str, *, yes: bool) -> None:
    """A client's answer and the news of it, in one transaction. Raises what `answer_quote` raises."""
    quote, _entry = await answer_quote(ctx.desk, await ctx.work.quotes.lock(quote_id), name, yes=yes)
    await tell(ctx, Kind.QUOTE, partial(_answer, ctx, quote))


async def due(ctx: Context) -> Sequence[UUID]:
    return await ctx.work.quotes.list_due(ctx.clock.now(), _MOST_DUE)


async def expire(ctx: Context, quote_id: UUID) -> None:
    """Said once for each, whatever dies: the notice and the mark that it was said are one transaction."""
    quote = await ctx.work.quotes.lock(quote_id)
    if await say_expired(ctx.desk, quote):
        await tell(ctx, Kind.QUOTE, partial(_expired, ctx, quote))


def _answer(ctx: Context, quote: Quote) -> Reply:
    values = {
        "client": quote.issued.buyer.name,
        "number": quote.label,
        "total": ctx.money(quote.total),
        "name": quote.decided_by,
    }
    if quote.state is QuoteState.ACCEPTED:
        text = _("{client} accepted {number} over {total} online, signed by {name}.", **values)
        return Reply((Notice(text, "success"),), quote_buttons(ctx, quote))
    text = _("{client} declined {number} over {total} online, signed by {name}.", **values)
    return Reply((Notice(text, "warning"),), (Button(_("Show"), "quote show", quote.id.hex),))


def _expired(ctx: Context, quote: Quote) -> Reply:
    text = _("{number} to {client} over {total} has expired: it was valid until {until}.", number=quote.label,
             client=quote.issued.buyer.name, total=ctx.money(quote.total), until=quote.valid_until)  # fmt: skip
    key = quote.id.hex
    buttons = (
        Button(_("Show"), "quote show", key),
        Button(_("Accepted after all"), "quote accept", key),
        Button(_("New quote"), "quote", f"client {quote.draft.client_id.hex}"),
    )
    return Reply((Notice(text, "warning"),), buttons)
