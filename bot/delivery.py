"""Takes replies from the outbox to their chats: in order, at the permitted rate, never twice by decision."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from bot.loading import Loader
from core.chat_ports import OutboxRow, Settled
from core.errors import BillhookError, Unavailable
from core.ports import CHAT_JOB, Jobs
from handlers.kinds import ChatRef, Question, Reply
from handlers.platform import ChatGone, ChatMoved, Lost, Platform, Rate, Throttled, Undeliverable
from handlers.updates import Occasion
from handlers.words import sentence
from storage.engine import Storage
from storage.work import SqlWork

log = logging.getLogger(__name__)

_BATCH = 20
PATIENCE = 3.0
"""Seconds a delivery waits for its turn while it holds its place; a longer wait is left to a later job."""
SEND_SECONDS = 45.0
"""One message with a file of some megabytes; past it, nobody knows what became of it."""
LOST_AFTER = timedelta(seconds=60)
"""Longer than any sending takes: who took it has died."""
_SETTLE_PAUSES = (0.1, 1.0, 3.0)
MOST_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0
BLOCKED = "blocked"
_MOST_UNASKED = 10
"""Messages nobody asked for that wait for their moment at a time: whoever asked waits behind these, and no more."""
_OVERSLEPT = 0.05
"""Seconds by which a moment may be missed and still be used."""


class _Go(Enum):
    """What a chat goes on with."""

    PART = "part"
    ROW = "row"
    LOOK = "look"
    """Somebody else sends this one. What follows may not overtake it, so look again at what waits."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class _Errand:
    """One reply on its way to one chat."""

    platform: Platform
    chat: ChatRef
    row: OutboxRow
    shown: Reply | Question
    tokens: tuple[str, ...]
    occasion: Occasion
    parts: Sequence[Any]

    @property
    def part(self) -> Any:
        """The next one to send."""
        return self.parts[self.row.done]

    def rates(self) -> list[Rate]:
        return list(self.platform.rates(self.chat, self.part))


