"""Notices nobody asked for: who hears them and when, and several of one kind at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import groupby
from typing import Any

from core.notify import URGENT, Kind, Listener, WaitingNotice
from core.ports import CHAT_JOB
from core.quiet import next_allowed
from handlers.context import Context
from handlers.kinds import Button, Reply
from handlers.posting import Posting, post
from handlers.telling import chat_ref, language_of, said_in
from handlers.wire import from_json, reply_to_json

log = logging.getLogger(__name__)

_MOST_DUE = 200
_MOST_AT_ONCE = 10
"""Notices in one message; more would hide the first ones."""
_MOST_BUTTONS = 25
"""What every platform shows below one message."""
_ALONE = frozenset({Kind.FORWARD, Kind.PREVIEW})
"""Each of these has its message to itself: one is passed on as it is, the buttons of the other mean its text."""


Audience = Sequence[tuple[Listener, str]]
"""Who hears something, each with their language."""


async def audience(ctx: Context, kind: Kind) -> Audience:
    """Whoever hears this kind."""
    heard = await ctx.work.notices.listeners(kind)
    return [(listener, await language_of(ctx, listener)) for listener in heard]


async def tell(ctx: Context, kind: Kind, say: Callable[[], Reply], heard: Audience | None = None) -> None:
    """Everybody who hears this kind, in their language and outside their quiet hours. Its files are stored ones.
    `heard`: as `audience` gave it in the same transaction.

    It is told when the business's job releases it, so that what comes at the same time comes in one message.
    """
    now = ctx.clock.now()
    for listener, language in await audience(ctx, kind) if heard is None else heard:
        reply = said_in(language, say)
        due_at = heard_at(ctx, listener, kind, now)
        notice = WaitingNotice(ctx.ids.new(), listener.chat, kind, due_at, held(reply))
        await ctx.work.notices.add(notice)
        await ctx.work.agendas.wake(due_at)


def heard_at(ctx: Context, listener: Listener, kind: Kind, moment: datetime) -> datetime:
    """That moment, or the next one at which the listener may be told.

    The time of the digest is a choice of its own, so no night keeps it back.
    """
    if kind in URGENT:
        return moment
    business, quiet = ctx.desk.business, listener.preference.quiet
    if kind is Kind.DIGEST:
        quiet = replace(quiet, start=time(0), end=time(0))
    return next_allowed(quiet, moment, listener.preference.zone or business.zone, business.address.country)


async def release(ctx: Context) -> None:
    """Tell what is due. Who left the business or muted the kind meanwhile is told nothing of it any more, and whose
    quiet hours were moved is told when they end.
    """
    now = ctx.clock.now()
    listeners: dict[Kind, dict[str, Listener]] = {}
    due = await ctx.work.notices.take_due(now, _MOST_DUE)
    for (chat, kind), notices in groupby(due, key=lambda notice: (notice.chat, notice.kind)):
        if kind not in listeners:
            found = await ctx.work.notices.listeners(kind)
            listeners[kind] = {listener.chat: listener for listener in found}
        listener = listeners[kind].get(chat)
        if listener is not None:
            await _tell_one(ctx, listener, kind, list(notices), now)


async def _tell_one(
    ctx: Context, listener: Listener, kind: Kind, notices: Sequence[WaitingNotice], now: datetime
) -> None:
    later = heard_at(ctx, listener, kind, now)
    if later > now:
        for notice in notices:
            await ctx.work.notices.add(replace(notice, due_at=later))
        return
    replies = [reply for notice in notices if (reply := _read(notice)) is not None]
    for reply in _merged(kind, replies):
        await post_to(ctx, listener.chat, kind, reply)


async def post_to(ctx: Context, chat: str, kind: Kind, reply: Reply, dedupe_key: str | None = None) -> None:
    """Nobody waits for it, so whoever asked something is answered first."""
    posting = Posting(ctx.desk.business.id, kind=kind.value, dedupe_key=dedupe_key)
    if await post(ctx.work, ctx.ids, chat_ref(chat), reply, posting):
        await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat, urgent=False)


def _merged(kind: Kind, replies: Sequence[Reply]) -> Iterator[Reply]:
    size = 1 if kind in _ALONE else _MOST_AT_ONCE
    for first in range(0, len(replies), size):
        some = replies[first : first + size]
        if len(some) == 1:
            yield some[0]
            continue
        buttons = dict.fromkeys(button for reply in some for button in reply.buttons)
        yield Reply(
            tuple(block for reply in some for block in reply.blocks),
            tuple(buttons)[:_MOST_BUTTONS],
            tuple(file for reply in some for file in reply.attachments),
            language=some[-1].language,
        )


def _read(notice: WaitingNotice) -> Reply | None:
    """None for what this release cannot read, or nothing behind it would ever be told."""
    try:
        return freed(notice.payload)
    except (LookupError, TypeError, ValueError, AttributeError):
        log.exception("notice %s for chat %s cannot be read", notice.id, notice.chat)
        return None


def held(reply: Reply) -> dict[str, Any]:
    """As plain JSON, with what its buttons do."""
    presses = [[button.command, button.argument] for button in reply.buttons]
    shown = reply_to_json(reply, tuple("" for _button in reply.buttons))
    return {"reply": shown, "presses": presses, "language": reply.language}


def freed(payload: dict[str, Any]) -> Reply:
    """The reply that `held` stored."""
    reply, _tokens = from_json(payload["reply"], [])
    if not isinstance(reply, Reply):
        raise TypeError("a notice is a reply")
    return replace(
        reply, buttons=_doing(reply.buttons, payload["presses"]), language=payload.get("language", "")
    )


def _doing(buttons: Iterable[Button], presses: Iterable[Sequence[str]]) -> tuple[Button, ...]:
    return tuple(
        replace(button, command=command, argument=argument)
        for button, (command, argument) in zip(buttons, presses, strict=True)
    )
