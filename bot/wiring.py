"""The composition root: the only place that chooses which storage, renderer, clock and platforms there are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bot.delivery import LOST_AFTER, Delivery
from bot.documents import Documents
from bot.guarding import guard_of
from bot.loading import Loader
from bot.mail.mailing import mailing_of
from bot.naming import Names, list_names
from bot.rendering import Renderer
from bot.settings import Settings
from bot.system import SystemClock, SystemIds
from bot.tally import TICKS, Tally
from bot.ticking import STALE_AFTER, Ticker
from core.chat_ports import InboxRow
from core.errors import N_, InvalidInput, Unavailable
from core.money import Money
from core.plan import Offer
from core.ports import CHAT_JOB, Clock, Ids, Jobs, NoJobs
from handlers.background.opting_out import OptingOut
from handlers.background.runner import Runner
from handlers.background.trouble import Troubles
from handlers.background.viewing import Viewing
from handlers.dispatch import Dispatcher
from handlers.inline import Inline
from handlers.kinds import Attachment, ChatRef, SenderRef
from handlers.mailing import PLATFORM as MAIL
from handlers.opening import Opener
from handlers.platform import Mailing, Manners, Platform
from handlers.registry import COMMANDS
from handlers.updates import RemoteFile, Typed, Update
from handlers.wire import update_from_json, update_to_json
from storage import migrate
from storage.engine import Storage
from storage.housekeeping import stranded, tidy
from storage.work import SqlWork

if TYPE_CHECKING:
    from bot.stripe.setup import Cashier

log = logging.getLogger(__name__)

_BATCH = 50
_MOST_STRANDED = 500
_MOST_RENEWED = 500
_FETCHES = (1.0, 3.0)
"""Seconds between two tries to fetch a file; then it is answered without."""


Platforms = Sequence[Platform] | Callable[[Storage], Sequence[Platform]]
"""Those there are, or what makes them: some keep their workspaces in our storage."""

Till = Callable[[Storage, Clock, Ids, Jobs, Tally], "Cashier"]
"""What makes the part that deals with Stripe."""


def till_of(settings: Settings) -> Till:
    """It is imported with the first one: a chat in which nothing is sold needs none."""

    def open_till(storage: Storage, clock: Clock, ids: Ids, jobs: Jobs, tally: Tally) -> Cashier:
        from bot.stripe.setup import Cashier, stripe_of  # noqa: PLC0415

        return Cashier(storage, clock, ids, jobs, stripe_of(settings, clock, tally.call), settings)

    return open_till


class App:
    """Everything wired together for one process."""

    def __init__(  # noqa: PLR0913 (the composition root is given all there is)
        self, storage: Storage, clock: Clock, ids: Ids, renderer: Renderer, platforms: Sequence[Platform],
        jobs: Jobs | None = None, *, mailing: Mailing | None = None, public_url: str = "",
        offers: Iterable[Offer] = (), till: Till | None = None,
    ) -> None:  # fmt: skip
        self.storage = storage
        self.clock = clock
        self.ids = ids
        self.tally = Tally()
        self.public_url = public_url.rstrip("/")
        self.documents = Documents(storage, renderer)
        self._renderer = renderer
        self._jobs = jobs or NoJobs()
        self._platforms = {platform.name: platform for platform in platforms}
        self._stop = asyncio.Event()
        self._till = till
        loader = Loader(storage, self.documents)
        troubles = Troubles(clock, ids, self._jobs)
        self._delivery = Delivery(
            storage, loader, self._platforms, self._jobs, self._is_ending, guard=guard_of(clock, ids),
            trouble=troubles.tell,
        )  # fmt: skip
        self.opting_out = OptingOut(clock, ids, self._jobs)
        self.viewing = Viewing(clock, ids, self._jobs, mailing.sender if mailing else "")
        # What each costs is shown once Stripe has told this process.
        self._offers: dict[Offer, Money | None] = dict.fromkeys(offers)
        opener = Opener(
            clock, ids, COMMANDS, self._jobs, mailing, public_url=self.public_url, offers=self._offers,
        )  # fmt: skip
        self._dispatcher = Dispatcher(storage.work, opener)
        self._runner = Runner(
            storage.work, clock, ids, self._jobs, mailing, stopping=self._is_ending,
            public_url=self.public_url,
        )  # fmt: skip
        self._ticker = Ticker(storage, clock, self._jobs)
        self.inline = Inline(partial(storage.work, first=True), opener)
        # The chats in hand, and whether there is something new in them. The database keeps two processes apart.
        self._in_hand: dict[str, bool] = {}

    @classmethod
    async def open(
        cls,
        settings: Settings,
        platforms: Platforms,
        jobs: Jobs | None = None,
        clock: Clock | None = None,
    ) -> App:
        """Raises Unavailable when the schema is not the one this release needs; SQLite is brought there first."""
        clock = clock or SystemClock()
        url = settings.database_url
        if await migrate.revision(url) != migrate.HEAD:
            if not url.startswith("sqlite"):
                raise Unavailable(
                    N_("The database has another schema than this release. Run: billhook migrate"), 60
                )
            await migrate.upgrade_async(url)
        storage = Storage(url, clock, keys=settings.secret_keys, sells=settings.sells)
        made = platforms(storage) if callable(platforms) else platforms
        return cls(
            storage, clock, SystemIds(), Renderer(), made, jobs, mailing=mailing_of(settings),
            public_url=settings.public_url, offers=settings.stripe_prices, till=till_of(settings),
        )  # fmt: skip

    def end_with(self, stop: asyncio.Event) -> None:
        """From `stop` on, what is in hand is finished, and what comes behind it is left to the next process."""
        self._stop = stop

    def _is_ending(self) -> bool:
        return self._stop.is_set()

    @cached_property
    def cashier(self) -> Cashier | None:
        """Made when it is first asked for: whoever pays nothing waits for none of it."""
        return self._till(self.storage, self.clock, self.ids, self._jobs, self.tally) if self._till else None

    # -- updates that are answered at once ---------------------------------------------------------

    async def handle(self, update: Update) -> None:
        """Store it, answer it in one transaction, deliver the answer."""
        await self.receive(update)
        await self._dispatcher.handle(update, await self._manners(update.platform))
        await self._delivery.deliver(update.chat)
        await self._post_letters()
        if self.storage.sells and self.cashier and await self.cashier.run_orders():
            await self._delivery.deliver(update.chat)
            if self.storage.is_sqlite:
                await self._keep_time(update.chat)

    async def catch_up(self, chat: ChatRef) -> None:
        """Finish what a killed process left: answers that were on their way become uncertain, the rest goes on."""
        async with self.storage.work() as work:
            await self._delivery.give_up_lost(work, chat, self.clock.now())
        await self.converse(chat.key)

    # -- updates that are stored, and answered by a job --------------------------------------------

    async def receive(self, update: Update) -> bool:
        """Make the update durable; False for a delivery that was seen before."""
        async with self.storage.work(first=True) as work:
            return await self._store(work, update)

    async def receive_all(self, updates: Sequence[Update]) -> None:
        async with self.storage.work() as work:
            for update in updates:
                await self._store(work, update)

    async def _store(self, work: SqlWork, update: Update) -> bool:
        row = InboxRow(update.id, update.chat.key, update_to_json(update))
        stored = await work.inbox.store(update.platform, row, self.clock.now())
        if stored:
            await self._jobs.enqueue(work, CHAT_JOB, update.chat.key)
        return stored

    async def converse(self, key: str) -> None:
        """Answer everything that came into a chat, in order, and deliver everything that waits for it.

        Where that is being done already, it is done once more afterwards, and nobody waits for it: many
        messages of one chat would else keep every place in which this process works.
        """
        platform, _colon, address = key.partition(":")
        chat = ChatRef(platform, address)
        if platform not in self._platforms:
            return
        if key in self._in_hand:
            self._in_hand[key] = True
            return
        try:
            while self._in_hand.get(key, True):
                self._in_hand[key] = False
                await self._converse(chat)
        finally:
            del self._in_hand[key]

    async def _converse(self, chat: ChatRef) -> None:
        manners = await self._manners(chat.platform)
        while True:
            # First, so that who asks what has not arrived is told the truth.
            async with self.storage.work() as work:
                await self._delivery.give_up_lost(work, chat, self.clock.now() - LOST_AFTER)
                rows = await work.inbox.list_unhandled(chat.platform, chat.key, _BATCH)
            for row in rows:
                if self._is_ending():
                    raise Unavailable("this process ends", 0)
                update = await self._read(chat.platform, row)
                if update is not None:
                    update = await self._completed(update)
                    await self._dispatcher.handle(update, manners, moved=update.chat != chat)
                    if update.chat != chat:
                        await self._delivery.deliver(update.chat)
                await self._delivery.deliver(chat)
            if not rows:
                await self._delivery.deliver(chat)
            if len(rows) < _BATCH:
                return

    async def _read(self, platform: str, row: InboxRow) -> Update | None:
        """None for what this release cannot read, such as an update that a newer one stored before it was taken
        back: it is set aside, or nothing behind it would ever be answered.
        """
        try:
            return update_from_json(platform, row.id, row.payload)
        except (LookupError, TypeError, ValueError, AttributeError):
            reference = self.ids.token()[:8]
            log.exception("update %s cannot be read, reference %s", row.id, reference)
            async with self.storage.work() as work:
                await work.inbox.fail(platform, row.id, reference)
            return None

    def platform(self, name: str) -> Platform:
        return self._platforms[name]

    async def _manners(self, platform: str) -> Manners:
        return await self._platforms[platform].manners()

    async def _completed(self, update: Update) -> Update:
        """With what has to be asked for before the transaction begins: who the sender is and where they speak, and
        what they sent.
        """
        return await self._with_files(await self._platforms[update.platform].introduced(update))

    async def _with_files(self, update: Update) -> Update:
        """With the bytes of what was sent; a file that cannot be had stays what it is, and is told so."""
        given = update.input
        if not isinstance(given, Typed) or not any(isinstance(file, RemoteFile) for file in given.files):
            return update
        platform = self._platforms[update.platform]
        async with platform.busy(update.chat, sending=False):
            files = [
                file if isinstance(file, Attachment) else await self._fetched(platform, file)
                for file in given.files
            ]
        return replace(update, input=replace(given, files=tuple(files)))

    async def _fetched(self, platform: Platform, file: RemoteFile) -> Attachment | RemoteFile:
        for pause in (*_FETCHES, None):
            try:
                return await platform.fetch(file)
            except InvalidInput:
                return file
            except Unavailable as error:
                log.warning("a file could not be fetched: %s", error)
            if pause is not None:
                await asyncio.sleep(pause)
        return replace(file, size=0)

    # -- what the clock does ------------------------------------------------------------------------

    async def tick(self, stale_after: timedelta = STALE_AFTER) -> int:
        """Hand out the businesses for which something has come due, to the jobs that `run_business` does."""
        self.tally.note(TICKS)
        return len(await self._ticker.tick(stale_after))

    async def run_business(self, key: str) -> None:
        """Write a business's digest, decide and send its reminders, and tell what waits to be told."""
        await self._runner.run(key)

    async def keep_time(self, chat: ChatRef) -> None:
        """What a worker does in a minute, in a process that has none and whose database is a file of its own; what
        comes of it for others waits until they open their chats.
        """
        if not self.storage.is_sqlite:
            return
        if self.storage.sells and self.cashier:
            await self.cashier.keep_time()
        await self._keep_time(chat)

    async def _keep_time(self, chat: ChatRef) -> None:
        """For every business there is, which with a file of its own are few."""
        for key in await self._ticker.tick():
            await self._runner.run(key)
        await self._post_letters()
        await self.converse(chat.key)

    async def _post_letters(self) -> None:
        """Where no job does it; letters belong to no chat that somebody has open."""
        if MAIL not in self._platforms:
            return
        async with self.storage.work() as work:
            left = await stranded(work.connection, self.clock.now(), _MOST_STRANDED)
        for key in left:
            if key.startswith(f"{MAIL}:"):
                await self.converse(key)

    async def learn_prices(self) -> None:
        """What the plans cost; where Stripe does not answer, it is asked again after a while."""
        while self._offers and self.cashier:
            try:
                self._offers.update(await self.cashier.prices())
            except Unavailable as error:
                await asyncio.sleep(error.retry_after)
            except InvalidInput as error:
                log.warning("the prices of the plans cannot be read: %s", error)
                return
            else:
                return

    # -- housekeeping ------------------------------------------------------------------------------

    async def sweep(self, older: timedelta) -> int:
        """Wake up the chats in which something has waited for so long, or was cut off while it was sent: the net
        below the job queue.
        """
        now = self.clock.now()
        async with self.storage.work() as work:
            left = await stranded(work.connection, now - older, _MOST_STRANDED)
            lost = await work.outbox.list_lost(now - LOST_AFTER, _MOST_STRANDED)
            found = {**dict.fromkeys(lost, False), **left}
            # What is in hand here is looked at again anyway.
            mine = [
                key for key in found if key.partition(":")[0] in self._platforms and key not in self._in_hand
            ]
            for key in mine:
                await self._jobs.enqueue(work, CHAT_JOB, key, urgent=found[key])
        if self.cashier:
            await self.cashier.sweep(older)
        return len(mine)

    async def names(self, sender: SenderRef) -> Names:
        return await list_names(self.storage, sender)

    async def tidy(self) -> None:
        async with self.storage.connection() as connection:
            await tidy(connection, self.clock.now())
        async with self.storage.work() as work:
            renewed = await work.installations.refresh_keys(_MOST_RENEWED)
            renewed += await work.pay_accounts.refresh_keys(_MOST_RENEWED)
        if renewed:
            log.info("%s secrets were encrypted anew with the first of BILLHOOK_SECRET_KEYS", renewed)

    async def close(self) -> None:
        await self.tally.hand_over(self.storage)
        for platform in self._platforms.values():
            await platform.close()
        if "cashier" in self.__dict__ and self.cashier:
            await self.cashier.close()
        await self._renderer.close()
        await self.storage.close()
