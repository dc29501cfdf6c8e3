"""The composition root: the only place that chooses which storage, renderer, clock and platforms there are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery import Delivery
from bot.documents import Documents
from bot.rendering import Renderer
from bot.settings import Settings
from bot.system import SystemClock, SystemIds
from core.errors import N_, Unavailable
from core.ports import Clock, Ids, InboxRow
from handlers.dispatch import Dispatcher
from handlers.kinds import ChatRef, Platform, SenderRef, Update
from handlers.registry import COMMANDS
from handlers.wire import update_from_json, update_to_json
from storage import migrate
from storage.engine import Storage
from storage.housekeeping import tidy

_BATCH = 50
_MOST_NAMES = 200


class App:
    """Everything wired together for one process."""

    def __init__(
        self, storage: Storage, clock: Clock, ids: Ids, renderer: Renderer, platforms: Sequence[Platform]
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.ids = ids
        self.documents = Documents(storage, renderer)
        self._renderer = renderer
        self._delivery = Delivery(
            storage, self.documents, {platform.name: platform for platform in platforms}
        )
        self._dispatcher = Dispatcher(storage.work, clock, ids, COMMANDS)

    @classmethod
    async def open(cls, settings: Settings, platforms: Sequence[Platform]) -> App:
        """Raises Unavailable when the schema is not the one this release needs; SQLite is brought there first."""
        clock = SystemClock()
        url = settings.database_url
        if await migrate.revision(url) != migrate.HEAD:
            if not url.startswith("sqlite"):
                raise Unavailable(
                    N_("The database has another schema than this release. Run: billhook migrate"), 60
                )
            await migrate.upgrade_async(url)
        return cls(Storage(url, clock), clock, SystemIds(), Renderer(), platforms)

    async def handle(self, update: Update) -> None:
        """Store it, answer it in one transaction, deliver the answer."""
        await self.receive(update)
        await self._dispatcher.handle(update)
        await self._delivery.deliver(update.chat)

    async def receive(self, update: Update) -> bool:
        """Make the update durable; False for a delivery that was seen before."""
        row = InboxRow(update.id, update.chat.key, update_to_json(update))
        async with self.storage.work() as work:
            return await work.inbox.store(update.platform, row, self.clock.now())

    async def catch_up(self, chat: ChatRef) -> None:
        """Finish what a killed process left: answers that were on their way become uncertain, the rest goes on."""
        async with self.storage.work() as work:
            await work.outbox.give_up_lost(chat.key)
            rows = await work.inbox.list_unhandled(chat.platform, chat.key, _BATCH)
        for row in rows:
            await self._dispatcher.handle(update_from_json(chat.platform, row.id, row.payload))
        await self._delivery.deliver(chat)

    async def names(self, sender: SenderRef) -> tuple[str, ...]:
        """Client names for completion while typing."""
        async with self.storage.work() as work:
            seat = await work.chats.seat(sender.key)
            if seat is None:
                return ()
            await work.enter(seat.business_id)
            return tuple(row.name for row in (await work.clients.list_page(None, _MOST_NAMES)).rows)

    async def tidy(self) -> None:
        async with self.storage.connection() as connection:
            await tidy(connection, self.clock.now())

    async def close(self) -> None:
        await self._renderer.close()
        await self.storage.close()
