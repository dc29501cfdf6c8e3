"""Goal 14: a typed line becomes an issued invoice and its PDF, through everything the product puts in between."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

import asyncpg

from bench import minimal_pdf
from bench.bare import BarePostgres, BareSqlite
from bench.bench import Bench
from bench.ledger import CLOCK, IDS, Ledger, open_ledger
from bench.measure import Act, Clock, Goal, Row, Timed, blocking, cpu, in_turns, wall
from bot.rendering import Renderer
from bot.wiring import App
from handlers.kinds import Attachment, ChatRef, Question, Reply, SenderRef
from handlers.platform import Manners, Rate
from handlers.updates import Occasion, Pressed, RemoteFile, Typed, Update
from storage.engine import Storage

_LINE = "/invoice Acme: 3h Design of the landing page @ 120, 2 x Photo licence @ 49.90, 186 km Travel @ 0.42; due 14d"
_CHAT = ChatRef("bench", "one")
_SENDER = SenderRef("bench", "one", "Ida Lindqvist")


class _Platform:
    """handlers.kinds.Platform that keeps the last reply."""

    name = "bench"

    def __init__(self) -> None:
        self.reply = Reply(())
        self.tokens: tuple[str, ...] = ()

    async def manners(self) -> Manners:
        return Manners()

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> list[Reply]:
        if isinstance(shown, Question):
            raise RuntimeError(f"the line was complete, and yet this was asked: {shown.prompt}")
        self.tokens = tokens
        return [shown]

    def rates(self, chat: ChatRef, part: Reply) -> list[Rate]:
        return []

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        return False

    async def send(self, chat: ChatRef, part: Reply, before: str = "") -> str:
        self.reply = part
        return ""

    async def introduced(self, update: Update) -> Update:
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        raise RuntimeError("nothing lies here")

    async def close(self) -> None:
        return None


class _Person:
    """Types the line, presses Issue and looks at the PDF."""

    def __init__(self, app: App, platform: _Platform) -> None:
        self._app = app
        self._platform = platform

    async def invoice(self) -> None:
        await self._send(Typed(_LINE))
        place = [button.label for button in self._platform.reply.buttons].index("Issue")
        await self._send(Pressed(self._platform.tokens[place]))
        (file,) = self._platform.reply.attachments
        assert isinstance(file, Attachment)
        assert file.content.startswith(b"%PDF")

    async def _send(self, what: Typed | Pressed) -> None:
        await self._app.handle(Update("bench", IDS.new().hex, _CHAT, _SENDER, what))


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        storage, platform = Storage(url, CLOCK), _Platform()
        app = App(storage, CLOCK, IDS, Renderer(), [platform])
        try:
            ledger = await open_ledger(storage)
            await _seat(storage, ledger)
            person = _Person(app, platform)
            if name == "SQLite":
                found += await _on_sqlite(bench, url, ledger, person)
            else:
                found += await _on_postgres(bench, url, ledger, person)
        finally:
            await app.close()
    return found


async def _seat(storage: Storage, ledger: Ledger) -> None:
    async with storage.work() as work:
        seat = (await work.chats.speaker(f"bench:{ledger.business.id.hex}")).seat
        assert seat is not None
        await work.chats.sit(_SENDER.key, seat)


async def _on_postgres(bench: Bench, url: str, ledger: Ledger, person: _Person) -> list[Row]:
    connection = await asyncpg.connect(url)
    bare = BarePostgres(connection, ledger)

    async def floor() -> None:
        await bare.store()
        minimal_pdf.draw(ledger.document)

    try:
        return await _compared(bench, "PostgreSQL", person, floor)
    finally:
        await connection.close()


async def _on_sqlite(bench: Bench, url: str, ledger: Ledger, person: _Person) -> list[Row]:
    bare = BareSqlite(url.removeprefix("sqlite:///"), ledger)

    def floor() -> None:
        bare.store()
        minimal_pdf.draw(ledger.document)

    try:
        return await _compared(bench, "SQLite", person, blocking(floor))
    finally:
        bare.connection.close()


async def _compared(bench: Bench, name: str, person: _Person, floor: Act) -> list[Row]:
    found = []
    clocks: tuple[tuple[Clock, str, Goal | None], ...] = ((cpu, "CPU", Goal(14, 5, 2)), (wall, "wall", None))
    for clock, kind, goal in clocks:
        ours, theirs = await in_turns(
            bench.rounds(30, 8), Timed(person.invoice, clock, 4), Timed(floor, clock, 4)
        )
        found.append(Row(f"line to PDF, {name}, {kind}", "ms", ours, "driver + minimal writer", theirs, goal))
    return found
