"""Linking: somebody who works here on one platform works here on another one, too, as the same member."""

from __future__ import annotations

from core.chat_ports import Seat
from core.errors import N_
from core.usecases.desk import Desk
from core.usecases.linking import link, offer_link
from handlers.command import Command, Where, optional
from handlers.context import Context
from handlers.doors import wrong_code
from handlers.forms import whole
from handlers.kinds import Answers, Button, ChatRef, Notice, Outcome, Reply, Text
from handlers.telling import told
from handlers.words import _


async def link_person(ctx: Context, answers: Answers) -> Outcome:
    code: str = (answers["code"] or "").strip()
    if not code:
        return _offered(await offer_link(ctx.desk))
    # Before anything is tried, and not by an error: the count of wrong codes must outlive a rollback.
    wrong = await wrong_code(
        ctx, code, _("This code does not exist or has expired. Make a new one on the other side.")
    )
    if wrong is not None:
        return wrong
    desk, _entry = await link(ctx.work, ctx.clock, ctx.ids, code, ctx.sender.key)
    text = _("You now work for {business} here, too, as {name}.", business=desk.business.name,
             name=desk.member.name)  # fmt: skip
    elsewhere = await _other_side(ctx, desk)
    return Reply((Notice(text, "success"),), (Button(_("Help"), "help"),), elsewhere=elsewhere)


def _offered(code: str) -> Reply:
    # Without a slash, for what a slash does differs from platform to platform.
    text = _("On the other side, write this to me within 10 minutes:\nlink {code}", code=code)
    return Reply((Text(text), Notice(_("The code works once. Whoever writes it works here as you."))))


async def _other_side(ctx: Context, desk: Desk) -> tuple[tuple[ChatRef, Reply], ...]:
    """Whoever made the code is told in the chat they used last, so that a stolen one does not go unnoticed."""
    senders = await ctx.work.chats.senders_of(Seat(desk.business.id, desk.member.id))
    maker = next((sender for sender in senders if sender != ctx.sender.key), None)
    return (await told(ctx, maker, lambda: _linked(ctx, desk)),) if maker else ()


def _linked(ctx: Context, desk: Desk) -> Reply:
    text = _("{name} on {platform} now works for {business} as you.", name=ctx.sender.name,
             platform=ctx.sender.platform.capitalize(), business=desk.business.name)  # fmt: skip
    hint = _("If that was not you, tell an admin at once: they can remove you with /member remove {name}.",
             name=desk.member.name)  # fmt: skip
    return Reply((Notice(text, "success"), Text(hint)))


COMMANDS = (
    Command(
        name="link",
        help=N_("Work here from another platform, too"),
        run=link_person,
        group="people",
        example="/link",
        form=optional("code"),
        read=whole("code"),
        public=True,
        where=Where.PRIVATE,
    ),
)
