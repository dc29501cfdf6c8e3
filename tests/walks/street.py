"""A real bot in its own process, and around it everybody it deals with: Telegram, a mail server, Stripe, a browser."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.fakes.clock import MORNING
from tests.fakes.smtp import FakeSmtp
from tests.fakes.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from tests.fakes.telegram import FakeTelegram, Shown
from tests.scenarios.house import opened
from tests.scenarios.telegram_house import House as TelegramHouse
from tests.scenarios.telegram_people import Friend, Town
from tests.workers.serving import BegunClock

VAULT = "d2Fsa3Mta2VlcC10aGlzLW9wZW4tZm9yLWFueWJvZHk="
"""What encrypts in these tests; it hides nothing."""


@dataclass(slots=True, kw_only=True)
class House(TelegramHouse):
    """Telegram is polled; everything else is where the fakes are."""

    stripe: FakeStripe
    smtp: FakeSmtp

    def given(self, port: int) -> Mapping[str, str]:
        return {
            **TelegramHouse.given(self, port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "BILLHOOK_SECRET_KEYS": VAULT, "SMTP_URL": self.smtp.url, "MAIL_FROM": "bills@bot.example",
            "STRIPE_API_URL": self.stripe.url, "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_PRICE_PRO": self.stripe.pro, "STRIPE_PRICE_BUSINESS": self.stripe.business,
            "STRIPE_PRICE_PRO_YEARLY": self.stripe.pro_yearly,
        }  # fmt: skip

    def before(self, port: int) -> None:
        self.stripe.own.listen(f"http://127.0.0.1:{port}/stripe/webhook", secret=WEBHOOK_SECRET)


class Asking:
    """Queries in a loop of their own: the browser's driver keeps the one of this thread for itself."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = asyncio.run_coroutine_threadsafe(asyncpg.connect(url), self._loop).result()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        asked = asyncio.run_coroutine_threadsafe(self._connection.fetch(query, *values), self._loop)
        return [tuple(row) for row in asked.result()]

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._connection.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass(frozen=True, slots=True)
class Street(Town):
    """The town of tests/scenarios/telegram_people.py on PostgreSQL, with a bank in it."""

    asking: Asking
    stripe: FakeStripe
    smtp: FakeSmtp

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return self.asking.rows(query, *values)

    def hears(self, friend: Friend, text: str) -> Shown:
        """A message that comes by itself."""
        return self.telegram.wait_for(lambda: _found(self.telegram, friend, text), what=text)


def _found(telegram: FakeTelegram, friend: Friend, text: str) -> Shown | None:
    news = [one for one in telegram.history(friend.person) if one.from_bot and text in one.text]
    return news[-1] if news else None


def link_in(shown: Shown, pattern: str) -> str:
    """The address of its button, or in its text, that looks like this."""
    places: list[str] = [button.url for button in shown.buttons] + re.findall(r"https?://\S+", shown.text)
    return next(place for place in places if re.search(pattern, place))


@contextmanager
def open_street(url: str, folder: Path) -> Iterator[Street]:
    """A working day begins, for Stripe too. Nothing that Telegram or Stripe would refuse may happen in it."""
    with (
        FakeTelegram(username="studio_bot") as telegram,
        FakeStripe(clock=BegunClock(MORNING).now) as stripe,
        FakeSmtp() as smtp,
        opened(
            House(
                telegram=telegram, stripe=stripe, smtp=smtp, url=url, folder=folder, begin=MORNING.isoformat()
            )
        ) as house,
    ):
        house.serve()
        asking = Asking(url)
        try:
            yield Street(house, asking, stripe, smtp)
        finally:
            asking.close()
        assert telegram.violations == []
        assert stripe.troubled == []