class Delivery:
    """pending -> sending -> sent; what was cut off while sending is uncertain and not repeated.

    While the process is `stopping` nothing waits here for its turn: a later job, and so another process, sends it.
    """

    def __init__(
        self, storage: Storage, loader: Loader, platforms: Mapping[str, Platform], jobs: Jobs,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._storage = storage
        self._loader = loader
        self._platforms = platforms
        self._jobs = jobs
        self._stopping = stopping
        self._unasked = asyncio.Semaphore(_MOST_UNASKED)

    async def deliver(self, chat: ChatRef) -> None:
        """Send everything that waits for this chat. Stops at the first one that cannot be sent now."""
        if chat.platform not in self._platforms:
            return
        while True:
            async with self._storage.work() as work:
                await work.outbox.give_up_lost(chat.key, self._storage.clock.now() - LOST_AFTER)
                rows, later = await work.outbox.list_due(chat.key, _BATCH)
            going = _Go.ROW if rows or await self._is_due_soon(later) else _Go.STOP
            for row in rows:
                going = await self._one(chat, row)
                if going is not _Go.ROW:
                    break
            if going is _Go.STOP:
                return

    async def _is_due_soon(self, later: datetime | None) -> bool:
        """Waits where that is worth it: a job may come a moment before the time it was made for, by another
        machine's clock, and there is no second one.
        """
        wait = (later - self._storage.clock.now()).total_seconds() if later else PATIENCE + 1
        if wait > PATIENCE:
            return False
        if self._stopping():
            raise Unavailable("this process ends", max(wait, 0.0))
        await asyncio.sleep(max(wait, 0.0))
        return True

    async def _one(self, chat: ChatRef, row: OutboxRow) -> _Go:
        platform = self._platforms[chat.platform]
        attached = bool(row.payload.get("attachments"))
        async with platform.busy(chat) if attached and not row.done else _still():
            errand = await self._made(platform, chat, row)
            if errand is None:
                return _Go.ROW
            if errand.occasion.press and not row.done:
                going = await self._answer_press(errand)
                if going is not _Go.PART:
                    return going
            return await self._parts(errand)

    async def _made(self, platform: Platform, chat: ChatRef, row: OutboxRow) -> _Errand | None:
        """None for a reply of which nothing can be sent any more: it has failed, or nothing behind it would go."""
        # What has become shorter since its first parts were sent is complete.
        state = "sent"
        try:
            shown, tokens, occasion = await self._loader.load(row)
            parts = platform.parts(chat, shown, tokens, occasion)
            if row.done < len(parts):
                return _Errand(platform, chat, row, shown, tokens, occasion, parts)
        except Unavailable:
            raise
        except Exception:
            # Whatever is wrong with one reply, what is behind it in the chat must not wait for ever.
            log.exception("reply %s cannot be shown", row.id)
            state = "failed"
        async with self._storage.work() as work:
            await work.outbox.settle(row.id, Settled(state, row.done, row.ref, row.attempts))
        return None

    async def _answer_press(self, errand: _Errand) -> _Go:
        """A pressed button is answered before anything else: its platform does not wait long. PART when there is
        still something to send.

        What a note over the chat may say whole is taken first: another process, told that the press was
        answered already, would say it once more as a message.
        """
        row, heard = errand.row, False
        whole = isinstance(errand.shown, Reply) and errand.shown.aside
        if whole:
            async with self._storage.work() as work:
                if not await work.outbox.take(row):
                    return _Go.LOOK
        try:
            heard = await errand.platform.answer_press(errand.occasion, errand.shown)
        finally:
            if whole or heard:
                came = Settled("sent", done=1) if heard else Settled("pending", attempts=row.attempts)
                async with self._storage.work() as work:
                    await work.outbox.settle(row.id, came)
        return _Go.ROW if heard else _Go.PART

    async def _parts(self, errand: _Errand) -> _Go:
        while errand.row.done < len(errand.parts):
            async with _still() if errand.row.sender else self._unasked:
                turn = await self._take(errand)
            if turn is not _Go.PART:
                return turn
            turn, ref = await self._send(errand)
            if turn is not _Go.PART:
                return turn
            errand = replace(errand, row=replace(errand.row, done=errand.row.done + 1, ref=ref))
        return _Go.ROW

    # -- the turn ----------------------------------------------------------------------------------

    async def _take(self, errand: _Errand) -> _Go:
        """PART when it is ours to send now; else it has to wait, or somebody else sends it."""
        rates = errand.rates()
        left, waited = list(rates), False
        clock = asyncio.get_running_loop().time
        while True:
            async with self._storage.work() as work:
                if not errand.row.sender and not (await work.chats.lock(errand.chat.key)).reachable:
                    # Nobody asked for it, and nobody is there.
                    await work.outbox.settle(errand.row.id, Settled("failed", error=BLOCKED))
                    return _Go.ROW
                if waited and rates[0] not in left:
                    # The chat's own moment passed while the bot's was waited for: the next counts from here. Held
                    # before the bot's is reserved, as everybody does, or two would wait for each other.
                    await work.slots.hold(rates[0].key, rates[0].seconds)
                wait = await self._reserve(work, errand, left)
                if wait is None:
                    return _Go.STOP
                if not wait:
                    return _Go.PART if await work.outbox.take(errand.row) else _Go.LOOK
                waited, until = True, clock() + wait
            await asyncio.sleep(wait)
            if clock() - until > _OVERSLEPT:
                # A busy process wakes many late at once: what they reserved has passed, and all of them together
                # would be more than the platform permits.
                left.insert(0, rates[len(rates) - len(left) - 1])

    async def _reserve(self, work: SqlWork, errand: _Errand, left: list[Rate]) -> float | None:
        """Reserve what is left, one moment after the other, up to the first that is not now: how long to wait for
        it. None when that is too long: then the reply was put off.
        """
        patience = 0.0 if self._stopping() else PATIENCE
        while left:
            granted, wait = await work.slots.reserve(left[0].key, left[0].seconds, patience)
            if not granted:
                await self._put_off(work, errand, wait)
                return None
            left.pop(0)
            if wait:
                return wait
        return 0.0

    async def _put_off(
        self, work: SqlWork, errand: _Errand, wait: float, attempts: int | None = None, error: str = ""
    ) -> None:
        """A little later for each, so that those who waited for the same moment do not all come at once."""
        wait += random.uniform(0, min(wait, PATIENCE) / 10)  # noqa: S311 - spreads load, keeps no secret
        row, until = errand.row, self._storage.clock.now() + timedelta(seconds=wait)
        counted = row.attempts if attempts is None else attempts
        await work.outbox.settle(row.id, Settled("pending", row.done, row.ref, counted, until, error))
        await self._jobs.enqueue(work, CHAT_JOB, errand.chat.key, delay=wait, urgent=bool(row.sender))

    # -- the sending -------------------------------------------------------------------------------

    async def _send(self, errand: _Errand) -> tuple[_Go, str]:
        """What the chat goes on with, and the platform's name of what was sent."""
        ref: str | None = None
        failure: BillhookError | None = None
        try:
            async with asyncio.timeout(SEND_SECONDS):
                ref = await errand.platform.send(errand.chat, errand.part, errand.row.ref)
        except BillhookError as error:
            failure = error
        except TimeoutError:
            failure = Lost("no answer in time")
        finally:
            # Also for a bug and for a process that is being stopped: then nobody knows whether it arrived.
            going = await self._settled(errand, ref, failure)
        return going, ref or ""

    async def _settled(self, errand: _Errand, ref: str | None, failure: BillhookError | None) -> _Go:
        """Try more than once: a database that hangs up just then must not make what was sent uncertain."""
        if failure is not None:
            log.warning("a message to chat %s: %s: %s", errand.chat.key, failure.code, failure)
        for pause in _SETTLE_PAUSES:
            try:
                return await self._settle(errand, ref, failure)
            except Unavailable as error:
                log.warning("what came of a message is written down again: %s", error)
            await asyncio.sleep(pause)
        return await self._settle(errand, ref, failure)

    async def _settle(self, errand: _Errand, ref: str | None, failure: BillhookError | None) -> _Go:
        """Write down what came of one part, in one transaction with whatever follows from it."""
        row, chat = errand.row, errand.chat
        async with self._storage.work() as work:
            match failure:
                case None if ref is not None:
                    await self._arrived(work, errand, ref)
                    return _Go.PART
                case Throttled(retry_after=wait):
                    await self._throttled(work, errand, wait)
                    return _Go.STOP
                case Unavailable():
                    return await self._later(work, errand, sentence(failure))
                case ChatMoved(address=address):
                    new = ChatRef(chat.platform, address).key
                    await work.outbox.settle(row.id, Settled("pending", row.done, row.ref, row.attempts))
                    await work.chats.move(chat.key, new)
                    await self._jobs.enqueue(work, CHAT_JOB, new)
                    return _Go.STOP
                case Undeliverable():
                    if isinstance(failure, ChatGone):
                        await work.chats.set_reachable(chat.key, False)
                    gone = Settled("failed", row.done, row.ref, row.attempts, error=sentence(failure))
                    await work.outbox.settle(row.id, gone)
                    return _Go.ROW
                case _:
                    error = sentence(failure) if failure else ""
                    await work.outbox.settle(row.id, Settled("uncertain", row.done, row.ref, error=error))
                    return _Go.ROW

    async def _arrived(self, work: SqlWork, errand: _Errand, ref: str) -> None:
        """The chat's next moment counts from here, or a late message would be followed too closely. It is held
        first: whoever takes a message has its chat's moment before the message, too.
        """
        row = errand.row
        for own in errand.rates()[:1]:
            await work.slots.hold(own.key, own.seconds)
        state = "sent" if row.done + 1 == len(errand.parts) else "pending"
        await work.outbox.settle(row.id, Settled(state, row.done + 1, ref))

    async def _throttled(self, work: SqlWork, errand: _Errand, wait: float) -> None:
        """The chat waits as long as it was told to. When a second chat is told so meanwhile, it is the whole
        bot that sends too much, and everybody waits.
        """
        rates = errand.rates()
        if len(rates) > 1:
            # One row for the whole platform, so it is only asked where the answer makes a difference.
            alone, _wait = await work.slots.reserve(f"{errand.chat.platform}:flood", wait, patience=0)
            rates = rates[:1] if alone else rates
        for rate in rates:
            await work.slots.hold(rate.key, wait)
        await self._put_off(work, errand, wait)

    async def _later(self, work: SqlWork, errand: _Errand, error: str) -> _Go:
        attempts = errand.row.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            await work.outbox.settle(
                errand.row.id, Settled("failed", errand.row.done, errand.row.ref, attempts, error=error)
            )
            return _Go.ROW
        pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        await self._put_off(work, errand, pause, attempts, error)
        return _Go.STOP


@asynccontextmanager
async def _still() -> AsyncIterator[None]:
    yield
