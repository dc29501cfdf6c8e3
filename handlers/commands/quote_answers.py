"""What becomes of a quote: the client's answer as the business notes it, and the invoices that bill it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.audit import Entry
from core.errors import N_
from core.invoice import Invoice
from core.quote import Quote
from core.quote_ports import QuoteFilter
from core.usecases.billing import bill, bill_deposit
from core.usecases.desk import Desk
from core.usecases.quote import accept, decline, withdraw
from handlers.cards import draft_reply
from handlers.command import Command
from handlers.commands.deposits import read_share, share_field
from handlers.commands.quotes import find_quote, quote_form
from handlers.context import Context, undo_button
from handlers.forms import word_and_rest
from handlers.kinds import Answers, Notice, Outcome, Raw, Reply
from handlers.quotes import quote_buttons
from handlers.words import _

Change = Callable[[Desk, Quote], Awaitable[tuple[Quote, Entry]]]


def _deciding(change: Change, say: Callable[[Quote], str]) -> Callable[..., Awaitable[Outcome]]:
    async def run(ctx: Context, answers: Answers) -> Outcome:
        found = await find_quote(ctx, answers["quote"])
        quote, entry = await change(ctx.desk, await ctx.work.quotes.lock(found.id))
        buttons = (*quote_buttons(ctx, quote), undo_button(entry))
        return Reply((Notice(say(quote), "success"),), buttons)

    return run


def _accepted(quote: Quote) -> str:
    return _("{client} accepted {number}. Bill all of it, or a deposit first.", client=quote.issued.buyer.name,
             number=quote.label)  # fmt: skip


def _declined(quote: Quote) -> str:
    return _("{client} declined {number}.", client=quote.issued.buyer.name, number=quote.label)


def _withdrawn(quote: Quote) -> str:
    return _("{number} to {client} is withdrawn. Nobody can accept it any more.", number=quote.label,
             client=quote.issued.buyer.name)  # fmt: skip


# -- billing ---------------------------------------------------------------------------------------


async def convert(ctx: Context, answers: Answers) -> Outcome:
    found = await find_quote(ctx, answers["quote"])
    return await _drafted(ctx, *await bill(ctx.desk, await ctx.work.quotes.lock(found.id)))


async def deposit(ctx: Context, answers: Answers) -> Outcome:
    found = await find_quote(ctx, answers["quote"])
    share = read_share(ctx, answers["share"], found.total.currency, number=found.label)
    return await _drafted(ctx, *await bill_deposit(ctx.desk, await ctx.work.quotes.lock(found.id), share))


async def _drafted(ctx: Context, invoice: Invoice, entry: Entry) -> Reply:
    client = await ctx.work.clients.get(invoice.draft.client_id)
    return await draft_reply(ctx, invoice, client, undo_button(entry))


def _first_word(text: str) -> Raw:
    """The number alone: whoever voids an invoice is used to write the reason behind it."""
    word = next(iter(text.split(maxsplit=1)), "")
    return {"quote": word} if word else {}


def _command(name: str, text: str, run: Callable[..., Awaitable[Outcome]], *among: QuoteFilter) -> Command:
    return Command(
        name=f"quote {name}", help=text, run=run, group="invoices", example=f"/quote {name} Q2026-0001",
        form=quote_form(*among), read=_first_word,
    )  # fmt: skip


_OPEN, _ACCEPTED, _REFUSED = QuoteFilter.OPEN, QuoteFilter.ACCEPTED, QuoteFilter.DECLINED

COMMANDS = (
    _command(
        "accept", N_("Note that a client accepted a quote"), _deciding(accept, _accepted), _OPEN, _REFUSED
    ),
    _command("decline", N_("Note that a client declined a quote"), _deciding(decline, _declined), _OPEN),
    _command("withdraw", N_("Withdraw a quote"), _deciding(withdraw, _withdrawn), _OPEN),
    _command("convert", N_("Bill all of an accepted quote"), convert, _ACCEPTED),
    Command(
        name="quote deposit",
        help=N_("Bill a deposit on an accepted quote"),
        run=deposit,
        group="invoices",
        example="/quote deposit Q2026-0001 30%",
        form=quote_form(_ACCEPTED, more=lambda ctx: (share_field(),)),
        read=word_and_rest("quote", "share"),
    ),
    _command("rest", N_("Bill what is left of a quote after its deposits"), convert, _ACCEPTED),
)
