"""`/send Q2026-0001` and `/quote link`: a quote goes to its client by mail, or as the address of its page."""

from __future__ import annotations

from core.errors import N_, Conflict
from core.quote import Quote
from core.quote_ports import QuoteFilter
from core.usecases.quote import revoke_quote_links
from core.usecases.sending import check_quota, check_quote_sendable
from handlers.command import Command, optional
from handlers.commands.quotes import find_quote, quote_form
from handlers.commands.sending import NOW, address_in, as_read, must_be_on, split_send, sure_in
from handlers.context import Context
from handlers.forms import whole
from handlers.handing_out import hand_out_quote_letter
from handlers.kinds import Answers, Asked, Block, Box, Button, Field, Notice, Outcome, Raw, Reply, Text
from handlers.page_links import must_be_reachable, quote_link, some_page
from handlers.quote_letters import covering_quote
from handlers.reading.parties import read_email
from handlers.words import _

_WHICH = quote_form(QuoteFilter.OPEN)


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_on(ctx)
    return (
        *await _WHICH(ctx, raw),
        Field("email", _("To which mail address?"), read_email, Asked.SILENT, box=Box.MAIL),
        Field("sure", "", str.strip, Asked.SILENT),
    )


def _read(text: str) -> Raw:
    """`Q2026-0001 [to ADDRESS] [now]`."""
    raw = split_send(text)
    return {**({"quote": raw["number"]} if "number" in raw else {}),
            **{name: raw[name] for name in ("email", "sure") if name in raw}}  # fmt: skip


async def send(ctx: Context, answers: Answers) -> Outcome:
    must_be_on(ctx)
    quote = await find_quote(ctx, answers["quote"])
    client = await ctx.work.clients.get(quote.draft.client_id)
    email = address_in(answers, client)
    sure, token = sure_in(answers, "quote", "/send Q2026-0001 now")
    await check_quote_sendable(ctx.desk, quote, email)
    values = {"number": quote.label, "total": ctx.money(quote.total), "email": email}
    if not sure:
        letter = covering_quote(ctx, quote, client, some_page(ctx))
        press = f"{quote.id.hex} to {email} {NOW}:{ctx.ids.token()}"
        question = Notice(_("Send {number} over {total} to {email}?", **values))
        return Reply(
            (question, *as_read(ctx, letter)), (Button(_("Send"), "quote send", press, tone="primary"),)
        )
    await check_quota(ctx.desk)
    if not await hand_out_quote_letter(ctx, quote, client, email, token or ctx.ids.token()):
        raise Conflict(
            N_("{number} was sent to {email} with this button already."), number=quote.label, email=email
        )
    text = _("{number} over {total} is on its way to {email}. If it does not arrive, you are told.", **values)
    show = Button(_("Show"), "quote show", quote.id.hex)
    return Reply((Notice(text, "success"),), (Button(_("Deliveries"), "deliveries"), show))


async def link(ctx: Context, answers: Answers) -> Outcome:
    must_be_reachable(ctx)
    return await _linked(ctx, await find_quote(ctx, answers["quote"]), ())


async def renew(ctx: Context, answers: Answers) -> Outcome:
    must_be_reachable(ctx)
    quote = await find_quote(ctx, answers["quote"])
    await revoke_quote_links(ctx.desk, quote)
    said = Notice(_("Every earlier link to {number} leads nowhere now.", number=quote.label), "success")
    return await _linked(ctx, quote, (said,))


async def _linked(ctx: Context, quote: Quote, said: tuple[Block, ...]) -> Reply:
    address = await quote_link(ctx, quote)
    text = _("The page of {number} for {client}; whoever has this link sees it, and can accept or decline:",
             number=quote.label, client=quote.issued.buyer.name)  # fmt: skip
    question = _("Make every link to {number} lead nowhere?", number=quote.label)
    buttons = (
        Button(_("Show"), "quote show", quote.id.hex),
        Button(_("New link"), "quote link renew", quote.id.hex, confirm=question),
        Button(_("Revoke"), "quote link revoke", quote.id.hex, tone="danger", confirm=question),
    )
    return Reply((*said, Notice(text), Text(address)), buttons)


async def revoke(ctx: Context, answers: Answers) -> Outcome:
    quote = await find_quote(ctx, answers["quote"])
    if not await revoke_quote_links(ctx.desk, quote):
        raise Conflict(N_("Nobody has a link to {number}."), number=quote.label)
    text = _("No link leads to {number} any more.", number=quote.label)
    return Reply((Notice(text, "success"),), (Button(_("New link"), "quote link", quote.id.hex),))


COMMANDS = (
    Command(
        name="quote send",
        help=N_("Mail a quote to its client"),
        run=send,
        group="invoices",
        example="/quote send Q2026-0001",
        form=_form,
        read=_read,
    ),
    Command(
        name="quote link",
        help=N_("Get the address at which a client answers a quote"),
        run=link,
        group="invoices",
        example="/quote link Q2026-0001",
        form=_WHICH,
        read=whole("quote"),
    ),
    Command(
        name="quote link renew",
        help=N_("Make every link to a quote lead nowhere, and get a new one"),
        run=renew,
        form=optional("quote"),
        typed=False,
    ),
    Command(
        name="quote link revoke",
        help=N_("Make every link to a quote lead nowhere"),
        run=revoke,
        form=optional("quote"),
        typed=False,
    ),
)
