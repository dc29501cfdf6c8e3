"""handlers.platform.Platform for mail: letters go out, and nothing comes in by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from bot.mail.client import Client
from bot.mail.message import compose
from bot.mail.render import Part, part_of
from core.errors import N_, InvalidInput
from core.ports import Clock
from handlers.kinds import Attachment, ChatRef, Question, Reply
from handlers.mailing import PLATFORM, recipient
from handlers.platform import Manners, Rate
from handlers.updates import Occasion, RemoteFile, Update


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two letters: to one address, of one business, and through our server. What one business has to
    send leaves half of the server to the others.
    """

    address: float = 1.0
    business: float = 1.0
    server: float = 0.5


class Mail:
    """One server, which takes letters to everybody."""

    name = PLATFORM

    def __init__(self, client: Client, clock: Clock, pace: Pace | None = None) -> None:
        self.client = client
        self.clock = clock
        self._pace = pace or Pace()

    async def manners(self) -> Manners:
        return Manners()

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Part]:
        return (part_of(recipient(chat), shown),)

    def rates(self, chat: ChatRef, part: Part) -> Sequence[Rate]:
        return (
            Rate(f"{PLATFORM}:{recipient(chat).lower()}", self._pace.address),
            Rate(f"{PLATFORM}:{chat.address.partition('/')[0]}", self._pace.business),
            Rate(f"{PLATFORM}:server", self._pace.server),
        )

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        return False

    async def send(self, chat: ChatRef, part: Part, before: str = "") -> str:
        """The name of a letter is its Message-ID. Its date is the moment it leaves, also when it is repeated."""
        # Some megabytes take a moment to encode.
        outgoing = await asyncio.to_thread(compose, part, self.client.sender, self.clock.now())
        await self.client.hand_over(outgoing)
        return outgoing.message_id

    async def introduced(self, update: Update) -> Update:
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        raise InvalidInput("file", N_("Nothing is read by mail."))

    async def close(self) -> None:
        return None
