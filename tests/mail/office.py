"""An office whose letters go to a strict mail server, and come back from there."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.mail.client import Client, server_of
from bot.mail.send import Mail, Pace
from bot.rendering import Renderer
from bot.wiring import App
from handlers.platform import Mailing, Platform
from storage.engine import Storage
from tests.fakes.platform import FakePlatform
from tests.fakes.smtp import FakeSmtp
from tests.fakes.smtp_session import Received
from tests.mail.conftest import SENDER
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.clockwork import ClockworkOffice
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

PUBLIC_URL = "https://billhook.example"
BOOKS = "books@acme.example"


class MailOffice(ClockworkOffice):
    def __init__(self, url: str, smtp: FakeSmtp, begin: datetime | None = None) -> None:
        self.smtp = smtp
        super().__init__(url, begin)

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4)
        mail = Mail(Client(server_of(self.smtp.url), SENDER), self.clock, Pace(0.001, 0.001, 0.001))
        platforms: list[Platform] = [platform or self.platform, mail]
        mailing = Mailing(SENDER, PUBLIC_URL)
        return App(storage, self.clock, self.ids, Renderer(), platforms, self.errands, mailing=mailing)

    async def later(self, **by: float) -> None:
        """Time passes, and whatever waited for it is done."""
        self.wait(**by)
        await self.tick()
        await self.app.sweep(timedelta(0))
        await self.errands.work_off(self.app)

    async def mails(self, ana: Chat) -> Received:
        """An invoice goes to Acme, and arrives."""
        await opens_a_studio_with_acme(ana)
        await ana.says("/settings email ana@loewe.example")
        await ana.says(f"/client edit Acme; email {BOOKS}; language en")
        number = await bills(ana, "Acme: Work @ 300; due 14d")
        await ana.says(f"/send {number} now")
        await self.errands.work_off(self.app)
        (letter,) = self.smtp.letters
        return letter

    def told(self, name: str, part: str) -> list[Seen]:
        return [seen for seen in self.unasked(name) if part in seen.text]
