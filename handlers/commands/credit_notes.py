"""Credit notes that were made: shown, handed out and voided."""

from __future__ import annotations

from core.credit_note import CreditNote
from core.einvoice.export import lacks, must_be, usual_profile
from core.errors import N_, Conflict
from core.invoice import Kind
from core.party import Role
from core.usecases.credit_note import void_credit_note
from handlers.checkouts import end_stale_checkout
from handlers.command import Command
from handlers.commands.crediting import behind
from handlers.commands.find import find_credit_note
from handlers.commands.invoices import void_reason
from handlers.context import Context
from handlers.credit_cards import credit_note_pdf, credit_note_reply
from handlers.einvoices import absent_notice
from handlers.forms import whole, word_and_rest
from handlers.kinds import Answers, Button, DocumentXml, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.text import required
from handlers.words import _

_PAGE = 8


async def _number_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (await credit_note_field(ctx),)


async def credit_note_field(ctx: Context) -> Field:
    found = await ctx.work.credit_notes.list_newest(_PAGE)
    options = tuple(Option(_label(ctx, one), one.number) for one in found)
    return Field(
        "number",
        _("Which credit note?"),
        lambda text: required(text, "number", 60, "CN2026-0001"),
        options=options,
    )


def _label(ctx: Context, credit_note: CreditNote) -> str:
    return f"{credit_note.number} {credit_note.document.buyer.name}, {ctx.money(credit_note.total)}"


async def show(ctx: Context, answers: Answers) -> Outcome:
    return credit_note_reply(ctx, await find_credit_note(ctx, answers["number"]))


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    credit_note = await find_credit_note(ctx, answers["number"])
    text = _("{number} to {client}", number=credit_note.number, client=credit_note.document.buyer.name)
    return Reply((Notice(text),), attachments=(credit_note_pdf(credit_note),))


async def xml(ctx: Context, answers: Answers) -> Outcome:
    credit_note = await find_credit_note(ctx, answers["number"])
    number, document = credit_note.number, credit_note.document
    if credit_note.voided_at is not None:
        raise Conflict(
            N_("{number} is void. Whoever reads its data would book it all the same."), number=number
        )
    profile = usual_profile(document)
    absent = lacks(document, profile)
    if absent:
        return Reply((absent_notice(number, absent),), (Button(_("PDF"), "credit pdf", credit_note.id.hex),))
    must_be(document, profile)
    name = f"{number.replace('/', '-')}-{profile.value}.xml"
    file = DocumentXml(credit_note.id, name, profile, kind=Kind.CREDIT_NOTE)
    text = _("{number} to {client} as XML. It is only a file: your access point sends it.",
             number=number, client=document.buyer.name)  # fmt: skip
    return Reply((Notice(text),), attachments=(file,))


async def _void_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (
        await credit_note_field(ctx),
        void_reason(),
    )


async def void(ctx: Context, answers: Answers) -> Outcome:
    found = await find_credit_note(ctx, answers["number"])
    done = await void_credit_note(ctx.desk, found, answers["reason"])
    await end_stale_checkout(ctx, done.invoice.id)
    said = [
        Notice(
            _("{number} over {total} is void. Its number and document stay, marked.", number=found.number,
              total=ctx.money(found.total)),
            "success",
        )
    ]  # fmt: skip
    number = done.invoice.issued.number
    if done.freed:
        text = _(
            "{amount} of the credit settles {number} again.", amount=ctx.money(done.freed), number=number
        )
        said.append(Notice(text))
    if done.invoice.balance:
        said.append(Notice(_("Balance: {balance}.", balance=ctx.money(done.invoice.balance))))
    buttons = (
        Button(_("PDF"), "credit pdf", found.id.hex),
        Button(_("Show invoice"), "invoice show", done.invoice.id.hex),
    )
    return Reply(tuple(said), buttons)


COMMANDS = (
    Command(
        name="credit show",
        help=N_("Show a credit note"),
        run=show,
        group="invoices",
        example="/credit show CN2026-0001",
        form=_number_form,
        read=whole("number"),
        route=behind,
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit pdf",
        help=N_("Get the PDF of a credit note"),
        run=pdf,
        group="invoices",
        example="/credit pdf CN2026-0001",
        form=_number_form,
        read=whole("number"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit xml",
        help=N_("Get the data of a credit note as XML"),
        run=xml,
        group="invoices",
        example="/credit xml CN2026-0001",
        form=_number_form,
        read=whole("number"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit void",
        help=N_("Void a credit note"),
        run=void,
        group="invoices",
        example="/credit void CN2026-0001 wrong amount",
        form=_void_form,
        read=word_and_rest("number", "reason"),
    ),
)
