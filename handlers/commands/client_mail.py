"""`/client mail`: a client whose reader asked for no more mail wants it again, and how they said so is kept."""

from __future__ import annotations

from core.errors import N_, InvalidInput
from core.moments import local_day
from core.party import Role
from core.usecases.opt_out import allow_mail, opted_out_at
from handlers.command import Command
from handlers.commands.client_fields import which_client
from handlers.commands.find import find_any_client, named_client
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Ask, Asked, Button, Field, Notice, Outcome, Raw, Reply
from handlers.reading.text import clean
from handlers.words import _

MOST_WORDS = 300
_FEWEST = 8
"""Characters: less than that says neither how nor when."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """What cannot be done is refused at once, not after somebody has thought about the words."""
    found = await named_client(ctx, raw.get("client") or "")
    asked = Asked.SILENT if raw.get("client") and found is None else Asked.REQUIRED
    prompt = _(
        "How and when did the client tell you that they want mail from you again? Your words are kept with it."
    )
    if found is not None:
        day = local_day(await opted_out_at(ctx.desk, found), ctx.desk.business.zone)
        prompt = _("{email} asked on {date} not to get mail from you any more, and only they can change that. How and "
                   "when did they tell you that they want it again? Your words are kept with it.",
                   email=found.email, date=day)  # fmt: skip
    which = await which_client(N_("Which client wants mail again?"))(ctx, raw)
    return (*which, Field("consent", prompt, _read_consent, asked))


def _read_consent(text: str) -> str:
    words = clean(text, "consent", MOST_WORDS)
    if len(words) < _FEWEST:
        raise InvalidInput("consent", N_("Write how and when they said so."), "Ada King, by phone on 5 March")
    return words


def _read(text: str) -> Raw:
    """`Acme; Ada King, by phone on 5 March`."""
    client, _semicolon, consent = text.partition(";")
    raw: Raw = {"client": client.strip()} if client.strip() else {}
    return {**raw, "consent": consent.strip()} if consent.strip() else raw


async def mail_again(ctx: Context, answers: Answers) -> Outcome:
    found = await find_any_client(ctx, answers["client"])
    if isinstance(found, Ask):
        return found
    entry = await allow_mail(ctx.desk, found, answers["consent"])
    text = _("{email} gets mail from you again, because you noted: {words}", email=found.email,
             words=answers["consent"])  # fmt: skip
    return Reply((Notice(text, "success"),), (Button(_("Show"), "client", found.id.hex), undo_button(entry)))


COMMANDS = (
    Command(
        name="client mail",
        help=N_("Note that a client wants mail from you again"),
        run=mail_again,
        group="clients",
        example="/client mail Acme; Ada King, by phone on 5 March",
        form=_form,
        read=_read,
        role=Role.ADMIN,
    ),
)
