"""What one reply costs: from a stored update to its written answer, against PTB's bare dispatch and bare statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import event

from bench.bare import BareSqlite
from bench.bench import Bench
from bench.entry import PERSON
from bench.ledger import CLOCK, IDS, Ledger, open_ledger
from bench.measure import Contender, Row, Timed, cpu, in_turns
from bench.ptb import Bare
from bench.wire import update
from core.chat_ports import InboxRow
from core.ports import NoJobs
from handlers.dispatch import Dispatcher
from handlers.kinds import ChatRef, SenderRef
from handlers.opening import Opener
from handlers.platform import Manners
from handlers.registry import COMMANDS
from handlers.updates import Occasion, Typed, Update
from handlers.wire import update_to_json
from storage.engine import Storage

_TEXTS = ("/help", "/invoices")
_CHAT, _SENDER = ChatRef("bench", "one"), SenderRef("bench", "one", "Ida Lindqvist")
_MANNERS = Manners(guided=True, link="https://t.me/billhook_test_bot?start=go_")
_EACH = 10
_TIMES_BARE = 3
"""How many of PTB's bare dispatches a reply may cost beside its statements."""

Call = tuple[Any, Any]
"""A statement and its parameters, or the parameters of every row."""
Play = Callable[[Sequence[Call]], Awaitable[None]]
T = TypeVar("T")


async def rows(bench: Bench) -> list[Row]:
    found, bare = [], await Bare.open()
    try:
        for name, url in (await bench.databases()).items():
            storage = Storage(url, CLOCK)
            try:
                ledger = await open_ledger(storage)
                desk = _Desk(storage)
                await desk.seat(ledger)
                play, close = await (_on_sqlite if storage.is_sqlite else _on_postgres)(url, ledger)
                for text in _TEXTS:
                    found += await _replied(bench, bare, desk, (name, text), play)
                await close()
            finally:
                await storage.close()
    finally:
        await bare.close()
    return found


class _Desk:
    """A member's chat: stores what is typed there, and answers it."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._dispatcher = Dispatcher(storage.work, Opener(CLOCK, IDS, COMMANDS, NoJobs()))

    async def seat(self, ledger: Ledger) -> None:
        async with self.storage.work() as work:
            seat = (await work.chats.speaker(f"bench:{ledger.business.id.hex}")).seat
            assert seat is not None
            await work.chats.sit(_SENDER.key, seat)

    async def stored(self, text: str) -> Update:
        given = Update("bench", IDS.new().hex, _CHAT, _SENDER, Typed(text), Occasion(message="5"))
        async with self.storage.work() as work:
            row = InboxRow(given.id, _CHAT.key, update_to_json(given))
            await work.inbox.store("bench", row, CLOCK.now())
        return given

    async def answer(self, given: Update) -> None:
        await self._dispatcher.handle(given, _MANNERS)

    async def through_sqlalchemy(self, calls: Sequence[Call]) -> None:
        async with self.storage.engine.begin() as connection:
            for statement, values in calls:
                await connection.execute(statement, values)

    async def recorded(self, text: str) -> _Record:
        """By the second reply of its kind: the first one makes the chat."""
        await self.answer(await self.stored(text))
        given = await self.stored(text)
        record, engine = _Record(given), self.storage.engine.sync_engine
        listeners: dict[str, Callable[..., None]] = {
            "before_execute": record.build,
            "before_cursor_execute": record.send,
        }
        for moment, listener in listeners.items():
            event.listen(engine, moment, listener)
        await self.answer(given)
        for moment, listener in listeners.items():
            event.remove(engine, moment, listener)
        return record


class _Record:
    """The statements of one reply, as SQLAlchemy was given them and as the driver was."""

    def __init__(self, given: Update) -> None:
        self._given = given
        self.built: list[Call] = []
        self.sent: list[Call] = []

    def build(self, _connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        self.built.append((statement, many or one))

    def send(self, _connection: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        self.sent.append((text, list(values) if many else [values]))

    def again(self, calls: Sequence[Call], given: Update) -> list[Call]:
        """The same for another update, with keys that are not taken yet."""
        new: dict[Any, Any] = {self._given.id: given.id}
        for text, values in self.sent:
            if text.startswith("INSERT INTO outbox"):
                known, fresh = UUID(str(values[0][0])), IDS.new()
                # A driver for SQLite is given an id as text.
                new |= {known: fresh, known.hex: fresh.hex}
            elif text.startswith("INSERT INTO button"):
                new |= {row[0]: IDS.token() for row in values}
        return [(statement, _renamed(values, new)) for statement, values in calls]


def _renamed(values: Any, new: dict[Any, Any]) -> Any:
    if isinstance(values, dict):
        return {name: new.get(value, value) for name, value in values.items()}
    if isinstance(values, tuple):
        return tuple(new.get(value, value) for value in values)
    return [_renamed(row, new) for row in values]


async def _on_postgres(url: str, _ledger: Ledger) -> tuple[Play, Callable[[], Awaitable[None]]]:
    connection = await asyncpg.connect(url)

    async def play(calls: Sequence[Call]) -> None:
        await connection.execute("BEGIN")
        for statement, values in calls:
            if len(values) == 1:
                await connection.fetch(statement, *values[0])
            else:
                await connection.executemany(statement, values)
        await connection.execute("COMMIT")

    return play, connection.close


async def _on_sqlite(url: str, ledger: Ledger) -> tuple[Play, Callable[[], Awaitable[None]]]:
    connection = BareSqlite(url.removeprefix("sqlite:///"), ledger).connection

    async def play(calls: Sequence[Call]) -> None:
        # The first of them begins the transaction.
        for statement, values in calls:
            for row in values:
                connection.execute(statement, row).fetchall()
        connection.execute("COMMIT")

    async def close() -> None:
        connection.close()

    return play, close


def _spent(
    desk: _Desk, text: str, ready: Callable[[Update], T], act: Callable[[T], Awaitable[None]]
) -> Contender:
    """What the act takes for one update; storing it and getting ready for it do not count."""

    async def once() -> float:
        given = [ready(await desk.stored(text)) for _ in range(_EACH)]
        start = cpu()
        for one in given:
            await act(one)
        return (cpu() - start) * 1000 / _EACH

    return once


async def _replied(bench: Bench, bare: Bare, desk: _Desk, names: tuple[str, str], play: Play) -> list[Row]:
    name, text = names
    record, body = await desk.recorded(text), update(PERSON)
    ours, layered, sql, dispatched = await in_turns(
        bench.rounds(60, 20),
        _spent(desk, text, lambda given: given, desk.answer),
        _spent(desk, text, lambda given: record.again(record.built, given), desk.through_sqlalchemy),
        _spent(desk, text, lambda given: record.again(record.sent, given), play),
        Timed(lambda: bare.take(body), cpu, _EACH * 4),
    )
    count = sum("BEGIN" not in statement for statement, _values in record.sent)
    found = []
    for statements, how in ((sql, "bare SQL"), (layered, "SQLAlchemy's")):
        allowed = [_TIMES_BARE * one + other for one, other in zip(dispatched, statements, strict=True)]
        row = Row(
            f"reply to {text}, {name}, CPU", "ms", ours, f"{_TIMES_BARE} x PTB's dispatch + {how}", allowed
        )
        found.append(replace(row, note="aim" if (row.ratio or 0) <= 1 else "missed"))
    found.append(
        Row(f"its {count} statements through SQLAlchemy, {name}, CPU", "ms", layered, "bare driver", sql)
    )
    return found
