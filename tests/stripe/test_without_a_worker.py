"""A chat in a process that does everything itself: what is ordered is carried out at once, and no webhook comes."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.wiring import App
from core.plan import Offer
from handlers.updates import Typed
from tests.fakes.clock import FixedClock
from tests.fakes.platform import FakePlatform
from tests.fakes.stripe import FakeStripe, HangUp
from tests.scenarios.in_process import PLATFORM, Office
from tests.stripe.till import settings_for


class Alone(Office):
    """With everything as its settings have it."""

    def __init__(self, url: str, app: App, platform: FakePlatform, clock: FixedClock) -> None:
        self._made = app
        super().__init__(url, clock=clock)
        self.platform = platform

    def new_app(self, platform: FakePlatform | None = None, offers: Sequence[Offer] = ()) -> App:
        return self._made

    async def hears(self, text: str) -> list[str]:
        """Everything that Ana is shown for it."""
        before = len(self.texts_of("ana"))
        await self.app.handle(self.update("ana", Typed(text)))
        return self.texts_of("ana")[before:]


@pytest.fixture
async def alone(
    sqlite_template: Path, tmp_path: Path, bank: FakeStripe, till_clock: FixedClock
) -> AsyncIterator[Alone]:
    path, platform = tmp_path / "chat.db", FakePlatform(PLATFORM)
    shutil.copyfile(sqlite_template, path)
    url = f"sqlite:///{path}"
    app = await App.open(settings_for(url, bank), [platform], clock=till_clock)
    office = Alone(url, app, platform, till_clock)
    await office.hears(
        "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976"
    )
    yield office
    await office.close()


async def test_what_the_plans_cost_is_shown_before_anything_is_bought(alone: Alone) -> None:
    await alone.app.learn_prices()

    plans = await alone.send("ana", "/upgrade")
    periods = await alone.send("ana", "pro")

    assert plans.buttons[:2] == ("Pro, EUR 12.00 a month", "Business, EUR 39.00 a month")
    assert periods.buttons[:2] == ("Monthly, EUR 12.00", "Yearly, EUR 120.00")


async def test_an_upgrade_is_bought_and_cancelled_without_leaving_the_chat(
    alone: Alone, bank: FakeStripe
) -> None:
    said, linked = await alone.hears("/upgrade pro monthly")
    session = bank.calls_of("POST /v1/checkout/sessions")[-1].response
    bank.pays(session["id"])
    await alone.app.keep_time(alone.chat_of("ana"))
    shown = await alone.hears("/plan")
    cancelled = await alone.hears("/billing cancel")

    assert "Pro" in said
    assert session["url"] in linked
    assert "Pro" in shown[0]
    assert len(cancelled) > 1
    assert any("is cancelled and goes on until" in text for text in cancelled)


async def test_where_stripe_does_not_answer_the_page_comes_with_the_next_message(
    alone: Alone, bank: FakeStripe
) -> None:
    bank.trouble(HangUp(), "POST /v1/checkout/sessions", times=3)

    first = await alone.hears("/upgrade pro monthly")
    second = await alone.hears("/plan")

    assert len(first) == 1
    assert bank.calls_of("POST /v1/checkout/sessions")[-1].response["url"] in second[-1]
