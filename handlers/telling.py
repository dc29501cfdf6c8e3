"""Telling somebody in their own chat what another person did or the clock found, in the language they chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.notify import Listener
from handlers.context import Context
from handlers.kinds import ChatRef, Reply
from handlers.words import language, speak


async def told(ctx: Context, sender: str, say: Callable[[], Reply]) -> tuple[ChatRef, Reply]:
    """The private chat of a sender (`platform:identity`), whose address is the identity, and what is said there."""
    chosen = (await ctx.work.chats.speaker(sender)).language
    return chat_ref(sender), said_in(chosen or language(), say)


def said_in(chosen: str, say: Callable[[], Reply]) -> Reply:
    """What is said in that language, while everything else goes on in the present one."""
    mine = language()
    speak(chosen)
    try:
        return replace(say(), language=language())
    finally:
        speak(mine)


async def language_of(ctx: Context, listener: Listener) -> str:
    """The one that was chosen, else the one that was last spoken there, else the business's."""
    chosen = (await ctx.work.chats.speaker(listener.sender)).language if listener.sender else ""
    return chosen or await ctx.work.outbox.language_of(listener.chat) or ctx.desk.business.language


def chat_ref(key: str) -> ChatRef:
    """The chat behind `platform:address`."""
    platform, _colon, address = key.partition(":")
    return ChatRef(platform, address)


def nearest(senders: Sequence[str], platform: str) -> str | None:
    """Of somebody's identities, the one used last on this platform, or else anywhere."""
    here = (sender for sender in senders if sender.startswith(f"{platform}:"))
    return next(here, next(iter(senders), None))
