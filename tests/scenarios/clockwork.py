"""An office whose clock does something: each minute ticks, and the jobs that come of it are done at once, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from bot.wiring import App
from core.ports import BUSINESS_JOB, CHAT_JOB, Work
from handlers.platform import Manners, Platform
from storage.engine import Storage
from storage.tables import agenda
from storage.work import SqlWork
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Seen
from tests.scenarios.in_process import Office, as_seen
from tests.scenarios.rendered import OnceRenderer

_PLANNED = sa.select(agenda.c.next_at).where(agenda.c.next_at.is_not(None))


class Errands:
    """core.ports.Jobs that are done when the test says so."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, str]] = deque()

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        cast(SqlWork, work).after_commit.append(lambda: self.waiting.append((name, key)))

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        for key in keys:
            await self.enqueue(work, name, key)

    async def work_off(self, app: App) -> None:
        does = {
            CHAT_JOB: app.converse,
            BUSINESS_JOB: app.run_business,
            **(app.cashier.acts if app.cashier else {}),
        }
        while self.waiting:
            name, key = self.waiting.popleft()
            await does[name](key)


class ClockworkOffice(Office):
    """With a database of its own, for a tick looks at every business there is."""

    def __init__(self, url: str, begin: datetime | None = None, others: Sequence[Platform] = (),
                 sells: bool = False) -> None:  # fmt: skip
        self.errands = Errands()
        self.others = others
        super().__init__(url, sells=sells)
        if begin is not None:
            self.clock.at = begin

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4, sells=self.sells)
        platforms = [platform or self.platform, *self.others]
        return App(
            storage,
            self.clock,
            self.ids,
            OnceRenderer(),
            platforms,
            self.errands,
            offers=self.offers,
        )

    async def tick(self) -> None:
        """What comes of one tick at this moment."""
        await self.app.tick()
        await self.errands.work_off(self.app)

    async def until(self, moment: datetime, step: timedelta = timedelta(days=400)) -> None:
        """Let time pass from one moment that was planned to the next, with a tick at each, at every step and at the
        end.
        """
        while self.clock.at < moment:
            async with self.app.storage.work() as work:
                planned = (await work.connection.execute(_PLANNED)).scalars().all()
            later = [at for at in planned if at > self.clock.at]
            self.clock.at = min((*later, moment, self.clock.at + step))
            await self.tick()

    def unasked(self, name: str, since: int = 0) -> list[Seen]:
        """What that chat was shown from the given place on."""
        return [as_seen(shown) for shown in self.platform.shown_in(self.chat_of(name))[since:]]

    def count(self, name: str) -> int:
        """How much that chat was shown until now."""
        return len(self.platform.shown_in(self.chat_of(name)))


def groups() -> FakePlatform:
    """A platform whose groups are set up through a link into the private chat."""
    return FakePlatform(manners=Manners(link="https://fake.example/start?"))
