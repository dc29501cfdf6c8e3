"""An office that sends letters: what its clients get by mail is kept, and the clock is moved by the test."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.console.render import plain_reply
from bot.wiring import App
from core.chat_ports import OutboxRow, Press, Settled
from core.ports import BUSINESS_JOB
from core.reminder import Reminder
from handlers.kinds import Attachment, Letter, Reply
from handlers.platform import Mailing
from handlers.updates import Pressed
from storage.engine import Storage
from storage.tables import agenda, outbox
from storage.work import SqlWork
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.clockwork import ClockworkOffice
from tests.scenarios.rendered import OnceRenderer
from tests.scenarios.scenes import bills, opens_a_studio

MAILING = Mailing("billing@studio.example", "https://billhook.example")
BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, eight in the morning in Berlin."""
ACME = "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE; email books@acme.example"


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[PostalOffice]:
    """For modules that import it, and an Ana who has nothing yet."""
    office = PostalOffice(fresh_database_url, BEGIN)
    yield office
    await office.close()


@pytest.fixture
def ana(office: PostalOffice) -> Chat:
    return office.person("ana")


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 by the clocks of Berlin, which change on 29 March."""
    ahead = timedelta(hours=2 if (3, 29) <= (month, day) < (10, 25) else 1)
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - ahead


async def opens(ana: Chat, client: str = ACME) -> None:
    """A studio of which only reminders are heard."""
    await opens_a_studio(ana)
    await ana.says(client)
    await ana.says("/digest off")


async def delivers(office: PostalOffice, ana: Chat, text: str) -> str:
    """An invoice that the client has since today."""
    number = await bills(ana, text)
    await office.gave(ana.name, number, office.today)
    return number


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter as the client has it."""

    to: str
    subject: str
    text: str
    files: tuple[str, ...]
    at: datetime
    links: tuple[str, ...]

    @property
    def rows(self) -> list[str]:
        """The lines that name an invoice and what is open of it."""
        lines = (re.sub(" {2,}", "  ", line) for line in self.text.splitlines())
        return [line for line in lines if re.match(r"20\d\d-\d{4} ", line)]


class PostalOffice(ClockworkOffice):
    """With a platform that carries letters; `mailing` None: mail is switched off."""

    def __init__(
        self, url: str, begin: datetime | None = None, mailing: Mailing | None = MAILING, sells: bool = False
    ) -> None:
        self.mailing = mailing
        self.post = FakePlatform("mail")
        self.left_at: list[datetime] = []
        super().__init__(url, begin, [self.post], sells)

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
            mailing=self.mailing,
            offers=self.offers,
        )

    async def tick(self) -> None:
        await super().tick()
        self.left_at += [self.clock.at] * (len(self.post.delivered) - len(self.left_at))

    async def until(self, moment: datetime, step: timedelta = timedelta(0)) -> None:
        """From one moment at which anything is due to the next; with a `step`, as often as that."""
        if step:
            await super().until(moment, step)
            return
        while True:
            due = await self._next_due()
            if due is None or due > moment:
                break
            self.clock.at = max(self.clock.at, due)
            await self.tick()
        self.clock.at = moment
        await self.work_off()

    async def _next_due(self) -> datetime | None:
        async with self.app.storage.connection() as connection:
            found: datetime | None = await connection.scalar(sa.select(sa.func.min(agenda.c.next_at)))
            return found

    async def write_letters(self, at: datetime) -> None:
        """What is due then is written, and not sent yet."""
        self.clock.at = at
        await self.app.tick()
        jobs = list(self.errands.waiting)
        self.errands.waiting.clear()
        for name, key in jobs:
            if name == BUSINESS_JOB:
                await self.app.run_business(key)

    async def work_off(self) -> None:
        """What a command left for later."""
        await self.errands.work_off(self.app)
        self.left_at += [self.clock.at] * (len(self.post.delivered) - len(self.left_at))

    @property
    def letters(self) -> list[Mail]:
        """All there were, oldest first."""
        found = []
        for delivered, at in zip(self.post.delivered, self.left_at, strict=True):
            reply = delivered.shown
            assert isinstance(reply, Reply)
            assert reply.letter is not None
            files = tuple(item.filename for item in reply.attachments if isinstance(item, Attachment))
            text = "\n".join(plain_reply(replace(reply, attachments=())))
            to, links = delivered.chat.address.partition("/")[2], tuple(item.url for item in reply.buttons)
            found.append(Mail(to, reply.letter.subject, text, files, at, links))
        return found

    async def gave(self, name: str, number: str, on: date) -> None:
        """The client has that invoice since that day, as if it had been sent from here."""
        async with self.app.storage.work() as work:
            await self.enter(work, name)
            invoice = await work.invoices.find_number(number)
            assert invoice is not None
            chase = await work.reminders.chase(invoice.id)
            await work.reminders.set_chase(invoice.id, replace(chase, delivered_on=on))

    def envelope(self, place: int) -> Letter:
        """What the letter has besides its text."""
        reply = self.post.delivered[place].shown
        assert isinstance(reply, Reply)
        assert reply.letter is not None
        return reply.letter

    async def opts_out(self, name: str, email: str) -> None:
        """Whoever reads that address asks for no more letters of the business that somebody works for."""
        async with self.app.storage.work() as work:
            await self.enter(work, name)
            await work.opt_outs.add(email)

    async def enter(self, work: SqlWork, name: str) -> None:
        """The business that somebody works for."""
        seat = (await work.chats.speaker(self.sender_of(name).key)).seat
        assert seat is not None
        await work.enter(seat.business_id)

    async def reminders_about(self, name: str, number: str) -> list[Reminder]:
        async with self.app.storage.work() as work:
            await self.enter(work, name)
            invoice = await work.invoices.find_number(number)
            assert invoice is not None
            return list(await work.reminders.list_of(invoice.id))

    async def states_of_letters(self) -> list[str]:
        query = sa.select(outbox.c.state).where(outbox.c.chat.like("mail:%")).order_by(outbox.c.id)
        async with self.app.storage.work() as work:
            return list((await work.connection.execute(query)).scalars())

    async def acts(self, name: str, command: str, argument: str) -> None:
        """Somebody presses a button that stood in another chat, of which they have the same message."""
        token = self.ids.token()
        async with self.app.storage.work() as work:
            press = Press(token, "A button", command, argument)
            await self.enter(work, name)
            seat = (await work.chats.speaker(self.sender_of(name).key)).seat
            assert seat is not None
            row = OutboxRow(self.ids.new(), self.chat_of(name).key, {"blocks": []}, seat.business_id)
            await work.outbox.add(row, [])
            await work.outbox.settle(row.id, Settled("sent"))
            await work.chats.add_presses(self.chat_of(name).key, "", row.id, [press])
        await self.handle(self.update(name, Pressed(token)))

    def last(self, name: str) -> Seen:
        return self.unasked(name)[-1]

    def said(self, name: str, part: str) -> list[Seen]:
        """What that chat was shown with these words in it."""
        return [seen for seen in self.unasked(name) if part in seen.text]
