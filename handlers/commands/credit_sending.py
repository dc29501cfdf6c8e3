"""`/send CN2026-0001`: a credit note goes to its client by mail, once somebody has seen what and to whom."""

from __future__ import annotations

from core.errors import N_, Conflict
from core.usecases.sending import check_credit_note_sendable, check_quota
from handlers.command import Command
from handlers.commands.credit_notes import credit_note_field
from handlers.commands.find import find_credit_note
from handlers.commands.sending import NOW, address_in, as_read, must_be_on, split_send, sure_in
from handlers.context import Context
from handlers.handing_out import hand_out_credit_note
from handlers.kinds import Answers, Asked, Box, Button, Field, Notice, Outcome, Raw, Reply
from handlers.letters import covering_credit_note
from handlers.reading.parties import read_email
from handlers.words import _


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_on(ctx)
    return (
        await credit_note_field(ctx),
        Field("email", _("To which mail address?"), read_email, Asked.SILENT, box=Box.MAIL),
        Field("sure", "", str.strip, Asked.SILENT),
    )


async def send(ctx: Context, answers: Answers) -> Outcome:
    must_be_on(ctx)
    credit_note = await find_credit_note(ctx, answers["number"])
    client = await ctx.work.clients.get(credit_note.client_id)
    email = address_in(answers, client)
    sure, token = sure_in(answers, "number", "/send CN2026-0001 now")
    await check_credit_note_sendable(ctx.desk, credit_note, email)
    number, total = credit_note.number, ctx.money(credit_note.total)
    if not sure:
        letter = covering_credit_note(ctx, credit_note, client)
        question = _("Send {number} over {total} to {email}?", number=number, total=total, email=email)
        press = f"{credit_note.id.hex} to {email} {NOW}:{ctx.ids.token()}"
        send_now = Button(_("Send"), "credit send", press, tone="primary")
        return Reply((Notice(question), *as_read(ctx, letter)), (send_now,))
    await check_quota(ctx.desk)
    if not await hand_out_credit_note(ctx, credit_note, client, email, token or ctx.ids.token()):
        raise Conflict(
            N_("{number} was sent to {email} with this button already."), number=number, email=email
        )
    text = _(
        "{number} over {total} is on its way to {email}. If it does not arrive, you are told.",
        number=number,
        total=total,
        email=email,
    )
    show = Button(_("Show"), "credit show", credit_note.id.hex)
    return Reply((Notice(text, "success"),), (Button(_("Deliveries"), "deliveries"), show))


COMMANDS = (
    Command(
        name="credit send",
        help=N_("Mail a credit note to its client"),
        run=send,
        group="invoices",
        example="/credit send CN2026-0001",
        form=_form,
        read=split_send,
    ),
)
