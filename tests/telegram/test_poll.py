"""Long polling against a real server: nothing is confirmed before it is stored, and nothing ends it but the stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.telegram.client import make_bot
from bot.telegram.poll import poll
from bot.telegram.receive import Me
from bot.telegram.send import Telegram
from core.errors import Unavailable
from handlers.updates import Typed, Update
from tests.fakes.telegram import FakeTelegram, HangUp, Person, Refusal, ServerError, TooMany
from tests.telegram.shapes import US

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")
CONFLICT = Refusal(409, "Conflict: terminated by other getUpdates request")
FAST = 0.7
"""Seconds in which something has happened that need not wait."""
SECONDS = 10.0


class Box:
    """A durable inbox. Before it has taken a batch, it fails as often as it is told to."""

    def __init__(self, telegram: FakeTelegram, *failing: Exception) -> None:
        self.batches: list[list[Update]] = []
        self.unconfirmed: list[int] = []
        """How many updates Telegram still kept whenever something was to be stored."""
        self._telegram = telegram
        self._failing = list(failing)
        self._nameless: list[Exception] = []

    def nameless(self, error: Exception) -> Box:
        self._nameless.append(error)
        return self

    async def me(self) -> Me:
        if self._nameless:
            raise self._nameless.pop()
        return US

    async def receive_all(self, updates: Sequence[Update]) -> None:
        self.unconfirmed.append(self._telegram.pending)
        if self._failing:
            raise self._failing.pop()
        if updates:
            self.batches.append(list(updates))

    @property
    def texts(self) -> list[str]:
        return [one.input.text for batch in self.batches for one in batch if isinstance(one.input, Typed)]


@asynccontextmanager
async def polling(telegram: FakeTelegram, box: Box, wait: int = 25) -> AsyncIterator[asyncio.Task[None]]:
    adapter, stop = Telegram(make_bot(telegram.token, telegram.url)), asyncio.Event()
    task = asyncio.create_task(poll(adapter.bot, box.me, box, stop, wait))
    try:
        yield task
    finally:
        stop.set()
        ended, _ = await asyncio.wait([task], timeout=SECONDS)
        task.cancel()
        await adapter.close()
    assert ended == {task}
    task.result()


async def until(telegram: FakeTelegram, true: Callable[[], bool]) -> None:
    await asyncio.to_thread(telegram.wait_for, true)


def offsets(telegram: FakeTelegram) -> list[int]:
    return [call.params["offset"] for call in telegram.calls_of("getUpdates")]


async def test_an_update_is_stored_before_it_is_confirmed(telegram: FakeTelegram, ana: Person) -> None:
    for text in ("/start", "/client_add Löwe", "Acme: 3h"):
        telegram.says(ana, text)
    box = Box(telegram)

    async with polling(telegram, box):
        await asyncio.to_thread(telegram.drained)

    assert box.texts == ["/start", "/client add Löwe", "Acme: 3h"]
    assert box.unconfirmed[0] == 3


async def test_only_what_we_read_is_asked_for(telegram: FakeTelegram) -> None:
    async with polling(telegram, Box(telegram), wait=1):
        call = await asyncio.to_thread(telegram.next_call, "getUpdates")

    assert call.params["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert (call.params["timeout"], call.params["offset"]) == (1, 0)


async def test_an_update_comes_at_once_in_the_middle_of_a_long_poll(
    telegram: FakeTelegram, ana: Person
) -> None:
    box = Box(telegram)

    async with polling(telegram, box):
        await until(telegram, lambda: telegram.polls > 0)
        began = time.monotonic()
        telegram.says(ana, "/help")
        await asyncio.to_thread(telegram.drained)

    assert time.monotonic() - began < FAST
    assert box.texts == ["/help"]


async def test_more_than_a_hundred_updates_are_stored_in_their_order(
    telegram: FakeTelegram, ana: Person
) -> None:
    texts = [f"/paid 2026-{number:04}" for number in range(1, 131)]
    for text in texts:
        telegram.says(ana, text)
    box = Box(telegram)

    async with polling(telegram, box):
        await asyncio.to_thread(telegram.drained)

    assert [len(batch) for batch in box.batches] == [100, 30]
    assert box.texts == texts


async def test_an_update_of_a_shape_we_do_not_know_is_confirmed_and_skipped(
    telegram: FakeTelegram, ana: Person
) -> None:
    forum = telegram.supergroup("Büro", ana, forum=True)
    telegram.says(ana, "/help")
    telegram.topic(ana, forum, "Rechnungen")
    telegram.says(ana, "/resume")
    box = Box(telegram)

    async with polling(telegram, box):
        await asyncio.to_thread(telegram.drained)

    assert box.unconfirmed[0] == 3
    assert box.texts == ["/help", "/resume"]


async def test_what_could_not_be_stored_is_asked_for_again(telegram: FakeTelegram, ana: Person) -> None:
    telegram.says(ana, "/help")
    telegram.says(ana, "/resume")
    box = Box(telegram, Unavailable("the database does not answer", 7))

    async with polling(telegram, box):
        await asyncio.to_thread(telegram.drained)

    assert offsets(telegram)[:2] == [0, 0]
    assert box.unconfirmed[:2] == [2, 2]
    assert box.texts == ["/help", "/resume"]


async def waited_out(fault: HangUp | Refusal | ServerError | TooMany | None) -> tuple[float, list[str]]:
    """How long the second try was waited for, and what then came."""
    async with FakeTelegram() as telegram:
        telegram.says(telegram.person("Ana", started=True), "/help")
        box = Box(telegram)
        if fault is None:
            box.nameless(Unavailable("Telegram cannot be reached.", 5))
        else:
            telegram.trouble(fault, "getUpdates")
        async with polling(telegram, box):
            await asyncio.to_thread(telegram.drained)
        first, second = telegram.calls_of("getUpdates")[:2]
        assert telegram.impatient == []
        assert telegram.violations == []
        return second.at - first.at, box.texts


async def test_what_goes_wrong_is_waited_out(caplog: pytest.LogCaptureFixture) -> None:
    faults = (
        CONFLICT,
        ServerError(500),
        ServerError(502),
        HangUp(),
        TooMany(1),
        Refusal(401, "Unauthorized"),
        None,
    )

    found = await asyncio.gather(*map(waited_out, faults))

    assert [texts for _seconds, texts in found] == [["/help"]] * len(faults)
    assert min(seconds for seconds, _texts in found) > 0.9
    assert "somebody else polls with this token" in caplog.text


async def test_a_stop_ends_a_long_poll_at_once_and_leaves_what_was_not_stored(
    telegram: FakeTelegram, ana: Person
) -> None:
    box = Box(telegram)
    began = time.monotonic()

    async with polling(telegram, box) as task:
        await until(telegram, lambda: telegram.polls > 0)
        began = time.monotonic()

    assert time.monotonic() - began < FAST
    assert task.done()
    telegram.says(ana, "/help")
    assert (telegram.pending, box.texts) == (1, [])


async def test_a_stop_ends_a_pause_at_once(telegram: FakeTelegram) -> None:
    telegram.trouble(TooMany(3600), "getUpdates")
    began = time.monotonic()

    async with polling(telegram, Box(telegram)):
        await asyncio.to_thread(telegram.next_call, "getUpdates")
        await asyncio.sleep(0.05)
        began = time.monotonic()

    assert time.monotonic() - began < FAST


async def test_without_a_stop_a_quiet_poll_goes_on(telegram: FakeTelegram, ana: Person) -> None:
    box = Box(telegram)

    async with polling(telegram, box, wait=1):
        await until(telegram, lambda: telegram.polls > 1)
        telegram.says(ana, "/help")
        await asyncio.to_thread(telegram.drained)

    assert box.texts == ["/help"]
