"""handlers.platform.Platform for Slack: parts go out to whichever place they are for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import assert_never

from bot.slack.address import PLATFORM, Spot, spot
from bot.slack.calls import Calls
from bot.slack.client import Web
from bot.slack.files import Files
from bot.slack.messages import Messages
from bot.slack.parts import Home, Message, Modal, Nothing, Part, Upload
from bot.slack.people import People
from bot.slack.render import parts
from bot.slack.screens import Screens
from bot.slack.sheet import waiting
from bot.slack.workspaces import Workspaces
from core.errors import N_, BillhookError, InvalidInput
from handlers.kinds import Attachment, ChatRef, Question, Reply
from handlers.platform import Manners, Rate
from handlers.updates import Occasion, RemoteFile, Update

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two messages to one conversation, which may get about one a second (CHAT.md 2.3)."""

    chat: float = 1.0


class Slack:
    """All workspaces of one app."""

    name = PLATFORM

    def __init__(self, web: Web, workspaces: Workspaces, pace: Pace | None = None) -> None:
        self.web = web
        self.workspaces = workspaces
        self._pace = pace or Pace()
        calls = Calls(web, workspaces)
        self._people = People(calls)
        self._messages = Messages(web, calls, self._people)
        self._files = Files(web, calls, self._people)
        self._screens = Screens(calls)

    async def manners(self) -> Manners:
        return Manners(pictures=False, sheets=True)

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Part]:
        return parts(chat, shown, tokens, occasion)

    def rates(self, chat: ChatRef, part: Part) -> Sequence[Rate]:
        """Only what others can be shown counts; views and what one person sees alone have no such limit."""
        place = spot(chat)
        match part:
            case Message(way="") if not place.is_corner:
                return self._rates(place)
            case Upload(aloud=aloud):
                alone = place.is_corner and not aloud
                return self._rates(Spot(place.team, user=place.user) if alone else place)
            case _:
                return ()

    def _rates(self, place: Spot) -> tuple[Rate]:
        return (Rate(f"{PLATFORM}:{place.team}/{place.channel or place.user}", self._pace.chat),)

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        """Slack was answered when the press came in."""
        return False

    async def send(self, chat: ChatRef, part: Part, before: str = "") -> str:
        place = spot(chat)
        match part:
            case Message():
                return await self._messages.send(place, part, before)
            case Upload():
                return await self._files.send(place, part, before)
            case Modal():
                shown = await self._screens.show(place, part)
                named = ""
                for message in () if shown else part.instead:
                    named = before = await self._messages.send(place, message, before)
                return named
            case Home():
                await self._screens.publish(place, part)
                return ""
            case Nothing():
                return ""
            case _:
                assert_never(part)

    async def open_waiting(self, update: Update, external_id: str, title: str) -> None:
        """A view that says to wait, by the update's trigger. Where that fails, the answer finds its own way."""
        waits = Modal(waiting(title, external_id, update.chat), opens=update.occasion.opens)
        try:
            await self._screens.show(spot(update.chat), waits)
        except BillhookError as error:
            log.warning("no form could be opened for now: %s", error.code)

    async def introduced(self, update: Update) -> Update:
        return await self._people.introduced(update)

    async def fetch(self, file: RemoteFile) -> Attachment:
        """It would take the permission to read every file of the workspace."""
        raise InvalidInput(
            "file", N_("Slack does not let me read files here, so nothing was saved."), "a photo on Telegram"
        )

    async def close(self) -> None:
        await self.web.close()
