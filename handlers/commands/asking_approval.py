"""Whom a draft above the limit goes to before it is issued, and who is told what became of it."""

from __future__ import annotations

from collections.abc import Callable

from core.approval import Request
from core.chat_ports import Seat
from core.errors import N_, Conflict
from core.invoice import Invoice
from core.money import Money
from core.party import Client, Member, Role
from core.usecases.approval import ask
from handlers.cards import approver_of, decision_buttons, draft_card
from handlers.context import Context
from handlers.kinds import Button, ChatRef, Notice, Reply
from handlers.telling import nearest, told
from handlers.words import _

MOST_ASKED = 5
"""Owners who are asked at once where nobody is named, or the one who is cannot be reached."""


async def ask_for_approval(ctx: Context, invoice: Invoice) -> Reply:
    """Instead of issuing it. Raises Conflict where nobody who may approve can be reached."""
    client = await ctx.work.clients.get(invoice.draft.client_id)
    channel = open_channel(ctx)
    asked = await _whom_to_ask(ctx, anywhere=channel is not None)
    if not asked:
        raise Conflict(N_("This has to be approved, and nobody who may do that has a chat with me."))
    request = await ask(ctx.desk, invoice, (channel or _own_chat(ctx)).key)
    elsewhere = [
        await told(ctx, sender, lambda: _request_reply(ctx, request, invoice, client))
        for _member, sender in asked
        if channel is None
    ]
    if channel is not None:
        elsewhere.append((channel, _request_reply(ctx, request, invoice, client, below=True)))
    text = await _asked_text(ctx, invoice.total, [member for member, _sender in asked])
    return Reply(
        (Notice(text),), (Button(_("Show"), "invoice show", invoice.id.hex),), elsewhere=tuple(elsewhere)
    )


def open_channel(ctx: Context) -> ChatRef | None:
    """The channel around, where client data may be shown in it."""
    return ctx.around.chat if ctx.around and ctx.place.shows_data else None


def _own_chat(ctx: Context) -> ChatRef:
    """Where the asker is told: nobody writes into the corner of a channel by themselves."""
    return ChatRef(ctx.sender.platform, ctx.sender.identity) if ctx.around else ctx.chat


async def _whom_to_ask(ctx: Context, anywhere: bool) -> list[tuple[Member, str]]:
    """Each with the identity to write to; `anywhere`: also those who have none, because a channel reads it."""
    approver = await approver_of(ctx)
    owners = [
        member
        for member in await ctx.work.members.list()
        if member.role is Role.OWNER and member.left_at is None
    ]
    for people in ([approver] if approver else [], owners):
        found = [(member, await _identity(ctx, member)) for member in people]
        reached = [(member, sender or "") for member, sender in found if sender or anywhere]
        if reached:
            return reached[:MOST_ASKED]
    return []


async def _identity(ctx: Context, member: Member) -> str | None:
    """Where somebody is reached, rather on the platform that is spoken on now. Its private chat has its name."""
    senders = [
        sender
        for sender in await ctx.work.chats.senders_of(Seat(ctx.desk.business.id, member.id))
        if (await ctx.work.chats.place(sender)).reachable
    ]
    return nearest(senders, ctx.sender.platform)


def _request_reply(
    ctx: Context, request: Request, invoice: Invoice, client: Client, *, below: bool = False
) -> Reply:
    """`below`: the sentence is the headline, and the draft stands in the thread below it."""
    text = _("{name} asks for approval: {client}, {total}", name=ctx.desk.member.name, client=client.name,
             total=ctx.money(invoice.total))  # fmt: skip
    card, buttons = draft_card(ctx, invoice, client), decision_buttons(ctx, request, invoice, client)
    return Reply(card, buttons, topic=text) if below else Reply((Notice(text), *card), buttons)


async def _asked_text(ctx: Context, total: Money, asked: list[Member]) -> str:
    limit = ctx.desk.business.approval_limit or total
    above, names = limit.currency == total.currency, ", ".join(member.name for member in asked)
    if [member.id for member in asked] == [ctx.desk.business.approver]:
        if above:
            return _("This is above {limit}, so {name} has to approve it. I have asked.",
                     limit=ctx.money(limit), name=names)  # fmt: skip
        return _("The limit of {limit} is in another currency, so {name} has to approve this. I have asked.",
                 limit=ctx.money(limit), name=names)  # fmt: skip
    if above:
        return _("This is above {limit}, so an owner has to approve it. I have asked {names}.",
                 limit=ctx.money(limit), names=names)  # fmt: skip
    return _("The limit of {limit} is in another currency, so an owner has to approve this. I have asked {names}.",
             limit=ctx.money(limit), names=names)  # fmt: skip


async def tell_asker(
    ctx: Context, request: Request, say: Callable[[], Reply]
) -> tuple[tuple[ChatRef, Reply], ...]:
    """For `Reply.elsewhere`; nothing where the asker left, or reads the answer anyway."""
    asker = await ctx.work.members.get(request.member_id)
    if asker.left_at is not None or asker.id == ctx.desk.member.id:
        return ()
    senders = await ctx.work.chats.senders_of(Seat(ctx.desk.business.id, asker.id))
    platform, _colon, address = request.chat.partition(":")
    if request.chat not in senders and await _still_open(ctx, request.chat):
        seen = {ctx.chat, open_channel(ctx)}
        chat = ChatRef(platform, address)
        return () if chat in seen else ((chat, say()),)
    sender = request.chat if request.chat in senders else nearest(senders, platform)
    return (await told(ctx, sender, say),) if sender else ()


async def _still_open(ctx: Context, group: str) -> bool:
    """Whether the group that was asked in still works for this business and may still see client data."""
    place = await ctx.work.chats.place(group)
    return place.business_id == ctx.desk.business.id and place.shows_data
