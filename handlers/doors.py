"""Doors between a group and the private chat: what may not be said where others read along, and one-time links."""

from __future__ import annotations

from datetime import timedelta

from core.chat_ports import Link
from core.codes import code_hash
from core.errors import N_, NotAllowed
from handlers.command import Command, Where
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.replies import aside
from handlers.words import _

LINK_LIFE = timedelta(minutes=10)
MOST_WRONG = 10
"""Codes a sender may guess wrong in the life of a link; 128 bits do the rest (ASVS 6.6.3)."""


async def private_button(ctx: Context, label: str, command: str, argument: str) -> Button:
    """Opens the private chat and runs the command there: once, within ten minutes, for this sender only."""
    code = ctx.ids.code()
    link = Link(ctx.sender.key, command, argument, ctx.clock.now() + LINK_LIFE)
    await ctx.work.chats.add_link(code_hash(code), link)
    return Button(label, url=ctx.manners.link + code)


def may_be_heard(ctx: Context, command: Command) -> bool:
    """Whether the command may run where it was said."""
    if not ctx.group or command.where is Where.ANYWHERE:
        return True
    return command.where is Where.ALLOWED and ctx.place.shows_data


async def door(ctx: Context, command: Command, text: str) -> Reply | None:
    """Where a command may not run in this group: what to say instead, and the way to where it may."""
    if may_be_heard(ctx, command) and (command.public or ctx.seated or not ctx.group):
        return None
    if ctx.seated is None and not command.public:
        return out_of_place(ctx)
    if not ctx.manners.link:
        raise NotAllowed(N_("This is only shown in a private chat."))
    button = await private_button(ctx, _("Open in private"), command.name, text)
    return Reply((Notice(_("Others read along here, so let us go on in private.")),), (button,), aside=True)


def out_of_place(ctx: Context) -> Reply:
    """For somebody whose business this group does not work for; it does not say for which one it does."""
    if ctx.place.business_id is None:
        return aside(_("This group works for no business yet. Its owner can change that: /start"))
    return aside(_("You are not a member of the business that this group works for."), "warning")


async def wrong_code(ctx: Context, code: str, otherwise: str) -> Reply | None:
    """What to say to a code that holds no seat, or to any code after too many wrong ones."""
    now = ctx.clock.now()
    if await ctx.work.chats.wrong_codes(ctx.sender.key, now - LINK_LIFE) >= MOST_WRONG:
        return Reply((Notice(_("Too many codes were wrong. Please wait ten minutes."), "error"),))
    if await ctx.work.chats.is_invitation(code_hash(code), now):
        return None
    await ctx.work.chats.count_wrong_code(ctx.sender.key, now)
    return Reply((Notice(otherwise, "error"),))


async def followed(ctx: Context, code: str) -> tuple[str, str] | Reply:
    """The command and its argument behind a code: of a link, or of an invitation."""
    now = ctx.clock.now()
    if await ctx.work.chats.wrong_codes(ctx.sender.key, now - LINK_LIFE) >= MOST_WRONG:
        return Reply((Notice(_("Too many codes were wrong. Please wait ten minutes."), "error"),))
    link = await ctx.work.chats.follow(code_hash(code), ctx.sender.key, now)
    if link is not None:
        return link.command, link.argument
    if await ctx.work.chats.is_invitation(code_hash(code), now):
        return "join", code
    if await ctx.work.chats.is_link(code_hash(code), now):
        # No guess: the button stands in a group, where everybody may press it.
        return Reply((Notice(_("This link is for somebody else. Please ask for your own."), "warning"),))
    await ctx.work.chats.count_wrong_code(ctx.sender.key, now)
    text = _("This link is used up or older than ten minutes. Please go back and ask for a new one.")
    return Reply((Notice(text, "warning"),))
