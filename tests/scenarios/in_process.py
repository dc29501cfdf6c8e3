"""Scenarios inside this process: real storage and dispatch, a fake platform, and a clock that can be moved."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.console.render import plain_question, plain_reply
from bot.wiring import App
from core.plan import Offer, Plan
from core.ports import NoJobs
from handlers.command import Command
from handlers.dispatch import Dispatcher
from handlers.kinds import Attachment, ChatRef, Question, SenderRef
from handlers.opening import Opener
from handlers.updates import Pressed, Typed, Update
from storage.engine import Storage
from storage.straight import Straight
from storage.tables import TENANT_TABLES, conversation, invitation, outbox, seat
from tests.fakes.clock import FixedClock, SequentialIds
from tests.fakes.platform import Delivered, FakePlatform
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.rendered import OnceRenderer

PLATFORM = "fake"
_ROWS = {
    table.name: sa.select(table).where(table.c.business_id == sa.bindparam("business"))
    for table in (*TENANT_TABLES, seat, invitation)
}
_FORM = sa.select(sa.literal(1)).where(
    conversation.c.chat == sa.bindparam("place"), conversation.c.sender == sa.bindparam("who")
)
_VERSION = re.compile(r"""['"]version['"]: ?\d+""")


OFFERS = (Offer(Plan.PRO), Offer(Plan.PRO, yearly=True), Offer(Plan.BUSINESS))


class Office:
    """A way to run scenarios. With several apps, each message goes to the next one, as behind a load balancer."""

    def __init__(self, url: str, apps: int = 1, clock: FixedClock | None = None, sells: bool = False) -> None:
        self.url = url
        self.sells = sells
        self.offers: tuple[Offer, ...] = OFFERS if sells else ()
        self.clock = clock or FixedClock()
        self.ids = SequentialIds()
        self.platform = FakePlatform(PLATFORM)
        self.apps = [self.new_app() for _app in range(apps)]
        # Tests share their database, so everybody has a chat of their own.
        self._suffix = uuid.uuid4().hex[:8]
        self._updates = 0

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4, sells=self.sells)
        return App(
            storage, self.clock, self.ids, OnceRenderer(), [platform or self.platform], offers=self.offers
        )

    async def close(self) -> None:
        for app in self.apps:
            await app.close()

    def continued(self, url: str) -> Office:
        """Another office, on a copy of this one's database, in which the same people are known."""
        other = Office(url, len(self.apps), FixedClock(self.clock.at), self.sells)
        other._suffix, other._updates = self._suffix, self._updates
        return other

    @property
    def app(self) -> App:
        return self.apps[0]

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()

    def wait(self, **by: float) -> None:
        """Let time pass: `wait(minutes=11)`."""
        self.clock.advance(timedelta(**by))

    def person(self, name: str) -> Chat:
        return Chat(name, self)

    async def leave_forms(self, name: str) -> None:
        """For the next test of those who share this office. Where none is open, nothing is said."""
        while await self._has_form(name) and "Cancelled" in (await self.send(name, "/cancel")).text:
            pass

    async def _has_form(self, name: str) -> bool:
        where = {"place": self.chat_of(name).key, "who": self.sender_of(name).key}
        async with self.app.storage.reading() as work:
            return (await work.connection.execute(_FORM, where)).scalar() is not None

    def chat_of(self, name: str) -> ChatRef:
        return ChatRef(PLATFORM, f"{name}-{self._suffix}")

    def sender_of(self, name: str) -> SenderRef:
        return SenderRef(PLATFORM, f"{name}-{self._suffix}", name)

    def update(self, name: str, given: Typed | Pressed) -> Update:
        self._updates += 1
        update_id = f"{self._suffix}-{self._updates:06}"
        return Update(PLATFORM, update_id, self.chat_of(name), self.sender_of(name), given)

    async def send(self, name: str, text: str, files: tuple[Attachment, ...] = ()) -> Seen:
        return await self.handle(self.update(name, Typed(text, files)))

    async def press(self, name: str, seen: Seen, label: str) -> Seen:
        return await self.handle(self.update(name, Pressed(seen.tokens[seen.buttons.index(label)])))

    async def handle(self, update: Update) -> Seen:
        """Every update has exactly one answer."""
        before = len(self.platform.shown_in(update.chat))
        app = self.apps[self._updates % len(self.apps)]
        await app.handle(update)
        (answer,) = self.platform.shown_in(update.chat)[before:]
        return as_seen(answer)

    async def snapshot(self, name: str, versions: bool = True) -> dict[str, list[str]]:
        """Every row of that person's business, to see that nothing was changed; on demand without the versions,
        which count up when something is changed and changed back.
        """
        async with self.app.storage.work() as work:
            found = (await work.chats.speaker(self.sender_of(name).key)).seat
            assert found is not None
            await work.enter(found.business_id)
            rows = {}
            straight = Straight(work.connection)
            for table, query in _ROWS.items():
                found_rows = await straight.execute(query, {"business": found.business_id})
                rows[table] = sorted(_as_text(dict(row), versions) for row in found_rows.mappings())
            return rows

    async def outbox(self, name: str) -> list[str]:
        """The states of that chat's answers, oldest first."""
        query = sa.select(outbox.c.state).where(outbox.c.chat == self.chat_of(name).key).order_by(outbox.c.id)
        async with self.app.storage.work() as work:
            return list((await work.connection.execute(query)).scalars())

    async def uncertain(self, name: str) -> list[UUID]:
        """The answers in that chat of which nobody knows whether they arrived."""
        query = sa.select(outbox.c.id).where(
            outbox.c.chat == self.chat_of(name).key, outbox.c.state == "uncertain"
        )
        async with self.app.storage.work() as work:
            return list((await work.connection.execute(query)).scalars())

    def texts_of(self, name: str) -> list[str]:
        """Everything that chat was shown, oldest first."""
        return [as_seen(shown).text for shown in self.platform.shown_in(self.chat_of(name))]


def _as_text(row: dict[str, object], versions: bool) -> str:
    return repr(row) if versions else _VERSION.sub("", repr(row))


def as_seen(delivered: Delivered) -> Seen:
    shown = delivered.shown
    labels = tuple(button.label for button in shown.buttons)
    if isinstance(shown, Question):
        return Seen("\n".join(plain_question(shown)), labels, {}, delivered.tokens)
    files = {item.filename: item.content for item in shown.attachments if isinstance(item, Attachment)}
    return Seen("\n".join(plain_reply(shown)), labels, files, delivered.tokens)


def dispatcher_of(office: Office, commands: Sequence[Command]) -> Dispatcher:
    """A dispatcher of its own in the office's first app, which may know more commands."""
    return Dispatcher(office.app.storage.work, Opener(office.clock, office.ids, commands, NoJobs()))
