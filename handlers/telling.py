"""Telling somebody in their own chat what another person did, in the language they chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers.context import Context
from handlers.kinds import ChatRef, Reply
from handlers.words import language, speak


async def told(ctx: Context, sender: str, say: Callable[[], Reply]) -> tuple[ChatRef, Reply]:
    """The private chat of a sender (`platform:identity`), whose address is the identity, and what is said there."""
    mine = language()
    speak((await ctx.work.chats.speaker(sender)).language or mine)
    try:
        reply = replace(say(), language=language())
    finally:
        speak(mine)
    platform, _colon, identity = sender.partition(":")
    return ChatRef(platform, identity), reply


def nearest(senders: Sequence[str], platform: str) -> str | None:
    """Of somebody's identities, the one used last on this platform, or else anywhere."""
    here = (sender for sender in senders if sender.startswith(f"{platform}:"))
    return next(here, next(iter(senders), None))
