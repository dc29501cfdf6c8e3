"""Whole forms in scenarios: what stands on a sheet, what its fields offer, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.chat_ports import Place
from core.usecases.desk import Desk
from handlers.context import Context
from handlers.kinds import Field, Question, Raw, Sheet
from handlers.platform import Manners
from handlers.registry import COMMANDS
from handlers.updates import Occasion, Pressed, Submitted, Typed, Update
from storage.work import SqlWork
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import PLATFORM, Office

BY_NAME = {command.name: command for command in COMMANDS}


class SheetOffice(Office):
    """Where questions come with their whole form."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.platform = FakePlatform(PLATFORM, Manners(sheets=True))
        self.apps = [self.new_app()]

    def update(self, name: str, given: Typed | Pressed) -> Update:
        """As a press or a slash command, which can put a form on the screen."""
        return replace(super().update(name, given), occasion=Occasion(opens="a trigger"))

    def sheet(self, name: str) -> Sheet:
        shown = self.platform.shown_in(self.chat_of(name))[-1].shown
        assert isinstance(shown, Question)
        assert shown.sheet is not None
        return shown.sheet

    async def sends(self, chat: Chat, changes: Mapping[str, str]) -> Seen:
        """The whole form as it stands on the screen, with some fields filled in otherwise."""
        values = {entry.name: entry.value for entry in self.sheet(chat.name).entries} | dict(changes)
        token = chat.seen.tokens[-1]
        sent = replace(self.update(chat.name, Typed("")), input=Submitted(token, values))
        chat.seen = await self.handle(sent)
        return chat.seen


@dataclass(frozen=True, slots=True)
class Forms:
    """The fields of a command's form, as they are for somebody."""

    office: SheetOffice

    async def of(self, command: str, raw: Raw | None = None) -> dict[str, Field]:
        async with self.office.app.storage.work() as work:
            ctx = await self._context(work, "ana")
            form = BY_NAME[command].form
            assert form is not None
            return {item.name: item for item in await form(ctx, raw or {})}

    async def offered(self, command: str, field: str, text: str, raw: Raw | None = None) -> list[str]:
        """The labels that are offered while somebody types."""
        async with self.office.app.storage.work() as work:
            ctx = await self._context(work, "ana")
            form = BY_NAME[command].form
            assert form is not None
            item = {item.name: item for item in await form(ctx, raw or {})}[field]
            assert item.search is not None
            return [option.label for option in await item.search(text)]

    async def _context(self, work: SqlWork, name: str) -> Context:
        return await context_of(self.office, work, name)


async def context_of(office: Office, work: SqlWork, name: str, place: Place | None = None) -> Context:
    sender = office.sender_of(name)
    seat = (await work.chats.speaker(sender.key)).seat
    assert seat is not None
    await work.enter(seat.business_id)
    business = await work.businesses.get()
    member = await work.members.get(seat.member_id)
    desk = Desk(work, office.clock, office.ids, business, member)
    return Context(work, office.clock, office.ids, office.chat_of(name), sender, desk, place=place or Place())
