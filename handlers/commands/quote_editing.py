"""Changing a draft of a quote, with the words that change one of an invoice."""

from __future__ import annotations

from core.errors import N_
from core.quote_ports import QuoteFilter
from core.usecases.quote import change_quote, must_be_quote_draft
from handlers.command import Command
from handlers.commands.editing import edit_buttons, edited_draft, line_fields, split_edit
from handlers.commands.quotes import find_quote, quote_form, quote_options
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Ask, Asked, Button, Detour, Field, Outcome, Raw, Reply, Text
from handlers.quotes import quote_draft_card, quote_draft_reply
from handlers.words import _

_NAMES = (
    "client",
    "add",
    "remove",
    "valid",
    "period",
    "vat",
    "discount",
    "currency",
    "ref",
    "order",
    "note",
    "incl",
)
_WHICH = quote_form(QuoteFilter.DRAFT)


def read_quote_edit(text: str) -> Raw:
    """`valid 60d; line 2: 4h design @ 120`, before it a button's id."""
    return split_edit(text, _NAMES, "quote", "valid 60d")


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    which = await _WHICH(ctx, raw)
    if which[0].asked is Asked.REQUIRED and not raw.get("quote"):
        return which
    quote = await find_quote(ctx, raw.get("quote"))
    must_be_quote_draft(quote)
    return (*which, *await line_fields(ctx, raw, quote.draft), *quote_options(ctx, quote))


async def edit(ctx: Context, answers: Answers) -> Outcome:
    quote = await find_quote(ctx, answers["quote"])
    must_be_quote_draft(quote)
    client = await ctx.work.clients.get(quote.draft.client_id)
    if all(value is None for name, value in answers.items() if name not in ("quote", "at")):
        key = quote.id.hex
        buttons = edit_buttons("quote edit", key, len(quote.draft.lines), _NAMES)
        ask = Text(_("What do you want to change?"))
        return Reply(
            (*quote_draft_card(ctx, quote, client), ask), (*buttons, Button(_("Done"), "quote show", key))
        )
    edited = await edited_draft(ctx, quote.draft, answers)
    if isinstance(edited, (Ask, Detour)):
        return edited
    draft, client = edited
    valid = answers["valid"] or quote.valid
    if (draft, valid) == (quote.draft, quote.valid):
        return quote_draft_reply(ctx, quote, client)
    saved, entry = await change_quote(ctx.desk, quote, draft, valid)
    return quote_draft_reply(ctx, saved, client, undo_button(entry))


COMMANDS = (
    Command(
        name="quote edit",
        help=N_("Change a draft quote"),
        run=edit,
        group="invoices",
        example="/quote edit",
        form=_form,
        read=read_quote_edit,
        whole=True,
    ),
)
