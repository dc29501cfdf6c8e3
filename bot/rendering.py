"""Rendering off the event loop: short documents in one thread, long ones in a process with a time limit."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TypeVarTuple

from core.documents.issued import render_issued
from core.documents.paid import PaidInFull
from core.einvoice.export import to_xml
from core.einvoice.profiles import Profile
from core.einvoice.terms import Added
from core.errors import N_, Conflict, InvalidInput, Unavailable
from core.invoice import ComputedLine, Document
from core.money import Money
from core.tax import Tax, TaxCategory

TIME_LIMIT = 20.0
"""Seconds a long document may take; a thousand lines take a twentieth of one."""
SHORT_TEXT = 6_000
"""Characters of a document of about two pages, which a thread renders in some milliseconds."""
_LINE = 60
_RETRY_AFTER = 30.0
_KILLED = 5.0
_NICE = 10

Values = TypeVarTuple("Values")
_Row = tuple[str, str, str, str, int, str, str, str]


class Renderer:
    """Renders each kind one after the other: more at once would only compete for the same core."""

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._thread = ThreadPoolExecutor(1, "render")
        self._queue = ThreadPoolExecutor(1, "render-long")
        self._worker = _Worker(time_limit)

    async def render(
        self,
        document: Document,
        logo: bytes | None = None,
        *,
        void: bool = False,
        paid: PaidInFull | None = None,
    ) -> bytes:
        """The PDF. Raises InvalidInput for what cannot be printed, Unavailable past the time limit."""
        loop = asyncio.get_running_loop()
        if _length(document) <= SHORT_TEXT:
            return await loop.run_in_executor(
                self._thread, lambda: render_issued(document, logo=logo, void=void, paid=paid)
            )
        return await self.draw(render_packed, *_packed(document), logo, void, paid)

    async def make(self, function: Callable[[*Values], bytes], *values: *Values) -> bytes:
        """Another file that takes some milliseconds, in the thread of short documents."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *values)

    async def draw(self, function: Callable[[*Values], bytes], *values: *Values) -> bytes:
        """One that takes long, in the process: the function and its values go over as pickle has them. Raises
        Unavailable past the time limit.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._queue, self._worker.call, function, values)

    async def xml(self, document: Document, profile: Profile, added: Added) -> bytes:
        """Its data alone. Raises Conflict for what cannot be such an e-invoice, Unavailable past the time limit."""
        if _length(document) <= SHORT_TEXT:
            return await self.make(to_xml, document, profile, added)
        return await self.draw(xml_of_packed, *_packed(document), profile, added)

    @property
    def process_id(self) -> int | None:
        """The process of long documents, if there is one."""
        return self._worker.process_id

    async def close(self) -> None:
        """Stop the process, also in the middle of a document."""
        self._worker.stop()
        for executor in (self._thread, self._queue):
            await asyncio.to_thread(executor.shutdown, cancel_futures=True)


def _length(document: Document) -> int:
    lines = document.totals.lines
    return (
        sum(len(line.description) for line in lines)
        + _LINE * len(lines)
        + len(document.note)
        + len(document.footer)
    )


class _Worker:
    """A process that renders, started when first needed and replaced when it was stopped or died.

    `call` is called by one thread at a time; `stop` may come from another one.
    """

    def __init__(self, time_limit: float) -> None:
        self._time_limit = time_limit
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def call(self, function: Callable[..., bytes], values: tuple[object, ...]) -> bytes:
        process, connection = self._running()
        try:
            connection.send((function, values))
            if connection.poll(self._time_limit):
                return _opened(connection.recv())
        except (EOFError, OSError) as error:
            process.join(self._time_limit)
            if process.exitcode == 1:
                raise RuntimeError("the rendering process failed; it logged why") from error
        self.stop()
        raise Unavailable(N_("The document takes too long to render. Please try again later."), _RETRY_AFTER)

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(_KILLED)
            self._process = None

    def _running(self) -> tuple[SpawnProcess, Connection]:
        if self._process is not None and self._connection is not None and self._process.is_alive():
            return self._process, self._connection
        # A forked copy of a process with threads could inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), name="render", daemon=True)
        self._connection = ours
        self._process.start()
        theirs.close()
        return self._process, ours


def serve(connection: Connection) -> None:
    """The process: functions and their values in, files out, until the other end closes."""
    # Ctrl-C reaches the whole process group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where cores are scarce, the event loop goes first: people wait for its answers in every chat.
    os.nice(_NICE)
    while True:
        try:
            function, values = connection.recv()
        except EOFError:
            return
        try:
            connection.send(function(*values))
        except InvalidInput as error:
            # The errors go over in parts, because pickle calls their classes without the keywords they need.
            connection.send((error.field, error.message, error.example, dict(error.values)))
        except Conflict as error:
            connection.send((error.message, dict(error.values)))


def render_packed(
    document: Document, rows: list[_Row], logo: bytes | None, void: bool, paid: PaidInFull | None
) -> bytes:
    return render_issued(_unpacked(document, rows), logo=logo, void=void, paid=paid)


def xml_of_packed(document: Document, rows: list[_Row], profile: Profile, added: Added) -> bytes:
    return to_xml(_unpacked(document, rows), profile, added)


def _packed(document: Document) -> tuple[Document, list[_Row]]:
    """The document without its lines, and those as plain values: pickling a thousand lines as they are takes
    several milliseconds, in which the event loop would stand still.
    """
    totals = document.totals
    rows = [
        (
            line.description,
            str(line.quantity),
            line.unit,
            str(line.unit_price),
            line.net.minor,
            line.tax.category.value,
            str(line.tax.rate),
            line.tax.code,
        )
        for line in totals.lines
    ]
    return replace(document, totals=replace(totals, lines=())), rows


def _unpacked(document: Document, rows: list[_Row]) -> Document:
    currency = document.currency
    lines = tuple(
        ComputedLine(
            description,
            Decimal(quantity),
            unit,
            Decimal(price),
            Money(net, currency),
            Tax(TaxCategory(category), Decimal(rate), code),
        )
        for description, quantity, unit, price, net, category, rate, code in rows
    )
    return replace(document, totals=replace(document.totals, lines=lines))


def _opened(answer: bytes | tuple[str, str, str, dict[str, object]] | tuple[str, dict[str, object]]) -> bytes:
    match answer:
        case bytes():
            return answer
        case (field, message, example, values):
            raise InvalidInput(field, message, example, **values)
        case (message, values):
            raise Conflict(message, **values)
