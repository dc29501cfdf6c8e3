"""A strict Telegram of one's own: a real Bot API server on loopback, and the people who talk to its bot."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from tests.fakes import telegram_schema
from tests.fakes.telegram_checks import Checker
from tests.fakes.telegram_courier import Courier, Habits
from tests.fakes.telegram_desk import Desk
from tests.fakes.telegram_faults import (
    Fault,
    HangUp,
    Pacer,
    Rates,
    Refusal,
    ServerError,
    Slow,
    TooMany,
    Trouble,
    Troubles,
)
from tests.fakes.telegram_values import (
    Chat,
    Impatient,
    Impossible,
    Person,
    Place,
    Sent,
    Shown,
    Toast,
    chat_id_of,
)
from tests.fakes.telegram_view import View
from tests.fakes.telegram_wire import Connection
from tests.fakes.telegram_world import Profile, World
from tests.fakes.telegram_writing import Writing

__all__ = [
    "Chat", "FakeTelegram", "HangUp", "Impossible", "Person", "Rates", "Refusal", "ServerError", "Shown", "Slow",
    "Toast", "TooMany",
]  # fmt: skip

TOKEN = "7000001:a-token-that-opens-nothing"


class FakeTelegram(Writing, View):
    """The server runs in a thread of its own; every method here is plain and may be called from any other.

    `async with FakeTelegram() as telegram:`, `with`, or `start()` and `stop()`. Stopped and started again it
    is the same world on the same port, as after an outage.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "billhook_test_bot",
        name: str = "Billhook",
        privacy: bool = True,
        first_update: int = 1000,
        callback_seconds: float = 15.0,
        plain_http: bool = True,
        rates: Rates | None = None,
        specification: bool = True,
        seed: int = 0,
    ) -> None:
        path = telegram_schema.specification() if specification else None
        schema = telegram_schema.from_specification(path) if path else telegram_schema.own()
        bot = Person(int(token.partition(":")[0]), name, username)
        profile = Profile(schema.updates, plain_http, privacy)
        self.token = token
        self.deliver = Habits()
        self.routes: dict[str, str] = {}
        """Public origins and where they lead: {"https://bot.example": "http://127.0.0.1:8000"}."""
        self._world = World(bot, profile, first_update=first_update, callback_seconds=callback_seconds)
        self._troubles = Troubles()
        self._pacer = Pacer(rates)
        self._desk = Desk(self._world, token, Checker(schema), self._troubles, self._pacer)
        self._courier = Courier(self._world, self.deliver, self.routes, seed)
        self._port = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failed: BaseException | None = None
        self._world.mail.on_update = self._on_update
        self._world.on_webhook = lambda: self._in_loop(self._on_webhook)

    # The server.

    @property
    def url(self) -> str:
        assert self._port, "it has not been started"
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    def start(self) -> Self:
        assert self._thread is None, "it runs already"
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="telegram", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failed is not None:
            self._thread = None
            raise self._failed
        return self

    def stop(self) -> None:
        """Breaks every connection. Nothing is lost: what is pending waits for the next start."""
        if self._thread is None:
            return
        assert self._stopping is not None
        self._in_loop(self._stopping.set)
        self._thread.join()
        self._thread = self._loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(self, *error: object) -> None:
        # The server may be in the middle of a delivery to the loop that waits here.
        await asyncio.to_thread(self.stop)

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:  # The starting thread tells of it.
            self._failed = error
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        connections: set[Connection] = set()
        server = await loop.create_server(
            lambda: Connection(self._desk.answer, connections), "127.0.0.1", self._port
        )
        self._port = server.sockets[0].getsockname()[1]
        self._stopping = asyncio.Event()
        self._loop = loop
        self._courier.start()
        ready.set()
        await self._stopping.wait()
        self._courier.cancel()
        server.close()
        for connection in list(connections):
            connection.close()
        # A closed transport is gone only after the loop has turned.
        await asyncio.sleep(0)
        await server.wait_closed()

    def _in_loop(self, act: Callable[[], object]) -> None:
        loop = self._loop
        if loop is not None:
            # An act in the moment of a stop is told at the next start.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(act)

    def _on_update(self, queue: str) -> None:
        def tell() -> None:
            self._courier.wake(queue)
            self._desk.updates_came()

        self._in_loop(tell)

    def _on_webhook(self) -> None:
        self._desk.webhook_changed()
        self._courier.start()

    # What goes wrong.

    def trouble(
        self,
        fault: Fault,
        method: str | tuple[str, ...] | None = None,
        *,
        chat: Place | None = None,
        times: int | None = 1,
    ) -> Trouble:
        """The next calls meet a fault: of these methods or of all, in this chat or in any. None is until lifted."""
        methods = None if method is None else frozenset((method,) if isinstance(method, str) else method)
        chat_id = None if chat is None else chat_id_of(chat)
        with self._world.changed:
            return self._troubles.add(Trouble(fault, methods, chat_id, times))

    def storm(self, seconds: float) -> Trouble:
        """Every call is answered 429 until so many seconds have passed."""
        with self._world.changed:
            until = time.monotonic() + seconds
            return self._troubles.add(Trouble(TooMany(), None, None, None, until))

    def calm(self) -> None:
        """Lifts every trouble."""
        with self._world.changed:
            self._troubles.clear()

    @property
    def impatient(self) -> list[Impatient]:
        """Calls that came before the wait was over that an earlier 429 had asked for."""
        with self._world.changed:
            return list(self._troubles.impatient)

    @property
    def over_the_limit(self) -> int:
        """How many sends and edits were refused because of the rates."""
        return self._pacer.over_the_limit

    @property
    def sent(self) -> list[Sent]:
        """Every send and edit that was accepted, with its time."""
        with self._world.changed:
            return list(self._pacer.sent)

    def busiest(self, seconds: float = 1.0) -> int:
        """The largest number of accepted sends and edits within any window of that length."""
        with self._world.changed:
            return self._pacer.busiest(seconds)

    @property
    def polls(self) -> int:
        """How many calls of getUpdates have begun to wait for something."""
        return self._desk.polls

    def advance(self, seconds: float) -> None:
        """Moves the clock on: messages and taps grow old."""
        with self._world.changed:
            self._world.advance(seconds)

    # Settings that a test may change while it runs.

    @property
    def rates(self) -> Rates | None:
        return self._pacer.rates

    @rates.setter
    def rates(self, rates: Rates | None) -> None:
        with self._world.changed:
            self._pacer.rates = rates

    @property
    def privacy(self) -> bool:
        return self._world.profile.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        with self._world.changed:
            self._world.profile.privacy = on

    @property
    def callback_seconds(self) -> float:
        """How long a tap can be answered."""
        return self._world.callback_seconds

    @callback_seconds.setter
    def callback_seconds(self, seconds: float) -> None:
        with self._world.changed:
            self._world.callback_seconds = seconds

    # What the bot has told about itself.

    def commands(
        self, scope: str = "default", language: str = "", *, chat: Place | None = None
    ) -> list[dict[str, Any]]:
        chat_id = None if chat is None else chat_id_of(chat)
        with self._world.changed:
            return list(self._world.profile.commands.get((scope, chat_id, None, language), []))

    def description(self, language: str = "", *, short: bool = False) -> str:
        profile = self._world.profile
        return (profile.short_description if short else profile.description).get(language, "")

    def menu_button(self, chat: Place | None = None) -> dict[str, Any]:
        chat_id = None if chat is None else chat_id_of(chat)
        return dict(self._world.profile.menu_buttons.get(chat_id, {"type": "default"}))
