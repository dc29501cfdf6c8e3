"""A deposit on a draft: what was drafted is noted as an order with a number, and a share of it is billed first."""

from __future__ import annotations

from dataclasses import replace

from core.errors import N_, InvalidInput
from core.invoice import Draft, Invoice
from core.party import Client
from core.usecases.billing import Asked as Share
from core.usecases.billing import take_deposit
from core.usecases.invoice import must_be_draft
from handlers.cards import draft_reply
from handlers.command import Command
from handlers.commands.drafting import option_fields
from handlers.commands.find import find_draft, names_quote
from handlers.context import Context, as_id, undo_button
from handlers.kinds import Answers, Asked, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import read_amount, read_percent
from handlers.reading.fields import split_fields
from handlers.reading.text import required, shown
from handlers.words import _

_LONGEST = 60


async def deposit_reply(
    ctx: Context, draft: Draft, client: Client, share: Share, before: Invoice | None = None
) -> Reply:
    """The draft of the deposit, and how the rest is billed once it is paid."""
    invoice, quote, entry = await take_deposit(ctx.desk, draft, share, before)
    text = _(
        "{number} keeps what {client} ordered, over {total}. When this deposit is paid, bill the rest with "
        "/quote rest {number}",
        number=quote.label, client=client.name, total=ctx.money(quote.total),
    )  # fmt: skip
    more = (Button(_("Open {number}", number=quote.label), "quote show", quote.id.hex), undo_button(entry))
    return await draft_reply(ctx, invoice, client, *more, said=(Notice(text, "success"),))


def share_field(name: str = "share", asked: Asked = Asked.REQUIRED) -> Field:
    """Kept as it was typed: its currency is known once it is known of what it is a share."""
    options = tuple(Option(f"{percent}%", f"{percent}%") for percent in (20, 30, 50))
    prompt = _("How much is the deposit? A part such as 30%, or an amount with VAT.")
    return Field(name, prompt, lambda text: required(text, name, _LONGEST, "30%"), asked, options=options)


def read_share(ctx: Context, text: str, currency: str, field: str = "share", number: str = "") -> Share:
    """`number` names what it is a share of, where that has one."""
    if text.endswith("%"):
        return Share(percent=read_percent(text, field), field=field)
    amount = read_amount(text, field, ctx.typing, currency_hint=currency)
    if amount.currency in (None, currency):
        return Share(amount=amount.value, field=field)
    if number:
        raise InvalidInput(
            field, N_("{number} is in {currency}; {given} is another currency."), "30%", number=number,
            currency=currency, given=shown(text),
        )  # fmt: skip
    raise InvalidInput(
        field, N_("The draft is in {currency}; {given} is another currency."), "30%", currency=currency,
        given=shown(text),
    )  # fmt: skip


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    draft = await find_draft(ctx, raw.get("draft"))
    must_be_draft(draft)
    due = next(field for field in option_fields(ctx, draft.draft) if field.name == "due")
    return Field("draft", "", str, Asked.SILENT), share_field(), due


def _read(text: str) -> Raw:
    """`30%; due 7d`, before it a button's id or the number of what is no draft any more."""
    head, semicolon, rest = text.partition(";")
    word, _blank, more = head.strip().partition(" ")
    raw: Raw = {}
    if as_id(word) or "-" in word[1:]:
        raw["draft"], head = word, more
    if head.strip():
        raw["share"] = head.strip()
    return {**raw, **split_fields(f";{rest}", ("due",), "deposit")} if semicolon else raw


async def _route(ctx: Context, text: str) -> str | None:
    """`/deposit Q2026-0001 30%` is on that quote."""
    word = next(iter(text.split(maxsplit=1)), "")
    named = word and len(word) <= _LONGEST and not as_id(word) and await names_quote(ctx, word)
    return "quote deposit" if named else None


async def deposit(ctx: Context, answers: Answers) -> Outcome:
    before = await find_draft(ctx, answers["draft"])
    must_be_draft(before)
    draft = before.draft
    client = await ctx.work.clients.get(draft.client_id)
    share = read_share(ctx, answers["share"], draft.currency)
    if answers["due"] is not None:
        draft = replace(draft, due=answers["due"])
    return await deposit_reply(ctx, draft, client, share, before)


COMMANDS = (
    Command(
        name="deposit",
        help=N_("Bill a deposit on a draft first"),
        run=deposit,
        group="invoices",
        example="/deposit 30%; due 7d",
        form=_form,
        read=_read,
        route=_route,
    ),
)
