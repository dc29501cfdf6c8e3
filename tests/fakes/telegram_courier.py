"""Brings updates to the webhook, one at a time in each queue, until each has been accepted."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from tests.fakes.telegram_updates import Update, Webhook
from tests.fakes.telegram_values import Delivery
from tests.fakes.telegram_world import World

MAX_RETRY_AFTER = 3600
FIRST_PAUSE = 2.0
LONGEST_PAUSE = (60.0, 120.0)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(slots=True)
class Habits:
    """How updates are delivered; a test may change it at any time."""

    pace: float = 1.0
    """Multiplies every pause, so that a test need not wait for seconds."""
    twice: bool = False
    """Every update comes again after it was accepted, as if the acceptance had been lost."""
    shuffle: float = 0.0
    """Each update waits a random time of up to so many seconds first: queues overtake one another."""
    patience: float = 60.0
    """Seconds to wait for an answer."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    problem: str = ""
    retry_after: float = 0.0
    body: bytes = b""


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Courier:
    """Runs in the server's own loop."""

    def __init__(self, world: World, habits: Habits, routes: dict[str, str], seed: int) -> None:
        self._world = world
        self._habits = habits
        self._routes = routes
        self._random = random.Random(seed)
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._idle: dict[str, list[Line]] = {}
        self._webhook: Webhook | None = None
        self._connections = asyncio.Semaphore(1)

    def wake(self, queue: str) -> None:
        """There is something in this queue."""
        if self._webhook is not None and queue not in self._rounds:
            task = asyncio.ensure_future(self._round(queue, self._webhook))
            self._rounds[queue] = task
            task.add_done_callback(lambda done: self._ended(queue, done))

    def _ended(self, queue: str, done: asyncio.Task[None]) -> None:
        if self._rounds.get(queue) is done:
            del self._rounds[queue]
        error = None if done.cancelled() else done.exception()
        if error is not None:
            with self._world.changed:
                self._world.violate(f"the fake itself failed to deliver: {error!r}")

    def start(self) -> None:
        """The webhook is another one, or none."""
        self.cancel()
        with self._world.changed:
            self._webhook = self._world.mail.webhook
            queues = self._world.mail.queues
        if self._webhook is not None:
            self._connections = asyncio.Semaphore(self._webhook.max_connections)
            self._random.shuffle(queues)
            for queue in queues:
                self.wake(queue)

    def cancel(self) -> None:
        for task in self._rounds.values():
            task.cancel()
        self._rounds.clear()
        for lines in self._idle.values():
            for _, writer in lines:
                writer.close()
        self._idle.clear()

    async def _round(self, queue: str, webhook: Webhook) -> None:
        while True:
            with self._world.changed:
                update = self._world.mail.head(queue)
                if update is None:
                    # Under the lock, or an update could come between this look and the end of the round.
                    self._rounds.pop(queue, None)
                    return
            if self._habits.shuffle:
                await asyncio.sleep(self._random.uniform(0, self._habits.shuffle))
            accepted = await self._deliver(update, webhook)
            if accepted and self._habits.twice:
                await self._attempt(update, webhook, attempt=2)
            with self._world.changed:
                self._world.mail.accept(update.id)
                self._world.changed.notify_all()

    async def _deliver(self, update: Update, webhook: Webhook) -> bool:
        """True once it was accepted; False if it grew too old before."""
        pause = FIRST_PAUSE / 2
        for attempt in itertools.count(1):
            outcome = await self._attempt(update, webhook, attempt)
            if outcome.status is not None and 200 <= outcome.status < 300:
                return True
            # The first failure is followed by a second attempt at once, later ones by longer pauses.
            wait = 0.0
            if outcome.retry_after:
                wait = min(outcome.retry_after, MAX_RETRY_AFTER)
            elif attempt > 1:
                wait = pause = min(pause * 2, self._random.uniform(*LONGEST_PAUSE))
            await asyncio.sleep(wait * self._habits.pace)
            if self._world.now() > update.expires:
                break
        return False

    async def _attempt(self, update: Update, webhook: Webhook, attempt: int) -> _Outcome:
        async with self._connections:
            try:
                async with asyncio.timeout(self._habits.patience):
                    outcome = await self._post(webhook, update)
            except TimeoutError:
                outcome = _Outcome(None, "Read timeout expired")
            except ConnectionRefusedError:
                outcome = _Outcome(None, "Connection refused")
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                outcome = _Outcome(None, "Webhook connection closed")
        with self._world.changed:
            now = self._world.now()
            delivery = Delivery(update.id, update.queue, attempt, outcome.status, now)
            self._world.deliveries.append(delivery)
            if outcome.problem:
                self._world.mail.last_error = (now, outcome.problem)
            elif b'"method"' in outcome.body:
                # The real server would now run that method; its result would be seen by nobody.
                self._world.violate(f"the answer to update {update.id} holds a method to call")
            self._world.changed.notify_all()
        return outcome

    async def _post(self, webhook: Webhook, update: Update) -> _Outcome:
        public = urlsplit(webhook.url)
        origin = f"{public.scheme}://{public.netloc}"
        address = urlsplit(self._routes.get(origin, origin))
        if address.hostname not in _LOOPBACK or address.scheme != "http":
            # Nothing of a test leaves the machine.
            return _Outcome(None, "Failed to resolve host: Name or service not known")
        body = json.dumps(update.body, ensure_ascii=False).encode()
        head = [
            f"POST {public.path or '/'}{'?' if public.query else ''}{public.query} HTTP/1.1",
            f"Host: {public.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: keep-alive",
            "Accept-Encoding: gzip, deflate",
        ]
        if webhook.secret:
            head.append(f"X-Telegram-Bot-Api-Secret-Token: {webhook.secret}")
        return await self._exchange(address, "\r\n".join((*head, "", "")).encode() + body)

    async def _exchange(self, address: SplitResult, message: bytes) -> _Outcome:
        line = await self._line(address)
        reader, writer = line
        kept = False
        try:
            writer.write(message)
            await writer.drain()
            outcome, kept = await _read_answer(reader)
        finally:
            if kept:
                self._idle.setdefault(address.netloc, []).append(line)
            else:
                writer.close()
        return outcome

    async def _line(self, address: SplitResult) -> Line:
        idle = self._idle.get(address.netloc, [])
        while idle:
            reader, writer = idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(address.hostname, address.port or 80)


async def _read_answer(reader: asyncio.StreamReader) -> tuple[_Outcome, bool]:
    """What the webhook said, and whether the connection may be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    version, status, *reason = head[0].split(" ", 2)
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    kept = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    if int(status) == 204:
        body = b""
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        # Chunked or ended by its close: what it says does not matter, so the connection is given up.
        body, kept = b"", False
    retry_after = headers.get("retry-after", "")
    problem = f"Wrong response from the webhook: {status} {' '.join(reason)}".rstrip()
    accepted = 200 <= int(status) < 300
    return _Outcome(
        int(status),
        "" if accepted else problem,
        float(retry_after) if retry_after.isdecimal() else 0.0,
        body,
    ), kept
